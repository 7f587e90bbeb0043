#!/bin/sh
# Words in braces in an SRT file, through pysubs2.
# Guess: SRT has no braces of its own, so they are text. Seen: they are kept in memory and gone from the SRT and WebVTT that it writes.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" pysubs2==1.8.1 srt==3.5.3
PYTHONPATH="$place" python3 - <<'P'
import pysubs2
import srt

GIVEN = "1\n00:00:01,000 --> 00:00:02,000\nThe set {1, 2} has two numbers.\n\n"
print("pysubs2", pysubs2.VERSION)
assert srt.compose(srt.parse(GIVEN)) == GIVEN, "another library keeps it to the byte"
read = pysubs2.SSAFile.from_string(GIVEN)
print("in memory:", read[0].text)
for form in ("srt", "vtt"):
    written = read.to_string(form)
    print(form, "written:", written.strip().splitlines()[-1])
    assert "The set  has two numbers." in written, "it has changed"
P
