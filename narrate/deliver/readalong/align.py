"""Which words of one text are which words of another: the script's in the book's pages.

A person may have edited the script and a reading leaves things out, so neither text holds the
other. Runs of words that stand once in both are anchors, kept where their order agrees
(patience diff, Bram Cohen 2005); between anchors the same again with shorter runs; what is left
is short, and difflib compares it. A change is so never felt past the next anchor, and a book of
120,000 words takes seconds, where difflib alone would take hours.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

RUNS = (6, 3, 1)  # words that an anchor is long, longest first
MAX_COMPARED = 250_000  # product of two lengths up to which difflib compares
# Signs that are words by themselves: kana and Chinese characters.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `text`, folded for comparing, with where each starts and ends."""
    for match in _WORD.finditer(text):
        yield match[0].casefold(), match.start(), match.end()


def seen(text: str) -> str:
    """`text` without format characters (soft hyphens, joiners), which no page shows."""
    return text if text.isascii() else "".join(c for c in text if unicodedata.category(c) != "Cf")


def align(ours: Sequence[str], theirs: Sequence[str]) -> list[int]:
    """For every word of `ours` its index in `theirs`, ascending; -1 where it has none."""
    found = [-1] * len(ours)
    # Slices of both, and whether what stands before and after them is aligned.
    waiting = [(0, len(ours), 0, len(theirs), False, False)]
    while waiting:
        a, a_end, b, b_end, after, before = waiting.pop()
        while after and a < a_end and b < b_end and ours[a] == theirs[b]:
            found[a] = b
            a, b = a + 1, b + 1
        while before and a < a_end and b < b_end and ours[a_end - 1] == theirs[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            found[a_end] = b_end
        if a == a_end or b == b_end:
            continue
        anchors = next((pairs for n in RUNS if (pairs := _anchors(ours[a:a_end], theirs[b:b_end], n))), [])
        if not anchors:
            if (a_end - a) * (b_end - b) <= MAX_COMPARED:
                for block in SequenceMatcher(
                    None, ours[a:a_end], theirs[b:b_end], autojunk=False
                ).get_matching_blocks():
                    for k in range(block.size):
                        found[a + block.a + k] = b + block.b + k
            continue
        edges = [(a - 1, b - 1), *((a + i, b + j) for i, j in anchors), (a_end, b_end)]
        for i, j in edges[1:-1]:
            found[i] = j
        for position, ((i, j), (k, m)) in enumerate(pairwise(edges)):
            inner_start, inner_end = position > 0, position < len(edges) - 2
            if i + 1 < k and j + 1 < m:
                waiting.append((i + 1, k, j + 1, m, after or inner_start, before or inner_end))
    return found


def _anchors(ours: Sequence[str], theirs: Sequence[str], n: int) -> list[tuple[int, int]]:
    """Where runs of `n` words stand that both hold once: the longest ascending chain of them."""
    once = _once(ours, n)
    where = _once(theirs, n) if once else {}
    return _ascending([(i, where[run]) for run, i in once.items() if run in where])


def _once(words: Sequence[str], n: int) -> dict[tuple[str, ...], int]:
    """Every run of `n` words that stands once, and where, in order."""
    found: dict[tuple[str, ...], int] = {}
    for i, run in enumerate(zip(*(words[k:] for k in range(n)), strict=False)):
        found[run] = -1 if run in found else i
    return {run: i for run, i in found.items() if i >= 0}


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs, in order of their firsts, whose seconds ascend too."""
    tails: list[int] = []  # second of the last pair of the best chain of each length
    last: list[int] = []  # the pair that it is
    before: list[int] = []  # the pair before each pair in its chain
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(tails, j)
        before.append(last[length - 1] if length else -1)
        tails[length : length + 1] = [j]
        last[length : length + 1] = [index]
    chain, index = [], last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]
