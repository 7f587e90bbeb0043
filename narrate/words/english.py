"""English as spoken: every rule in its order, and what the book's own marks add.

Ours rather than a normaliser's, after measuring them (docs/script.md): what knows most of the
test cases is slow and untried, and what is tried stops at "4½" and turns the answer "No." into
"number". The words of numbers are unicode-rbnf's.
"""

import re
from functools import cache

from narrate.languages.english_spoken import SPOKEN as EN
from narrate.words import (
    english_amounts,
    english_dates,
    english_formulas,
    english_numbers,
    english_romans,
    english_words,
    web,
)
from narrate.words.scan import Rule

# A line in which nothing of this is found is spoken as written: nine lines of ten of a novel, at a tenth of the cost.
GATE = re.compile(rf"[\d&%@=§©±≈≠→°¢$£€¥₩₹₽№™®#~⸺⸻<>+×{''.join(english_numbers.VULGAR)}]|{english_words.gate()}"
                  rf"|{english_formulas.gate()}|{english_romans.gate()}"
                  rf"|(?i:\b(?:{english_dates.SHORT_MONTHS}|{english_dates.SHORT_DAYS}|[ap]\.\s?m)\.)")  # fmt: skip


@cache
def rules(tag: str) -> tuple[Rule, ...]:
    """The rules for a BCP 47 tag: `en` and `en-US` write month/day, all others day/month."""
    day_first = tag.lower() not in ("en", "en-us")
    return (
        *web.rules("en"),
        *english_formulas.rules(),
        *english_romans.rules(),
        *english_words.rules(),
        *english_dates.rules(day_first),
        *english_amounts.rules(),
        *english_numbers.rules(),
        *english_words.sign_rules(),
    )


def is_ruler(name: str) -> bool:
    return name in EN.rulers


def ranked(number: int) -> str:
    """The rank of a ruler: 8 → the Eighth."""
    return f"the {english_numbers.rank(number).capitalize()}"
