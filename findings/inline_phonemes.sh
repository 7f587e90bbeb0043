#!/bin/sh
# A name with a title that is given with its phonemes, `[St. Clair](/sɪnklˈɛɹ/)`, through hibari-tts.
# Guess: the phonemes are said in the name's place. Seen: sentences are cut first, inside the name too: it says "street", the
# name, and then "slash" and the phonemes as letters. And 's after phonemes is a voiceless s, also where Dave's has a z.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" hibari-tts==0.2.1
PYTHONPATH="$place" python3 - <<'P'
from importlib.metadata import version

import hibari

print("hibari-tts", version("hibari-tts"))
voice = hibari.Hibari(threads=1)
seen = {}
for text in (
    "We met [Clair](/sɪnklˈɛɹ/) there.",
    "We met [St. Clair](/sɪnklˈɛɹ/) there.",
    "We met St. Clair there.",
    "It is [Niamh](/nˈiv/)'s boat.",
    "It is Dave's boat.",
):
    seen[text] = voice.phonemize(text)
    print(text, "->", seen[text])
plain, title, written, niamh, dave = seen.values()
assert plain == ["wˌi mˈɛt sɪnklˈɛɹ ðˈɛɹ."], "phonemes are said where no full stop is"
assert len(written) == 1, "the same name without phonemes is one sentence"
assert len(title) == 2, "it has changed: the name is whole"
assert title[0].endswith("stɹˈit."), "it has changed: no street"
assert title[1].count("slˈæʃ") == 2, "it has changed: no slash is read"
assert "nˈivs" in niamh[0], "it has changed: the sound before 's is heard"
assert "dˈAvz" in dave[0], "it has changed: 's of a plain word"
P
