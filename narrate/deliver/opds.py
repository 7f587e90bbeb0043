"""The OPDS catalogue: an Atom feed of finished books, which reading apps browse and download from.

OPDS 1.2 (specs.opds.io) over RFC 4287, as one acquisition feed, the newest book first. Apps that read OPDS 2.0 read
this as well, so there is no second form of it. All links are relative to the feed's folder: it is the same wherever
the catalogue is served.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from narrate.deliver.episodes import SPACE
from narrate.deliver.tags import notice, one_line, plain

MEDIA_TYPE = "application/atom+xml;profile=opds-catalog;kind=acquisition"
TITLE = "Audiobooks by narrate"
NAMESPACES = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:dc": "http://purl.org/dc/terms/"}
IMAGE, THUMBNAIL = "http://opds-spec.org/image", "http://opds-spec.org/image/thumbnail"
# Whoever has reached the catalogue may have the book.
ACQUISITION = "http://opds-spec.org/acquisition/open-access"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a catalogue without books was changed


@dataclass(frozen=True, slots=True)
class Link:
    """An address, relative to the feed's folder, and the media type of what is there; `size` in bytes."""

    href: str
    media_type: str
    title: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A book as the catalogue lists it. `name` is what no other book of the catalogue is called, and never changes."""

    name: str
    title: str
    updated: datetime
    files: Sequence[Link]
    about: str = ""  # how long it is, in a few words
    cover: Link | None = None
    thumbnail: Link | None = None
    subtitle: str = ""
    authors: Sequence[str] = ()
    contributors: Sequence[str] = ()  # narrator and translator
    series: str = ""
    description: str = ""
    language: str = ""
    publisher: str = ""
    year: str = ""
    isbn: str = ""
    genres: Sequence[str] = ()
    copyright: str = ""


def catalogue(books: Sequence[Listed], here: str, home: str) -> bytes:
    """The feed of `books`, as bytes of XML. `here` is its own address, relative to its folder.

    `home` is what no other catalogue is called: apps keep the books of several beside each other.
    """
    feed = ElementTree.Element("feed", NAMESPACES)
    _add(feed, "id", _identity(home, "catalogue"))
    _add(feed, "title", TITLE)
    _add(feed, "updated", _moment(max((book.updated for book in books), default=_NEVER)))
    _add(ElementTree.SubElement(feed, "author"), "name", "narrate")
    for relation in ("self", "start"):
        _link(feed, relation, Link(here, MEDIA_TYPE))
    for book in books:
        _entry(ElementTree.SubElement(feed, "entry"), book, home)
    ElementTree.indent(feed)
    return f"{_HEAD}{ElementTree.tostring(feed, encoding='unicode')}\n".encode()


def _entry(entry: ElementTree.Element, book: Listed, home: str) -> None:
    _add(entry, "id", _identity(home, "book", book.name))
    _add(entry, "title", one_line(book.title) or book.name)
    _add(entry, "updated", _moment(book.updated))
    for element, people in (("author", book.authors), ("contributor", book.contributors)):
        for person in filter(str.strip, map(one_line, people)):
            _add(ElementTree.SubElement(entry, element), "name", person)
    _add(entry, "dc:language", book.language)
    _add(entry, "dc:publisher", one_line(book.publisher))
    if len(book.year) == 4 and book.year.isdecimal():
        _add(entry, "dc:issued", book.year)
    if book.isbn:
        _add(entry, "dc:identifier", f"urn:isbn:{book.isbn}")
    _add(entry, "rights", one_line(book.copyright))
    for genre in filter(None, map(one_line, book.genres)):
        ElementTree.SubElement(entry, "category", {"term": genre, "label": genre})
    # Atom wants a content in every entry that has no page of its own; OPDS has what is said of the book there.
    ElementTree.SubElement(entry, "content", {"type": "text"}).text = _content(book)
    for relation, link in ((IMAGE, book.cover), (THUMBNAIL, book.thumbnail)):
        if link is not None:
            _link(entry, relation, link)
    for link in book.files:
        _link(entry, ACQUISITION, link)


def _content(book: Listed) -> str:
    """The book's description, and what else is known of it in a line."""
    parts = [part for part in map(one_line, (book.subtitle, book.series, book.about)) if part]
    facts = [part if part.endswith((".", "!", "?", "…")) else f"{part}." for part in parts]
    return "\n\n".join(filter(None, (plain(book.description).strip(), " ".join([*facts, notice(book.language)]))))


def _identity(*words: str) -> str:
    return f"urn:uuid:{uuid.uuid5(SPACE, chr(0).join(words))}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _link(parent: ElementTree.Element, relation: str, link: Link) -> None:
    found = {"rel": relation, "href": link.href, "type": link.media_type}
    found |= {"title": one_line(link.title)} if link.title else {}
    ElementTree.SubElement(parent, "link", found | ({"length": str(link.size)} if link.size else {}))


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    """An element of one text, if there is any; it holds nothing that XML cannot."""
    if text := plain(text).strip():
        ElementTree.SubElement(parent, name).text = text
