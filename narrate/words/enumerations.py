"""The Roman numbers of an enumeration: the facts: I. The boats; II. The nets → one. The boats; two. The nets."""

import re
from collections.abc import Iterator

from narrate.languages import find_language
from narrate.words import roman
from narrate.words.numbers import cardinal
from narrate.words.scan import Change

_NUMERAL = r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"
# It opens the text, or follows a mark; its part comes after its stop. In brackets it needs neither.
_PART = re.compile(
    rf"(?:^[“‘«\"'(\[]{{0,2}}|(?<=[:;—]\s)|(?<=[.,]\s)|(?<=[:;—(]))(?P<stopped>{_NUMERAL})(?=\.\s[“‘«\"'(]?(?P<next>[^\W\d_]+))"
    rf"|\((?P<closed>{_NUMERAL}|(?=[ivx])x{{0,3}}(?:ix|iv|v?i{{0,3}}))(?=\)\s?[^\W\d_])"
)
_SIGHT = 400  # characters in which the number beside one is looked for


def part_numbers(text: str, language: str) -> Iterator[Change]:
    """The numbers of parts in `text`, in words.

    I, V and X alone may be letters: the number beside them tells, or at the beginning a word that opens sentences.
    After a full stop or a comma the number before it must be there, too. Where nouns have capitals and ranks a stop,
    as in German, what follows opens a sentence: `II. Weltkrieg` is no part.
    """
    known = find_language(language)
    ranks = getattr(known.spoken, "ranks_by_stop", False)
    for found in _PART.finditer(text):
        written = found["stopped"] or found["closed"]
        start, end = found.span("stopped" if found["stopped"] else "closed")
        number, closing = roman.value(written), ")" if found["closed"] else "."
        beside = (_numeral(n, written) for n in (number - 1, number + 1) if n > 0)
        around = text[max(0, start - _SIGHT) : end + _SIGHT]
        counted = any(re.search(rf"(?<![^\W_]){one}{re.escape(closing)}", around) for one in beside)
        sure = len(written) > 1 and text[max(0, start - 2) : start].strip() not in (".", ",")
        opens = found["stopped"] and found["next"].lower() in known.sentences.starters
        if not number or not (counted or sure or (opens and not text[:start].strip("“‘«\"'(["))):
            continue
        if ranks and found["stopped"] and not opens:
            continue
        yield Change(start, end, cardinal(number, known.code))


def _numeral(number: int, like: str) -> str:
    numeral = roman.numeral(number)
    return numeral.lower() if like.islower() else numeral
