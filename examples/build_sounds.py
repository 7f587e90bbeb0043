"""Makes the sounds of night-ferry.fountain: a sea of filtered noise and a ship's bell.

python examples/build_sounds.py
"""

from pathlib import Path

import numpy as np
import soundfile

FOLDER = Path(__file__).parent / "sounds"
RATE = 16_000


def sea(seconds: float = 24.0) -> np.ndarray:
    """Waves: brown noise that swells and falls every five seconds or so."""
    times = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(1).normal(0, 1, len(times))
    # Brown noise without its drift: each sample keeps most of the one before.
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(len(times), 1 / RATE)
    spectrum *= 1 / np.maximum(hertz, 80) * (hertz < 4000)
    brown = np.fft.irfft(spectrum, len(times))
    swell = 0.55 + 0.3 * np.sin(2 * np.pi * times / 5.3) + 0.15 * np.sin(2 * np.pi * times / 3.1)
    return 0.4 * brown / abs(brown).max() * swell


def bell(seconds: float = 1.8) -> np.ndarray:
    """Two strokes of a small bell: partials that are no harmonics, each dying away."""
    times = np.arange(round(seconds * RATE)) / RATE
    partials = ((740, 1.0, 3.0), (1490, 0.6, 4.5), (2230, 0.4, 6.0), (3150, 0.25, 8.0))
    stroke = sum(level * np.sin(2 * np.pi * hz * times) * np.exp(-decay * times) for hz, level, decay in partials)
    second = round(0.45 * RATE)
    both = stroke.copy()
    both[second:] += stroke[:-second]
    return 0.5 * both / abs(both).max()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    soundfile.write(FOLDER / "sea.mp3", sea(), RATE, format="MP3")
    soundfile.write(FOLDER / "bell.wav", bell(), RATE, subtype="PCM_16")


if __name__ == "__main__":
    main()
