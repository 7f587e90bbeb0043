"""Which paragraphs are headings: larger or bold, in the middle or called so; their levels by size."""

from collections.abc import Sequence
from dataclasses import dataclass

from narrate.readers.heads import is_chapter_number
from narrate.readers.pdf.paragraphs import Measure, Paragraph
from narrate.readers.text.headings import is_named

_LARGER = 1.12  # of the size of the text
_LONGEST = 160  # characters
_LONGEST_BOLD = 90
_LINES = 4
_SENTENCE_END = ".,;:"
_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph and its level as a heading, 0 for none."""

    paragraph: Paragraph
    level: int = 0


def with_headings(found: Sequence[Paragraph], usual: Measure) -> list[Part]:
    """A book's paragraphs, headings among them with their levels from 1 (the largest) on."""
    heads = [_is_heading(one, usual) for one in found]
    ranks = sorted({_rank(one, usual) for one, head in zip(found, heads, strict=True) if head}, reverse=True)
    levels = {rank: min(at, _LEVELS) for at, rank in enumerate(ranks, start=1)}
    return [Part(one, levels[_rank(one, usual)] if head else 0) for one, head in zip(found, heads, strict=True)]


def _rank(one: Paragraph, usual: Measure) -> float:
    """How much a heading stands out: by its size in steps of a twentieth of the text's."""
    return round(max(one.size, usual.size) / usual.size * 20) / 20


def _is_heading(one: Paragraph, usual: Measure) -> bool:
    text = one.text.strip()
    if not any(map(str.isalnum, text)) or len(text) > _LONGEST or len(one.lines) > _LINES or one.table:
        return False
    if one.size >= _LARGER * usual.size and one.size > usual.size + 0.8:
        return True
    if len(one.lines) > 2 or one.size < 0.94 * usual.size:
        return False
    alone = one.gap == 0 or one.gap > 1.3
    if is_named(text):
        return alone or one.centred or one.bold
    if is_chapter_number(text) and text[:1].isalpha():
        return (one.centred or one.bold) and alone
    return one.bold and len(text) <= _LONGEST_BOLD and alone and text[-1] not in _SENTENCE_END
