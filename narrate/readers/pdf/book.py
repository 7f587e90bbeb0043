"""A PDF as pages of markup: its pages read one by one, the paper's own taken out, paragraphs and headings found."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from narrate.book import Book, Skipped
from narrate.errors import SourceError
from narrate.languages import settled_language
from narrate.readers.characters import clean
from narrate.readers.epub import Paged
from narrate.readers.pdf.columns import Region, regions
from narrate.readers.pdf.footnotes import Note, with_marks, without_notes
from narrate.readers.pdf.furniture import Page, labelled, usual_size, without_furniture
from narrate.readers.pdf.headings import Part, with_headings
from narrate.readers.pdf.lines import lines_of
from narrate.readers.pdf.markup import Pages
from narrate.readers.pdf.paragraphs import measured, paragraphs
from narrate.readers.pdf.pdfium import About, Sheet
from narrate.readers.pdf.printed import Printed
from narrate.readers.text.headings import opens
from narrate.readers.text.hyphens import Joiner

_SCANNED = 0.8  # of the pages that hold no text, at least, where a book is a scan
_PICTURED = 0.5  # of the pages that a picture covers, where a book is a scan with its text recognised
_TELLING = 8  # rows that end with a hyphen of their own, which tell that it is one
_TITLE_WORDS = 60  # of a title page
_UNKNOWN = 0.1  # of the letters that no font explains, at most
_JUNK = re.compile(
    r"(?i)untitled|microsoft|\.(?:docx?|odt|rtf|tex|dvi|indd|qxd|pdf|p65|pages)$|^(?:title|pdf|document)\d*$"
)
_OCR = "make its text first, `ocrmypdf {} FILE WITH-TEXT.pdf`, and look that over"


@dataclass(slots=True)
class _Found:
    """What reading the pages gathers. Filled page by page."""

    pages: list[Page]
    rules: dict[int, Sequence[tuple[float, float, float]]]
    empty: list[int]
    damaged: list[int]
    letters: int = 0
    unknown: int = 0
    turned: int = 0
    pictured: int = 0  # pages with text that a picture covers: somebody recognised it


def read_pdf(data: bytes, where: Path | str, name: str, language: str = "") -> Paged:
    """A PDF as pages of markup. `name` stands in for a missing title, `language` for what the file says itself.

    Raises SourceError for what is encrypted, damaged, a scan without text, or longer than any book.
    """
    with closing(Printed(data, where)) as printed:
        about = printed.about
        found = _read(printed)
    _refuse_scan(found, where)
    pages = without_furniture(found.pages)
    flow, notes = _flow(pages, found)
    text = "\n".join(line.plain for region in flow for line in region.lines)
    joiner = Joiner(text, lambda sample: language or settled_language([sample], about.language)[0], _cutting(text))
    usual = measured(flow)
    told = list(paragraphs(flow, usual))
    parts = with_headings(told, usual)
    title = _title(about) or _printed_title(parts)
    parts = _without_heads(parts, _title_page(parts))
    book = Book(
        title=title or name or "Untitled",
        chapters=(),
        author=clean(about.author),
        language_said=about.language,
        skipped=tuple(_told(found, sum(page.taken for page in pages), outlined=bool(about.bookmarks))),
    )
    return Pages(parts, notes, labelled(pages), joiner.joined).paged(where, book, about.bookmarks)


def _read(printed: Printed) -> _Found:
    """All pages, each as its lines."""
    found = _Found([], {}, [], [])
    for number, sheet in enumerate(printed.sheets(), start=1):
        if sheet is None:
            found.damaged.append(number)
        elif not sheet.words:
            found.empty.append(number)
        else:
            _add(found, sheet)
    return found


def _add(found: _Found, sheet: Sheet) -> None:
    found.letters += sum(len(word.text) for word in sheet.words)
    found.unknown += sheet.unknown
    found.turned += sheet.turned
    found.pictured += sheet.pictured
    found.rules[sheet.number] = sheet.rules
    found.pages.append(Page(sheet.number, sheet.label, sheet.width, sheet.height, tuple(lines_of(sheet))))


def _refuse_scan(found: _Found, where: Path | str) -> None:
    count = len(found.pages) + len(found.empty) + len(found.damaged)
    if not found.pages and len(found.damaged) > len(found.empty):
        raise SourceError("is a damaged PDF", where=where, do="get the file again")
    if len(found.empty) >= _SCANNED * count:
        what = (
            "holds pictures of pages and no text"
            if not found.pages
            else (f"holds pictures of pages: {len(found.empty)} of {count} have no text")
        )
        raise SourceError(what, where=where, do=_OCR.format("--skip-text"))
    if found.unknown > _UNKNOWN * found.letters:
        raise SourceError(
            "has fonts that do not say which letters they draw", where=where, do=_OCR.format("--force-ocr")
        )


def _flow(pages: Sequence[Page], found: _Found) -> tuple[list[Region], dict[int, Sequence[Note]]]:
    """The text of all pages in reading order, and the notes at their feet."""
    size = usual_size(pages)
    flow: list[Region] = []
    notes: dict[int, Sequence[Note]] = {}
    last: Sequence[Note] = ()
    for page in pages:
        kept, own = without_notes(regions(page.lines, page.number), found.rules[page.number], size, last)
        flow += kept
        if own:
            notes[page.number] = own
            flow[:] = with_marks(flow, page.number - 1, own)
        last = own
    return flow, notes


def _cutting(text: str) -> str:
    """The hyphen by which a program cut words, where it is another than the book's own: browsers have one for each."""
    ends, inside = len(re.findall(r"\w‐(?=\n)", text)), len(re.findall(r"\w‐(?=\w)", text))
    return "‐" if ends >= _TELLING and inside <= 0.1 * ends else ""


def _title(about: About) -> str:
    """The book's title as the file has it; "" where it has none, or a program wrote it there."""
    title = " ".join(about.title.split())
    return "" if _JUNK.search(title) else title


def _title_page(parts: Sequence[Part]) -> list[Part]:
    """What stands on the first page, where that has few words and none of a chapter."""
    first = [part for part in parts if part.paragraph.page == parts[0].paragraph.page]
    few = sum(len(part.paragraph.text.split()) for part in first) <= _TITLE_WORDS
    return first if few and len(first) < len(parts) and not any(opens(part.paragraph.text) for part in first) else []


def _printed_title(parts: Sequence[Part]) -> str:
    """The title on a title page: its largest lines; "" for none."""
    return clean(" ".join(part.paragraph.text for part in _title_page(parts) if part.level == 1))


def _without_heads(parts: Sequence[Part], page: Sequence[Part]) -> list[Part]:
    """`parts` without headings on the title page: they are no chapters'."""
    return [replace(part, level=0) if part in page else part for part in parts[: len(page)]] + list(parts[len(page) :])


def _told(found: _Found, numbers: int, *, outlined: bool) -> Iterator[Skipped]:
    """What a person is told of the pages."""
    if numbers:
        yield Skipped(
            _many(numbers, "page number or running head", "page numbers or running heads"),
            "of the paper, not of the text",
        )
    if not outlined:
        yield Skipped("the table of contents", "the PDF has no outline; headings name the chapters")
    if found.pictured > _PICTURED * len(found.pages):
        yield Skipped("the pictures of the pages", "a program recognised their text, and may have misread words")
    if found.damaged:
        yield Skipped(_pages(found.damaged), "damaged")
    if found.empty:
        yield Skipped(_pages(found.empty), "without text: blank, or a picture")
    if found.turned:
        yield Skipped(_many(found.turned, "letter", "letters"), "they run in another direction than their page")
    if found.unknown:
        yield Skipped(_many(found.unknown, "letter", "letters"), "no font says what they are")


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _pages(numbers: Sequence[int]) -> str:
    """`page 3`, `pages 1, 5-7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    shown = ", ".join(told[:8]) + (", …" if len(told) > 8 else "")
    return f"page{'s' * (len(numbers) > 1)} {shown}"
