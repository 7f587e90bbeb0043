#!/bin/sh
# Captions of a book of more than a day, and of more than a hundred hours.
# Guess: hours are counted on. Seen: npm's subtitle writes nonsense from 24 h on; pysubs2 reads 100:00:01 as one second; subsrt-ts drops the cue.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" pysubs2==1.8.1 srt==3.5.3
npm install --silent --no-fund --no-audit --prefix "$place/node" subtitle@4.2.2 subsrt-ts@2.1.2 > /dev/null
cat > "$place/a.srt" <<'S'
1
00:00:01,000 --> 00:00:02,500
First

2
25:00:01,000 --> 25:00:02,500
The second day

3
100:00:01,000 --> 100:00:02,500
The hundredth hour

S
PYTHONPATH="$place" python3 - "$place/a.srt" <<'P'
import sys

import pysubs2
import srt

text = open(sys.argv[1]).read()
right = [round(cue.start.total_seconds()) for cue in srt.parse(text)]
seen = [event.start // 1000 for event in pysubs2.SSAFile.from_string(text)]
print("srt 3.5.3", right, "pysubs2 1.8.1", seen)
assert right == [1, 90_001, 360_001] and sorted(seen) == [1, 1, 90_001], "it has changed"
P
cat > "$place/node/read.cjs" <<'J'
const { parseSync, stringifySync } = require("subtitle");
const subsrt = require("subsrt-ts");
const text = require("fs").readFileSync(process.argv[2], "utf8");
const starts = stringifySync(parseSync(text), { format: "SRT" }).match(/^\S+(?= -->)/gm);
const kept = (subsrt.default || subsrt).parse(text).filter((cue) => cue.type === "caption").length;
console.log("subtitle 4.2.2 writes", starts.join(" "), "| subsrt-ts 2.1.2 keeps", kept, "of 3");
if (starts[0] !== "00:00:01,000" || starts[1] === "25:00:01,000" || kept !== 2) throw new Error("it has changed");
J
node "$place/node/read.cjs" "$place/a.srt"
