"""Samples: the first minutes of a book, or of each of its chapters, made before the whole book is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from narrate.project.placed import PlacedChapter, PlacedLine

CHARACTERS_A_SECOND = 14.5  # of a take
PAUSE_S = 0.5  # between two lines, about
_PARTS = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


@dataclass(frozen=True, slots=True)
class Sample:
    """`seconds` from the start of each chapter, or of the `whole` book."""

    seconds: float
    whole: bool = False

    def cut(self, chapters: Sequence[PlacedChapter]) -> list[PlacedChapter]:
        """The chapters' first lines, as long as their text is likely to take; one at least of each that has any.

        The same lines whether their takes are there or not, so that they can be assembled once they are.
        """
        kept: list[PlacedChapter] = []
        left_s = self.seconds
        for chapter in chapters:
            if not self.whole:
                left_s = self.seconds
            lines: list[PlacedLine] = []
            for line in chapter.lines:
                if left_s <= 0:
                    break
                lines.append(line)
                left_s -= len(line.request.text) / CHARACTERS_A_SECOND + PAUSE_S if line.request else 0.0
            if any(line.request for line in lines):
                kept.append(replace(chapter, lines=tuple(lines)))
        return kept


def read_duration(text: str) -> float:
    """Seconds of "2m", "90s", "1h30m" or "45". Raises ValueError for anything else."""
    found = _PARTS.fullmatch(text.strip().lower())
    seconds = (
        sum(float(part or 0) * unit for part, unit in zip(found.groups(), (3600, 60, 1), strict=True)) if found else 0
    )
    if not seconds:
        raise ValueError(f'"{text}" is no length such as 2m or 90s')
    return seconds
