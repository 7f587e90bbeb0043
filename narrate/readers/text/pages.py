"""What the paper added to a text: page numbers and running heads of scans, on rows of their own.

A number alone may be a chapter's, and a line that comes back a refrain. So they go only where they count on and stand
in the middle of sentences, or at the end of a page that the file itself marks.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from narrate.readers.heads import any_of
from narrate.readers.text.rows import CUT, is_torn
from narrate.words import roman

_LITTLE = 3  # letters of a word that titles may write small
_LONGEST = 70  # characters of a running head
_LEAST = 2  # pages that tell a number on them
_LEAST_HEADS = 3  # times that a line without a number stands in a sentence, if it is a running head
_TORN = 0.2  # of the page numbers stand in a sentence, at least
_MOST_STEP = 2  # from one number to the next: a picture or a first page of a chapter has none
_SENTENCE_END = '.!?…。！？"”’»」』,;:'
_EDGES = " \t-–—_~*.|[](){}<>•·:"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that may be a page's: the number and the words on it, 0 and "" for none."""

    at: int
    number: int
    words: str


def without_page_marks(rows: Sequence[str], is_heading: Callable[[str], bool]) -> tuple[list[str], int]:
    """`rows` with a CUT for each page number and running head, and how many there are. What is a heading stays."""
    filled = [at for at, row in enumerate(rows) if row.strip() not in ("", CUT)]
    found = [row for at in filled if (row := _row(rows[at], at))]
    repeated = {words for words, count in Counter(row.words for row in found if row.words).items() if count > 1}
    found = [r for r in found if not r.words or r.words in repeated or (r.number and _is_titled(rows[r.at]))]
    found = [row for row in found if not row.words or not is_heading(rows[row.at].strip())]
    around = _Around(rows, filled, {row.at for row in found})
    numbered = _counting(found)
    sure = [row.at for row in numbered if around.is_torn(row.at) or around.at_page_end(row.at)]
    if len(numbered) < _LEAST or len(sure) < max(1, _TORN * len(numbered)):
        numbered = []
    cut = {row.at for row in numbered}
    heads = [row for row in found if row.words]
    torn = {row.at: row.words for row in heads if around.stands_alone(row.at) and around.is_torn(row.at)}
    often = {words for words, count in Counter(torn.values()).items() if count >= _LEAST_HEADS}
    for row in heads:
        if row.words not in repeated:
            continue
        titled = row.number > 0 or _is_titled(rows[row.at])
        inside = titled and row.at in torn and row.words in often
        if inside or (
            (around.beside(row.at, cut) or around.at_page_end(row.at))
            and (titled or around.stands_alone(row.at, both=True))
        ):
            cut.add(row.at)
    return [CUT if at in cut else row for at, row in enumerate(rows)], len(cut)


_OF_ALL = r"(?:(?:[ \t]*/[ \t]*|[ \t]+[^\W\d_]{1,3}[ \t]+)\d{1,4})?"  # 3 of 300, 3/300


@cache
def _number() -> re.Pattern[str]:
    pages = any_of(lambda words: words.pages)
    return re.compile(
        rf"(?:(?:{pages})(?:\.[ \t]*|[ \t]+))?(\d{{1,4}}|[ivxlc]{{1,7}}|[IVXLC]{{1,7}}){_OF_ALL}", re.IGNORECASE
    )


_BESIDE = re.compile(r"(?P<before>\d{1,4})[ \t]+(?P<after>\D{3,})|(?P<first>\D{3,}?)[ \t]+(?P<last>\d{1,4})")


def _row(row: str, at: int) -> _Row | None:
    """What a row has of a page's, or None for a row of the text."""
    text = row.strip(_EDGES)
    if not text or len(text) > _LONGEST:
        return None
    if number := _number().fullmatch(text):
        return _Row(at, int(number[1]) if number[1].isdecimal() else roman.value(number[1]), "")
    if beside := _BESIDE.fullmatch(text):
        words = beside["after"] or beside["first"]
        return _Row(at, int(beside["before"] or beside["last"]), _plain(words))
    if row.rstrip()[-1:] in _SENTENCE_END or not any(c.isalpha() for c in text):
        return None
    return _Row(at, 0, _plain(text))


def _is_titled(row: str) -> bool:
    """Whether a row has the capitals of a title, or no capitals to have."""
    words = [word for word in re.findall(r"[^\W\d_]+", row) if len(word) > _LITTLE or word[0].isupper()]
    return bool(words) and all(not word[0].islower() for word in words) and row.rstrip()[-1] not in "-,"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _counting(found: Sequence[_Row]) -> list[_Row]:
    """The rows whose numbers count on from one to the next, as pages do."""
    numbered = [row for row in found if row.number]
    steps = [0 < after.number - row.number <= _MOST_STEP for row, after in pairwise(numbered)]
    return [row for n, row in enumerate(numbered) if any(steps[max(0, n - 1) : n + 1])]


class _Around:
    """What stands beside a row that may be a page's."""

    def __init__(self, rows: Sequence[str], filled: Sequence[int], maybe: Collection[int]) -> None:
        self._rows = rows
        self._filled = filled
        self._text = [at for at in filled if at not in maybe]

    def is_torn(self, at: int) -> bool:
        """Whether the text before the row goes on after it, in the middle of a sentence."""
        place = bisect_left(self._text, at)
        if not 0 < place < len(self._text):
            return False
        return is_torn(self._rows[self._text[place - 1]], self._rows[self._text[place]])

    def stands_alone(self, at: int, *, both: bool = False) -> bool:
        """Whether a blank row is before or after the row; `both`: before and after."""
        beside = (*self._rows[max(0, at - 1) : at], *self._rows[at + 1 : at + 2])
        blank = [not row.strip() for row in beside]
        return all(blank) if both else any(blank)

    def at_page_end(self, at: int) -> bool:
        """Whether the file marks that a page ends right before or after the row."""
        place = bisect_left(self._filled, at)
        before = self._filled[place - 1] if place else 0
        after = self._filled[place + 1] if place + 1 < len(self._filled) else at
        return any("\f" in row for row in (*self._rows[before + 1 : at], *self._rows[at + 1 : after]))

    def beside(self, at: int, cut: Collection[int]) -> bool:
        """Whether a row that is cut stands right before or after this one, but for blank rows."""
        place = bisect_left(self._filled, at)
        return any(0 <= n < len(self._filled) and self._filled[n] in cut for n in (place - 1, place + 1))
