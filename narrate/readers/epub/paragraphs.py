"""A paragraph's pieces, and the blocks that become of it.

A paragraph is kept in pieces while it gathers, because a language, a stage direction or a line
of verse may start in the middle of it; only when it is whole is it squeezed and cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from narrate.book import Block, BlockKind, Span
from narrate.readers.characters import clean

LONGEST_VERSE = 160  # characters of one line
_OPENED = re.compile(r"[(\[]\s*$")
_CLOSED = re.compile(r"\s*[)\]][.,;:]?")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a paragraph. `language` is empty for the book's; `line`: a line of verse ends before it."""

    text: str
    language: str = ""
    direction: bool = False
    line: bool = False


def paragraph(
    pieces: list[Piece],
    kind: BlockKind,
    level: int = 0,
    speaker: str = "",
    direction: str = "",
    *,
    directions: bool = True,
) -> Iterator[Block]:
    """A paragraph's blocks: one, or one for each line of verse, each part of a speech and each direction in it.

    `directions`: whether stage directions are read at all.
    """
    continues = False
    for run in _runs(pieces, split_directions=bool(speaker) or not directions):
        text, spans = joined(run)
        directed = next((piece.direction for piece in run if _lettered(piece)), False)
        if not text or (directed and not directions):
            continue
        own = BlockKind.DIRECTION if directed and kind in (BlockKind.PARAGRAPH, BlockKind.VERSE) else kind
        if own is BlockKind.VERSE and len(text) > LONGEST_VERSE:
            own = BlockKind.PARAGRAPH  # prose that is called verse: a Bible's
        how = "" if own is BlockKind.DIRECTION else direction
        yield Block(text, own, level, speaker, how, continues=continues, spans=spans)
        continues = True


def joined(pieces: list[Piece]) -> tuple[str, tuple[Span, ...]]:
    """The pieces' text, squeezed, and where it is in another language than the book's."""
    if not any(piece.language for piece in pieces):
        return clean("".join(piece.text for piece in pieces)), ()
    text = ""
    spans: list[Span] = []
    for piece in pieces:
        inner = clean(piece.text)
        if text and not text.endswith(" ") and (piece.text[:1].isspace() or (piece.text and not inner)):
            text += " "
        start = len(text)
        text += inner
        if piece.language and inner:
            last = spans[-1] if spans else None
            if last and last.language == piece.language and not text[last.end : start].strip():
                start = spans.pop().start
            spans.append(Span(start, len(text), piece.language))
        if inner and piece.text[-1:].isspace():
            text += " "
    return text.rstrip(), tuple(spans)


def _runs(pieces: list[Piece], *, split_directions: bool) -> list[list[Piece]]:
    """Pieces that stay together. What holds no letter goes with what is before it: no line is a lone full stop."""
    groups = [pieces]
    if split_directions:
        groups = [list(group) for _, group in groupby(_bracketed(pieces), lambda piece: piece.direction)]
    runs: list[list[Piece]] = []
    for group in groups:
        if runs and not any(_lettered(piece) for piece in group):
            runs[-1] += group
            continue
        runs.append([])
        for piece in group:
            if piece.line and runs[-1]:
                runs.append([])
            runs[-1].append(piece)
    return runs


def _lettered(piece: Piece) -> bool:
    return any(c.isalnum() for c in piece.text)


def _bracketed(pieces: list[Piece]) -> list[Piece]:
    """Pieces with the brackets around a stage direction made part of it."""
    kept: list[Piece] = []
    for piece in pieces:
        last = kept[-1] if kept else None
        if last and piece.direction and not last.direction and (mark := _OPENED.search(last.text)):
            kept[-1] = replace(last, text=last.text[: mark.start()])
            piece = replace(piece, text=mark[0] + piece.text)
        elif last and last.direction and not piece.direction and (mark := _CLOSED.match(piece.text)):
            kept[-1] = replace(last, text=last.text + mark[0])
            piece = replace(piece, text=piece.text[mark.end() :])
        kept.append(piece)
    return kept
