"""Names and nouns for people, found in running text: no model, the book is its own dictionary.

A capitalised word is a name when the book also writes it so inside sentences, and seldom in
lower case. What it is the name of (a person, a town) is decided in `characters`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from narrate.languages import code_of, find_language
from narrate.speakers.words import (
    ADJECTIVE_AGES,
    ALONE,
    FEMALE,
    GIVEN,
    MALE,
    NOT_NAMES,
    NOUNS,
    SAY,
    SELDOM_NAMES,
    TITLES,
    determiners_of,
)

# A chain of hyphens is bounded, so that what begins at each of its parts is no longer than a name.
# Capitals of Łukasz, Šárka and Анна.
_MORE_CAPITALS = "".join(c for c in map(chr, (*range(0x100, 0x180), *range(0x400, 0x482))) if c.isupper())
_WORD = rf"[A-ZÀ-ÖØ-Þ{_MORE_CAPITALS}][^\W\d_]*(?:[-’'][^\W\d_]+){{0,6}}"
_DOTTED = r"(?:Mr|Mrs|Ms|Dr|Rev|Prof|Capt|Col|Gen|Maj|Lieut|Lt|Sgt|Messrs|Mme|Mlle|Sr|Sra|St|M|[A-Z])\."
_PARTICLE = r"(?:(?:de la|de|du|des|von|van|der|den|la|le|di|da|del|zu|of the) )?"
_RUN = re.compile(rf"(?:{_DOTTED}|{_WORD})(?: {_PARTICLE}(?:{_DOTTED}|{_WORD}))*+")  # + keeps no way back
_TOKEN = re.compile(rf"{_DOTTED}|{_WORD}|[a-z]+")
_POSSESSIVE = re.compile(r"[’']s?$")
_LOWER = re.compile(r"(?<![\w’'])[a-zà-öø-þ][^\W\d_]*(?:[-’'][^\W\d_]+)*")
_CAPITAL = re.compile(_WORD)
_SAYS = "|".join(sorted(SAY))
_OPENS_TAG = r"(?:[”\"’»“«,] ?| ?[—–] ?)"
_TAGGED = re.compile(rf"{_OPENS_TAG}(?:(?:s[’'])?(?:{_SAYS}) ({_WORD})|({_WORD}) (?:[a-z]+ly )?(?:{_SAYS})\b)")
_MARKED = re.compile(r"[”\"»«“—–]|[’'],? ")  # there may be a quotation
_NO_HEADS = frozenset(
    "latter former first second third last next same rest whole two three only very following answer reply question "
    "words".split()
)


@cache
def _speaking(language: str) -> re.Pattern[str]:
    """A quotation's tag with a noun and its determiner, in either order: said the heron, the tall heron said."""
    determiner = determiners_of(language)
    opens = _OPENS_TAG if find_language(language).incises.verbs else r"[”\"’'»“—–] ?"
    return re.compile(
        rf"{opens}(?:(?:s[’'])?(?:{_SAYS})(?:-t)? (?:{determiner})((?:[^\W\d_][\w’'-]* ?){{1,5}})(?=(\W|$))"
        rf"|(?:{determiner})((?:[^\W\d_][\w’'-]* ){{1,4}})(?:{_SAYS})\b)"
    )


def _heads(text: str, language: str) -> Iterator[str]:
    """What a paragraph's tags with a noun say to speak: the noun's last word, with a capital as it stands there.

    In languages whose adjectives may follow their noun, only a noun that stands alone is known to be one.
    """
    for match in _speaking(language).finditer(text):
        words = (match[1] or match[3]).split()
        head = _head(words) if language == "en" else words[0] if len(words) == 1 else ""
        low = head.casefold()
        if len(low) > 2 and not any(low in known for known in (_NO_HEADS, NOUNS, TITLES, ADJECTIVE_AGES)):
            yield head


def _head(words: Sequence[str]) -> str:
    """The last word of a noun phrase at the beginning of `words`: heron of "tall grey heron at the gate"."""
    head = ""
    for word in words:
        low = word.casefold()
        if low in _ENDS_NOUN or low in _NOT_ADJECTIVES or (head and low.endswith(("ly", "ing", "ed"))):
            break
        head = word
    return "" if _POSSESSIVE.search(head) else head


_CYRILLIC = re.compile("[Ѐ-ӿ]")
_PATRONYMIC = re.compile("(?:[ое]вич|[ое]вна|ьич|ична|инична)$")
_TAGGED_RARELY = re.compile(rf"[,][”\"’»] [a-z]{{3,}}ed ({_WORD})(?=[,.;:])")
_LONGEST = 12  # words of a name
_SENTENCE_END = frozenset(".!?:…—–“”\"‘’'«»„(-")


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands: `title` ("mr", ""), its words, and where in the text."""

    start: int
    end: int
    title: str
    words: tuple[str, ...]
    possessive: bool = False

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        return self.title, tuple(word.casefold() for word in self.words)


@dataclass(frozen=True, slots=True)
class Noun:
    """A person by a noun where it stands: `determiner` ("the", "my", "Jane’s"), age adjective and head."""

    start: int
    end: int
    determiner: str
    adjective: str
    head: str
    possessive: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How often a book writes a word in lower case, capitalised inside a sentence, and beside a verb of speech."""

    lower: Counter[str]
    inside: Counter[str]
    tagged: Counter[str]
    language: str = "en"
    speaking: frozenset[str] = frozenset()  # nouns that speak here, and are in no list: heron, director

    def names(self, word: str) -> bool:
        """Whether the book uses a capitalised word as a name."""
        low = word.casefold()
        if low in NOT_NAMES or low in TITLES or len(low) < 2:
            return False
        if self.tagged[low]:
            return True
        if low in SELDOM_NAMES or _CYRILLIC.match(low):  # an inflected name, of Анна Анны, is known in one form alone
            return False
        lower, inside = self.lower[low], self.inside[low]
        if low in GIVEN[MALE] or low in GIVEN[FEMALE]:
            return inside > lower / 4 or (not inside and lower == 0)
        return inside > 0 and inside * 2 >= lower


def vocabulary_of(paragraphs: Iterable[str], language: str = "en") -> Vocabulary:
    """The words of a book, counted. Headings in capitals are left out."""
    lower: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    tagged: Counter[str] = Counter()
    heads: Counter[str] = Counter()
    code = code_of(language)
    for text in paragraphs:
        if text.isupper():
            continue
        lower.update(_LOWER.findall(text))
        for match in _CAPITAL.finditer(text):
            word = _POSSESSIVE.sub("", match[0]).casefold()
            if not opens_sentence(text, match.start()):
                inside[word] += 1
        tagged.update((a or b).casefold() for a, b in _TAGGED.findall(text))
        tagged.update(word.casefold() for word in _TAGGED_RARELY.findall(text))
        if _MARKED.search(text):
            heads.update(_heads(text, code))
    tagged.update(head.casefold() for head in heads if head[0].isupper())
    speaking = frozenset(head for head in heads if head.islower())
    return Vocabulary(lower, inside, tagged, code, speaking)


def opens_sentence(text: str, at: int) -> bool:
    """Whether a capital at `at` is the start of a sentence, so that it tells nothing."""
    before = text[:at].rstrip() if at < 40 else text[at - 40 : at].rstrip()
    if not before or before[-1] not in _SENTENCE_END:
        return not before
    if before[-1] != ".":
        return before[-2:] not in (",”", ',"', ",’", ",'", ",»")
    last = before[before.rfind(" ") + 1 : -1].lstrip("“\"‘'(").casefold()
    return last not in TITLES and len(last) != 1


def names_in(text: str, vocabulary: Vocabulary) -> Iterator[Name]:
    """The names of one paragraph, in order."""
    if text.isupper():
        return
    for run in _RUN.finditer(text):
        tokens = [(t[0], run.start() + t.start()) for t in _TOKEN.finditer(run[0])]
        yield from _names_of(tokens, text, vocabulary)


def _names_of(tokens: Sequence[tuple[str, int]], text: str, vocabulary: Vocabulary) -> Iterator[Name]:
    """Cut a run of capitalised words into names: titles open one, a possessive ends one."""
    words: list[str] = []
    title, start, end = "", -1, -1
    for number, (token, at) in enumerate(tokens):
        bare = _POSSESSIVE.sub("", token)
        owned = bare != token
        low = bare.rstrip(".").casefold()
        if low in TITLES and not owned and (not words or token.endswith(".")) and number + 1 < len(tokens):
            if words:
                yield Name(start, end, title, tuple(words))
            title, words, start = low, [], at
            end = at + len(token)
            continue
        if bare.islower():  # a particle: de, von
            if words or title:
                words.append(bare)
            continue
        initial = (len(low) == 1 or bare == "St.") and token.endswith(".")
        # After a title any capitalised word is a name.
        named = initial or vocabulary.names(bare) or (words and _PATRONYMIC.search(low))
        if not (named or (title and not words and low not in ("and", "the", "i"))):
            if any(not w.islower() for w in words):
                yield Name(start, end, title, tuple(words))
            title, words = "", []
            continue
        if len(words) == _LONGEST:
            yield Name(start, end, title, tuple(words))
            title, words = "", []
        if not words and not title:
            start = at
        words.append(bare)
        end = at + len(bare) + (1 if initial else 0)
        if owned:
            yield Name(start, end, title, tuple(words), possessive=True)
            title, words = "", []
    if any(not w.islower() and not w.endswith(".") for w in words):
        yield Name(start, end, title, tuple(words))


_DETERMINER = re.compile(
    r"\b(the|a|an|my|his|her|our|their|your|this|that|another|one|some|The|A|An|My|His|Her|Our|Their|This|That|Another|"
    r"One|[A-Z][\w.]{0,40}[’']s)\s+(?=((?:[\w’'-]+,?\s+){0,3}[\w’'-]+))"
)
_ENDS_NOUN = frozenset(
    "whom whose if then again too also still only quite rather almost suddenly himself herself itself themselves there "
    "here down up out off back away aloud once through across behind beside before after without until toward towards "
    "near because though".split()
)


@cache
def _determined(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)((?:{determiners_of(language)}))([^\W\d_]+)", re.IGNORECASE)


_OWNERS = frozenset("the a an my his her our their your this that another one dear poor old young".split())
_NOT_ADJECTIVES = frozenset(
    "of in on at to by for from with and or but as than that who which is was were had has have be been said "
    "the a an my his her our their your this s it he she they we i you not no so into over under upon when "
    "where while".split()
)


def nouns_in(text: str, vocabulary: Vocabulary) -> Iterator[Noun]:
    """People by nouns: "the old man", "my aunt", "Jane’s mother"; the head is a noun for a person, or speaks here."""
    if vocabulary.language != "en" and vocabulary.speaking:
        for match in _determined(vocabulary.language).finditer(text):
            if match[2] in vocabulary.speaking:
                yield Noun(match.start(), match.end(), match[1].strip(), "", match[2])
    for match in _DETERMINER.finditer(text):
        age = ""
        at = match.start(2)
        for raw in match[2].split():
            word = raw.rstrip(",")
            low = word.casefold()
            bare = _POSSESSIVE.sub("", low)
            known = bare in NOUNS or (bare in vocabulary.speaking and vocabulary.language == "en")
            if known and not (bare in ("other", "voice") and match[1].casefold() not in ("the", "a", "an")):
                at = text.index(word, at)
                yield Noun(match.start(), at + len(word), match[1], age, bare, bare != low)
                break
            if low in _NOT_ADJECTIVES or low in TITLES:
                break
            age = low if low in ADJECTIVE_AGES else age
            at += len(raw)


_ALONE = re.compile(rf"\b(?:{'|'.join(sorted(w.title() for w in ALONE))})\b(?![’']s|\.? [A-Z])")


def titles_alone(text: str) -> Iterator[Noun]:
    """Relations and ranks written as names: "said Uncle", "Mother rose", "the Captain"."""
    for match in _ALONE.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()].split()
        if not before or before[-1].casefold() not in _OWNERS:
            yield Noun(match.start(), match.end(), "", "", match[0].casefold())


@dataclass(frozen=True, slots=True)
class Seen:
    """What one paragraph calls people: by name, by noun and by a relation or rank written as a name, each in order."""

    names: tuple[Name, ...]
    nouns: tuple[Noun, ...]
    alone: tuple[Noun, ...]


def seen_in(text: str, vocabulary: Vocabulary) -> Seen:
    """The names and nouns of one paragraph."""
    nouns = tuple(nouns_in(text, vocabulary))
    # the Ferryman is the ferryman, and no name, where the book writes him small as often
    ends = {noun.end for noun in nouns if vocabulary.lower[noun.head] >= vocabulary.inside[noun.head] > 0}
    names = (n for n in names_in(text, vocabulary) if n.title or len(n.words) > 1 or n.end not in ends)
    return Seen(tuple(names), nouns, tuple(titles_alone(text)))
