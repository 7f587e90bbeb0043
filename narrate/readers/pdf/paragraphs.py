"""Lines to paragraphs: parted by an indent, a gap, another size, or a line that ends though the next word had room.

A paragraph goes on over the end of a column or a page where nothing says that it ended.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from narrate.readers.heads import is_chapter_number
from narrate.readers.ornaments import is_scene_break
from narrate.readers.pdf.columns import Region
from narrate.readers.pdf.lines import Line
from narrate.readers.text.headings import is_named
from narrate.readers.text.rows import is_torn

_INDENT, _DEEPEST = 0.7, 6.0  # of a size: from a column's edge to the first line of a paragraph
_DEEP, _NARROW = 3.0, 0.6  # of a size and of a column: what a line in the middle has at its sides, or is
_SAME = 0.3  # of a size by which edges of lines may differ
_GAP = 1.3  # of the usual distance of two lines, from which on it parts paragraphs
_SIZE = 0.06  # by which the sizes of one paragraph's lines may differ
_ROOM = 0.6  # of a size beside the first word of the next line, that a line had left where it ended
_ENDS = ".!?…。！？"
_CLOSING = "\"”’'»«」』)）]\x04 "
_INDENTED = 0.03  # of a book's lines, at least, that open paragraphs by an indent where it does so


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, and how they stand. Filled line by line."""

    lines: list[Line] = field(default_factory=list)
    centred: bool = False
    gap: float = 0.0  # above it, in usual distances of two lines; 0 at a column's top
    table: bool = False

    @property
    def page(self) -> int:
        return self.lines[0].page

    @property
    def size(self) -> float:
        return max(Counter(round(line.size, 1) for line in self.lines).items(), key=lambda pair: pair[1])[0]

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def text(self) -> str:
        """Its text as it is, rows not mended."""
        return " ".join(line.plain for line in self.lines)


@dataclass(frozen=True, slots=True)
class Measure:
    """What is usual in a book: the size of its text, the distance of two lines, and whether paragraphs are indented.

    `edges` are the left and the right edge of each kind of column, by its place and whether its page is even.
    """

    size: float
    leading: float
    indented: bool
    edges: dict[tuple[str, int], tuple[float, float]]


def measured(found: Sequence[Region]) -> Measure:
    """What is usual in a book's regions."""
    sizes: Counter[float] = Counter()
    for line in (line for region in found for line in region.lines):
        sizes[round(line.size, 1)] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    told = [(a, b) for region in found for a, b in zip(region.lines, region.lines[1:], strict=False)]
    gaps = Counter(round(a.y - b.y, 1) for a, b in told if _alike(a, b, size) and 0 < a.y - b.y < 3 * size)
    leading = gaps.most_common(1)[0][0] if gaps else 1.2 * size
    edges: dict[tuple[str, int], tuple[float, float]] = {}
    for kind in {(region.place, region.page % 2) for region in found}:
        lines = [line for r in found if (r.place, r.page % 2) == kind for line in r.lines if _is(line, size)]
        if lines:
            left = Counter(round(line.x0) for line in lines).most_common(1)[0][0]
            ends = sorted(line.x1 for line in lines)
            edges[kind] = (float(left), ends[int(0.93 * (len(ends) - 1))])
    count = indented = 0
    for region in found:
        start, _ = _edges(region, edges)
        for line in region.lines:
            if _is(line, size):
                count += 1
                indented += _INDENT * size <= line.x0 - start <= _DEEPEST * size
    return Measure(size, leading, indented >= max(2, _INDENTED * count), edges)


def _alike(a: Line, b: Line, size: float) -> bool:
    return _is(a, size) and _is(b, size)


def _is(line: Line, size: float) -> bool:
    return abs(line.size - size) <= _SIZE * size


def _edges(region: Region, usual: dict[tuple[str, int], tuple[float, float]]) -> tuple[float, float]:
    """The left and the right edge of a region: its own where it has enough lines, else the usual ones."""
    lines = region.lines
    known = usual.get((region.place, region.page % 2))
    starts = Counter(round(line.x0) for line in lines)
    shared = [x for x, count in starts.items() if count + starts[x + 1] >= max(2, 0.15 * len(lines))]
    left = float(min(shared)) if shared else min(line.x0 for line in lines)
    right = max(line.x1 for line in lines)
    if known:
        near = abs(left - known[0]) <= 1.5
        left = known[0] if near or len(lines) < 8 else left
        right = left + known[1] - known[0] if near or len(lines) < 8 else max(right, left)
    return left, right


def paragraphs(found: Iterable[Region], usual: Measure) -> Iterator[Paragraph]:
    """A book's paragraphs in their order; those of headings, captions and cells too."""
    last: Paragraph | None = None
    edge = 0.0  # the right edge of the last line's column
    for region in found:
        left, right = _edges(region, usual.edges)
        before: Line | None = None
        for line in region.lines:
            centred = _is_centred(line, left, right)
            if last is None:
                last = Paragraph([line], centred, table=_is_row(line))
            else:
                whole = _Seam(last, line, left, right, usual, centred)
                goes_on = whole.below(before) if before else whole.over(edge)
                if goes_on:
                    last.lines.append(line)
                    last.centred = last.centred and centred
                else:
                    yield last
                    gap = (before.y - line.y) / usual.leading if before else 0.0
                    last = Paragraph([line], centred, gap, _is_row(line))
            before = line
        edge = right
    if last:
        yield last


def _is_row(line: Line) -> bool:
    return len(line.starts) > 1


def _is_centred(line: Line, left: float, right: float) -> bool:
    off = line.x0 - left
    deep = off > _DEEP * line.size or line.x1 - line.x0 < _NARROW * (right - left)  # an indent alone is not
    return deep and off > line.size and abs(off - (right - line.x1)) <= max(line.size, 0.1 * off)


@dataclass(frozen=True, slots=True)
class _Seam:
    """A paragraph so far and the line after it, in a column with these edges."""

    told: Paragraph
    line: Line
    left: float
    right: float
    usual: Measure
    centred: bool

    @property
    def last(self) -> Line:
        return self.told.lines[-1]

    def below(self, before: Line) -> bool:
        """Whether the line goes on with the paragraph above it in its column."""
        gap = before.y - self.line.y
        leading = self.usual.leading * max(1.0, self.line.size / self.usual.size)
        if not self._alike() or gap > _GAP * leading or gap <= 0:
            return False
        if self.centred or self.told.centred:
            return self._centred_goes_on()
        if _is_row(self.line) or _is_row(self.last):
            return False
        if self.line.bold != self.last.bold and (self.last.bold or self.line.bold) and self._ended(self.right):
            return False
        if is_scene_break(self.line.plain) or is_scene_break(self.last.plain):
            return False
        if is_named(self.last.plain) and len(self.told.lines) == 1 and self._ended(self.right):
            return False
        return not self._is_opened() and not self._ended(self.right)

    def over(self, edge: float) -> bool:
        """Whether the line goes on with a paragraph of the column before, whose right edge is `edge`."""
        if not self._alike() or self.centred or self.told.centred or _is_row(self.line) or _is_row(self.last):
            return False
        if is_named(self.line.plain) or is_chapter_number(self.line.plain) or is_scene_break(self.line.plain):
            return False
        torn = is_torn(self.last.plain, self.line.plain)
        if self._is_indented() and not (torn and self.line.plain[:1].islower()):
            return False
        if self._ended(edge) or (self._is_whole() and not self.usual.indented):
            return torn and self.line.plain[:1].islower()
        return True

    def _alike(self) -> bool:
        return abs(self.line.size - self.last.size) <= _SIZE * self.usual.size

    def _is_indented(self) -> bool:
        return _INDENT * self.line.size <= self.line.x0 - self.left <= _DEEPEST * self.line.size

    def _is_opened(self) -> bool:
        """Whether the line stands further in than the one above, as the first of a paragraph does."""
        if not self._is_indented():
            return False
        if self.line.x0 - self.last.x0 > _SAME * self.line.size:
            hanging = len(self.told.lines) == 1 and not self.usual.indented and not self._is_whole()
            return not hanging and not (self.line.plain[:1].islower() and is_torn(self.last.plain, self.line.plain))
        same = abs(self.line.x0 - self.last.x0) <= _SAME * self.line.size
        return same and self.usual.indented and self._is_whole() and len(self.told.lines) == 1

    def _ended(self, edge: float) -> bool:
        """Whether the last line ended though the next line's first word had room on it."""
        room = edge - self.last.x1
        if self.last.plain.rstrip()[-1:] in "-‐":
            return False
        return room > self.line.first + _ROOM * self.last.size and room > 1.5 * self.last.size

    def _is_whole(self) -> bool:
        """Whether the last line ends a sentence."""
        return self.last.plain.rstrip(_CLOSING)[-1:] in _ENDS

    def _centred_goes_on(self) -> bool:
        """Whether lines in the middle belong together: those of a heading, not of verse."""
        if not (self.centred and self.told.centred) or self.last.bold != self.line.bold:
            return self.centred != self.told.centred and not self._ended(self.right) and not self._is_whole()
        larger = self.line.size > (1 + _SIZE) * self.usual.size or self.line.bold
        named = is_named(self.last.plain) or is_chapter_number(self.last.plain)
        return larger and not named and not self._is_whole()
