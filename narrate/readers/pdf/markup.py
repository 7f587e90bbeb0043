"""Paragraphs and headings as pages of markup with their contents, as the reader of EPUBs reads them.

Such a page is what stands together in the PDF: a chapter, or a page in front of the first. It is called by the
numbers of its pages, which is what a person is told of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from narrate.book import Book
from narrate.readers.epub import Paged
from narrate.readers.epub.files import MadeFiles
from narrate.readers.epub.package import MAX_PARTS, TocEntry
from narrate.readers.heads import plain
from narrate.readers.pdf.footnotes import REF, Note
from narrate.readers.pdf.headings import Part
from narrate.readers.pdf.lines import END, LOWERED, RAISED, Line
from narrate.readers.pdf.pdfium import Bookmark

_PAGE, _PAGE_END = "\x06", "\x07"  # around the number of a page that begins here
_SHORT = 120  # words of a page that stands alone, as a title page does
_FIRST = 12  # pages in which those are
_SCENE_GAP = 1.8  # usual distances of two lines above a paragraph that opens a scene
_UNFIT = re.compile("[\x00-\x01\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile(
    f"{RAISED}(?:(?P<name>[\\w-]+){REF})?(?P<up>[^{END}]*){END}|{LOWERED}(?P<down>[^{END}]*){END}"
    f"|{_PAGE}(?P<page>\\d+){_PAGE_END}"
)
_HEAD = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>'
)


@dataclass(slots=True)
class _File:
    """A page of markup, while it is filled: its markup, the pages of the PDF that it has, and its words."""

    first: int
    last: int
    pieces: list[str] = field(default_factory=list)
    words: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the contents: a bookmark, and the part that it leads to."""

    bookmark: Bookmark
    part: int


class Pages:
    """Pages of markup made of `parts`. `labels` are what pages are called, `notes` those of each page.

    `joined` makes one text of rows.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        notes: Mapping[int, Sequence[Note]],
        labels: Mapping[int, str],
        joined: Callable[[Sequence[str]], str],
    ) -> None:
        self._parts, self._notes, self._labels, self._joined = parts, notes, labels, joined
        self._named = {note.name: note for found in notes.values() for note in found}
        self._begun: set[int] = set()  # pages whose beginning is marked
        self._waiting: list[Note] = []  # that the page of markup which is being filled has to have

    def paged(self, where: Path | str, about: Book, bookmarks: Sequence[Bookmark]) -> Paged:
        """The pages, with the outline as their contents; `about` is what the file says of itself."""
        entries = list(self._entries(bookmarks))
        files = list(self._files({entry.part for entry in entries}))
        self._name(files)
        pages = {file.name: "".join([_HEAD, *file.pieces, "</body></html>"]).encode() for file in files}
        spine = tuple((name, True) for name in pages)
        return Paged(MadeFiles(where, pages), spine, about, tuple(_contents(entries, _places(files))))

    def _entries(self, bookmarks: Sequence[Bookmark]) -> Iterator[_Entry]:
        """Bookmarks with the part that each begins: its heading, or what stands at its place."""
        starts: dict[int, list[int]] = {}
        for at, part in enumerate(self._parts):
            starts.setdefault(part.paragraph.page, []).append(at)
        for mark in bookmarks:
            here = starts.get(mark.page) or starts.get(mark.page + 1, [])
            if not mark.title or not here:
                continue
            named = plain(mark.title)
            same = [at for at in here if _is_titled(plain(self._parts[at].paragraph.text), named)]
            below = [at for at in here if mark.y is None or self._parts[at].paragraph.lines[0].y <= mark.y + 2]
            heads = [at for at in below if self._parts[at].level]
            yield _Entry(mark, [*same, *heads, *below, *here][0])

    # --- the pages -------------------------------------------------------------------------------

    def _files(self, begun: Collection[int]) -> Iterator[_File]:
        """The pages of markup; those of the parts `begun` are led to by the contents."""
        words: Counter[int] = Counter()
        for part in self._parts:
            words[part.paragraph.page] += len(part.paragraph.text.split())
        file: _File | None = None
        last = 0
        for at, part in enumerate(self._parts):
            page = part.paragraph.page
            alone = page <= _FIRST and min(words[page], words[last]) <= _SHORT
            if file is None or (page != last and (alone or part.level > 0)) or at in begun:
                if file is not None:
                    yield self._closed(file)
                file = _File(page, page)
            file.last, last = part.paragraph.lines[-1].page, page
            self._add(file, part, f' id="p{at}"' if at in begun else "")
        if file is not None:
            yield self._closed(file)

    def _add(self, file: _File, part: Part, anchor: str) -> None:
        """Write a part down."""
        one = part.paragraph
        text = self._text(one.lines)
        name = f"h{part.level}" if part.level else "p"
        if not part.level and one.gap >= _SCENE_GAP and not one.centred and file.words:
            file.pieces.append("<p>\u00a0</p>")
        file.pieces.append(f"<{name}{anchor}>{text}</{name}>\n")
        file.words += 0 if part.level else len(one.text.split())

    def _closed(self, file: _File) -> _File:
        """A page of markup with the notes that its marks lead to, and those of its pages that no mark leads to."""
        for note in self._waiting:
            rows = [_UNFIT.sub("", line.text) for line in note.lines]
            text = _MARKUP.sub(self._marked, escape(self._joined(rows), quote=False))
            file.pieces.append(f'<aside epub:type="footnote" id="{note.name}"><p>{text}</p></aside>\n')
        self._waiting.clear()
        return file

    def _text(self, lines: Sequence[Line]) -> str:
        """The markup of a paragraph's lines, with a mark where a page begins."""
        rows: list[str] = []
        for line in lines:
            text = _UNFIT.sub("", line.text)
            if line.page not in self._begun:
                self._begun.add(line.page)
                self._waiting += [note for note in self._notes.get(line.page, ()) if not note.marked]
                mark = f"{_PAGE}{line.page}{_PAGE_END}"
                first, space, rest = text.partition(" ")
                # The mark follows the first word: what the end of the page before cuts is mended before it.
                text = f"{first}{mark}{space}{rest}" if rows and first else f"{mark}{text}"
            rows.append(text)
        return _MARKUP.sub(self._marked, escape(self._joined(rows), quote=False))

    def _marked(self, found: re.Match[str]) -> str:
        """The markup of a mark."""
        if found["page"]:
            label = escape(_UNFIT.sub("", self._labels.get(int(found["page"]), "")))
            return f'<span epub:type="pagebreak" title="{label}"/>' if label else ""
        if found["name"]:
            self._waiting.append(self._named[found["name"]])
            return f'<a epub:type="noteref" href="#{found["name"]}"><sup>{found["up"]}</sup></a>'
        return f"<sup>{found['up']}</sup>" if found["up"] is not None else f"<sub>{found['down']}</sub>"

    def _name(self, files: Sequence[_File]) -> None:
        """Call the pages of markup by those of the PDF."""
        names: Counter[str] = Counter()
        for file in files:
            first, last = (self._labels.get(page, "") or str(page) for page in (file.first, file.last))
            name = _UNFIT.sub("", f"page {first}" if first == last else f"pages {first} to {last}").replace("/", "-")
            names[name] += 1
            file.name = name if names[name] == 1 else f"{name}, part {names[name]}"


def _is_titled(text: str, title: str) -> bool:
    """Whether a paragraph is what a bookmark calls it, its number aside: `1. The Gulls` and `The Gulls`."""
    short = min(len(text), len(title))
    return text == title or (short > 3 and len(text) < 2 * len(title) + 20 and (text in title or title in text))


def _places(files: Sequence[_File]) -> dict[int, str]:
    """The file of each part that has a name."""
    return {int(part): file.name for file in files for part in re.findall(r'id="p(\d+)"', "".join(file.pieces))}


def _contents(entries: Sequence[_Entry], places: Mapping[int, str]) -> Iterator[TocEntry]:
    """The contents, each entry under those above it in the outline."""
    above: list[str] = []
    depths = [*(entry.bookmark.depth for entry in entries), 0]
    for entry, after in zip(entries, depths[1:], strict=True):
        mark = entry.bookmark
        del above[mark.depth :]
        leaf = after <= mark.depth
        yield TocEntry(mark.title, places[entry.part], f"p{entry.part}", leaf, tuple(above[:MAX_PARTS]))
        above.append(mark.title)
