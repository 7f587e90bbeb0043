"""Where links lead: what stands at a place of any page, so that a mark is known by its note and a note by its mark."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from narrate.readers.epub.around import ENDS, text_before, text_head
from narrate.readers.epub.files import resolve
from narrate.readers.epub.markup import HostileMarkupError, name_of, parse, text_of
from narrate.readers.epub.unlinked import HEADINGS, opened_blocks, opening_of
from narrate.readers.figures import value_of

Read = Callable[[str], bytes]
_MOST_LINKS = 6  # of an element: a place that holds more is no note and no mark


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at an id: the mark that its block opens with, where its links lead, whether it opens its block."""

    value: str
    links: frozenset[tuple[str, str]]
    opens: bool
    heading: bool


_NOWHERE = Place("", frozenset(), opens=False, heading=False)


class Places:
    """The places of a book's pages, each page looked over when it is first asked for."""

    def __init__(self, read: Read, notes: Sequence[str] = ()) -> None:
        """Take pages' bytes from `read`, which gives none for a file that is not there; `notes` are called so."""
        self._read = read
        self._notes = notes
        self._pages: dict[str, _PagePlaces] = {}

    def at(self, file: str, anchor: str) -> Place:
        """What stands at an id of a file; nothing where there is no such place."""
        if file not in self._pages:
            self._pages[file] = _PagePlaces(file, self._read)
        return self._pages[file].places.get(anchor, _NOWHERE)

    @cached_property
    def noted(self) -> frozenset[str]:
        """The marks that open the blocks of the pages that are called notes."""
        roots = (_root(self._read, file) for file in self._notes)
        return frozenset(b.value for root in roots if root is not None for b in opened_blocks(root) if b.value)


class _PagePlaces:
    def __init__(self, file: str, read: Read) -> None:
        self._file, self._read = file, read

    @cached_property
    def places(self) -> dict[str, Place]:
        root = _root(self._read, self._file)
        found: dict[str, Place] = {}
        for element in root.iter() if root is not None else ():
            for anchor in ids_of(element) if isinstance(element.tag, str) else ():
                found.setdefault(anchor, _place(element, self._file))
        return found


def _root(read: Read, file: str) -> Any:
    try:
        return parse(data).root if (data := read(file)) else None
    except HostileMarkupError:
        return None  # told where the page itself is read


def ids_of(element: Any) -> list[str]:
    """What an element is called by links."""
    keys = ("id", "name", "{http://www.w3.org/XML/1998/namespace}id")
    return [anchor for key in keys if (anchor := element.get(key))]


def names_of_mark(element: Any) -> set[str]:
    """The ids by which a note may lead back to a mark: its own, those inside and those close around."""
    found = {anchor for e in element.iter() if isinstance(e.tag, str) for anchor in ids_of(e)}
    around = element
    for _ in range(4):
        earlier = around.getprevious()
        if (
            earlier is not None
            and isinstance(earlier.tag, str)
            and not (earlier.tail or "").strip()
            and not len(earlier)
        ):
            found |= set(ids_of(earlier))
        around = around.getparent()
        if around is None or name_of(around) in ENDS:
            break
        found |= set(ids_of(around))
    return found


def block_of(element: Any) -> Any:
    """The block that an element stands in; itself, if it is one."""
    while element is not None and name_of(element) not in ENDS:
        element = element.getparent()
    return element


def _place_of_block(element: Any, block: Any, file: str) -> Place:
    """What stands at an element that names the block after its own."""
    if not isinstance(block.tag, str) or name_of(block) not in ENDS:
        return _NOWHERE
    links = {resolve(file, link.get("href") or "") for link in islice(block.iter("{*}a"), _MOST_LINKS)}
    found = frozenset(place for place in links if place is not None)
    return Place(opening_of(block), found, opens=True, heading=name_of(block) in HEADINGS)


def ids_before(block: Any) -> list[str]:
    """The ids in an empty block right before one: they name it."""
    earlier = block.getprevious()
    if (
        earlier is None
        or not isinstance(earlier.tag, str)
        or name_of(earlier) not in ENDS
        or text_head(earlier).strip()
    ):
        return []
    return [anchor for e in islice(earlier.iter("*"), _MOST_LINKS) for anchor in ids_of(e)]


def _place(element: Any, file: str) -> Place:
    block = block_of(element)
    if block is None or name_of(block) in ("body", "html"):
        return _NOWHERE
    if block is not element and not text_head(block).strip() and (later := block.getnext()) is not None:
        return _place_of_block(element, later, file)  # an empty block before a note
    opens = block is element or not text_before(element).strip()
    links: set[tuple[str, str]] = set()
    inside = islice(element.iter("{*}a"), _MOST_LINKS)
    parent, later = element.getparent(), element.getnext()
    near = [e for e in (parent, later) if e is not None and isinstance(e.tag, str) and name_of(e) == "a"]
    if later is not None and isinstance(later.tag, str) and len(later) and name_of(later[0]) == "a":
        near.append(later[0])
    if not (element.text or "").strip() and not len(element) and opens:
        near += islice(block.iter("{*}a"), _MOST_LINKS)
    for link in (*inside, *(near if block is not element else ())):
        href = link.get("href")
        if href and "#" in href and (place := resolve(file, href)):
            links.add(place)
    heading = name_of(block) in HEADINGS
    return Place(opening_of(block) if opens else "", frozenset(links), opens, heading)


def leads_to_note(element: Any, file: str, places: Places) -> bool:
    """Whether a figure's link in a `file` leads from text to a note: one that leads back, or has the mark before it."""
    before = text_before(element)
    place = resolve(file, element.get("href") or "")
    if place is None or not before.strip():
        return False
    note = places.at(*place)
    if not note.opens or note.heading:
        return False
    if note.links & {(file, name) for name in names_of_mark(element)}:
        return True
    return not before[-1:].isspace() and note.value != "" and note.value == value_of(text_of(element))


def leads_back_from(note: Any, file: str, places: Places) -> bool:
    """Whether one of the first or the last link of a block leads to a mark in some text that leads to this block."""
    links = [link for link in note.iter("{*}a") if "#" in (link.get("href") or "")]
    return any(is_way_back(link, note, file, places) for link in dict.fromkeys((*links[:1], *links[-1:])))


def is_way_back(element: Any, note: Any, file: str, places: Places) -> bool:
    """Whether a link inside a `note` leads to the mark that leads to it."""
    place = resolve(file, element.get("href") or "")
    if place is None:
        return False
    mark = places.at(*place)
    if not mark.links or (mark.opens and mark.value):
        return False
    names = {anchor for e in note.iter("*") for anchor in ids_of(e)} | names_of_mark(element)
    own = {(file, name) for name in names.union(ids_before(note))}
    return not own.isdisjoint(mark.links)


class Marks:
    """The marks that text had so far: how each is written, by the place that it leads to, and what it is called."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str], str] = {}
        self._sources: set[tuple[str, str]] = set()
        self.loose: set[str] = set()  # those without links, as they are written, that no note was found for

    def add(self, place: tuple[str, str], written: str, file: str, element: Any) -> None:
        """A mark in a file leads to a place."""
        self._written.setdefault(place, value_of(written))
        block = block_of(element)
        names = names_of_mark(element) | set(ids_of(block) if block is not None else ())
        self._sources.update((file, name) for name in names)

    def of(self, place: tuple[str, str]) -> str:
        """The mark that leads to a place; "" for none."""
        return self._written.get(place, "")

    def is_source(self, place: tuple[str, str] | None) -> bool:
        """Whether a mark stands at a place, or in a block that is called so."""
        return place in self._sources
