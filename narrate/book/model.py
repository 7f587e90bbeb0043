"""A book as it was read from a file: chapters of blocks, before anyone decides who speaks.

Blocks hold text only, the book's own. What the book says of it beside the text (a speaker, a
language, how a word sounds) stands beside the text too. What a reader left out (a nav page, a
broken file) is in `skipped`, so that nothing disappears without a word.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """The kinds of block; the kind sets the pause before it."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    SCENE_BREAK = "scene-break"
    VERSE = "verse"  # one line of it
    DIRECTION = "direction"  # a play's stage direction
    NOTE = "note"  # a footnote or endnote that is to be read


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a block's text are in another `language` (BCP 47) than the book."""

    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading: `text` on one line, white space squeezed. A scene break has none.

    `level` is a heading's, from 1 to 6. `speaker` is who says it where the book marks that (a
    play's persona); a stage direction inside a speech has it too, though the narrator reads it.
    `continues`: goes on with the paragraph before (a further line of a stanza, the rest of a
    speech after a direction). `listed`: an item of a list, a row of a table, a caption.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    speaker: str = ""
    direction: str = ""
    continues: bool = False
    spans: tuple[Span, ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """`title` as the table of contents has it; `blocks` as the page has them, headings included.

    `parts` are the titles it stands under, outermost first: ("Book One",).
    """

    title: str
    blocks: tuple[Block, ...]
    parts: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The chapter's title with those of its parts: `Book One: Chapter 3`."""
        named = [part for part in self.parts if not self.title.casefold().startswith(part.casefold())]
        return ": ".join([*named, self.title] if self.title else named)


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover picture: the file's bytes, and its media type (`image/jpeg`, `image/png`) where that is known."""

    data: bytes = field(repr=False)
    media_type: str = ""

    @property
    def suffix(self) -> str:
        """The suffix of the cover's file: `.jpg`, or `.img` where the media type is not known."""
        known = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
        return known.get(self.media_type, ".img")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of the file that is not in the book: what, why, and the line of `[reading]` that brings it back."""

    what: str
    why: str
    back: str = ""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """The pronunciation of a word or phrase that the book itself gives; the text keeps it as `written`.

    By `kind`: "alias" (PLS alias, `spoken` is plain text), "ipa", "x-sampa" (PLS phonemes and
    ssml:ph), "ruby" (kana or pinyin), "abbr" (what <abbr title> spells out), "initialism" and
    "acronym" (`spoken` is empty: by letters, as a word), "roman" (`written` ends with a Roman
    numeral, and may have the words before it: "Henry I"; `spoken` is empty). `language` is a
    BCP 47 tag, empty for the book's own.
    """

    written: str
    spoken: str
    kind: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page of the print book: its `label` ("12", "xiv", "" for what comes before the first page that has one) and
    its text, whether it is read aloud or not."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A whole book. Strings that the file does not give are empty.

    `language`, a BCP 47 tag, is what it is read in: see `narrate.languages.language.settled_language`. The file
    says that it is in `language_said`, and its text surely is in `language_found`; "" where nobody knows.
    `author` is one line, `authors` are its people one by one, where the file keeps them apart.
    """

    title: str
    chapters: tuple[Chapter, ...]
    subtitle: str = ""
    author: str = ""
    authors: tuple[str, ...] = ()
    translator: str = ""
    language: str = "en"
    language_said: str = ""
    language_found: str = ""
    series: str = ""
    series_index: str = ""
    year: str = ""
    publisher: str = ""
    description: str = ""  # paragraphs, a blank line between two
    genres: tuple[str, ...] = ()
    isbn: str = ""  # its digits alone
    copyright: str = ""
    cover: Cover | None = None
    skipped: tuple[Skipped, ...] = ()
    pronunciations: tuple[Pronunciation, ...] = ()


def squeeze(text: str) -> str:
    """`text` with every run of white space (line ends, U+2028, no-break spaces too) as one space."""
    return " ".join(text.split())
