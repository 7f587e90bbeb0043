"""Recordings as references for a voice: a good stretch cut out, set to level, and judged.

Everything works on plain waveforms, by measures that a person can check: levels of 20 ms
frames, the spectrum's spread, pitch. The limits were set between read speech (the draft
voices, film dialogue over noise) and noise, telephone sound, instruments and two readers in
turn. What they cannot tell (a crowd, a band behind the voice) passes: ears decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from narrate.audio import Audio, from_float
from narrate.errors import VoiceError
from narrate.languages import other_language, reading_s

RATE = 24_000  # Hz, what references are kept at
SHORTEST_S, LONGEST_S = 3.0, 15.0  # of a reference: less tells too little, more slows every line
BEST_S = 10.0
LONGEST_READING_S = 20.0  # of a passage that a model read; most take twelve
LONGEST_CLIP_S = 600.0  # of a clip that a stretch is chosen from
LEVEL_DB = -20.0  # of speech, the mean square of its louder frames, to full scale
PEAK = 0.89  # -1 dB

_FRAME = RATE // 50
_PAUSE_FRAMES = 8  # 160 ms: longer than the closure of a stop, so a place to cut
_PAD_FRAMES = 6  # of silence left at both ends
_SILENT_DB = -60.0
_CLIPPED_SHARE = 5e-4
_LEAST_RANGE_DB = 15.0  # loud frames over quiet ones; noise has 1 to 12, speech over noise from 17
_STILL_SHARE = 0.09  # of the time in unmoving tones; speech has 0.02, over a telephone 0.07, instruments from 0.11
_TELEPHONE_DB = -45.0  # above 4 kHz to all; a reader in a room has -10 to -25
_TWO_VOICES_SEMITONES = 6.0  # between two groups of phrases, with none between them
_PACE = (0.45, 2.0)  # the clip's length to what its text takes to read

Wave = NDArray[np.float32]  # [N], full scale 1


def to_wave(audio: Audio) -> Wave:
    """Samples as floats, full scale 1."""
    return audio.samples.astype(np.float32) / np.float32(32768)


def stretch(clip: Audio, *, whole: bool = False) -> tuple[int, int]:
    """The samples from which to which of a clip at RATE are a reference: all but the silence around them; the best
    of a long clip, which need not stay `whole`.

    Raises VoiceError when there is no sound in it, or it is too short or too long to be one.
    """
    assert clip.sample_rate == RATE
    wave = to_wave(clip)
    if not len(wave):
        raise VoiceError("holds no sound at all", do="give a recording of 3 to 15 s")
    if clip.seconds > LONGEST_CLIP_S:
        what = f"is longer than {LONGEST_CLIP_S / 60:.0f} minutes"
        raise VoiceError(what, do="cut out the part where one person speaks; 10 s are enough")
    if clip.seconds < SHORTEST_S:
        raise _too_short(clip.seconds)
    start, end = _sounding(wave)
    if (end - start) / RATE > LONGEST_S:
        if whole:
            what = f"is {(end - start) / RATE:.0f} s long, and its text belongs to all of it"
            raise VoiceError(what, do=f"cut both to {LONGEST_S:.0f} s, or let --transcribe choose a part of it")
        start, end = _best_stretch(wave, start, end)
    if (end - start) / RATE < SHORTEST_S:
        raise _too_short((end - start) / RATE)
    return start, end


def reference(clip: Audio, *, whole: bool = False) -> Audio:
    """The `stretch` of a clip. Raises VoiceError."""
    start, end = stretch(clip, whole=whole)
    return Audio(clip.samples[start:end], RATE)


def reading(clip: Audio) -> Audio:
    """What a model read, as a reference: without the silence around it, at level, cut where it ran on and on.

    Raises VoiceError when it is silent.
    """
    start, end = _sounding(to_wave(clip))
    return at_level(Audio(clip.samples[start : min(end, start + round(LONGEST_READING_S * RATE))], RATE))


def _too_short(seconds: float) -> VoiceError:
    do = f"give {SHORTEST_S:.0f} to {LONGEST_S:.0f} s, best about {BEST_S:.0f}"
    return VoiceError(f"has only {seconds:.1f} s of sound", do=do)


def at_level(clip: Audio) -> Audio:
    """The clip with its speech at LEVEL_DB, or as near to it as its peaks allow."""
    wave = to_wave(clip)
    gain = min(10 ** ((LEVEL_DB - _speech_db(_levels(wave))) / 20), PEAK / max(float(np.abs(wave).max()), 1e-6))
    return from_float(wave * np.float32(gain), clip.sample_rate)


@dataclass(frozen=True, slots=True)
class Measures:
    """A clip as a reference in numbers, by which it is judged before it is set to level.

    `still` is the share of the time in unmoving tones, `clipped` that of samples on a flat top; `semitones` lie
    between two people's pitches, 0 for one person.
    """

    seconds: float
    level_db: float  # of what is spoken
    noise_db: float  # of its quietest moments
    range_db: float  # of its loud moments over those
    clipped: float
    above_4_khz_db: float  # to all of it
    still: float
    semitones: float


def measure(clip: Audio) -> Measures:
    """The clip, which is none of silence alone, in numbers."""
    wave = to_wave(clip)
    levels = _levels(wave)
    loud, quiet = (float(level) for level in np.percentile(levels, [95, 10]))
    return Measures(
        clip.seconds,
        _speech_db(levels),
        quiet,
        loud - quiet,
        _clipped(wave),
        _above_4_khz(wave, levels),
        _still(wave),
        _two_pitches(wave, levels),
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """What speaks against a clip or its text, in a sentence; `of` is the field of Measures that shows it, or "text"."""

    of: str
    text: str


def faults(found: Measures) -> Iterator[Fault]:
    """Faults of a clip as a reference, by its measures."""
    if found.clipped > _CLIPPED_SHARE:
        yield Fault("clipped", f"its peaks are clipped ({found.clipped:.1%} of it)")
    if found.range_db < _LEAST_RANGE_DB:
        below = f"its quietest moments are only {found.range_db:.0f} dB below its loud ones"
        yield Fault("range_db", f"noise or music lies under the voice: {below}")
    elif found.still > _STILL_SHARE:
        text = f"it sounds like music: tones stand still for {found.still:.0%} of it, which no voice does"
        yield Fault("still", text)
    if found.above_4_khz_db < _TELEPHONE_DB:
        text = f"it has no sound above 4 kHz ({found.above_4_khz_db:.0f} dB), as over a telephone"
        yield Fault("above_4_khz_db", text)
    if found.semitones:
        text = f"more than one person seems to speak: two pitches, {found.semitones:.0f} semitones apart"
        yield Fault("semitones", text)


def text_faults(text: str, seconds: float, language: str) -> Iterator[Fault]:
    """Faults of `text` as the transcript of a clip of that length, in a `language` (such as "en", or "")."""
    if not any(c.isalpha() for c in text):
        yield Fault("text", "the text has no words in it")
        return
    expected = reading_s(text)
    if not _PACE[0] <= seconds / expected <= _PACE[1]:
        yield Fault("text", f"the text takes about {expected:.0f} s to read, and the clip has {seconds:.1f} s")
    if found := other_language(text, language):
        yield Fault("text", f'the text is not in "{language}": it looks like {found}')


def _levels(wave: Wave) -> NDArray[np.float32]:
    """[frames], dB to full scale of 20 ms each, -100 where it is silent."""
    frames = wave[: len(wave) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return np.asarray(10 * np.log10(np.maximum((frames**2).mean(axis=1), 1e-10)), np.float32)


def _speech_db(levels: NDArray[np.float32]) -> float:
    """The level of what is spoken: the mean power of the frames within 20 dB of the loudest."""
    loud = levels[levels > np.percentile(levels, 95) - 20]
    return float(10 * np.log10(np.mean(10 ** (loud / 10))))


def _active(levels: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which frames sound: 8 dB over the noise, but never what is within 10 dB of speech, nor what is 40 dB below."""
    loud, noise = np.percentile(levels, 95), np.percentile(levels, 5)
    return levels > max(loud - 40, min(noise + 8, loud - 10))


def _sounding(wave: Wave) -> tuple[int, int]:
    """Samples from the first sound to the last, with a little of what is around them. Raises VoiceError for none."""
    if _levels(wave).max(initial=-100.0) < _SILENT_DB:
        raise VoiceError("is silent", do="give a recording in which somebody speaks")
    at = np.flatnonzero(_active(_levels(wave)))
    return max(0, int(at[0]) - _PAD_FRAMES) * _FRAME, min(len(wave), (int(at[-1]) + 1 + _PAD_FRAMES) * _FRAME)


def _best_stretch(wave: Wave, start: int, end: int) -> tuple[int, int]:
    """From pause to pause, SHORTEST_S to LONGEST_S: near BEST_S, clean, and mostly speech. In samples."""
    levels = _levels(wave)
    active = _active(levels)
    pauses = [(a, b) for a, b in _runs(~active) if b - a >= _PAUSE_FRAMES]
    starts = [start // _FRAME, *(max(a, b - _PAD_FRAMES) for a, b in pauses)]
    ends = [*(min(b, a + _PAD_FRAMES) for a, b in pauses), end // _FRAME]
    full = np.abs(wave[: len(levels) * _FRAME]).reshape(-1, _FRAME).max(axis=1) > 0.985
    sounds, clips = np.cumsum([0, *active]), np.cumsum([0, *full])
    best, score = (start, min(end, start + round(LONGEST_S * RATE))), -np.inf  # where nobody ever pauses
    for first in starts:
        for last in ends:
            seconds = (last - first) * _FRAME / RATE
            if not SHORTEST_S <= seconds <= LONGEST_S:
                continue
            share = (sounds[last] - sounds[first]) / (last - first)
            full_scale = (clips[last] - clips[first]) / (last - first)
            loud, quiet = np.percentile(levels[first:last], [95, 10])
            merit = min(seconds, BEST_S) / BEST_S - max(0.0, seconds - BEST_S) / 20
            merit += min(float(loud - quiet), 40.0) / 40 - abs(share - 0.8) - 20 * full_scale
            if merit > score:
                best, score = (first * _FRAME, last * _FRAME), merit
    return best


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[start, end) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _clipped(wave: Wave) -> float:
    """The share of samples on a flat top: three or more in a row at the very peak."""
    flat = np.abs(wave) >= 0.999 * np.abs(wave).max()
    lengths = [b - a for a, b in _runs(flat)]
    return sum(length for length in lengths if length >= 3) / len(wave)


def _spectra(wave: Wave, size: int) -> NDArray[np.float32]:
    """Power [frames, size / 2 + 1] of windows 20 ms apart."""
    if len(wave) < size:
        wave = np.pad(wave, (0, size - len(wave)))
    windows = sliding_window_view(wave, size)[::_FRAME] * np.hanning(size).astype(np.float32)
    return np.asarray(np.abs(np.fft.rfft(windows)) ** 2, np.float32)


def _still(wave: Wave) -> float:
    """The share of the time in which the strongest tone has not moved by 6 Hz for 200 ms."""
    size = 4096
    bins = np.fft.rfftfreq(size, 1 / RATE)
    strongest = _spectra(wave, size)[:, (bins > 300) & (bins < 4000)].argmax(axis=1)
    held = [b - a - 9 for a, b in _runs(np.diff(strongest) == 0) if b - a >= 10]
    return sum(held) / max(len(strongest), 1)


def _above_4_khz(wave: Wave, levels: NDArray[np.float32]) -> float:
    """dB of the power above 4 kHz to all of it, while somebody speaks."""
    size = 1024
    spectra = _spectra(wave, size)
    loud = _active(levels)[: len(spectra)]
    power = spectra[: len(loud)][loud].mean(axis=0)
    above = power[np.fft.rfftfreq(size, 1 / RATE) > 4000].sum()
    return float(10 * np.log10(max(float(above), 1e-12) / max(float(power.sum()), 1e-12)))


def pitches(wave: Wave) -> NDArray[np.float32]:
    """Hz of each 20 ms frame, 0 where it is not voiced: the first high peak of its autocorrelation."""
    size = 1024
    window = np.hanning(size)
    spectra = np.abs(np.fft.rfft(sliding_window_view(wave, size)[::_FRAME] * window, 2 * size)) ** 2
    own = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * size)) ** 2)
    low, high = RATE // 400, RATE // 65
    correlation = np.fft.irfft(spectra)[:, : high + 1] / (own / own[0])[: high + 1]  # the window's own fall taken out
    around = correlation[:, low - 1 :] / np.maximum(correlation[:, :1], 1e-9)
    lags = around[:, 1:-1]
    tallest = lags.max(axis=1)
    peak = (lags >= around[:, :-2]) & (lags >= around[:, 2:]) & (lags >= 0.9 * tallest[:, None])
    hertz = RATE / (low + peak.argmax(axis=1))
    return np.where((tallest > 0.6) & peak.any(axis=1), hertz, 0.0).astype(np.float32)


def _two_pitches(wave: Wave, levels: NDArray[np.float32]) -> float:
    """How many semitones apart two groups of phrases are, each a fifth of the clip; 0 where there is one group."""
    hertz, active = pitches(wave), _active(levels)
    pauses = [run for run in _runs(~active) if run[1] - run[0] >= _PAUSE_FRAMES]
    edges = [(0, 0), *pauses, (len(active), len(active))]
    phrases: list[tuple[float, int]] = []  # median semitones, voiced frames
    for (_, start), (end, _) in pairwise(edges):
        spoken = hertz[start:end]
        spoken = spoken[spoken > 0]
        if len(spoken) >= 15:
            phrases.append((float(12 * np.log2(np.median(spoken) / 100)), len(spoken)))
    phrases.sort()
    total = sum(count for _, count in phrases)
    widest = 0.0
    for split in range(1, len(phrases)):
        below, above = phrases[:split], phrases[split:]
        if min(sum(n for _, n in side) for side in (below, above)) >= 0.2 * total:
            widest = max(widest, above[0][0] - below[-1][0])
    return widest if widest >= _TWO_VOICES_SEMITONES else 0.0
