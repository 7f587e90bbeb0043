"""Notes that no link leads to: known by the heading over them, or by a mark in the text that stands before them too.

What is found is given the links that it lacks, so that it is read as linked notes are.
"""

import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

from narrate.readers import figures
from narrate.readers.epub.around import ENDS, text_head
from narrate.readers.epub.marks import Mark, is_raised
from narrate.readers.epub.markup import name_of, text_of
from narrate.readers.figures import Sense
from narrate.readers.matter import NOTES_PAGES, part_of_title

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LONGEST_TITLE = 40
_LONGEST_SIGNED = 2000  # characters of a block that are searched for more signs of notes
_ALONE = re.compile(r"[\[({]?(?:\d{1,3}|[a-z]|[*†‡§¶‖]{1,3})[\])}]?\.?")
_SIGN_INSIDE = re.compile(r"(?<=\s)[*†‡§¶‖]{1,3}(?=\s?[^\W\d_])")
_MOST_GOING_ON = 3  # blocks after the last note's first one
_HEAD = 60  # characters of a block that are looked at


@dataclass(slots=True)
class Notes:
    """The notes of a page: each first block with the id of its note, those that go on, and what stands over them."""

    blocks: dict[Any, str] = field(default_factory=dict)
    heads: set[Any] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Opened:
    """A block without blocks inside, and the mark that it opens with.

    `form` says how that is written: "raised", "sign", "bracket", "number", "letter", or "listed" by a list.
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
    word = rf"(?:{figures.NOTE_WORD})\.?\s*"
    number, sign = r"\d{1,3}", r"[*†‡§¶‖]{1,3}"
    forms = (
        rf"(?P<raised>[{figures.RAISED}]{{1,3}}|[①-⑳㉑-㊿])",
        rf"(?P<bracket>[\[(［〔（【{{]\s*(?:{word})?(?P<b>{number}|[a-z]|{sign})\s*[:：.]?\s*[\])］〕）】}}]"
        rf"|{word}(?P<d>{number})\s*[.:：)）　]|[※*](?P<e>{number}))",
        rf"(?P<named>[\[［]\s*{word}(?P<c>{number}|[a-z]|{sign})\s*[:：.])",
        r"(?P<sign>[*†‡§¶‖※]{1,3})(?![\w.]*\*)",
        rf"(?P<number>{number})(?:[.:)）．、]\s*|\s+)",
        r"(?P<letter>[a-z]|[ivx]{2,5})[.)]\s+",
    )
    return re.compile(rf"\s*(?:{'|'.join(forms)})\s*(?=[^\s*])", re.IGNORECASE)


def opening_of(element: Any) -> str:
    """The mark that an element's text opens with, as marks are compared; "" for none.

    It may be all that the first block inside holds: `<div><h3>1</h3><p>…`.
    """
    leaf = element
    while (inner := next((e for e in leaf.iterchildren("*") if _is_block(e) and _has_text(e)), None)) is not None:
        if (leaf.text or "").strip():
            break
        leaf = inner
    if leaf is not element and _ALONE.fullmatch(alone := text_head(leaf).strip()):
        return figures.value_of(alone)
    return _opened(element, 0).value


def _is_block(element: Any) -> bool:
    return name_of(element) in ENDS and name_of(element) not in ("br", "hr")


def first_mark(element: Any) -> Any:
    """The first element inside with nothing before it, however deep; else None."""
    inner = element
    while not (inner.text or "").strip() and len(inner) and isinstance(inner[0].tag, str):
        inner = inner[0]
        if is_raised(inner) or name_of(inner) == "a":
            return inner
    return None


def _opened(element: Any, order: int) -> Opened:
    """A leaf block, with the mark that it opens with."""
    name = name_of(element)
    if name == "hr":
        return Opened(element, order, ends=True)
    text = text_head(element)[:_HEAD]
    title = len(text) <= _LONGEST_TITLE and (names_notes(text) or (name in HEADINGS and opens_with_notes(text)))
    if name in HEADINGS or title:
        return Opened(element, order, heading=name in HEADINGS, title=title)
    first = first_mark(element)
    if first is not None and is_raised(first) and _is_raised_mark(raised := text_of(first).strip()):
        return Opened(element, order, figures.value_of(raised), "raised")
    match = _opening().match(text)
    if match is None:
        return Opened(element, order)
    form = next(name for name in ("raised", "bracket", "named", "sign", "number", "letter") if match[name])
    value = match["raised"] or match["sign"] or match["number"] or ""
    value = value or next((match[group] for group in "bcde" if match[group]), match["letter"] or "")
    return Opened(element, order, figures.value_of(value), form)


def _is_raised_mark(text: str) -> bool:
    return figures.is_figure(text) or re.fullmatch(r"[\[(]?[a-z][\])]?", text) is not None


def names_notes(text: str) -> bool:
    """Whether a title is one of notes, in any language: `Footnotes`, `ANMERKUNGEN:`, `注`."""
    return part_of_title(re.sub(r"^\W+|\W+$", "", text)) in NOTES_PAGES


def opens_with_notes(text: str) -> bool:
    """Whether a title's first word names notes: `Notes to Chapter One`."""
    first, _, rest = text.strip().partition(" ")
    return names_notes(first) or (rest != "" and names_notes(text))


def opened_blocks(body: Any) -> list[Opened]:
    """The page's blocks without blocks inside, in order; an item of an ordered list opens with its number."""
    found: list[Opened] = []
    listed: dict[Any, int] = {}  # how far each list has counted
    for order, element in enumerate(body.iter()):
        if not isinstance(element.tag, str):
            continue
        name = name_of(element)
        item = _count(element, listed) if name == "li" else ""
        if name == "hr":
            found.append(Opened(element, order, ends=True))
        if name not in ENDS or name in ("hr", "br") or _holds_blocks(element) or not _has_text(element):
            continue
        block = _opened(element, order)
        if not block.value and (number := item or _number_of_item(element, listed)):
            block = Opened(element, order, number, "listed")
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

    def __init__(self, marks: Sequence[Mark], before: Collection[str]) -> None:
        self._before = before  # marks of pages before that have no note
        self._coming = deque(mark for mark in marks if not mark.linked and not mark.opens)
        self._found: dict[str, deque[Mark]] = {}
        self._values: dict[str, int] = {}

    def read_to(self, order: int) -> None:
        while self._coming and self._coming[0].order < order:
            mark = self._coming.popleft()
            for value in mark.values if _may_have_note(mark) else ():
                self._found.setdefault(value, deque()).append(mark)

    def take(self, block: Opened, anchor: str, *, at_end: bool) -> bool:
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
        return bool(self._found.get(value)) or value in self._before


def _may_have_note(mark: Mark) -> bool:
    told = mark.told
    return told.sense is Sense.MARK or (told.neighbours > 0 and told.otherwise is Sense.MARK)


def _leads(mark: Mark, block: Opened, *, at_end: bool) -> bool:
    """Whether a block that opens with a mark is its note, by how both are written and where it stands."""
    if block.form in ("sign", "named") or at_end:
        return True
    alike = mark.written[:1] in ("[", "{") and block.form == "bracket"
    return alike or (block.form in ("raised", "bracket") and mark.told.sense is Sense.MARK)


def find_notes(body: Any, marks: Sequence[Mark], before: Collection[str] = ()) -> Notes:
    """The page's notes that no link leads to; the marks that lead to them are given their ids.

    `before` are the marks of pages before that have found no note.
    """
    notes = Notes()
    blocks = opened_blocks(body)
    waiting = _Waiting(marks, before)
    ending = {index: run for run in _endings(blocks) for index in run}
    verses = any(mark.told.sense is Sense.NUMBER and not mark.opens for mark in marks)
    section = -1  # where the section of notes ends
    anchor = ""
    for index, block in enumerate(blocks):
        waiting.read_to(block.order)
        if block.title and index >= section:
            end = _end(blocks, index)
            if _is_section(blocks, index, end, waiting):
                notes.heads.add(block.element)
                section, anchor = end, ""
        elif block.ends or (block.heading and index >= section):
            continue
        elif block.heading or block.title:
            notes.heads.add(block.element)  # over the notes of one chapter
            anchor = ""
        elif index < section:
            if block.value or not anchor:
                anchor = note_id(block)
                waiting.take(block, anchor, at_end=True)
            notes.blocks[block.element] = anchor
        elif not block.value or block.form == "listed" or (verses and block.value.isdecimal()):
            continue
        elif _is_note(blocks, index, ending, waiting):
            notes.blocks[block.element] = note_id(block)
    return notes


def _is_note(blocks: Sequence[Opened], index: int, ending: dict[int, range], waiting: _Waiting) -> bool:
    """Whether a block outside any section of notes is one; of a run at the end all are known, or none is."""
    block, run = blocks[index], ending.get(index, range(0))
    if run and index == run[0] and not all(waiting.knows(blocks[n].value) for n in run):
        ending.update(dict.fromkeys(run, range(0)))
        run = range(0)
    found = waiting.take(block, note_id(block), at_end=bool(run))
    if found and block.form == "sign":
        for sign in _SIGN_INSIDE.findall(text_of(block.element)[:_LONGEST_SIGNED]):
            waiting.take(replace(block, value=sign), note_id(block), at_end=True)  # † Dead. ‡ Alive.
    return found or block.form == "named"


def note_id(block: Opened) -> str:
    return block.element.get("id") or f"note of {block.order}"


def _end(blocks: Sequence[Opened], index: int) -> int:
    """Where notes under a heading end: at the next that is no smaller, or with the last where text goes on for long."""
    end = index + 1
    last = end  # after the last block that opens with a mark
    name = name_of(blocks[index].element)
    while end < len(blocks) and not blocks[end].title:
        if blocks[end].heading and (name not in HEADINGS or name_of(blocks[end].element) <= name):
            break
        end += 1
        last = end if blocks[end - 1].value else last
    return end if end - last <= _MOST_GOING_ON else last


def _is_section(blocks: Sequence[Opened], start: int, end: int, waiting: _Waiting) -> bool:
    """Whether numbered notes stand under a heading that says so, after text or for marks before it."""
    inside = [block for block in blocks[start + 1 : end] if not (block.ends or block.heading)]
    if not inside or not inside[0].value:
        return False
    first = first_mark(inside[0].element)
    if first is not None and name_of(first) == "a" and "#" in (first.get("href") or ""):
        return True  # each leads back
    numbers = [int(block.value) for block in inside if block.value.isdecimal()]
    counts_on = all(a <= b <= a + 1 or b == 1 for a, b in pairwise(numbers))
    if waiting.knows(inside[0].value):
        return counts_on
    if not names_notes(text_head(blocks[start].element)):
        return False
    after_text = any(not (block.heading or block.title or block.ends) for block in blocks[:start])
    return after_text and counts_on and numbers[:1] == [1] and inside[0].form != "listed"


def _endings(blocks: Sequence[Opened]) -> Iterator[range]:
    """The runs of marked blocks that end a page, or a part of it."""
    end = len(blocks)
    for index in range(len(blocks) - 1, -2, -1):
        block = blocks[index] if index >= 0 else None
        if block is not None and block.value and end:
            continue
        if end > index + 1:
            yield range(index + 1, end)
        end = index if block is not None and (block.heading or block.title or block.ends) else 0
