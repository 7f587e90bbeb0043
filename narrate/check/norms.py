"""Norms of a voice, learned from its own takes.

Medians and median deviations throughout, and a fit that leaves out what lies far off: one take
in ten may be bad, and the rest still say what is normal. Every norm starts as a default wide
enough for any voice and gives way to what the voice's takes say as they come in, so that the
first take is judged too, and leniently.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from narrate.check.measures import BANDS, Measures

ENOUGH = 25  # takes, to go by a voice's own numbers
ENOUGH_BANDS = 60  # and by how its bands vary together
LEARN_FROM = 2000  # takes, from all over a book: more say nothing new
GROUP = 60  # takes of like length, to say how those lie about what is expected
LEAST_S = 0.15  # that any text takes
STRAY, STRAY_S = 0.1, 0.1  # how far they may lie from all takes: logs, and seconds over the length
FAR = 4.0  # deviations from the median, beyond which a take is left out of what is learned

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PAIRS = ("th", "sh", "ch", "ng", "ee", "oo", "ou", "ea", "ck", "gh")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyàáâäãåæèéêëìíîïòóôöõøœùúûüýаеёиоуыэюяαεηιουω]+")
_CLAUSE = re.compile(r"[,;:()]|[–—]|\.\.\.|…|\s-\s")
_SENTENCE = re.compile(r"[.!?…。！？]+[\"”’»)]*\s")

# Seconds for each of: a line, a letter, a syllable, a word, a clause, a sentence; an English reader's, about.
_PRIOR = (0.16, 0.054, 0.03, 0.022, 0.12, 0.13)
_HOLD = (1.0, 4.0, 1.0, 1.0, 0.4, 0.4)  # how firmly the prior is held, in squared relative seconds


@dataclass(frozen=True, slots=True)
class Norm:
    """The middle of a measure and its deviation (1.48 times the median one)."""

    middle: float
    spread: float

    def away(self, value: float) -> float:
        """How many deviations `value` lies above the middle."""
        return (value - self.middle) / self.spread


@dataclass(frozen=True, slots=True)
class Trend:
    """How the log of a distance falls with the log of a take's length: a short take says less, and lies further off."""

    slope: float
    middle: float
    spread: float

    def away(self, distance: float, seconds: float) -> float:
        """How many deviations a distance lies above what is usual at this length."""
        return (math.log(max(distance, 1e-6)) - self.middle - self.slope * _length(seconds)) / self.spread


@dataclass(frozen=True, slots=True)
class Curve:
    """How takes of a length lie about what was expected of them, from the short to the long.

    at: log seconds, rising; middle, spread: of the takes of about that length, as in Norm.
    """

    at: tuple[float, ...]
    middle: tuple[float, ...]
    spread: tuple[float, ...]

    def norm(self, expected_s: float) -> Norm:
        """What holds for a take of which `expected_s` are expected."""
        log_s = math.log(expected_s)
        return Norm(*(float(np.interp(log_s, self.at, values)) for values in (self.middle, self.spread)))


def curve(off: NDArray[np.float64], expected_s: NDArray[np.float64], whole: Norm, least: float) -> Curve:
    """The curve of logs `off`, in groups of takes of like length; one group, `whole`, where they are few.

    A group strays from the whole by so much only: where an engine breaks off all long lines, that is no norm.
    """
    groups = np.array_split(np.argsort(expected_s, kind="stable"), min(8, len(off) // GROUP) or 1)
    if len(groups) == 1:
        return Curve((0.0,), (whole.middle,), (whole.spread,))
    found = []
    for group in groups:
        seconds = float(np.median(expected_s[group]))
        stray, own = STRAY + STRAY_S / seconds, norm(off[group], whole, least)
        middle = min(max(own.middle, whole.middle - stray), whole.middle + stray)
        found.append((math.log(seconds), middle, min(own.spread, whole.spread + stray / 2)))
    at, middles, spreads = zip(*found, strict=True)
    return Curve(at, middles, spreads)


def trend(distances: Sequence[float], seconds: Sequence[float]) -> Trend:
    """The trend of a voice's own takes; those far above it are left out of it."""
    x = np.array([_length(s) for s in seconds])
    y = np.log(np.maximum(distances, 1e-6))
    kept = np.ones(len(y), bool)
    slope, middle, spread = 0.0, float(np.median(y)), 1.0
    for _ in range(4):
        slope, middle = (float(v) for v in np.polyfit(x[kept], y[kept], 1)) if np.ptp(x[kept]) > 0.1 else (0.0, middle)
        off = y - middle - slope * x
        spread = max(0.12, 1.4826 * float(np.median(np.abs(off - np.median(off)))))
        kept = off - np.median(off) < 2.5 * spread
    return Trend(slope, middle + float(np.median(off[kept])), spread)


def _length(seconds: float) -> float:
    return math.log(min(max(seconds, 0.5), 5.0))


@dataclass(frozen=True, slots=True, eq=False)
class Norms:
    """Expected values for a voice. `takes`: how many it was learned from.

    seconds_each: seconds for each of `counts` [P]; pace_off: log of the length over what was expected,
    by that.
    gap: the pauses of lines that have marks to pause at; fall, rise: how steeply the level falls into pauses and
    rises out of them. beats: the log of syllables a second over what the text has of them in the time that it
    was expected to take.
    bands_inverse [BANDS, BANDS]: the inverse covariance of spectra about bands [BANDS].
    """

    takes: int
    seconds_each: NDArray[np.float64]
    pace_off: Curve
    level: Norm
    floor: Norm
    start: Norm
    end: Norm
    gap: Norm
    fall: Norm
    rise: Norm
    clipped: Norm
    repeat: Norm
    beats: Norm
    bands: NDArray[np.float64]
    bands_inverse: NDArray[np.float64]
    bands_off: Trend

    def expected_s(self, text: str) -> float:
        """The length that `text` takes this voice, pauses left out."""
        return max(LEAST_S, float(counts(text) @ self.seconds_each))

    def pace(self, text: str, measures: Measures) -> tuple[float, float]:
        """How much slower (over 0) or faster than the voice a take is: log of its length, log of its syllables' rate.

        The first also tells of words that are missing, or too many; the second does not.
        """
        expected = self.expected_s(text)
        length = math.log(max(measures.speech_s, 0.02) / expected) - self.pace_off.norm(expected).middle
        return length, self.beats.middle - _beats(measures, counts(text), expected)

    def timbre(self, measures: Measures) -> float:
        """How far a spectrum lies from the voice's: 1 is usual."""
        off = np.array(measures.bands) - self.bands
        return float(np.sqrt(max(float(off @ self.bands_inverse @ off), 0.0) / BANDS))


@lru_cache(maxsize=4096)
def counts(text: str) -> NDArray[np.float64]:
    """What decides how long a text takes: [6 + letters + pairs], the first six as in _PRIOR."""
    low = text.lower()
    words = _WORD.findall(low)
    joined = "".join(words)
    # A Chinese or Japanese character is a syllable or more, and a digit is a word.
    broad = sum(1 for c in joined if "\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3")
    digits = sum(c.isdigit() for c in low)
    syllables = sum(max(1, len(_VOWELS.findall(w.removesuffix("e")))) for w in words) + broad
    first = (
        1.0,
        len(joined) + 2.0 * broad + 4.0 * digits,
        syllables + 2.2 * digits,
        len(words) + digits,
        len(_CLAUSE.findall(low)),
        len(_SENTENCE.findall(low)),
    )
    return np.array([*first, *map(joined.count, _LETTERS), *map(joined.count, _PAIRS)], np.float64)


def has_vowels(word: str) -> bool:
    """Whether a word can be said as it is written; "Mr" cannot."""
    return bool(_VOWELS.search(word.lower())) or not word.isascii()


_PARTS = len(_PRIOR) + len(_LETTERS) + len(_PAIRS)


def default_norms() -> Norms:
    """For a voice of which nothing is known yet: wide enough for any."""
    pace = np.zeros(_PARTS)
    pace[: len(_PRIOR)] = _PRIOR
    return Norms(
        takes=0,
        seconds_each=pace,
        pace_off=Curve((0.0,), (0.0,), (0.17,)),
        level=Norm(-22.0, 4.0),
        floor=Norm(-45.0, 6.0),
        start=Norm(-35.0, 6.0),
        end=Norm(-35.0, 6.0),
        gap=Norm(0.35, 0.15),
        fall=Norm(20.0, 5.0),
        rise=Norm(36.0, 8.0),
        clipped=Norm(0.0, 0.0006),
        repeat=Norm(0.5, 0.1),
        beats=Norm(0.0, 0.3),
        bands=np.zeros(BANDS),
        bands_inverse=np.eye(BANDS) / 12.0**2,
        bands_off=Trend(0.0, 0.0, 0.25),
    )


def learn(takes: Sequence[tuple[str, Measures]]) -> Norms:
    """The norms of the voice that made `takes`, pairs of text and measures; some may be bad."""
    # From all over them: a render begins with the longest lines and ends with the shortest.
    takes = [(text, m) for text, m in takes[:: -(-len(takes) // LEARN_FROM) or 1] if m.speech_s > 0.1]
    norms = default_norms()
    if not takes:
        return norms
    texts = [text for text, _ in takes]
    spoken = np.array([m.speech_s for _, m in takes])
    asked = np.stack([counts(text) for text in texts])
    pace, off = _fit(asked, spoken, norms.seconds_each)
    marked = asked[:, 4:6].sum(axis=1) > 0
    gaps = [m.gap_s for (_, m), inner in zip(takes, marked, strict=True) if inner and m.gap_s >= 0.15]
    bands = np.array([m.bands for _, m in takes])
    middle, inverse = _spectrum(bands)
    learned = Norms(
        takes=len(takes),
        seconds_each=pace,
        pace_off=curve(off, np.maximum(asked @ pace, LEAST_S), norm(off, Norm(0.0, 0.17), 0.045), 0.045),
        level=norm([m.level for _, m in takes], norms.level, 0.7),
        floor=norm([m.floor_rel for _, m in takes], norms.floor, 2.0),
        start=norm([m.start_rel for _, m in takes], norms.start, 3.0),
        end=norm([m.end_rel for _, m in takes], norms.end, 3.0),
        gap=norm(gaps, norms.gap, 0.03),
        fall=norm([m.fall_db for _, m in takes if m.fall_db > 0], norms.fall, 3.0),
        rise=norm([m.rise_db for _, m in takes if m.rise_db > 0], norms.rise, 3.0),
        clipped=norm([m.clipped for _, m in takes], norms.clipped, 0.0004),
        repeat=norm([m.repeat for _, m in takes if m.repeat > 0], norms.repeat, 0.05),
        beats=norm(
            [_beats(m, a, e) for (_, m), a, e in zip(takes, asked, asked @ pace, strict=True)], norms.beats, 0.08
        ),
        bands=middle if len(takes) >= ENOUGH else norms.bands,
        bands_inverse=inverse if len(takes) >= ENOUGH else norms.bands_inverse,
        bands_off=norms.bands_off,
    )
    if len(takes) < ENOUGH:
        return learned
    distances = [learned.timbre(m) for _, m in takes]
    return replace(learned, bands_off=trend(distances, [m.seconds for _, m in takes]))


def _beats(m: Measures, asked: NDArray[np.float64], expected_s: float) -> float:
    return math.log(max(m.beats, 0.5) * max(expected_s, 0.15) / max(float(asked[2]), 1.0))


def norm(values: Sequence[float] | NDArray[np.float64], default: Norm, least: float) -> Norm:
    """The values' own norm, no tighter than `least`; drawn towards the default while there are few."""
    if not len(values):
        return default
    middle = float(np.median(values))
    spread = max(least, 1.4826 * float(np.median(np.abs(np.asarray(values) - middle))))
    if len(values) >= ENOUGH:
        return Norm(middle, spread)
    own = len(values) / ENOUGH
    between = default.middle + own * (middle - default.middle)
    return Norm(between, spread * own + (1 - own) * (default.spread + abs(middle - default.middle) / 4))


def _fit(
    asked: NDArray[np.float64], spoken: NDArray[np.float64], prior: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds for each count, and every take's log of length over expectation.

    Ridge regression of relative errors, drawn towards the prior at the voice's own overall pace;
    takes that lie far off are left out of a second and third fit.
    """
    ratio = float(np.median(spoken / np.maximum(asked @ prior, 0.1)))
    pace = prior * (ratio if len(spoken) >= 5 else 1.0)
    start, hold = pace, np.full(len(prior), 6.0)
    hold[: len(_HOLD)] = _HOLD
    off = np.log(spoken / np.maximum(asked @ pace, 0.1))
    for _ in range(3 if len(spoken) >= ENOUGH else 0):
        deviation = 1.4826 * float(np.median(np.abs(off - np.median(off))))
        kept = np.abs(off - np.median(off)) <= FAR * max(deviation, 0.03)
        scaled = asked[kept] / spoken[kept, None]
        left = 1.0 - scaled @ start
        pace = start + np.linalg.solve(scaled.T @ scaled + np.diag(hold), scaled.T @ left)
        off = np.log(spoken / np.maximum(asked @ pace, 0.1))
    return pace, off


def _spectrum(bands: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middle of spectra [T, BANDS] and the inverse of their covariance, of the nearer nine tenths."""
    middle = np.median(bands, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(bands - middle), axis=0), 0.7)
    if len(bands) < ENOUGH_BANDS:
        return middle, np.diag(1 / spread**2)
    distance = np.mean(np.square((bands - middle) / spread), axis=1)
    near = bands[distance <= float(np.quantile(distance, 0.9))]
    covariance = np.cov(near.T)
    # Drawn towards its own diagonal, and no variance under half a decibel's.
    covariance = 0.9 * covariance + 0.1 * np.diag(np.diag(covariance)) + 0.5 * np.eye(BANDS)
    return middle, np.linalg.inv(covariance).astype(np.float64)
