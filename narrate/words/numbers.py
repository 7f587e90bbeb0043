"""Numbers in words, in ten languages, by unicode-rbnf: CLDR's own rules, read by pure Python.

Chosen over num2words (LGPL, no genders or cases) and over whole normalisers: docs/script.md
has the comparison. Above MAX a number is read digit by digit, as people do.
"""

import re
from functools import cache, lru_cache
from typing import Any

from narrate.languages import find_language
from narrate.languages.spoken import Spoken

MAX = 10**15

_DEFAULT = Spoken()


def _spoken(language: str) -> Spoken:
    return find_language(language).spoken or _DEFAULT


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
    rule = f"spellout-cardinal-{form}" if form else _spoken(language).cardinal
    said = by_rule(number, language, rule)
    # Russians say `тысяча` for 1000, not CLDR's `одна тысяча`.
    return said.removeprefix("одна ") if said.startswith("одна тысяча") else said


def ordinal(number: int, language: str, form: str = "") -> str:
    """The rank `number` in words; `form` as CLDR names it: "feminine", "masculine-genitive", "n"."""
    if number >= MAX:
        return digits(str(number), language)
    spoken = _spoken(language)
    form = form or spoken.form
    return by_rule(number, language, f"{spoken.ordinal}-{form}" if form else spoken.ordinal)


def digits(text: str, language: str) -> str:
    """The digits of `text` one by one; everything else in it is left out."""
    return _spoken(language).digit_space.join(cardinal(int(c), language) for c in text if c.isdecimal())


def decimal(plain: str, language: str, point: str) -> str:
    """A number without marks between its thousands, `3.14`; `point` is said for the point, spaces included."""
    whole, _, decimals = plain.partition(".")
    if (len(whole) > 1 and whole[0] == "0") or int(whole) >= MAX:
        said = digits(whole, language)
    else:
        said = cardinal(int(whole), language)
    return f"{said}{point}{digits(decimals, language)}" if decimals else said


def mixed(text: str, language: str, joint: str) -> str:
    """Letters and digits in one word, `221B`: the digits one by one when there are more than two."""
    runs = re.findall(r"\d+|\D+", text)
    said = (digits(run, language) if len(run) > 2 else cardinal(int(run), language) for run in runs if run.isdecimal())
    return joint.join(next(said) if run.isdecimal() else run for run in runs)


def certain(value: int, agreement: str) -> bool:
    """Whether `value` is said alike before things of every gender and in every case.

    German `ein`, French `un` and `vingt et un`, Spanish `doscientos`, Portuguese `dois` are not.
    """
    match agreement:
        case "german":
            return value % 100 != 1 and value // 10**6 % 100 != 1
        case "french":
            return value % 100 not in (1, 21, 31, 41, 51, 61, 81)
        case "italian":
            return value % 1000 != 1
        case "spanish" | "portuguese":
            last = (1,) if agreement == "spanish" else (1, 2)
            groups = (value % 1000, value // 1000 % 1000 if value // 1000 > 1 else 0)
            return all(group < 200 and (group % 10 not in last or 10 < group % 100 < 13) for group in groups)
    return True
