"""A page of HTML, or many in a zip, as pages in their order: by the links of the first, else by their names."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from narrate.book import Book, Skipped
from narrate.readers.characters import clean
from narrate.readers.epub import Paged
from narrate.readers.epub.archive import Archive
from narrate.readers.epub.files import Files, MadeFiles
from narrate.readers.epub.markup import name_of, parse_html, refused, walk
from narrate.readers.epub.metadata import metadata_of, title_of
from narrate.readers.epub.package import TocEntry, as_dublin_core, entries_of, in_order
from narrate.readers.html.tidy import Tidied, menus_left_out, tidied

SUFFIXES = (".html", ".htm", ".xhtml")
_FIRST = ("index", "contents", "toc", "default", "start", "book")  # names of a page that leads to the others
_SHEET = ".css"
_JUNK = ("__macosx/", ".", "~$")
_SEVERAL = 2  # pages that a list leads to, to be the contents


def html_page(data: bytes, where: Path | str, name: str) -> Paged:
    """The page in a file's bytes; `name` stands in for a missing title. Raises SourceError for an entity bomb."""
    file = posixpath.basename(str(where).replace("\\", "/")) or "page.html"
    page = _tidied(data, file, where)
    about = _about([page], name, [Skipped(file, page.problem)] if page.problem else [])
    return Paged(MadeFiles(where, {file: page.data}), ((file, True),), about)


def zipped_pages(archive: Archive, name: str) -> Paged | None:
    """The pages in a zip; None where it holds none. Raises SourceError for a bomb in the zip or in a page."""
    names = [n for n in archive.names if is_page(n)]
    if not names:
        return None
    read = {n: archive.read(n) for n in names}
    skipped = [Skipped(n, member.problem) for n, member in read.items() if member.problem]
    pages = {n: _tidied(member.data, n, archive.where) for n, member in read.items() if member.data}
    skipped += [Skipped(n, page.problem) for n, page in pages.items() if page.problem]
    sheets = {n: archive.read(n).data for n in archive.names if n.casefold().endswith(_SHEET)}
    files = MadeFiles(archive.where, {n: page.data for n, page in pages.items()} | sheets)
    first = _first_page(sorted(pages, key=in_order))
    roots = {n: parse_html(member.data).root for n, member in read.items() if n == first and member.data}
    contents = _contents(roots.get(first), first, files, pages)
    spine = _spine(first, files, pages)
    about = _about([pages[n] for n in (first, *(n for n, _ in spine))], name, skipped, menus=pages.values())
    return Paged(files, tuple(spine), about, tuple(contents))


def is_page(name: str) -> bool:
    """Whether a file of a zip or a folder is a page, by its name."""
    folded = name.casefold()
    own = folded.rpartition("/")[2]
    return folded.endswith(SUFFIXES) and not folded.startswith(_JUNK[0]) and not own.startswith(_JUNK[1:])


def _tidied(data: bytes, file: str, where: Path | str) -> Tidied:
    with refused(where, file):
        return tidied(data)


def _about(
    pages: Sequence[Tidied], name: str, skipped: list[Skipped], *, menus: Iterable[Tidied] | None = None
) -> Book:
    """What the first of the pages that says something of the book says of it."""
    said = next((page.said for page in pages if any(key != "language" for key, _ in page.said)), pages[0].said)
    told = [pair for pair in said if pair[0] != "keywords"]
    told += [("subject", word) for key, words in said if key == "keywords" for word in words.split(",")]
    data = as_dublin_core(told)
    left = menus_left_out(sum(page.menus for page in (pages if menus is None else menus)))
    title = title_of(data) or name or "Untitled"
    return Book(title=title, chapters=(), skipped=(*skipped, *left), **metadata_of(data))


# --- the order of many ----------------------------------------------------------------------------


def _first_page(names: Sequence[str]) -> str:
    """The page that leads to the others: one that is called so and lies highest; else the first."""
    called = [n for n in names if posixpath.splitext(posixpath.basename(n))[0].casefold() in _FIRST]
    return min(called, key=lambda n: (n.count("/"), _rank(n)), default=names[0])


def _rank(name: str) -> int:
    return _FIRST.index(posixpath.splitext(posixpath.basename(name))[0].casefold())


def _spine(first: str, files: Files, pages: Mapping[str, Tidied]) -> list[tuple[str, bool]]:
    """The pages in the order in which links lead to them from the first; those that none leads to are not in it.

    Where the first leads to no other, all by their names.
    """
    order = {first: None}
    waiting = [first]
    while waiting:
        found = [n for n in _linked(waiting.pop(0), files, pages) if n not in order]
        order.update(dict.fromkeys(found))
        waiting += dict.fromkeys(found)
    rest = sorted((n for n in pages if n not in order), key=in_order)
    if len(order) == 1:
        return [(n, True) for n in sorted(pages, key=in_order)]
    return [*((n, True) for n in order), *((n, False) for n in rest)]


def _linked(file: str, files: Files, pages: Mapping[str, Tidied]) -> Iterable[str]:
    """The pages that a page links to, in its order."""
    for href in pages[file].links:
        place = files.place(file, href)
        if place and place[0] in pages:
            yield place[0]


def _contents(root: Any, first: str, files: Files, pages: Mapping[str, Tidied]) -> list[TocEntry]:
    """The contents that the first page lists: of its lists of links the one that leads to most pages, if to several."""
    best: list[TocEntry] = []
    for top in _lists(root) if root is not None else ():
        found = [entry for entry in entries_of(top, first, files) if entry.file in pages and clean(entry.title)]
        if len({entry.file for entry in found}) > len({entry.file for entry in best}):
            best = found
    return best if len({entry.file for entry in best}) >= _SEVERAL else []


def _lists(root: Any) -> Iterable[Any]:
    """A page's lists that stand in no other, and its navs."""
    depth = 0
    for event, element in walk(root):
        if name_of(element) in ("ul", "ol", "nav") and any(e.get("href") for e in element.iter("{*}a")):
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                yield element
