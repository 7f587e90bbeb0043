"""English as spoken: every rule in its order, and what the book's own marks add.

Ours rather than a normaliser's, after measuring them (docs/script.md): the best of them stop at
"4½", turn the answer "No." into "number", and read "Mrs." as "Misses". Numbers' words are
unicode-rbnf's.
"""

import re
from functools import cache

from narrate.spoken import (
    english_amounts,
    english_dates,
    english_numbers,
    english_tables,
    english_words,
    roman,
    web,
)
from narrate.spoken.numbers import cardinal
from narrate.spoken.scan import Rule

# A line in which nothing of this is found is spoken as written: nine lines of ten of a novel, at a tenth of the cost.
GATE = re.compile(rf"[\d&%@=§©±≈≠→°¢$£€¥₩₹₽№™®#~⸺⸻<>+×{''.join(english_numbers.VULGAR)}]|{english_words.gate()}"
                  rf"|(?i:\b(?:{english_dates.SHORT_MONTHS}|[ap]\.\s?m)\.)")  # fmt: skip
_HEADING_NUMERAL = re.compile(rf"({roman.ROMAN})(?=[.:—–-]|\s|$)")


@cache
def rules(tag: str) -> tuple[Rule, ...]:
    """The rules for a BCP 47 tag: `en` and `en-US` write month/day, all others day/month."""
    day_first = tag.lower() not in ("en", "en-us")
    return (
        *web.rules("en"),
        *english_words.rules(),
        *english_dates.rules(day_first),
        *english_amounts.rules(),
        *english_numbers.rules(),
        *english_words.sign_rules(),
    )


def heading_numeral(text: str) -> tuple[int, int, str] | None:
    """Start, end and words of the Roman numeral that opens a heading: `XIV`, `IV. The Storm`, never `I Remember`."""
    found = _HEADING_NUMERAL.match(text)
    if not found or roman.value(found[1]) >= 400:  # no book has as many chapters, and MIX is a word
        return None
    rest = text[found.end() :]
    # A numeral followed by words wants a mark or two letters; "I", "C" and "MIX" may open a title.
    if rest and not (rest[0] in ".:—–-" or (len(found[1]) > 1 and set(found[1]) <= set("IVX"))):
        return None
    return 0, found.end(), cardinal(roman.value(found[1]), "en").capitalize()


_CAPITALS = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_KEPT = frozenset(
    "USA UK EU UN USSR FBI CIA BBC NATO NASA TV DNA AIDS HIV IQ ID CD DVD PC OK AD BC RAF MP VIP FAQ".split()
)


def lower_capitals(text: str) -> str:
    """A heading all in capitals as a title, so that no engine spells it: THE WRONG HOUR → The Wrong Hour.

    Initials that everybody knows stay, and so do words without a vowel.
    """

    def said(match: re.Match[str]) -> str:
        word = match[0]
        return word if word in _KEPT or not re.search("[AEIOUYÀ-Ý]", word) else word[0] + word[1:].lower()

    return _CAPITALS.sub(said, text)


def is_ruler(name: str) -> bool:
    return name in english_tables.RULERS


def ranked(number: int) -> str:
    """The rank of a ruler: 8 → the Eighth."""
    return f"the {english_numbers.rank(number).capitalize()}"
