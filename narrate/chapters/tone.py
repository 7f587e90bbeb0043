"""Room tone: what a voice's own recordings hold where nobody speaks, for the pauses between takes.

Pauses of nothing at all sound as if the room were switched off and on. The tone is noise with
the spectrum and level of the takes' quietest moments, made anew rather than cut out, so that
no breath comes back every ten seconds; a voice whose quiet is digital silence gets none.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from narrate.audio import Audio

TAKES = 40  # listened to, spread over the chapter
FRAME = 512  # samples whose spectrum is taken
QUIETEST = 0.03  # of a take's frames
BELOW_SPEECH_DB = 46.0  # at least: what is -20 dBFS then has a floor of -66
LOOP = 1 << 18  # samples, 11 s at 24 kHz
SILENCE = 0.5  # RMS in steps of 16 bits: under this a take's quiet is digital silence


def room_tone(takes: Sequence[Path], read: "Callable[[Path], Audio] | None" = None) -> "NDArray[np.int16] | None":
    """LOOP samples that can be repeated without a seam; None where there is no noise to go by.

    The same takes give the same samples. `read` opens a take; what it raises for a damaged one is raised.
    """
    import numpy as np

    from narrate.audio import read_flac

    read = read or read_flac
    chosen = takes[:: max(1, len(takes) // TAKES)][:TAKES]
    window = np.hanning(FRAME)
    spectra, levels = [], []
    for take in chosen:
        samples = read(take).samples.astype(np.float64)
        count = len(samples) // FRAME
        if not count:
            continue
        frames = samples[: count * FRAME].reshape(count, FRAME)
        rms = np.sqrt((frames**2).mean(1))
        levels.append(np.sqrt((samples**2).mean()))
        # The very edges of a take are faded, and frames of exact zeros say nothing of the room.
        quiet = np.argsort(rms, kind="stable")[: max(1, round(QUIETEST * count))]
        spectra += [np.abs(np.fft.rfft(frames[at] * window)) ** 2 for at in quiet if rms[at] > SILENCE]
    if len(spectra) < len(chosen) / 2 or not levels:
        return None
    # Medians, since now and then a take is so short that its quietest frame is a word's end;
    # of noise, whose power is spread exponentially, the median is ln 2 of the mean.
    power = np.median(spectra, axis=0) / np.log(2)
    power[0] = 0.0  # no hum from an offset
    rms = float(np.sqrt(2 * power.sum() / FRAME / (window**2).sum()))
    rms = min(rms, float(np.median(levels)) * 10 ** (-BELOW_SPEECH_DB / 20))
    if rms <= SILENCE:
        return None
    noise = np.fft.rfft(np.random.default_rng(LOOP).normal(size=LOOP))
    shape = np.interp(np.linspace(0, 1, len(noise)), np.linspace(0, 1, len(power)), power)
    shaped = np.fft.irfft(noise * np.sqrt(shape))
    level = float(np.sqrt((shaped**2).mean()))
    loop: NDArray[np.int16] = np.rint(shaped * (rms / level)).astype(np.int16)
    return loop
