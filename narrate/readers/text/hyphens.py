"""Rows to one text: a word that is cut at a row's end is whole again, and a hyphen or dash of its own stays.

Whether `light-` and `house` are one word the book itself tells, by how it writes them elsewhere; where it does not,
words that are always hyphened keep theirs, and the others are joined, as most that a typesetter cut must be.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache, cached_property

from narrate.languages import find_language, languages

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:[-‐][^\W\d_]+(?:['’][^\W\d_]+)*)*")
_HYPHENS = "-‐\u2011"
_UNSEEN = "\u00ad¬"  # hyphens that are only ever a row's
_DASHES = "—–―"
_SAMPLE, _SAMPLES = 600, 8  # characters of a text, from so many places, that tell its language
_CUT = re.compile(r"([^\W\d_]+)[-‐]\n[ \t]*([^\W\d_]+)")
_TELLING = 3  # rows that end with a hyphen, at least, which tell that it is always the word's own
_FEW = 0.015  # of the rows end so, where nothing but words' own hyphens stands there
_WIDE = re.compile("[\u3000-\u303f\u3041-\u30ff\u4e00-\u9fff\uff00-\uffef]")


class Joiner:
    """Joins the rows of paragraphs, knowing all of the book's `text`; `language` is what the book says it is in.

    `cutting` is the sign of hyphens that only ever cut a word at a row's end, where the words' own have another.
    """

    def __init__(self, text: str, language: Callable[[str], str], cutting: str = "") -> None:
        self._text = text
        self._language_of = language
        self._cutting = cutting

    def joined(self, rows: Iterable[str]) -> str:
        """The rows as one text."""
        told = [row for row in (" ".join(row.split()) for row in rows) if row]
        parts: list[str] = []
        for row, after in zip(told, [*told[1:], ""], strict=False):  # one longer where there are no rows
            cut, space = self.seam(row, after) if after else (row, "")
            parts += (cut, space)
        return "".join(parts)

    def seam(self, row: str, after: str) -> tuple[str, str]:
        """A row without a hyphen that is not the word's own, and what stands between it and the next."""
        last = row[-1]
        if last in _UNSEEN:
            return row[:-1], ""
        if last in _HYPHENS or last in _DASHES:
            before = row[-2:-1]
            if (last in _DASHES or before in _HYPHENS) and before != "":
                attached = row.rstrip(_HYPHENS + _DASHES)[-1:].strip() != "" and after[0].isalnum()
                return row, "" if attached else " "
            if before.isalnum() and after[0].isalnum():
                if self._cutting:
                    return (row[:-1] if last == self._cutting else row), ""
                return self._word(row, after)
        if after[0] in _DASHES and after[1:2].strip() and last not in ".!?…" and self._is_tight:
            return row, ""
        return row, "" if _WIDE.match(last) and _WIDE.match(after[0]) else " "

    def _word(self, row: str, after: str) -> tuple[str, str]:
        """The seam of a word that is cut, or of a hyphen that is its own."""
        first = row[:-1].rpartition(" ")[2].lstrip("“”\"'‘([{«_*—–")
        second = match[0] if (match := _WORD.match(after)) else after.split()[0]
        if second.casefold() in _waiting() and not self._words[(first + second).casefold()]:
            return row, " "
        return (row, "") if self._is_hyphened(first, second) else (row[:-1], "")

    def _is_hyphened(self, first: str, second: str) -> bool:
        if first[-1].isdigit() or second[0].isdigit():
            return True
        whole, apart = (first + second).casefold(), f"{first}-{second}".casefold().replace("‐", "-")
        joined, hyphened = self._words[whole], self._words[apart]
        if joined or hyphened:
            return hyphened > joined
        if second[0].isupper() and not first.isupper():
            return True
        if "-" in first and (self._words[second.casefold()] or self._words[first.rpartition("-")[2].casefold()]):
            return True  # mother-in-law
        return self._never_cuts or _hyphened(self._language).fullmatch(apart) is not None

    @cached_property
    def _words(self) -> Counter[str]:
        """How often the book has each word where no row cuts it."""
        inside = re.sub(r"\S{1,60}[-‐\u00ad¬][ \t]*\n[ \t]*\S{1,60}", " ", self._text)
        return Counter(word.casefold().replace("‐", "-") for word in _WORD.findall(inside))

    @cached_property
    def _never_cuts(self) -> bool:
        """Whether rows end with words' own hyphens alone: few do, and the book has none of those words whole."""
        ends = _CUT.findall(self._text)
        cut = any(self._words[(first + second).casefold()] for first, second in ends)
        return not cut and len(ends) >= _TELLING and len(ends) <= _FEW * self._text.count("\n")

    @cached_property
    def _is_tight(self) -> bool:
        """Whether the book's dashes stand between words without a space, so that a row may open with one."""
        between, opening = (len(re.findall(rf"{before}[{_DASHES}]\w", self._text)) for before in (r"\w", "[ \t]"))
        return between > 2 * opening

    @cached_property
    def _language(self) -> str:
        step = max(_SAMPLE, len(self._text) // _SAMPLES)
        return self._language_of(" ".join(self._text[at : at + _SAMPLE] for at in range(0, len(self._text), step)))


@cache
def _waiting() -> frozenset[str]:
    return frozenset().union(*(language.typed.waiting for language in languages().values()))


@cache
def _hyphened(language: str) -> re.Pattern[str]:
    """The words of a language that keep their hyphen: those it says, and numbers in words."""
    found = find_language(language)
    return re.compile("|".join(filter(None, (found.typed.hyphened, "(?!)"))), re.IGNORECASE)
