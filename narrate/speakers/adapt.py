"""A book adapted to scripts, one a chapter: the narrator's sentences and those that others speak.

The words are the book's own; only their cutting into lines is ours. A paragraph is cut where
somebody else speaks, only at white space, and each part into sentences. The contents' title and
the page's heading are often the same words: then they are read once. Where they differ, the
page's own headings are read and the contents' title names the chapter's mark in silence. A
heading that is no more than the title's number is not read beside it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile, takewhile
from operator import attrgetter

from narrate.book import Block, BlockKind, Book, Chapter, squeeze
from narrate.readers import plain
from narrate.script import NARRATOR, Line, Opening, Script
from narrate.sentences import Splitter
from narrate.speakers.heads import counts_sections, said_once, title_says
from narrate.speakers.voicing import BlockPlace

_SPOKEN = re.compile(r"[^\W_]")  # a letter or digit
_FRONT = 12  # blocks that a chapter's heading may stand below
# Parts of a block that somebody but the narrator speaks: start, end, speaker; in order.
Spoken = Sequence[tuple[int, int, str]]


def adapt(book: Book, spoken: Mapping[BlockPlace, Spoken] | None = None) -> list[Script]:
    """A script for each of the book's chapters, in order. `spoken` says who speaks what, as `parts_of` has it."""
    # The book itself shows its abbreviations, and which words it writes in lower case.
    splitter = Splitter(book.language, (block.text for chapter in book.chapters for block in chapter.blocks))
    by_chapter: dict[int, dict[int, Spoken]] = {}
    for (chapter_index, index), parts in (spoken or {}).items():
        by_chapter.setdefault(chapter_index, {})[index] = parts
    return [
        adapt_chapter(chapter, number, splitter, by_chapter.get(number - 1), book.language)
        for number, chapter in enumerate(book.chapters, start=1)
    ]


def adapt_chapter(
    chapter: Chapter,
    number: int = 1,
    splitter: Splitter | None = None,
    spoken: Mapping[int, Spoken] | None = None,
    language: str = "en",
) -> Script:
    """One chapter's script. A chapter without a title is called by its `number`."""
    splitter = splitter or Splitter(language)
    title = squeeze(chapter.title) or f"Chapter {number}"
    mark = squeeze(chapter.mark) or title
    spoken = spoken or {}
    blocks = [
        (block, spoken.get(index, ()))
        for index, block in enumerate(chapter.blocks)
        if block.kind is BlockKind.SCENE_BREAK or squeeze(block.text)
    ]
    headings = [block for block, _ in takewhile(lambda row: row[0].kind is BlockKind.HEADING, blocks)]
    text = [block for block, _ in blocks[len(headings) :]]
    head = said_once(headings, text, language)
    headed = bool(head) and not counts_sections(head[0], [*head, *text])
    same = headed and mark == title
    if same and title_says(title, head, language):
        head = []
    elif same and plain(head[0].text) == plain(title):
        head = head[1:]
    else:
        same = False
    silent = (headed and not same) or (not headings and _heads_below(text, title))
    opening = Line(mark, opens=Opening.HEADING, level=1, silent=silent)
    told: list[tuple[Block, Spoken]] = [(block, ()) for block in head]
    return Script((opening, *_lines([*told, *blocks[len(headings) :]], splitter)))


def _heads_below(text: Sequence[Block], title: str) -> bool:
    """Whether the chapter's title is its heading all the same, below a few lines such as the book's own title."""
    below = dropwhile(lambda block: block.kind is not BlockKind.HEADING, text[:_FRONT])
    words = "".join(plain(block.text) for block in takewhile(lambda block: block.kind is BlockKind.HEADING, below))
    return words != "" and words.startswith(plain(title))


def _lines(blocks: list[tuple[Block, Spoken]], splitter: Splitter) -> Iterator[Line]:
    top = min((block.level for block, _ in blocks if block.level), default=0)
    scene = False
    for block, spoken in blocks:
        if block.kind is BlockKind.SCENE_BREAK:
            scene = True
            continue
        if block.kind is BlockKind.HEADING:
            level = min(6, 2 + max(0, block.level - top))
            yield Line(squeeze(block.text), opens=Opening.HEADING, level=level)
        else:
            yield from _spoken(block, spoken, Opening.SCENE if scene else _opening(block), splitter)
        scene = False


def _opening(block: Block) -> Opening:
    if not block.continues:
        return Opening.PARAGRAPH
    return Opening.VERSE if block.kind is BlockKind.VERSE else Opening.SENTENCE


def _spoken(block: Block, spoken: Spoken, opens: Opening, splitter: Splitter) -> Iterator[Line]:
    """A block's sentences as lines. A line of verse is one, however many sentences it holds."""
    narrated = block.kind is BlockKind.DIRECTION or not block.speaker
    owner, direction = (NARRATOR, "") if narrated else (block.speaker, block.direction)
    for begin, end, speaker in _parts(block.text, spoken, owner):
        text = block.text[begin:end]
        verse = block.kind is BlockKind.VERSE
        reached = begin
        for sentence in splitter.verse(squeeze(text)) if verse else splitter.split(text):
            language = ""
            if block.spans:
                start, reached = _place(block.text, sentence, reached)
                language = _language(block, start, reached)
            yield Line(sentence, speaker, direction, opens=opens, language=language)
            opens = Opening.SENTENCE


def _place(text: str, sentence: str, reached: int) -> tuple[int, int]:
    """Where a sentence stands in the text that it was cut from, from `reached` on; white space is not compared."""
    start = at = reached
    for character in sentence:
        if character.isspace():
            continue
        while at < len(text) and text[at].isspace():
            start = at + 1 if start == at else start
            at += 1
        at += 1
    return start, min(at, len(text))


def _parts(text: str, spoken: Spoken, owner: str) -> list[tuple[int, int, str]]:
    """All of a text in parts with their speakers.

    Neighbours of one speaker are one part, and marks without a word go with the part before or after them:
    `“Ah!” — he said.` has the parts `“Ah!” — ` and `he said.`
    """
    parts: list[tuple[int, int, str]] = []
    for start, end, speaker in _in_turn(len(text), spoken, owner):
        if parts and not _speaks(text, parts[-1]):
            start = parts.pop()[0]
        part = (start, end, speaker)
        if parts and (speaker == parts[-1][2] or not _speaks(text, part)):
            begin, _, before = parts.pop()
            part = (begin, end, before)
        parts.append(part)
    return parts


def _in_turn(length: int, spoken: Spoken, owner: str) -> Iterator[tuple[int, int, str]]:
    """What others speak of a text of this length, and what its owner does before, between and after."""
    reached = 0
    for start, end, speaker in spoken:
        if reached < start:
            yield reached, start, owner
        if start < end:
            yield start, end, speaker
        reached = end
    if reached < length:
        yield reached, length, owner


def _speaks(text: str, part: tuple[int, int, str]) -> bool:
    return _SPOKEN.search(text, part[0], part[1]) is not None


def _language(block: Block, start: int, end: int) -> str:
    """The language that all letters of a sentence stand in, where the book marks one."""
    number = bisect_right(block.spans, start, key=attrgetter("end"))  # they are in order and apart
    while number < len(block.spans) and block.spans[number].start < end:
        span = block.spans[number]
        outside = block.text[start : max(start, span.start)] + block.text[min(end, span.end) : end]
        if not any(c.isalnum() for c in outside):
            return span.language
        number += 1
    return ""


def split_lines(script: Script, language: str = "en") -> Script:
    """A script that a person wrote, with lines of several sentences cut into one each."""
    splitters = {language: Splitter(language)}

    def parts() -> Iterator[Line]:
        for line in script.lines:
            if line.level or line.cue:
                yield line
                continue
            opens = line.opens
            spoken = line.language or language
            for part in line.parts(splitters.setdefault(spoken, Splitter(spoken)).split(line.text)):
                yield replace(part, opens=opens)
                opens = Opening.SENTENCE

    return Script(tuple(parts()))
