"""Headings: a Roman numeral that opens one is a number, and capitals throughout are no initials."""

import re
from collections.abc import Iterable, Iterator

from narrate.words import roman
from narrate.words.numbers import cardinal
from narrate.words.scan import Change

_NUMERAL = re.compile(rf"({roman.ROMAN})(?=[.:—–-]|\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_MOST_CHAPTERS = 400  # no book has more, and MIX is a word
_INITIALS = frozenset(
    "USA UK EU UN USSR FBI CIA BBC NATO NASA TV DNA AIDS HIV IQ ID CD DVD PC OK AD BC RAF MP VIP FAQ".split()
)


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


def lower_capitals(text: str, changes: Iterable[Change]) -> Iterator[Change]:
    """`changes`, and between them words in capitals as a title has them: THE WRONG HOUR → The Wrong Hour.

    Engines spell what looks like initials. Those that everybody knows stay, and so do words without a vowel.
    """
    at = 0
    for change in [*changes, Change(len(text), len(text), "")]:
        for word in _WORD.finditer(text, at, change.start):
            if (lowered := _lowered(word)) != word[0]:
                yield Change(word.start(), word.end(), lowered)
        if change.end > change.start:
            yield Change(change.start, change.end, _WORD.sub(_lowered, change.spoken))
        at = change.end


def _lowered(match: re.Match[str]) -> str:
    word = match[0]
    if not word.isupper() or len(word) == 1 or word in _INITIALS or not re.search("[^B-DF-HJ-NP-TV-XZ’']", word):
        return word
    return word[0] + word[1:].lower()
