"""Pace over lines: a run of lines, or the rest of a chapter, read faster or slower than the voice reads.

No line of such a run need be far off on its own. Stretches of many lengths are looked at, in the
book's order; one counts when it is off by more than chance and by so much that a listener notices.

A run may be most of what there is of a voice, in a book of one chapter, and then it moves the voice's
own middle and widens its spread. So both are taken anew: the middle of the half of the book that agrees
best on a pace, and the spread of a line from the line before it, which a drift hardly changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTHS = (6, 9, 14, 21, 32, 48, 72, 108)  # lines
LEAST_S = 0.8  # of speech, for a line to have a pace
NOTICED = 0.10  # of the pace
SURE = 5.0  # deviations of a mean of so many lines
MOST = 0.25  # that one line may add: a bad take is no run


@dataclass(frozen=True, slots=True)
class Drift:
    """A line of a run: how far the run is off the pace, and how far the line itself (logs, under 0 is faster)."""

    run: float
    line: float


def drifts(off: Sequence[float], spread: Sequence[float] | float) -> list[Drift | None]:
    """For each line of a voice, the run that it is part of; None for one in none.

    `off`: log of each line's length over what the voice would take, in order; `spread`: their deviation, or
    each one's, as short lines vary more.
    """
    if len(off) < LENGTHS[0]:
        return [None] * len(off)
    own = np.asarray(off) - _usual(np.clip(off, -MOST, MOST))
    sums = np.concatenate([[0.0], np.cumsum(np.clip(own, -MOST, MOST))])
    spreads = np.broadcast_to(spread, len(own))
    variance = np.square(spreads * min(1.0, _scatter(own) / float(np.median(spreads))))
    variances = np.concatenate([[0.0], np.cumsum(variance)])
    found = np.zeros(len(own))
    for length in LENGTHS:
        if length > len(own):
            break
        means = (sums[length:] - sums[:-length]) / length
        deviations = np.sqrt(variances[length:] - variances[:-length]) / length
        for first in np.flatnonzero(np.abs(means) >= np.maximum(NOTICED, SURE * deviations)):
            run = found[first : first + length]
            run[np.abs(run) < abs(means[first])] = means[first]
    return [Drift(float(run), float(line)) if run else None for run, line in zip(found, own, strict=True)]


def _usual(off: NDArray[np.float64]) -> float:
    """The pace that most of the lines keep: the middle of the shortest span that holds half of all short runs."""
    length = LENGTHS[0]
    means = np.sort(np.convolve(off, np.full(length, 1 / length), "valid"))
    half = len(means) // 2 + 1
    first = int(np.argmin(means[half - 1 :] - means[: len(means) - half + 1]))
    return float(means[first : first + half].mean())


def _scatter(off: NDArray[np.float64]) -> float:
    """The deviation of lines about their neighbours."""
    return 1.4826 * float(np.median(np.abs(np.diff(off)))) / 2**0.5
