"""What a script says of its speakers: how much each says, where first, and who speaks with whom.

A speaker that the cast calls by another's name counts as that other one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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


def meetings_of(chapters: Iterable[NumberedLines], aliases: Mapping[str, str]) -> Meetings:
    """Who speaks with whom. The narrator, who reads between everybody's lines, meets nobody.

    Two talk to each other when one's speech follows the other's in a scene, whatever the narrator
    says between them. A scene ends with its chapter.
    """
    exchanges: Counter[frozenset[str]] = Counter()
    scenes: Counter[frozenset[str]] = Counter()
    for numbered in chapters:
        there: dict[str, None] = {}
        last = ""
        for _, line in [*numbered, (0, Line("End.", opens=Opening.SCENE))]:
            if line.opens is Opening.SCENE:
                everybody = list(there)
                scenes.update(frozenset((a, b)) for at, a in enumerate(everybody) for b in everybody[:at])
                there, last = {}, ""
            speaker = aliases.get(line.speaker, line.speaker)
            if speaker == NARRATOR:
                continue
            if last and speaker != last:
                exchanges[frozenset((last, speaker))] += 1
            there[speaker], last = None, speaker
    return Meetings(exchanges, scenes)
