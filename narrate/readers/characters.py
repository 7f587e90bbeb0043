"""The characters that no page is meant to show: taken out of every text that is read."""

import re

from narrate.book import squeeze

# Soft hyphens, zero-width spaces, direction marks, halves of characters, controls that are no white space.
_UNSEEN = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+"
)
# Joiners shape Persian, Indic scripts and emoji, so they go only from beside Latin letters.
_JOINERS = re.compile("[\u200c\u200d]+")


def clean(text: str) -> str:
    """`text` on one line, white space squeezed, without characters that no page shows."""
    if not text.isascii():
        text = _JOINERS.sub(_joiners, text)
    return squeeze(_UNSEEN.sub("", text))


def _joiners(found: re.Match[str]) -> str:
    """Joiners as they are, or nothing beside a Latin letter."""
    text, beside = found.string, (found.start() - 1, found.end())
    return "" if any(0 <= at < len(text) and text[at].isascii() and text[at].isalpha() for at in beside) else found[0]
