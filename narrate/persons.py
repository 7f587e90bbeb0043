"""Who the speakers are, as far as the book says: gender and age, each with what tells so.

The people of the whole book are found by `narrate.attribution`; this puts beside them what a
script has of its own: the names of its speakers, a play's list of roles ("Lane, Manservant"),
and what others call them to their face ("Yes, sir.").
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from narrate.attribution.characters import Character, Characters, find_characters
from narrate.attribution.traits import Evidence, decide, evidence_of_noun, traits_of_name
from narrate.attribution.words import ADJECTIVE_AGES, NOUNS, VOCATIVES
from narrate.roles import NumberedLines, turns
from narrate.script import NARRATOR, Opening

CALLED_WEIGHT = 0.5  # of one "sir": the one who spoke before is meant, as a rule
REASONS = 3  # that are shown
_CALLED = re.compile(rf"(?:^|,\s+)({'|'.join(map(re.escape, VOCATIVES))})(?=[.,!?;—”]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """A speaker: `gender` "female", "male" or "", `age` "child", "young", "adult", "old" or "", and why."""

    speaker: str
    gender: str = ""
    age: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def why(self) -> str:
        """What weighs most for the gender, and then for the age."""
        shown: dict[str, None] = {}
        for trait, value, most in (("gender", self.gender, REASONS), ("age", self.age, 1)):
            reasons = [e for e in self.evidence if e.trait == trait and e.value == value]
            for reason in sorted(reasons, key=lambda e: -e.weight)[:most]:
                shown[reason.why] = None
        return "; ".join(shown)


def persons_of(
    speakers: Iterable[str], chapters: Sequence[NumberedLines], roles: Iterable[str] = ()
) -> dict[str, Person]:
    """A Person for each of `speakers`; `roles` are the entries of a list of roles, if there is one."""
    speakers = list(speakers)
    people = find_characters(list(paragraphs_of(chapters)), known=speakers)
    called = _called(chapters)
    listed = [entry for entry in roles if entry.strip()]
    found = {}
    for speaker in speakers:
        character = _character(speaker, people)
        evidence = [
            *(character.evidence if character else traits_of_name(speaker)),
            *_of_roles(speaker, listed),
            *_of_calling(called, speaker),
        ]
        found[speaker] = Person(speaker, decide(evidence, "gender"), decide(evidence, "age"), tuple(evidence))
    return found


def paragraphs_of(chapters: Iterable[NumberedLines]) -> Iterable[str]:
    """The book's paragraphs put together again; headings are left out."""
    for numbered in chapters:
        paragraph: list[str] = []
        for _, line in numbered:
            if paragraph and line.opens is not Opening.SENTENCE:
                yield " ".join(paragraph)
                paragraph = []
            if not line.level:
                paragraph.append(line.text)
        if paragraph:
            yield " ".join(paragraph)


def _character(speaker: str, people: Characters) -> Character | None:
    """The one person of the book who goes by the speaker's name, or whose last name alone it is."""
    if found := people.find(speaker):
        return found
    word = speaker.casefold()
    ending = [p for p in people.people if any(alias.casefold().split()[-1:] == [word] for alias in p.aliases)]
    return ending[0] if len(ending) == 1 else None


def _of_roles(speaker: str, roles: Iterable[str]) -> list[Evidence]:
    """From "Lane, Manservant" and "Rev. Canon Chasuble, D.D.": the name as it is listed, and what it is."""
    words = speaker.casefold().split()
    for entry in roles:
        name, *what = re.split(r"\s*[,;:—–]\s*|\s+-\s+", entry)
        if not set(words) <= {word.strip(".").casefold() for word in name.split()} | {*name.casefold().split()}:
            continue
        found = traits_of_name(name)
        for part in what:
            adjectives = [word for word in part.casefold().split() if word in ADJECTIVE_AGES]
            for word in part.casefold().rstrip(".").split():
                if word in NOUNS:
                    found += evidence_of_noun("".join(adjectives[:1]), word, 2)
        return [Evidence(e.trait, e.value, f"list of roles: {e.why}", e.weight) for e in found]
    return []


def _called(chapters: Iterable[NumberedLines]) -> Counter[tuple[str, str, str]]:
    """How often a speaker is called by a word that tells the gender: (speaker, gender, word) to times."""
    called: Counter[tuple[str, str, str]] = Counter()
    for scene in turns(chapters):
        for at, (speaker, texts) in enumerate(scene):
            others = [name for name, _ in (*scene[at - 1 : at], *scene[at + 1 : at + 2]) if name != speaker]
            if others and others[0] != NARRATOR:
                for text in texts:
                    for match in _CALLED.finditer(text):
                        called[others[0], VOCATIVES[match[1].casefold()], match[1].casefold()] += 1
    return called


def _of_calling(called: Counter[tuple[str, str, str]], speaker: str) -> list[Evidence]:
    return [
        Evidence("gender", gender, f'called "{word}", {count} times', CALLED_WEIGHT * count)
        for (who, gender, word), count in called.items()
        if who == speaker
    ]
