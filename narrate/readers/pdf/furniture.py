"""What the paper added: running heads and feet and page numbers, known by how they come back from page to page.

A number is a page's where it counts on with the pages; words are a running head's where they come back at one height,
or stand at a height and in a size in which others do. Nothing else is taken.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from narrate.readers.heads import any_of, plain
from narrate.readers.pdf.lines import Line
from narrate.readers.text.headings import is_named
from narrate.words import roman

_ROWS = 3  # of a page's edge that may be the paper's
_LONGEST = 100  # characters of a running head
_OFTEN = 3  # pages on which words come back, at least
_MOST = 0.66  # of the pages of a short file
_LARGEST = 1.25  # of the size of the text: larger words are titles that open alike, unless they stand on many pages
_MOSTLY = 0.2  # of the pages, which are many
_STEP = 3.0  # points by which one height differs from page to page
_EDGES = " \t-–—_~*.|[](){}<>•·:"
_FULL = 0.75  # of the width of the text that a running head does not have, where nothing else tells
_Band = tuple[str, int, float]  # top or foot, the height in steps, the size


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines, what it is called on paper, and how many of its lines were the paper's."""

    number: int
    label: str
    width: float
    height: float
    lines: tuple[Line, ...]
    taken: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """A row at a page's edge: its lines, where it stands, its words and the number in it (0 for none)."""

    lines: tuple[Line, ...]
    page: int
    side: str  # top or foot
    y: float
    size: float
    words: str
    number: int
    kind: str = ""  # of its number: figures or Roman ones
    width: float = 0.0

    @property
    def band(self) -> _Band:
        return self.side, round(self.y / _STEP), round(self.size * 2) / 2

    def bands(self) -> Iterator[_Band]:
        side, at, size = self.band
        yield from ((side, at + off, size) for off in (-1, 0, 1))


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Pages without what the paper added to them, each called by the number that is printed on it."""
    rows = {page.number: [*_edge(page, "top"), *_edge(page, "foot")] for page in pages}
    every = [row for found in rows.values() for row in found]
    offsets = _offsets(every, len(pages))
    again = _coming_back(every, len(pages), _LARGEST * usual_size(pages))
    sure = {id(row) for row in every if _is_counted(row, offsets) or _is_again(row, again)}
    bands: Counter[_Band] = Counter()
    for found in rows.values():
        bands.update({row.band for row in found if id(row) in sure})
    least = max(_OFTEN, len(pages) // 20)
    known = {band for band, count in bands.items() if count >= least}
    return [_without(page, rows[page.number], sure, known, offsets) for page in pages]


def labelled(pages: Sequence[Page]) -> dict[int, str]:
    """What each page is called, by its number: a page without one counts on from its neighbours, as chapters' first do.

    Where no page is called anything, that is its number; where it cannot be known, "".
    """
    if not any(page.label for page in pages):
        return {page.number: str(page.number) for page in pages}
    offsets = {page.number: int(page.label) - page.number for page in pages if page.label.isdecimal()}
    found: dict[int, str] = {}
    for page in pages:
        before = next((offsets[n] for n in sorted(offsets, reverse=True) if n < page.number), None)
        after = next((offsets[n] for n in sorted(offsets) if n > page.number), before)
        known = after is not None and before in (after, None) and page.number + after > 0
        found[page.number] = page.label or (str(page.number + after) if known and after is not None else "")
    return found


def usual_size(pages: Sequence[Page]) -> float:
    """The size of most of the text."""
    sizes: Counter[float] = Counter()
    for line in (line for page in pages for line in page.lines):
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _edge(page: Page, side: str) -> list[_Row]:
    """The rows of a page's top from above, or of its foot from below."""
    top = side == "top"
    left = sorted(page.lines, key=lambda line: -line.y if top else line.y)
    rows: list[_Row] = []
    while left and len(rows) < _ROWS:
        first = left[0]
        together = [line for line in left if abs(line.y - first.y) <= 0.3 * max(first.size, line.size)]
        left = [line for line in left if line not in together]
        rows.append(_row(sorted(together, key=lambda line: line.x0), page, side))
    return rows


@dataclass(frozen=True, slots=True)
class _Said:
    words: str
    number: int = 0
    kind: str = ""


def _row(lines: Sequence[Line], page: Page, side: str) -> _Row:
    text = " ".join(line.plain for line in lines).strip()
    said = _said(text)
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    size = max(line.size for line in lines)
    return _Row(tuple(lines), page.number, side, lines[0].y, size, said.words, said.number, said.kind, width)


def _said(text: str) -> _Said:
    """The words of a row, and the number that stands alone, before or after them."""
    if len(text) > _LONGEST:
        return _Said("\0")
    if is_named(text):
        return _Said(plain(text))  # the number is the chapter's
    pages = any_of(lambda words: words.pages)
    of_all = r"(?:\s*/\s*\d{1,4}|\s+[^\W\d_]{1,3}\s+\d{1,4})?"
    number = rf"(?:(?:{pages})\.?\s*)?(?P<number>\d{{1,4}}|[ivxlc]{{1,7}}|[IVXLC]{{1,7}}){of_all}"
    bare = text.strip(_EDGES)
    if found := re.fullmatch(number, bare, re.IGNORECASE):
        return _numbered("", found["number"])
    if found := re.fullmatch(rf"{number}[\s|·•–—/]+(?P<words>\D.*)", bare, re.IGNORECASE):
        return _numbered(found["words"], found["number"])
    if found := re.fullmatch(rf"(?P<words>.*\D)[\s|·•–—/]+{number}", bare, re.IGNORECASE):
        return _numbered(found["words"], found["number"])
    return _Said(plain(text))


def _numbered(words: str, number: str) -> _Said:
    if number.isdecimal():
        return _Said(plain(words), int(number), "figures")
    value = roman.value(number)
    return _Said(plain(words), value, "roman") if value else _Said(plain(f"{words} {number}"))


def _offsets(rows: Sequence[_Row], pages: int) -> set[tuple[str, int]]:
    """By how much the numbers of pages differ from their places in the file, for each kind of number."""
    counts: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for row in rows:
        if row.number:
            counts[row.kind, row.number - row.page].add(row.page)
    least = min(_OFTEN, max(2, pages))
    return {offset for offset, found in counts.items() if len(found) >= least}


def _is_counted(row: _Row, offsets: set[tuple[str, int]]) -> bool:
    return row.number > 0 and (row.kind, row.number - row.page) in offsets


def _coming_back(rows: Sequence[_Row], pages: int, largest: float) -> Mapping[str, set[_Band]]:
    """The heights and sizes at which words stand on several pages."""
    counts: defaultdict[tuple[str, _Band], set[int]] = defaultdict(set)
    for row in rows:
        if row.words and row.words != "\0":
            for band in row.bands():
                counts[row.words, band].add(row.page)
    least = _OFTEN if pages > _OFTEN else max(2, round(_MOST * pages))
    found: defaultdict[str, set[_Band]] = defaultdict(set)
    for (words, band), on in counts.items():
        if len(on) >= (least if band[2] <= largest else max(least, _MOSTLY * pages)):
            found[words].add(band)
    return found


def _is_again(row: _Row, again: Mapping[str, set[_Band]]) -> bool:
    return row.band in again.get(row.words, ())


def _without(
    page: Page, rows: Sequence[_Row], sure: set[int], known: set[_Band], offsets: set[tuple[str, int]]
) -> Page:
    """A page without the rows at its edges that are the paper's, from the edge inwards."""
    taken: list[_Row] = []
    for side in ("top", "foot"):
        inner = [row for row in rows if row.side == side]
        for at, row in enumerate(inner):
            after = inner[at + 1] if at + 1 < len(inner) else None
            if id(row) in sure or (any(band in known for band in row.bands()) and _stands_off(row, after, page)):
                taken.append(row)
            else:
                break
    numbers = [row.number for row in taken if _is_counted(row, offsets)]
    kinds = [row.kind for row in taken if _is_counted(row, offsets)]
    label = page.label
    if numbers:
        label = str(numbers[0]) if kinds[0] == "figures" else roman.numeral(numbers[0]).lower()
    gone = {id(line) for row in taken for line in row.lines}
    lines = tuple(line for line in page.lines if id(line) not in gone)
    return replace(page, lines=lines, label=label, taken=len({row.y for row in taken}))


def _stands_off(row: _Row, inner: _Row | None, page: Page) -> bool:
    """Whether a row at the height of running heads is one by its looks: apart from the text, and short."""
    if row.words == "\0" or inner is None:
        return False
    widest = max(line.x1 for line in page.lines) - min(line.x0 for line in page.lines)
    gap = abs(row.y - inner.y)
    apart = gap > 1.6 * max(row.size, inner.size)
    return apart and (row.width < _FULL * widest or row.number > 0)
