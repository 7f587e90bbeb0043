"""Full stops: what one belongs to where it ends no sentence, by the words of a language and those of a book.

`Mr.` and `z. B.` go on, and so do `vol.` before a number or a Roman numeral, `10 a.m.` before a day, an initial,
and the number of a part: `the facts: I. The boats; II. The nets`.
"""

import re

from narrate.languages.language import Sentences
from narrate.sentences.punkt import Proposer

CLOSERS = "\"'”’»›“‘)]}」』"
QUOTES = "\"'“‘«‹„‚”»"
OPENERS = QUOTES + "([{¿¡"
DASHES = "—–-… "
_ROMAN = r"(?=[IVXL])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![^\W_])"
_SMALL_ROMAN = r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})(?![^\W_])"
_INNER = re.compile(r"['’(\[“\"«„-]")  # what the last part of a word is parted by
_FIRST_WORD = re.compile(r"[\w’']+")
_LIST_MARK = re.compile(rf"(?:[•⁃*-]\s?)?\(?(?:\d{{1,3}}|[a-zA-Z]|{_ROMAN}|{_SMALL_ROMAN})[.)]{{1,2}}")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_INITIAL = re.compile(r"[^\W\d_]\.")
_HYPHENED = re.compile(r"(?:^|[\s(“«])[^\W\d_]\.-[^\W\d_]\.$")  # J.-J.
_COUNT = re.compile(rf"\d|(?!I(?![^\W_])){_ROMAN}|{_SMALL_ROMAN}|I(?=\s*(?:$|[.,:;)\]–-]))")
_COINS = re.compile(r"\d{1,3}[sd]")  # 3s. 6d.
_SUM = re.compile(r"\d{1,2}[½¼¾]?d")
# `facts: I.`, `; 2.`, `, IV.`; but `Parts I, II. The…` is no more than numbers.
_ENUMERATED = re.compile(
    rf"(?:[:;—]\s?|[,–]\s)(?<![IVXLivxl\d][,;]\s)\(?(?:(?P<number>\d{{1,2}})|(?P<letter>[a-zA-Z])|{_ROMAN}|{_SMALL_ROMAN})\.$"
)
_FOREWORD = 3  # words: `At 5 a.m.` before a name opens the sentence, it does not end it
_LONG_FOREWORD = 6  # the same after a preposition: `On Monday morning at 5 a.m.`


class Stops:
    """The full stops of one language, or of one book, whose abbreviations and small words its `proposer` knows."""

    def __init__(self, table: Sentences, proposer: Proposer) -> None:
        self.table, self._abbreviations, self._common = table, proposer.abbreviations, proposer.common

    def belongs(self, before: str, after: str) -> bool:
        """Whether the stop that `before` ends with is an abbreviation's, an ordinal's or a part's number's."""
        table, head = self.table, after.lstrip(OPENERS + DASHES)
        if not head:
            return False
        if _LIST_MARK.fullmatch(before) or _enumerates(before, after):
            return True
        previous, word = last_words(before)
        if _INITIAL.fullmatch(previous) and f"{previous}{word}" in table.titles | table.times:
            previous, word = "", f"{previous}{word}"  # т. е., p. m.
        if word in table.places and previous and before.split()[-2][0].isupper() and self.opens(head):
            return False  # at Elm St. He…
        if word in table.titles or (_COINS.fullmatch(word) and _SUM.match(head)):
            return True
        if word in table.numbered and (count := _COUNT.match(head)):
            return count[0] != "I" or word not in table.starters
        if word in table.times:
            return self._goes_on_after_time(before, head)
        if _HYPHENED.search(before) and not self.opens(head):
            return True
        if _INITIALS.fullmatch(word) and not (before[-1 - len(word)].islower() or self.opens(head)):
            return True
        if _INITIAL.match(head) and len(word) == 1:
            return True
        if table.ordinals and word.isdigit() and len(word) <= 2:
            return previous in table.ordinals or first_word(head) in table.dates
        return False

    def holds(self, before: str, after: str) -> bool:
        """Whether no line, however long, is cut between `before` and `after`: `Mr. | Pell`, `J. | Reed`."""
        head = after.lstrip(OPENERS + DASHES)
        _, word = last_words(before)
        if not before.endswith("."):
            written = before.split()[-1].lstrip(OPENERS) if word else ""  # Mr Pell, г-н Орлов
            titled = written.casefold() in self.table.titles and (written[0].isupper() or "-" in written)
            return titled and head[:1].isupper()
        alone = len(word) == 1 and word.isalpha()
        return alone or word in self._abbreviations or "." in word or self.belongs(before, after)

    def ends_with_pronoun(self, bare: str) -> bool:
        """Whether `bare` ends with a pronoun that has a capital anywhere, and is no initial: `It was I.`"""
        previous, word = last_words(bare)
        return word in self.table.capitals and previous in self.table.before_capitals

    def opens(self, after: str) -> bool:
        """Whether the first word of `after` is one that opens sentences."""
        word = first_word(after.lstrip(OPENERS + DASHES))
        return word in self.table.starters or word in self._common

    def _goes_on_after_time(self, before: str, head: str) -> bool:
        if self.table.after_times and re.match(self.table.after_times, head):
            return True
        opening = before.split(maxsplit=_LONG_FOREWORD + 1)
        most = _LONG_FOREWORD if first_word(opening[0]) in self.table.forewords else _FOREWORD
        return len(opening) <= most and not self.opens(head)


def _enumerates(before: str, after: str) -> bool:
    """Whether `before` ends with the number of a part; one in figures or a letter has its neighbour beside it."""
    found = _ENUMERATED.search(before)
    if not found:
        return False
    mark = found["number"] or found["letter"]
    if not mark or (found["letter"] and mark in "IVXivx"):
        return True
    on, back = (f"{int(mark) + n}" if mark.isdigit() else chr(ord(mark) + n) for n in (1, -1))
    return f" {on}." in after or f" {back}." in before


def last_words(text: str) -> tuple[str, str]:
    """The last two words in lower case, the last without its full stop and what opens it: `(Mr.` → `mr`."""
    previous, last = ["", "", *text.rsplit(maxsplit=2)][-2:]
    bare = last.rstrip(".")
    word = bare if bare[:1].isdigit() else _INNER.split(bare)[-1]
    return previous.lstrip(OPENERS).casefold(), word.lstrip(OPENERS + DASHES).casefold()


def first_word(head: str) -> str:
    """The first word in lower case, with a straight apostrophe."""
    first = _FIRST_WORD.match(head)
    return first[0].casefold().replace("’", "'") if first else ""
