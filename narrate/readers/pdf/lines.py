"""Words to lines: what stands on one baseline, with raised figures marked and large first letters at their word.

In a line's text a raised figure stands between RAISED and END, a lowered one between LOWERED and END, until a page's
markup is written.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from narrate.readers.pdf.pdfium import Sheet, Word

RAISED, LOWERED, END = "\x02", "\x03", "\x04"
_SPACE = 0.1  # of a size: a wider gap is a space
_APART = 0.9  # of a size: a wider gap may part columns
_TOUCH = 0.5  # of a size: a wider gap parts what the file has apart, too
CELL = 1.6  # of a size: a wider gap parts the cells of a row
_LEVEL = 0.12  # of a size by which words of one line may differ in height
_SMALLER = 0.85  # of the size of its line that a raised figure has at most
_HIGHEST, _LOWEST = 0.85, -0.45  # of a size, where raised and lowered figures stand
_LARGE = 1.8  # of the size of a text that a large first letter has at least
_SHARE = 0.15  # of a line's letters whose size counts
_MARKS = re.compile(f"[{RAISED}{LOWERED}{END}]")
_WIDE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its text from `x0` to `x1` on the baseline `y`. `first` is the width of its first word.

    `starts` are the places where its cells begin, one for a line that has none.
    """

    text: str
    page: int
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    first: float
    starts: tuple[float, ...] = ()

    @property
    def plain(self) -> str:
        """Its text without raised and lowered figures."""
        return _MARKS.sub("", re.sub(f"[{RAISED}{LOWERED}][^{END}]*{END}", "", self.text))

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


def lines_of(sheet: Sheet) -> list[Line]:
    """The lines of a page in the order of its file. What stands far apart on one baseline are several."""
    usual = _usual(sheet.words)
    large, words = _large_letters(sheet.words, usual)
    runs: list[list[Word]] = []
    for word in words:
        if runs and _goes_on(runs[-1], word):
            runs[-1].append(word)
        else:
            runs.append([word])
    made = [_line(run, sheet.number) for run in _joined(runs)]
    for letter in large:
        made = _with_letter(made, letter, sheet.number)
    return made


def _usual(words: Iterable[Word]) -> float:
    """The size that most letters have."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size, 1)] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _base(run: Sequence[Word]) -> Word:
    """The word whose height is its line's: the largest."""
    return max(run, key=lambda word: word.size)


def _goes_on(run: Sequence[Word], word: Word, most: float = _APART) -> bool:
    """Whether a word stands on the line of those before it, level with them, raised or lowered."""
    last, base = run[-1], _base(run)
    size = max(base.size, word.size)
    if not -0.3 * size <= word.x0 - last.x1 <= most * size:
        return False
    off = word.y - base.y if base.size >= word.size else base.y - word.y
    if abs(off) <= _LEVEL * size:
        return True
    small = min(base.size, word.size) <= _SMALLER * size
    return small and _LOWEST * size <= off <= _HIGHEST * size and word.x0 - last.x1 <= 0.5 * size


def _joined(runs: list[list[Word]]) -> list[list[Word]]:
    """Runs, those put together that the file has apart and that touch on one baseline."""
    kept: list[list[Word]] = []
    ends: dict[int, list[list[Word]]] = {}
    for run in runs:
        y = round(_base(run).y)
        near = (other for at in (y - 1, y, y + 1) for other in ends.get(at, ()))
        before = next((other for other in near if _goes_on(other, run[0], _TOUCH)), None)
        if before is not None and before is not run:
            before.extend(run)
            continue
        kept.append(run)
        ends.setdefault(y, []).append(run)
    return kept


def _line(run: Sequence[Word], page: int) -> Line:
    base = _base(run)
    letters: Counter[float] = Counter()
    for word in run:
        letters[round(word.size, 1)] += len(word.text)
    size = max(size for size, count in letters.items() if count >= _SHARE * letters.total())
    words = [word for word in run if any(map(str.isalnum, word.text))]
    pieces: list[str] = []
    first = run[0].x1
    for at, word in enumerate(run):
        before = run[at - 1] if at else None
        gap = word.x0 - before.x1 if before else 0.0
        apart = gap > _SPACE * max(word.size, before.size if before else 0.0)
        if before and apart and not (_WIDE.match(before.text[-1]) and _WIDE.match(word.text)):
            pieces.append(" ")
        if not any(" " in piece for piece in pieces):
            first = word.x1
        off = word.y - base.y
        shifted = word.size <= _SMALLER * base.size and abs(off) > _LEVEL * base.size
        pieces.append(f"{RAISED if off > 0 else LOWERED}{word.text}{END}" if shifted else word.text)
    text = "".join(pieces).replace(f"{END}{RAISED}", "").replace(f"{END}{LOWERED}", "")
    bold = bool(words) and all(word.bold for word in words)
    return Line(
        text, page, run[0].x0, max(word.x1 for word in run), base.y, size, bold, first - run[0].x0, (run[0].x0,)
    )


def _large_letters(words: Sequence[Word], usual: float) -> tuple[list[Word], list[Word]]:
    """The large first letters of a text, which stand beside several of its lines; and the other words."""
    large = [
        word
        for word in words
        if word.size >= _LARGE * usual and len(word.text) <= 2 and sum(map(str.isalpha, word.text)) == 1
    ]
    alone = [word for word in large if not any(other is not word and _beside(word, other) for other in words)]
    return alone, [word for word in words if word not in alone]


def _beside(letter: Word, word: Word) -> bool:
    """Whether a word of the same size stands beside a letter, so that it is one of a title."""
    return abs(word.y - letter.y) < 0.3 * letter.size and word.size > 0.7 * letter.size and word.y == letter.y


def _with_letter(lines: list[Line], letter: Word, page: int) -> list[Line]:
    """Lines with a large letter before the highest of those that stand at its right side."""
    beside = [
        at
        for at, line in enumerate(lines)
        if -0.2 * line.size <= line.x0 - letter.x1 <= 2 * line.size
        and letter.y - 0.5 * line.size <= line.y <= letter.y + 0.9 * letter.size
    ]
    if not beside:
        return [*lines, _line([letter], page)]
    top = max(beside, key=lambda at: lines[at].y)
    kept = list(lines)
    kept[top] = replace(lines[top], text=letter.text + lines[top].text, x0=letter.x0)
    for at in beside:
        kept[at] = replace(kept[at], x0=letter.x0, starts=(letter.x0,))
    return kept
