"""The mark heard again: in what is left of a chapter after encoders, cuts, other speeds and music.

Sound is seen in the cells of `pattern`, a quarter of a frame apart, in decibels. Each chip's two diagonals are
compared, what is too large to be a mark is cut down, and periods are laid on each other. Which place and which speed
fit best is found by correlation with the chips that every mark has; there the payload is read.

Whether that is a mark is a matter of theory, not of experience. Take any sound that was made without regard to the
pattern: multiplied with signs drawn at random and divided by its own size, the sum of its chips passes t with a
probability of at most exp(-t^2 / 2), whatever the sound (Hoeffding, J. Am. Stat. Assoc. 58, 1963). Times the number of
all places, speeds and payloads that were looked for, that bounds what a false alarm's probability is; only what stays
below FALSE_ALARM is a mark.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from narrate.watermark.naming import PAYLOAD_BITS
from narrate.watermark.pattern import BINS, CELL_FRAMES, CHIP_FRAMES, FIRST_BIN, FRAME, HOP, PERIOD, RATE, ROWS, pattern
from narrate.watermark.payload import coded, decoded

if TYPE_CHECKING:
    from numpy.typing import NDArray

F = TypeVar("F", np.float32, np.float64)

FALSE_ALARM = 1e-9  # for each window that is listened to
WINDOW_S = 20.0  # listened to at once,
STEP_S = 10.0  # and that much later again
SHORTEST_S = 1.5  # of a part
FINE = 4  # looks a frame
CHIP = CHIP_FRAMES * HOP * FINE // FRAME  # looks a chip
CELL = CELL_FRAMES * HOP * FINE // FRAME
SPEED_STEP = 0.001
SPEEDS = tuple(
    1 + SPEED_STEP * (step // 2 if step % 2 else -step // 2) for step in range(1, 42)
)  # 1, then away from it
PLACES = PERIOD * CHIP
PARTS = ((0.0, 1.0), (0.0, 0.5), (0.5, 1.0))  # of a window: a chapter begins anew
HYPOTHESES = len(PARTS) * len(SPEEDS) * PLACES * 2**PAYLOAD_BITS
TRIED = 4  # places that are read, the best by their sync chips
QUIET = 1e-7  # of the mean power of a cell: softer is as good as nothing
LARGEST_DB = 8.0  # of a chip


@dataclass(frozen=True, slots=True)
class Heard:
    """A mark in samples from `start_s` to `end_s`, played at `speed` times the speed at which it was made.

    `strength` is how far the sum of its chips lies above none, in standard deviations; `false_alarm` is the
    probability, at most, that sound without a mark would give as much.
    """

    payload: int
    strength: float
    false_alarm: float
    speed: float
    start_s: float
    end_s: float


def hear(samples: "NDArray[np.floating]", rate: int) -> Heard | None:
    """The mark in mono samples at `rate` Hz, of any level; None where none is heard, as in silence.

    Of several payloads the one that is heard longest counts, from the first to the last window that has it.
    """
    found = list(listen([samples], rate))
    if not found:
        return None
    payloads = [heard.payload for heard in found]
    payload = max(payloads, key=payloads.count)
    same = [heard for heard in found if heard.payload == payload]
    best = max(same, key=lambda heard: heard.strength)
    return Heard(payload, best.strength, best.false_alarm, best.speed, same[0].start_s, same[-1].end_s)


def listen(blocks: "Iterable[NDArray[np.floating]]", rate: int) -> Iterator[Heard]:
    """What is heard in each window of WINDOW_S, every STEP_S, of mono samples that come in blocks at `rate` Hz.

    A shorter rest is listened to with what came before it. Memory is that of a window and a block.
    """
    window, step = round(WINDOW_S * rate), round(STEP_S * rate)
    held, start, seen = np.zeros(0, np.float32), 0, 0
    for block in blocks:
        held = np.concatenate([held, np.asarray(block, np.float32)])
        while len(held) >= window:
            seen = start + window
            yield from _heard(held[:window], rate, start)
            held, start = held[step:], start + step
    if start + len(held) > seen:
        yield from _heard(held, rate, start)


def _heard(samples: "NDArray[np.float32]", rate: int, start: int) -> Iterator[Heard]:
    """The mark in one window, whose first sample is number `start` of all."""
    at_rate = _resampled(np.nan_to_num(samples, posinf=0.0, neginf=0.0), rate)
    if len(at_rate) < 2 * SHORTEST_S * RATE or not at_rate.any():
        return
    sums = _sums(at_rate)
    # As it was made first, which takes a fortieth of the time of all; then without what lies beyond a chapter's end.
    for speeds in (SPEEDS[:1], SPEEDS[1:]):
        chips = {speed: _chips(sums, speed) for speed in speeds}
        for begin, end in PARTS:
            best = _best({speed: seen[int(begin * len(seen)) : int(end * len(seen))] for speed, seen in chips.items()})
            if best is None:
                continue
            payload, strength, speed = best
            chance = min(1.0, HYPOTHESES * math.exp(-(strength**2) / 2))
            if chance <= FALSE_ALARM:
                start_s, long_s = start / rate, len(samples) / rate
                yield Heard(payload, strength, chance, speed, start_s + begin * long_s, start_s + end * long_s)
                return


def _best(chips: "Mapping[float, NDArray[np.float32]]") -> tuple[int, float, float] | None:
    """The payload, strength and speed that fit best, of chips at several speeds; None where no payload is whole."""
    places: list[tuple[float, float, NDArray[np.float32]]] = []
    for speed, seen in chips.items():
        folded = _folded(seen)
        fit = _fit(folded)
        places += [(float(fit[at]), speed, np.roll(folded, -int(at), axis=0)[::CHIP]) for at in _highest(fit)]
    places.sort(key=lambda place: -place[0])
    found = [read for _, speed, placed in places[:TRIED] if (read := _read(placed, speed)) is not None]
    return max(found, key=lambda read: read[1], default=None)


def _highest(fit: "NDArray[np.floating]") -> "list[int]":
    """The places of the TRIED highest values, any order."""
    return [int(at) for at in np.argpartition(fit, -TRIED)[-TRIED:]]


def _read(chips: "NDArray[np.float32]", speed: float) -> tuple[int, float, float] | None:
    """The payload of chips [PERIOD, ROWS] in their places, and how strong it is."""
    drawn = pattern()
    carrying = drawn.bits >= 0
    soft: NDArray[np.float64] = np.bincount(drawn.bits[carrying], (chips * drawn.signs)[carrying]).astype(np.float64)
    payload = decoded(soft)
    size = float(np.sqrt((chips**2).sum()))
    if payload is None or not size:
        return None
    return payload, float((chips * drawn.carrying(coded(payload))).sum()) / size, speed


def _fit(folded: "NDArray[np.float32]") -> "NDArray[np.floating]":
    """How well the sync chips fit at each place of a period [PLACES], in standard deviations."""
    signs = np.zeros_like(folded)
    signs[::CHIP] = pattern().sync

    def correlation(sound: "NDArray[np.float32]", chips: "NDArray[np.float32]") -> "NDArray[np.floating]":
        product = np.fft.rfft(sound, axis=0) * np.fft.rfft(chips, axis=0).conj()
        return np.fft.irfft(product.sum(axis=1), len(sound))

    size = correlation(folded**2, np.abs(signs))
    fit: NDArray[np.floating] = correlation(folded, signs) / np.sqrt(
        np.maximum(size, 1e-6 * max(float(size.max()), 1e-6))
    )
    return fit


def _chips(sums: "NDArray[np.float64]", speed: float) -> "NDArray[np.float32]":
    """What a chip that begins at each look is, in dB, of sound that is played at a speed [looks, ROWS]."""
    edges = np.minimum((FIRST_BIN - 0.5 + BINS * np.arange(2 * ROWS + 1)) * speed + 0.5, sums.shape[1] - 1.001)
    cells = np.diff(_between(sums, edges, axis=1), axis=1).astype(np.float32)
    cells = 10 * np.log10(cells + np.float32(QUIET) * cells.mean())
    rows = cells[:, 0::2] - cells[:, 1::2]
    rows = _between(rows, np.arange(int((len(rows) - 1) * speed)) / speed, axis=0)
    summed = np.concatenate([np.zeros((1, ROWS)), np.cumsum(rows, axis=0, dtype=np.float64)]) / CELL
    chips = 2 * summed[CELL:-CELL] - summed[: -2 * CELL] - summed[2 * CELL :]
    return np.clip(chips, -LARGEST_DB, LARGEST_DB).astype(np.float32)


def _folded(chips: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Chips with the periods laid on each other [PLACES, ROWS]."""
    periods = -(-len(chips) // PLACES)
    laid = np.zeros((periods * PLACES, ROWS), np.float32)
    laid[: len(chips)] = chips
    return np.asarray(laid.reshape(periods, PLACES, ROWS).sum(axis=0))


def _between(values: "NDArray[F]", at: "NDArray[np.float64]", axis: int) -> "NDArray[F]":
    """Values at broken places along an axis, straight between those that are there."""
    below = at.astype(np.intp)
    part = np.expand_dims((at - below).astype(values.dtype), 1 - axis)
    low, high = values.take(below, axis), values.take(below + 1, axis)
    return np.asarray(low + (high - low) * part)


def _sums(samples: "NDArray[np.float32]") -> "NDArray[np.float64]":
    """Power up to each line, from 0 on, of Hann-windowed frames FRAME // FINE samples apart [looks, lines + 1]."""
    padded = np.concatenate([np.zeros(FRAME // 2, np.float32), samples, np.zeros(FRAME // 2, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[:: FRAME // FINE]
    spectra = np.fft.rfft(frames * np.hanning(FRAME + 1)[:-1].astype(np.float32))
    lines = spectra[:, : FIRST_BIN + 2 * ROWS * BINS + 8]
    sums = np.zeros((len(lines), lines.shape[1] + 1))
    np.cumsum(lines.real**2 + lines.imag**2, axis=1, dtype=np.float64, out=sums[:, 1:])
    return sums


def _resampled(samples: "NDArray[np.float32]", rate: int) -> "NDArray[np.float32]":
    """The samples at RATE, by what of their spectrum fits."""
    if rate == RATE:
        return samples
    size = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[: size // 2 + 1]
    return (np.fft.irfft(spectrum, size) * (size / max(len(samples), 1))).astype(np.float32)
