"""Markdown to a Book, by markdown-it-py's tokens."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from narrate.book import Block, BlockKind, Book, Chapter, Reading, Skipped
from narrate.errors import SourceError
from narrate.readers.chapters import BLANK, finished
from narrate.readers.characters import clean
from narrate.readers.encodings import text_of
from narrate.readers.formulas import said_formula
from narrate.readers.front_matter import front_matter, is_front_matter
from narrate.readers.heads import head_at_end, is_number
from narrate.readers.markdown_html import html_texts
from narrate.readers.markdown_inline import changed, inline_text, is_picture_ornament
from narrate.readers.markdown_parser import block_parser
from narrate.readers.ornaments import is_scene_break

_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
# The parser drops what is deeper in quotes and lists than it goes, so marks past that go before.
_TOO_DEEP = re.compile(r"^((?:[ \t]{0,3}>){20}|[ \t]{40})(?:[ \t]*>|[ \t]+)+", re.MULTILINE)
_LONG = 100_000  # characters of one paragraph that are parsed at a time
_TASK = re.compile(r"\[[ xX]\][ \t]+")  # the box of a to-do list
_CALLOUT = re.compile(r"\[![\w-]+\][+-]?[ \t]*(?P<title>[^\n]*)(?:\n|\Z)")
_CAPTION = re.compile(r"\A:[ \t]+")  # below a table
# A paragraph below the title: a capital, and then capitals and little words such as "de la" and "and".
_CAPITAL = r"[^\W\d_a-z]\S*"
_BYLINE = re.compile(rf"[Bb]y:? ({_CAPITAL}(?: (?:{_CAPITAL}|[a-z]{{1,3}})){{0,8}}(?<![.!?:;,]))")


# What is left out inside a text: one, many, and what brings it back.
_LEFT = (
    ("picture", "pictures", 'figures = "alt"'),
    ("piece of code", "pieces of code", 'code = "read"'),
    ("table", "tables", 'tables = "read"'),
    ("formula", "formulas", ""),
    ("embedded file", "embedded files", ""),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One block, for headings with its level (1 to 6); the note it belongs to, and the notes it refers to."""

    block: Block
    level: int = 0
    note: str = ""
    refs: tuple[str, ...] = ()


def looks_like_markdown(text: str) -> bool:
    """Whether text without a name is clearly Markdown: front matter, or headings with `#`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return is_front_matter(text) or _HEADING.search(text) is not None


def read_markdown(data: bytes, where: Path | str, name: str, reading: Reading | None = None) -> Book:
    """The book in a Markdown file's bytes. Raises SourceError when it holds no readable text."""
    reading = reading or Reading()
    text = text_of(data, where)
    text = re.sub("\r\n|[\r\u2028\x85]", "\n", text).replace("\u2029", "\n\n").removeprefix("\ufeff")
    fields, body = front_matter(text)
    skipped: list[Skipped] = []
    rows = _Reader(reading, body).read(_TOO_DEEP.sub(r"\1", body), skipped)
    if not any(c.isalnum() for row in rows for c in row.block.text):
        raise SourceError("holds no readable text", where=where)
    level, titled = _chapter_level(rows)
    rows = list(_with_notes(rows, level, reading.notes, skipped))
    first = next((r.block.text for r in rows if r.level == 1), "") if titled else ""
    about: dict[str, Any] = {"title": first or name or "Untitled", "author": _author(rows) if first else "", **fields}
    return Book(
        chapters=_chapters(rows, level, about["title"]),
        **about,
        skipped=tuple(skipped),
    )


class _Reader:
    """The parser's tokens as rows, in order."""

    def __init__(self, reading: Reading, text: str) -> None:
        self._parser = block_parser(text)
        self._references: dict[str, Any] = {}
        self._reading = reading
        self._left: Counter[str] = Counter()
        self._level = 0
        self._cells: list[str] | None = None
        self._lists: list[int | None] = []  # the next number of each open list; None without numbers
        self._lead = ""  # the number of an item that has said nothing yet
        self._note = ""
        self._table_left = False
        self._quotes = 0  # block quotations that are open
        self._item = False  # whether an item of a list has said nothing yet
        self._default = ""  # the title that an admonition has of itself
        self._verse: bool | None = None  # in verse, whether its next line goes on with a stanza

    def read(self, text: str, skipped: list[Skipped]) -> list[_Row]:
        """All rows of a document; what is not read goes to `skipped`."""
        rows = [
            replace(row, note=row.note or self._note)
            for token in self._parser.parse(text, self._references)
            for row in self._rows(token)
        ]
        for what, many, back in _LEFT:
            if count := self._left[what]:
                why = f"{'code is' if 'code' in what else f'{many} are'} not read aloud"
                skipped.append(Skipped(f"{count} {what if count == 1 else many}", why, back))
        return rows

    def _rows(self, token: Token) -> Iterator[_Row]:
        kind = token.type
        if kind not in ("verse_open", "verse_close", "inline"):
            self._verse = None
        if kind in ("heading_open", "heading_close"):
            self._level = int(token.tag[1]) if kind == "heading_open" else 0
        elif kind == "hr":
            yield _Row(Block("", BlockKind.SCENE_BREAK))
        elif kind == "fence" and self._reading.code == "skip":
            self._left["piece of code"] += 1
        elif kind in ("code_block", "fence"):
            yield from (_Row(Block(text)) for part in re.split(r"\n\s*\n", token.content) if (text := clean(part)))
        elif kind.startswith("math_block"):
            said = said_formula(token.content)
            self._left["formula"] += said is None
            yield from _text_rows(said or "", 0)
        elif kind == "html_block":
            for part in html_texts(token.content):
                yield from _text_rows(part, 0) if part else (_Row(BLANK),)
        elif kind in ("bullet_list_open", "ordered_list_open"):
            ordered = kind == "ordered_list_open"
            self._lists.append(int(token.attrGet("start") or 1) if ordered else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        elif kind == "list_item_open":
            self._item = True
            if (number := self._lists[-1]) is not None:
                self._lists[-1], self._lead = number + 1, f"{number}. "
        elif kind == "list_item_close":
            self._lead = ""
        elif kind in ("blockquote_open", "blockquote_close"):
            self._quotes += token.nesting
        elif kind == "admonition_open":
            self._default = str(token.meta["tag"])
        elif kind == "verse_open":
            self._verse = bool(self._verse)
        elif kind in ("footnote_reference_open", "footnote_reference_close"):
            self._note = str(token.meta["label"]) if kind.endswith("open") else ""
        elif kind == "inline":
            yield from self._block_rows(token.content)
        else:
            yield from self._table_rows(kind)

    def _block_rows(self, content: str) -> Iterator[_Row]:
        """The rows of a block: a line of verse, the first text of an item or of a call-out, or any other."""
        if self._verse is not None and not content:
            self._verse = False  # a blank line parts two stanzas
            return
        if self._verse is not None:
            rows = list(self._inline_rows(content))
            yield from (replace(r, block=replace(r.block, kind=BlockKind.VERSE, continues=self._verse)) for r in rows)
            self._verse = True
            return
        if self._item:
            content, self._item = _TASK.sub("", content, count=1), False
        if self._quotes and (called := _CALLOUT.match(content)):
            if called["title"]:
                yield from self._inline_rows(called["title"])
            content = content[called.end() :]
            if not content:
                return
        default, self._default = self._default, ""
        if default and content.casefold() == default.casefold():
            return
        if self._level:
            content = content.removesuffix("{-}")
        yield from self._inline_rows(_CAPTION.sub("", content, count=1))

    def _table_rows(self, kind: str) -> Iterator[_Row]:
        if kind == "table_open" and self._reading.tables == "skip":
            self._table_left = True
            self._left["table"] += 1
        elif kind == "table_close":
            self._table_left = False
        elif kind == "tr_open":
            self._cells = []
        elif kind in ("td_open", "th_open") and self._cells is not None:
            self._cells.append("")
        elif kind == "tr_close":
            if self._cells and not self._table_left:
                yield from _text_rows(_row_text(self._cells), 0)
            self._cells = None

    def _inline_rows(self, content: str) -> Iterator[_Row]:
        inside = ""
        refs: list[str] = []
        extra: list[_Row] = []
        pictures: list[Token] = []
        for piece in _pieces(changed(content)):
            children: list[Token] = []
            self._parser.inline.parse(piece, self._parser, self._references, children)
            pictures += (child for child in children if child.type == "image")
            for child in children:
                if child.type == "footnote_ref":
                    refs.append(str(child.meta.get("label") or f"^{child.meta['id']}"))
                    if "label" not in child.meta:  # a note written where it is referred to
                        own = self._references["footnotes"]["list"][child.meta["id"]]["tokens"]
                        extra += (
                            replace(row, note=refs[-1]) for row in _text_rows(inline_text(own, pictures=False), 0)
                        )
            inside += inline_text(children, pictures=self._reading.figures == "alt", left=self._left)
        if self._reading.figures != "alt":
            self._left["picture"] += sum(not is_picture_ornament(picture) for picture in pictures)
        if self._cells:
            self._cells[-1] = clean(inside)
            return
        if not self._level and not refs and not clean(inside) and all(map(is_picture_ornament, pictures)):
            yield _Row(Block("", BlockKind.SCENE_BREAK) if pictures else BLANK)
        lead, self._lead = self._lead, ""
        for row in _text_rows(lead + inside if clean(inside) else "", self._level):
            yield replace(row, refs=tuple(refs))
        yield from extra


def _with_notes(rows: list[_Row], level: int, policy: str, skipped: list[Skipped]) -> Iterator[_Row]:
    """The rows without notes, or with each where it is first referred to or at the end of that chapter."""
    notes: dict[str, list[Block]] = {}
    for row in rows:
        if row.note and row.block.text:
            notes.setdefault(row.note, []).append(replace(row.block, kind=BlockKind.NOTE, level=0))
    if notes and policy == "skip":
        what = f"{len(notes)} note{'s' * (len(notes) > 1)}"
        skipped.append(Skipped(what, "notes are not read aloud", 'notes = "inline" or "end"'))
        notes = {}
    ending: list[Block] = []
    for row in rows:
        if row.note:
            continue
        if 0 < row.level <= level:
            yield from map(_Row, ending)
            ending = []
        yield row
        said = [block for ref in row.refs for block in notes.pop(ref, [])]
        if policy == "inline":
            yield from map(_Row, said)
        else:
            ending += said
    yield from map(_Row, ending)
    if notes:
        skipped.append(Skipped(f"{len(notes)} note{'s' * (len(notes) > 1)}", "no text refers to them"))


def _row_text(cells: list[str]) -> str:
    """A table's row as one text, its cells told apart by commas."""
    filled = [cell for cell in cells if cell]
    return " ".join(c + ("," if c[-1].isalnum() and i < len(filled) else "") for i, c in enumerate(filled, 1))


def _text_rows(text: str, level: int) -> Iterator[_Row]:
    text = clean(text)
    if not text:
        return
    if is_scene_break(text):
        yield _Row(Block("", BlockKind.SCENE_BREAK))
    else:
        yield _Row(Block(text, BlockKind.HEADING if level else BlockKind.PARAGRAPH, level), level)


def _pieces(content: str) -> Iterator[str]:
    """A paragraph as it is, or one of megabytes in pieces that end with a word."""
    start = 0
    while len(content) - start > _LONG:
        end = content.rfind(" ", start, start + _LONG) + 1 or start + _LONG
        yield content[start:end]
        start = end
    yield content[start:]


def _author(rows: Sequence[_Row]) -> str:
    """Whom the paragraph right below the title names; empty where it is none of the kind."""
    title = next(n for n, row in enumerate(rows) if row.level == 1)
    below = next((row.block for row in rows[title + 1 :] if row.block.text), None)
    byline = _BYLINE.fullmatch(below.text) if below and below.kind is BlockKind.PARAGRAPH else None
    return byline[1] if byline else ""


def _chapter_level(rows: list[_Row]) -> tuple[int, bool]:
    """The level whose headings are chapters, and whether the only `#` is the book's title."""
    counts = {level: sum(row.level == level for row in rows) for level in range(1, 7)}
    used = [level for level, count in counts.items() if count]
    if not used:
        return 0, False
    if used[0] == 1 and counts[1] == 1 and len(used) > 1 and _comes_first(rows):
        return used[1], True
    return used[0], counts[1] == 1 and len(used) == 1


def _comes_first(rows: list[_Row]) -> bool:
    """Whether the `#` heading stands before all other headings, as a book's title does."""
    return next(row.level for row in rows if row.level) == 1


def _chapters(rows: list[_Row], level: int, title: str) -> tuple[Chapter, ...]:
    """Blocks cut before each heading of `level` (or above). What stands before the first opens it, or is one."""
    runs: list[tuple[str, list[Block]]] = [("", [])]
    told = False  # whether the last run has a paragraph
    for row in rows:
        if 0 < row.level <= level and (row.level == level or runs[-1][1]):
            if told:
                runs.append((row.block.text, head_at_end(runs[-1][1])))
                told = False
            else:
                runs[-1] = (row.block.text, runs[-1][1])
        told = told or (row.block.kind is BlockKind.PARAGRAPH and row.block != BLANK and not is_number(row.block))
        runs[-1][1].append(row.block)
    chapters = finished((Chapter(name, tuple(blocks)) for name, blocks in runs), title)
    return tuple(chapter for chapter in chapters if chapter.blocks)
