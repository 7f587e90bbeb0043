#!/bin/sh
# piper-plus-g2p (French): the reading of French's commonest words.
# Guess: a phonemizer for voices reads est, où and les as everybody does: ɛ, u and le. Seen: est is read ɛs, as in "reste",
# où as two vowels, o and y, and les as le.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place/lib" piper-plus-g2p==0.3.1
PYTHONPATH="$place/lib" python3 - 2>/dev/null <<'PYTHON'
from piper_plus_g2p.french import FrenchPhonemizer

rules = FrenchPhonemizer()
found = {text: rules.phonemize(text) for text in ("Il est là.", "Où est-il ?", "C'est où ?", "les amis")}
for text, sounds in found.items():
    print(f"{text:12} {' '.join(sounds)}")
assert "ɛ s" in " ".join(found["Il est là."]), found
assert found["Où est-il ?"][:2] == ["o", "y_vowel"], found
PYTHON
