"""A page of an EPUB as its own source with places in it: where each character that is read stands.

Nothing is ever serialised: marks are put into the source as it is, so that everything else of
it stays byte for byte. The tree (from `ingest`) says what an element means; its start tags and
the source's come in the same order.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any

from narrate.deliver.readalong.align import seen
from narrate.readers import (
    BLOCKS,
    UNREAD_ELEMENTS,
    Meaning,
    doctypes,
    is_backlink,
    is_hidden,
    is_noteref,
    is_page_number,
    is_persona_cell,
    meanings,
    name_of,
    parse,
    types_of,
)

# Ruby's readings are kept: a reading may say them. What is inside formulas and forms takes no marks.
_UNREAD = (UNREAD_ELEMENTS - {"rt", "rtc"}) | {"math", "object", "select", "textarea", "button", "noscript"}
TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|"
    r"<(?P<end>/)?(?P<name>[^\s<>/!?]+)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(?P<empty>/)?>",
    re.DOTALL,
)
_CHARACTER = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z][\w.-]*));|[^&]|&", re.DOTALL)
_BREAKS = BLOCKS | {"br", "hr", "rt", "rp", "rtc", "img", "image", "svg"}
PAGE_BREAK = "pagebreak"  # the epub:type (and role) of the mark of a printed page
BREAK = "\n"  # in a page's text, where a word and a line end


@dataclass(slots=True)
class Element:
    """An element: where in the source its tags stand, and the part of the page's text inside. Filled while reading."""

    name: str
    parent: int  # index; -1 for the root
    identity: str
    classes: str
    types: frozenset[str]
    start: int  # of the start tag
    inner: int  # after it
    end: int = 0  # after the end tag
    first: int = 0  # of the text inside
    last: int = 0  # after it


@dataclass(slots=True)
class Page:
    """`text` is what is read, characters of blocks divided by BREAK. Character i stands at `at[i]` to `to[i]`
    of the source, inside element `home[i]`. Filled while reading."""

    source: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""
    at: "array[int]" = field(default_factory=lambda: array("i"))
    to: "array[int]" = field(default_factory=lambda: array("i"))
    home: "array[int]" = field(default_factory=lambda: array("i"))
    head: int = -1  # where the head ends

    def inside(self, start: int, end: int) -> Iterator[int]:
        """The elements whose start tags stand from `start` to before `end` of the source."""
        for index in range(bisect_left(self.elements, start, key=lambda e: e.start), len(self.elements)):
            if self.elements[index].start >= end:
                return
            yield index

    def above(self, index: int) -> Iterator[int]:
        """An element and all that it stands in, inmost first."""
        while index >= 0:
            yield index
            index = self.elements[index].parent


def read_marked(data: bytes) -> Page | None:
    """The page in `data`; None where no mark may be put in: not well-formed, not UTF-8, without a head."""
    try:
        source = data.decode("utf-8")
        markup = parse(data)
    except UnicodeDecodeError:
        return None
    if markup.root is None or markup.problem:
        return None
    page = Page(source)
    pieces: list[str] = []
    try:
        _Reader(page, pieces).read(markup.root)
    except _UnlikeError:
        return None
    page.text = "".join(pieces)
    return page if page.head >= 0 else None


class _UnlikeError(Exception):
    """Source and tree do not go together."""


class _Reader:
    """The walk's state: the open elements, and from which of them on nothing is read."""

    def __init__(self, page: Page, pieces: list[str]) -> None:
        self._page, self._pieces = page, pieces
        self._open: list[int] = []
        self._unread = -1  # the element inside of which nothing is read
        self._body = False

    def read(self, root: Any) -> None:
        """Fill the page. Raises _UnlikeError."""
        source, nodes = self._page.source, root.iter()
        declared = [*doctypes(source)]
        if len(declared) > 1:
            raise _UnlikeError
        at = declared[0][1] if declared else 0
        for tag in TAG.finditer(source, at):
            self._text(at, tag.start())
            at = tag.end()
            if name := tag["name"]:
                if tag["end"]:
                    self._close(name, tag)
                else:
                    self._enter(tag, next(nodes, None))
                    if tag["empty"]:
                        self._close(name, tag)
        if self._open or next(nodes, None) is not None:
            raise _UnlikeError

    def _enter(self, tag: re.Match[str], node: Any) -> None:
        name = tag["name"].rpartition(":")[2].lower()
        if node is None or name_of(node) != name:
            raise _UnlikeError
        types = types_of(node)
        index, parent = len(self._page.elements), self._open[-1] if self._open else -1
        element = Element(
            name, parent, node.get("id") or "", node.get("class") or "", types, tag.start(), tag.end(),
            first=len(self._pieces),
        )  # fmt: skip
        self._page.elements.append(element)
        self._open.append(index)
        self._body = self._body or name == "body"
        if self._unread < 0 and (name in _UNREAD or (self._body and _is_apparatus(node, types))):
            self._unread = index
        self._break(name)

    def _close(self, name: str, tag: re.Match[str]) -> None:
        if not self._open:
            raise _UnlikeError
        index = self._open.pop()
        element = self._page.elements[index]
        if element.name != name.rpartition(":")[2].lower():
            raise _UnlikeError
        element.end = tag.end()
        if element.name == "head" and not tag["empty"]:
            self._page.head = tag.start()
        self._break(element.name)
        element.last = len(self._pieces)
        if self._unread == index:
            self._unread = -1

    def _break(self, name: str) -> None:
        if name in _BREAKS:
            self._add(BREAK, -1, -1)

    def _text(self, start: int, end: int) -> None:
        if start == end or self._unread >= 0 or not self._body or not self._open:
            return
        source = self._page.source
        if "&" not in source[start:end]:
            for at in range(start, end):
                self._add(source[at], at, at + 1)
            return
        for match in _CHARACTER.finditer(source, start, end):
            self._add(_character(match), match.start(), match.end())

    def _add(self, character: str, start: int, end: int) -> None:
        if not seen(character):
            return
        self._pieces.append(" " if start >= 0 and character.isspace() else character)
        self._page.at.append(start)
        self._page.to.append(end)
        self._page.home.append(self._open[-1] if start >= 0 else -1)


def _character(match: re.Match[str]) -> str:
    """One character for a reference, whatever it stands for."""
    hexadecimal, decimal, name = match.groups()
    if name:
        return html5.get(f"{name};", "\ufffd")[0]
    if hexadecimal or decimal:
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        return chr(code) if code < 0x110000 else "\ufffd"
    return match[0]


def _is_apparatus(node: Any, types: frozenset[str]) -> bool:
    """Whether it is hidden, a note's mark, a speaker's cell, a page number or a running head: never read."""
    meant = meanings(node, types)
    return (
        (name_of(node) in ("td", "th") and is_persona_cell(node, types))
        or is_hidden(node)
        or is_noteref(node, meant, types)
        or is_page_number(node, types, meant)
        or Meaning.RUNNING_HEAD in meant
        or is_backlink(node, meant)
    )
