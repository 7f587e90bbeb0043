"""FictionBook 2 to pages that the EPUB reader reads: a page a body, and the notes' bodies as notes.

Sections with a title are the contents, whatever lies between them. A zip with one .fb2 in it is read as that.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from narrate.book import Book, Cover, Skipped, shown
from narrate.errors import SourceError
from narrate.readers.characters import clean
from narrate.readers.dates import year_in
from narrate.readers.epub import Paged
from narrate.readers.epub.archive import Archive
from narrate.readers.epub.files import MadeFiles
from narrate.readers.epub.markup import language_of, name_of, parse_xml, refused, text_of, walk
from narrate.readers.epub.metadata import isbn_of
from narrate.readers.epub.package import TocEntry
from narrate.readers.ornaments import is_scene_break
from narrate.readers.xhtml import PageWriter

SUFFIX = ".fb2"
_NOTES = re.compile(r"(?:foot|end)?notes?|comments?|footnotes?|сноски|примечания|комментарии", re.IGNORECASE)
_LABEL = re.compile(r"[\[(]?(?:\d{1,4}|[*†‡§]{1,4}|[a-zA-Zа-яА-Я])[\])]?\.?")  # a note's number is no word of it
_SAME = {
    "p": "p", "v": "p", "text-author": "p", "date": "p", "cite": "blockquote", "annotation": "div", "stanza": "div",
    "strong": "b", "emphasis": "i", "style": "span", "strikethrough": "span", "code": "code", "sub": "sub",
    "sup": "sup", "table": "table", "tr": "tr", "th": "th", "td": "td", "body": "div", "section": "section",
}  # fmt: skip
_HREF = "{http://www.w3.org/1999/xlink}href"
_MAX_COVER = 20 << 20  # bytes, as they are written in the file


def unzipped_fb2(archive: Archive) -> bytes | None:
    """The one .fb2 in a zip; None where there is none. Raises SourceError for several, and for a damaged one."""
    names = [name for name in archive.names if name.casefold().endswith(SUFFIX)]
    if not names:
        return None
    if len(names) > 1:
        raise SourceError(f"holds {len(names)} books", where=archive.where, do="unpack it and give one of them")
    member = archive.read(names[0])
    if member.problem:
        raise SourceError(f"{names[0]}: {member.problem}", where=archive.where, do="get the file again")
    return member.data


def fb2_pages(data: bytes, where: Path | str, name: str) -> Paged:
    """The book in a file's bytes; `name` stands in for a missing title.

    Raises SourceError for what is no FictionBook, and for an entity bomb.
    """
    with refused(where):
        markup = parse_xml(data)
    root = markup.root
    bodies = [] if root is None or name_of(root) != "fictionbook" else [e for e in root if name_of(e) == "body"]
    if root is None or not bodies:
        raise SourceError("is not a FictionBook: it holds no body", where=where, do="get the file again")
    notes = [body for body in bodies if _NOTES.fullmatch((body.get("name") or "").strip())]
    ids = {e.get("id"): f"notes-{n}.xhtml" for n, body in enumerate(notes) for e in body.iter() if e.get("id")}
    files: dict[str, bytes] = {}
    contents: list[TocEntry] = []
    for number, body in enumerate(body for body in bodies if body not in notes):
        page = _Page(f"body-{number}.xhtml", ids)
        page.write(body)
        files[page.file] = page.out.page
        contents += page.contents
    for number, body in enumerate(notes):
        page = _Page(f"notes-{number}.xhtml", ids, notes=True)
        page.write(body)
        files[page.file] = page.out.page
    skipped = (Skipped("the file", markup.problem),) if markup.problem else ()
    spine = tuple((file, True) for file in files)
    return Paged(MadeFiles(where, files), spine, _about(root, name, skipped), tuple(contents))


@dataclass(slots=True)
class _Page:
    """A body as a page; `ids` are of what stands in the notes' pages, by file. Written once."""

    file: str
    ids: dict[str, str]
    notes: bool = False
    out: PageWriter = field(default_factory=PageWriter)
    contents: list[TocEntry] = field(default_factory=list)
    _open: list[list[str]] = field(default_factory=list)  # what each element that is open has to close
    _parts: list[TocEntry] = field(default_factory=list)  # of the sections that are open, those that have a title
    _depth: int = 1
    _in_title: bool = False

    def write(self, body: Any) -> None:
        passed: Any = None
        for event, element in walk(body):
            if passed is not None:
                if event == "end" and element is passed:
                    passed = None
                    self.out.text(element.tail)
                continue
            if event == "start":
                if self._is_passed(element):
                    passed = element
                    continue
                self._open.append(self._start(element))
                self.out.text(element.text)
            else:
                for tag in self._open.pop():
                    self.out.end(tag)
                self._leave(element)
                if element is not body:
                    self.out.text(element.tail)

    def _is_passed(self, element: Any) -> bool:
        """Whether nothing of an element is read: the number of a note."""
        above = element.getparent()
        return (
            self.notes
            and name_of(element) == "title"
            and name_of(above) == "section"
            and _LABEL.fullmatch(clean(text_of(element))) is not None
        )

    def _start(self, element: Any) -> list[str]:
        """Open what stands for an element; the tags to close it by, the innermost first."""
        name, language = name_of(element), language_of(element)
        if self._in_title and name in ("p", "empty-line"):
            return self._opened(f"h{min(self._depth, 6)}") if name == "p" else []
        if name == "body" and self.notes:
            return self._opened("section", epub_type="footnotes")
        if name == "section":
            return self._section(element)
        if name == "title":
            self._in_title = True
            return []
        if name == "subtitle":
            ornament = is_scene_break(clean(text_of(element)))
            return self._opened("p" if ornament else f"h{min(self._depth + 1, 6)}", id=element.get("id") or "")
        if name == "epigraph":
            return self._opened("blockquote", epub_type="epigraph")
        if name == "poem":
            return self._opened("div", epub_type="z3998:poem")
        if name == "stanza":
            return self._opened("div", **{"class": "stanza"})
        if name == "empty-line":
            return self._opened("p")
        if name == "image":
            self.out.alone("img", alt=element.get("alt") or element.get("title") or "", src="picture")
            return []
        if name == "a":
            return self._link(element)
        tag = _SAME.get(name)
        return self._opened(tag, id=element.get("id") or "", xml_lang=language) if tag else []

    def _opened(self, tag: str, **attributes: str) -> list[str]:
        self.out.start(tag, **attributes)
        return [tag]

    def _section(self, element: Any) -> list[str]:
        self._depth += 1
        own = element.get("id") or ""
        if self.notes:
            return self._opened("aside", id=own, epub_type="footnote") if own else self._opened("div")
        title = next((child for child in element if name_of(child) == "title"), None)
        said = _title_of(title) if title is not None else ""
        if said:
            own = own or f"section-{len(self.contents)}"
            for part in self._parts:
                part.leaf = False
            entry = TocEntry(said, self.file, own, parts=tuple(part.title for part in self._parts))
            self.contents.append(entry)
            self._parts.append(entry)
        return self._opened("section", id=own)

    def _link(self, element: Any) -> list[str]:
        href = element.get(_HREF) or element.get("href") or ""
        target = href.removeprefix("#")
        if not href.startswith("#"):
            return []
        if file := self.ids.get(target):
            return self._opened("a", href=f"{file}#{target}", epub_type="" if self.notes else "noteref")
        return self._opened("a", href=href)

    def _leave(self, element: Any) -> None:
        name = name_of(element)
        if name == "title":
            self._in_title = False
        elif name == "section":
            self._depth -= 1
            titled = any(name_of(child) == "title" and _title_of(child) for child in element)
            if titled and not self.notes:
                self._parts.pop()


def _title_of(title: Any) -> str:
    """A title's rows as one: `Chapter One: The Gulls`."""
    rows = [clean(text_of(row)) for row in title if name_of(row) == "p"] or [clean(text_of(title))]
    joined = ""
    for row in filter(None, rows):
        joined += row if not joined else f" {row}" if joined[-1] in ".,:;!?…—–-" else f": {row}"
    return joined


# --- what the book says of itself ------------------------------------------------------------------


def _about(root: Any, name: str, skipped: tuple[Skipped, ...]) -> Book:
    described = _child(root, "description")
    about, printed = _child(described, "title-info"), _child(described, "publish-info")
    authors = tuple(dict.fromkeys(filter(None, map(_person, _children(about, "author")))))
    translators = tuple(filter(None, map(_person, _children(about, "translator"))))
    sequence = _child(about, "sequence")
    keywords = (clean(word) for word in _text(about, "keywords").split(","))
    annotation = _child(about, "annotation")
    paragraphs = [] if annotation is None else [clean(text_of(p)) for p in annotation.iter("{*}p", "{*}v")]
    return Book(
        title=_text(about, "book-title") or name or "Untitled",
        chapters=(),
        author=shown(authors),
        authors=authors,
        translator=shown(translators),
        language_said=_text(about, "lang"),
        series="" if sequence is None else clean(sequence.get("name") or ""),
        series_index="" if sequence is None else clean(sequence.get("number") or ""),
        year=next(filter(None, (_text(printed, "year"), *map(_year, _children(about, "date")))), ""),
        publisher=_text(printed, "publisher"),
        description="\n\n".join(filter(None, paragraphs)),
        genres=tuple(dict.fromkeys(filter(None, keywords))),
        isbn=isbn_of(_text(printed, "isbn").split(",")[0]),
        cover=_cover(root, about),
        skipped=skipped,
    )


def _children(element: Any, name: str) -> Iterator[Any]:
    yield from (child for child in (element if element is not None else ()) if name_of(child) == name)


def _child(element: Any, name: str) -> Any:
    return next(_children(element, name), None)


def _text(element: Any, name: str) -> str:
    found = _child(element, name)
    return "" if found is None else clean(text_of(found))


def _person(element: Any) -> str:
    names = " ".join(filter(None, (_text(element, f"{part}-name") for part in ("first", "middle", "last"))))
    return names or _text(element, "nickname")


def _year(date: Any) -> str:
    return year_in(date.get("value") or "") or year_in(clean(text_of(date)))


def _cover(root: Any, about: Any) -> Cover | None:
    """The picture that the book calls its cover, of those that the file holds."""
    page = _child(about, "coverpage")
    image = _child(page, "image")
    href = "" if image is None else (image.get(_HREF) or image.get("href") or "")
    for binary in _children(root, "binary"):
        text = binary.text or ""
        if href == f"#{binary.get('id')}" and len(text) <= _MAX_COVER:
            try:
                return Cover(base64.b64decode("".join(text.split())), binary.get("content-type") or "")
            except (binascii.Error, ValueError):
                return None
    return None
