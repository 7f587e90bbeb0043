"""Plays in pages: who speaks, and what a stage direction is, where a book says so by its setting alone.

A page is a play's when several names come back at the heads of a good part of its paragraphs, and speakers change;
names in bold or italics need another sign of the stage beside them (a class, ACT or SCENE, a name in capitals).
Then heads are marked as personas and directions as such, as a well-made book has them, before the page is read.
Two who speak together speak with the first one's voice.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from lxml import etree

from narrate.languages import languages
from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, text_of, types_of
from narrate.readers.epub.meaning import HEADINGS
from narrate.readers.epub.speeches import DIRECTION, Head, ands, heads_of, is_leaf, set_direction, write_head

_LEAST = 3  # heads of a play's page
_SHARE = 0.4  # of its paragraphs
_BARE_SHARE = 0.6  # where nothing but names in capitals before a full stop tells
_CHANGES = 0.5  # of the heads, another name than the one before
_STAGE_CLASSES = frozenset(
    "drama play speech speaker dialogue stage stagedir stagedirection stagedirections scenedesc persona charname "
    "sd direction dramatis cast".split()
)
_DIRECTION_CLASSES = frozenset("stage stagedir sd scenedesc direction stagedirection".split())
_TYPE = "{http://www.idpf.org/2007/ops}type"
_BRACKETED = re.compile(r"\[[^\[\]]{1,300}\]")
_LONGEST_DIRECTION = 300
_LONGEST_WORD = 40
_MOST_INSIDE = 500  # elements of a block whose brackets are looked for
_OPENED, _CLOSED = re.compile(r"[(\[]\s*$"), re.compile(r"\s*[)\]]")


def mark_plays(body: Any) -> None:
    """Mark the personas and stage directions of a page that is a play's."""
    heads = [head for head in heads_of(body) if not _is_no_name(head.name)]
    if not heads:
        return
    play = _play(body, heads)
    names = _names(heads, play)
    for head in play:
        write_head(head, _first_of(head.name, names))
    if any(head.kind != "type" for head in play):
        _mark_directions(body, {head.block for head in play})


def _play(body: Any, heads: Sequence[Head]) -> list[Head]:
    """The heads that are a play's: those that the book calls personas, and all of the kinds that make one."""
    known = [head for head in heads if head.kind == "type"]
    others = [head for head in heads if head.kind != "type"]
    if not others:
        return known
    signs = bool(known) or _has_signs(body)
    sure = [head for head in others if signs or head.kind in ("capitals", "small", "class")]
    counts = Counter(_folded(head.name) for head in [*known, *sure])
    again = {name for name, count in counts.items() if count > 1}
    speaking = [head for head in sure if _folded(head.name) in again]
    kinds = {head.kind for head in speaking}
    told = [head for head in sure if _folded(head.name) in again or head.kind in kinds]
    people = {_folded(head.name) for head in told}
    if len(again) < (1 if signs else 2) or len(people) < 2 or len(told) < _LEAST:
        return known
    paragraphs = sum(bool(clean(text_of(e))) for e in body.iter("{*}p", "{*}dd", "{*}td") if is_leaf(e))
    bare = not signs and all(head.kind == "capitals" and not head.alone and head.rest for head in told)
    alone = sum(head.alone for head in told)
    if len(told) + len(known) < (_BARE_SHARE if bare else _SHARE) * max(1, paragraphs - alone):
        return known
    changes = sum(_folded(one.name) != _folded(other.name) for one, other in pairwise(told))
    if changes < _CHANGES * (len(told) - 1):
        return known
    chosen = {id(head) for head in (*known, *told)}
    return [head for head in heads if id(head) in chosen]


def _has_signs(body: Any) -> bool:
    """Whether a page tells of the stage: by a class, its type, or a heading of an act or scene."""
    if types_of(body) & {"drama", "scene", "dramatis-personae"}:
        return True
    for element in body.iter("*"):
        if _classes(element) & _STAGE_CLASSES:
            return True
        if name_of(element) in HEADINGS and _opens_act(clean(text_of(element))):
            return True
        if name_of(element) in ("i", "em") and _opens_direction(clean(text_of(element))):
            return True
        if types_of(element) & {"drama", "scene", "stage-direction"}:
            return True
    return False


def _names(heads: Sequence[Head], play: Sequence[Head]) -> dict[str, str]:
    """How each name is written, by its letters: as it most often stands at a head."""
    written: dict[str, Counter[str]] = {}
    for head in play or heads:
        written.setdefault(_folded(head.name), Counter())[head.name] += 1
    return {folded: counts.most_common(1)[0][0] for folded, counts in written.items()}


def _first_of(name: str, names: dict[str, str]) -> str:
    """The name as it is written; of several who speak together, the first."""
    whole = names.get(_folded(name), name)
    parts = [part for part in _joins().split(name) if part]
    if len(parts) > 1 and all(_folded(part) in names for part in parts):
        return names[_folded(parts[0])]
    return whole


@cache
def _joins() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, ands())))
    return re.compile(rf"\s*,\s*(?:(?:{words})\s+)?|\s+(?:{words})\s+|\s*[/+&]\s*", re.IGNORECASE)


def _folded(name: str) -> str:
    return clean(name).casefold().rstrip(".:")


def _is_no_name(name: str) -> bool:
    """Whether what stands at a head is a word of the stage or of a text: EXEUNT, SCENE II, NOTE."""
    plain = name.casefold().rstrip(".:")
    first, _, rest = plain.partition(" ")
    if first in _stage_words() or _opens_act(name) or sum(c.isalpha() for c in name) < 2:
        return True
    return plain in _asides() or (first in _asides() and not rest[:1].isalpha())


@cache
def _stage_words() -> frozenset[str]:
    return frozenset(word for language in languages().values() for word in language.shows.stage)


@cache
def _asides() -> frozenset[str]:
    return frozenset(
        word
        for language in languages().values()
        for word in (
            *language.shows.asides,
            *language.shows.counting,
            *language.headings.divisions,
            *language.headings.numbered,
        )
    )


@cache
def _acts() -> re.Pattern[str]:
    words = "|".join(sorted({word for language in languages().values() for word in language.shows.acts}))
    return re.compile(rf"(?:\w+\W+)?(?:{words})\b|第.{{1,3}}[幕場场]", re.IGNORECASE)


def _opens_act(text: str) -> bool:
    return len(text) <= 80 and _acts().match(text) is not None


# --- directions -----------------------------------------------------------------------------------


def _mark_directions(body: Any, heads: set[Any]) -> None:
    """Mark what is a stage direction by its brackets, its italics or its first word."""
    for block in list(body.iter("{*}p", "{*}div", "{*}dd", "{*}td", "{*}span", "{*}li")):
        if name_of(block) != "span" and not is_leaf(block):
            continue
        if block not in heads and name_of(block) != "span" and _is_direction(block):
            set_direction(block)
            continue
        for inner in list(block):
            if isinstance(inner.tag, str) and name_of(inner) in ("i", "em", "span") and _is_inner_direction(inner):
                set_direction(inner)
        _mark_brackets(block)


def _is_direction(block: Any) -> bool:
    text = clean(text_of(block))
    if not text or len(text) > _LONGEST_DIRECTION:
        return False
    if _classes(block) & _DIRECTION_CLASSES or _is_bracketed(text):
        return True
    if text[0] not in "([（" and _opens_direction(text):
        return True
    only = [e for e in block if isinstance(e.tag, str) and name_of(e) in ("i", "em")]
    outside = (block.text or "") + "".join(e.tail or "" for e in block)
    return len(only) == len(block) > 0 and not any(c.isalnum() for c in outside)


def _is_inner_direction(element: Any) -> bool:
    """Whether words in italics are a direction: in brackets, or opened by a word of the stage."""
    text = clean(text_of(element))
    if not text or "stage-direction" in types_of(element) or len(text) > _LONGEST_DIRECTION:
        return False
    before = element.getprevious()
    lead = (before.tail if before is not None else element.getparent().text) or ""
    if _OPENED.search(lead) and _CLOSED.match(element.tail or ""):
        return True
    if _is_bracketed(text) or _classes(element) & _DIRECTION_CLASSES:
        return True
    return name_of(element) in ("i", "em") and _opens_direction(text)


def _is_bracketed(text: str) -> bool:
    return text[0] in "([（" and text.rstrip(".")[-1:] in tuple(")]）")


def _opens_direction(text: str) -> bool:
    """Whether a text begins with a word of the stage: Exit, Enter."""
    word = re.match(r"\W*(\w+(?:-\w+)?)", text[:_LONGEST_WORD])
    return word is not None and word[1].casefold() in _stage_words()


def _classes(element: Any) -> set[str]:
    return {word.replace("-", "").rstrip("0123456789") for word in (element.get("class") or "").casefold().split()}


def _mark_brackets(block: Any) -> None:
    """Put what stands in square brackets in a speech's text into elements of its own."""
    if len(block) > _MOST_INSIDE:
        return
    for before in (None, *list(block)):
        text = (block.text if before is None else before.tail) or ""
        if "[" not in text or not (found := list(_BRACKETED.finditer(text))):
            continue
        pieces = [etree.Element("i") for _ in found]
        ends = [*(mark.start() for mark in found[1:]), len(text)]
        for piece, mark, end in zip(pieces, found, ends, strict=True):
            piece.set(_TYPE, DIRECTION)
            piece.text, piece.tail = mark[0], text[mark.end() : end]
        at = 0 if before is None else block.index(before) + 1
        if before is None:
            block.text = text[: found[0].start()]
        else:
            before.tail = text[: found[0].start()]
        for piece in reversed(pieces):
            block.insert(at, piece)
