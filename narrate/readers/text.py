"""Plain text to a Book: hard wraps undone, chapter headings found.

How paragraphs are told apart is settled once for the whole file, from its lines: by blank
lines, by indents, or a line each. A heading must look like one and stand alone. Where that is
in doubt it stays a paragraph, because a false chapter is worse than a missed one.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from narrate.book import Block, BlockKind, Book, Chapter, Skipped
from narrate.errors import SourceError
from narrate.readers.chapters import BLANK, finished
from narrate.readers.characters import clean
from narrate.readers.dates import year_in
from narrate.readers.encodings import text_of
from narrate.readers.heads import any_of, number_pattern
from narrate.readers.ornaments import is_scene_break
from narrate.words import roman

_WRAP = 100  # characters: longer lines were not wrapped by hand
_MAX_TITLE = 80  # characters of a heading
_SHOUTED_CHAPTER_WORDS = 200  # words a chapter, on average, before lines in capitals are taken for its titles
_FRONT_WORDS = 30  # a title page has fewer, and opens the first chapter
_ROMAN_ALONE = re.compile(rf"{roman.CHAPTERS}\.?")
_BYLINE = re.compile(r"\s*(\S.{0,79})\n\s*by[ \t]+([A-Z][^\n]{1,60}?)[ \t]*(?:\n|$)", re.IGNORECASE)
_GUTENBERG_START = re.compile(r"^\*\*\* ?START OF TH(?:E|IS) PROJECT GUTENBERG.*$", re.IGNORECASE | re.MULTILINE)
_GUTENBERG_END = re.compile(r"^(?:\*\*\* ?)?END OF TH(?:E|IS) PROJECT GUTENBERG.*$", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^(Title|Author|Language|Release date): *(\S.*(?:\n {2,}\S.*)*)$", re.IGNORECASE | re.MULTILINE)
_LINE_END = re.compile("\r\n|[\r\u2028\x85\x1c-\x1e]")


def read_text(data: bytes, where: Path | str, name: str) -> Book:
    """The book in a text file's bytes. Raises SourceError when it holds no readable text."""
    text = text_of(data, where)
    text = _LINE_END.sub("\n", text).replace("\u2029", "\n\n")
    text = re.sub(r"\n*\f\n*", "\n\f\n", text)  # where a page ends, blank lines mean nothing
    text, fields, skipped = _without_licence(text.removeprefix("\ufeff"))
    blocks = list(_blocks(text))
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise SourceError("holds no readable text", where=where)
    byline = _BYLINE.match(text.lstrip("\n")[:400])
    title = fields.get("title") or (clean(byline[1]) if byline else "") or name or _first_line(blocks)
    chapters = _chapters(blocks, title)
    return Book(
        title=title,
        chapters=chapters,
        author=fields.get("author") or (clean(byline[2]) if byline else ""),
        language_said=fields.get("language", ""),
        year=year_in(fields.get("release date", "")),
        skipped=skipped,
    )


def _first_line(blocks: list[Block]) -> str:
    first = next(b.text for b in blocks if b.text)
    return first if len(first) <= _MAX_TITLE else "Untitled"


def _without_licence(text: str) -> tuple[str, dict[str, str], tuple[Skipped, ...]]:
    """A Project Gutenberg file without what is around the book; its header's fields; what went."""
    fields: dict[str, str] = {}
    skipped: list[Skipped] = []
    start = _GUTENBERG_START.search(text, 0, 200_000)
    end = _GUTENBERG_END.search(text, start.end() if start else 0)
    if start:
        header = text[: start.start()]
        fields = {m[1].casefold(): clean(m[2]) for m in _FIELD.finditer(header)}
        if header.strip():
            skipped.append(Skipped("the Project Gutenberg header", "it is not the book's own text"))
    if end:
        skipped.append(Skipped("the Project Gutenberg licence", "it is not the book's own text"))
    return text[start.end() if start else 0 : end.start() if end else None], fields, tuple(skipped)


def _blocks(text: str) -> Iterator[Block]:
    """Paragraphs, headings and scene breaks, in order."""
    numbered = False  # the last block was a chapter's number, which a title may follow
    for group in _groups(text):
        joined = clean(" ".join(group))
        if not joined:
            if "\f" not in group[0]:
                yield BLANK
            continue
        headings = _headings(group, joined)
        if numbered and not headings and len(group) == 1 and _is_subtitle(joined):
            headings = [joined]
        numbered = len(headings) == 1 and _bare().fullmatch(headings[0]) is not None
        if is_scene_break(joined):
            yield Block("", BlockKind.SCENE_BREAK)
        elif headings:
            yield from (Block(line, BlockKind.HEADING) for line in headings)
        else:
            yield Block(joined)


def _groups(text: str) -> Iterator[list[str]]:
    """The lines of each paragraph, and each blank line alone."""
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    wrapped = _is_wrapped(lines, filled)
    indented = wrapped and _by_indents(lines, filled)
    group: list[str] = []
    for line in lines:
        blank = not line.strip()
        alone = not blank and (not wrapped or is_scene_break(line.strip()))
        if group and (blank or alone or (indented and line[:1] in " \t\u3000")):
            yield group
            group = []
        group.append(line)
        if alone or blank:
            yield group
            group = []
    if group:
        yield group


def _is_wrapped(lines: list[str], filled: list[str]) -> bool:
    """Whether lines were broken by hand, so that a paragraph has several."""
    if not filled or len(filled) == 1:
        return True
    long = sum(len(line) > _WRAP for line in filled)
    blank = len(lines) - len(filled)
    if long > 0.2 * len(filled):
        return False  # some lines never end: each is a paragraph
    # No blank lines at all and most lines end their sentence: a line each, too.
    ended = sum(line.rstrip()[-1] in ".!?\"”’'»…:*" for line in filled)
    return not (blank < 0.05 * len(lines) and ended > 0.7 * len(filled))


def _by_indents(lines: list[str], filled: list[str]) -> bool:
    """Whether an indent opens a paragraph: many lines have one, few blank lines part them."""
    indented = sum(line[0] in " \t\u3000" for line in filled)
    return 0.05 * len(filled) < indented < 0.7 * len(filled) and len(lines) - len(filled) < 0.15 * len(lines)


def _headings(group: list[str], joined: str) -> list[str]:
    """The headings that a paragraph is (a number, and its title on the next line); none for most."""
    if len(joined) > 2 * _MAX_TITLE or len(group) > 3:
        return []
    rows = [row for row in map(clean, group) if row]
    if _opens(rows[0]):
        rest = " ".join(rows[1:])
        found = [rows[0], rest] if rest else [rows[0]]
        return found if _is_title(rest) else []
    return [joined] if len(rows) == 1 and _is_shouted(joined) else []


def _is_subtitle(text: str) -> bool:
    """Whether a line alone after `CHAPTER I` is its title: `Down the Rabbit-Hole`."""
    return len(text) <= 60 and _has_title_case(text) and text[0].isupper() and text[-1].isalnum()


@cache
def _named_heading() -> re.Pattern[str]:
    """A heading that says what it is, and its title in the same line."""
    numbered, unnumbered = any_of(lambda words: words.plain), any_of(lambda words: words.unnumbered)
    return re.compile(
        rf"(?:(?:{numbered}) {number_pattern()}|{unnumbered})"
        r"(?:(?P<mark>\s*[.:—–-]\s*|\s+(?=[A-Z“\"'‘]))(?P<title>.*)|[.:]?)",
        re.IGNORECASE,
    )


@cache
def _bare() -> re.Pattern[str]:
    """A heading with nothing but a number."""
    titled = any_of(lambda words: words.titled)
    return re.compile(rf"(?:(?:{titled}) )?{number_pattern()}[.:]?", re.IGNORECASE)


def _named(row: str) -> bool:
    """Whether it reads `Chapter 3`, `PART ONE: The Sea`, `Epilogue`; not `Part one of the plan failed.`"""
    match = _named_heading().fullmatch(row)
    if match is None or not row[:1].isupper() or len(row) > _MAX_TITLE:
        return False
    if match["title"] and not match["mark"].strip():
        # No mark between: only `CHAPTER I THE SEA` or `Chapter 1 The Sea`, with a title's capitals.
        return _is_title(match["title"]) and _has_title_case(match["title"])
    return _is_title(match["title"] or "")


def _is_title(text: str) -> bool:
    """Whether it may be a title: short, and not a sentence that goes on."""
    return len(text) <= _MAX_TITLE and not text.endswith((",", ";", "-", "—")) and not text[:1].islower()


def _has_title_case(text: str) -> bool:
    words = [w for w in re.findall(r"\w[\w'’]*", text) if len(w) > 3]
    return all(w[0].isupper() or w[0].isdigit() for w in words)


def _is_shouted(text: str) -> bool:
    """A short line in capitals, as old files set titles: `THE SEA`, but not `NO!` or `A. B. C.`"""
    letters = [c for c in text if c.isalpha()]
    return (
        len(text) <= 60
        and len(letters) >= 4
        and all(c.isupper() for c in letters)
        and not text.endswith(("!", ",", ";", ":", "-", "—", "”", '"', "."))
        and text[0] not in "“\"'‘([{"
    )


def _chapters(blocks: list[Block], title: str) -> tuple[Chapter, ...]:
    """Blocks cut before each run of headings; capitals make chapters only where nothing is numbered."""
    headings = [b.text for b in blocks if b.kind is BlockKind.HEADING]
    openers = {text for text in headings if _opens(text)}
    if not openers and _words(blocks) >= _SHOUTED_CHAPTER_WORDS * len(headings):
        openers = set(headings)
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


def _opens(text: str) -> bool:
    return _named(text) or _ROMAN_ALONE.fullmatch(text) is not None


def _words(blocks: list[Block]) -> int:
    return sum(len(b.text.split()) for b in blocks)


def _chapter_title(blocks: list[Block], openers: set[str]) -> str:
    """The headings that open it: `Chapter 1`, `The Sea` → `Chapter 1: The Sea`. "" where there are none."""
    found: list[str] = []
    for block in (block for block in blocks if block != BLANK):
        heading = block.kind is BlockKind.HEADING
        if found and not heading:
            break
        if heading and (found or block.text in openers) and not _is_said(block.text, found):
            found.append(block.text)
    if len(found) > 3:  # a list of the chapters before the first: its last line is the chapter
        last = max(i for i, text in enumerate(found) if text in openers)
        found = found[last : last + 2]
    return ": ".join(text.rstrip(".:") for text in found)


def _is_said(text: str, found: list[str]) -> bool:
    """Whether a number alone is the one that the heading before it ends with: `CHAPTER I`, `I.`"""
    number = text.rstrip(".")
    return bool(found) and _ROMAN_ALONE.fullmatch(text) is not None and _is_chapter(found[-1], number)


def _is_chapter(heading: str, number: str) -> bool:
    chapter = any_of(lambda words: words.titled & words.chapters)
    return re.fullmatch(rf"(?:{chapter}) {number}[.:]?", heading, re.IGNORECASE) is not None
