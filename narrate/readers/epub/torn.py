"""Paragraphs that a page's or a file's end, or a converter, has torn, joined again.

The first part ends in no stop, or in a hyphen, and the next goes on in small letters: a paragraph that opens with a
capital never is a part of the one before. Lists, rows of letters, verse and speeches stay as they are, and so does
all of a book that opens its paragraphs in small letters.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from narrate.book import Block, BlockKind
from narrate.languages import find_language
from narrate.readers.chapters import BLANK
from narrate.readers.heads import is_number
from narrate.readers.text.hyphens import Joiner

_Item = TypeVar("_Item")
_HYPHEN = re.compile(r"[^\W\d_]{2,}[-‐]$")
_CLOSERS = "”’»›\"')]"
_STOPPED = re.compile(r"[.!?…:;—–。！？।؟][\"'”’»›)\]]*$")
_ENDED = re.compile(r"[\w,][\"'”’»›)\]]*$")
_LEAST = 4  # words of a part that ends without a hyphen
_LEAST_UNSPACED = 10  # characters of a part that ends in a particle, in languages without spaces
_OWN_WAY = 0.1  # of paragraphs that open in small letters after a stop: from there on it is how the book is written


def mended(runs: Sequence[Sequence[_Item]], language: str) -> list[list[_Item]]:
    """Each of a book's runs of items (blocks, and marks between them) with its torn paragraphs joined."""
    blocks = [[item for item in run if isinstance(item, Block)] for run in runs]
    only_hyphens = _writes_small(blocks)
    known = find_language(language)
    particles = () if known.spaced else tuple(known.sentences.open_ends)
    torn = [_tears(run, particles, only_hyphens=only_hyphens) for run in blocks]
    if not any(torn):
        return [list(run) for run in runs]
    text = "\n\n".join(block.text for run in blocks for block in run)
    joiner = Joiner(text, lambda _: language)
    return [_joined(run, found, joiner) if found else list(run) for run, found in zip(runs, torn, strict=True)]


def _tears(blocks: Sequence[Block], particles: tuple[str, ...], *, only_hyphens: bool) -> dict[int, list[Block]]:
    """The paragraphs that are torn: by the identity of the first part's block, all parts in order."""
    found: dict[int, list[Block]] = {}
    if not (told := _without_page_ends(blocks)):
        return found
    parts = told[:1]
    before: Block | None = None  # what stands before these parts
    for block in [*told[1:], BLANK]:
        goes_on = _goes_on(parts[-1], block, before if len(parts) == 1 else None, only_hyphens=only_hyphens)
        if goes_on or _waits(parts[-1], block, particles):
            parts.append(block)
            continue
        last = parts[-1]
        while len(parts) > 1 and not _is_whole(parts):
            parts.pop()  # a list, not a sentence: it comes to no end
        if len(parts) > 1:
            found[id(parts[0])] = parts
        before, parts = last, [block]
    return found


def _without_page_ends(blocks: Sequence[Block]) -> list[Block]:
    """Blocks without blank ones, and without rules that stand inside a word."""
    told = [block for block in blocks if block != BLANK]
    return [
        block
        for before, block, after in zip([BLANK, *told], told, [*told[1:], BLANK], strict=False)
        if block.kind is not BlockKind.SCENE_BREAK
        or not (_HYPHEN.search(before.text) and after.text[:1].islower() and _may_be_torn(before))
    ]


def _is_whole(parts: Sequence[Block]) -> bool:
    """Whether the last part comes to an end, or takes up a word."""
    return _STOPPED.search(parts[-1].text) is not None or _HYPHEN.search(parts[-2].text) is not None


def _goes_on(block: Block, after: Block, before: Block | None, *, only_hyphens: bool) -> bool:
    """Whether `after` is the rest of `block`; `before` is what stands before that."""
    if not (_may_be_torn(block) and _may_be_torn(after)) or not after.text[:1].islower() or block.text.isupper():
        return False
    if _HYPHEN.search(block.text):
        return True
    quoted = block.text[-1] in _CLOSERS
    if only_hyphens or not _ENDED.search(block.text) or (len(block.text.split()) < _LEAST and not quoted):
        return False
    # What stands apart inside a sentence (He wrote three words / The ferry is lost / and then he slept) is no part.
    apart = before is not None and before.kind is BlockKind.PARAGRAPH and _ENDED.search(before.text) is not None
    return not apart and not is_number(block)


def _waits(block: Block, after: Block, particles: tuple[str, ...]) -> bool:
    """Whether a block ends in a particle that wants more, in a script without small letters."""
    return (
        len(block.text) >= _LEAST_UNSPACED
        and block.text.endswith(particles)
        and _may_be_torn(block)
        and _may_be_torn(after)
        and "\u3040" <= after.text[0] <= "\u9fff"
    )


def _may_be_torn(block: Block) -> bool:
    return (
        block.kind is BlockKind.PARAGRAPH
        and block.text != ""
        and not (block.speaker or block.continues or block.listed)
    )


def _writes_small(runs: Iterable[Sequence[Block]]) -> bool:
    """Whether the book opens paragraphs in small letters that nothing was left open for."""
    small = count = 0
    for run in runs:
        stopped = False
        for block in run:
            if block.kind is not BlockKind.PARAGRAPH or not block.text:
                continue
            count += 1
            small += stopped and block.text[0].islower() and not block.listed
            stopped = _STOPPED.search(block.text) is not None
    return small > max(1, _OWN_WAY * count)


def _joined(run: Sequence[_Item], torn: dict[int, list[Block]], joiner: Joiner) -> list[_Item]:
    """A run with each torn paragraph where its first part stands; what stands between the parts comes after."""
    kept: list[_Item] = []
    later: set[int] = set()
    waiting: set[int] = set()  # parts of a paragraph that is being put together
    for item in run:
        if isinstance(item, Block) and id(item) in torn:
            parts = torn[id(item)]
            waiting = {id(part) for part in parts[1:]}
            later |= waiting
            kept.append(_whole(parts, joiner))  # type: ignore[arg-type]
        elif isinstance(item, Block) and id(item) in later:
            waiting.discard(id(item))
        elif not (waiting and isinstance(item, Block)):  # a blank or a rule at a page's end goes
            kept.append(item)
    return kept


def _whole(parts: Sequence[Block], joiner: Joiner) -> Block:
    """The parts as one block, with what they mark as another language."""
    text = joiner.joined(part.text for part in parts)
    spans = list(parts[0].spans)
    at = len(parts[0].text) - 1
    for part in parts[1:]:
        at = text.index(part.text[:-1], at)
        spans += [replace(span, start=span.start + at, end=span.end + at) for span in part.spans]
        at += len(part.text) - 1
    return replace(parts[0], text=text, spans=tuple(spans))
