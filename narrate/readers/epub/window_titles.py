"""What pages call themselves for a browser's window: names of chapters where nothing else has them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from narrate.readers.epub.sections import PageStart, Section
from narrate.readers.heads import any_of, plain

_LONGEST = 150  # characters
_NO_NAME = frozenset(("unknown", "untitled", "cover", "title", "book", "document", "contents", "html", "xhtml"))
_FILE = re.compile(r"[\w./-]+\.x?html?|[\w-]*_split_?\d+|[\W\d_]*", re.IGNORECASE)
_PARTED = r"[-–—|:,.•·/]"


def by_window_titles(section: Section, title: str) -> Iterator[Section]:
    """A section's pages as chapters; a page that is called as the one before goes on with it. `title` is the book's."""
    named: list[tuple[int, str]] = []
    for at, item in enumerate(section.items):
        name = window_title(item.title, title) if isinstance(item, PageStart) else ""
        if name and (not named or plain(name) != plain(named[-1][1])):
            named.append((at, name))
    if not named:
        yield section
        return
    if before := section.items[: named[0][0]]:
        yield replace(section, leaf=False, items=before)
    for (at, name), (after, _) in pairwise([*named, (len(section.items), "")]):
        yield Section(name, True, section.file, section.parts, section.items[at:after])


def window_title(said: str, title: str) -> str:
    """A page's name, without the book's title before or after it; "" where it says only that, a file or a number."""
    if title and plain(said) != plain(title):
        book = re.escape(title)
        said = re.sub(rf"\A{book}\s*{_PARTED}+\s+|\s+{_PARTED}+\s*{book}\Z", "", said, flags=re.IGNORECASE)
    pages = any_of(lambda words: words.pages)
    counted = re.fullmatch(rf"(?:{pages})\W*[\divxlc]*", said.strip(), re.IGNORECASE)
    idle = plain(said) in _NO_NAME or plain(said) == plain(title) or _FILE.fullmatch(said) or counted
    return "" if idle or len(said) > _LONGEST else said
