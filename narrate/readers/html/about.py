"""What a page of HTML says of the book in its head: names of Dublin Core, whatever the page calls them."""

import re
from collections.abc import Iterator
from typing import Any

from narrate.readers.characters import clean
from narrate.readers.epub.markup import language_of, name_of, text_of
from narrate.readers.heads import plain

_NAMES = {
    "title": "dc.title dcterms.title citation_title citation_book_title og:title",
    "creator": "author dc.creator dcterms.creator citation_author book:author article:author",
    "description": "description dc.description dcterms.description og:description dcterms.abstract",
    "date": "dcterms.issued dcterms.date dc.date dcterms.created citation_publication_date article:published_time date",
    "publisher": "dc.publisher dcterms.publisher citation_publisher",
    "subject": "dc.subject dcterms.subject article:tag book:tag",
    "keywords": "keywords",
    "rights": "dc.rights dcterms.rights copyright rights",
    "identifier": "book:isbn citation_isbn dc.identifier dcterms.identifier",
    "contributor": "dc.contributor dcterms.contributor",
}
_BY_NAME = {word: name for name, words in _NAMES.items() for word in words.split()}
_ALL = frozenset(("creator", "subject", "contributor", "identifier"))  # what is said more than once is more than one
_PARTED = re.compile(r"\s+[-–—|·•:»«]+\s+|\s*\|\s*")
_GUTENBERG = re.compile(r"^The Project Gutenberg e?Book of (?P<title>.+?)(?:,? by (?P<author>[^,]+))?$", re.IGNORECASE)
_MOST = 20  # of one name


def about_page(root: Any) -> tuple[tuple[str, str], ...]:
    """Names of Dublin Core with what a page's head says by them; of several names for one thing the first counts."""
    found: dict[str, dict[str, list[str]]] = {}  # name → what the page calls it → what it says
    for element in root.iter("{*}meta"):
        key = (element.get("name") or element.get("property") or "").strip().casefold()
        text = clean(element.get("content") or "")
        if (name := _BY_NAME.get(key)) and text and not (name == "creator" and "://" in text):
            found.setdefault(name, {}).setdefault(key, []).append(text)
    said = [(name, text) for name in found for text in _chosen(name, found[name])]
    titles, author = _titles(root, [text for name, text in said if name == "title"])
    said = [(name, text) for name, text in said if name != "title"]
    if author and not any(name == "creator" for name, _ in said):
        said.append(("creator", author))
    return (*titles, *said, *_language(root))


def _chosen(name: str, by_key: dict[str, list[str]]) -> Iterator[str]:
    """What the best of a page's names for one thing says."""
    best = min(by_key, key=_NAMES[name].split().index)
    yield from by_key[best][: _MOST if name in _ALL else 1]


def _titles(root: Any, said: list[str]) -> tuple[tuple[tuple[str, str], ...], str]:
    """The book's title, and who wrote it where that is in the title alone."""
    window = next((clean(text_of(e)) for e in root.iter("{*}title")), "")
    heads = [clean(text_of(e)) for e in root.iter("{*}h1")]
    title = said[0] if said else window
    if gutenberg := _GUTENBERG.match(title):
        return (("title", gutenberg["title"]),), gutenberg["author"] or ""
    pieces = [piece for piece in _PARTED.split(title) if piece]
    if not said and len(pieces) > 1:  # `The Gulls | a site`
        named = [head for head in heads if any(plain(head) == plain(piece) for piece in pieces)]
        title = named[0] if named else title
    title = title or (heads[0] if len(heads) == 1 else "")
    return ((("title", title),) if title else ()), ""


def _language(root: Any) -> tuple[tuple[str, str], ...]:
    """The language that the page says it is in."""
    elements = [root, *(e for e in root if isinstance(e.tag, str) and name_of(e) == "body")]
    own = next(filter(None, map(language_of, elements)), "")
    keys = ("content-language", "dc.language")
    metas = list(root.iter("{*}meta"))
    named = [e.get("content") or "" for e in metas if (e.get("http-equiv") or e.get("name") or "").casefold() in keys]
    return tuple(("language", tag) for tag in [own, *named] if tag)
