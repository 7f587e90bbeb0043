"""Notes put where they are to be heard: after the paragraph that refers to them, or at the chapter's end."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from narrate.book import Block, BlockKind
from narrate.readers.epub.gathering import Item, NoteRef
from narrate.readers.epub.links import Places, block_of, ids_of, leads_back, names_of_mark
from narrate.readers.epub.markup import name_of, types_of
from narrate.readers.epub.meaning import Meaning, is_note_mark, meanings, opens_with_link_back
from narrate.readers.epub.unlinked import first_mark, names_notes, opening_of
from narrate.readers.figures import value_of

_NUMBER_ALONE = re.compile(r"^[\s.:)\]）］〕】]+")
_EMPTY_BRACKETS = re.compile(r"\s*(?:\[\s*\]|\(\s*\)|（\s*）|［\s*］)")


class Notes:
    """All notes of a book, by file and id. A note is read once, where text first refers to it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Block, ...]] = {}
        self._read: set[int] = set()

    def add(self, file: str, notes: Mapping[str, tuple[Block, ...]]) -> None:
        self._found.update({(file, anchor): blocks for anchor, blocks in notes.items()})

    def placed(self, items: Iterable[Block | NoteRef], policy: str) -> list[Block | NoteRef]:
        """A section's items with notes for references: "inline", at the "end", or (any other word) none."""
        placed: list[Block | NoteRef] = []
        ending: list[Block | NoteRef] = []
        for item in items:
            if isinstance(item, Block):
                placed.append(item)
            elif policy in ("inline", "end"):
                (placed if policy == "inline" else ending).extend(self._take(item))
        return placed + ending

    def _take(self, ref: NoteRef) -> tuple[Block, ...]:
        blocks = self._found.get((ref.file, ref.anchor), ())
        if id(blocks) in self._read:
            return ()
        self._read.add(id(blocks))
        return blocks

    @property
    def idle(self) -> int:
        """How many notes were not read, because nothing refers to them."""
        return len({id(blocks) for blocks in self._found.values() if blocks} - self._read)


class Marks:
    """The marks that text had so far: how each is written, by the place that it leads to, and what it is called."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str], str] = {}
        self._sources: set[tuple[str, str]] = set()

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


def is_referred(element: Any, referred: Set[str], marks: Marks, file: str) -> bool:
    """Whether a block is the note of a mark before it: the mark leads to its start, and it opens with the same one."""
    if not referred:
        return False
    first = first_mark(element)
    ids = {*ids_of(element), *(ids_of(first) if first is not None else ())}
    if len(element) and isinstance(element[0].tag, str) and not (element.text or "").strip():
        ids |= set(ids_of(element[0]))
    found = ids & referred
    if not found:
        return False
    if name_of(element) == "aside":
        return True
    mark = marks.of((file, min(found)))
    return mark != "" and opening_of(element) == mark


def leads_back_to_mark(element: Any, file: str, places: Places) -> bool:
    """Whether a block opens with a mark that leads to one in some text, which leads back here."""
    first = first_mark(element)
    return first is not None and is_note_mark(first) and leads_back(first, file, places)


def is_note(
    element: Any,
    meant: frozenset[Meaning],
    referred: Set[str],
    marks: Marks,
    places: Places,
    file: str,
    *,
    in_notes: bool,
) -> bool:
    """Whether an element is a note: it says so, stands in a section of notes, or a mark leads to it and it back."""
    name = name_of(element)
    if Meaning.NOTE in meant and name != "a":
        return True
    if name not in ("li", "dd", "dt", "aside", "p", "div", "tr"):
        return False
    if in_notes and name != "div":
        # In a section of notes each item is one, whether it says so or not.
        return not any(Meaning.NOTE in meanings(e, types_of(e)) for e in element.iter("*"))
    if opens_with_link_back(element, referred) or is_referred(element, referred, marks, file):
        return True
    return leads_back_to_mark(element, file, places)


def note_blocks(items: Iterable[Item], mark: str) -> tuple[Block, ...]:
    """What a note says: its paragraphs, without the `mark` that leads to it and what is left of a way back."""
    blocks = []
    for item in items:
        if isinstance(item, Block) and item.text:
            text = item.text if item.spans else _EMPTY_BRACKETS.sub("", item.text).strip()
            blocks.append(replace(item, text=text, kind=BlockKind.NOTE, level=0, continues=False))
    if blocks and not blocks[0].spans:
        text = _NUMBER_ALONE.sub("", blocks[0].text)
        if mark and (own := _OWN_MARK.match(text)) and value_of(own[1]) == mark:
            text = text[own.end() :]
        blocks[0] = replace(blocks[0], text=text or blocks[0].text)
    return tuple(block for block in blocks if any(c.isalnum() for c in block.text))


_OWN_MARK = re.compile(r"\s*([\[(［（〔]?\s*(?:\w{1,4}|[*†‡§¶‖※]{1,4})\s*[\])］）〕]?)[\s.:)）．、]*")


def without_heads_of_notes(items: Sequence[Item], notes: int) -> list[Item]:
    """A page's items without headings that stood over nothing but its notes."""
    if not notes:
        return list(items)
    read = [item for item in items if isinstance(item, Block) and item.text]
    all_notes = bool(read) and all(item.kind is BlockKind.HEADING for item in read)
    if all_notes and not any(isinstance(item, NoteRef) for item in items):
        return [item for item in items if item not in read]
    kept: list[Item] = []
    over_text = False  # whether text stands under what was looked at last
    for item in reversed(items):
        heading = isinstance(item, Block) and item.kind is BlockKind.HEADING
        if isinstance(item, Block) and heading and not over_text and names_notes(item.text):
            continue
        if isinstance(item, Block) and item.text:
            over_text = not heading
        kept.append(item)
    return kept[::-1]
