"""Numbers in words, in ten languages, by unicode-rbnf: CLDR's own rules, read by pure Python.

Chosen over num2words (LGPL, no genders or cases) and over whole normalisers: docs/script.md
has the comparison. Above MAX a number is read digit by digit, as people do.
"""

from functools import cache, lru_cache
from typing import Any

MAX = 10**15

# The rule sets of CLDR that mean "a number alone", "a rank" and "a year"; others are asked for by name.
_CARDINAL = {"ko": "spellout-cardinal-sinokorean", "zh": "spellout-cardinal", "ja": "spellout-cardinal"}
_ORDINAL = {
    "en": "spellout-ordinal",
    "de": "spellout-ordinal",
    "zh": "spellout-ordinal",
    "ja": "spellout-ordinal",
    "ko": "spellout-ordinal-native",
}


@cache
def _engine(language: str) -> Any:
    from unicode_rbnf import RbnfEngine

    return RbnfEngine.for_language(language)


@lru_cache(maxsize=4096)
def by_rule(number: int, language: str, rule: str) -> str:
    """`number` by one of CLDR's rule sets, such as "spellout-cardinal-feminine"."""
    text: str = _engine(language).format_number(number, ruleset_names=[rule]).text
    return text


def cardinal(number: int, language: str, form: str = "") -> str:
    """`number` in words; `form` is "masculine", "feminine", "neuter" where the language has genders."""
    if abs(number) >= MAX:
        return digits(str(number), language)
    rule = f"spellout-cardinal-{form}" if form else _CARDINAL.get(language, "spellout-numbering")
    return by_rule(number, language, rule)


def ordinal(number: int, language: str, form: str = "") -> str:
    """The rank `number` in words; `form` as CLDR names it: "feminine", "masculine-genitive", "n"."""
    if number >= MAX:
        return digits(str(number), language)
    rule = _ORDINAL.get(language, "spellout-ordinal-masculine")
    return by_rule(number, language, f"{_ORDINAL.get(language, 'spellout-ordinal')}-{form}" if form else rule)


def digits(text: str, language: str) -> str:
    """The digits of `text` one by one; everything else in it is left out."""
    joint = "" if language in ("zh", "ja", "ko") else " "
    return joint.join(cardinal(int(c), language) for c in text if c.isdecimal())
