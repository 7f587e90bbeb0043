"""Names and rare words of a book, whose pronunciation is worth checking before it is rendered.

A name is a word that the book writes with a capital inside sentences. Which words are rare
only a dictionary can say; without one for the language, words that are no names are left out.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from narrate.speakers.names import vocabulary_of
from narrate.words import Lexicon, changes

# Letters with what joins them inside a word: O’Neil, d’Arcy, Smith-Jones is two words.
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"[’'](?:s|d|ll|re|ve|m|t)?$", re.IGNORECASE)
_CONTRACTED = re.compile(r"[’'](?:s|d|ll|re|ve|m|t)$", re.IGNORECASE)

NAME, RARE = "name", "rare"


@dataclass(frozen=True, slots=True)
class Respelling:
    """A word to listen to: how often it comes, and the first line that has it."""

    word: str
    kind: str
    count: int
    place: str
    text: str


def propose(
    lines: Iterable[tuple[str, str]],
    lexicon: Lexicon,
    language: str,
    guessed: Callable[[Iterable[str]], set[str]] | None,
) -> list[Respelling]:
    """Names, then rare words, the most frequent first. `lines` are places with their texts.

    `guessed` gives the words that a dictionary lacks; without it every name is proposed. What the
    lexicon or a rule says already is left out.
    """
    texts = list(lines)
    vocabulary = vocabulary_of(text for _, text in texts)
    counts: Counter[str] = Counter()
    first: dict[str, tuple[str, str]] = {}
    for place, text in texts:
        fixed = lexicon.changes(text, language)
        settled = [(change.start, change.end) for change in changes(text, language, fixed=fixed)]
        for match in _WORD.finditer(text):
            if any(start <= match.start() < end for start, end in settled):
                continue
            word = _POSSESSIVE.sub("", match[0])
            if len(word) < 3 or (word.isupper() and len(word) < 6):
                continue  # by letters, as a rule
            counts[word] += 1
            first.setdefault(word, (place, text))
    names = {word for word in counts if word[0].isupper() and vocabulary.names(word)}
    rare = {word for word in counts if word.islower() and not _CONTRACTED.search(word)}
    if guessed is None:
        kept = dict.fromkeys(names, NAME)
    else:
        unknown = guessed(names | rare)
        kept = {word: NAME if word in names else RARE for word in unknown}
    proposals = [Respelling(word, kind, counts[word], *first[word]) for word, kind in kept.items()]
    return sorted(proposals, key=lambda p: (p.kind != NAME, -p.count, p.word))
