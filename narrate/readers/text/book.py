"""A Book out of a text file: what is not read taken out, rows made paragraphs, chapters found by their headings."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from narrate.book import Block, BlockKind, Book, Chapter, Reading, Skipped
from narrate.errors import SourceError
from narrate.languages import settled_language
from narrate.readers.chapters import BLANK, finished
from narrate.readers.characters import clean
from narrate.readers.dates import year_in
from narrate.readers.encodings import text_of
from narrate.readers.heads import plain
from narrate.readers.matter import NOTES_PAGES, part_of_title
from narrate.readers.ornaments import is_scene_break
from narrate.readers.text.aozora import aozora
from narrate.readers.text.brackets import without_brackets, without_marks
from narrate.readers.text.contents import Unlisted, without_lists
from narrate.readers.text.frame import byline, with_byline_joined, without_credits, without_frame
from narrate.readers.text.headings import (
    MAX_TITLE,
    counted_chapters,
    headings,
    is_bare,
    is_named,
    is_number,
    is_said,
    is_subtitle,
    marked,
    may_be_title,
    opens,
    wants_number,
)
from narrate.readers.text.hyphens import Joiner
from narrate.readers.text.notes import Notes
from narrate.readers.text.pages import without_page_marks
from narrate.readers.text.rows import CUT, layout_of, mended, paragraphs

_SHOUTED_CHAPTER_WORDS = 200  # words a chapter, on average, before lines in capitals are taken for its titles
_FRONT_WORDS = 30  # a title page has fewer, and opens the first chapter
_LINE_END = re.compile("\r\n|[\r\u2028\x85\x1c-\x1e]")
# What is left out inside a text: one, many, why, and what brings it back.
_LEFT = (
    ("credit", "credits", "who made the file is not the book's own text", ""),
    ("transcriber's note", "transcriber's notes", "not the book's own text", ""),
    ("page number or running head", "page numbers or running heads", "of the paper, not of the text", ""),
    ("page number", "page numbers", "of the paper, not of the text", ""),
    ("picture", "pictures", "pictures are not read aloud", 'figures = "alt"'),
)
_DROP_CAP = re.compile(r"\|(?=[“‘\"'«—]{0,2}[^\W\d_])(?=[^|]*$)")  # a bar for a large first letter


def read_text(data: bytes, where: Path | str, name: str, reading: Reading | None = None, language: str = "") -> Book:
    """The book in a text file's bytes, in `language` where that is known.

    Raises SourceError when it holds no readable text.
    """
    reading = reading or Reading()
    text = _LINE_END.sub("\n", text_of(data, where)).replace("\u2029", "\n\n")
    text = re.sub(r"\n*\f\n*", "\n\f\n", text)  # where a page ends, blank lines mean nothing
    text = text.removeprefix("\ufeff")
    framed, sounds = aozora(text, reading.ruby) or (without_frame(text), ())
    said = framed.fields.get("language", "")
    bracketed = without_brackets(framed.text, captions=reading.figures == "alt")
    left = Counter(bracketed.left)
    joiner = Joiner(bracketed.text, lambda sample: language or settled_language([sample], said)[0])
    groups, credited = without_credits(_groups(bracketed.text, left), gutenberg=framed.gutenberg)
    top, below = byline(framed.text)
    unlisted = without_lists(with_byline_joined(groups, framed.fields.get("author") or below), reading, is_named)
    left["transcriber's note"] += unlisted.notes
    notes = Notes(bracketed.notes, reading.notes, joiner)
    blocks = _without_empty_notes([notes.unmarked(block) for block in _blocks(unlisted, joiner, notes)])
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceError("holds no readable text", where=where)
    title = framed.fields.get("title") or top or name or _first_line(blocks)
    left["credit"] = credited
    fields = framed.fields
    return Book(
        title=title,
        subtitle=fields.get("subtitle", ""),
        chapters=notes.placed(_chapters(blocks, title, unlisted.named)),
        author=fields.get("author") or below,
        translator=fields.get("translator", ""),
        language_said=said,
        series=fields.get("series", ""),
        year=year_in(fields.get("release date", "")),
        publisher=fields.get("publisher", ""),
        copyright=fields.get("copyright", ""),
        skipped=(*framed.skipped, *_told(left), *unlisted.skipped, *notes.skipped),
        pronunciations=sounds,
    )


def _first_line(blocks: list[Block]) -> str:
    first = next(b.text for b in blocks if b.text)
    return first if len(first) <= MAX_TITLE else "Untitled"


def _told(left: Counter[str]) -> Iterator[Skipped]:
    """What is said of what was left out, by how much there was of each."""
    for what, many, why, back in _LEFT:
        if count := left[what]:
            yield Skipped(f"{count} {what if count == 1 else many}", why, back)


def _groups(text: str, left: Counter[str]) -> list[list[str]]:
    """The rows of each paragraph, without the paper's own; a blank row is one of its own."""
    rows = [row if not row.strip(" \t\0") else row.replace(CUT, "") for row in without_marks(text).split("\n")]
    rows, left["page number or running head"] = without_page_marks(rows, is_named)
    layout = layout_of(rows)
    return [
        [part for row in group for part in row.split(CUT)]
        for group in paragraphs(mended(rows, layout), layout, is_named)
    ]


def _blocks(unlisted: Unlisted, joiner: Joiner, notes: Notes) -> Iterator[Block]:
    """Paragraphs, headings and scene breaks, in order."""
    groups = unlisted.groups
    texts = notes.parted([clean(joiner.joined(group)) for group in groups])
    numbered = False  # the last block was a chapter's number, which a title may follow
    at = 0
    while at < len(groups):
        group, text = groups[at], texts[at]
        at += 1
        if not text:
            if not "".join(group).strip() and "\f" not in group[0]:
                yield BLANK
            continue
        if wants_number(text) and is_number(texts[number := _next(texts, at)]):
            text, at = f"{text.rstrip('.:')} {texts[number]}", number + 1
            group = [text]
        if heading := marked(text):
            yield Block(heading[0], BlockKind.HEADING, heading[1])
            numbered = False
            continue
        found = headings(group, text)
        listed = may_be_title(text) and plain(text) in unlisted.named
        if not found and len(group) == 1 and (listed or (numbered and is_subtitle(text))):
            found = [text]
        numbered = len(found) == 1 and is_bare(found[0])
        if is_scene_break(text):
            yield Block("", BlockKind.SCENE_BREAK)
        elif found:
            yield from (Block(line, BlockKind.HEADING) for line in found)
        else:
            yield Block(_DROP_CAP.sub("", text, count=1) if text[0] == "|" else text)


def _next(texts: Sequence[str], at: int) -> int:
    """Where the next text is that is no blank row, or the last one."""
    return next((n for n in range(at, len(texts)) if texts[n]), len(texts) - 1)


def _without_empty_notes(blocks: Sequence[Block]) -> list[Block]:
    """Blocks without a title over notes that are not there any more."""
    kept: list[Block] = []
    for block in reversed(blocks):
        below = next((other for other in reversed(kept) if other.text), None)
        empty = below is None or below.kind is BlockKind.HEADING
        titled = 0 < len(block.text) <= MAX_TITLE and part_of_title(block.text.strip(" .:—-")) in NOTES_PAGES
        if not (empty and titled):
            kept.append(block)
    return kept[::-1]


def _chapters(blocks: list[Block], title: str, listed: Collection[str]) -> tuple[Chapter, ...]:
    """Blocks cut before each run of headings; capitals make chapters only where nothing is numbered or marked."""
    found = [b for b in blocks if b.kind is BlockKind.HEADING]
    openers = {b.text for b in found if b.level and b.level == _chapter_level(found)} or {
        b.text for b in found if opens(b.text) or plain(b.text) in listed
    }
    if not openers and (counted := counted_chapters([b.text for b in blocks])):
        openers = set(counted)
        blocks = [replace(b, kind=BlockKind.HEADING) if b.text in openers else b for b in blocks]
    if not openers and _words(blocks) >= _SHOUTED_CHAPTER_WORDS * len(found):
        openers = {b.text for b in found}
    runs: list[list[Block]] = [[]]
    told = False  # whether the last run has a paragraph
    for block in blocks:
        if told and block.kind is BlockKind.HEADING and block.text in openers:
            runs.append([])
            told = False
        told = told or (block.kind is BlockKind.PARAGRAPH and block != BLANK)
        runs[-1].append(block)
    if len(runs) > 1 and _words(runs[0]) < _FRONT_WORDS and not any(b.text in openers for b in runs[0]):
        runs[:2] = [runs[0] + runs[1]]
    chapters = finished((Chapter(_chapter_title(run, openers), tuple(run)) for run in runs), title)
    return tuple(chapter for chapter in chapters if chapter.blocks)


def _chapter_level(found: Sequence[Block]) -> int:
    """The level whose marked headings are chapters: the highest, or the next where that is the book's title alone."""
    levels = sorted({block.level for block in found if block.level})
    only = [block for block in found if block.level] and sum(b.level == levels[0] for b in found) == 1
    first = next((block.level for block in found if block.level), 0)
    return levels[1] if only and len(levels) > 1 and first == levels[0] else next(iter(levels), 0)


def _words(blocks: list[Block]) -> int:
    return sum(len(b.text.split()) for b in blocks)


def _chapter_title(blocks: list[Block], openers: set[str]) -> str:
    """The headings that open it: `Chapter 1`, `The Sea` → `Chapter 1: The Sea`. "" where there are none."""
    found: list[str] = []
    for block in (block for block in blocks if block != BLANK):
        heading = block.kind is BlockKind.HEADING
        if found and not heading:
            break
        if heading and (found or block.text in openers) and not is_said(block.text, found):
            found.append(block.text)
    if len(found) > 3:  # a list of the chapters before the first: its last line is the chapter
        last = max(i for i, text in enumerate(found) if text in openers)
        found = found[last : last + 2]
    return ": ".join(text.rstrip(".:：") for text in found)
