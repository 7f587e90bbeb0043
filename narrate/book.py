"""A book as it was read from a file: chapters of blocks, before anyone decides who speaks.

Blocks hold text only. What a reader left out (a nav page, a broken file) is in
`skipped`, so that nothing disappears without a word.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is, and so how long the pause before it is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    SCENE_BREAK = "scene-break"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading: `text` on one line, white space squeezed. A scene break has none."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH


@dataclass(frozen=True, slots=True)
class Chapter:
    """`title` as the table of contents has it; `blocks` as the page has them, headings included."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover picture: the file's bytes and its media type (`image/jpeg`, `image/png`)."""

    data: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of the file that is not in the book: what, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Book:
    """A whole book. Strings that the file does not give are empty; `language` is a BCP 47 tag."""

    title: str
    chapters: tuple[Chapter, ...]
    author: str = ""
    language: str = "en"
    series: str = ""
    series_index: str = ""
    year: str = ""
    publisher: str = ""
    description: str = ""
    cover: Cover | None = None
    skipped: tuple[Skipped, ...] = ()


def squeeze(text: str) -> str:
    """`text` with every run of white space (line ends, U+2028, no-break spaces too) as one space."""
    return " ".join(text.split())
