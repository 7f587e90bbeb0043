"""Words that were heard compared with those asked for: which are missing, which were added.

A recogniser writes "onto" for "on to", "11" for "eleven", "colour" as it likes, and names as they
sound. None of that is the voice's doing, so what differs is compared by its letters, alike ones
taken as one, a number stands for any words, and a word that was only misheard is no fault.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

NUMBER_WORDS = 7  # that a number and how else it is written may come to
_WORD = re.compile(r"\d+(?:[.,:]\d+)*\w*|[぀-ヿ㐀-鿿]|[^\W\d_]+(?:'[^\W\d_]+)*")
_ALIKE = str.maketrans("eiouywcqzdbvg", "aaaaaakkstpfj")
_SILENT = str.maketrans("", "", "'-")


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch that was heard otherwise: asked[start:end], heard as heard[heard_start:heard_end]."""

    start: int
    end: int
    heard_start: int
    heard_end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`asked` and `heard` as words; letters missing from and added to what was asked; `differences` where.

    wrong: the share of the asked words that were heard otherwise, names left out.
    """

    asked: tuple[str, ...]
    heard: tuple[str, ...]
    missing: tuple[tuple[str, int], ...]
    added: tuple[tuple[str, int], ...]
    wrong: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch [start, end) of the characters that were heard, and what the text has in its place."""

    start: int
    end: int
    asked: str


def words(text: str) -> list[str]:
    """The words of a text, lower case, without accents and marks."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("‘", "'"))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def compare(text: str, heard: str) -> Comparison:
    """The transcript of a take compared with the text that was asked for."""
    asked, got = words(text), words(heard)
    missing, added, wrong = [], [], 0
    names = _names(text)
    for part in differences(asked, got):
        gone, new = asked[part.start : part.end], got[part.heard_start : part.heard_end]
        if gone and new and len(gone) + len(new) <= NUMBER_WORDS and any(word[0].isdigit() for word in gone + new):
            continue  # how a number is written is the recogniser's choice
        if gone and new and len(new) <= len(gone) + 2 and names.issuperset(gone):
            continue  # a name, written as it sounds
        a, b = _letters(gone), _letters(new)
        common = _common(a, b)
        if len(gone) > len(new) and len(a) - common:
            missing.append((" ".join(gone), len(a) - common))
        if len(new) > len(gone) and len(b) - common:
            added.append((" ".join(new), len(b) - common))
        if a and common < 0.6 * max(len(a), len(b)):
            wrong += sum(word not in names for word in gone)
    return Comparison(tuple(asked), tuple(got), tuple(missing), tuple(added), wrong / max(1, len(asked)))


def differences(asked: Sequence[str], heard: Sequence[str]) -> Iterator[Difference]:
    """The stretches that differ when as many words as can be are matched, in order."""
    table = _distances(asked, heard)
    i, j = len(asked), len(heard)
    found: list[Difference] = []
    end: tuple[int, int] | None = None
    while i or j:
        if i and j and asked[i - 1] == heard[j - 1] and table[i, j] == table[i - 1, j - 1]:
            if end is not None:
                found.append(Difference(i, end[0], j, end[1]))
                end = None
            i, j = i - 1, j - 1
            continue
        end = end or (i, j)
        if i and j and table[i, j] == table[i - 1, j - 1] + _other(asked[i - 1], heard[j - 1]):
            i, j = i - 1, j - 1
        elif i and table[i, j] == table[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    if end is not None:
        found.append(Difference(0, end[0], 0, end[1]))
    return reversed(found)


def doubts(text: str, heard: str) -> list[Doubt]:
    """Where the text has other words than were heard, in order; nothing where their places cannot be told.

    Not where more words were heard than it has: what is said twice is nearly as likely to have been said once.
    """
    at, written = [m.span() for m in _WORD.finditer(heard)], [m[0] for m in _WORD.finditer(text.replace("’", "'"))]
    asked, got = words(text), words(heard)
    if (len(at), len(written)) != (len(got), len(asked)):
        return []
    found = []
    for part in differences(asked, got):
        if part.heard_end - part.heard_start > part.end - part.start:
            continue
        # The word after it too: at a sentence's start it was heard with a capital.
        follows = int(part.end < len(asked))
        end = part.heard_end + follows
        start = at[part.heard_start][0] if part.heard_start < len(at) else len(heard)
        said = " ".join(written[part.start : part.end + follows])
        if end == part.heard_start:
            found.append(Doubt(start, start, f" {said}"))
        else:
            found.append(Doubt(start, at[end - 1][1], said))
    return found


def put_right(heard: str, doubted: Sequence[Doubt]) -> str:
    """What was heard, with the text's own words in these places."""
    for doubt in reversed(doubted):
        heard = f"{heard[: doubt.start]}{doubt.asked}{heard[doubt.end :]}"
    return " ".join(heard.split())


def _distances(a: Sequence[str], b: Sequence[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Least cost [len(a) + 1, len(b) + 1] of making the start of `a` into the start of `b`."""
    table = np.zeros((len(a) + 1, len(b) + 1))
    table[:, 0] = range(len(a) + 1)
    table[0] = range(len(b) + 1)
    for i, word in enumerate(a, start=1):
        for j, other in enumerate(b, start=1):
            table[i, j] = min(table[i - 1, j - 1] + _other(word, other), table[i - 1, j] + 1, table[i, j - 1] + 1)
    return table


def _other(a: str, b: str) -> float:
    """The cost of one word for another: less where they begin alike, so that the right ones are paired."""
    if a == b:
        return 0.0
    return 0.75 if a[:2] == b[:2] or a[-2:] == b[-2:] else 1.0


def _names(text: str) -> set[str]:
    """The words that are capital inside a sentence: a recogniser cannot know how they are written."""
    found = re.findall(r"(?<=[\w,;] )[A-ZÀ-Þ][\w’']+", text)
    return {word for name in found for word in words(name)}


def _letters(parts: Sequence[str]) -> str:
    """Letters with those that sound alike taken as one: vowels and glides, c k q, s z, t d, p b, f v."""
    return "".join(parts).translate(_SILENT).translate(_ALIKE)


def _common(a: str, b: str) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for c in a:
        corner = 0
        for j, d in enumerate(b, start=1):
            corner, row[j] = row[j], corner + 1 if c == d else max(row[j], row[j - 1])
    return row[-1]
