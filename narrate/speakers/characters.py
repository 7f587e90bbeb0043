"""Who is in a book: each character's aliases, gender and age, with the evidence for each.

Names are put together as a reader does: "Mr. Darcy", "Darcy" and "Fitzwilliam Darcy" are one,
because only one Darcy is a man; "Miss Bennet" stays apart from "Elizabeth Bennet" where there
are several. People who are never named ("the landlord", "my aunt") are characters too.
A capitalised word is taken for a person only with evidence: a title, a given name, a verb of
speech beside it, being spoken to. Towns get none of these.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from narrate.speakers.forms import Form, NameKey, NounKey, Told
from narrate.speakers.names import Name, Noun, Seen, Vocabulary, seen_in, vocabulary_of
from narrate.speakers.traits import (
    Evidence,
    decide,
    evidence_of_noun,
    evidence_of_pronouns,
    evidence_of_title,
    gender_of_given,
    gender_of_title,
    traits_of_name,
)
from narrate.speakers.words import (
    ADJECTIVE_AGES,
    FAMILY,
    FEMALE,
    GIVEN,
    MALE,
    MOSTLY_MALE,
    PET_NAMES,
    PLACE_BEFORE,
    PLACE_ENDS,
    SAY,
    YOUNG,
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


def noun_key(noun: Noun) -> NounKey:
    """What makes two nouns the same person: head, age adjective, and whose relation it is."""
    low = noun.determiner.casefold()
    owner = low if low in ("my", "our", "his", "her", "their", "your") or low.endswith(("’s", "'s")) else ""
    return (owner if noun.head in FAMILY else "", noun.adjective, noun.head)


# --- finding them -----------------------------------------------------------------------------------

_SAID_BEFORE = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(SAY))})\s+$")
_SAYS_AFTER = re.compile(rf"\s+(?:\w+ly\s+)?(?:{'|'.join(sorted(SAY))})\b")
_ACTS_AFTER = re.compile(
    r"\s+(?:\w+ly\s+)?(?:\w{3,}ed|had|was|is|has|could|would|did|took|went|came|sat|stood|gave|rose)\b"
)
_PRONOUN = re.compile(r"\b(?:(he|him|his|himself)|(she|her|hers|herself))\b", re.IGNORECASE)
_PRONOUNS = {
    "de": re.compile(r"\b(?:(er|ihn|ihm)|(sie))\b"),
    "fr": re.compile(r"\b(?:(il)|(elle))\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:(él)|(ella))\b", re.IGNORECASE),
}
_CALLED = re.compile(r"(?:^|[,!?;.—“\"‘'-]\s*|\bdear\s+|\bO\s+|\bOh,?\s+)$")
_CALLED_END = re.compile(r"\s*(?:[,!?.;—”\"’]|--)")


def find_characters(paragraphs: Sequence[str], language: str = "en", known: Collection[str] = ()) -> Characters:
    """The people of a book, from all its paragraphs (headings left out). `known` names are people's for sure."""
    vocabulary = vocabulary_of(paragraphs, language)
    return characters_of(paragraphs, [seen_in(text, vocabulary) for text in paragraphs], vocabulary, known)


def characters_of(
    paragraphs: Sequence[str], seen: Sequence[Seen], vocabulary: Vocabulary, known: Collection[str] = ()
) -> Characters:
    """The same, of paragraphs whose names and nouns are found already."""
    names: dict[NameKey, Form] = {}
    nouns: dict[NounKey, Form] = {}
    for text, found in zip(paragraphs, seen, strict=True):
        _count_names(text, found, vocabulary, names)
        _count_nouns(text, found, nouns)
    sure = {name.casefold() for name in known}
    people = [form for form in names.values() if " ".join(form.key[1]) in sure or _is_person(form)]
    groups = _group(people, list(names.values()))
    return _assemble(groups, nouns, vocabulary)


def _count_names(text: str, seen: Seen, vocabulary: Vocabulary, forms: dict[NameKey, Form]) -> None:
    found = seen.names
    for number, name in enumerate(found):
        form = forms.setdefault(name.key, Form(name.key))
        form.texts[text[name.start : name.end]] += 1
        before = text[max(0, name.start - 24) : name.start]
        after = text[name.end : name.end + 40]
        word = before.split()[-1].casefold() if before.split() else ""
        if word in PLACE_BEFORE or word == "the":
            form.place += 1
        if word in ADJECTIVE_AGES:
            form.ages[ADJECTIVE_AGES[word]] += 1
        if _SAID_BEFORE.search(before) or (not name.possessive and _SAYS_AFTER.match(after)):
            form.person += 3
        elif (not name.possessive and _ACTS_AFTER.match(after)) or _called(before, after):
            form.person += 0.5
        until = found[number + 1].start if number + 1 < len(found) else len(text)
        pronouns = _PRONOUNS.get(vocabulary.language, _PRONOUN)
        if pronoun := pronouns.search(text, name.end, min(until, name.end + 90)):
            form.pronouns[MALE if pronoun[1] else FEMALE] += 1


def _called(before: str, after: str) -> bool:
    """Whether what stands around a name is what stands around one spoken to: ", Tom,", "dear Tom!"."""
    return bool(before.strip() and _CALLED.search(before) and _CALLED_END.match(after))


def _count_nouns(text: str, seen: Seen, forms: dict[NounKey, Form]) -> None:
    for noun in seen.nouns:
        key = noun_key(noun)
        form = forms.setdefault(key, Form(("", key)))
        shown = "the" if noun.determiner.casefold() in ("a", "an", "one", "this", "that", "another", "some") else ""
        form.texts[" ".join(filter(None, (shown or _lowered(noun.determiner), noun.adjective, noun.head)))] += 1
        if pronoun := _PRONOUN.search(text, noun.end, noun.end + 60):
            form.pronouns[MALE if pronoun[1] else FEMALE] += 1
    for noun in seen.alone:
        form = forms.setdefault(noun_key(noun), Form(("", noun_key(noun))))
        form.texts[text[noun.start : noun.end]] += 1


def _lowered(determiner: str) -> str:
    return determiner if determiner.endswith(("’s", "'s")) else determiner.casefold()


def _is_person(form: Form) -> bool:
    """Whether a name is a person's."""
    title, words = form.key
    if words[-1] in PLACE_ENDS and not title:
        return False
    if title:
        return True
    given = words[0] in GIVEN[MALE] or words[0] in GIVEN[FEMALE]
    if given and form.place < form.count * 0.7:
        return True
    return form.person >= 2 and form.person > form.place


# --- putting forms together ---------------------------------------------------------------------------


def _group(forms: list[Form], others: list[Form]) -> list[list[Form]]:
    """Forms of one person together: full names first, then titles with surnames, then single words.

    `others` may hold single words without evidence of their own, which belong to who bears them.
    """
    groups: list[list[Form]] = []
    told: list[Told] = []
    firsts: dict[str, dict[int, None]] = defaultdict(dict)  # first name → groups, in order
    lasts: dict[str, dict[int, None]] = defaultdict(dict)  # surname → groups

    def place(form: Form, group: int | None, first: str = "", last: str = "") -> None:
        if group is None:
            group = len(groups)
            groups.append([])
            told.append(Told())
        groups[group].append(form)
        told[group].add(form)
        if first:
            firsts[first].setdefault(group)
        if last:
            lasts[last].setdefault(group)

    ordered = sorted(forms, key=lambda f: -f.count)
    for form in ordered:  # Elizabeth Bennet, Miss Jemima Pinkerton
        words = form.key[1]
        if len(words) > 1:
            own, other, ending = firsts[words[0]], firsts[PET_NAMES.get(words[0], "")], lasts[words[-1]]
            shorter = ending if len(ending) < len(own) + len(other) else {**own, **other}
            same = [g for g in shorter if g in ending and (g in own or g in other)]
            place(form, _fitting(form, same, told), words[0], words[-1])
    for form in ordered:  # Mr. Darcy, Lady Catherine
        title, words = form.key
        if len(words) == 1 and title:
            first = title in _BEFORE_GIVEN and bool(firsts[words[0]] or _is_given(words[0]))
            by_first = firsts[words[0]] or firsts[PET_NAMES.get(words[0], "")]
            named = by_first if first and by_first else lasts[words[0]]
            place(form, _fitting(form, named, told), words[0] if first else "", "" if first else words[0])
    people = {form.key for form in forms}
    borne = {*firsts, *lasts}
    bare = [f for f in others if f.key not in people and f.place < f.count / 2 and borne & {*f.key[1]}]
    for form in sorted([*ordered, *bare], key=lambda f: -f.count):  # Darcy, Elizabeth, Lizzy
        title, words = form.key
        if len(words) == 1 and not title:
            word = words[0]
            known = [*firsts[word], *lasts[word]] or _by_pet_name(firsts[PET_NAMES.get(word, "")], groups)
            place(form, _most(form, known, groups), word)
    return groups


# Titles that a given name follows as often as a surname: Lady Catherine, Aunt Judy.
_BEFORE_GIVEN = frozenset(
    "miss lady sir aunt uncle brother sister cousin master lord don doña prince princess king queen saint "
    "father mother friar dame granny goody nurse".split()
)


def _is_given(word: str) -> bool:
    return word in GIVEN[MALE] or word in GIVEN[FEMALE]


def _most(form: Form, known: Sequence[int], groups: list[list[Form]]) -> int | None:
    """Of several people with one name, the one whom the word means alone: of the gender that its pronouns
    tell, a man rather than a woman by her surname, the most mentioned."""
    word = form.key[1][0]
    told = decide(evidence_of_pronouns(form.pronouns), "gender")

    def rank(group: int) -> tuple[bool, bool, int]:
        forms = [f for f in groups[group] if word in f.key[1]]
        gender = decide(_evidence(groups[group]), "gender")
        surname = all(f.key[0] in ("mrs", "miss", "lady") for f in forms)
        return not (told and gender and told != gender), not surname, sum(f.count for f in forms)

    return max(known, key=rank, default=None)


def _by_pet_name(known: Iterable[int], groups: list[list[Form]]) -> list[int]:
    """Who may go by a pet name: Lizzy is the Elizabeth who is mostly called that, not Lady Elizabeth."""

    def plain(group: int) -> bool:
        bare = sum(form.count for form in groups[group] if not form.key[0] and len(form.key[1]) == 1)
        return bare * 2 > sum(form.count for form in groups[group])

    return [group for group in known if plain(group)]


_APART = {("mrs", "miss"), ("lady", "miss"), ("lady", "mrs")} | {(t, w) for t in MOSTLY_MALE for w in ("mrs", "miss")}


def _fitting(form: Form, known: Iterable[int], told: Sequence[Told]) -> int | None:
    """The only one of `known` whose titles and gender go with `form`; None when there is none or several."""
    title, words = form.key
    fitting, women = [], 0
    for group in dict.fromkeys(known):
        titles, firsts, gender = told[group].titles, told[group].firsts, told[group].genders
        own = gender_of_title(title) or (gender_of_given(words[0]) if len(words) > 1 else "")
        if own and gender and own not in gender:
            continue
        women += 1
        if any((title, other) in _APART or (other, title) in _APART for other in titles):
            continue
        if len(words) > 1 and firsts and not {words[0], PET_NAMES.get(words[0])} & _with_pets(firsts):
            continue
        fitting.append(group)
    if title == "mrs" and women > 1:  # a mother bears her daughters' name
        return None
    return fitting[0] if len(fitting) == 1 else None


def _with_pets(firsts: set[str]) -> set[str | None]:
    return {*firsts, *(PET_NAMES[f] for f in firsts if f in PET_NAMES)}


# --- traits ---------------------------------------------------------------------------------------------


def _assemble(groups: list[list[Form]], nouns: Mapping[NounKey, Form], vocabulary: Vocabulary) -> Characters:
    drafts: list[tuple[Character, list[NameKey], list[NounKey]]] = []
    for group in groups:
        drafts.append((_character(group, _evidence(group)), [form.key for form in group], []))
    for key, form in nouns.items():
        drafts.append((_character([form], [*_noun_evidence(key, form)], named=False), [], [key]))
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


def _character(group: list[Form], evidence: list[Evidence], *, named: bool = True) -> Character:
    texts: Counter[str] = Counter()
    for form in group:
        texts.update(form.texts)
    aliases = tuple(dict.fromkeys(_shown(text) for text, _ in sorted(texts.items(), key=lambda t: (-t[1], t[0]))))
    gender = decide(evidence, "gender")
    return Character(aliases[0], aliases, gender, decide(evidence, "age"), tuple(evidence), texts.total(), named)


def _shown(text: str) -> str:
    """A name as a script shows it: MONTRAVILLE in a chapter's first line is Montraville."""
    words = (w.title() if len(w) > 3 and w.isupper() else w for w in text.split())
    return re.sub(r"[:()\[\]#*]", "", " ".join(words)).strip() or "somebody"


def _evidence(group: list[Form]) -> list[Evidence]:
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


def _noun_evidence(key: NounKey, form: Form) -> list[Evidence]:
    return evidence_of_noun(key[1], key[2], form.count) + evidence_of_pronouns(form.pronouns)


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
