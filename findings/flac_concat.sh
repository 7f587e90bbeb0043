#!/bin/sh
# ffmpeg's list of files (the concat demuxer) and FLAC files of other block sizes.
# Guess: each file is read by its own header. Seen: by the first one's, and the second file's samples are gone, exit code 0.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
for release in 0.6.0 0.8.1; do
  python3 -m pip install --quiet --target "$place/$release" "imageio-ffmpeg==$release"
  ffmpeg=$(PYTHONPATH="$place/$release" python3 -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
  "$ffmpeg" -version | head -1
  for size in 1152 4096; do
    "$ffmpeg" -v error -y -f lavfi -i "sine=440:duration=1:sample_rate=24000" -frame_size $size "$place/$size.flac"
  done
  for order in "4096 1152" "1152 4096"; do
    for size in $order; do echo "file $size.flac"; done > "$place/list.txt"
    code=0
    "$ffmpeg" -v quiet -y -f concat -i "$place/list.txt" -f s16le "$place/joined.pcm" || code=$?
    samples=$(($(wc -c < "$place/joined.pcm") / 2))
    echo "blocks of $order: exit code $code, $samples samples of 48000"
    [ "$code" = 0 ]
    if [ "$order" = "4096 1152" ]; then [ "$samples" = 48000 ]; else [ "$samples" = 24000 ]; fi
  done
done
