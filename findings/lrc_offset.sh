#!/bin/sh
# [offset:500] in a file of lyrics: the words come half a second sooner (LRC's own rule).
# Guess: all readers heed it. Seen: pylrc has them later, ffmpeg moves them by a millisecond or not at all, lrc-kit leaves it to the caller.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" pylrc==0.1.2 imageio-ffmpeg==0.8.1
npm install --silent --no-fund --no-audit --prefix "$place/node" lrc-kit@1.2.1 > /dev/null
PYTHONPATH="$place" python3 - "$place" <<'P'
import json
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
import pylrc

folder, seen = Path(sys.argv[1]), {}
for offset in (500, -500):
    given = f"[ti:A song]\n[offset:{offset}]\n[00:10.00]One\n[00:20.00]Two\n"
    (folder / "a.lrc").write_text(given)
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", folder / "a.lrc", folder / "a.srt"], check=True
    )
    script = f"const {{ Lrc }} = require('lrc-kit'); console.log(Lrc.parse({json.dumps(given)}).lyrics[0].timestamp)"
    kit = subprocess.run(["node", "-e", script], cwd=folder / "node", capture_output=True, text=True, check=True)
    seen[offset] = (
        pylrc.parse(given)[0].time,
        (folder / "a.srt").read_text().split("\n")[1][:12],
        float(kit.stdout),
    )
    print(f"offset {offset}: pylrc 0.1.2 {seen[offset][0]} s, ffmpeg {seen[offset][1]}, lrc-kit 1.2.1 {seen[offset][2]} s")
assert [one[0] for one in seen.values()] == [10.5, 9.5], "it has changed"
assert [one[1] for one in seen.values()] == ["00:00:10,000", "00:00:10,001"], "it has changed"
assert [one[2] for one in seen.values()] == [10, 10], "it has changed"
P
