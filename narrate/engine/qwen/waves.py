"""Recordings' waves as the encoders take them: at their rate, and as mel spectrograms; and how these compute."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from narrate.audio import mel_filters

MELS = 128
FFT = 1024  # samples of a spectrum, and of its window
STEP = 256  # samples from one spectrum to the next
TOP_HZ = 12_000
_LEAST_POWER, _LEAST_MEL = 1e-9, 1e-5  # added to what a root is taken of; below which no logarithm goes


@contextmanager
def in_float32() -> Iterator[None]:
    """Within it a card's convolutions round as the CPU's do, and alike each time: a kept voice is of no one machine."""
    exact = torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)
    with torch.inference_mode(), exact:
        yield


def resampled(wave: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """`wave` [N] at `wanted` Hz, [ceil(N * wanted / rate)]: by soxr, as librosa and so qwen-tts resample."""
    import soxr  # for recordings alone

    if rate == wanted:
        return wave
    made: NDArray[np.float32] = soxr.resample(wave, rate, wanted, quality="HQ")
    length = ceil(len(wave) * (wanted / rate))
    return np.pad(made[:length], (0, max(0, length - len(made))))


def log_mels(wave: NDArray[np.float32], rate: int) -> Tensor:
    """The logarithms [MELS, F] of the mel magnitudes of `wave` [N], which is longer than (FFT - STEP) / 2."""
    beside = (FFT - STEP) // 2
    padded = F.pad(torch.from_numpy(wave)[None], (beside, beside), mode="reflect")
    window = torch.hann_window(FFT)
    spectra = torch.stft(padded, FFT, STEP, window=window, center=False, return_complex=True)[0]
    magnitudes = torch.sqrt(torch.view_as_real(spectra).pow(2).sum(-1) + _LEAST_POWER)
    return torch.log(torch.clamp(_filters(rate) @ magnitudes, min=_LEAST_MEL))


@cache
def _filters(rate: int) -> Tensor:
    return torch.from_numpy(mel_filters(rate, FFT, MELS, TOP_HZ))
