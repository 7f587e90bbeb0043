"""The mark made softer where a sound begins or ends within one of its frames: it must not be heard before or after.

A frame of the mark sounds for 21 ms, and what it is beside may last for less. So sound and mark are looked at once
more, and where the mark would be more than what is allowed beside the sound it is softened for that while.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from narrate.watermark.masking import of_bands, thresholds
from narrate.watermark.pattern import FRAME, RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pair = tuple[NDArray[np.float32], NDArray[np.float32]]

ALLOWED = 1e-3  # of the power that is there: 30 dB below it
HAND_DB = 3.0  # below what is allowed, since frames lie elsewhere than an ear's
FAINTEST = 3e-7  # power in a band that is below the noise of 16 bits


def softened(pairs: "Iterable[Pair]", rate: int) -> "Iterator[NDArray[np.float32]]":
    """Samples with their mark, of pairs of both, in other blocks; two frames are held back for those that follow.

    These frames begin half-way between those that the mark was made in.
    """
    step = round(FRAME * rate / RATE / 2)
    early = step + step // 2
    said = mark = np.zeros(early, np.float32)
    before, due = np.ones(2, np.float32), 0
    for block, beside, heard in _ended(pairs, 4 * step):
        due += heard
        said, mark = np.concatenate([said, block]), np.concatenate([mark, beside])
        count = len(said) // step - 1
        if count < 2:
            continue
        gains = np.concatenate([before, _gains(said[: (count + 1) * step], mark[: (count + 1) * step], step, rate)])
        # Where two stretches meet, whichever of their frames asks for most has its way; between, it goes straight.
        meeting = np.min(np.lib.stride_tricks.sliding_window_view(gains, 3), axis=1)
        rise = np.arange(step, dtype=np.float32) / step
        slopes = meeting[:-1, None] + (meeting[1:] - meeting[:-1])[:, None] * rise
        ends = slopes.size
        marked = (said[:ends] + mark[:ends] * slopes.reshape(-1))[early:][:due]
        yield marked
        early, due = max(0, early - ends), due - len(marked)
        said, mark, before = said[ends:], mark[ends:], gains[-3:-1]


def _ended(pairs: "Iterable[Pair]", frames: int) -> "Iterator[tuple[NDArray[np.float32], NDArray[np.float32], int]]":
    """The pairs and how long each is; then `frames` of silence, none of it to be heard, which let out the last."""
    for said, mark in pairs:
        yield said, mark, len(said)
    silence = np.zeros(frames, np.float32)
    yield silence, silence, 0


def _gains(said: "NDArray[np.float32]", mark: "NDArray[np.float32]", step: int, rate: int) -> "NDArray[np.float32]":
    """What each frame of two steps asks the mark to be multiplied with, 1 or less."""
    size = 2 * step
    masked, there = thresholds(_powers(said, step), size, rate)
    added = of_bands(_powers(mark, step), size, rate)
    allowed = np.maximum(masked, there * np.float32(ALLOWED)) * np.float32(10 ** (-HAND_DB / 10))
    over = np.where(there > FAINTEST, added / np.maximum(allowed, np.float32(1e-30)), 0).max(axis=1)
    return np.asarray(1 / np.sqrt(np.maximum(over, 1)), np.float32)


def _powers(samples: "NDArray[np.float32]", step: int) -> "NDArray[np.float32]":
    """The power of each line of Hann-windowed frames of two steps, a step apart."""
    window = np.hanning(2 * step + 1)[:-1].astype(np.float32)
    spectra = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(samples, 2 * step)[::step] * window)
    return (spectra.real**2 + spectra.imag**2).astype(np.float32)
