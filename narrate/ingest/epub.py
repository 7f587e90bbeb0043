"""EPUB 2 and 3 to a Book: the table of contents cuts the spine's text into chapters.

The spine is read once from front to back; each place that the contents name starts a section,
and all text up to the next one belongs to it, through as many files as it takes. So nothing
between two entries can be lost, whatever the files are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from narrate.book import Block, BlockKind, Book, Chapter, Skipped
from narrate.errors import SourceError
from narrate.ingest.chapters import without_idle_breaks
from narrate.ingest.characters import clean
from narrate.ingest.epub_archive import Archive
from narrate.ingest.epub_markup import HostileMarkupError
from narrate.ingest.epub_package import Entry, Package, dublin_core, metas, read_package, refuse_drm
from narrate.ingest.epub_pages import Mark, Page, read_page

OWN_CHAPTER_WORDS = 30  # text that no leaf of the contents names is a chapter from this length on
_SHORT_PAGE_WORDS = 1500  # a page is taken for a cover or imprint by landmark or title only up to here
_UNREAD_PAGES = {
    "cover": "the cover",
    "titlepage": "the title page",
    "halftitlepage": "the half title",
    "toc": "the table of contents",
    "landmarks": "the table of contents",
    "loi": "a list of illustrations",
    "lot": "a list of tables",
    "copyright-page": "the copyright page",
    "imprint": "the imprint",
    "colophon": "the colophon",
    "index": "the index",
    "bibliography": "the bibliography",
    "footnotes": "the notes page",
    "endnotes": "the notes page",
    "rearnotes": "the notes page",
    "dramatis-personae": "the list of roles",
}
_UNREAD_TITLES = {
    "cover": "cover",
    "title page": "titlepage",
    "titlepage": "titlepage",
    "copyright": "copyright-page",
    "copyright page": "copyright-page",
    "imprint": "imprint",
    "colophon": "colophon",
    "contents": "toc",
    "table of contents": "toc",
}
_KEPT_FRONT = frozenset("foreword preface introduction prologue dedication epigraph preamble chapter part".split())


@dataclass(slots=True)
class _Section:
    """Text from one place of the contents to the next. Filled while the spine is read."""

    title: str
    leaf: bool
    file: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(len(b.text.split()) for b in self.blocks if b.kind is BlockKind.PARAGRAPH)

    @property
    def has_text(self) -> bool:
        return any(c.isalnum() for b in self.blocks for c in b.text)


def read_epub(data: bytes, where: Path | str, name: str) -> Book:
    """The book in an EPUB's bytes. `where` is named in errors, `name` stands in for a missing title.

    Raises SourceError for what is no EPUB, is encrypted, is a bomb or holds no text.
    """
    archive = Archive(data, where)
    refuse_drm(archive)
    package = read_package(archive)
    skipped = list(package.skipped)
    if archive.truncated:
        skipped.insert(0, Skipped("the end of the file", "cut off; read as far as it goes"))
    title = _title(package) or name or "Untitled"
    sections = _sections(archive, package, skipped)
    chapters = tuple(_chapters(sections, title, skipped))
    if not chapters:
        raise SourceError("holds no readable text", where=where, do=_first(skipped))
    return Book(title=title, chapters=chapters, cover=package.cover, skipped=tuple(skipped), **_metadata(package))


def _first(skipped: list[Skipped]) -> str:
    return "it may be a book of pictures" if not skipped else f"{skipped[0].what}: {skipped[0].why}"


def _sections(archive: Archive, package: Package, skipped: list[Skipped]) -> list[_Section]:
    """The spine's text, cut where the contents say; what is not read goes to `skipped`."""
    contents: dict[str, list[Entry]] = {}
    for entry in package.contents:
        contents.setdefault(entry.file, []).append(entry)
    sections = [_Section("", False, "")]
    notes = pictures = 0
    for file, linear in package.spine:
        entries = contents.pop(file, [])
        page = _page(archive, file, [e.anchor for e in entries if e.anchor], skipped)
        if page is None:
            continue
        if why := _unread(page, package.roles.get(file, frozenset()), entries, linear):
            skipped.append(Skipped(file, why))
            continue
        notes, pictures = notes + page.notes, pictures + page.pictures
        if not package.contents:
            entries = [Entry(_heading(page), file)] if page.items and (_heading(page) or len(sections) == 1) else []
        _cut(page, file, entries, sections, skipped)
    for entry in (e for unmet in contents.values() for e in unmet):
        skipped.append(Skipped(f"contents entry {entry.title!r}", "leads to no file of the reading order"))
    if notes:
        skipped.append(Skipped(f"{notes} note{'s' * (notes > 1)}", "notes are not read aloud"))
    if pictures:
        skipped.append(Skipped(f"{pictures} picture{'s' * (pictures > 1)}", "pictures are not read aloud"))
    return sections


def _page(archive: Archive, file: str, wanted: list[str], skipped: list[Skipped]) -> Page | None:
    member = archive.read(file)
    if not member.data:
        skipped.append(Skipped(file, member.problem or "is empty"))
        return None
    try:
        page = read_page(member.data, wanted)
    except HostileMarkupError as error:
        raise SourceError(f"{file}: {error}: refused", where=archive.where) from error
    for problem in filter(None, (member.problem, page.problem)):
        skipped.append(Skipped(file, problem))
    return page


def _unread(page: Page, roles: frozenset[str], entries: list[Entry], linear: bool) -> str:
    """Why a page is not read aloud, or "". What the page says of itself counts most, then landmarks, then titles."""
    for kind in sorted(page.types & _UNREAD_PAGES.keys()):
        return f"{_UNREAD_PAGES[kind]} is not read aloud"
    if not linear and not entries:
        return "is not part of the reading order"
    if {"frontmatter", "drama"} <= page.types and not page.types & _KEPT_FRONT:
        return "the front matter of a play is not read aloud"
    short = page.words <= _SHORT_PAGE_WORDS and not roles & {"bodymatter", "text", "start"}
    titles = {_UNREAD_TITLES.get(e.title.casefold(), "") for e in entries} if len(entries) == 1 else set()
    for kind in sorted((roles | titles) & _UNREAD_PAGES.keys() if short else ()):
        return f"{_UNREAD_PAGES[kind]} is not read aloud"
    return ""


def _heading(page: Page) -> str:
    """A page's name where there is no table of contents: the headings that it opens with."""
    first: list[str] = []
    for item in page.items:
        if isinstance(item, Block):
            if item.kind is not BlockKind.HEADING:
                break
            first.append(item.text)
    return " ".join(first[:2])


def _cut(page: Page, file: str, entries: list[Entry], sections: list[_Section], skipped: list[Skipped]) -> None:
    """Add a page's blocks to `sections`, starting a new one wherever one of `entries` points."""
    marks = {item.anchor for item in page.items if isinstance(item, Mark)}
    at_start = [e for e in entries if e.anchor not in marks]
    by_anchor = {mark: [e for e in entries if e.anchor == mark] for mark in marks}
    _start(at_start, file, sections, skipped)
    for item in page.items:
        if isinstance(item, Block):
            sections[-1].blocks.append(item)
        else:
            _start(by_anchor[item.anchor], file, sections, skipped)
            by_anchor[item.anchor] = []


def _start(entries: list[Entry], file: str, sections: list[_Section], skipped: list[Skipped]) -> None:
    """Open a section for `entries`, which all point to one place: the last leaf names it."""
    if not entries:
        return
    leaves = [e for e in entries if e.leaf]
    for entry in leaves[:-1]:
        skipped.append(Skipped(f"contents entry {entry.title!r}", "starts at the same place as the next"))
    # Headings that close a chapter of the same file belong to what they announce.
    carried: list[Block] = []
    last = sections[-1]
    while last.file == file and last.words and last.blocks and last.blocks[-1].kind is BlockKind.HEADING:
        carried.insert(0, last.blocks.pop())
    named = leaves[-1] if leaves else entries[-1]
    sections.append(_Section(named.title, bool(leaves), file, carried))


def _chapters(sections: list[_Section], title: str, skipped: list[Skipped]) -> Iterator[Chapter]:
    """Sections as chapters. A short one that no leaf names opens the next, as a part's title does."""
    opening: list[Block] = []
    parent = ""
    for section in sections:
        if not section.has_text:
            if section.leaf:
                skipped.append(Skipped(f"contents entry {section.title!r}", "holds no text"))
            continue
        if not section.leaf and section.words < OWN_CHAPTER_WORDS:
            opening += section.blocks
            parent = section.title or parent
            continue
        name = section.title or _first_heading(section) or title
        yield Chapter(name, without_idle_breaks(opening + section.blocks))
        opening = []
    if opening:
        yield Chapter(parent or title, without_idle_breaks(opening))


def _first_heading(section: _Section) -> str:
    return next((b.text for b in section.blocks if b.kind is BlockKind.HEADING), "")


def _title(package: Package) -> str:
    titles = dublin_core(package.metadata, "title")
    main = {a.get("refines", "")[1:] for text, a in metas(package.metadata) if text == "main"}
    return next((t for t, a in titles if a.get("id") in main), titles[0][0] if titles else "")


def _metadata(package: Package) -> dict[str, Any]:
    """The Book's fields that the package document fills."""
    data = package.metadata
    roles = {a.get("refines", "")[1:]: t for t, a in metas(data) if a.get("property") == "role"}
    creators = dublin_core(data, "creator")
    authors = [t for t, a in creators if (a.get("role") or roles.get(a.get("id", "")) or "aut") == "aut"]
    dates = dublin_core(data, "date")
    dates.sort(key=lambda d: d[1].get("event", "publication") not in ("publication", "original-publication"))
    years = [m[0] for text, _ in dates if (m := re.search(r"(?<!\d)[012]\d{3}(?!\d)", text))]
    series, index = _series(data)
    return {
        "author": ", ".join(dict.fromkeys(authors or [t for t, _ in creators])),
        "language": next((t for t, _ in dublin_core(data, "language")), "en").replace("_", "-"),
        "series": series,
        "series_index": index,
        "year": years[0] if years else "",
        "publisher": next((t for t, _ in dublin_core(data, "publisher")), ""),
        "description": clean(re.sub(r"<[^<>]*>", " ", next((t for t, _ in dublin_core(data, "description")), ""))),
    }


def _series(data: dict[str, Any]) -> tuple[str, str]:
    """Series and place in it: EPUB 3's collections, of type `series` first, or calibre's own metas."""
    refined: dict[tuple[str, str], str] = {
        (a.get("refines", "")[1:], a.get("property", "")): text for text, a in metas(data)
    }
    best = ("", "")
    for text, attributes in metas(data):
        if attributes.get("property") == "belongs-to-collection" and text:
            kind = refined.get((attributes.get("id", ""), "collection-type"), "")
            place = refined.get((attributes.get("id", ""), "group-position"), "")
            if kind == "series":
                return text, place
            best = best if best[0] or kind else (text, place)
    named = {a.get("name", ""): a.get("content", "") for _, a in metas(data)}
    index = named.get("calibre:series_index", "").removesuffix(".0")
    return best if best[0] else (named.get("calibre:series", ""), index)
