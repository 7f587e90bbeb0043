#!/bin/sh
# An MP3 with chapters (CHAP frames), copied by ffmpeg without encoding anything.
# Guess: the marks stay where they are. Seen: they move 46 ms earlier at 24 kHz, and again with every further copy: ffmpeg
# takes the encoder's lead-in off their times when it reads them, and writes what it read.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/mutagen" mutagen==1.48.1
for release in 0.6.0 0.8.1; do
  python3 -m pip install --quiet --target "$place/$release" "imageio-ffmpeg==$release"
  ffmpeg=$(PYTHONPATH="$place/$release" python3 -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
  "$ffmpeg" -version | head -1
  printf ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=4000\ntitle=One\n' > "$place/marks.txt"
  printf '[CHAPTER]\nTIMEBASE=1/1000\nSTART=4000\nEND=8000\ntitle=Two\n' >> "$place/marks.txt"
  "$ffmpeg" -v error -y -f lavfi -i "sine=440:duration=8:sample_rate=24000" -f ffmetadata -i "$place/marks.txt" \
    -map 0:a -map_chapters 1 -c:a libmp3lame -b:a 64k "$place/0.mp3"
  for copy in 1 2 3; do
    "$ffmpeg" -v error -y -i "$place/$((copy - 1)).mp3" -c copy "$place/$copy.mp3"
  done
  PYTHONPATH="$place/mutagen" python3 - "$place" <<'PYTHON'
import sys
from mutagen.id3 import ID3

starts = [max(frame.start_time for frame in ID3(f"{sys.argv[1]}/{n}.mp3").getall("CHAP")) for n in range(4)]
print("second chapter, in ms, as written and after each copy:", *starts)
assert starts == [4000, 3954, 3908, 3862], starts
PYTHON
done
