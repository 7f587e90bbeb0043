"""Numbers that a page shows beside its text, to find places by: of lines, of verses, of printed pages."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

from narrate.book import Block, BlockKind
from narrate.readers.epub.around import ENDS, text_after, text_before, text_head
from narrate.readers.epub.gathering import Item
from narrate.readers.epub.links import block_of
from narrate.readers.epub.marks import is_raised
from narrate.readers.epub.markup import name_of, types_of
from narrate.readers.epub.meaning import Meaning, meanings
from narrate.readers.heads import any_of

_NUMBER = re.compile(r"[\s\[({]*\d{1,4}(?:[:.,]\d{1,3})?[a-z]?[\s.\])}]*")
_EVERY = 5  # lines: what poems are counted in
_INLINE = frozenset("span small sup sub i em b font a".split())
_UNSTRESSED = frozenset("span small sup sub font".split())
_PAGE = re.compile(
    r"\s*(?P<open>[\[({|])?\s*(?:[^\W\d]{1,6}\.?\s?)?(?P<number>\d{1,4}|[ivxlc]{1,7})\s*[\])}|]?\s*", re.IGNORECASE
)
_PAGE_ID = re.compile(r"(?:page|pg|pag|pagina|seite|p|pb)[-_. ]?0*(\d{1,4})(?!\d)", re.IGNORECASE)


def is_number_of_line(element: Any, meant: frozenset[Meaning], *, verse: bool) -> bool:
    """Whether an element is the number of a line or verse: by its class, or where a poem's line begins or ends."""
    name = name_of(element)
    if not (Meaning.NUMBER in meant or Meaning.VERSE_NUMBER in meant or (verse and name in _INLINE)):
        return False
    text = text_head(element, 16)
    if not _NUMBER.fullmatch(text):
        return False
    if Meaning.NUMBER in meant:
        return True
    if name not in _INLINE:
        return False
    if Meaning.VERSE_NUMBER in meant and not verse:
        return _counts_verses(element)
    return verse and name in _UNSTRESSED and text.strip().isdecimal() and int(text) % _EVERY == 0 and _at_edge(element)


def _at_edge(element: Any) -> bool:
    """Whether nothing stands before an element in its line, or nothing after it; but something on the other side."""
    before, after = text_before(element).strip(), text_after(element).strip()
    return (not before) != (not after)


def _counts_verses(element: Any) -> bool:
    """Whether a number is called a verse's or a chapter's inside a paragraph that counts verses."""
    block = block_of(element)
    if block is None or name_of(block)[:1] == "h" or not text_after(element).strip():
        return False
    others = (e for e in block.iter() if isinstance(e.tag, str) and e is not element)
    verses = (e for e in others if is_raised(e) or meanings(e, types_of(e)) & {Meaning.NUMBER, Meaning.VERSE_NUMBER})
    return any(_NUMBER.fullmatch(text_head(e, 16)) for e in verses)


def is_number_of_page(element: Any, meant: frozenset[Meaning]) -> bool:
    """Whether an element is a printed page's number: its id names it, or it is called a page in brackets.

    A block must be both called so and in brackets.
    """
    if not (meant & {Meaning.PAGE} or element.get("id") or element.get("name")):
        return False
    block = name_of(element) in ENDS
    if element.get("href") or (block and Meaning.PAGE not in meant):
        return False
    shown = _PAGE.fullmatch(text_head(element, 24))
    if shown is None or (block and shown["open"] is None):
        return False
    called = (element.get("id") or "", element.get("name") or "", element.get("title") or "")
    number = shown["number"].lstrip("0")
    if any((named := _PAGE_ID.fullmatch(name)) and named[1] == number for name in called):
        return True
    inside = text_before(element, 1)[-1:].isalpha() and text_after(element, 1)[:1].isalpha()
    return Meaning.PAGE in meant and (shown["open"] is not None or inside)


def drop_numbers_of_pages(body: Any) -> None:
    """Take numbers of printed pages out of a page's plain text, `[Pg 12]` or `{12}`, if they count on or cut words."""
    found: list[tuple[Any, bool, str]] = []
    numbers: list[int] = []
    bare: list[str] = []
    for element in body.iter("*"):
        for tail, text in ((False, element.text), (True, element.tail)):
            if text and ("[" in text or "{" in text) and (inside := _plain_page().findall(text)):
                found.append((element, tail, text))
                numbers += [int(named or braced) for named, braced in inside]
                bare += [braced for _, braced in inside if braced]
    twice = len(set(bare)) < len(bare)  # a note's mark, and the same before its note
    counts_on = len(numbers) > 1 and not twice and all(0 <= b - a <= _MOST_PAGES for a, b in pairwise(numbers))
    for element, tail, text in found:
        shown = _plain_page().sub(lambda m: _left(m) if counts_on or _cuts_word(m) else m[0], text)
        if tail:
            element.tail = shown
        else:
            element.text = shown


def _left(match: re.Match[str]) -> str:
    """What is left of a page's number: the space before it, if no stop follows."""
    return " " if match[0][0].isspace() and match.string[match.end() : match.end() + 1] not in ".,;:!?)" else ""


def _cuts_word(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    return text[start - 1 : start].isalpha() and text[end : end + 1].isalpha()


_MOST_PAGES = 5  # between two numbers that follow each other


@cache
def _plain_page() -> re.Pattern[str]:
    words = any_of(lambda known: known.pages)
    number = r"\s*(\d{1,4})\s*"
    return re.compile(rf"\s?(?:\[\s*(?:{words})\.?{number}\]|\{{(?:\s*(?:{words})\.?)?{number}\}})", re.IGNORECASE)


def without_numbers(items: Sequence[Item], left: Counter[str]) -> list[Item]:
    """A page's items without the numbers at the ends, or the starts, of a poem's lines that count them."""
    kept = list(items)
    verse = [n for n, item in enumerate(items) if isinstance(item, Block) and item.kind is BlockKind.VERSE]
    for edge in (_AT_END, _AT_START):
        numbered: list[tuple[int, int, int]] = []  # the line's place in the poem, its number, its item
        for place, n in enumerate(verse):
            line = kept[n]
            if isinstance(line, Block) and not line.spans and (found := edge.fullmatch(line.text)):
                numbered.append((place, int(found["number"]), n))
        for n in _counting(numbered):
            line = kept[n]
            assert isinstance(line, Block)
            found = edge.fullmatch(line.text)
            assert found
            kept[n] = replace(line, text=found["line"])
            left["numbers"] += 1
    return kept


def without_verses(items: Sequence[Item], left: Counter[str]) -> list[Item]:
    """A page's items without chapter and verse before each verse of a Bible, `1:2`, where these count on."""
    opened = [
        (n, found) for n, item in enumerate(items) if isinstance(item, Block) and (found := _VERSE.match(item.text))
    ]
    if len(opened) < _FEWEST_VERSES:
        return list(items)
    kept = list(items)
    for number, (n, found) in enumerate(opened):
        before = opened[number - 1][1] if number else None
        after = opened[number + 1][1] if number + 1 < len(opened) else None
        item = kept[n]
        if isinstance(item, Block) and not item.spans and (_follows(before, found) or _follows(found, after)):
            kept[n] = replace(item, text=item.text[found.end() :])
            left["numbers"] += 1
    return kept


_FEWEST_VERSES = 3
_VERSE = re.compile(r"(\d{1,3}):(\d{1,3})[.:]?\s+(?=\S)")


def _follows(verse: re.Match[str] | None, other: re.Match[str] | None) -> bool:
    """Whether the other is the next verse, in the same chapter or the first of the next."""
    if verse is None or other is None:
        return False
    chapter, number, later, next_number = int(verse[1]), int(verse[2]), int(other[1]), int(other[2])
    return (chapter, number + 1) == (later, next_number) or (chapter + 1, 1) == (later, next_number)


_AT_END = re.compile(r"(?P<line>.*\S)\s+(?P<number>\d{1,4})")
_AT_START = re.compile(r"(?P<number>\d{1,4})\s+(?P<line>\S.*)")


def _counting(numbered: Sequence[tuple[int, int, int]]) -> list[int]:
    """Those of the numbered lines whose number goes on from another's by as many lines as lie between them."""
    together: dict[int, list[int]] = {}  # items by how far the number is before the line's place
    for place, number, item in numbered:
        if number % _EVERY == 0:
            together.setdefault(number - place, []).append(item)
    return [item for items in together.values() if len(items) > 1 for item in items]
