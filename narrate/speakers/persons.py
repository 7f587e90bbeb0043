"""Speakers as persons: their gender and age as far as the book says, with the evidence for each.

`narrate.speakers` tells them by their names and by what the text says of them; this adds
what a script has besides: a play's list of roles ("Lane, Manservant"), and what others call
them to their face ("Yes, sir.").
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from narrate.script import NARRATOR, Opening
from narrate.speakers.characters import Character, describe
from narrate.speakers.roles import NumberedLines, turns
from narrate.speakers.traits import Evidence, decide, evidence_of_noun, traits_of_name
from narrate.speakers.words import ADJECTIVE_AGES, NOUNS, VOCATIVES

CALLED_WEIGHT = 0.5  # of one "sir": the one who spoke before is meant, as a rule
REASONS = 3  # that are shown
_CALLED = re.compile(rf"(?:^|,\s+)({'|'.join(map(re.escape, VOCATIVES))})(?=[.,!?;—”]|$)", re.IGNORECASE)


def persons_of(
    speakers: Iterable[str], chapters: Sequence[NumberedLines], roles: Iterable[str] = (), language: str = "en"
) -> dict[str, Character]:
    """Each of `speakers` as a character; `roles` are the entries of a list of roles, if there is one.

    `language` is the book's.
    """
    called = _called(chapters)
    listed = [entry for entry in roles if entry.strip()]
    found = {}
    for person in describe(speakers, list(paragraphs_of_lines(chapters)), language):
        evidence = (*person.evidence, *_of_roles(person.name, listed), *_of_calling(called, person.name))
        gender, age = decide(evidence, "gender"), decide(evidence, "age")
        found[person.name] = replace(person, gender=gender, age=age, evidence=evidence)
    return found


def reasons(person: Character) -> str:
    """The strongest evidence for a person's gender, and then for the age."""
    shown: dict[str, None] = {}
    for trait, value, most in (("gender", person.gender, REASONS), ("age", person.age, 1)):
        told = [e for e in person.evidence if e.trait == trait and e.value == value]
        for reason in sorted(told, key=lambda e: -e.weight)[:most]:
            shown[reason.why] = None
    return "; ".join(shown)


def paragraphs_of_lines(chapters: Iterable[NumberedLines]) -> Iterable[str]:
    """The book's paragraphs put together again; headings are left out."""
    for numbered in chapters:
        paragraph: list[str] = []
        for _, line in numbered:
            if paragraph and line.opens is not Opening.SENTENCE:
                yield " ".join(paragraph)
                paragraph = []
            if not line.level and not line.cue:
                paragraph.append(line.text)
        if paragraph:
            yield " ".join(paragraph)


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
