"""Pulses, and spectra to a waveform and back: hibari's own arithmetic, at its rate or at a whole part of it.

The length of a frame's window, its step and the samples all shrink with the part, so that a third of the band
takes a third of the time.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 24_000
HOP = 300  # samples a frame
OVERLAP = 4  # frames that a sample is in
BINS = HOP * OVERLAP // 2 + 1
VOICED_HZ = 40.0  # hibari takes a lower pitch for none
HIGHEST = 11 / 12  # up to where there are harmonics, as a part of the band
BLOCK = 8192  # samples that are worked on at a time: all that is at hand then fits a core's cache

Values = NDArray[np.float32]
Spectrum = NDArray[np.complex64]


def pulses(pitch: Values, part: int = 1) -> Values:
    """All harmonics of the `pitch` [F] in Hz below HIGHEST, each as loud as the next: samples [F * HOP / part].

    Their sum is known: cos(t) + ... + cos(ht) = sin((h + 1/2) t) / (2 sin(t/2)) - 1/2.
    """
    hop, rate = HOP // part, SAMPLE_RATE // part
    step = max(1, BLOCK // hop)
    padded = np.pad(pitch, 1, mode="edge")
    later, sooner = _weights(hop)
    half, turned = hop // 2, 0.0
    made = np.empty((len(pitch), hop), np.float32)
    for first in range(0, len(pitch), step):
        before, here, after = (padded[first + n : min(first + step, len(pitch)) + n, None] for n in range(3))
        hertz = np.concatenate(
            [before * sooner[:half] + here * later[:half], here * sooner[half:] + after * later[half:]], axis=1
        )
        made[first : first + step] = _sum(hertz, turned, rate)
        turned = (turned + float(np.sum(np.maximum(hertz, VOICED_HZ), dtype=np.float64)) / rate) % 1.0
    return made.reshape(-1)


def _sum(hertz: Values, turned: float, rate: int) -> Values:
    """The pulses of a pitch [F, H] that has run for `turned` turns before."""
    floored = np.maximum(hertz, VOICED_HZ)
    turns = np.cumsum(floored.reshape(-1), dtype=np.float64).reshape(hertz.shape)
    turns *= 1.0 / rate
    turns += turned
    turns -= np.floor(turns)
    turns *= 2 * np.pi
    angle = turns.astype(np.float32)
    count = np.floor(np.float32(rate / 2 * HIGHEST) / floored) + np.float32(0.5)
    below = np.sin(angle * np.float32(0.5))
    below *= 2
    limit = np.abs(below) <= 2e-3
    np.copyto(below, 1.0, where=limit)
    angle *= count
    made: Values = np.sin(angle)
    made /= below
    np.copyto(made, count, where=limit)
    made -= 0.5
    np.copyto(made, 0.0, where=hertz <= VOICED_HZ)
    return made


def spectra(samples: Values, part: int = 1) -> Spectrum:
    """The spectrum of every frame of `samples`, [BINS / part, F]; a tone as loud as 1 has a peak of 1."""
    from hibari import dsp

    hop = HOP // part
    size = hop * OVERLAP
    padded = np.pad(samples, size // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][: len(samples) // hop]
    made: Spectrum = np.ascontiguousarray(dsp.rfft(windows * (_window(size) / np.float32(size / 4)), 1).T)
    return made


def overlapped(spectrum: Spectrum, part: int = 1) -> Values:
    """The samples [F * HOP / part] of spectra [BINS / part, F]: each frame under its window, and all summed."""
    from hibari import dsp

    hop, count = HOP // part, spectrum.shape[1]
    size = hop * OVERLAP
    frames = dsp.irfft(spectrum.T, size, 1)
    frames *= _window(size)
    frames = frames.reshape(count, OVERLAP, hop)
    squares = (_window(size) ** 2).reshape(OVERLAP, hop)
    made = np.zeros((count + OVERLAP - 1, hop), np.float32)
    weight = np.zeros_like(made)
    for n in range(OVERLAP):
        made[n : n + count] += frames[:, n]
        weight[n : n + count] += squares[n]
    made /= np.maximum(weight, 1e-11)
    return made.reshape(-1)[size // 2 : size // 2 + count * hop]


@cache
def _window(size: int) -> Values:
    """Hann's window, as it goes round."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)


@cache
def _weights(hop: int) -> tuple[Values, Values]:
    """Where the samples of a frame lie between the middles of two frames: the weight of the later, of the sooner."""
    later = (((np.arange(hop) + 0.5) / hop - 0.5) % 1.0).astype(np.float32)
    return later, (1.0 - later).astype(np.float32)
