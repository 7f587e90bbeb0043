"""What stands in a page's text beside it and has no mark of its own kind: note marks, notes, powers, verse numbers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from narrate.readers import figures
from narrate.readers.epub.around import text_before
from narrate.readers.epub.for_the_eye import drop_numbers_of_pages, is_number_of_page
from narrate.readers.epub.fractions import fractions_of
from narrate.readers.epub.links import Marks, Places
from narrate.readers.epub.marks import Mark, marks_of, settle, shift
from narrate.readers.epub.markup import text_of, types_of
from narrate.readers.epub.meaning import Meaning, is_page_number, meanings
from narrate.readers.epub.notes_pages import defined, whole_page
from narrate.readers.epub.unlinked import find_notes, opens_with_notes
from narrate.readers.figures import Sense, Told

_BETWEEN = (",", ";", "–", "-", "·")  # two marks


@dataclass(slots=True)
class Apparatus:
    """Elements that are not read as they stand. Filled while a page is looked over.

    `said` has what is read in an element's place, `refs` the id of the note that a mark leads to; `notes` the first
    block of each note and those that go on, with that id; `heads` stand over them; `remarks` are an editor's that links
    lead to. `left` counts what is left out.
    """

    said: dict[Any, str] = field(default_factory=dict)
    refs: dict[Any, str] = field(default_factory=dict)
    notes: dict[Any, str] = field(default_factory=dict)
    heads: set[Any] = field(default_factory=set)
    remarks: set[str] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)


def apparatus_of(body: Any, file: str, places: Places, before: Marks, shifted: Mapping[Any, int]) -> Apparatus:
    """The apparatus of the page `file`, whose links lead to `places` and whose sheets have elements `shifted`.

    `before` are the marks of pages before; those of this page that find no note are added to them. Marks in plain
    text become elements of their own in the page.
    """
    for element, way in shifted.items():
        element.set("class", f"{element.get('class') or ''} {'superscript' if way > 0 else 'subscript'}")
    drop_numbers_of_pages(body)
    found = Apparatus(fractions_of(body))
    for line in body.iter("{*}lg", "{*}l"):
        # TEI's groups of lines and lines
        line.set("class", "linegroup" if line.tag.endswith("lg") else "line")
        line.tag = f"{line.tag.rpartition('}')[0]}}}div".removeprefix("}")
    marks = [mark for mark in marks_of(body) if mark.element not in found.said and not _is_of_page(mark)]
    settle(marks)
    page = whole_page(body, file, places)
    found.notes, found.heads = page.blocks, page.heads
    if not page.blocks and (any(not mark.linked for mark in marks) or _names_notes(body)):
        notes = find_notes(body, marks, before.loose)
        found.notes, found.heads = notes.blocks, notes.heads
        for mark in marks:
            if mark.where and not mark.note and mark.written[:1] in "[［〔(（" and mark.value in places.noted:
                mark.told = Told(Sense.MARK)
        settle(marks)
        before.loose.update(mark.value for mark in marks if mark.told.sense is Sense.MARK and not mark.note)
    found.notes |= defined(body)
    for mark in reversed(marks):
        if not mark.linked:
            _place(mark, found)
    for element, said in found.said.items():
        if not said and (element.tail or "").strip() in _BETWEEN and _goes_on(element, found):
            element.tail = ""
    for element in body.iter("{*}sub", "{*}span", "{*}small", "{*}font"):
        if shift(element) < 0 and element not in found.said and (lowered := _lowered(element)) is not None:
            found.said[element] = lowered
    _remarks(body, found)
    return found


def _remarks(body: Any, found: Apparatus) -> None:
    """Editors' remarks that links of the page lead to: each such link refers to one, and is read."""
    remarks = {
        e.get("id")
        for e in body.iter("{*}aside", "{*}div", "{*}section", "{*}li", "{*}p")
        if Meaning.REMARK in meanings(e, types_of(e))
    }
    if not remarks:
        return
    for link in body.iter("{*}a"):
        target = (link.get("href") or "").removeprefix("#")
        if target in remarks:
            found.remarks.add(target)
            found.refs[link] = target


def _is_of_page(mark: Mark) -> bool:
    """Whether what looks like a mark is the number of a printed page."""
    if mark.where == "tail":
        return False
    types = types_of(mark.element)
    meant = meanings(mark.element, types)
    return is_page_number(mark.element, types, meant) or is_number_of_page(mark.element, meant)


def _names_notes(body: Any) -> bool:
    """Whether a heading, or a paragraph that looks like one, names notes."""
    for element in body.iter("{*}h1", "{*}h2", "{*}h3", "{*}h4", "{*}h5", "{*}h6", "{*}p", "{*}div"):
        text = (
            (element.text or "").strip()
            or (len(element) == 1 and isinstance(element[0].tag, str) and element[0].text)
            or ""
        )
        if 0 < len(text) <= 40 and opens_with_notes(text):
            return True
    return False


def _place(mark: Mark, found: Apparatus) -> None:
    """What is said for a mark, now that all is known of it."""
    sense = mark.told.sense
    if sense is Sense.TEXT:
        return
    element = _cut(mark) if mark.where else mark.element
    found.said[element] = _said(mark)
    if sense is Sense.MARK and mark.note:
        found.refs[element] = mark.note
    elif sense in (Sense.MARK, Sense.NUMBER) and not mark.opens:
        found.left["marks" if sense is Sense.MARK else "numbers"] += 1


def _said(mark: Mark) -> str:
    if mark.told.sense is Sense.CENTS:
        return f".{mark.written}"
    return (figures.raised(mark.written) or mark.written) if mark.told.sense is Sense.POWER else ""


def _cut(mark: Mark) -> Any:
    """Some plain text of a page as an element of its own."""
    element, (start, end) = mark.element, mark.span
    cut = etree.Element("sup")
    if mark.where == "text":
        text = element.text
        cut.text, cut.tail, element.text = text[start:end], text[end:], text[:start]
        element.insert(0, cut)
        return cut
    text, element.tail = element.tail, None
    cut.text, cut.tail = text[start:end], text[end:]
    element.addnext(cut)
    element.tail = text[:start]
    return cut


def _goes_on(element: Any, found: Apparatus) -> bool:
    """Whether another mark follows, with nothing but a comma between."""
    following = element.getnext()
    return following is not None and found.said.get(following) == ""


def _lowered(element: Any) -> str | None:
    """A lowered figure, or a single letter after one, in lowered characters of its own; None for words."""
    text, before = text_of(element).strip(), text_before(element, 8)
    if not 0 < len(text) <= 4:
        return None
    if text[:1].isdecimal() and (before[-1:].isalnum() or before[-1:] in ")]"):
        return figures.lowered(text)
    lettered = len(text) == 1 and before[-1:].isalpha() and not before[-2:-1].isalnum()
    return figures.lowered(text) if lettered else None
