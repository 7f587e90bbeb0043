"""Headings that are pictures: where no contents name the chapters, what a picture says of itself does."""

import re
from typing import Any

from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, text_of
from narrate.readers.epub.meaning import HEADINGS, is_ornament_picture

_FILE = re.compile(r"\S*\.(?:jpe?g|png|gif|svg|webp)|(?:image|picture|img)\W*\d*", re.IGNORECASE)
_LONGEST = 100  # characters


def write_out_titles(body: Any) -> None:
    """Put the words of a picture that is alone in a heading in its place."""
    for heading in [e for e in body.iter("*") if name_of(e) in HEADINGS and not clean(text_of(e))]:
        for picture in [e for e in heading.iter("*") if name_of(e) == "img"]:
            said = clean(picture.get("alt") or "")
            drawn = 0 < len(said) <= _LONGEST and not _FILE.fullmatch(said) and any(c.isalnum() for c in said)
            if drawn and not is_ornament_picture(picture):
                picture.tag = "span"
                picture.text = f" {said} "
