"""The units of a page, as a reader sees them one under another: paragraphs, headings, rows of a table or a list.

What stands around a book is known by how its units look together, before the page is walked for its text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, types_of, walk
from narrate.readers.epub.meaning import BLOCKS, HEADINGS

_UNSEEN = frozenset("head script style template rt rp svg math".split())
_ROW = "\u2028"
_CELLS = frozenset(("td", "th", "br", "img"))
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NEAREST = 12  # blocks around a unit that are looked at
_LEVEL = 2  # of a heading that is none of h1 to h6


@dataclass(slots=True)
class Unit:
    """One unit: the block that it stands in, and its text. Filled while the page is gone through.

    `level` is a heading's; `links` are the places that its links lead to, `linked` counts their letters. `places`
    hold its text: an element, and whether that is before what is in it or after it.
    """

    element: Any
    level: int = 0
    listed: bool = False  # in a nav
    links: list[str] = field(default_factory=list)
    linked: int = 0
    ids: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    places: list[tuple[Any, str]] = field(default_factory=list)
    text: str = ""
    words: int = 0
    parents: tuple[Any, ...] = ()  # the nearest blocks that it stands in, without the page's body; outermost first

    @property
    def letters(self) -> int:
        return sum(map(str.isalnum, self.text))

    @property
    def inner_links(self) -> bool:
        """Whether its links stay in the book."""
        return bool(self.links) and not any(map(_OUTSIDE.match, self.links))


def rows_of(unit: Unit) -> list[str]:
    """A unit's rows, where line breaks part them."""
    return [row for text in "".join(unit.pieces).split(_ROW) if (row := clean(text))]


def units_of(body: Any) -> list[Unit]:
    """The page's units that have any text, in order."""
    return [unit for unit in _units(body) if unit.text]


def _units(body: Any) -> Iterator[Unit]:
    blocks: list[Any] = []  # that are open
    unit = Unit(body)
    link: Any = None
    unseen: Any = None
    listed = 0
    for event, element in walk(body):
        name = name_of(element)
        start = event == "start"
        if unseen is None and (name in BLOCKS or name == "nav"):
            yield _whole(unit)
            listed += (1 if start else -1) if name == "nav" else 0
            if start and element is not body:
                blocks.append(element)
            elif blocks:
                blocks.pop()
            near = tuple(blocks[-_NEAREST:])
            unit = Unit(near[-1] if near else body, _level(near), listed > 0, parents=near)
        if start and unseen is None:
            if name in _UNSEEN:
                unseen = element
                continue
            _open(unit, element, name)
            link = element if name == "a" and element.get("href") else link
            _add(unit, element, "text", link)
        elif not start:
            link = None if element is link else link
            unseen = None if element is unseen else unseen
            if unseen is None and element is not body:
                _add(unit, element, "tail", link)
    yield _whole(unit)


def _open(unit: Unit, element: Any, name: str) -> None:
    unit.ids += filter(None, (element.get("id"), element.get("name")))
    if name in _CELLS:
        unit.pieces.append(_ROW if name == "br" else " ")
    if name == "a" and (place := element.get("href")):
        unit.links.append(place)


def _add(unit: Unit, element: Any, where: str, link: Any) -> None:
    text = element.text if where == "text" else element.tail
    if text:
        unit.pieces.append(text)
        unit.places.append((element, where))
        if link is not None:
            unit.linked += sum(map(str.isalnum, text))


def _level(blocks: tuple[Any, ...]) -> int:
    name = next((name for block in reversed(blocks) if (name := name_of(block)) in HEADINGS), "")
    return int(name[1]) if name[1:].isdigit() else _LEVEL if name else 0


def _whole(unit: Unit) -> Unit:
    return _told(unit, clean("".join(unit.pieces)))


def _told(unit: Unit, text: str) -> Unit:
    unit.text, unit.words = text, len(text.split())
    return unit


def take_out(units: Iterable[Unit]) -> None:
    """Take units out of their page: their text and pictures go, and the places in it stay."""
    for unit in units:
        for element, where in unit.places:
            setattr(element, where, None)
        inside = list(unit.element.iter("*"))
        if not unit.parents or any(name_of(e) in BLOCKS for e in inside[1:]):
            continue  # it has others in it
        for element in inside:
            if name_of(element) in ("img", "br"):
                element.tag = "span"
        if name_of(unit.element) in ("p", "div", "center"):
            # a blank paragraph is seen, and this is none
            unit.element.tag = "div"
            for key in [key for key in unit.element.attrib if key != "id"]:
                del unit.element.attrib[key]


def cut_text(unit: Unit, start: int, end: int) -> None:
    """Take a part of a unit's own text out of its page; by the characters of `own_text`."""
    at = 0
    for element, where in unit.places:
        text: str = getattr(element, where) or ""
        kept = text[: max(0, start - at)] + text[max(0, end - at) :]
        at += len(text)
        setattr(element, where, kept)
    _told(unit, clean(own_text(unit)))


def own_text(unit: Unit) -> str:
    """A unit's text as its page has it, white space and all."""
    return "".join(getattr(element, where) or "" for element, where in unit.places)


def typed(unit: Unit) -> frozenset[str]:
    """The types of all that a unit stands in."""
    return frozenset().union(*(types_of(element) for element in unit.parents))
