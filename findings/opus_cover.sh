#!/bin/sh
# The length of an Opus file with a cover, in music-metadata.
# Guess: as without a cover, from the last page. Seen: none, unless the whole file is asked to be read for it.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/python" imageio-ffmpeg==0.8.1 mutagen==1.48.1 pillow==12.3.0 numpy==2.3.5
npm install --silent --no-fund --no-audit --prefix "$place/node" music-metadata@12.1.0 > /dev/null
PYTHONPATH="$place/python" python3 - "$place" <<'P'
import base64
import io
import shutil
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from mutagen.flac import Picture
from mutagen.oggopus import OggOpus
from PIL import Image

plain, covered = (Path(sys.argv[1]) / name for name in ("plain.opus", "covered.opus"))
tone = ["-f", "lavfi", "-i", "sine=440:duration=10:sample_rate=48000"]
subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *tone, "-c:a", "libopus", plain], check=True)
shutil.copy(plain, covered)
image = io.BytesIO()
Image.fromarray(np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8)).save(image, "JPEG")
picture = Picture()
picture.type, picture.mime, picture.data = 3, "image/jpeg", image.getvalue()
file = OggOpus(covered)
file["metadata_block_picture"] = [base64.b64encode(picture.write()).decode()]
file.save()
P
cat > "$place/node/read.mjs" <<'J'
import { parseFile } from "music-metadata";
for (const name of ["plain", "covered"]) {
  const path = `${process.argv[2]}/${name}.opus`;
  const quick = (await parseFile(path)).format.duration;
  const whole = (await parseFile(path, { duration: true })).format.duration;
  console.log(`music-metadata 12.1.0, ${name}: ${quick} s; with { duration: true } ${whole} s`);
  if ((quick === undefined) !== (name === "covered") || Math.abs(whole - 10) > 0.05) throw new Error("it has changed");
}
J
node "$place/node/read.mjs" "$place"
