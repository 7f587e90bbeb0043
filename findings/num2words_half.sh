#!/bin/sh
# Minus a half in words.
# Guess: "minus zero point five". Seen: "zero point five" in English and more than forty other languages of num2words.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" num2words==0.5.14
PYTHONPATH="$place" python3 - <<'P'
from num2words import CONVERTER_CLASSES, num2words

lost, kept = [], []
for language in sorted(CONVERTER_CLASSES):
    try:
        plus, minus = num2words(0.5, lang=language), num2words(-0.5, lang=language)
    except Exception:
        continue
    (lost if plus == minus else kept).append(language)
print("num2words 0.5.14:", num2words(-0.5), "|", num2words(-1.5), "|", num2words(-0.5, lang="de"))
print(f"{len(lost)} languages lose the sign, {len(kept)} keep it")
print("1.05 and 1.5 in Bengali:", num2words(1.05, lang="bn"), "|", num2words(1.5, lang="bn"))
assert {"en", "de", "fr", "es", "ru", "ja"} <= set(lost), "it has changed"
assert num2words(-1.5).strip() == "minus one point five", "it has changed"
assert num2words(1.05, lang="bn") == num2words(1.5, lang="bn"), "it has changed"
P
