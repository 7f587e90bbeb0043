"""The mark put into sound: chips that are as loud as the ear is deaf beside what is said.

Each frame's spectrum is multiplied by a small number, positive or negative by cell, and added to the samples, which
themselves pass unchanged. So the mark is speech, 30 dB softer at least; where the model of masking lets it be louder it
is, with MARGIN_DB in hand and CEILING at most. Silence stays silence, to the sample.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from narrate.watermark.masking import bands_of, thresholds
from narrate.watermark.pattern import BINS, CELL_FRAMES, CHIP_FRAMES, FIRST_BIN, HOP, RATE, ROWS, pattern
from narrate.watermark.payload import coded
from narrate.watermark.softening import softened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from narrate.watermark.softening import Pair

FLOOR = 10 ** (-32 / 20)  # of what is said: always allowed
CEILING = 0.1  # of what is said
MARGIN_DB = 6.0  # below what is masked
BATCH = 256  # frames at a time, 2.7 s


def embed(blocks: "Iterable[NDArray[np.floating]]", payload: int, rate: int) -> "Iterator[NDArray[np.float32]]":
    """The samples of `blocks`, mono in [-1, 1] at `rate` Hz, with the mark; as many as came in, in other blocks.

    The same samples give the same result however they are cut. At most BATCH + 1 hops and one block are held. Raises
    ValueError for a payload that is no 32-bit number.
    """
    yield from softened(_pairs(blocks, payload, rate), rate)


def _pairs(blocks: "Iterable[NDArray[np.floating]]", payload: int, rate: int) -> "Iterator[Pair]":
    """The samples, and the mark that goes to them; the first and the last part of them cut to what came in."""
    hop = round(HOP * rate / RATE)
    table = _signs(payload)
    held = np.zeros(hop, np.float32)  # the first frame begins half of itself before the first sample
    tail = np.zeros(hop, np.float32)
    frame, early, due = 0, hop, 0
    for block in _ended(blocks):
        held = np.concatenate([held, block if block is not None else np.zeros(2 * hop, np.float32)])
        due += len(block) if block is not None else 0
        while len(held) >= (BATCH + 1) * hop or (block is None and len(held) >= 2 * hop):
            count = min(BATCH, len(held) // hop - 1)
            mark = _marks(held[: (count + 1) * hop], table[np.arange(frame, frame + count) % len(table)], rate)
            mark[0, :hop] += tail
            mark[1:, :hop] += mark[:-1, hop:]
            tail = mark[-1, hop:].copy()
            said = held[: count * hop][early:][:due]
            yield said, mark[:, :hop].reshape(-1)[early:][:due]
            held, frame, early, due = held[count * hop :], frame + count, 0, due - len(said)


def _ended(blocks: "Iterable[NDArray[np.floating]]") -> "Iterator[NDArray[np.float32] | None]":
    """The blocks, and None after the last."""
    for block in blocks:
        yield np.asarray(block, np.float32)
    yield None


def _signs(payload: int) -> "NDArray[np.float32]":
    """The sign of each line from FIRST_BIN on in each frame of a period [PERIOD * CHIP_FRAMES, 2 * ROWS * BINS]."""
    chips = np.repeat(pattern().carrying(coded(payload)), CHIP_FRAMES, axis=0)
    chips[np.arange(len(chips)) % CHIP_FRAMES >= CELL_FRAMES] *= -1
    return np.repeat(np.stack([chips, -chips], axis=2).reshape(len(chips), 2 * ROWS), BINS, axis=1)


def _marks(samples: "NDArray[np.float32]", signs: "NDArray[np.float32]", rate: int) -> "NDArray[np.float32]":
    """The mark of each frame [N, 2 * hop], to be added with its neighbours, of samples [(N + 1) * hop]."""
    size = 2 * len(samples) // (len(signs) + 1)
    window = _window(size)
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2] * window
    spectra = np.fft.rfft(frames)
    lines = slice(FIRST_BIN, min(FIRST_BIN + signs.shape[1], spectra.shape[1]))
    power = (spectra.real**2 + spectra.imag**2).astype(np.float32)
    gains = _gains(power, size, rate)[:, bands_of(size, rate)[lines]] * signs[:, : lines.stop - lines.start]
    # Beside silence there is no mark, that none may sound in it.
    silent = np.abs(samples.reshape(-1, size // 2)).max(axis=1) == 0
    gains[silent[:-1] | silent[1:]] = 0
    marks = np.zeros_like(spectra)
    marks[:, lines] = spectra[:, lines] * gains
    return (np.fft.irfft(marks, size) * window).astype(np.float32)


def _gains(power: "NDArray[np.float32]", size: int, rate: int) -> "NDArray[np.float32]":
    """How loud the mark may be beside what is said, in each frame and critical band [N, bands]."""
    masked, there = thresholds(power, size, rate)
    allowed = np.maximum(masked * np.float32(10 ** (-MARGIN_DB / 10)), there * np.float32(FLOOR**2))
    # A frame's mark sounds in its neighbours too: before a word begins, and after its end.
    padded = np.pad(allowed, ((1, 1), (0, 0)), mode="edge")
    allowed = np.minimum(np.minimum(padded[:-2], padded[2:]), allowed)
    share = np.divide(allowed, there, out=np.zeros_like(allowed), where=there > 0)
    return np.asarray(np.minimum(np.sqrt(share), np.float32(CEILING)))


@cache
def _window(size: int) -> "NDArray[np.float32]":
    """The root of Hann's window: used on the way in and out, overlapping halves add up to 1."""
    return np.sin(np.pi * np.arange(size) / size).astype(np.float32)
