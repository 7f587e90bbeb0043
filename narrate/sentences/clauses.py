"""Clauses: sentences longer than the limit, cut at their clause marks."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from narrate.languages.language import WESTERN_LIMIT
from narrate.sentences.cjk import CJK

_CLOSERS = "\"'”’»›)\\]}」』）】》〉"
_MARKS = "。．！？，、；：…—"
_UNSPACED = CJK + "\uac00-\ud7af"
_SIGHT = 40  # characters looked at on each side of a cut
_TRIED = 16  # places of a kind, the nearest first: a list of nothing but initials has hundreds
# The best places first. Marks of scripts without spaces need none after them.
_CUTS = (
    re.compile(
        rf"[?!…][{_CLOSERS}]*\s|(?:[。！？｡]|．(?!\d)|…(?!…))[{_CLOSERS}]*(?=[{_UNSPACED}])(?![{_CLOSERS}{_MARKS}])"
    ),
    re.compile(
        rf"[;:—–؛፤；：.][{_CLOSERS}]*\s|(?:；|(?<!\d)：|：(?!\d))[{_CLOSERS}]*(?![{_CLOSERS}{_MARKS}])"
        rf"|[—―][{_CLOSERS}]*(?=[{_UNSPACED}])"
    ),
    re.compile(
        rf"[,،፣，、][{_CLOSERS}]*\s|(?:[、､]|(?<!\d)，|，(?!\d))[{_CLOSERS}]*(?![{_CLOSERS}{_MARKS}])|[{_CLOSERS}]\s"
    ),
    re.compile(rf"[」』）】》〉](?![{_CLOSERS}{_MARKS}])"),
)
_SPACE = re.compile(r"\s")
_SPACE_BESIDE = re.compile(rf"(?<=[{_UNSPACED}])\s|\s(?=[{_UNSPACED}])")  # none inside a foreign name
# Where nothing else parts them: between two characters that are no letters of one word, figures of one number,
# kana of one foreign word, or a sign with what is written small beside it.
_WORDS = "A-Za-zＡ-Ｚａ-ｚ0-9０-９.．"
_ANYWHERE = re.compile(
    rf"(?<=[{_UNSPACED}])(?<![（「『【《〈])(?=[{_UNSPACED}])(?![ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々ゝゞ{_CLOSERS}{_MARKS}])"
    rf"(?:(?<![{_WORDS}])|(?![{_WORDS}]))(?:(?<![ァ-ヺー])|(?![ァ-ヺー]))"
)


def _never(before: str, after: str) -> bool:
    return False


def shorten(
    sentence: str, limit: int = WESTERN_LIMIT, holds: Callable[[str, str], bool] = _never, joints: str = ""
) -> Iterator[str]:
    """`sentence` in parts of at most `limit` characters: cut at clause marks, then commas, then spaces.

    `holds` tells of two texts that are not to be cut apart. `joints` is a pattern of places for what has no marks.
    What is left for two parts is cut near its middle, so that no scrap stays for the last.
    A word longer than `limit` is cut where it must be.
    """
    start = 0
    while len(sentence) - start > limit:
        left = len(sentence) - start
        window = sentence[start : start + limit + 1 + _SIGHT]
        at = start + _cut(window, limit, left, holds, joints)
        yield sentence[start:at].strip()
        start = at + (sentence[at : at + 1] == " ")
    if start < len(sentence):
        yield sentence[start:]


def _cut(window: str, limit: int, left: int, holds: Callable[[str, str], bool], joints: str) -> int:
    """Where to cut a window of limit + 1 characters, and some to look at, of which `left` are to be cut.

    It is past the first third.
    """
    aim = left // 2 if left < 2 * limit else limit
    earliest = max(limit // 3, left - limit) if left < 1.6 * limit else limit // 3
    held = limit  # better a name cut than a word
    for mark in (*_CUTS, *_last_cuts(joints)):
        found = (
            m.end()
            for m in mark.finditer(window, 0, limit + 1)
            if mark is not _CUTS[0] or not _goes_on(window, m.end())
        )
        ends = [len(window[:end].rstrip()) for end in found]
        good = sorted((end for end in ends if earliest <= end <= limit), key=lambda end: abs(end - aim))
        for end in good[:_TRIED]:
            if not holds(window[max(0, end - _SIGHT) : end], window[end : end + _SIGHT].lstrip()):
                return end
        held = good[0] if good and held == limit else held
    return held


@cache
def _last_cuts(joints: str) -> tuple[re.Pattern[str], ...]:
    """Where a sentence is cut that has no marks: at spaces where its words have them, else at its joints."""
    return (_SPACE_BESIDE, re.compile(joints), _SPACE, _ANYWHERE) if joints else (_SPACE, _ANYWHERE)


def _goes_on(window: str, end: int) -> bool:
    """Whether a small letter comes next: "Where?" he asked."""
    return next((c for c in window[end : end + 10] if c.isalnum()), "").islower()
