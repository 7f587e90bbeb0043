"""A Book out of an EPUB, or of pages from any other form: the table of contents cuts the spine's text into chapters.

The spine is read once from front to back; each place that the contents name starts a section,
and all text up to the next one belongs to it, through as many files as it takes. So nothing
between two entries can be lost, whatever the files are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from narrate.book import Book, Pronunciation, Reading, Skipped
from narrate.errors import SourceError
from narrate.languages import language_tag
from narrate.readers.chapters import finished
from narrate.readers.epub.archive import Archive
from narrate.readers.epub.contents_lists import names_of
from narrate.readers.epub.evidence import About
from narrate.readers.epub.files import Files
from narrate.readers.epub.links import Marks, Places
from narrate.readers.epub.markup import refused
from narrate.readers.epub.metadata import metadata_of, title_of
from narrate.readers.epub.notes import Notes
from narrate.readers.epub.outline import outlined
from narrate.readers.epub.package import TocEntry, read_package, refuse_drm
from narrate.readers.epub.page import Context, Page
from narrate.readers.epub.pages import read_page
from narrate.readers.epub.sections import PageStart, Section, chapters, cut
from narrate.readers.epub.sheets import Sheets
from narrate.readers.epub.spoken import agreed, disagreed
from narrate.readers.epub.torn import mended
from narrate.readers.matter import EVIDENT, NOTES_PAGES, may_have_epigraph, part_of_title, unread
from narrate.readers.titled import titled

_BEGUN_WORDS = 300  # of text that was read before no frame ends any more
_LATE = 0.6  # of the reading order: where notes and an index may be known by their titles
# What a reading leaves out inside pages: one, many, why, and what brings it back.
_LEFT = {
    "notes": ("note", "notes", "notes are not read aloud", 'notes = "inline" or "end"'),
    "pictures": ("picture", "pictures", "pictures are not read aloud", 'figures = "alt"'),
    "tables": ("table", "tables", "tables are not read aloud", 'tables = "read"'),
    "code": ("piece of code", "pieces of code", "code is not read aloud", 'code = "read"'),
    "captions": ("caption", "captions", "captions are not read aloud", 'figures = "captions"'),
    "sidebars": ("sidebar", "sidebars", "sidebars are not read aloud", 'sidebars = "read"'),
    "directions": ("stage direction", "stage directions", "directions are not read aloud", 'directions = "read"'),
    "hidden": ("hidden passage", "hidden passages", "shown on no page", ""),
    "stand-ins": (
        "text for readers that lack something",
        "texts for readers that lack something",
        "shown on no page",
        "",
    ),
    "numbers": ("number of a line or verse", "numbers of lines and verses", "for the eye alone", ""),
    "marks": ("mark of a note that is not there", "marks of notes that are not there", "for the eye alone", ""),
    "formulas": ("formula", "formulas", "its build has no words here", ""),
    "controls": ("button or menu", "buttons and menus", "there to be pressed", ""),
}


@dataclass(frozen=True, slots=True)
class Paged:
    """A book as pages in their order, whatever form it came in.

    `spine` has the pages' names in `files`, and whether each is part of the reading order; a page is XHTML or HTML.
    `about` is what the book says of itself, a Book without chapters: `title` and `language_said` at least, and in
    `skipped` what was left out on the way. Without `contents` the headings name the chapters. `roles` are what each
    file is called by landmarks ("toc", "cover").
    """

    files: Files
    spine: tuple[tuple[str, bool], ...]
    about: Book
    contents: tuple[TocEntry, ...] = ()
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Spine:
    """What reading the spine gathers beside the sections."""

    book: Paged
    reading: Reading
    skipped: list[Skipped]
    sections: list[Section] = field(default_factory=lambda: [Section("", False, "")])
    notes: Notes = field(default_factory=Notes)
    left: Counter[str] = field(default_factory=Counter)
    sounds: dict[Pronunciation, None] = field(default_factory=dict)
    frame: set[str] = field(default_factory=set)
    words: int = 0
    of: About = field(default_factory=About)

    def about(self, entries: Sequence[TocEntry]) -> About:
        """What the book says of itself, and its contents of the page that `entries` lead to."""
        whole = [entry.title for entry in entries if not entry.anchor]
        stops = {e.anchor for e in entries if e.anchor and not titled(e.title, EVIDENT)}
        titles = whole[0] if len(entries) == len(whole) == 1 else ""
        begun = self.words > _BEGUN_WORDS
        return replace(self.of, titles=titles, stops=stops, frame=frozenset(self.frame), begun=begun)

    def add(self, page: Page) -> None:
        """Count what a page that is read has, and has not any more."""
        self.left += page.left
        self.sounds |= page.sounds
        told = dict.fromkeys((*page.apart.skipped, *page.matter))
        self.skipped += [part for part in told if part not in self.skipped]
        self.frame |= page.apart.frame
        self.words += page.words


def read_epub(data: bytes, where: Path | str, name: str, reading: Reading | None = None, language: str = "") -> Book:
    """The book in an EPUB's bytes. `where` is named in errors, `name` stands in for a missing title.

    What its pages mark as another language is so beside `language`, that of the book; as it says itself, unless given.
    Raises SourceError for what is no EPUB, is encrypted, is a bomb or holds no text.
    """
    archive = Archive(data, where)
    refuse_drm(archive)
    package = read_package(archive)
    cut_off = (Skipped("the end of the file", "cut off; read as far as it goes"),) if archive.truncated else ()
    about = Book(
        title=title_of(package.metadata) or name or "Untitled",
        chapters=(),
        cover=package.cover,
        skipped=(*cut_off, *package.skipped),
        pronunciations=package.pronunciations,
        **metadata_of(package.metadata),
    )
    return read_paged(Paged(archive, package.spine, about, package.contents, package.roles), reading, language)


def read_paged(book: Paged, reading: Reading | None = None, language: str = "") -> Book:
    """The book that its pages make, read as those of an EPUB are; `reading` and `language` as for `read_epub`.

    Raises SourceError for a bomb in a page, and where no page holds text.
    """
    spine = _Spine(book, reading or Reading(), list(book.about.skipped))
    title = book.about.title
    language = language or language_tag(book.about.language_said) or "en"
    names = {name for entry in book.contents for name in names_of(entry.title)}
    unnamed = len({(entry.file, entry.anchor) for entry in book.contents}) < 2
    spine.of = About(title, book.about.author, frozenset(names), unnamed=unnamed)
    _read_spine(spine, language, title)
    found = finished(chapters(spine.sections, title, spine.skipped), title)
    if not found:
        raise SourceError("holds no readable text", where=book.files.where, do=_first(spine.skipped))
    given = [*book.about.pronunciations, *spine.sounds]
    sounds = agreed(given)
    skipped = (*spine.skipped, *disagreed(given, sounds))
    return replace(book.about, chapters=found, language=language, skipped=skipped, pronunciations=sounds)


def _first(skipped: list[Skipped]) -> str:
    return "it may be a book of pictures" if not skipped else f"{skipped[0].what}: {skipped[0].why}"


def _read_spine(spine: _Spine, language: str, title: str) -> None:
    """The spine's text, cut where the contents say; what is not read goes to `skipped`. `title` is the book's."""
    book, sections, skipped = spine.book, spine.sections, spine.skipped
    contents: dict[str, list[TocEntry]] = {}
    for entry in book.contents:
        contents.setdefault(entry.file, []).append(entry)
    refs: dict[str, set[str]] = {}
    noted = [file for file, named in contents.items() if any(part_of_title(e.title) in NOTES_PAGES for e in named)]
    noted += [file for file, roles in book.roles.items() if roles & NOTES_PAGES]
    marks, places = Marks(), Places(lambda file: book.files.read(file).data, noted)
    sheets = Sheets(book.files)
    for number, (file, linear) in enumerate(book.spine, start=1):
        entries = contents.pop(file, [])
        wanted = {e.anchor for e in entries if e.anchor}
        about = spine.about(entries)
        context = Context(file, wanted, language, spine.reading, refs, marks, places, sheets, about)
        page = _page(book.files, context, skipped)
        if page is None:
            continue
        spine.notes.add(file, page.notes)
        late = number > _LATE * len(book.spine)
        if _is_skipped(spine, page, file, entries, late=late, linear=linear):
            if not (page.apart.epigraph and may_have_epigraph(skipped[-1])):
                continue
            page = _page(book.files, replace(context, epigraphs=True), skipped) or page
            sections.append(Section("", False, file))
            entries = []
        spine.add(page)
        cut(page.items, PageStart(page.title if page.words else ""), file, page.own(entries), sections, skipped)
    for entry in (e for unmet in contents.values() for e in unmet):
        skipped.append(Skipped(f"contents entry {entry.title!r}", "leads to no file of the reading order"))
    for what, (one, many, why, back) in _LEFT.items():
        count = spine.left[what] if what != "notes" or spine.reading.notes == "skip" else 0
        if count:
            skipped.append(Skipped(f"{count} {one if count == 1 else many}", why, back))
    _skip_sections(spine)
    spine.sections = outlined(sections, title)
    runs = [[item for item in section.items if not isinstance(item, PageStart)] for section in spine.sections]
    for section, texts in zip(spine.sections, mended(runs, language), strict=True):
        section.items[:] = spine.notes.placed(texts, spine.reading.notes)
    if spine.reading.notes != "skip" and (idle := spine.notes.idle):
        skipped.append(Skipped(f"{idle} note{'s' * (idle > 1)}", "no text refers to them"))


def _skip_sections(spine: _Spine) -> None:
    """Leave out sections that share a file with others, where only the title says that they are not read."""
    files = Counter(section.file for section in spine.sections)
    for number, section in enumerate(spine.sections, start=1):
        if not section.leaf or files[section.file] == 1:
            continue
        late = number > _LATE * len(spine.sections)
        where, none = f"{section.file}: {section.title}", frozenset[str]()
        found = unread(where, none, none, [section.title], section.words, late=late, linear=True, reading=spine.reading)
        if found:
            spine.skipped.append(found)
            section.items.clear()
            section.leaf = False


def _page(files: Files, context: Context, skipped: list[Skipped]) -> Page | None:
    file = context.file
    member = files.read(file)
    if not member.data:
        skipped.append(Skipped(file, member.problem or "is empty"))
        return None
    with refused(files.where, file):
        page = read_page(member.data, context)
    for problem in filter(None, (member.problem, page.problem)):
        skipped.append(Skipped(file, problem))
    return page


def _is_skipped(spine: _Spine, page: Page, file: str, entries: list[TocEntry], *, late: bool, linear: bool) -> bool:
    """Whether the page is not read aloud as a whole; then `skipped` says so."""
    roles = spine.book.roles.get(file, frozenset())
    titles = [e.title for e in entries]
    found = unread(file, page.types, roles, titles, page.words, late=late, linear=linear, reading=spine.reading)
    if found and not (page.types & NOTES_PAGES and spine.reading.notes != "skip"):
        spine.skipped.append(found)
    return found is not None
