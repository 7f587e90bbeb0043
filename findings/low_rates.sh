#!/bin/sh
# Bit rates of speech's sample rate: what ffmpeg's encoders make of 192 and 320 kb/s at 24 kHz.
# Guess: what is asked for, or an error, as libopus gives one. Seen: MP3 of 160 kb/s without a word, AAC of 110 after a warning.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" imageio-ffmpeg==0.8.1 mutagen==1.48.1
ffmpeg=$(PYTHONPATH="$place" python3 -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -1
for kbps in 64 192 320; do
  for suffix in mp3 m4a; do
    "$ffmpeg" -v warning -y -f lavfi -i "anoisesrc=r=24000:d=20:a=0.3:seed=1" -b:a ${kbps}k "$place/$kbps.$suffix" 2> "$place/said"
    PYTHONPATH="$place" python3 - "$place/$kbps.$suffix" $kbps "$place/said" <<'P'
import pathlib
import sys

import mutagen

path, asked, said = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3]).read_text()
seen = round(mutagen.File(path).info.bitrate / 1000)
print(f"{path[-3:]} asked for {asked} kb/s has {seen}; ffmpeg said {said!r}")
ok = (60 <= seen <= 68) if asked == 64 else (seen == 160 if path.endswith("mp3") else 95 <= seen <= 130)
assert ok, "it has changed"
assert ("clamping" in said) == (asked > 64 and path.endswith("m4a")), "it has changed: ffmpeg says something else"
P
  done
done
