"""Lines lit up word by word: the words of a line on a page of ours, and on a page of the book."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from narrate.chapters import Spoken, TimedChapter
from narrate.deliver.readalong.marks import Marks, Piece
from narrate.deliver.readalong.places import Found
from narrate.deliver.tags import plain
from narrate.timing import with_marks


def without_words(chapters: Sequence[TimedChapter]) -> list[TimedChapter]:
    """The chapters as if no time of a word were known."""
    return [
        replace(chapter, lines=tuple(replace(spoken, said=replace(spoken.said, words=())) for spoken in chapter.lines))
        for chapter in chapters
    ]


def lit_text(spoken: Spoken, identity: str) -> str:
    """A line as XHTML, with an element around each word whose time is known."""
    text, at, rows = spoken.said.line.text, 0, []
    ranges = with_marks(text, [(word.start, word.end) for word in spoken.said.words])
    for number, (start, end) in enumerate(ranges, start=1):
        rows.append(f'{_shown(text[at:start])}<span id="{identity}-{number}">{_shown(text[start:end])}</span>')
        at = end
    return "".join([*rows, _shown(text[at:])])


def _shown(text: str) -> str:
    return escape(plain(text))


def line_pieces(spoken: Spoken, identity: str, sample_rate: int) -> tuple[Piece, ...]:
    """The ids that `lit_text` gives, or the line's own where no word's time is known."""
    words = enumerate(spoken.words(sample_rate), start=1)
    return tuple(Piece(f"{identity}-{number}", 1, start) for number, (_, start, _) in words) or (Piece(identity, 1),)


def mark_words(marks: Marks, found: Found, spoken: Spoken, name: str, sample_rate: int) -> tuple[Piece, ...]:
    """Mark the words of a line in a page of the book; the whole line where none of its words' times is known."""
    return tuple(_marked(marks, found, spoken, name, sample_rate)) or tuple(marks.mark(found.ranges, name))


def _marked(marks: Marks, found: Found, spoken: Spoken, name: str, sample_rate: int) -> Iterator[Piece]:
    times = list(spoken.words(sample_rate))
    for number, place in found.words:
        _, start, end = times[number]
        made = marks.mark([place], f"{name}-{number + 1}")
        total, shown = sum(piece.weight for piece in made), 0
        for piece in made:  # of a word that begins with a large letter, say
            yield replace(piece, at=start + (end - start) * shown // total)
            shown += piece.weight
