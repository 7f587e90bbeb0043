"""Headings: a Roman numeral that opens one is a number, and capitals throughout are no initials."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from narrate.words import roman
from narrate.words.numbers import cardinal
from narrate.words.scan import Change

_NUMERAL = re.compile(rf"({roman.ROMAN})(?=[.:—–-]|\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
NO_VOWEL = re.compile("[B-DF-HJ-NP-TV-XZБВГДЖЗЙКЛМНПРСТФХЦЧШЩЪЬ’']+")
_MOST_CHAPTERS = 400  # no book has more, and MIX is a word


def numeral_of(text: str, language: str) -> Change | None:
    """The Roman numeral that opens a heading, in words: `XIV`, `IV. The Storm`, never `I Remember`."""
    found = _NUMERAL.match(text)
    if not found or roman.value(found[1]) >= _MOST_CHAPTERS:
        return None
    rest = text[found.end() :]
    # A numeral followed by words wants a mark or two letters; "I", "C" and "MIX" may open a title.
    if rest and not (rest[0] in ".:—–-" or (len(found[1]) > 1 and set(found[1]) <= set("IVX"))):
        return None
    return Change(0, found.end(), cardinal(roman.value(found[1]), language))


def lower_capitals(
    text: str, changes: Iterable[Change], kept: frozenset[str], words: frozenset[str]
) -> Iterator[Change]:
    """`changes`, and between them words in capitals as a title has them: THE WRONG HOUR → The Wrong Hour.

    Engines spell what looks like initials. Those that are `kept` stay but for `words`, and so do those without a vowel.
    """
    at = 0

    def lowered(match: re.Match[str]) -> str:
        return _lowered(match, kept, words)

    for change in [*changes, Change(len(text), len(text), "")]:
        for word in _WORD.finditer(text, at, change.start):
            if (said := lowered(word)) != word[0]:
                yield Change(word.start(), word.end(), said)
        if change.end > change.start:
            yield replace(change, spoken=_WORD.sub(lowered, change.spoken))
        at = change.end


def _lowered(match: re.Match[str], kept: frozenset[str], words: frozenset[str]) -> str:
    word = match[0]
    if not word.isupper() or len(word) == 1:
        return word
    bare = word[:-2] if word.endswith(("’S", "'S")) else word
    if NO_VOWEL.fullmatch(bare) or (bare in kept and bare.lower() not in words):
        return bare + word[len(bare) :].lower()  # the CEO’s
    return word[0] + word[1:].lower()
