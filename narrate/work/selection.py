"""Lines of a project chosen by their places, their speaker or what the checks say of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from narrate.errors import NarrateError, ProjectError, nearest
from narrate.project import PlacedChapter, PlacedLine, Project
from narrate.work.quality import quarantined_lines

_PLACES = re.compile(r"(\d+)(?::(\d+))?(?:-(?:(\d+):)?(\d+))?")


class SelectionError(NarrateError):
    """A selection that cannot be followed whatever the project holds."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which lines are meant: `places` such as 3:14, 3:14-20, 3:14-4:2, 3 and 3-5; a speaker's; the quarantined ones."""

    places: Sequence[str] = ()
    speaker: str | None = None
    quarantined: bool = False


def is_place(text: str) -> bool:
    """Whether `text` looks like the place of a line or of several."""
    return _PLACES.fullmatch(text) is not None


def select(project: Project, chapters: Sequence[PlacedChapter], selection: Selection) -> list[PlacedLine]:
    """The spoken lines that are meant, in order. Raises ProjectError for what is not there, SelectionError."""
    lines = [line for chapter in chapters for line in chapter.lines if line.request is not None]
    if not (selection.places or selection.speaker or selection.quarantined):
        raise SelectionError("name lines, such as 3:14, or --speaker, or --quarantined")
    chosen: set[str] = set()
    for place in selection.places:
        found = _between(place, lines)
        if not found:
            raise ProjectError(f"no spoken line at {place}", where=project.folder / "script", do=_nearby(place))
        chosen |= found
    if (speaker := selection.speaker) is not None:
        names = {line.line.speaker for line in lines}
        if speaker not in names:
            raise ProjectError(f'nobody called "{speaker}" speaks', do=nearest(speaker, names))
        chosen |= {line.place for line in lines if line.line.speaker == speaker}
    if selection.quarantined:
        chosen |= {q.line.place for q in quarantined_lines(project, chapters)}
    return [line for line in lines if line.place in chosen]


def _between(places: str, lines: Sequence[PlacedLine]) -> set[str]:
    """The lines from the first to the last of `places`."""
    match = _PLACES.fullmatch(places)
    if match is None:
        raise SelectionError(f'"{places}" is no line; write 3:14, 3:14-20, 3:14-4:2 or 3')
    chapter, line, end_chapter, end = (int(part) if part else None for part in match.groups())
    assert chapter is not None
    first = (chapter, line or 0)
    if end is None:
        last = (chapter, line or 1 << 30)
    elif line is None and end_chapter is None:
        last = (end, 1 << 30)  # 3-5: chapters
    else:
        last = (end_chapter or chapter, end)
    return {x.place for x in lines if first <= (x.chapter, x.number) <= last}


def _nearby(place: str) -> str:
    if ":" in place:
        return "the second number is the line's in its file"
    return f'chapters count from 1; a new text of a line is --say "{place}"'
