"""A script in figures: what a person asks before a night of rendering, and what our benchmarks hold us to."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from narrate.book import BlockKind, Book, Chapter, quotes_of, squeeze
from narrate.cast import Manner, spoken_changes
from narrate.project import PlacedLine
from narrate.script import NARRATOR, Line, Opening

_ENDS = re.compile(r"[.!?…。！？][\"'”’»›」』)\]]*$")
_MARKS = re.compile(r"^[^\w]+")


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of a whole script. Words are runs without white space; silent titles are no lines.

    `words_in`: of the book's blocks, None for what never was a book. `words_added`: of titles that are
    announced though the page does not have them. `lower_starts`: lines that open in lower case after a sentence's
    end; `clause_cuts`: after a cut inside a long sentence. `longest` in characters, at `longest_at`.
    """

    chapters: int
    lines: int
    words_in: int | None
    words_out: int
    words_added: int
    characters: int
    longest: int
    longest_at: str
    lower_starts: int
    clause_cuts: int
    quotes: int
    quotes_attributed: int
    lines_changed: int
    words_changed: int
    speakers: dict[str, int] = field(default_factory=dict)  # words of each, most first


def count_script(chapters: Sequence[Sequence[PlacedLine]], manner: Manner, book: Book | None) -> Stats:
    """The figures of a script; `book` is what it was made from, where that is known."""
    chapters = [[line for line in chapter if line.line.cue is None] for chapter in chapters]
    placed = [line for chapter in chapters for line in chapter if not line.line.silent]
    longest = max(placed, key=lambda line: len(line.line.text), default=None)
    speakers: Counter[str] = Counter()
    lines_changed = words_changed = 0
    for line in placed:
        speakers[line.line.speaker] += len(line.line.text.split())
        changed = sum(
            len(line.line.text[change.start : change.end].split()) for change in spoken_changes(line.line, manner)
        )
        words_changed += changed
        lines_changed += changed > 0
    lower, clauses = _lower_starts(chapters)
    quotes, attributed = _quotes(chapters, manner.language)
    return Stats(
        chapters=len(chapters),
        lines=len(placed),
        words_in=None if book is None else sum(map(_words_of, book.chapters)),
        words_out=sum(speakers.values()),
        words_added=0 if book is None else sum(_added(book, chapters)),
        characters=sum(len(line.line.text) for line in placed),
        longest=len(longest.line.text) if longest else 0,
        longest_at=longest.place if longest else "",
        lower_starts=lower,
        clause_cuts=clauses,
        quotes=quotes,
        quotes_attributed=attributed,
        lines_changed=lines_changed,
        words_changed=words_changed,
        speakers=dict(speakers.most_common()),
    )


def _words_of(chapter: Chapter) -> int:
    return sum(len(block.text.split()) for block in chapter.blocks)


def _added(book: Book, chapters: Sequence[Sequence[PlacedLine]]) -> Iterator[int]:
    """Words of each chapter's title that is read aloud though its page opens with no heading."""
    for chapter, lines in zip(book.chapters, chapters, strict=False):
        blocks = (block for block in chapter.blocks if block.kind is not BlockKind.SCENE_BREAK and squeeze(block.text))
        first = next(blocks, None)
        headed = first is not None and first.kind is BlockKind.HEADING
        if lines and lines[0].line.level == 1 and not lines[0].line.silent and not headed:
            yield len(lines[0].line.text.split())


def _lower_starts(chapters: Iterable[Sequence[PlacedLine]]) -> tuple[int, int]:
    lower = clauses = 0
    for chapter in chapters:
        for before, line in pairwise(chapter):
            opens = line.line.opens is Opening.SENTENCE and before.line.speaker == line.line.speaker
            if opens and _MARKS.sub("", line.line.text)[:1].islower():
                if _ENDS.search(before.line.text):
                    lower += 1
                else:
                    clauses += 1
    return lower, clauses


def _quotes(chapters: Iterable[Sequence[PlacedLine]], language: str) -> tuple[int, int]:
    """Quotations, nested ones aside, and how many of them begin in a line that is not the narrator's."""
    count = attributed = 0
    for chapter in chapters:
        paragraphs = list(_paragraphs(chapter))
        texts = [" ".join(line.text for line in lines) for lines in paragraphs]
        for lines, quotes in zip(paragraphs, quotes_of(texts, language), strict=True):
            starts, at = [], 0
            for line in lines:
                starts.append(at)
                at += len(line.text) + 1
            for quote in quotes:
                if quote.depth or quote.continues:
                    continue
                speaker = lines[max(i for i, start in enumerate(starts) if start <= quote.start)].speaker
                count += 1
                attributed += speaker != NARRATOR
    return count, attributed


def _paragraphs(chapter: Iterable[PlacedLine]) -> Iterator[list[Line]]:
    """A chapter's lines by paragraph; headings are left out."""
    lines: list[Line] = []
    for placed in chapter:
        line = placed.line
        if line.opens is not Opening.SENTENCE and lines:
            yield lines
            lines = []
        if not line.level:
            lines.append(line)
    if lines:
        yield lines
