"""Paragraphs into sentences, in ten languages; nothing is ever reworded."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from narrate.languages import find_language, languages
from narrate.sentences.cjk import cjk_sentences
from narrate.sentences.clauses import shorten
from narrate.sentences.punkt import Learned, Proposer
from narrate.sentences.rows import rows
from narrate.sentences.stops import CLOSERS, DASHES, OPENERS, QUOTES, Stops, first_word

_DOTS = re.compile(r"(?:(?:\s\.){2,}|\.{2,}|\s?…+)$")
_OPENING_DOTS = re.compile(rf"(?:[{QUOTES}]\s?|[—–-]\s?){{1,3}}(?:\.\s?\.|…)")  # “...and then it sank”
_AFTER = re.escape(CLOSERS)
# What ends a sentence in other scripts; a Greek question; and Korean without a space.
_CLOSING = r"[\"'”’»›)\]}」』）】》〉]*"
_ELSEWHERE = re.compile(
    rf"(?:[؟۔।॥։።፧፨။។᠃᠉׃。！？｡][؟۔।॥。！？｡?!…]*|(?<=[Ͱ-Ͽἀ-῿]);(?={_CLOSING}\s)|(?<=[가-힣]{{2}})[.?!]+(?={_CLOSING}[“‘「『]?[가-힣]{{2}}))"
    rf"{_CLOSING}\s*(?=\S)"
)
# Where Punkt proposes nothing: after dots, before a quotation, after a word of one letter.
_MISSED = re.compile(
    rf"(?:…|\.\.|\s\.|\.(?=\s+[{re.escape(OPENERS)}])|(?<=\s\w)\.|[—–](?=[\"'”’»]))[{_AFTER}]*\s+(?=[^\s.…])"
)
# Marks that stand off: “ ‘Come opens a quotation in a quotation, Là. » closes a French one.
_OPENER_ALONE = re.compile(r"\s+(?=[“‘„«]+$)")
_CLOSER_ALONE = re.compile(r"([»›”]+)\s+")
_SIGHT = 200  # characters looked at on each side of a cut


class Splitter:
    """Cuts the paragraphs of one language, or of one book: `texts` is what it may learn from."""

    def __init__(self, language: str = "en", texts: Iterable[str] = ()) -> None:
        spoken = find_language(language)
        self.table, self._spaced = spoken.sentences, spoken.spaced
        self._proposer = Proposer(self.table, Learned(texts if self._spaced else ()))
        self._stops = Stops(self.table, self._proposer)

    def split(self, text: str, limit: int | None = None) -> list[str]:
        """The sentences of one paragraph, each at most `limit` characters (the language's own by default).

        White space apart, the result joined is the text. A quotation keeps its tag ("Where?" he
        asked.); one of several sentences is cut between them. No sentence is punctuation only,
        unless the whole paragraph is, or the limit leaves no room for it beside a word.
        """
        limit = limit or self.table.limit
        parts = (part for sentence in self.sentences(text) for part in self._shortened(sentence, limit))
        return _absorb_marks(parts, limit)

    def verse(self, text: str) -> list[str]:
        """A line of verse, which is one however many sentences it holds; cut like any other where it is too long."""
        return [text] if len(text) <= self.table.limit else self.split(text)

    def sentences(self, text: str) -> list[str]:
        """The sentences of one paragraph, however long."""
        return [sentence for row in rows(text) for sentence in self._row_sentences(row)]

    def _shortened(self, sentence: str, limit: int) -> Iterable[str]:
        return shorten(sentence, limit, self._stops.holds, self.table.joints) if len(sentence) > limit else (sentence,)

    def _row_sentences(self, row: str) -> Iterator[str]:
        if not self._spaced:
            yield from cjk_sentences(row, self.table)
            return
        begin = 0
        for end, start in self._proposed(row):
            if not self._joins(row[max(begin, end - _SIGHT) : end], row[start : start + _SIGHT]):
                yield row[begin:end]
                begin = start
        yield row[begin:]

    def _proposed(self, row: str) -> list[tuple[int, int]]:
        """Every place where a sentence may end: its end, and where the next one starts."""
        cuts: dict[int, int] = {}
        reached = 0
        for start, end in self._proposer.spans(row):
            if reached and start > reached:
                end_there, start_there = _realigned(row, reached, start)
                cuts[start_there] = end_there
            reached = end
        for found in _MISSED.finditer(row):
            start = found.end()
            end, start = _realigned(row, start - len(found[0]) + len(found[0].rstrip()), start)
            if start not in cuts and self._misses(row[max(0, end - _SIGHT) : end], row[start : start + _SIGHT]):
                cuts[start] = end
        for found in _ELSEWHERE.finditer(row):
            cuts.setdefault(found.end(), found.start() + len(found[0].rstrip()))
        return sorted((end, start) for start, end in cuts.items())

    def _misses(self, before: str, after: str) -> bool:
        """Whether a sentence ends between `before` and `after`, where Punkt sees no end."""
        bare = before.rstrip(CLOSERS)
        closing = before[len(bare) :]
        quotation = closing != "" and after[0] in QUOTES
        broken_off = closing != "" and not closing.strip("\"'”’»")  # “Because—” He stopped.
        if bare[-1:] in ("—", "–"):
            return broken_off
        if dots := _dots(bare):
            ended = bare.rstrip("… .").endswith(self.table.final_forms) if self.table.final_forms else False
            return dots != 3 or broken_off or after[0] in "¿¡" or ended or self._stops.opens(after)
        if bare[-1:] == "." and not bare[-3:-2].isalnum():
            # One letter: an initial, or a word ("это я.", "It was I.").
            return (bare[-2:-1].islower() and bare[-2] in self.table.starters) or self._stops.ends_with_pronoun(bare)
        return quotation or self._stops.opens(after)

    def _joins(self, before: str, after: str) -> bool:
        """Whether `after` goes on the sentence that `before` seemed to end."""
        head = after.lstrip(OPENERS + DASHES)
        if not head or not any(c.isalnum() for c in before):
            return True  # only marks on one side
        bare = before.rstrip(CLOSERS)
        if bare[-1:] in ".?!…" and _OPENING_DOTS.match(after):
            return self._belongs(bare, after)
        if next((c for c in after if c.isalnum()), "").islower() or after[0] in ",;:":
            return True
        if after[0] == "." and before.endswith(" ."):
            return True
        if self._belongs(bare, after):
            return True
        if _dots(bare) == 3 and first_word(head) in self.table.capitals:
            return True  # always a capital: no sign of a new sentence
        if bare == before:
            return False
        if head.startswith(self.table.after_quote):
            return True
        named, pronoun = _tags()
        if bare[-1:] in "?!,—–…":
            return bool(pronoun.match(after) or named.match(after))
        # “He left.” She said no: a capital after a full stop opens a sentence, but on a word that always has one.
        return first_word(after) in self.table.capitals and pronoun.match(after) is not None

    def _belongs(self, bare: str, after: str) -> bool:
        """Whether `bare` ends with a full stop that ends no sentence."""
        return bare.endswith(".") and (self._stops.belongs(bare, after) or _abbreviated_in_indic(bare, after))


def split_sentences(text: str, language: str = "en", limit: int | None = None) -> list[str]:
    """The sentences of one paragraph: `Splitter.split` for a language, without a book to learn from."""
    return _splitter(language).split(text, limit)


@cache
def _tags() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Who says a quotation, by a name and by a pronoun before the verb, in the languages that have it so."""
    tables = [language.sentences for language in languages().values()]
    verbs = "|".join(sorted(verb for table in tables for verb in table.tag_verbs))
    pronouns = "|".join(sorted(pronoun for table in tables for pronoun in table.tag_pronouns))
    named = rf"(?:[\w.’'-]+\s+){{1,3}}?(?:{verbs})\b"
    return re.compile(named), re.compile(rf"(?:{pronouns})\s+(?:\w+ly\s+)?(?:{verbs})\b", re.IGNORECASE)


@lru_cache(maxsize=16)
def _splitter(language: str) -> Splitter:
    return Splitter(language)


def _realigned(row: str, end: int, start: int) -> tuple[int, int]:
    """A cut moved so that quotation marks with spaces around them go where they belong."""
    if opener := _OPENER_ALONE.search(row, max(0, end - 4), end):
        return opener.start(), opener.end()
    if closer := _CLOSER_ALONE.match(row, start):
        return closer.end(1), closer.end()
    return end, start


def _abbreviated_in_indic(bare: str, after: str) -> bool:
    """Whether a full stop is an abbreviation's because sentences near it end otherwise: डॉ. राम आए।"""
    return "\u0900" <= bare[-2:-1] <= "\u0dff" and ("।" in after or "।" in bare)


def _dots(text: str) -> int:
    """How many dots an ellipsis at the end of `text` has; 0 where there is none."""
    found = _DOTS.search(text)
    return found[0].count(".") + 3 * found[0].count("…") if found else 0


def _absorb_marks(parts: Iterable[str], limit: int) -> list[str]:
    """Parts without a letter or digit joined to a neighbour, so that none reaches an engine alone."""
    kept: list[str] = []
    for part in parts:
        bare = not (kept and any(c.isalnum() for c in part) and any(c.isalnum() for c in kept[-1]))
        if kept and bare and len(kept[-1]) + 1 + len(part) <= limit:
            kept[-1] += " " + part
        else:
            kept.append(part)
    return kept
