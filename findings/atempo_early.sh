#!/bin/sh
# Speech made faster by ffmpeg's atempo, held against where each sound should be.
# Guess: at tempo t what was at s seconds is at s / t. Seen: all of it is up to half a window (21 ms at 24 kHz) earlier.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" imageio-ffmpeg==0.6.0 numpy==2.3.5
PYTHONPATH="$place" python3 - <<'P'
import subprocess

import imageio_ffmpeg
import numpy as np

RATE = 24_000
ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
print(subprocess.run([ffmpeg, "-version"], capture_output=True, text=True).stdout.split(" Copyright")[0])
times = np.arange(3 * RATE) / RATE
wave = (12_000 * np.sin(2 * np.pi * 220 * times) * (times % 0.5 > 0.25)).astype(np.int16)  # sounds at 0.25, 0.75 …
form = ["-f", "s16le", "-ar", str(RATE), "-ac", "1"]
for tempo in (1.05, 1.1, 1.25):
    command = [ffmpeg, "-v", "error", *form, "-i", "pipe:0", "-af", f"atempo={tempo}", *form, "pipe:1"]
    heard = np.frombuffer(subprocess.run(command, input=wave.tobytes(), capture_output=True).stdout, np.int16)
    loud = np.abs(heard.astype(int)) > 2000
    starts = np.array([n for n in np.flatnonzero(loud) if not loud[max(0, n - RATE // 20) : n].any()]) / RATE
    early_ms = 1000 * (np.arange(0.25, 3, 0.5) / tempo - starts)
    print(f"tempo {tempo}: {early_ms.min():.0f} to {early_ms.max():.0f} ms early")
    assert (early_ms > 5).all() and early_ms.max() < 22, "it has changed"
P
