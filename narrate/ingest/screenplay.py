"""Scripts as sources: the project's own script form, several chapters to a file.

A podcast is written as it will be spoken, so it becomes scripts at once and never a Book.
"""

from dataclasses import dataclass
from pathlib import Path

from narrate.errors import SourceError
from narrate.ingest.characters import decode
from narrate.script import Line, Opening, Script, parse_script


@dataclass(frozen=True, slots=True)
class Show:
    """A show as it was written: its title and a script for each chapter or segment."""

    title: str
    scripts: tuple[Script, ...]


def read_show(path: Path, data: bytes) -> Show:
    """The script in a file's bytes. Raises ProjectError for a bad line, SourceError for an empty file."""
    lines = parse_script(decode(data), path.name).lines
    if not lines:
        raise SourceError("has no lines to speak", where=path)
    chapters: list[list[Line]] = []
    for line in lines:
        if line.level == 1 or not chapters:
            chapters.append([])
        chapters[-1].append(line)
    stem = path.stem.replace("-", " ").replace("_", " ").strip() or "Show"
    if chapters[0][0].level != 1:
        chapters[0].insert(0, Line(stem.title(), opens=Opening.HEADING, level=1, silent=True))
    scripts = tuple(Script(tuple(chapter)) for chapter in chapters)
    return Show(stem.title() if len(scripts) > 1 else scripts[0].title, scripts)
