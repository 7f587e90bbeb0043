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
_WIDE = re.compile("[\u3000-\u303f\u3041-\u30ff\u4e00-\u9fff\uff00-\uffef]")


class Joiner:
    """Joins the rows of paragraphs, knowing all of the book's `text`; `language` is what the book says it is in."""

    def __init__(self, text: str, language: Callable[[str], str]) -> None:
        self._text = text
        self._language_of = language

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
                return self._word(row, after)
        return row, "" if _WIDE.match(last) and _WIDE.match(after[0]) else " "

    def _word(self, row: str, after: str) -> tuple[str, str]:
        """The seam of a word that is cut, or of a hyphen that is its own."""
        first = row[:-1].rpartition(" ")[2].lstrip("“”\"'‘([{«_*—–")
        second = match[0] if (match := _WORD.match(after)) else after.split()[0]
        if second.casefold() in _waiting():
            return row, " "
        return (row, "") if self._is_hyphened(first, second) else (row[:-1], "")

    def _is_hyphened(self, first: str, second: str) -> bool:
        if first[-1].isdigit() or second[0].isdigit() or (second[0].isupper() and not first.isupper()):
            return True
        whole, apart = (first + second).casefold(), f"{first}-{second}".casefold().replace("‐", "-")
        joined, hyphened = self._words[whole], self._words[apart]
        if joined or hyphened:
            return hyphened > joined
        if "-" in first and self._words[second.casefold()]:
            return True  # mother-in-law
        return _hyphened(self._language).fullmatch(apart) is not None

    @cached_property
    def _words(self) -> Counter[str]:
        """How often the book has each word where no row cuts it."""
        inside = re.sub(r"\S{1,60}[-‐\u00ad¬][ \t]*\n[ \t]*\S{1,60}", " ", self._text)
        return Counter(word.casefold().replace("‐", "-") for word in _WORD.findall(inside))

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
