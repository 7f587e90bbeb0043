"""Fractions that are one sign, as every language but English says those that no table of its own has: ⅝, 2⅝."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial

from narrate.languages.spoken import Parts
from narrate.words.numbers import cardinal

SIGNS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"

Say = Callable[[re.Match[str]], str | None]


def forms(language: str, parts: Parts) -> Iterator[tuple[str, Say]]:
    """The pattern of a sign, after a whole number or alone, and what is said for it."""
    yield rf"(?:(\d{{1,9}})\s?)?([{SIGNS}])(?![^\W_])", partial(_said, language=language, parts=parts)


def _said(match: re.Match[str], language: str, parts: Parts) -> str | None:
    over, under = (int(figure) for figure in unicodedata.normalize("NFKC", match[2]).split("⁄"))
    if parts.over:
        part = parts.over.format(cardinal(over, language), cardinal(under, language))
    elif named := parts.named.get(under):
        number = cardinal(over, language, parts.gender) if over == 1 and parts.gender else cardinal(over, language)
        part = f"{parts.one or number} {named[0]}" if over == 1 else f"{number} {named[1]}"
    else:
        return None
    return f"{cardinal(int(match[1]), language)}{parts.joint}{part}" if match[1] else part
