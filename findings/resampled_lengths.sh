#!/bin/sh
# How long a sound is after resampling: 22,051 samples from 22.05 to 24 kHz (24,001.09 exactly), 24,001 from 24 to 16 kHz (16,000.67).
# Guess: every library rounds up, as one must to lose nothing. Seen: up, to the nearest and down, by library, and two ways in ffmpeg alone.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" soxr==1.1.0 samplerate==0.2.4 scipy==1.17.1 soundfile==0.14.0 imageio-ffmpeg==0.8.1
PYTHONPATH="$place" python3 - "$place" <<'P'
import subprocess
import sys
from math import gcd

import imageio_ffmpeg
import numpy as np
import samplerate
import scipy.signal
import soundfile
import soxr

ROUNDS = {"scipy": (24_002, 16_001), "ffmpeg": (24_002, 16_001), "soxr": (24_001, 16_001),
          "ffmpeg with soxr": (24_001, 16_001), "libsamplerate": (24_001, 16_000)}  # fmt: skip


def by_ffmpeg(sound, rate, wanted, filters):
    path = f"{sys.argv[1]}/a.wav"
    soundfile.write(path, sound, rate, subtype="FLOAT")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", path, "-af", filters, "-f", "f32le", "-"]
    return len(subprocess.run(command, capture_output=True, check=True).stdout) // 4


seen = {name: [] for name in ROUNDS}
for length, rate, wanted in ((22_051, 22_050, 24_000), (24_001, 24_000, 16_000)):
    sound = np.random.default_rng(0).standard_normal(length).astype(np.float32) * 0.1
    whole = gcd(rate, wanted)
    seen["scipy"].append(len(scipy.signal.resample_poly(sound, wanted // whole, rate // whole)))
    seen["ffmpeg"].append(by_ffmpeg(sound, rate, wanted, f"aresample={wanted}"))
    seen["soxr"].append(len(soxr.resample(sound, rate, wanted)))
    seen["ffmpeg with soxr"].append(by_ffmpeg(sound, rate, wanted, f"aresample={wanted}:resampler=soxr"))
    seen["libsamplerate"].append(len(samplerate.resample(sound, wanted / rate, "sinc_best")))
for name, lengths in seen.items():
    print(name, lengths)
    assert tuple(lengths) == ROUNDS[name], "it has changed"
P
