"""Pages of rights and printing, known by what they hold: ©, ISBN, "All rights reserved" in the languages we know.

One sign may stand in any text; several in few words are an imprint.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from narrate.languages import languages
from narrate.readers.epub.units import Unit

MOST_WORDS = 600  # of an imprint
_WORDS_A_SIGN = 80  # of an imprint, at most
_FEW_WORDS = 40  # where one sign is enough, if they are all a page has
_MARKS = ("©", "ⓒ", "℗", "(c)", "copyright", "isbn")
_MILD = 3  # signs that other texts may have too, which in few words make an imprint of a page
_MILD_WORDS = 60
_NEAR_END = 5  # units from a heading or a page's end
_YEAR = r"(?:1[5-9]|20)\d\d"
_COPYRIGHT = re.compile(
    rf"(?:©|ⓒ|℗|\(c\)|\bcopyright\b)[^.\n]{{0,60}}?\b{_YEAR}|\b{_YEAR}\s*(?:©|\(c\))", re.IGNORECASE
)
_ISBN = re.compile(r"\b[ep]?-?ISBN\b.{0,25}?\d[\d\s–-]{8,16}[\dX]", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:ASIN|CIP|LCCN|DOI|УДК|ББК|Dépôt légal|NUR|BISAC)\b|\b[eE][pP]ub base\b")


@cache
def _phrases() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What reserves rights, and what else only an imprint says; in any language, in small letters."""

    def phrases(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(phrase.casefold() for text in texts if text for phrase in text.split("|")))

    known = languages().values()
    return phrases(language.rights for language in known), phrases(language.imprint for language in known)


def signs(text: str) -> frozenset[str]:
    """The signs of an imprint in a text; "strong" among them where it has one that other texts hardly have."""
    rights, others = _phrases()
    small = text.casefold()
    found = {phrase for phrase in others if phrase in small} | set(_OTHERS.findall(text))
    strong = {name for name, sign in (("©", _COPYRIGHT), ("isbn", _ISBN)) if sign.search(text)}
    strong |= {"rights"} if any(phrase in small for phrase in rights) else set()
    return frozenset(found | strong | ({"strong"} if strong else set()))


def _may_be_strong(units: Sequence[Unit]) -> bool:
    small = "\n".join(unit.text for unit in units).casefold()
    return any(mark in small for mark in (*_MARKS, *_phrases()[0]))


def _is_mild(units: Sequence[Unit]) -> bool:
    """Whether a whole page that no contents name is an imprint without a claim of rights."""
    words = sum(unit.words for unit in units)
    if not units or words > _MILD_WORDS or any(unit.words > _FEW_WORDS for unit in units):
        return False
    found = [signs(unit.text) for unit in units]
    return len(frozenset().union(*found)) >= _MILD and 2 * sum(map(bool, found)) >= len(units)


def imprint_in(units: Sequence[Unit], *, whole: bool, alone: bool) -> tuple[int, int]:
    """Where in `units`, which stand under one heading or none, an imprint begins and ends; (0, 0) for none.

    `whole`: they are one thing, by their title or because the page has no others; `alone`: no contents name it.
    """
    if whole and alone and _is_mild(units):
        return 0, len(units)
    if not _may_be_strong(units):
        return 0, 0
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
