"""Pace over lines: a run of lines, or the rest of a chapter, read faster or slower than the voice reads.

No line of such a run need be far off on its own. Stretches of many lengths are looked at, in the
book's order; one counts when it is off by more than chance and by so much that a listener notices.
"""

from collections.abc import Sequence

import numpy as np

LENGTHS = (6, 9, 14, 21, 32, 48, 72, 108)  # lines
LEAST_S = 0.8  # of speech, for a line to have a pace
NOTICED = 0.10  # of the pace
SURE = 5.0  # deviations of a mean of so many lines
MOST = 0.25  # that one line may add: a bad take is no run


def drifts(off: Sequence[float], spread: float) -> list[float]:
    """For each line of a voice, how far the run is off that it is part of; 0 for one in none.

    `off`: log of each line's length over what the voice would take, in order; `spread`: their deviation.
    """
    found = np.zeros(len(off))
    sums = np.concatenate([[0.0], np.cumsum(np.clip(off, -MOST, MOST))])
    for length in LENGTHS:
        if length > len(off):
            break
        means = (sums[length:] - sums[:-length]) / length
        least = max(NOTICED, SURE * spread / length**0.5)
        for first in np.flatnonzero(np.abs(means) >= least):
            run = found[first : first + length]
            run[np.abs(run) < abs(means[first])] = means[first]
    return [float(drift) for drift in found]
