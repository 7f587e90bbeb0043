"""The waveform of the embedded voice: what hibari's network gives of every frame, shifted and made audible.

hibari's own `dsp.synth` is the reference, and says it of arrays as large as the line:

    S = exp(harmonic) e^(i pi tanh(theta)) STFT(pulses) + exp(noise) Z + exp(free) e^(i phi)

Here a few bins are worked on at a time, so that no array leaves the processor's cache; Z is cut from one stretch of
noise in place of being drawn anew, which took as long as the rest; and the silence that is trimmed off a take is
not made at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from narrate.engine.draft_waves import BINS, VOICED_HZ, Spectrum, Values, overlapped, pulses, spectra
from narrate.voices import DraftVoice

REVISION = 2  # raised when the same request gives other samples than it did
LOUDEST = 7.0  # hibari's bound on a level
QUIET_DB = -80.0  # a frame whose every bin is this far under the loudest bin cannot be heard
MARGIN = 6  # frames that are made beside those that can; each is heard over four
BLOCK = 8192  # values that are worked on at a time: all that is at hand then fits a core's cache
NOISE = 1 << 20  # values of noise, drawn once a process
LONGEST = 1 << 16  # frames of one waveform, or 13 minutes
LOW = 3  # a third of the band, up to 4 kHz, has what a voice is loud by


@dataclass(frozen=True, slots=True)
class Frames:
    """A column each 12.5 ms: levels (natural logarithms) and phases of 601 bins, [601, F], and the pitch in Hz, [F]."""

    harmonic: Values
    theta: Values
    noise: Values
    free: Values
    phi: Values
    pitch: Values

    @classmethod
    def of(cls, outputs: Sequence[Values]) -> Self:
        """hibari's outputs "lh", "theta", "ln", "lr", "phi" and "f0" of a line, without the silence at both ends."""
        harmonic, theta, noise, free, phi, pitch = (output[0] for output in outputs)
        level = np.maximum(noise.max(axis=0), free.max(axis=0))
        np.maximum(level, harmonic.max(axis=0), out=level, where=pitch > VOICED_HZ)
        (heard,) = np.nonzero(level > level.max() + QUIET_DB / 20.0 * np.log(10.0))
        # Pulses without a pitch run at VOICED_HZ, half a turn a frame: after an even number of frames the others
        # stand where they would.
        first = max(0, int(heard[0]) - MARGIN) // 2 * 2
        kept = np.s_[..., first : int(heard[-1]) + 1 + MARGIN]
        return cls(harmonic[kept], theta[kept], noise[kept], free[kept], phi[kept], pitch[kept])


@dataclass(frozen=True, slots=True)
class Places:
    """Where to read values: between `low` and `high`, by the weight of the latter, and which is `nearest`."""

    low: NDArray[np.intp]
    high: NDArray[np.intp]
    weight: Values
    nearest: NDArray[np.intp]

    @classmethod
    def at(cls, places: NDArray[np.float64], count: int) -> Self:
        """Those of fractional `places` [M], each from 0 to count - 1."""
        low = places.astype(np.intp)
        high = np.minimum(low + 1, count - 1)
        return cls(low, high, (places - low).astype(np.float32), np.rint(places).astype(np.intp))


def waveform(frames: Frames, voice: DraftVoice, draws: np.random.Generator) -> Values:
    """Samples [N] float32 at 24 kHz of the frames in this voice; `draws` says which noise is heard."""
    pitch, paced, moved = frames.pitch, None, None
    if voice.pitch:  # a voiced frame stays voiced, however deep
        factor = 2.0 ** (voice.pitch / 12.0)
        pitch = np.where(pitch > VOICED_HZ, np.maximum(pitch * factor, VOICED_HZ + 1.0), pitch)
    if voice.pace != 1.0:
        count = max(1, round(len(pitch) / voice.pace))
        places = np.clip((np.arange(count) + 0.5) * (len(pitch) / count) - 0.5, 0.0, len(pitch) - 1.0)
        paced = Places.at(places, len(pitch))
        pitch = pitch[paced.low] + paced.weight * (pitch[paced.high] - pitch[paced.low])
    if voice.formant != 1.0:
        moved = Places.at(np.minimum(np.arange(BINS) / voice.formant, BINS - 1.0), BINS)
    starts = draws.integers(NOISE, size=2)
    spectrum = _spectrum(frames, pitch, paced, moved, starts)
    samples = overlapped(spectrum)
    if voice.pitch or voice.formant != 1.0:
        # Harmonics that move under the envelope grow and shrink by up to 6 dB: every voice is to be as loud as the
        # plain one. No sum over the spectra foretells it within 4 dB, so the lower third of the plain one is made.
        plain = overlapped(_spectrum(frames, frames.pitch, None, None, starts, LOW), LOW)
        wanted, power = (float(np.mean(wave * wave)) for wave in (plain, overlapped(spectrum[: BINS // LOW + 1], LOW)))
        samples *= np.float32(np.sqrt(wanted / max(power, 1e-12)))
    return samples


def _spectrum(
    frames: Frames,
    pitch: Values,
    paced: Places | None,
    moved: Places | None,
    starts: NDArray[np.int64],
    part: int = 1,
) -> Spectrum:
    """The spectra [601, M] of the voice with this `pitch` [M]; of a `part` of the band only the lowest bins."""
    spectrum = spectra(pulses(pitch.astype(np.float32), part), part)
    for rows in _blocks(*spectrum.shape):
        _fill(spectrum[rows], _rows(frames, rows, moved), paced, _noise(starts, rows.start, spectrum[rows].shape))
    return spectrum


def _blocks(bins: int, count: int) -> Iterator[slice]:
    """Rows of `count` values each, some BLOCK values at a time."""
    step = max(1, BLOCK // count)
    return (slice(start, min(start + step, bins)) for start in range(0, bins, step))


def _rows(frames: Frames, rows: slice, moved: Places | None) -> tuple[Values, ...]:
    """The levels and phases of some bins; with `moved` formants each is read where it came from."""
    if moved is None:
        return frames.harmonic[rows], frames.theta[rows], frames.noise[rows], frames.free[rows], frames.phi[rows]
    low, high, weight = moved.low[rows], moved.high[rows], moved.weight[rows, None]
    harmonic, noise, free = (
        level[low] + weight * (level[high] - level[low]) for level in (frames.harmonic, frames.noise, frames.free)
    )
    return harmonic, frames.theta[moved.nearest[rows]], noise, free, frames.phi[rows]


def _fill(spectrum: Spectrum, parts: tuple[Values, ...], paced: Places | None, noises: tuple[Values, Values]) -> None:
    """Make of the pulses' `spectrum` [R, M] the voice's, in place."""
    harmonic, theta, noise, free, phi = parts
    theta = np.tanh(theta)
    theta *= np.float32(np.pi)
    turns = [np.cos(theta), np.sin(theta), np.cos(phi), np.sin(phi)]
    levels = [harmonic, noise, free]
    if paced is not None:
        turns = [turn.take(paced.nearest, axis=1) for turn in turns]  # phases have no middle
        levels = [_between(level, paced) for level in levels]
    cosine, sine, real, imaginary = turns
    harmonic, noise, free = (np.exp(np.minimum(level, LOUDEST)) for level in levels)
    cosine *= harmonic
    sine *= harmonic
    real *= free
    imaginary *= free
    real += noises[0] * noise
    imaginary += noises[1] * noise
    # The product of two complex numbers by its parts: as one it takes four times as long.
    pulses_real, pulses_imaginary = spectrum.real.copy(), spectrum.imag.copy()
    real += pulses_real * cosine
    real -= pulses_imaginary * sine
    imaginary += pulses_real * sine
    imaginary += pulses_imaginary * cosine
    spectrum.real, spectrum.imag = real, imaginary


def _between(values: Values, places: Places) -> Values:
    low = values.take(places.low, axis=1)
    between = values.take(places.high, axis=1)
    between -= low
    between *= places.weight
    between += low
    return between


def _noise(starts: NDArray[np.int64], row: int, shape: tuple[int, ...]) -> tuple[Values, Values]:
    """Two stretches of the noise, [R, M], that go on from row to row."""
    noise, count = _noise_at_hand(), shape[0] * shape[1]
    one, other = ((int(start) + row * shape[1]) % NOISE for start in starts)
    return noise[one : one + count].reshape(shape), noise[other : other + count].reshape(shape)


@cache
def _noise_at_hand() -> Values:
    """The noise, and as much more as a block may need."""
    return np.random.default_rng(0).standard_normal(NOISE + LONGEST, dtype=np.float32)
