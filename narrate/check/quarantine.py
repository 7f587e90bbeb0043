"""Quarantine: the lines whose take failed its checks, and those that a listener has accepted.

A verdict is in the take's own comment. What a person says of it is theirs and goes into a file of
theirs: `accepted.txt`, a line for each take by its key and attempt, which outlives `takes/`. A take
that is made again for the same key is made with that attempt, and so sounds as it was accepted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.check import Verdict
from narrate.check.light import CAPPED
from narrate.errors import ProjectError, StorageError
from narrate.files import storage, write_text
from narrate.project import PlacedChapter, PlacedLine, Project

ACCEPTED = "accepted.txt"
_HEADER = "# Takes that failed a check and that a listener has accepted: key, attempt, then the line as it was.\n"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A line whose take is not trusted, and why."""

    line: PlacedLine
    verdict: Verdict
    attempt: int


def quarantined(project: Project, chapters: Sequence[PlacedChapter]) -> list[Quarantined]:
    """The book's lines whose takes failed and are not accepted, in order."""
    accepted = read_accepted(project.folder)
    found: dict[str, tuple[Verdict, int] | None] = {}
    listed = []
    for line in _spoken(chapters):
        assert line.request is not None
        key = line.request.key
        if key not in found:
            found[key] = None if key in accepted else _failed(project, key)
        if failed := found[key]:
            listed.append(Quarantined(line, *failed))
    return listed


def _spoken(chapters: Iterable[PlacedChapter]) -> Iterator[PlacedLine]:
    return (line for chapter in chapters for line in chapter.lines if line.request is not None)


def _failed(project: Project, key: str) -> tuple[Verdict, int] | None:
    if key not in project.takes:
        return None
    try:
        comment = project.takes.asked(key)
    except StorageError:
        return None  # damaged: the assembly has it made again
    verdict, attempt = noted_verdict(comment), comment.get("attempt")
    if verdict is None or verdict.passed:
        return None
    return verdict, attempt if isinstance(attempt, int) else 1


def noted_verdict(comment: Mapping[str, object]) -> Verdict | None:
    """The verdict that a take's comment holds; None where nothing was checked."""
    verdict = Verdict.read(comment.get("verdict"))
    if verdict is None and comment.get("capped"):
        return Verdict(2.0, (CAPPED,))  # made with --check off
    return verdict


def read_accepted(folder: Path) -> dict[str, int]:
    """The keys in a project's accepted.txt, each with its attempt. Raises ProjectError with the line."""
    path = folder / ACCEPTED
    if not path.is_file():
        return {}
    accepted = {}
    with storage(path):
        text = path.read_text("utf-8", "replace")
    for number, row in enumerate(text.splitlines(), start=1):
        words = row.split(maxsplit=2)
        if not words or words[0].startswith("#"):
            continue
        if len(words) < 2 or len(words[0]) != 40 or not words[1].isdecimal() or int(words[1]) < 1:
            do = "remove it; `narrate accept` writes these"
            raise ProjectError(f"not a take's key and attempt: {row[:60]!r}", where=path, line=number, do=do)
        accepted[words[0]] = int(words[1])
    return accepted


def accept(folder: Path, lines: Iterable[Quarantined]) -> int:
    """Add takes to accepted.txt, what is there kept. How many were new."""
    path, there = folder / ACCEPTED, read_accepted(folder)
    with storage(path):
        text = path.read_text("utf-8") if path.is_file() else _HEADER
    if not text.endswith("\n"):
        text += "\n"
    new = {q.line.request.key: q for q in lines if q.line.request and q.line.request.key not in there}
    rows = [f"{key} {q.attempt} {q.line.place} {q.line.line.text}\n" for key, q in new.items()]
    if rows:
        write_text(path, text + "".join(rows))
    return len(rows)
