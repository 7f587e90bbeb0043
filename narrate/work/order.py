"""The order in which lines are spoken: chapters are finished one after the other, and an engine's slots stay full.

A listener begins at the start, so the first chapter is spoken first, in the book's order. A slot that is free is
filled at once, so mixed lengths cost an engine nothing while lines are waiting; what costs is the end, when a long
line keeps slots waiting. The rest is therefore spoken in the book's order as well, but for the long lines near its
end: each of them comes as early as it must to be over with the others, and the last lines spoken are short.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from narrate.audio import Sound
from narrate.engine import Engine
from narrate.project import CHARACTERS_A_SECOND, PlacedChapter
from narrate.takes import Request
from narrate.work.inventory import Inventory

OPENING_S = 300.0  # of speech: a title page or an epigraph is no first chapter
OPENING_LINES = 500  # in the book's order at most; of a longer first chapter the rest comes in windows
TAIL = 4  # lines a slot that are left, at least, for the end to be made of short ones
LATE = 1.3  # how much longer a line may take than its text says, for it to begin in time
# Lines a slot that are spoken from the longest to the shortest, since like lengths fill a codec's passes best; fewer
# where that would be more than ALIKE_LINES, but not fewer than the last.
ALIKE, ALIKE_LINES, LEAST_ALIKE = 16, 1024, 2


def spoken_order(book: Inventory, missing: Iterable[Request], speaker: Engine[Sound]) -> Iterator[Request]:
    """The `missing` requests of a book, in the order in which `speaker` is to make their takes."""
    return in_turn(by_chapter(book.chapters, missing), lambda: speaker.slots)


def by_chapter(chapters: Iterable[PlacedChapter], missing: Iterable[Request]) -> list[list[Request]]:
    """The `missing` requests of each chapter, in the book's order; one that several ask for is the first's."""
    left = {request.key: request for request in missing}
    found = []
    for chapter in chapters:
        keys = [line.request.key for line in chapter.lines if line.request is not None]
        found.append([left.pop(key) for key in keys if key in left])
    return found


def in_turn(chapters: Sequence[Sequence[Request]], slots: Callable[[], int]) -> Iterator[Request]:
    """Every request of `chapters` once, in the order in which an engine should speak them.

    The chapters up to the first with which there are OPENING_S of speech come before all others, in the book's order
    as far as enough lines are left for the end; then the others, in the book's order or earlier where they would end
    last. `slots` says how many lines the engine speaks at a time; it is asked again and again, since workers join. Of
    several checkpoints each speaks all that it has after the opening on end: a change of checkpoint costs seconds.
    """
    lines = [request for chapter in chapters for request in chapter]
    opening = _opening(chapters)
    heard = max(0, min(opening, OPENING_LINES, len(lines) - TAIL * slots()))
    model = ""
    for part, in_order in ((lines[:heard], True), (lines[heard:opening], False), (lines[opening:], False)):
        names = {request.model for request in part}
        for name in sorted(names, key=lambda name: (name != model, name)):  # the one that speaks just now goes on
            same = [request for request in part if request.model == name]
            yield from same if in_order else _in_time(same, slots)
            model = name


def _in_time(lines: list[Request], slots: Callable[[], int]) -> Iterator[Request]:
    """Every one of `lines` by when it is its turn or by when it must begin, whichever is earlier."""
    while lines:
        count = slots()
        size = lines_alike(count)
        begins = _beginnings(lines, count)
        order = sorted(range(len(lines)), key=begins.__getitem__)
        spoken = 0
        while spoken < len(order) and slots() == count:
            part = [lines[at] for at in order[spoken : spoken + size]]
            spoken += len(part)
            yield from sorted(part, key=lambda request: (-len(request.text), request.text))
        lines = [lines[at] for at in sorted(order[spoken:])]


def lines_alike(slots: int) -> int:
    """How many lines on end are spoken by their lengths."""
    return max(min(ALIKE * slots, ALIKE_LINES), LEAST_ALIKE * slots)


def _beginnings(lines: Sequence[Request], slots: int) -> list[float]:
    """When each line is to begin, in characters that a slot has spoken by then."""
    lengths = [len(request.text) for request in lines]
    ends = sum(lengths) / slots  # where none keeps the others waiting
    turns = accumulate(lengths, initial=0)
    return [min(turn / slots, ends - LATE * length) for turn, length in zip(turns, lengths, strict=False)]


def _opening(chapters: Iterable[Sequence[Request]]) -> int:
    """How many lines the book opens with: those of whole chapters, until they are OPENING_S long."""
    lines, characters = 0, 0
    for chapter in chapters:
        lines += len(chapter)
        characters += sum(len(request.text) for request in chapter)
        if characters >= OPENING_S * CHARACTERS_A_SECOND:
            break
    return lines
