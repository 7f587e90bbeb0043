"""Clauses: sentences longer than the limit, cut at their clause marks."""

import re
from collections.abc import Iterator

from narrate.languages.language import WESTERN_LIMIT
from narrate.sentences.cjk import CJK

_CLOSERS = "\"'”’»›)\\]}」』）】》〉"
_UNSPACED = CJK + "\uac00-\ud7af"
# The best places first. Only a character of a script without spaces may follow a cut without one.
_CUTS = (
    re.compile(rf"[.?!…][{_CLOSERS}]*\s|[。！？｡．…][{_CLOSERS}]*(?=[{_UNSPACED}])"),
    re.compile(rf"[;:—–][{_CLOSERS}]*\s|[；：—][{_CLOSERS}]*(?=[{_UNSPACED}])"),
    re.compile(rf",[{_CLOSERS}]*\s|[，、､][{_CLOSERS}]*(?=[{_UNSPACED}])|[{_CLOSERS}]\s"),
    re.compile(r"\s"),
    re.compile(rf"(?<=[{_UNSPACED}])(?=[{_UNSPACED}])"),
)


def shorten(sentence: str, limit: int = WESTERN_LIMIT) -> Iterator[str]:
    """`sentence` in parts of at most `limit` characters: cut at clause marks, then commas, then spaces.

    What is left for two parts is cut near its middle, so that no scrap stays for the last.
    A word longer than `limit` is cut where it must be.
    """
    start = 0
    while len(sentence) - start > limit:
        left = len(sentence) - start
        at = start + _cut(sentence[start : start + limit + 1], limit, left)
        yield sentence[start:at].strip()
        start = at + (sentence[at : at + 1] == " ")
    if start < len(sentence):
        yield sentence[start:]


def _cut(window: str, limit: int, left: int) -> int:
    """Where to cut a window of limit + 1 characters of which `left` are to be cut: past its first third."""
    aim = left // 2 if left < 2 * limit else limit
    earliest = max(limit // 3, left - limit) if left < 1.6 * limit else limit // 3
    for mark in _CUTS:
        found = (m.end() for m in mark.finditer(window) if mark is not _CUTS[0] or not _goes_on(window, m.end()))
        ends = [len(window[:end].rstrip()) for end in found]
        if good := [end for end in ends if earliest <= end <= limit]:
            return min(good, key=lambda end: abs(end - aim))
    return limit


def _goes_on(window: str, end: int) -> bool:
    """Whether a small letter comes next: "Where?" he asked."""
    return next((c for c in window[end : end + 10] if c.isalnum()), "").islower()
