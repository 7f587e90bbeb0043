"""Notes that only their surroundings tell: all that stands on a page of notes, and what a list defines a mark by."""

from collections.abc import Sequence
from typing import Any

from narrate.readers.epub.files import resolve
from narrate.readers.epub.links import Places, block_of, is_way_back, leads_back_from
from narrate.readers.epub.markup import name_of
from narrate.readers.epub.meaning import is_mark, is_note_mark
from narrate.readers.epub.unlinked import HEADINGS, Notes, Opened, note_id, opened_blocks

_FEWEST = 2  # notes of a page that are looked at before it is taken for one of notes


def whole_page(body: Any, file: str, places: Places) -> Notes:
    """All blocks of a page as notes, where it has no text before them and marks elsewhere lead to the first ones."""
    found = Notes()
    if not _may_hold_notes(body, file, places):
        return found
    blocks = opened_blocks(body)
    read = [block for block in blocks if not (block.heading or block.title or block.ends)]
    if len(read) < _FEWEST or not _leads_back(read[0], file, places):
        return found
    if any(_refers(block, file) for block in read if not block.value):
        return found
    opened = [block for block in read if block.value]
    if 2 * len(opened) < len(read) or not all(_leads_back(b, file, places) for b in opened[1:_FEWEST]):
        return found
    return _all(blocks)


def _may_hold_notes(body: Any, file: str, places: Places) -> bool:
    """Whether a page's first link leads to a mark which leads to its block: hardly a page need be looked at closer."""
    first = next((link for link in body.iter("{*}a") if "#" in (link.get("href") or "")), None)
    block = block_of(first)
    if block is None or name_of(block) in ("body", "html", *HEADINGS):
        return False
    return is_way_back(first, block if name_of(block.getparent()) != "li" else block.getparent(), file, places)


def _leads_back(block: Opened, file: str, places: Places) -> bool:
    """Whether a link in a block leads to a mark that leads here."""
    parent = block.element.getparent()
    note = parent if parent is not None and name_of(parent) == "li" else block.element
    return block.value != "" and leads_back_from(note, file, places)


def _refers(block: Opened, file: str) -> bool:
    """Whether a block has a mark that leads to a note of its own page: then it is text."""
    links = (link for link in block.element.iter("{*}a") if "#" in (link.get("href") or ""))
    return any(is_note_mark(link) and (place := resolve(file, link.get("href"))) and place[0] == file for link in links)


def _all(blocks: Sequence[Opened]) -> Notes:
    found = Notes()
    anchor = ""
    for block in blocks:
        if block.heading or block.title:
            found.heads.add(block.element)
        elif not block.ends:
            anchor = note_id(block) if block.value or not anchor else anchor
            found.blocks[block.element] = anchor
    return found


def defined(body: Any) -> dict[Any, str]:
    """The marks and the texts of notes in lists that define one by the other, with the id of each note."""
    found: dict[Any, str] = {}
    targets: set[str] | None = None
    for listing in body.iter("{*}dl"):
        if targets is None:
            targets = {(link.get("href") or "").removeprefix("#") for link in body.iter("{*}a")}
        anchor = ""
        for number, part in enumerate(e for e in listing if isinstance(e.tag, str)):
            if name_of(part) == "dt":
                link = next((e for e in part.iter("{*}a") if is_note_mark(e)), None)
                called = part.get("id") or (link.get("id") if link is not None else "")
                known = link is not None or (called in targets and is_mark(part))
                anchor = (called or f"defined {number}") if known else ""
            if anchor:
                found[part] = anchor
    return found
