"""Roles in a script: how much each speaker says, where first, and who speaks with whom.

A speaker that the cast calls by another's name counts as that other one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from narrate.script import NARRATOR, Line, Opening

SAMPLE_WORDS = 5  # of a line that lets one hear somebody


@dataclass(frozen=True, slots=True)
class Role:
    """A speaker's share of the script. `share` is of all words; `first` the place of the first line, "3:14"."""

    speaker: str
    also: tuple[str, ...] = ()  # what else the script calls them
    lines: int = 0
    words: int = 0
    share: float = 0.0
    first: str = ""
    sample: str = ""  # the first line of SAMPLE_WORDS or more
    directions: Mapping[str, int] | None = None  # lines by how they are to be said


# A chapter's lines with their numbers in its file.
NumberedLines = Sequence[tuple[int, Line]]
# A speaker, and what they say until somebody else speaks.
Turn = tuple[str, list[str]]


def roles_of(chapters: Iterable[NumberedLines], aliases: Mapping[str, str]) -> list[Role]:
    """Everybody who speaks, most words first. A silent heading and a cue are nobody's."""
    lines: Counter[str] = Counter()
    words: Counter[str] = Counter()
    first: dict[str, str] = {}
    short: dict[str, str] = {}
    telling: dict[str, str] = {}
    names: dict[str, dict[str, None]] = {}
    directions: dict[str, Counter[str]] = {}
    for chapter, numbered in enumerate(chapters, start=1):
        for number, line in numbered:
            if line.silent or line.cue:
                continue
            speaker = aliases.get(line.speaker, line.speaker)
            count = len(line.text.split())
            lines[speaker] += 1
            words[speaker] += count
            first.setdefault(speaker, f"{chapter}:{number}")
            (telling if count >= SAMPLE_WORDS else short).setdefault(speaker, line.text)
            names.setdefault(speaker, {})[line.speaker] = None
            if line.direction:
                directions.setdefault(speaker, Counter())[line.direction] += 1
    total = sum(words.values()) or 1
    return [
        Role(
            speaker,
            tuple(name for name in names[speaker] if name != speaker),
            lines[speaker],
            words[speaker],
            words[speaker] / total,
            first[speaker],
            telling.get(speaker) or short[speaker],
            directions.get(speaker),
        )
        for speaker in sorted(lines, key=lambda name: (-words[name], name))
    ]


@dataclass(frozen=True, slots=True)
class Meetings:
    """How often two speakers meet: `exchanges` counts turns from one to the other, `scenes` scenes with both."""

    exchanges: Mapping[frozenset[str], int]
    scenes: Mapping[frozenset[str], int]

    def partners(self, speaker: str) -> list[tuple[str, int]]:
        """Whom a speaker talks to, most often first."""
        found = [(next(iter(pair - {speaker})), count) for pair, count in self.exchanges.items() if speaker in pair]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def turns(chapters: Iterable[NumberedLines], aliases: Mapping[str, str] | None = None) -> Iterator[list[Turn]]:
    """Every scene's turns: who speaks, and their lines until somebody else does.

    The narrator, who reads between everybody's lines, takes no turn. A scene ends with its chapter.
    """
    called = aliases or {}
    for numbered in chapters:
        scene: list[Turn] = []
        for _, line in numbered:
            if line.opens is Opening.SCENE:
                yield scene
                scene = []
            speaker = called.get(line.speaker, line.speaker)
            if speaker == NARRATOR:
                continue
            if not scene or scene[-1][0] != speaker:
                scene.append((speaker, []))
            scene[-1][1].append(line.text)
        yield scene


def meetings_of(chapters: Iterable[NumberedLines], aliases: Mapping[str, str]) -> Meetings:
    """Who speaks with whom: whose turn follows whose, whatever the narrator says between them."""
    exchanges: Counter[frozenset[str]] = Counter()
    scenes: Counter[frozenset[str]] = Counter()
    for scene in turns(chapters, aliases):
        exchanges.update(frozenset((one, other)) for (one, _), (other, _) in pairwise(scene))
        there = sorted({speaker for speaker, _ in scene})
        scenes.update(frozenset(pair) for pair in combinations(there, 2))
    return Meetings(exchanges, scenes)
