"""Chinese and Japanese: sentences by their own marks, which need no space after them.

A quotation is cut inside, as in other languages; a bracket or a title's 《》 never is.
"""

import re
from collections.abc import Iterator
from functools import cache

from narrate.languages import languages
from narrate.languages.language import Sentences

_END = re.compile(
    r"(?:[。｡！？!?]+|(?<!\d)．+(?!\d)|(?<=[⺀-鿿])\.(?=[\s”’」』]|$)|…+(?=[」』”’]|\s|$))[」』”’）】》〉)\]]*"
)
CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"  # what is written without spaces, and its marks
_CJK = re.compile(f"[{CJK}]")
_SIGHT = 40  # characters looked at after a mark
_QUOTE_CLOSERS = "」』”’"
_BRACKETS = {"（": "）", "《": "》", "〈": "〉", "【": "】", "〔": "〕", "(": ")", "[": "]"}
_LONGEST_FORM = 8  # characters of an ending that ends a sentence


def is_cjk(character: str) -> bool:
    """Whether a character is of a script written without spaces (or one of its marks)."""
    return _CJK.match(character) is not None


@cache
def _said() -> re.Pattern[str]:
    """“…” 他说: who said it, up to the next mark, stays with the quotation."""
    verbs = "|".join(language.sentences.said for language in languages().values() if language.sentences.said)
    return re.compile(rf"[^。！？!?，、；：“”「」『』\s]{{0,12}}?(?:{verbs})")


@cache
def _final_form() -> re.Pattern[str]:
    """An ending after which a line that ends has ended its sentence."""
    forms = "|".join(form for language in languages().values() for form in language.sentences.final_forms)
    return re.compile(rf"(?:{forms}|[」』）】。！？．])[かねよわ]?$")


def ends_sentence(row: str) -> bool:
    """Whether a line of Chinese or Japanese that ends here ends its sentence, too."""
    return is_cjk(row[-1]) and _final_form().search(row, max(0, len(row) - _LONGEST_FORM)) is not None


def cjk_sentences(row: str, table: Sentences) -> Iterator[str]:
    """The sentences of one row."""
    inside = _bracketed(row)
    start = 0
    for mark in _END.finditer(row):
        end = mark.end()
        if mark.start() < start:
            continue
        whole = (
            _BRACKETS.get(row[start]) == mark[0][-1] and inside.find(0, start, end) < 0
        )  # （A sentence in brackets.）
        if inside[mark.start()] and inside[end - 1] and not whole:
            continue
        if end < len(row) and row[end] == " ":
            end += 1  # rows are squeezed
        rest = row[end : end + _SIGHT]
        if not rest or _goes_on(mark[0], rest, table):
            continue
        yield row[start:end].strip()
        start = end
    if row[start:].strip():
        yield row[start:].strip()


def _goes_on(mark: str, rest: str, table: Sentences) -> bool:
    """Whether a sentence goes on after `mark`: with who said it, or with a closing mark of its own."""
    if rest[0] in "，、；：,;:。．！？!?）】」』":
        return True
    if mark[-1] not in _QUOTE_CLOSERS and mark[-1] not in _BRACKETS.values():
        return False
    return rest.startswith(table.after_quote) or _said().match(rest) is not None


def _bracketed(row: str) -> bytearray:
    """For every character whether it stands inside brackets that are closed: 1 or 0."""
    inside = bytearray(len(row))
    opened: list[tuple[int, str]] = []
    for at, character in enumerate(row):
        if closer := _BRACKETS.get(character):
            opened.append((at, closer))
        elif opened and character == opened[-1][1]:
            begin, _ = opened.pop()
            if not opened:
                inside[begin : at + 1] = b"\1" * (at + 1 - begin)
    return inside
