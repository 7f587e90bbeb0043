"""Notes that no link leads to: known by the heading over them, or by a mark in the text that stands before them too.

What is found is given the links that it lacks, so that it is read as linked notes are.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

from narrate.languages import languages
from narrate.readers import figures
from narrate.readers.epub.around import ENDS, text_head
from narrate.readers.epub.marks import Mark, is_raised
from narrate.readers.epub.markup import name_of, text_of
from narrate.readers.epub.matter import NOTES_PAGES, part_of_title
from narrate.readers.figures import Sense

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LONGEST_TITLE = 40
_HEAD = 60  # characters of a block that are looked at


@dataclass(slots=True)
class Notes:
    """The notes of a page: each first block with the id of its note, those that go on, and what stands over them."""

    blocks: dict[Any, str] = field(default_factory=dict)
    heads: set[Any] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Block:
    """A block without blocks inside, and the mark that it opens with.

    `form` says how that is written: "raised", "sign", "bracket", "number", or "listed" by a list.
    """

    element: Any
    order: int
    value: str = ""
    form: str = ""
    heading: bool = False
    title: bool = False  # names a section of notes
    ends: bool = False  # nothing is read in it: a rule


@cache
def _opening() -> re.Pattern[str]:
    """A mark at a note's start: `¹`, `[1]`, `(注1)`, `[Footnote A:`, `Anm. 3:`, `*`, `12.`, `12`."""
    known = {word for language in languages().values() for word in language.note_words}
    word = rf"(?:{'|'.join(sorted(known, key=len, reverse=True))})\.?\s*"
    number, sign = r"\d{1,3}", r"[*†‡§]{1,3}"
    forms = (
        rf"(?P<raised>[{figures.RAISED}]{{1,3}})",
        rf"(?P<bracket>[\[(［〔（【]\s*(?:{word})?(?P<b>{number}|[a-z]|{sign})\s*[:：.]?\s*[\])］〕）】])",
        rf"(?P<named>[\[［]\s*{word}(?P<c>{number}|[a-z]|{sign})?\s*[:：.]|{word}(?P<d>{number})\s*[.:：)）　])",
        r"(?P<sign>[*†‡§※]{1,3})(?![\w.]*\*)",
        rf"(?P<number>{number})(?:[.:)）．、]\s*|\s+)",
    )
    return re.compile(rf"\s*(?:{'|'.join(forms)})\s*(?=[^\s*])", re.IGNORECASE)


def opening_of(element: Any) -> str:
    """The mark that an element's text opens with, as marks are compared; "" for none."""
    return _block(element, 0).value


def first_mark(element: Any) -> Any:
    """The first element inside with nothing before it, however deep; else None."""
    inner = element
    while not (inner.text or "").strip() and len(inner) and isinstance(inner[0].tag, str):
        inner = inner[0]
        if is_raised(inner) or name_of(inner) == "a":
            return inner
    return None


def _block(element: Any, order: int) -> _Block:
    """A leaf block, with the mark that it opens with."""
    name = name_of(element)
    if name == "hr":
        return _Block(element, order, ends=True)
    text = text_head(element)[:_HEAD]
    title = len(text) <= _LONGEST_TITLE and names_notes(text)
    if name in HEADINGS or title:
        return _Block(element, order, heading=name in HEADINGS, title=title)
    first = first_mark(element)
    if first is not None and is_raised(first) and figures.is_figure(raised := text_of(first).strip()):
        return _Block(element, order, figures.value_of(raised), "raised")
    match = _opening().match(text)
    if match is None:
        return _Block(element, order)
    form = next(name for name in ("raised", "bracket", "named", "sign", "number") if match[name])
    value = match["raised"] or match["sign"] or match["number"] or match["b"] or match["c"] or match["d"] or ""
    return _Block(element, order, figures.value_of(value), form)


def names_notes(text: str) -> bool:
    """Whether a title is one of notes, in any language: `Footnotes`, `ANMERKUNGEN:`, `注`."""
    return part_of_title(re.sub(r"^\W+|\W+$", "", text)) in NOTES_PAGES


def _blocks(body: Any) -> list[_Block]:
    """The page's blocks without blocks inside, in order; an item of an ordered list opens with its number."""
    found: list[_Block] = []
    listed: dict[Any, int] = {}  # how far each list has counted
    for order, element in enumerate(body.iter()):
        if not isinstance(element.tag, str):
            continue
        name = name_of(element)
        item = _count(element, listed) if name == "li" else ""
        if name == "hr":
            found.append(_Block(element, order, ends=True))
        if name not in ENDS or name in ("hr", "br") or _holds_blocks(element) or not _has_text(element):
            continue
        block = _block(element, order)
        if not block.value and (number := item or _number_of_item(element, listed)):
            block = _Block(element, order, number, "listed")
        found.append(block)
    return found


def _has_text(element: Any) -> bool:
    return any(not piece.isspace() for piece in element.itertext())


def _holds_blocks(element: Any) -> bool:
    return any(isinstance(inner.tag, str) and name_of(inner) in ENDS and name_of(inner) != "br" for inner in element)


def _count(item: Any, listed: dict[Any, int]) -> str:
    """The number that an ordered list shows before its next item, or ""."""
    parent = item.getparent()
    if parent is None or name_of(parent) != "ol":
        return ""
    start = parent.get("start") or "1"
    listed[parent] = listed.get(parent, int(start) - 1 if start.isdecimal() and len(start) < 6 else 0) + 1
    return str(listed[parent])


def _number_of_item(element: Any, listed: dict[Any, int]) -> str:
    """The number of the item that a block opens, or ""."""
    item = element.getparent()
    if item is None or name_of(item) != "li" or item[0] is not element or (item.text or "").strip():
        return ""
    return str(listed[item.getparent()]) if item.getparent() in listed else ""


class _Waiting:
    """Marks that have no note yet, as far as the page is read."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._coming = deque(mark for mark in marks if not mark.linked and not mark.opens)
        self._found: dict[str, deque[Mark]] = {}
        self._values: dict[str, int] = {}

    def read_to(self, order: int) -> None:
        while self._coming and self._coming[0].order < order:
            mark = self._coming.popleft()
            for value in mark.values if _may_have_note(mark) else ():
                self._found.setdefault(value, deque()).append(mark)

    def take(self, block: _Block, anchor: str, *, at_end: bool) -> bool:
        """Whether a mark before the block leads to it; then it is given the block's id."""
        found = self._found.get(block.value)
        while found and found[0].note:
            found.popleft()
        # Notes at a book's end come in the order of their marks, those at a page's foot soon after.
        mark = (found[0] if block.value.isdecimal() else found[-1]) if found else None
        if mark is None or not _leads(mark, block, at_end=at_end):
            return False
        mark.note = anchor
        if found and found[-1] is mark:
            found.pop()
        return True

    def knows(self, value: str) -> bool:
        return bool(self._found.get(value))


def _may_have_note(mark: Mark) -> bool:
    told = mark.told
    return told.sense is Sense.MARK or (told.neighbours > 0 and told.otherwise is Sense.MARK)


def _leads(mark: Mark, block: _Block, *, at_end: bool) -> bool:
    """Whether a block that opens with a mark is its note, by how both are written and where it stands."""
    if block.form == "sign":
        return True
    return at_end or (block.form in ("raised", "bracket", "named") and mark.told.sense is Sense.MARK)


def find_notes(body: Any, marks: Sequence[Mark]) -> Notes:
    """The page's notes that no link leads to; the marks that lead to them are given their ids."""
    notes = Notes()
    blocks = _blocks(body)
    waiting = _Waiting(marks)
    ending = set(_endings(blocks))
    verses = any(mark.told.sense is Sense.NUMBER and not mark.opens for mark in marks)
    section = -1  # where the section of notes ends
    anchor = ""
    for index, block in enumerate(blocks):
        waiting.read_to(block.order)
        if block.title and index > section:
            end = _end(blocks, index)
            if _is_section(blocks, index, end, waiting):
                notes.heads.add(block.element)
                section, anchor = end, ""
        elif block.ends or block.heading:
            continue
        elif index < section:
            if block.value or not anchor:
                anchor = _id(block)
                waiting.take(block, anchor, at_end=True)
            notes.blocks[block.element] = anchor
        elif verses or not block.value or block.form == "listed":
            continue
        elif waiting.take(block, found := _id(block), at_end=index in ending):
            notes.blocks[block.element] = found
    return notes


def _id(block: _Block) -> str:
    return block.element.get("id") or f"note of {block.order}"


def _end(blocks: Sequence[_Block], index: int) -> int:
    """Where what a heading is over ends: at the next heading."""
    end = index + 1
    while end < len(blocks) and not (blocks[end].heading or blocks[end].title):
        end += 1
    return end


def _is_section(blocks: Sequence[_Block], start: int, end: int, waiting: _Waiting) -> bool:
    """Whether numbered notes stand under a heading that says so, after text or for marks before it."""
    inside = [block for block in blocks[start + 1 : end] if not block.ends]
    if not inside or not inside[0].value:
        return False
    numbers = [int(block.value) for block in inside if block.value.isdecimal()]
    counts_on = all(a <= b <= a + 1 for a, b in pairwise(numbers))
    if waiting.knows(inside[0].value):
        return counts_on
    after_text = any(not (block.heading or block.title or block.ends) for block in blocks[:start])
    return after_text and counts_on and numbers[:1] == [1] and inside[0].form != "listed"


def _endings(blocks: Sequence[_Block]) -> Iterator[int]:
    """The blocks in runs of marked ones that end a page, or a part of it."""
    run = True
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        run = block.heading or block.title or block.ends or (run and block.value != "")
        if run and block.value:
            yield index
