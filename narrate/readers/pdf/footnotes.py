"""Notes at the foot of a page: known by their smaller letters or a rule above them, and by the marks they open with."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from narrate.readers.figures import value_of
from narrate.readers.pdf.columns import Region
from narrate.readers.pdf.lines import END, RAISED, Line

_SMALLER = 0.94  # of the size of the text that a note has at most
_SIGNS = "*⁎∗†‡§¶‖※"
_OPENS = re.compile(
    rf"(?:{RAISED}\s*[\[(]?(?P<raised>\d{{1,4}}|[a-z]|[{_SIGNS}]{{1,4}})[\])]?[.)]?\s*{END}[.)]?\s*"
    rf"|(?:[\[(](?P<boxed>\d{{1,4}}|[{_SIGNS}]{{1,4}})[\])]|(?P<figures>\d{{1,4}})(?:[.)\]:]\s?|\s+)"
    rf"|(?P<sign>[{_SIGNS}]{{1,4}}))\s*)(?=\S)"
)
_MARK = re.compile(rf"{RAISED}(?P<raised>[^{END}]+){END}")
_BARE = re.compile(rf"(?<=[^\s{RAISED}])(?P<sign>[{_SIGNS}]{{1,4}}|[\[(]\d{{1,4}}[\])])(?![\w{_SIGNS}])")
_STEP = 3  # from one number of a note to the next, at most


@dataclass(slots=True)
class Note:
    """A note: the mark it opens with, the place its mark leads to, and its lines. Filled from page to page."""

    label: str
    name: str
    lines: list[Line] = field(default_factory=list)
    marked: bool = False  # a mark in the text leads to it


REF = "\x05"  # stands before the name of a note in a mark: RAISED name REF figures END


def without_notes(
    found: Sequence[Region], rules: Sequence[tuple[float, float, float]], size: float, before: Sequence[Note]
) -> tuple[list[Region], list[Note]]:
    """A page's regions without the notes at their feet, the marks of those leading to them; and the notes.

    `size` is that of the book's text. What goes on with the last note of the page `before` is added to it.
    """
    notes: list[Note] = []
    kept: list[Region] = []
    told = any(line.size > _SMALLER * size for region in found for line in region.lines)
    for region in found:
        start = _start(region, rules, size) if told else len(region.lines)
        foot = region.lines[start:]
        own = [] if not foot else list(_notes(foot, region.page, len(notes), before))
        if foot and not own and not (notes or _goes_on(foot, before)):
            start = len(region.lines)
        notes += own
        kept.append(replace(region, lines=region.lines[:start]))
    marked = [replace(region, lines=tuple(_marked(region.lines, notes))) for region in kept if region.lines]
    return marked, notes


def with_marks(flow: Sequence[Region], page: int, notes: Sequence[Note]) -> list[Region]:
    """Regions, those of `page` with marks that lead to notes which stand on the next one for want of room."""
    waiting = [note for note in notes if not note.marked]
    return [
        replace(region, lines=tuple(_marked(region.lines, waiting))) if waiting and region.page == page else region
        for region in flow
    ]


def _start(region: Region, rules: Sequence[tuple[float, float, float]], size: float) -> int:
    """Where the lines of a region's foot begin that may be notes."""
    lines = region.lines
    start = len(lines)
    while start and lines[start - 1].size <= _SMALLER * size:
        start -= 1
    opening = next((at for at in range(start, len(lines)) if _OPENS.match(lines[at].text)), len(lines))
    ruled = _below_rule(lines, rules, start)
    if ruled < len(lines) and (ruled < start or not start):
        return ruled if _OPENS.match(lines[ruled].text) or ruled == start else opening
    if ruled == start:
        return start
    return opening if start or opening else start


def _below_rule(lines: Sequence[Line], rules: Sequence[tuple[float, float, float]], start: int) -> int:
    """The first line below the lowest rule that lies between two lines, in the lower part; else how many there are."""
    for at in range(len(lines) - 1, 0, -1):
        above, below = lines[at - 1], lines[at]
        between = any(
            below.y + 0.3 * below.size < y < above.y and x0 < below.x1 and x1 > below.x0 for x0, x1, y in rules
        )
        if between:
            return at if at <= start or below.size <= above.size else len(lines)
    return len(lines)


def _goes_on(foot: Sequence[Line], before: Sequence[Note]) -> bool:
    """Whether lines go on with the last note of the page before, which has no end there."""
    return bool(before) and before[-1].lines[-1].text.rstrip()[-1:] not in '.!?…”"»)'


def _notes(foot: Sequence[Line], page: int, count: int, before: Sequence[Note]) -> Iterator[Note]:
    """The notes in the lines of a foot; lines before the first go on with the last note of the page before."""
    note: Note | None = None
    for line in foot:
        found = _OPENS.match(line.text)
        label = _label(found) if found else ""
        if found and (note is None or found["raised"] or _follows(note.label, label)):
            if note:
                yield note
            note = Note(label, f"n{page}-{count}")
            count += 1
            note.lines.append(replace(line, text=line.text[found.end() :]))
        elif note:
            note.lines.append(line)
        elif _goes_on(foot, before):
            before[-1].lines.append(line)
    if note:
        yield note


def _label(found: re.Match[str]) -> str:
    return value_of(found["raised"] or found["boxed"] or found["figures"] or found["sign"])


def _follows(label: str, after: str) -> bool:
    """Whether a note may be the next one after another by their marks."""
    if label.isdecimal() and after.isdecimal():
        return 0 < int(after) - int(label) <= _STEP
    return not after.isdecimal()


def _marked(lines: Sequence[Line], notes: Sequence[Note]) -> Iterator[Line]:
    """Lines whose marks lead to the notes of their page."""
    for line in lines:
        text = line.text
        if notes and RAISED in text:
            text = _MARK.sub(lambda found: _led(found[0], found["raised"], notes), text)
        if notes and _BARE.search(text):
            text = _BARE.sub(lambda found: _led(found[0], found["sign"], notes), text)
        yield line if text == line.text else replace(line, text=text)


def _led(whole: str, mark: str, notes: Sequence[Note]) -> str:
    """A mark that leads to the first note with its label that no other mark leads to; else as it is."""
    value = value_of(mark)
    note = next((note for note in notes if note.label == value and not note.marked), None)
    if note is None:
        return whole
    note.marked = True
    return f"{RAISED}{note.name}{REF}{mark.strip()}{END}"
