#!/bin/sh
# Chapters of an M4B that ffmpeg wrote, read by music-metadata, as players on Node read it.
# Guess: three chapters, as ffprobe lists them. Seen: an error where titles differ in length, one of three where they do not.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/python" imageio-ffmpeg==0.8.1
ffmpeg=$(PYTHONPATH="$place/python" python3 -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -1
for titles in "One Two Three" "One Two Six"; do
  at=0
  echo ";FFMETADATA1" > "$place/marks.txt"
  for title in $titles; do
    printf '[CHAPTER]\nTIMEBASE=1/1\nSTART=%s\nEND=%s\ntitle=%s\n' "$at" $((at + 2)) "$title" >> "$place/marks.txt"
    at=$((at + 2))
  done
  "$ffmpeg" -v error -y -f lavfi -i "sine=440:duration=6:sample_rate=24000" -f ffmetadata -i "$place/marks.txt" \
    -map 0:a -map_chapters 1 -c:a aac -movflags +faststart -f ipod "$place/$(echo "$titles" | tr ' ' _).m4b"
done
cat > "$place/read.mjs" <<'J'
import { parseFile } from "music-metadata";
for (const [file, expected] of Object.entries(JSON.parse(process.argv[3]))) {
  let seen = "error";
  try {
    const found = await parseFile(`${process.argv[2]}/${file}.m4b`, { includeChapters: true });
    seen = found.format.chapters.map((chapter) => chapter.title).join(",");
  } catch (error) {
    console.log(file, "is refused:", error.message);
  }
  console.log(file, "->", seen);
  if (seen !== expected) throw new Error("it has changed");
}
J
npm install --silent --no-fund --no-audit --prefix "$place/node" music-metadata@11.16.1 > /dev/null
cp "$place/read.mjs" "$place/node/read.mjs"
echo "music-metadata 11.16.1"
node "$place/node/read.mjs" "$place" '{"One_Two_Three": "error", "One_Two_Six": "One"}'

