"""nltk's Punkt with narrate's tables of abbreviations, trained on the book itself; no data to download.

Punkt proposes where sentences end. Of its parameters we set the abbreviations and, as words
seen in lower case, each language's sentence openers: so "the E.U. How about you?" is cut and
"the U.S. Government" is not. A book adds what only it shows: the abbreviations it uses, and
which words it writes in lower case. nltk's own training is not used for abbreviations: in two
novels it found `Col.` and `Esq.`, but also "a cry.", "her ear." and "in Kent.".
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from narrate.languages.language import Sentences

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

_SEEN_IN_LOWER_CASE = 1 << 5  # Punkt's flag for a word inside a sentence in lower case
_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*(?:\.(?=\s+\S))?")
_NEEDLESS = ("scipy", "sklearn", "pandas", "matplotlib")
_LONGEST = 6  # letters of an abbreviation that a book may teach
_OFTEN = 3  # times it must be seen
_COMMON = 2  # times a word is seen in lower case (and more often than with a capital) before that counts


class Learned:
    """Words learned from a book: `abbreviations` never seen without their full stop, `common` lower-case words."""

    __slots__ = ("abbreviations", "common")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(_WORD.findall(text))
        with_stop: Counter[str] = Counter()
        without: Counter[str] = Counter()
        for word, count in counts.items():
            if word.endswith("."):
                with_stop[word[:-1].casefold()] += count
            else:
                without[word.casefold()] += count
        self.abbreviations = frozenset(
            word
            for word, count in with_stop.items()
            if count >= _OFTEN and 1 < len(word) <= _LONGEST and not without[word]
        )
        self.common = frozenset(
            word
            for word, count in counts.items()
            if count >= _COMMON and word.islower() and word[-1] != "." and count > counts[word.capitalize()]
        )


class Proposer:
    """Punkt for one language, and for one book where it has learned from it."""

    def __init__(self, table: Sentences, learned: Learned) -> None:
        self.table = table
        self.abbreviations = table.titles | table.shortened | learned.abbreviations
        self.common = learned.common

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where Punkt would put the sentences of `text`: start and end of each."""
        spans: Iterator[tuple[int, int]] = self._punkt.span_tokenize(text)
        return spans

    @cached_property
    def _punkt(self) -> "PunktSentenceTokenizer | Any":
        punkt = _punkt_module()
        parameters = punkt.PunktParameters()
        parameters.abbrev_types = set(self.abbreviations)
        for word in self.table.starters | self.common:
            parameters.add_ortho_context(word, _SEEN_IN_LOWER_CASE)
        return punkt.PunktSentenceTokenizer(parameters, lang_vars=_marks(punkt))


@cache
def _punkt_module() -> Any:
    """nltk's Punkt, without what nltk imports beside it where that is installed: 2 s and 90 MB for nothing here."""
    held = [name for name in _NEEDLESS if name not in sys.modules]
    for name in held:
        sys.modules[name] = None  # type: ignore[assignment]  # an ImportError, for which nltk is prepared
    try:
        return import_module("nltk.tokenize.punkt")
    finally:
        for name in held:
            del sys.modules[name]


@cache
def _contexts(pattern: str, other: str, ends: str) -> re.Pattern[str]:
    return re.compile(pattern % {"NonWord": other, "SentEndChars": ends}, re.UNICODE | re.VERBOSE)


def _marks(punkt: Any) -> Any:
    class Marks(punkt.PunktLanguageVars):  # type: ignore[misc]
        """Punkt's marks with every language's quotes, whatever version of nltk it is."""

        re_boundary_realignment = re.compile(r"[\"'”’“‘»«›‹)\]}]+?(?:\s+|(?=--)|$)", re.MULTILINE)
        _re_non_word_chars = r"(?:[)\";}\]\*:@\'\({\[!\?”’“‘„‚»«›‹])"

        def period_context_re(self) -> re.Pattern[str]:
            """Where a sentence may end. nltk compiles this with a slower module that can be timed out;
            the pattern is read once from left to right, whatever the text."""
            return _contexts(self._period_context_fmt, self._re_non_word_chars, self._re_sent_end_chars)

    return Marks()
