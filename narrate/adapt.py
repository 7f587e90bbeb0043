"""A book adapted to scripts: one a chapter, the narrator reading every sentence.

The words are the book's own; only their cutting into lines is ours. The contents' title and
the page's heading are often the same words: then they are read once. Where they differ, the
page's own headings are read and the contents' title names the chapter's mark in silence.
"""

from collections.abc import Iterator

from narrate.book import Block, BlockKind, Book, Chapter, squeeze
from narrate.script import Line, Opening, Script
from narrate.sentences import split_sentences


def adapt(book: Book) -> list[Script]:
    """A script for each of the book's chapters, in order."""
    return [adapt_chapter(chapter, number) for number, chapter in enumerate(book.chapters, start=1)]


def adapt_chapter(chapter: Chapter, number: int = 1) -> Script:
    """One chapter's script. A chapter without a title is called by its `number`."""
    title = squeeze(chapter.title) or f"Chapter {number}"
    blocks = [block for block in chapter.blocks if block.kind is BlockKind.SCENE_BREAK or squeeze(block.text)]
    first = blocks[0] if blocks else None
    headed = first is not None and first.kind is BlockKind.HEADING
    same = headed and first is not None and _plain(first.text) == _plain(title)
    opening = Line(title, opens=Opening.HEADING, level=1, silent=headed and not same)
    return Script((opening, *_lines(blocks[1:] if same else blocks)))


def _plain(text: str) -> str:
    """Letters and digits alone: "I." and "i" are the same heading."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _lines(blocks: list[Block]) -> Iterator[Line]:
    scene = False
    for block in blocks:
        if block.kind is BlockKind.SCENE_BREAK:
            scene = True
        elif block.kind is BlockKind.HEADING:
            yield Line(squeeze(block.text), opens=Opening.HEADING, level=2)
            scene = False
        else:
            opens = Opening.SCENE if scene else Opening.PARAGRAPH
            for text in split_sentences(block.text):
                yield Line(text, opens=opens)
                opens = Opening.SENTENCE
            scene = False


def split_lines(script: Script) -> Script:
    """A script that a person wrote, with lines of several sentences cut into one each."""

    def parts() -> Iterator[Line]:
        for line in script.lines:
            if line.level:
                yield line
                continue
            opens = line.opens
            for text in split_sentences(line.text):
                yield Line(text, line.speaker, line.direction, line.take, opens)
                opens = Opening.SENTENCE

    return Script(tuple(parts()))
