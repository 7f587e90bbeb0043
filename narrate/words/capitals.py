"""Capitals that a book opens with: IT WAS A DARK and stormy night → It was a dark and stormy night.

Printers set the first words of a chapter so, and whole sentences; engines spell what looks like initials. Words that
the book, or its language, writes in small letters are said as words; NATO and FBI stay.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from narrate.languages import find_language
from narrate.languages.language import Language
from narrate.words import roman
from narrate.words.headings import NO_VOWEL
from narrate.words.scan import Change

_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_OPENS = re.compile(r"(?:^|[.!?:…]\s*)[\W\d_]*$|[“‘«„¿¡(\"]$")  # before a word that has a capital anyhow
_OFTEN = 2  # times a book has initials before they count as such: once may be emphasis
_SIGHT = 12  # characters looked at before a word
_SHORT = 4  # letters of a word that may be initials where nothing is known of it
# Known everywhere; those of one language are in its file.
INITIALS = frozenset(
    "USA UK EU UN USSR FBI CIA BBC NATO NASA TV DNA AIDS HIV IQ ID CD DVD PC OK AD BC RAF MP VIP FAQ".split()
)


class Vocabulary:
    """The words of a book as it writes them, learned from `texts` when they are first asked for."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = texts

    @property
    def small(self) -> frozenset[str]:
        """Words that the book has in small letters, with straight apostrophes."""
        return self._learned[0]

    @property
    def named(self) -> Mapping[str, str]:
        """Words that it has with a capital, as it writes them, by themselves in small letters."""
        return self._learned[1]

    @property
    def initials(self) -> frozenset[str]:
        """Words that it has in capitals between others in small letters, more than once and never otherwise."""
        return self._learned[2]

    @cached_property
    def _learned(self) -> tuple[frozenset[str], Mapping[str, str], frozenset[str]]:
        small: set[str] = set()
        named: dict[str, str] = {}
        initials: Counter[str] = Counter()
        for text in self._texts:
            found = _WORD.findall(text.replace("’", "'"))
            small.update(filter(str.islower, found))
            for number, word in enumerate(found):
                if word.isupper():
                    beside = found[max(0, number - 1) : number] + found[number + 1 : number + 2]
                    if len(word) > 1 and len(beside) == 2 and not any(map(str.isupper, beside)):
                        initials[word] += 1
                elif number and not word.islower():  # the first has a capital anyhow
                    name = word.removesuffix("'s")
                    named.setdefault(name.lower(), name)
        otherwise = small | named.keys()
        often = (word for word, count in initials.items() if count >= _OFTEN)
        return frozenset(small), named, frozenset(word for word in often if word.lower() not in otherwise)


NO_WORDS = Vocabulary()


def small_letters(text: str, language: str, vocabulary: Vocabulary, *, opening: bool, heading: bool) -> list[Change]:
    """The words in capitals that `text` opens with, as words; in a heading those of every run.

    One word alone is taken for more than emphasis only where it opens a paragraph.
    """
    first = _WORD.search(text)
    if not first or not (heading or first[0].isupper()):
        return []
    known = find_language(language)
    return [
        change
        for run in _runs(text, first, heading=heading)
        if len(run) > 1 or (opening and not heading and _opens_alone(run[0], known, vocabulary))
        for change in _Run(text, run, known, vocabulary).changes()
    ]


def _runs(text: str, first: re.Match[str], *, heading: bool) -> Iterator[Sequence[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text, first.start()):
        if word[0].isupper():
            run.append(word)
            continue
        if run:
            yield run
            run = []
        if not heading:
            return
    if run:
        yield run


def _opens_alone(word: re.Match[str], language: Language, vocabulary: Vocabulary) -> bool:
    """Whether a word in capitals that opens a paragraph is one of those that open sentences."""
    alone = word.start() == 0 and len(word[0]) > 1 and word.string[word.end() : word.end() + 1] == " "
    return alone and _plain(word[0]) in language.sentences.starters and word[0] not in vocabulary.initials


class _Run:
    """Words in capitals, one after another, and what each is said as."""

    def __init__(self, text: str, words: Sequence[re.Match[str]], language: Language, vocabulary: Vocabulary) -> None:
        self.text, self.words, self.language, self.vocabulary = text, words, language, vocabulary
        spoken = language.spoken
        self.initials = INITIALS | (spoken.initials if spoken else frozenset())
        self.ambiguous = spoken.words_or_initials if spoken else frozenset()

    def changes(self) -> Iterator[Change]:
        """What is said otherwise; nothing where no word of the run is known as a word."""
        sure = [self._is_word(number) for number in range(len(self.words))]
        known = sum(
            len(word[0]) > 1 and (told or self._is_title(number) or self._is_name(number))
            for number, (told, word) in enumerate(zip(sure, self.words, strict=True))
        )
        if not known:
            return
        bold = known > 1 or 2 * known >= len(self.words) or (len(self.words) > 3 and sure[0])
        for number, word in enumerate(self.words):
            said = self._said(number, sure=sure[number], bold=bold)
            if said != word[0] and len(said) == len(word[0]):
                yield Change(word.start(), word.end(), said)

    def _is_word(self, number: int) -> bool:
        written, before = self.words[number][0], self.words[number - 1][0] if number else ""
        if written in self.vocabulary.initials or self._dotted(number):
            return False
        plain = _plain(written)
        if written in self.ambiguous:  # the US Army, 5 AM; but I AM, for US
            figure = self._before(number).rstrip()[-1:].isdecimal()
            return before != "THE" and not figure and (number > 0 or plain in self._starters)
        if plain in self._starters or plain in self.language.sentences.capitals:
            return True
        if written in self.initials:
            return False
        parts = plain.split("'")
        return all(part in self.vocabulary.small or (len(parts) > 1 and len(part) == 1) for part in parts) or (
            plain in self.vocabulary.small
        )

    def _is_title(self, number: int) -> bool:
        """Whether a word is one that comes before a name: MRS. PELL, MME LEPIC."""
        written = self.words[number][0]
        return len(written) > 1 and _plain(written) in self.language.sentences.titles

    def _is_name(self, number: int) -> bool:
        """Whether a word is a name in this book, or follows a title."""
        written = self.words[number][0]
        return len(written) > 1 and (
            _plain(written) in self.vocabulary.named or (number > 0 and self._is_title(number - 1))
        )

    def _said(self, number: int, *, sure: bool, bold: bool) -> str:
        word = self.words[number]
        written, plain = word[0], _plain(word[0])
        capitals = self.language.sentences.capitals
        if plain in capitals or (plain.split("'")[0] in capitals and "'" in plain):
            return written[0] + written[1:].lower()  # I, I’LL
        head, tail = self._letters(written)
        if tail and not sure:
            said = head.lower() + (tail[:-1] + "s" if tail.endswith(("’S", "'S")) else tail)
            return self._capital(number, said) if head else said
        if not sure:
            if self._is_title(number) or self._is_name(number):
                return self._named(plain, written) or written[0] + written[1:].lower()
            if not self._may_be_word(number, bold=bold):
                return written
        return self._capital(number, written.lower())

    def _letters(self, written: str) -> tuple[str, str]:
        """What a word in capitals elides, and the initials after it, with their ’S: L’ + ONU, NATO’S."""
        bare = written[:-2] if written.endswith(("’S", "'S")) else written
        at = max(bare.rfind("’"), bare.rfind("'")) + 1
        letters = bare[at:]
        kept = letters in self.initials or letters in self.vocabulary.initials
        return (written[:at], written[at:]) if kept and len(letters) > 1 else ("", "")

    def _capital(self, number: int, said: str) -> str:
        return said[0].upper() + said[1:] if _OPENS.search(self._before(number)) else said

    def _before(self, number: int) -> str:
        start = self.words[number].start()
        return self.text[max(0, start - _SIGHT) : start]

    def _named(self, plain: str, written: str) -> str:
        """A name as the book has it elsewhere, with this one's apostrophes."""
        if len(written) == 1:
            return ""
        form = self.vocabulary.named.get(plain, "")
        return "".join(a if b in "’'" else c for a, b, c in zip(written, plain, form, strict=False)) if form else ""

    def _may_be_word(self, number: int, *, bold: bool) -> bool:
        written = self.words[number][0]
        if (
            len(written) == 1
            or self._dotted(number)
            or written in self.ambiguous
            or NO_VOWEL.fullmatch(written)
            or roman.value(written)
        ):
            return False
        return bold or len(written) > _SHORT

    def _dotted(self, number: int) -> bool:
        """Whether a letter is an initial: J. R. HALE."""
        word = self.words[number]
        return len(word[0]) == 1 and self.text[word.end() : word.end() + 1] == "."

    @property
    def _starters(self) -> frozenset[str]:
        return self.language.sentences.starters


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")
