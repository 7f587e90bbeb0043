"""Paragraphs into sentences: nltk's Punkt with our own abbreviations, no data to download.

Raw Punkt cuts `"Where?" | he asked.` and `the U.S. | Government`, so what it proposes is
only a proposal: `_joins` decides which cuts stay, by what stands on either side. Nothing is
ever reworded: the sentences joined by spaces are the paragraph.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

MAX_CHARACTERS = 400  # the longest line that engines read comfortably

# Abbreviations that a name or a number follows: a capital after them opens no sentence.
_PREFIXES = (
    "mr mrs ms messrs mme mlle dr prof rev hon st ste mt ft fr sr sra srta gen col maj capt cmdr lt sgt cpl adm "
    "gov pres sen rep supt insp atty pvt esq bro sis mgr msgr no nos vol vols ch chap sec fig figs art vs cf viz "
    "op ed eds trans p pp pt pts bk ca e.g i.e jan feb mar apr aug sept oct nov dec"
).split()
# Abbreviations that may also end a sentence: a capital after them opens one, unless it is a name's.
_SUFFIXES = (
    "jr sr co corp inc ltd bros etc al dept univ assn ave blvd rd a.m p.m a.d b.c ph.d m.d b.a m.a "
    "u.s u.k u.n e.u d.c u.s.a"
).split()

_CLOSERS = "\"'”’»›)]}"
_OPENERS = "\"'“‘«‹([{"
_SPEECH = (
    "said says asked asks cried cries replied answered exclaimed returned continued added whispered shouted called "
    "inquired enquired observed remarked repeated rejoined demanded murmured muttered began declared sighed screamed "
    "thought laughed growled snapped told"
).split()
_TAG = re.compile(rf"(?:[\w.’'-]+\s+){{1,3}}?(?:{'|'.join(_SPEECH)})\b")
_PRONOUN_TAG = re.compile(rf"(?:he|she|they|it|I|we|you)\s+(?:\w+ly\s+)?(?:{'|'.join(_SPEECH)})\b", re.IGNORECASE)
_LAST_WORD = re.compile(r"(\S+)$")
_LIST_MARK = re.compile(r"(?:[•⁃*-]\s?)?(?:\d{1,3}|[a-zA-Z])[.)]{1,2}")
_STARTERS = frozenset(
    "a an and another any are as at but can come did do even every few for from go had has have he her here his how "
    "i if in is it its let many my never no nobody not nothing now of on once one our perhaps please she so some "
    "somebody such that the their then there these they this those though to two was we well were what when where "
    "which while who why will with would yes yet you your".split()
)


@cache
def _tokenizer() -> Any:
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    # Only what never ends a sentence: after the others Punkt is to propose, and `_joins` to decide.
    parameters.abbrev_types = set(_PREFIXES)
    return PunktSentenceTokenizer(parameters)


def split_sentences(text: str, limit: int = MAX_CHARACTERS) -> list[str]:
    """The sentences of one paragraph, each at most `limit` characters, in order.

    White space apart, the result joined is the text. A quotation keeps its tag ("Where?" he
    asked.); one of several sentences is cut between them. No sentence is punctuation only,
    unless the whole paragraph is.
    """
    squeezed = " ".join(text.split())
    sentences = _merge(squeezed, _tokenizer().span_tokenize(squeezed))
    return _absorb_marks([part for sentence in sentences for part in shorten(sentence, limit)])


def _merge(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Punkt's spans with the cuts undone that no reader would make."""
    begin, reached = 0, 0
    for start, end in spans:
        if reached and start > reached and not _joins(text[begin:reached], text[start:end]):
            yield text[begin:reached]
            begin = start
        reached = end
    if reached:
        yield text[begin:reached]


def _joins(before: str, after: str) -> bool:
    """Whether `after` goes on the sentence that `before` seemed to end."""
    head = after.lstrip(_OPENERS + "—–-… ")
    if not head or not any(c.isalnum() for c in before):
        return True  # only marks on one side
    if head[0].islower() or after[0] in ",;:":
        return True
    if _LIST_MARK.fullmatch(before) or (before.endswith(" .") and after[0] == "."):
        return True  # a list's number, dots of a spaced ellipsis
    word = _last_word(before)
    if before[-1] == "." and word.casefold() in _PREFIXES:
        return word.casefold() not in ("no", "art", "mar") or head[0].isdigit()
    if before[-1] == "." and word.casefold() in _SUFFIXES:
        return _names(word, head)
    if before[-1] == "." and len(word) == 1 and word.isupper() and word != "I":
        return not _is_starter(head)
    quoted = before[-1] in "”’»\"'"
    return quoted and bool(_PRONOUN_TAG.match(after) or (before[-2:-1] in "?!,—" and _TAG.match(after)))


def _last_word(text: str) -> str:
    """The last word without its full stop and what opens it: `(Mr.` → `Mr`."""
    found = _LAST_WORD.search(text)
    return found[1].lstrip(_OPENERS + "—–-").rstrip(".") if found else ""


def _names(word: str, head: str) -> bool:
    """Whether the capital after `U.S.` or `6 p.m.` goes on the sentence: a name's, no starter's."""
    if word.casefold() in ("a.m", "p.m"):
        return word.islower() and not _is_starter(head)
    return "." in word and not _is_starter(head)


def _is_starter(head: str) -> bool:
    first = re.match(r"[\w’']+", head)
    return bool(first) and first[0].casefold() in _STARTERS  # type: ignore[index]


_CUTS = (re.compile(r"[;:—–][\"'”’»)]*\s"), re.compile(r",[\"'”’»)]*\s"), re.compile(r"\s"))


def shorten(sentence: str, limit: int = MAX_CHARACTERS) -> Iterator[str]:
    """`sentence` in parts of at most `limit` characters: cut at clause marks, then commas, then spaces.

    A word longer than `limit` is cut where it must be.
    """
    start = 0
    while len(sentence) - start > limit:
        end = start + _cut(sentence[start : start + limit + 1], limit)
        yield sentence[start:end].strip()
        start = end + (sentence[end : end + 1] == " ")
    if start < len(sentence):
        yield sentence[start:]


def _cut(window: str, limit: int) -> int:
    """Where to cut a window of limit + 1 characters: after the last good mark past its first third."""
    for mark in _CUTS:
        ends = [m.end() for m in mark.finditer(window) if limit // 3 <= len(window[: m.end()].rstrip()) <= limit]
        if ends:
            return len(window[: ends[-1]].rstrip())
    return limit


def _absorb_marks(parts: list[str]) -> list[str]:
    """Parts without a letter or digit joined to a neighbour, so that none reaches an engine alone."""
    kept: list[str] = []
    for part in parts:
        if kept and not (any(c.isalnum() for c in part) and any(c.isalnum() for c in kept[-1])):
            kept[-1] += " " + part
        else:
            kept.append(part)
    return kept
