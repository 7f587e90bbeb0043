#!/bin/sh
# Chapters given to ffmpeg for Opus, Ogg Vorbis and FLAC, which all keep them in the same Vorbis comments.
# Guess: all three have them. Seen: Opus alone, counted from CHAPTER000; the others lose them, exit code 0, no warning.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" imageio-ffmpeg==0.8.1 mutagen==1.48.1
ffmpeg=$(PYTHONPATH="$place" python3 -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -1
cat > "$place/marks.txt" <<'M'
;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1
START=0
END=2
title=One
[CHAPTER]
TIMEBASE=1/1
START=2
END=6
title=Two
M
for form in opus:libopus ogg:libvorbis flac:flac; do
  "$ffmpeg" -v warning -y -f lavfi -i "sine=440:duration=6:sample_rate=48000" -f ffmetadata -i "$place/marks.txt" \
    -map 0:a -map_chapters 1 -c:a "${form#*:}" -b:a 64k "$place/a.${form%:*}" 2> "$place/said"
  [ ! -s "$place/said" ]
  PYTHONPATH="$place" python3 - "$place/a.${form%:*}" <<'P'
import sys

import mutagen

path = sys.argv[1]
marks = sorted((key, value) for key, value in mutagen.File(path).tags if key.upper().startswith("CHAPTER"))
print(path.rpartition(".")[2], marks)
assert [key for key, _ in marks[:1]] == (["CHAPTER000"] if path.endswith("opus") else []), "it has changed"
P
done
