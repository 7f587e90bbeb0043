"""A line as it is spoken: numbers, dates, money, abbreviations and signs in words.

The script keeps the book's own words; this is worked out when a request is made, and it is
part of a take's key. So a rule that changes here remakes the lines that it changes, and no
others: rules are changed with care, and never for taste.
"""

import re
from collections.abc import Iterable
from functools import cache

from narrate.spoken.scan import Change, Rule, apply, scan

LANGUAGES = ("en",)


def as_spoken(text: str, language: str = "en", *, heading: bool = False, fixed: Iterable[Change] = ()) -> str:
    """`text` as an engine is asked to say it. `language` is a BCP 47 tag; of one without rules nothing changes.

    `heading`: a Roman numeral that opens it is a number, and capitals throughout are no initials.
    `fixed`: what a lexicon has decided for parts of the text; rules leave these alone.
    """
    return apply(text, changes(text, language, heading=heading, fixed=fixed))


def changes(
    text: str, language: str = "en", *, heading: bool = False, fixed: Iterable[Change] = ()
) -> Iterable[Change]:
    """What `as_spoken` changes, in order."""
    found = list(fixed)
    rules = _rules(language) if _gate(language).search(text) else ()
    if heading and language.split("-")[0] == "en":
        from narrate.spoken.english import heading_numeral

        numeral = heading_numeral(text)
        if numeral and all(change.start >= numeral[1] for change in found):
            found.append(Change(*numeral))
    return scan(text, rules, fixed=found)


@cache
def _rules(tag: str) -> tuple[Rule, ...]:
    language = tag.split("-")[0].lower()
    if language == "en":
        from narrate.spoken import english

        return english.rules(tag)
    return ()


@cache
def _gate(tag: str) -> re.Pattern[str]:
    """What a line must hold for any rule to agree; tests compare with scanning every line."""
    if tag.split("-")[0].lower() == "en":
        from narrate.spoken import english

        return english.GATE
    return re.compile(r"\W\w")
