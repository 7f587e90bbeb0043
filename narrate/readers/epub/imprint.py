"""Pages of rights and printing, known by what they hold: ©, ISBN, "All rights reserved" in the languages we know.

One sign may stand in any text; several in few words are an imprint.
"""

import re
from collections.abc import Sequence
from functools import cache

from narrate.languages import languages
from narrate.readers.epub.units import Unit

MOST_WORDS = 600  # of an imprint
_WORDS_A_SIGN = 80  # of an imprint, at most
_FEW_WORDS = 40  # where one sign is enough, if they are all a page has
_NEAR_END = 5  # units from a heading or a page's end
_YEAR = r"(?:1[5-9]|20)\d\d"
_COPYRIGHT = re.compile(
    rf"(?:©|ⓒ|℗|\(c\)|\bcopyright\b)[^.\n]{{0,60}}?\b{_YEAR}|\b{_YEAR}\s*(?:©|\(c\))", re.IGNORECASE
)
_ISBN = re.compile(r"\b[ep]?-?ISBN\b.{0,25}?\d[\d\s–-]{8,16}[\dX]", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:ASIN|CIP|LCCN|DOI|УДК|ББК|Dépôt légal|NUR|BISAC)\b")


@cache
def _phrases() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What reserves rights, and what else only an imprint says; in any language."""

    def pattern(texts: Sequence[str]) -> re.Pattern[str]:
        phrases = sorted({phrase for text in texts if text for phrase in text.split("|")}, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, phrases)), re.IGNORECASE)

    known = languages().values()
    return pattern([language.rights for language in known]), pattern([language.imprint for language in known])


def signs(text: str) -> frozenset[str]:
    """The signs of an imprint in a text; "strong" among them where it has one that other texts hardly have."""
    rights, others = _phrases()
    found = {phrase.casefold() for phrase in others.findall(text)}
    found |= set(_OTHERS.findall(text))
    strong = {name for name, sign in (("©", _COPYRIGHT), ("isbn", _ISBN), ("rights", rights)) if sign.search(text)}
    return frozenset(found | strong | ({"strong"} if strong else set()))


def imprint_in(units: Sequence[Unit], *, whole: bool, alone: bool) -> tuple[int, int]:
    """Where in `units`, which stand under one heading or none, an imprint begins and ends; (0, 0) for none.

    `whole`: they are one thing, by their title or because the page has no others; `alone`: no contents name it.
    """
    marked = [(at, signs(unit.text)) for at, unit in enumerate(units) if unit.words <= MOST_WORDS]
    marked = [(at, found) for at, found in marked if found]
    if not marked:
        return 0, 0
    words = sum(unit.words for unit in units)
    every = frozenset().union(*(found for _, found in marked))
    if whole and _is_imprint(every, words, alone=alone):
        return 0, len(units)
    # among other text: from the first sign to the last, where they stand close together
    start, end = marked[0][0], marked[0][0] + 1
    for at, _ in marked[1:]:
        if at - end > 2 or sum(unit.words for unit in units[end:at]) > _WORDS_A_SIGN:
            break
        end = at + 1
    if start > _NEAR_END and len(units) - end > _NEAR_END:
        return 0, 0
    inside = units[start:end]
    held = frozenset().union(*(found for at, found in marked if start <= at < end))
    return (start, end) if _is_imprint(held, sum(unit.words for unit in inside), alone=False) else (0, 0)


def _is_imprint(found: frozenset[str], words: int, *, alone: bool) -> bool:
    count = len(found - {"strong"})
    if alone and "©" in found and words <= _FEW_WORDS:
        return True
    enough = "strong" in found and count >= 2
    return enough and words <= min(MOST_WORDS, _WORDS_A_SIGN * count)
