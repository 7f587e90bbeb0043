"""A quotation found in a script's lines, and given to a speaker: cut out of them where it must be.

White space is not compared, so it does not matter how the sentences were cut. Lines that do not
hold the quotation are never touched, and no word is: joined, the lines are the same text.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from narrate.script import Line, Opening

NumberedLine = tuple[int, Line]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quotation stands: from `start` in the text of line index `first` to `end` in that of `last`."""

    first: int
    start: int
    last: int
    end: int


class Finder:
    """The lines of one chapter, searched for quotations in their order."""

    def __init__(self, lines: Sequence[NumberedLine]) -> None:
        self.lines = lines
        parts: list[str] = []
        self._starts: list[int] = []  # of each line that is no heading, in the text without white space
        self._indices: list[int] = []  # which line it is
        length = 0
        for index, (_, line) in enumerate(lines):
            letters = "".join(line.text.split())
            if line.level or not letters:
                continue
            parts.append(letters)
            self._starts.append(length)
            self._indices.append(index)
            length += len(letters)
        self._text = "".join(parts)

    def find_all(self, quotations: Iterable[tuple[str, int]]) -> list[Found | None]:
        """Where quotations stand, given in order, each with the line it was written on (0: not known).

        A person may have moved lines since: of several equal quotations it is the one nearest to
        where it would be, had everything moved as far as the one found before it.
        """
        found: list[Found | None] = []
        reached = moved = 0
        for text, line in quotations:
            wanted = "".join(text.split())
            start = self._nearest(wanted, reached, line + moved if line else 0)
            if start < 0:
                found.append(None)
                continue
            reached = start + len(wanted)
            (first, begin), (last, end) = self._place(start), self._place(reached - 1)
            found.append(Found(first, begin, last, end + 1))
            moved = self.lines[first][0] - line if line else 0
        return found

    def _nearest(self, wanted: str, reached: int, line: int) -> int:
        """Where `wanted` begins, from `reached` on; the one nearest to `line` when that is known. -1: nowhere."""
        best = at = self._text.find(wanted, reached) if wanted else -1
        while line and at >= 0 and self._line(at) < line:
            at = self._text.find(wanted, at + 1)
            if at >= 0 and abs(self._line(at) - line) < abs(self._line(best) - line):
                best = at
        return best

    def _line(self, at: int) -> int:
        return self.lines[self._place(at)[0]][0]

    def _place(self, at: int) -> tuple[int, int]:
        """The index of the line, and where in its text, that a letter of the text without white space stands."""
        number = bisect_right(self._starts, at) - 1
        index, letters = self._indices[number], at - self._starts[number]
        places = (place for place, character in enumerate(self.lines[index][1].text) if not character.isspace())
        return index, next(islice(places, letters, None))

    def speakers(self, found: Found) -> set[str]:
        """The speakers of the lines in which a quotation stands."""
        return {line.speaker for _, line in self.lines[found.first : found.last + 1]}

    def given(self, found: Found, speaker: str) -> dict[int, list[Line]]:
        """The lines that change when `speaker` gets a quotation, by index: each becomes one to three."""
        changed: dict[int, list[Line]] = {}
        for index in range(found.first, found.last + 1):
            line = self.lines[index][1]
            start = found.start if index == found.first else 0
            end = found.end if index == found.last else len(line.text)
            changed[index] = _cut(line, start, end, speaker)
        return changed


def _cut(line: Line, start: int, end: int, speaker: str) -> list[Line]:
    """`line` in up to three: what comes before `start`, the quotation with its new speaker, the rest."""
    if line.speaker == speaker:
        return [line]
    lines: list[Line] = []
    for begin, stop, who in ((0, start, line.speaker), (start, end, speaker), (end, len(line.text), line.speaker)):
        if line.text[begin:stop].strip():
            opens = Opening.SENTENCE if lines else line.opens
            lines.append(replace(line.part(begin, stop), speaker=who, opens=opens))
    return lines
