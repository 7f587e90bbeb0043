"""What an ear does not hear beside a louder sound: Johnston's model of simultaneous masking.

J. D. Johnston, "Transform coding of audio signals using perceptual noise criteria", IEEE J. Sel. Areas Commun. 6(2),
1988: power in critical bands, spread by Schroeder's function (Schroeder, Atal and Hall, J. Acoust. Soc. Am. 66, 1979),
lowered by an offset between a noise's (5.5 dB) and a tone's (14.5 dB and one more a Bark), as flat as the spectrum is.
The threshold in quiet is left out: nobody knows how loud a book is played, so silence masks nothing here.
"""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOISE_DB = 5.5  # how far below a masking noise a tone has to be
TONE_DB = 14.5  # how far below a masking tone a noise has to be, and one more a Bark
TONAL_DB = -60.0  # the spectral flatness of what counts as a tone
NOTHING = 1e-12  # of a spectrum's mean power: keeps logarithms finite


def bark(hz: "NDArray[np.floating]") -> "NDArray[np.floating]":
    """Critical-band rates in Bark of frequencies in Hz (Zwicker and Terhardt, J. Acoust. Soc. Am. 68, 1980)."""
    return np.asarray(13 * np.arctan(0.00076 * hz) + 3.5 * np.arctan((hz / 7500) ** 2))


def spreading_db(barks: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Schroeder's spreading function: how much of a band's power acts `barks` above it, in dB."""
    shifted = barks + 0.474
    return 15.81 + 7.5 * shifted - 17.5 * np.sqrt(1 + shifted**2)


@cache
def bands_of(size: int, rate: int) -> "NDArray[np.intp]":
    """The critical band of each of the size // 2 + 1 bins of a spectrum of `size` samples, from 0 on."""
    bands = np.floor(bark(np.fft.rfftfreq(size, 1 / rate))).astype(np.intp)
    # Near 0 Hz a bin may be wider than a band: the bands that hold none are not counted.
    return np.unique(bands, return_inverse=True)[1]


def thresholds(power: "NDArray[np.floating]", size: int, rate: int) -> "tuple[NDArray[np.floating], ...]":
    """The power that is masked, and the power that is there, in each critical band of each spectrum, both [N, bands].

    `power` [N, size // 2 + 1] are squared magnitudes, in any unit; sound that masks nothing has a threshold of 0.
    """
    _, spread, offsets = _model(size, rate)
    there = of_bands(power, size, rate)
    mean = power.mean(axis=1, keepdims=True)
    floor = np.maximum(mean * NOTHING, np.finfo(np.float32).tiny)
    flatness_db = 10 * (np.log10(power + floor).mean(axis=1, keepdims=True) - np.log10(mean + floor))
    tonal = np.clip(flatness_db / TONAL_DB, 0, 1)
    offset_db = tonal * offsets + (1 - tonal) * NOISE_DB
    return (there @ spread) * 10 ** (-offset_db / 10), there


def of_bands(power: "NDArray[np.floating]", size: int, rate: int) -> "NDArray[np.floating]":
    """The power in each critical band of each spectrum [N, bands], of `power` as `thresholds` takes it."""
    return np.asarray(np.add.reduceat(power, _model(size, rate)[0], axis=1))


@cache
def _model(size: int, rate: int) -> "tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]":
    """Where bands begin, what each spreads to each (columns sum to 1), and a tone's offset in each."""
    bands = bands_of(size, rate)
    starts = np.searchsorted(bands, np.arange(bands[-1] + 1))
    ends = np.append(starts[1:], len(bands))
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    centres = bark(np.array([frequencies[a:b].mean() for a, b in zip(starts, ends, strict=True)]))
    spread = 10 ** (spreading_db(centres[None, :] - centres[:, None]) / 10)  # [from, to]
    # Johnston's renormalisation: what spreading adds up to in a flat spectrum is taken off again.
    spread /= spread.sum(axis=0, keepdims=True)
    return starts, spread.astype(np.float32), (TONE_DB + centres).astype(np.float32)
