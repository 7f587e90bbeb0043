"""Lists of what a book holds: contents, pictures, maps; by links, by page numbers, or by the names of chapters."""

import re
from collections.abc import Collection, Iterator, Sequence

from narrate.readers.epub.units import Unit
from narrate.readers.heads import is_chapter_number, plain

_LONGEST = 60  # words of a row: old books tell in it what a chapter is about
_SHORT = 12  # words of a row that nothing but its place tells
_SEVERAL = 3  # rows of a list that has no title
_PAGE = re.compile(
    r"(?:[.\s·…_–—,]|^)\s*(?:pp?\.?\s*)?(?:\d{1,4}|[ivxlc]{1,8}|frontispiece)\s*[.\])]?\Z", re.IGNORECASE
)
_LEADERS = re.compile(r"\s*(?:[.·…_]\s*){2,}\s*")
_SENTENCE = re.compile(r"[.!?…。！？][\"”’»」』)]*\Z")
_NUMBER = re.compile(r"\A[\W_]*(?:\d{1,3}|[ivxlc]{1,8})[.:)\s]+|[\s.·…_—–,]+\d{1,4}\W*\Z", re.IGNORECASE)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:mso|sgc-?|calibre_?)?toc(?:[-_]?(?:entry|item|line|row|link|level|chapter|part|heading|title))?"
    r"[-_]?\d*(?:$|\s)",
    re.IGNORECASE,
)


def end_of_rows(units: Sequence[Unit], start: int, end: int, names: Collection[str], stops: Collection[str]) -> int:
    """How far the list goes that has its title before `start`: to the first unit that is no row of it.

    `names` are the chapters', plain; at an id among `stops` something else starts. `start` where it is no list.
    """
    at, sure, weak = start, 0, 0
    first = named(units[start]) if start < end else ""
    while at < end:
        unit = units[at]
        again = at > start + 1 and not unit.links and named(unit) == first
        if again or any(anchor in stops for anchor in unit.ids):
            break
        if is_row(unit, names):
            sure += 1
        elif _may_be_row(unit):
            weak += 1
        else:
            break
        at += 1
    while at > start and not is_row(units[at - 1], names) and at < end:
        at -= 1  # before prose a short line is no row for sure
    if at == end and sure + weak > 1 and sure == 0 and units[start].level == 0:
        return at
    return at if sure and 3 * sure >= at - start - sure else start


def is_row(unit: Unit, names: Collection[str]) -> bool:
    """Whether a unit looks like a row of contents: it links into the book, has a page's number or a chapter's name."""
    if unit.words > _LONGEST:
        return False
    if unit.listed or (unit.inner_links and 2 * unit.linked >= unit.letters):
        return True
    return not unit.level and (_has_page(unit.text) or named(unit) in names)


def are_rows(rows: Sequence[str], names: Collection[str]) -> bool:
    """Whether the rows of one paragraph are those of a list: each with a page's number or a chapter's name."""
    return bool(rows) and all(_has_page(row) or plain(_NUMBER.sub("", row)) in names for row in rows)


def is_prose(unit: Unit, names: Collection[str]) -> bool:
    """Whether a unit is a sentence or more, and no row of a list."""
    return unit.words > _SHORT // 2 and _SENTENCE.search(unit.text) is not None and not is_row(unit, names)


def _has_page(text: str) -> bool:
    return _PAGE.search(text) is not None or _LEADERS.search(text) is not None


def _may_be_row(unit: Unit) -> bool:
    if is_chapter_number(unit.text):
        return True
    dashes = unit.text.count("—") + unit.text.count(" – ")
    return not unit.level and (
        (unit.words <= _SHORT and not _SENTENCE.search(unit.text)) or unit.words <= 4 or dashes >= 2
    )


def named(unit: Unit) -> str:
    """The name that a row has, plain, without its number and its page."""
    return plain(_NUMBER.sub("", _LEADERS.sub(" ", unit.text)))


def names_of(title: str) -> tuple[str, str]:
    """A chapter's title, plain, with its number and without it."""
    return plain(title), plain(_NUMBER.sub("", title)) or plain(title)


def untitled_lists(units: Sequence[Unit], names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where lists of contents start and end that have no title.

    Their rows are called so, or they are links and nothing but links, most of them with the names of chapters.
    """
    at = 0
    while at < len(units):
        end = at
        while end < len(units) and _is_called_row(units[end], names):
            end += 1
        called = end > at
        while not called and end < len(units) and _is_link(units[end]):
            end += 1
        rows = units[at:end]
        known = sum(named(row) in names or plain(row.text) in names or is_chapter_number(row.text) for row in rows)
        if called or (len(rows) >= _SEVERAL and 2 * known >= len(rows)):
            yield at, end
        at = max(end, at + 1)


def _is_called_row(unit: Unit, names: Collection[str]) -> bool:
    called = unit.parents and _CLASS.search(unit.parents[-1].get("class") or "") is not None
    return bool(called) and not unit.level and is_row(unit, names)


def _is_link(unit: Unit) -> bool:
    whole = unit.inner_links and 10 * unit.linked >= 9 * unit.letters
    return whole and unit.words <= _SHORT and (not _SENTENCE.search(unit.text) or is_chapter_number(unit.text))
