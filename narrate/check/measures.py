"""Measures of a take that need no knowledge of its words: levels, pauses, edges, clipping, timbre, repetition.

Everything is worked out from 10 ms blocks and 20 ms spectra in a handful of numpy calls, because
it runs beside an engine that makes hours of audio a minute. A measure says nothing on its own:
whether it is right for the voice is for `light` to judge.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, Encoded, flac_bytes

QUIET_DB = -100.0  # what stands for digital silence
BANDS = 16
BAND_HZ = (80.0, 7600.0)
PAUSE_DB = -35.0  # quieter than this against the speech is a pause
MIN_PAUSE_BLOCKS = 15  # 150 ms: a stop consonant's closure is shorter
FRAME_S = 0.02  # of a spectrum
REPEAT_FRAMES = 20  # 0.4 s: the shortest repetition that we look for
LONGEST_FRAMES = 100  # 2 s: the longest that we look for right after itself
DEEP_DB = -70.0  # against the speech: what lies lower is as silent
DIP_DB = 2.0  # that the level falls between two syllables
MAX_REPEAT_FRAMES = 1500  # 30 s: the comparison is quadratic
LAGS = 64
# How far apart two stretches lie that are compared, in frames, from each step to the next: 0.4 to 3.7 s.
STEPS = tuple(round(REPEAT_FRAMES * 1.1**step) for step in range(25))
ECHOES = len(STEPS) - 1


@dataclass(frozen=True, slots=True)
class Measures:
    """One take in numbers; levels in dB, those marked `rel` against its speech level.

    seconds: its length. speech_s: from its first sound to its last, pauses of more than
    0.15 s left out. level: of the parts that are spoken, against full scale. floor_rel: of its
    quietest 3 %. start_rel, end_rel: of its first and last 20 ms. gap_s: the longest pause
    inside. fall_db, rise_db: how far the level fell within 20 ms, at its steepest on the way into a
    pause, and rose out of one. clipped: share of samples at full scale. dc: mean over RMS. repeat: how
    alike the likest two stretches of 0.4 s are, 0 to 1. echoes: the same of those that lie so far apart, ECHOES
    distances from each of STEPS to the next, pauses left out. again: how alike a stretch of 0.4 to 2 s and
    the one right after it are, 0 where different words may be so too, 1 when they are the same.
    beats: syllables a second, roughly: how often the level rises. bands: the speech's spectrum,
    BANDS levels that sum to zero.
    """

    seconds: float
    speech_s: float
    level: float
    floor_rel: float
    start_rel: float
    end_rel: float
    gap_s: float
    fall_db: float
    rise_db: float
    clipped: float
    dc: float
    repeat: float
    again: float
    beats: float
    bands: tuple[float, ...]
    echoes: tuple[float, ...]

    def noted(self) -> dict[str, object]:
        """For the take's comment."""
        single = {name: round(getattr(self, name), 4) for name in self.__slots__ if name not in _SEVERAL}
        return single | {
            name: [round(v, digits) for v in getattr(self, name)] for name, (_, digits) in _SEVERAL.items()
        }

    @classmethod
    def read(cls, noted: Any) -> Self | None:
        """From a take's comment; None when it holds none, or another release's."""
        try:
            single = {name: float(noted[name]) for name in cls.__slots__ if name not in _SEVERAL}
            several = {name: tuple(float(v) for v in noted[name]) for name in _SEVERAL}
        except (KeyError, TypeError, ValueError):
            return None
        if any(len(several[name]) != count for name, (count, _) in _SEVERAL.items()):
            return None
        return cls(**single, bands=several["bands"], echoes=several["echoes"])


_SEVERAL = {"bands": (BANDS, 1), "echoes": (ECHOES, 2)}  # how many of each, and digits in a comment


def measured(audio: Audio) -> Encoded:
    """`audio` as a FLAC file with its Measures: all that a take costs to finish, in one call for a process to make."""
    return Encoded(flac_bytes(audio), audio.seconds, measure(audio))


def measure(audio: Audio) -> Measures:
    """`audio` in numbers; any length, also none."""
    samples, rate = audio.samples, audio.sample_rate
    size = rate // 100
    count = len(samples) // size
    if count < 4:
        nothing = (0.0, QUIET_DB, 0.0, QUIET_DB, QUIET_DB, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        return Measures(audio.seconds, *nothing, (0.0,) * BANDS, (0.0,) * ECHOES)
    blocks = samples[: count * size].astype(np.float32).reshape(count, size) * np.float32(1 / 32768)
    mean = float(blocks.mean())
    power = np.maximum(np.einsum("ij,ij->i", blocks, blocks) / size - mean * mean, 0)
    db = 10 * np.log10(np.maximum(power, 1e-10))
    loud = power >= power.max() * 1e-3
    level = float(10 * np.log10(max(float(power[loud].mean()), 1e-10)))
    speaking = db > max(level + PAUSE_DB, -75.0)
    gap, fall, rise, quiet = _pauses(db, speaking, level)
    spectra, bands = _bands(samples, rate, loud)
    repeat, again, echoes = _repeats(spectra)
    speech_s = max(0.0, (int(np.ptp(np.flatnonzero(speaking))) + 1 - quiet) / 100) if speaking.any() else 0.0
    rms = float(np.sqrt(max(float(power.mean()) + mean * mean, 1e-10)))
    return Measures(
        seconds=audio.seconds,
        speech_s=speech_s,
        level=level,
        floor_rel=float(np.partition(db, count // 32)[count // 32]) - level,
        start_rel=float(db[:2].mean()) - level,
        end_rel=float(db[-2:].mean()) - level,
        gap_s=gap / 100,
        fall_db=fall,
        rise_db=rise,
        clipped=float(np.count_nonzero((samples >= 32700) | (samples <= -32700))) / len(samples),
        dc=abs(mean) / rms if rms > 1e-4 else 0.0,
        repeat=repeat,
        again=again,
        beats=_beats(power, level) / max(speech_s, 0.1),
        bands=bands,
        echoes=echoes,
    )


def _pauses(db: NDArray[np.float32], speaking: NDArray[np.bool_], level: float) -> tuple[int, float, float, int]:
    """The longest inner pause and all of them together, in blocks; the steepest fall into one, and rise, in dB."""
    edges = np.flatnonzero(np.diff(speaking.astype(np.int8)))
    # Pauses lie between a fall and the next rise; what comes before the first sound is no pause.
    falls, rises = edges[speaking[edges]], edges[~speaking[edges]]
    rises = rises[rises > falls[0]] if len(falls) else rises
    falls = falls[: len(rises)]
    lengths = rises - falls
    long = lengths >= MIN_PAUSE_BLOCKS
    heard = np.maximum(db, level + DEEP_DB)
    fell = rose = 0.0
    for fall, rise in zip(falls[long], rises[long], strict=True):
        into, out = heard[max(0, fall - 1) : rise + 1], heard[fall + 1 : rise + 3]
        fell = max(fell, float((into[:-2] - into[2:]).max()))
        rose = max(rose, float((out[2:] - out[:-2]).max()))
    return int(lengths.max(initial=0)), fell, rose, int(lengths[long].sum())


@lru_cache(maxsize=4)
def _filters(rate: int, size: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A Hann window [size], and triangles on the mel scale [size // 2 + 1, BANDS]."""
    low, high = (1127 * np.log1p(hz / 700) for hz in BAND_HZ)
    mel = np.linspace(low, high, BANDS + 2)
    corners = 700 * np.expm1(mel / 1127)
    hz = np.fft.rfftfreq(size, 1 / rate)[:, None]
    rising = (hz - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - hz) / (corners[2:] - corners[1:-1])
    window = np.hanning(size).astype(np.float32)
    return window, np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _bands(
    samples: NDArray[np.int16], rate: int, loud: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], tuple[float, ...]]:
    """Log band levels of every 20 ms [F, BANDS], and the mean spectrum of those that are spoken."""
    size = rate // 50
    count = len(samples) // size
    window, filters = _filters(rate, size)
    frames = samples[: count * size].astype(np.float32).reshape(count, size) * window
    spectrum = np.fft.rfft(frames, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    logs = 10 * np.log10(power @ filters + np.float32(1e3))  # the sum of a rounding's noise, about
    spoken = loud[: 2 * count].reshape(count, 2).all(axis=1)
    mean = logs[spoken].mean(axis=0) if spoken.any() else np.zeros(BANDS, np.float32)
    return logs, tuple(float(b) for b in mean - mean.mean())


def _beats(power: NDArray[np.float32], level: float) -> int:
    """How often the level, smoothed over 50 ms, rises by DIP_DB or more to where speech is."""
    smooth = np.convolve(power, np.array([1, 2, 3, 2, 1], np.float32) / 9, "same")
    db = 10 * np.log10(np.maximum(smooth, 1e-10))
    turns = np.flatnonzero(np.diff(np.sign(np.diff(db)))) + 1
    rises = np.diff(db[turns], prepend=-100.0)
    return int(np.count_nonzero((rises >= DIP_DB) & (db[turns] > level - 25)))


def _repeats(logs: NDArray[np.float32]) -> tuple[float, float, tuple[float, ...]]:
    """How alike the likest two stretches of REPEAT_FRAMES are that do not overlap; see `again`, `echoes` of Measures.

    Cosines of frames, their mean taken off, averaged along the diagonals of all pairs; pauses, which
    are all alike, are left out.
    """
    logs = logs[:MAX_REPEAT_FRAMES]
    if len(logs) < 2 * REPEAT_FRAMES:
        return 0.0, 0.0, (0.0,) * ECHOES
    centred = (logs - logs.mean(axis=0))[logs.max(axis=1) > logs.max() - 40]
    count = len(centred)
    if count < 2 * REPEAT_FRAMES:
        return 0.0, 0.0, (0.0,) * ECHOES
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
    # Pair (i, j) at row i, column j, and zeros to the right of them; rows read one place further on
    # each time hold pair (i, i + lag) at column lag, so that columns run along the diagonals.
    pairs = np.zeros((count, 2 * count), np.float32)
    np.matmul(unit, unit.T, out=pairs[:, :count])
    row, column = pairs.strides
    diagonals = np.lib.stride_tricks.as_strided(pairs, (count, count), (row + column, column))[:, REPEAT_FRAMES:]
    likest = np.zeros(max(diagonals.shape[1], STEPS[-1] - REPEAT_FRAMES), np.float32)
    for left in range(0, diagonals.shape[1], LAGS):  # a stretch of lags at a time stays in the cache
        four = diagonals[:, left : left + LAGS]
        for size in (1, 2):
            four = four[size:] + four[:-size]
        sixteen = four
        for size in (4, 8):
            sixteen = sixteen[size:] + sixteen[:-size]
        likest[left : left + four.shape[1]] = (sixteen[:-4] + four[16:]).max(axis=0)
    nearest = min(LONGEST_FRAMES, count // 2) + 1 - REPEAT_FRAMES
    sums = np.zeros((nearest, count + 1), np.float32)
    np.cumsum(diagonals[:, :nearest].T, axis=1, out=sums[:, 1:])
    again = 0.0
    for lag, of_lag in enumerate(sums, start=REPEAT_FRAMES):
        alike = float((of_lag[lag : count - lag + 1] - of_lag[: count - 2 * lag + 1]).max()) / lag
        # The longer two stretches are, the less alike are they by chance: this much in one take of a hundred.
        chance = 0.23 + 2.87 / math.sqrt(lag)
        again = max(again, (alike - chance) / (1 - chance))
    likest = np.maximum(likest / REPEAT_FRAMES, 0)
    echoes = np.maximum.reduceat(likest[: STEPS[-1] - REPEAT_FRAMES], np.array(STEPS[:-1]) - REPEAT_FRAMES)
    return float(likest.max()), again, tuple(float(echo) for echo in echoes)
