#!/bin/sh
# A WAV whose header is RF64, as writers use for what may pass 4 GB, and c2pa, which lists audio/wav among its formats.
# Guess: it is a WAV. Seen: it is refused, whatever its size.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/lib" c2pa-python==0.38.1 imageio-ffmpeg==0.8.1
PYTHONPATH="$place/lib" python3 - "$place" <<'PYTHON'
import subprocess
import sys

import c2pa
import imageio_ffmpeg

assert "audio/wav" in c2pa.Builder.get_supported_mime_types()
said = {}
for header, rf64 in (("RIFF", "never"), ("RF64", "always")):
    path = f"{sys.argv[1]}/{header}.wav"
    sound = ["-f", "lavfi", "-i", "sine=440:duration=1", "-rf64", rf64, path]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *sound], check=True)
    with open(path, "rb") as file:
        try:
            c2pa.Reader("audio/wav", file)
        except c2pa.C2paError as error:
            said[header] = f"{type(error).__name__}: {error}"
    print(header, "->", said[header])
assert "ManifestNotFound" in said["RIFF"], said  # read, and unsigned
assert "ManifestNotFound" not in said["RF64"], said
PYTHON
