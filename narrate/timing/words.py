"""A line's words as they are written and as they are spoken, and which are which.

A word is a run of characters between spaces and dashes, without the marks at its edges; in scripts that write no
spaces a word is one sign. What a rule or the lexicon says otherwise ("1,250" → one thousand two hundred fifty) is
one written word, or a few together, for several spoken ones.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from narrate.timing.alignment import Span

# Kana and Chinese characters are words by themselves.
_SIGNS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_SIGNS}]|[^\s\u2010-\u2015\u2026/\-{_SIGNS}]+")

Place = tuple[int, int]  # a word's first character in its text, and after its last


@dataclass(frozen=True, slots=True)
class TimedWord:
    """Characters `start` to before `end` of a line's text, heard from `start_s` to `end_s` of its take."""

    start: int
    end: int
    start_s: float
    end_s: float


def places(text: str) -> Iterator[Place]:
    """Where the words of `text` stand."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        while start < end and _is_mark(text[start]):
            start += 1
        while start < end and _is_mark(text[end - 1]):
            end -= 1
        if any(c.isalnum() for c in text[start:end]):
            yield start, end


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] not in "LMN"


def spoken_words(text: str) -> list[str]:
    """The words of a text as it is spoken."""
    return [text[start:end] for start, end in places(text)]


def timed_words(written: str, spoken: str, spans: Sequence[Span]) -> tuple[TimedWord, ...]:
    """The words of a line as `written`, by the `spans` of the words of the same line as `spoken`.

    Words that are both written and spoken have their own times. A number or an abbreviation has the time of all the
    words that it is spoken as; a few that stand together, and are spoken as more or fewer words, have theirs together.
    Empty where `spans` are of other words than the text's.
    """
    shown, said = list(places(written)), spoken_words(spoken)
    if len(said) != len(spans):
        return ()
    ours = [_folded(written[start:end]) for start, end in shown]
    found: list[TimedWord] = []
    for _, i, i_end, j, j_end in SequenceMatcher(None, ours, list(map(_folded, said)), autojunk=False).get_opcodes():
        if i_end - i == j_end - j:
            found += (TimedWord(*place, *span) for place, span in zip(shown[i:i_end], spans[j:j_end], strict=True))
        elif i < i_end and j < j_end:
            found.append(TimedWord(shown[i][0], shown[i_end - 1][1], spans[j][0], spans[j_end - 1][1]))
    return tuple(found)


def with_marks(text: str, words: Sequence[Place]) -> Iterator[Place]:
    """Where `words` stand in `text` together with the marks that touch them: quotes before, stops and dashes after."""
    at = 0
    limits = [start for start, _ in words[1:]] + [len(text)]
    for (start, end), limit in zip(words, limits, strict=False):
        while start > at and not text[start - 1].isspace():
            start -= 1
        while end < limit and not text[end].isspace():
            end += 1
        yield start, end
        at = end


def _folded(word: str) -> str:
    return word.casefold().replace("’", "'")
