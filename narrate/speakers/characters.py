"""Characters of a book: each one's aliases, gender and age, with the evidence for each.

Names are put together as a reader does: "Mr. Darcy", "Darcy" and "Fitzwilliam Darcy" are one,
because only one Darcy is a man; "Miss Bennet" stays apart from "Elizabeth Bennet" where there
are several. People who are never named ("the landlord", "my aunt") are characters too.
A capitalised word is taken for a person only with evidence: a title, a given name, a verb of
speech beside it, being spoken to. Towns get none of these.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from narrate.script import speaker_name
from narrate.speakers.forms import (
    NameForm,
    NameKey,
    NounKey,
    count_names,
    count_nouns,
    evidence_of_forms,
    evidence_of_noun_form,
    is_person,
    noun_key,
    told_together,
)
from narrate.speakers.groups import grouped
from narrate.speakers.names import Name, Noun, Seen, Vocabulary, seen_in, vocabulary_of
from narrate.speakers.traits import (
    Evidence,
    decide,
    traits_of_name,
)


@dataclass(frozen=True, slots=True)
class Character:
    """A person of the book. `gender` is "female", "male" or ""; `age` "child", "young", "adult", "old" or "".

    `aliases` are all forms that mean this person, the most frequent first; `mentions` counts them.
    """

    name: str
    aliases: tuple[str, ...] = ()
    gender: str = ""
    age: str = ""
    evidence: tuple[Evidence, ...] = ()
    mentions: int = 0
    named: bool = True  # by a name, not only by a noun


@dataclass(frozen=True, slots=True)
class Characters:
    """All people of a book, most mentioned first, and the forms by which each is found."""

    people: tuple[Character, ...]
    by_name: Mapping[NameKey, int] = field(repr=False)
    by_noun: Mapping[NounKey, int] = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)
    partners: Mapping[int, int] = field(default_factory=dict, repr=False)  # Mr. and Mrs. of one surname

    def of_name(self, name: Name) -> int | None:
        """The index in `people` of whom a name means."""
        return self.by_name.get(name.key)

    def of_noun(self, noun: Noun) -> int | None:
        """The index in `people` of whom a noun means."""
        return self.by_noun.get(noun_key(noun))

    def find(self, form: str) -> Character | None:
        """The character that goes by `form`, in any of its aliases; None when nobody does."""
        low = form.casefold()
        return next((p for p in self.people if low == p.name.casefold() or low in map(str.casefold, p.aliases)), None)


# --- finding them -----------------------------------------------------------------------------------


def find_characters(paragraphs: Sequence[str], language: str = "en", known: Collection[str] = ()) -> Characters:
    """The people of a book, from all its paragraphs (headings left out). `known` names are people's for sure."""
    vocabulary = vocabulary_of(paragraphs, language)
    return characters_of(paragraphs, [seen_in(text, vocabulary) for text in paragraphs], vocabulary, known)


def characters_of(
    paragraphs: Sequence[str], seen: Sequence[Seen], vocabulary: Vocabulary, known: Collection[str] = ()
) -> Characters:
    """The people of a book, from paragraphs whose names and nouns are found already."""
    names: dict[NameKey, NameForm] = {}
    nouns: dict[NounKey, NameForm] = {}
    together: Counter[tuple[str, str, str]] = Counter()
    for text, found in zip(paragraphs, seen, strict=True):
        count_names(text, found, vocabulary, names)
        count_nouns(text, found, vocabulary.language, nouns)
        together.update(told_together(text, found))
    sure = {name.casefold() for name in known}
    people = [form for form in names.values() if " ".join(form.key[1]) in sure or is_person(form)]
    groups = grouped(people, list(names.values()), together)
    return _assemble(groups, nouns, vocabulary)


# --- traits ---------------------------------------------------------------------------------------------


def _assemble(groups: list[list[NameForm]], nouns: Mapping[NounKey, NameForm], vocabulary: Vocabulary) -> Characters:
    drafts: list[tuple[Character, list[NameKey], list[NounKey]]] = []
    for group in groups:
        drafts.append((_character(group, evidence_of_forms(group)), [form.key for form in group], []))
    for key, form in nouns.items():
        drafts.append((_character([form], [*evidence_of_noun_form(key, form)], named=False), [], [key]))
    drafts.sort(key=lambda d: (-d[0].mentions, d[0].name))
    taken: set[str] = set()
    people, by_name, by_noun = [], {}, {}
    for index, (person, names, noun_keys) in enumerate(drafts):
        people.append(_distinct(person, taken))
        by_name.update(dict.fromkeys(names, index))
        by_noun.update(dict.fromkeys(noun_keys, index))
    partners: dict[int, int] = {}
    for (title, words), index in by_name.items():
        other = by_name.get(({"mr": "mrs", "mrs": "mr"}.get(title, ""), words))
        if title in ("mr", "mrs") and other is not None and other != index:
            partners[index] = other
    return Characters(tuple(people), by_name, by_noun, vocabulary, partners)


def _distinct(person: Character, taken: set[str]) -> Character:
    """The character under a name that no other has: another alias, or a number after it."""
    numbered = (f"{person.name} {n}" for n in itertools.count(2))
    name = next(n for n in itertools.chain([person.name], person.aliases, numbered) if n.casefold() not in taken)
    taken.add(name.casefold())
    if name == person.name:
        return person
    return Character(name, person.aliases, person.gender, person.age, person.evidence, person.mentions, person.named)


def _character(group: list[NameForm], evidence: list[Evidence], *, named: bool = True) -> Character:
    texts: Counter[str] = Counter()
    for form in group:
        texts.update(form.texts)
    aliases = tuple(dict.fromkeys(_shown(text) for text, _ in sorted(texts.items(), key=lambda t: (-t[1], t[0]))))
    gender = decide(evidence, "gender")
    return Character(aliases[0], aliases, gender, decide(evidence, "age"), tuple(evidence), texts.total(), named)


def _shown(text: str) -> str:
    """A name as a script shows it: MONTRAVILLE in a chapter's first line is Montraville."""
    words = (w.title() if len(w) > 3 and w.isupper() else w for w in text.split())
    return speaker_name(" ".join(words), "#*") or "somebody"


def describe(speakers: Iterable[str], paragraphs: Sequence[str], language: str = "en") -> list[Character]:
    """The given speakers as characters, by their names and by what the text tells of them.

    For a play or a podcast, where it is known who speaks, and for a cast whose speakers were
    written by hand: `gender` and `age` may stay "" where nothing is told. `language` is the text's.
    """
    names = list(speakers)
    known = find_characters(paragraphs, language, names)
    described = []
    for speaker in names:
        person = known.find(speaker) or _of_last_name(speaker, known) or Character(speaker)
        evidence = person.evidence or tuple(traits_of_name(speaker))
        gender, age = decide(evidence, "gender"), decide(evidence, "age")
        described.append(Character(speaker, person.aliases, gender, age, evidence, person.mentions))
    return described


def _of_last_name(speaker: str, known: Characters) -> Character | None:
    """The only person whose last name it is: CHASUBLE in a play, Dr. Chasuble to the others."""
    word = [speaker.casefold()]
    found = [p for p in known.people if any(alias.casefold().split()[-1:] == word for alias in p.aliases)]
    return found[0] if len(found) == 1 else None
