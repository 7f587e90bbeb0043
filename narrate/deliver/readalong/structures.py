"""What a reading system may skip or leave, by EPUB 3.3's overlays: notes and page marks, and tables, lists, figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from narrate.deliver.readalong.marks import Marks, Piece
from narrate.deliver.readalong.page_text import PAGE_BREAK, Page

# Skipped where a listener wants no notes (9.4.1 Skippability); the word for each in the overlay.
_NOTES = {"footnote": "footnote", "endnote": "endnote", "rearnote": "endnote"}
_LEFT = {"table": "table", "figure": "figure", "ol": "list", "ul": "list"}  # 9.4.2 Escapability, by element


@dataclass(frozen=True, slots=True)
class Within:
    """The structure that a line stands in: its epub:type, and the id of its element."""

    kind: str = ""
    identity: str = ""


def structure_of(page: Page, marks: Marks, at: int) -> Within:
    """The note around character `at` of a page's text, else the outmost table, figure or list; nothing for none."""
    found = None
    for index in page.above(page.home[at]):
        element = page.elements[index]
        note = next((kind for name, kind in _NOTES.items() if name in element.types), "")
        if note:
            return Within(note, marks.name(index))
        if element.name in _LEFT:
            found = index
    return Within(_LEFT[page.elements[found].name], marks.name(found)) if found is not None else Within()


@dataclass(slots=True)
class PageMarks:
    """The marks of printed pages of one page, given out as its lines go by."""

    page: Page
    _given: int = 0
    _marks: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._marks = list(_page_marks(self.page))

    def before(self, marks: Marks, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """The ids of those before a line that were not given out yet; one inside a line comes before the next."""
        first = marks.start_of(pieces[0].identity)
        begin = self._given
        while self._given < len(self._marks) and self._marks[self._given][0] < first:
            self._given += 1
        return tuple(identity for _, identity in self._marks[begin : self._given])


def _page_marks(page: Page) -> Iterator[tuple[int, str]]:
    """Where the mark of each printed page stands in the source, and its id; one without an id cannot be told of."""
    for element in page.elements:
        if PAGE_BREAK in element.types and element.identity:
            yield element.start, element.identity
