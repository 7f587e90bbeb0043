#!/bin/sh
# The hyphen of a word that a PDF's line cuts, through PDFium.
# Guess: it is the hyphen that is printed, and the line's end follows it. Seen: it is U+FFFE in the text and 2 among the
# letters, and the line's end is gone, also where the hyphen is the word's own (light-house): nothing tells the two apart.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --target "$place" pypdfium2==5.15.2 pypdf==7.1.1 reportlab==5.1.0
PYTHONPATH="$place" python3 - <<'P'
import io

import pypdf
import pypdfium2
import pypdfium2.raw as raw
from reportlab.pdfgen.canvas import Canvas

held = io.BytesIO()
canvas = Canvas(held)
for n, row in enumerate(("He said noth-", "ing of the light-", "house (a well-known one) and", "left.")):
    canvas.drawString(50, 700 - 14 * n, row)
canvas.save()
page = pypdfium2.PdfDocument(held.getvalue())[0].get_textpage()
text = page.get_text_range()
print("pypdfium2", pypdfium2.PYPDFIUM_INFO, repr(text))
assert "noth\ufffeing of the light\ufffehouse (a well-known one) and\r\nleft." in text, "it has changed"
letters = [raw.FPDFText_GetUnicode(page.raw, at) for at in range(page.count_chars())]
print("its letters there:", letters.count(2), "times 2;", letters.count(ord("-")), "hyphen in all")
assert (letters.count(2), letters.count(ord("-"))) == (2, 1), "it has changed"
peer = pypdf.PdfReader(held).pages[0].extract_text()
print("pypdf", pypdf.__version__, repr(peer))
assert "noth-\ning of the light-\nhouse" in peer, "another library keeps what is printed"
P
