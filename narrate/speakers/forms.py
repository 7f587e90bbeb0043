"""The forms of names and nouns as they stand in a book, counted with the signs that each means a person."""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from narrate.languages import find_language
from narrate.speakers.names import Noun, Seen, Vocabulary
from narrate.speakers.traits import (
    Evidence,
    evidence_of_noun,
    evidence_of_pronouns,
    evidence_of_title,
    gender_of_given,
    gender_of_title,
)
from narrate.speakers.words import (
    ADJECTIVE_AGES,
    FAMILY,
    FEMALE,
    GIVEN,
    MALE,
    PLACE_BEFORE,
    PLACE_ENDS,
    SAY,
    YOUNG,
    determiners_of,
    pronouns_of,
)

NameKey = tuple[str, tuple[str, ...]]  # title, words in lower case
NounKey = tuple[str, str, str]  # owner ("my", "his", "" for none), age adjective, head


@dataclass(slots=True)
class NameForm:
    """A name's form while it is counted."""

    key: NameKey
    texts: Counter[str] = field(default_factory=Counter)
    person: float = 0.0
    place: float = 0.0
    article: int = 0  # times that it has one, as few people's names do
    speaks: int = 0  # of these, said the Heron
    pronouns: Counter[str] = field(default_factory=Counter)
    ages: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return sum(self.texts.values())


@dataclass(slots=True)
class Told:
    """The evidence of a group's forms together: titles, first names before a surname, genders. Grows with each form."""

    titles: set[str] = field(default_factory=set)
    firsts: set[str] = field(default_factory=set)
    genders: set[str] = field(default_factory=set)

    def add(self, form: NameForm) -> None:
        title, words = form.key
        self.titles |= {title} - {""}
        self.genders |= {gender_of_title(title) or gender_of_given(words[0])} - {""}
        if len(words) > 1:
            self.firsts.add(words[0])


def noun_key(noun: Noun) -> NounKey:
    """The key by which two nouns mean the same person: head, age adjective, and whose relation it is."""
    low = noun.determiner.casefold()
    owner = low if low in ("my", "our", "his", "her", "their", "your") or low.endswith(("’s", "'s")) else ""
    return (owner if noun.head in FAMILY else "", noun.adjective, noun.head)


_SAYS = "|".join(sorted(SAY))
_SAID_BEFORE = re.compile(rf"(?<!\w)(?:{_SAYS})\s+$")


@cache
def _said_the(language: str) -> re.Pattern[str]:
    """A verb of speech and an article before a name: said the Heron, cried the poor Heron."""
    return re.compile(rf"(?<!\w)(?:{_SAYS})\s+(?:{determiners_of(language)})(?:[^\W\d_]+\s+)?$")


_SAYS_AFTER = re.compile(rf"\s+(?:\w+ly\s+)?(?:{'|'.join(sorted(SAY))})\b")
_ACTS_AFTER = re.compile(
    r"\s+(?:\w+ly\s+)?(?:\w{3,}ed|had|was|is|has|could|would|did|took|went|came|sat|stood|gave|rose)\b"
)
_CALLED = re.compile(r"(?:^|[,!?;.—“\"‘'-]\s*|\bdear\s+|\bO\s+|\bOh,?\s+)$")
_CALLED_END = re.compile(r"\s*(?:[,!?.;—”\"’]|--)")


@cache
def _pronouns(language: str) -> re.Pattern[str]:
    """A pronoun, in its group: his or hers."""
    own = pronouns_of(language)
    return re.compile(rf"\b(?:({own.male})|({own.female}))\b", 0 if own.capital_is_you else re.IGNORECASE)


def count_names(text: str, seen: Seen, vocabulary: Vocabulary, forms: dict[NameKey, NameForm]) -> None:
    """Add the names that are seen in a paragraph to `forms`, with the signs around each that it is a person's."""
    found = seen.names
    determiners = find_language(vocabulary.language).people.determiners
    for number, name in enumerate(found):
        form = forms.setdefault(name.key, NameForm(name.key))
        form.texts[text[name.start : name.end]] += 1
        before = text[max(0, name.start - 36) : name.start]
        after = text[name.end : name.end + 40]
        word = before.split()[-1].casefold() if before.split() else ""
        if word in PLACE_BEFORE:
            form.place += 1
        elif word == "the":
            form.article += 1
        if word in ADJECTIVE_AGES:
            form.ages[ADJECTIVE_AGES[word]] += 1
        if _SAID_BEFORE.search(before) or (not name.possessive and _SAYS_AFTER.match(after)):
            form.person += 3
            form.speaks += word == "the"
        elif not determiners.isdisjoint(before.casefold().split()[-2:]) and _said_the(vocabulary.language).search(
            before
        ):
            form.person += 3
            form.speaks += 1
        elif (not name.possessive and _ACTS_AFTER.match(after)) or _called(before, after):
            form.person += 0.5
        until = found[number + 1].start if number + 1 < len(found) else len(text)
        pronouns = _pronouns(vocabulary.language)
        if pronoun := pronouns.search(text, name.end, min(until, name.end + 90)):
            form.pronouns[MALE if pronoun[1] else FEMALE] += 1


_COUPLE = ("mr", "mrs")
_QUOTED = re.compile(r"[“\"«„][^”\"»“]*")


def told_together(text: str, seen: Seen) -> set[tuple[str, str, str]]:
    """A Mr. or Mrs. with the first names that the narrator has beside them: Anna read, and Mrs. Pell sewed."""
    if not any(name.title in _COUPLE for name in seen.names):
        return set()
    spoken = [match.span() for match in _QUOTED.finditer(text)]
    starts = [start for start, _ in spoken]
    told = []
    for name in seen.names:
        quotation = bisect_right(starts, name.start) - 1
        if quotation < 0 or spoken[quotation][1] <= name.start:
            told.append(name)
    titled = {name.key for name in told if name.title in _COUPLE and len(name.words) == 1}
    firsts = {name.words[0].casefold() for name in told if not name.title}
    return {(title, words[0], first) for title, words in titled for first in firsts}


def _called(before: str, after: str) -> bool:
    """Whether what stands around a name is what stands around one spoken to: ", Tom,", "dear Tom!"."""
    return bool(before.strip() and _CALLED.search(before) and _CALLED_END.match(after))


def count_nouns(text: str, seen: Seen, language: str, forms: dict[NounKey, NameForm]) -> None:
    """Add the nouns for people that are seen in a paragraph to `forms`, as a reader would name them."""
    for noun in seen.nouns:
        key = noun_key(noun)
        form = forms.setdefault(key, NameForm(("", key)))
        new = language == "en" and noun.determiner.casefold() in _NEW
        shown = "the" if new else ""
        whole = " ".join(filter(None, (shown or _lowered(noun.determiner), noun.adjective, noun.head)))
        form.texts[_ELIDED.sub(r"\1", whole)] += 1  # l’airone
        if pronoun := _pronouns("en").search(text, noun.end, noun.end + 60):
            form.pronouns[MALE if pronoun[1] else FEMALE] += 1
    for noun in seen.alone:
        form = forms.setdefault(noun_key(noun), NameForm(("", noun_key(noun))))
        form.texts[text[noun.start : noun.end]] += 1


_NEW = frozenset("a an one this that another some".split())  # the man, where a man spoke
_ELIDED = re.compile(r"(?<!\w)(l[’']) ")


def _lowered(determiner: str) -> str:
    return determiner if determiner.endswith(("’s", "'s")) else determiner.casefold()


def is_person(form: NameForm) -> bool:
    """Whether a name is a person's."""
    title, words = form.key
    if words[-1] in PLACE_ENDS and not title:
        return False
    if title:
        return True
    given = words[0] in GIVEN[MALE] or words[0] in GIVEN[FEMALE]
    if given and form.place + form.article < form.count * 0.7:
        return True
    if form.person < 2 or form.person <= form.place:
        return False
    return form.person > form.place + form.article or form.speaks > 0


def evidence_of_forms(group: list[NameForm]) -> list[Evidence]:
    """Evidence of gender and age in the forms of one person."""
    found: list[Evidence] = []
    pronouns: Counter[str] = Counter()
    total = sum(form.count for form in group)
    for form in group:
        title, words = form.key
        # "Master Holmes", once, makes no child of a man who is called otherwise; a Miss stays one.
        told = evidence_of_title(title, form.count)
        found += [e for e in told if e.trait != "age" or e.value == YOUNG or form.count * 6 > total]
        gender = gender_of_given(words[0])
        if gender and (len(words) > 1 or title not in ("mr", "mrs")):
            found.append(Evidence("gender", gender, f"given name {words[0].title()}", 3.0))
        for age, count in form.ages.items():
            if age and count * 6 > total:
                found.append(Evidence("age", age, f"called {age} {count} times", 0.5 * count))
        pronouns.update(form.pronouns)
    return found + evidence_of_pronouns(pronouns)


def evidence_of_noun_form(key: NounKey, form: NameForm) -> list[Evidence]:
    """Evidence of gender and age in the form of a noun for a person."""
    return evidence_of_noun(key[1], key[2], form.count) + evidence_of_pronouns(form.pronouns)
