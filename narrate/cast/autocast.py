"""Voices proposed for a book's speakers, by who they are and whom they meet.

The rules, in their order:
1. The narrator's voice is nobody else's, and a voice that a person has chosen stays.
2. A speaker has a voice of the same gender. Where the book does not tell it, any will do. A
   child's voice is for a child, unless nothing else is left.
3. Two who talk to each other never share a voice: where no other is left, none is given.
4. A major speaker (MAJOR_LINES or more) has a voice alone while there are any; minor ones share,
   first with those whom they never meet in a scene.
5. The nearest age; then the voice least like those of the people they talk to.

That is a colouring of the graph of who talks to whom, done greedily, most words first: the
graph of a novel is sparse (most people talk to two or three), and a play's is small.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from narrate.script import NARRATOR
from narrate.speakers import ADJECTIVE_AGES, Character, Meetings, Role, decide, evidence_of_noun, reasons
from narrate.voices import Voice

MAJOR_LINES = 10
AGES = ("child", "young", "adult", "old")
PARTNERS = 3  # that are shown
RULE = (
    f"Speakers of {MAJOR_LINES} lines or more have a voice of their own while there are enough; the others share "
    "voices, first with those whom they never meet. Two who talk to each other never share one."
)


def entry_name(entry: str | Mapping[str, str]) -> str:
    """The name of a voice in cast.toml: its own, or the speaker or the words that its table gives."""
    return entry if isinstance(entry, str) else next(iter(entry.values()))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A voice that may be cast: what cast.toml calls it, and whose it sounds like ("" where nobody says)."""

    entry: str | Mapping[str, str]
    voice: Voice
    gender: str = ""
    age: str = ""

    @property
    def name(self) -> str:
        return entry_name(self.entry)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposal for a speaker: a candidate, or None where none is left; and why."""

    role: Role
    person: Character
    candidate: Candidate | None
    why: str

    @property
    def entry(self) -> str | Mapping[str, str] | None:
        """The entry for cast.toml; None where no voice is left."""
        return None if self.candidate is None else self.candidate.entry


def propose(
    roles: Sequence[Role],
    persons: Mapping[str, Character],
    meetings: Meetings,
    candidates: Sequence[Candidate],
    fixed: Mapping[str, Voice],
) -> list[Proposal]:
    """A voice for each of `roles` that `fixed` does not list, the most words first. `fixed` has the narrator."""
    given = dict(fixed)
    lines = {role.speaker: role.lines for role in roles}
    free = [c for c in candidates if c.voice.fingerprint != fixed[NARRATOR].fingerprint]
    open_roles = [role for role in roles if role.speaker not in fixed]
    found: dict[str, Candidate | None] = {}
    # Whose gender is not known takes what is left.
    for role in sorted(open_roles, key=lambda r: (not persons[r.speaker].gender, -r.words, r.speaker)):
        choice = _choose(role, persons[role.speaker], meetings, free, given, lines)
        found[role.speaker] = choice
        if choice:
            given[role.speaker] = choice.voice
    holders = _holders(given)
    proposals = []
    for role in open_roles:
        person, choice = persons[role.speaker], found[role.speaker]
        proposals.append(Proposal(role, person, choice, _why(role, person, choice, meetings, holders)))
    return proposals


def _choose(
    role: Role,
    person: Character,
    meetings: Meetings,
    candidates: Iterable[Candidate],
    given: Mapping[str, Voice],
    lines: Mapping[str, int],
) -> Candidate | None:
    holders = _holders(given)
    talks_to = dict(meetings.partners(role.speaker))
    major = role.lines >= MAJOR_LINES
    best: tuple[tuple[float, ...], Candidate] | None = None
    for candidate in candidates:
        sharing = holders[candidate.voice.fingerprint]
        if person.gender and candidate.gender and candidate.gender != person.gender:
            continue
        if any(other in talks_to for other in sharing):
            continue
        taken = any(lines.get(other, 0) >= MAJOR_LINES for other in sharing)
        met = sum(meetings.scenes.get(frozenset((role.speaker, other)), 0) for other in sharing)
        gap = _age_gap(person.age, candidate.age)
        # The narrator is heard around every line.
        near = {**talks_to, NARRATOR: role.lines}
        alike = sum(count * candidate.voice.likeness(given[name]) for name, count in near.items() if name in given)
        untold = bool(person.gender) and not candidate.gender
        order = (taken, met, untold, gap, len(sharing)) if major else (met, untold, gap, taken, len(sharing))
        childish = candidate.age == "child" and person.age != "child"
        score = (float(childish), *map(float, order), alike)
        if best is None or score < best[0]:
            best = score, candidate
    return best[1] if best else None


def _holders(given: Mapping[str, Voice]) -> Mapping[str, list[str]]:
    holders: dict[str, list[str]] = defaultdict(list)
    for speaker, voice in given.items():
        holders[voice.fingerprint].append(speaker)
    return holders


def _age_gap(wanted: str, offered: str) -> int:
    """Steps between two ages; who has none is taken for an adult."""
    return abs(AGES.index(wanted or "adult") - AGES.index(offered or "adult"))


def _why(
    role: Role, person: Character, choice: Candidate | None, meetings: Meetings, holders: Mapping[str, list[str]]
) -> str:
    who = ", ".join(filter(None, (person.gender or "gender not told", person.age)))
    told = reasons(person)
    parts = [f"{who} ({told})" if told else who]
    if partners := meetings.partners(role.speaker)[:PARTNERS]:
        parts.append("talks with " + ", ".join(f"{name} {count}x" for name, count in partners))
    if choice is None:
        parts.append(f"no {person.gender} voice is left".replace("  ", " "))
    elif sharing := [name for name in holders[choice.voice.fingerprint] if name != role.speaker]:
        parts.append(f"shares with {', '.join(sharing)}")
    return "; ".join(parts)


_WORDS = re.compile(r"[\w’'-]+")
_PAST = re.compile(r"\b(?:past|over|of) (?:fifty|sixty|seventy|eighty)\b")


def traits_told(words: str, gender: str = "", age: str = "") -> tuple[str, str]:
    """Gender and age of a voice: as given, else as its description has them ("an old lady")."""
    found = []
    adjective = ""
    for word in map(str.casefold, _WORDS.findall(words)):
        if word in ("female", "male"):
            gender = gender or word
        found += evidence_of_noun(adjective, word.removesuffix("’s").removesuffix("'s"))
        adjective = word if word in ADJECTIVE_AGES else adjective
    told = "old" if _PAST.search(words) else decide(found, "age")
    return gender or decide(found, "gender"), age or told
