"""The pages of the print book that pages mark: by the list of them in an EPUB's contents, or by marks in the text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from narrate.book import PrintedPage, squeeze
from narrate.readers.epub.archive import Archive
from narrate.readers.epub.book import Paged
from narrate.readers.epub.files import Files, resolve
from narrate.readers.epub.for_the_eye import is_number_of_page
from narrate.readers.epub.markup import HostileMarkupError, name_of, parse, text_of, types_of, walk
from narrate.readers.epub.meaning import BLOCKS, is_page_number, meanings
from narrate.readers.epub.package import package_name, read_package

_UNREAD = frozenset("head script style svg template nav rt rp rtc".split())
# A label as a mark has it: 12, xiv, A-3, in brackets and after "Page" or not.
_LABEL = re.compile(r"(?:^|[\s\[({|.])([a-z]{0,2}[-.]?[0-9]{1,5}|[ivxlcdm]{1,8})[\s\])}|.]*", re.IGNORECASE)
_PAGE_ID = re.compile(r"(?:page|pg)[-_.]?([0-9]{1,5}|[ivxlcdm]{1,8})", re.IGNORECASE)
MAX_LABEL = 20  # characters


def printed_pages(data: bytes, where: Any) -> Iterator[PrintedPage]:
    """The pages of an EPUB, in reading order; the text before the first has no label.

    Raises SourceError for what is no EPUB.
    """
    archive = Archive(data, where)
    return _pages(archive, (file for file, _ in read_package(archive).spine), _listed(archive))


def marked_pages(paged: Paged) -> Iterator[PrintedPage]:
    """The pages that marks in the text of a book of another form begin, as `printed_pages` gives them."""
    return _pages(paged.files, (file for file, _ in paged.spine), {})


def _pages(files: Files, spine: Iterable[str], listed: Mapping[tuple[str, str], str]) -> Iterator[PrintedPage]:
    label, pieces = "", [""]
    for file in spine:
        for found in _marked(files, file, listed):
            if isinstance(found, str):
                pieces.append(found)
            else:
                yield PrintedPage(label, "".join(pieces))
                label, pieces = found[0], []
    yield PrintedPage(label, "".join(pieces))


def _marked(files: Files, file: str, listed: Mapping[tuple[str, str], str]) -> Iterator[str | tuple[str]]:
    """A file's text in pieces, and where a page begins its label in a tuple."""
    root = _root(files, file)
    if root is None:
        return
    if at_top := listed.get((file, "")):
        yield (at_top,)
    unread: Any = None  # the element whose inside is not text
    for event, element in walk(root):
        name = name_of(element)
        if event == "start" and unread is None:
            if name in BLOCKS or name == "br":
                yield " "
            label, alone = _label(element, file, listed)
            if label:
                yield (label,)
            if alone or name in _UNREAD:
                unread = element
            else:
                yield element.text or ""
        elif event == "end":
            unread = None if unread is element else unread
            if unread is None:
                yield " " * (name in BLOCKS) + (element.tail or "")


def _label(element: Any, file: str, listed: Mapping[tuple[str, str], str]) -> tuple[str, bool]:
    """The label of the page that begins here, "" for none, and whether the element is but a page's number."""
    anchor = element.get("id") or element.get("name") or ""
    types = types_of(element)
    meant = meanings(element, types)
    alone = is_page_number(element, types, meant) or is_number_of_page(element, meant)
    if anchor and (label := listed.get((file, anchor))):
        return label, alone
    empty = name_of(element) in ("a", "span") and not text_of(element).strip()
    if empty and (match := _PAGE_ID.fullmatch(anchor)):
        return match[1], True
    if not alone or "page-list" in types:
        return "", alone
    for said in (element.get("aria-label"), element.get("title"), text_of(element), _number(anchor)):
        if said and (match := _LABEL.search(said[:60])):
            return match[1], True
    return "", True


def _number(anchor: str) -> str:
    """The number in an id like `Page_12`."""
    match = re.search(r"[0-9]+$", anchor)
    return match[0] if match else ""


def _listed(archive: Archive) -> dict[tuple[str, str], str]:
    """Labels by file and id, by the page-list of the navigation document or the pageList of the NCX."""
    opf = package_name(archive)
    root = _root(archive, opf) if opf else None
    found: dict[tuple[str, str], str] = {}
    for item in [] if root is None else [e for e in root.iter("{*}item") if e.get("href")]:
        place = archive.place(opf or "", item.get("href"))
        if place is None:
            continue
        if "nav" in (item.get("properties") or "").split():
            found |= _of_nav(archive, place[0])
        elif item.get("media-type") == "application/x-dtbncx+xml":
            found = _of_ncx(archive, place[0]) | found
    return found


def _of_nav(archive: Archive, file: str) -> dict[tuple[str, str], str]:
    root = _root(archive, file)
    lists = [] if root is None else [e for e in root.iter("{*}nav") if "page-list" in types_of(e)]
    links = [(a.get("href") or "", text_of(a)) for nav in lists for a in nav.iter("{*}a")]
    return _resolved(file, links)


def _of_ncx(archive: Archive, file: str) -> dict[tuple[str, str], str]:
    root = _root(archive, file)
    links = []
    for target in [] if root is None else root.iter("{*}pageTarget", "{*}pagetarget"):
        source = next((e.get("src") for e in target.iter("{*}content")), "")
        links.append((source or "", next((text_of(e) for e in target.iter("{*}text")), "")))
    return _resolved(file, links)


def _resolved(file: str, links: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for href, text in links:
        label = re.sub(r"^page\s+", "", squeeze(text), flags=re.IGNORECASE)
        place = resolve(file, href)
        if place and label and len(label) <= MAX_LABEL:
            found.setdefault(place, label)
    return found


def _root(files: Files, file: str) -> Any:
    """The tree of a file; None where it is no markup, or hostile."""
    try:
        return parse(files.read(file).data).root
    except HostileMarkupError:
        return None
