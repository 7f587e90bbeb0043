#!/bin/sh
# An ampersand in WebVTT, turned to SRT by what reads both.
# Guess: the text is unescaped, since WebVTT has &amp; and SRT has not. Seen: "Salt &amp; Pepper" in the text and on the screen.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" webvtt-py==0.6.0 pysubs2==1.8.1 imageio-ffmpeg==0.8.1
PYTHONPATH="$place" python3 - "$place" <<'P'
import io
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
import pysubs2
import webvtt

folder = Path(sys.argv[1])
given = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nSalt &amp; Pepper\n"
(folder / "a.vtt").write_text(given)
cues = webvtt.from_buffer(io.StringIO(given))
cues.save_as_srt(str(folder / "a.srt"))
subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", folder / "a.vtt", folder / "b.srt"], check=True)
seen = {
    "webvtt-py's text": cues[0].text,
    "webvtt-py's SRT": (folder / "a.srt").read_text().split("\n")[2],
    "pysubs2's text": pysubs2.SSAFile.from_string(given)[0].plaintext,
    "pysubs2's SRT": pysubs2.SSAFile.from_string(given).to_string("srt").split("\n")[2],
    "ffmpeg's SRT": (folder / "b.srt").read_text().split("\n")[2],
}
for what, text in seen.items():
    print(f"{what}: {text}")
ffmpeg = seen.pop("ffmpeg's SRT")
assert set(seen.values()) == {"Salt &amp; Pepper"}, "it has changed"
assert ffmpeg == "Salt & Pepper", "it has changed"
P
