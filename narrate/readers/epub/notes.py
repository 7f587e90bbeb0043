"""Notes put where they are to be heard: after the paragraph that refers to them, or at the chapter's end."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

from narrate.book import Block, BlockKind
from narrate.languages import languages
from narrate.readers.epub.around import ENDS, text_after
from narrate.readers.epub.files import resolve
from narrate.readers.epub.gathering import Item, NoteRef
from narrate.readers.epub.links import Marks, Places, ids_before, ids_of, is_way_back, leads_back_from
from narrate.readers.epub.markup import name_of, text_of, types_of
from narrate.readers.epub.meaning import Meaning, is_backlink, is_note_mark, meanings, opens_with_link_back
from narrate.readers.epub.page import Context
from narrate.readers.epub.unlinked import first_mark, opening_of, opens_with_notes
from narrate.readers.figures import NOTE_WORD, value_of

_NUMBER_ALONE = re.compile(r"^[\s.:)\]）］〕】]+")
_MOST_WORDS = 5  # of a link that leads back
_MOST_PARTS = 4  # of a division that is a note
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


def is_referred(element: Any, referred: Set[str], marks: Marks, file: str) -> bool:
    """Whether a block is the note of a mark before it: the mark leads to its start, and it opens with the same one."""
    if not referred:
        return False
    first = first_mark(element)
    ids = {*ids_of(element), *(ids_of(first) if first is not None else ()), *ids_before(element)}
    if len(element) and isinstance(element[0].tag, str) and not (element.text or "").strip():
        ids |= set(ids_of(element[0]))
    found = ids & referred
    if not found:
        return False
    if name_of(element) == "aside":
        return True
    mark = marks.of((file, min(found)))
    return mark != "" and opening_of(element) == mark


def _holds_several(element: Any) -> bool:
    """Whether a division holds several notes: then each of them is one."""
    parts = list(islice(element.iterchildren("*"), _MOST_PARTS + 1))
    return any(name_of(part) in ENDS and opening_of(part) != "" for part in parts[1:])


def _leads_back(element: Any, file: str, places: Places) -> bool:
    """Whether a block opens with a mark, and a link in it leads to one in some text which leads back here."""
    if next(element.iter("{*}a"), None) is None or (
        name_of(element) in ("div", "section") and len(element) > _MOST_PARTS
    ):
        return False
    first = first_mark(element)
    marked = (first is not None and (is_note_mark(first) or is_backlink(first, frozenset()))) or opening_of(
        element
    ) != ""
    marked = marked or name_of(element) == "li"
    return marked and leads_back_from(element, file, places)


def is_note(element: Any, meant: frozenset[Meaning], context: Context, *, in_notes: bool) -> bool:
    """Whether an element is a note: it says so, stands in a section of notes, or a mark leads to it and it back."""
    name = name_of(element)
    if Meaning.NOTE in meant and name != "a":
        return True
    if name not in ("li", "dd", "dt", "aside", "p", "div", "section", "tr"):
        return False
    if in_notes and name != "div":
        # In a section of notes each item is one, whether it says so or not.
        return not any(Meaning.NOTE in meanings(e, types_of(e)) for e in element.iter("*"))
    if name in ("div", "section") and _holds_several(element):
        return False
    referred = context.refs.get(context.file, frozenset[str]())
    if opens_with_link_back(element, referred) or is_referred(element, referred, context.marks, context.file):
        return True
    return _leads_back(element, context.file, context.places)


def is_return(element: Any, note: Any, context: Context) -> bool:
    """Whether an element of a `note` is a link to the mark that leads there, in whatever words."""
    if name_of(element) != "a":
        return False
    place = resolve(context.file, element.get("href") or "")
    if context.marks.is_source(place) or is_way_back(element, note, context.file, context.places):
        return True
    text = text_of(element).casefold()
    ends = len(text.split()) <= _MOST_WORDS and not any(c.isalnum() for c in text_after(element))
    return ends and place is not None and _returns().search(text) is not None


@cache
def _returns() -> re.Pattern[str]:
    """A word that leads back, in any language."""
    found = {(word, language.spaced) for language in languages().values() for word in language.return_words}
    return re.compile("|".join(sorted(rf"\b{word}\b" if spaced else word for word, spaced in found)))


def add_note(notes: dict[str, tuple[Block, ...]], anchors: Iterable[str | None], note: tuple[Block, ...]) -> None:
    """Keep a note under all that it is called; what goes on with one is added to it under all its names.

    A note is one, whatever it is called: `Notes` tells notes apart by their identity.
    """
    names = [name for name in anchors if name]
    before = notes.get(names[0]) if names else None
    if before is not None and before:
        whole = before + note
        notes.update({name: whole for name, found in notes.items() if found is before})
        note = whole
    for name in names:
        notes.setdefault(name, note)


def own_mark(element: Any) -> str:
    """The mark that a note opens with, where no link is around it and nobody has referred to the note yet."""
    first = first_mark(element)
    return "" if first is not None and is_note_mark(first) else opening_of(element)


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
        if named := _NAMED.match(text):
            text = text[named.end() :].removesuffix("]")
        blocks[0] = replace(blocks[0], text=text)
    return tuple(block for block in blocks if any(c.isalnum() for c in block.text))


_NAMED = re.compile(rf"\s*\[\s*(?:{NOTE_WORD})\.?\s*\S{{1,3}}\s*[:：.]\s*", re.IGNORECASE)  # [Footnote A: …]
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
        if isinstance(item, Block) and heading and not over_text and opens_with_notes(item.text):
            continue
        if isinstance(item, Block) and item.text:
            over_text = not heading
        kept.append(item)
    return kept[::-1]
