"""Sections of the text, from one place that the contents name to the next; and the chapters made of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from narrate.book import Block, BlockKind, Chapter, Skipped
from narrate.readers.chapters import BLANK
from narrate.readers.epub.gathering import Anchor, Item, NoteRef
from narrate.readers.epub.package import TocEntry
from narrate.readers.heads import is_number, plain

OWN_CHAPTER_WORDS = 30  # text that no leaf of the contents names is a chapter from this length on


@dataclass(frozen=True, slots=True)
class PageStart:
    """A page begins here, which calls itself `title`."""

    title: str


@dataclass(slots=True)
class Section:
    """Text from one place of the contents to the next. Filled while the spine is read."""

    title: str
    leaf: bool
    file: str
    parts: tuple[str, ...] = ()
    items: list[Block | NoteRef | PageStart] = field(default_factory=list)
    above: str = ""  # the part that headings put it under

    @property
    def blocks(self) -> list[Block]:
        return [item for item in self.items if isinstance(item, Block)]

    @property
    def words(self) -> int:
        return sum(len(b.text.split()) for b in self.blocks if b.kind is not BlockKind.HEADING)

    @property
    def has_text(self) -> bool:
        return any(c.isalnum() for b in self.blocks for c in b.text + b.speaker)


def cut(
    items: Sequence[Item],
    start: PageStart,
    file: str,
    entries: list[TocEntry],
    sections: list[Section],
    skipped: list[Skipped],
) -> None:
    """Add a page's items to `sections`, starting a new one wherever one of `entries` points."""
    marks = {item.anchor for item in items if isinstance(item, Anchor)}
    by_anchor = {mark: [e for e in entries if e.anchor == mark] for mark in marks}
    at_start, by_heading = _without_place([e for e in entries if e.anchor not in marks], items)
    _start(at_start, file, sections, skipped)
    sections[-1].items.append(start)
    for item in items:
        if isinstance(item, Anchor):
            _start(by_anchor[item.anchor], file, sections, skipped)
            by_anchor[item.anchor] = []
        else:
            if isinstance(item, Block):
                _start(by_heading.pop(id(item), []), file, sections, skipped)
            sections[-1].items.append(item)


def _without_place(entries: list[TocEntry], items: Sequence[Item]) -> tuple[list[TocEntry], dict[int, list[TocEntry]]]:
    """Entries whose anchor the page does not have: those of its start, and those that a heading of their words begins.

    A heading is given by its block's identity. Where a page has one entry, that is its start.
    """
    at_start = [entry for entry in entries if not entry.anchor][:1]
    rest = [entry for entry in entries if entry not in at_start]
    headings = [item for item in items if isinstance(item, Block) and item.kind is BlockKind.HEADING]
    by_heading: dict[int, list[TocEntry]] = {}
    for entry in rest:
        found = next((h for h in headings if plain(h.text) == plain(entry.title) and id(h) not in by_heading), None)
        if found is None:
            at_start.append(entry)
        else:
            by_heading[id(found)] = [entry]
    return at_start, by_heading


def _start(entries: list[TocEntry], file: str, sections: list[Section], skipped: list[Skipped]) -> None:
    """Open a section for `entries`, which all point to one place: the last leaf names it."""
    if not entries:
        return
    leaves = [e for e in entries if e.leaf]
    for entry in leaves[:-1]:
        skipped.append(Skipped(f"contents entry {entry.title!r}", "starts at the same place as the next"))
    # Headings and numbers that close a chapter of the same file belong to what they announce.
    carried: list[Block | NoteRef | PageStart] = []
    last = sections[-1]
    while last.file == file and last.items and _announces(last.items[-1], last.words):
        carried.insert(0, last.items.pop())
    named = leaves[-1] if leaves else entries[-1]
    sections.append(Section(named.title, bool(leaves), file, named.parts, carried))


def _announces(item: Block | NoteRef | PageStart, words: int) -> bool:
    """Whether the last item of a section, whose text has so many `words`, belongs to the next section."""
    if not isinstance(item, Block) or not words:
        return False
    return item.kind is BlockKind.HEADING or item == BLANK or (is_number(item) and words > len(item.text.split()))


def chapters(sections: Sequence[Section], title: str, skipped: list[Skipped]) -> Iterator[Chapter]:
    """Sections as chapters. One of headings alone opens the next, as a part's title does; so does a short one
    that no leaf names. At the book's end headings close the last chapter. In a book of nothing but headings each
    is a chapter.
    """
    told = any(section.words for section in sections)
    idle = _idle_parts(sections, title)
    opening: list[Block] = []
    parent = ""
    last: Chapter | None = None
    for section in sections:
        if not section.has_text:
            if section.leaf:
                skipped.append(Skipped(f"contents entry {section.title!r}", "holds no text"))
            continue
        if (told and not section.words) or (not section.leaf and section.words < OWN_CHAPTER_WORDS):
            opening += section.blocks
            parent = section.title or parent
            continue
        if last:
            yield last
        name = section.title or _first_heading(section)
        parts = tuple(part for part in section.parts if part not in idle)
        last = Chapter(name, tuple(opening + section.blocks), parts)
        opening = []
    if opening and last and all(block.kind is BlockKind.HEADING for block in opening if block.text):
        last = Chapter(last.title, (*last.blocks, *opening), last.parts)
        opening = []
    if last:
        yield last
    if opening:
        yield Chapter(parent, tuple(opening))


def _idle_parts(sections: Sequence[Section], title: str) -> set[str]:
    """Titles over chapters that tell none from another: the book's own, and what all chapters stand under."""
    read = [set(section.parts) for section in sections if section.leaf and section.has_text]
    return {"", title, *set.intersection(*read)} if read else {"", title}


def _first_heading(section: Section) -> str:
    return next((b.text for b in section.blocks if b.kind is BlockKind.HEADING), "")
