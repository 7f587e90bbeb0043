"""Rows of a file to paragraphs: whether lines were broken by hand, and what parts one paragraph from the next.

How paragraphs are told apart is settled once for the whole file, from its rows: by blank rows, by indents, or a row
each.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from narrate.readers.ornaments import is_scene_break

CUT = "\0"  # a row in the place of one that was taken out: a page's number, a picture, a note
_WRAP = 100  # characters: longer rows were not wrapped by hand
_DASHES = ("—", "–", "―")  # that open what somebody says
_INDENT = " \t\u3000"
_ENDS = ".!?…:。！？：\"”’'»«」』*"  # what a paragraph ends with
_CLOSING = "\"”’'»«)]）］」』*_ "
_SENTENCE_END = ".!?…:;—–。！？；：」』"
_LONG_ENOUGH_WIDE = 12  # signs of one in Chinese or Japanese
_NOTE_MARK = re.compile(r"(?:\[[\w*†‡§]{1,3}\]|[*†‡§]{1,3})$")  # at a row's end
_LONG_TITLE = 60
_LONG_ENOUGH = 40  # characters of a row after which a capital goes on with its sentence


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out: `wrapped` rows make a paragraph together, and an indent opens one where `indented`."""

    wrapped: bool
    indented: bool


def layout_of(rows: Sequence[str]) -> Layout:
    """How the rows of a file make paragraphs."""
    filled = [row for row in rows if row.strip() not in ("", CUT)]
    wrapped = _is_wrapped(rows, filled)
    return Layout(wrapped, wrapped and _by_indents(rows, filled))


def _is_wrapped(rows: Sequence[str], filled: Sequence[str]) -> bool:
    """Whether rows were broken by hand, so that a paragraph has several."""
    if not filled or len(filled) == 1:
        return True
    long = sum(len(row) > _WRAP for row in filled)
    blank = len(rows) - len(filled)
    if long > 0.2 * len(filled):
        return False  # some rows never end: each is a paragraph
    # No blank rows at all and most rows end their sentence: a row each, too.
    ended = sum(row.rstrip()[-1] in _ENDS for row in filled)
    return not (blank < 0.05 * len(rows) and ended > 0.7 * len(filled))


def _by_indents(rows: Sequence[str], filled: Sequence[str]) -> bool:
    """Whether an indent opens a paragraph: many rows have one, few blank rows part them."""
    indented = sum(row[0] in _INDENT for row in filled)
    return 0.05 * len(filled) < indented < 0.7 * len(filled) and len(rows) - len(filled) < 0.15 * len(rows)


def paragraphs(rows: Sequence[str], layout: Layout, is_heading: Callable[[str], bool]) -> Iterator[list[str]]:
    """The rows of each paragraph, and each blank row alone. A heading parts two, though no blank row is beside it."""
    group: list[str] = []
    for row, after in zip(rows, [*rows[1:], ""], strict=False):
        said = row.strip()
        heading = layout.wrapped and len(said) <= _LONG_TITLE and is_heading(said)
        alone = said != "" and (not layout.wrapped or is_scene_break(_closed_up(said)) or (heading and _is_text(after)))
        opens = alone or row[:1] == "\u3000" or (layout.indented and row[:1] in _INDENT) or (heading and _ends(group))
        opens = opens or (said[:1] in _DASHES and layout.wrapped and _ends(group))
        if group and (not said or opens):
            yield group
            group = []
        group.append(row)
        if alone or not said:
            yield group
            group = []
    if group:
        yield group


def _is_text(row: str) -> bool:
    """Whether a row below a heading is no title of it: an indent, a full row or a sentence's end."""
    said = row.strip()
    if said[:1].islower():
        return False  # it goes on with the row above, which is no heading
    return row[:1] in _INDENT or len(row) > _LONG_TITLE or said[-1:] in (*".。”」』", '"')


def _ends(group: Sequence[str]) -> bool:
    return not group or group[-1].rstrip()[-1:] in _ENDS


def mended(rows: Sequence[str], layout: Layout) -> list[str]:
    """`rows` without those that stand for what was taken out, and with the sentences joined that it stood in.

    Where nothing was torn one blank row is left of those around it: they were the page's, and part no scenes.
    """
    kept: list[str] = []
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and rows[end].strip() in ("", CUT):
            end += 1
        run = rows[at:end]
        if not any(CUT in row or "\f" in row for row in run):
            kept += rows[at : end + 1]
        else:
            before, after = (kept[-1] if kept else ""), (rows[end] if end < len(rows) else "")
            parted = any(row.strip() == "" for row in run)
            if parted and not is_torn(before, after):
                kept.append("\f" if len(run) == 1 and "\f" in run[0] else "")
                kept += rows[end : end + 1]
            elif parted and kept and not layout.wrapped:
                kept[-1] = f"{kept[-1].rstrip()}\0{after.strip()}"
            else:
                kept += [after.lstrip(_INDENT) if parted and layout.indented else after] if end < len(rows) else []
        at = end + 1
    return kept


def _closed_up(row: str) -> str:
    """A row with single spaces, if it may be one of signs."""
    return row if row[:1].isalpha() else " ".join(row.split())


def is_torn(before: str, after: str) -> bool:
    """Whether a sentence goes on from one row to another, whatever stood between them."""
    said, next_word = _NOTE_MARK.sub("", before.rstrip()), after.lstrip(" \t\"“‘'«(_")
    if not said or not next_word or is_scene_break(_closed_up(said)) or is_scene_break(_closed_up(after)):
        return False
    last = said.rstrip(_CLOSING)[-1:]
    if not last or last in _SENTENCE_END or last.isdigit():
        return next_word[0].islower() and last not in ".!?。！？" and last != ""
    if _is_wide(next_word[0]):
        return _is_wide(last) and len(said) >= _LONG_ENOUGH_WIDE and after[0] not in _INDENT and said[-1] not in "」』”"
    return next_word[0].islower() or (len(said) >= _LONG_ENOUGH and not said.isupper() and not after.isupper())


def _is_wide(character: str) -> bool:
    return re.match("[\u3040-\u9fff\uff00-\uffef、，]", character) is not None
