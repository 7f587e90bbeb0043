"""Quarantine: the lines whose take failed its checks, and those that a listener has accepted.

A verdict is in the take's own comment. What a person says of it is theirs and goes into a file of
theirs: `accepted.txt`, a line for each take by its key, its attempt and the MD5 of its sound, which
outlives `takes/`. A take that is made again for the same key is made with that attempt; as it may
still differ, it is trusted only where it sounds to the last bit as what was heard. A line of an older
file has no MD5: nothing tells what was heard then, and it is trusted by its key as it always was.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.audio import sound_md5
from narrate.check.findings import Verdict
from narrate.check.light import CAPPED
from narrate.errors import ProjectError, StorageError
from narrate.files import storage, write_text
from narrate.project import PlacedChapter, PlacedLine, Quarantined as ReportedLine
from narrate.takes import TakeStore

ACCEPTED = "accepted.txt"
_HEADER = "# Takes that failed a check and that a listener has accepted: key, attempt, MD5 of the sound, the line.\n"


_MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A take that a listener accepted: which attempt, and the MD5 of what was heard, "" where that is not known."""

    attempt: int
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The takes that a listener trusts, by key: accepted, and with the sound that was heard."""

    accepted: Mapping[str, Accepted]
    takes: TakeStore

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str) or (found := self.accepted.get(key)) is None:
            return False
        if not found.sound:
            return True
        try:
            return sound_md5(self.takes.path(key)) == found.sound
        except StorageError:
            return False  # missing or damaged: it is made again, and then looked at


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A line whose take is not trusted, and why."""

    line: PlacedLine
    verdict: Verdict
    attempt: int

    @property
    def reported(self) -> ReportedLine:
        """The line as reports list it."""
        return ReportedLine(self.line.place, self.line.line.text, self.verdict.why)


def quarantined(chapters: Sequence[PlacedChapter], trusted: Trusted) -> list[Quarantined]:
    """The book's lines whose takes failed and are not accepted, in order."""
    found: dict[str, tuple[Verdict, int] | None] = {}
    listed = []
    for line in _spoken(chapters):
        assert line.request is not None
        key = line.request.key
        if key not in found:
            found[key] = None if key in trusted else _failed(trusted.takes, key)
        if failed := found[key]:
            listed.append(Quarantined(line, *failed))
    return listed


def _spoken(chapters: Iterable[PlacedChapter]) -> Iterator[PlacedLine]:
    return (line for chapter in chapters for line in chapter.lines if line.request is not None)


def _failed(takes: TakeStore, key: str) -> tuple[Verdict, int] | None:
    if key not in takes:
        return None
    try:
        comment = takes.asked(key)
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


def read_trusted(folder: Path, takes: TakeStore) -> Trusted:
    """The `takes` of the project in `folder` that a listener trusts. Raises ProjectError with accepted.txt's line."""
    return Trusted(read_accepted(folder), takes)


def read_accepted(folder: Path) -> dict[str, Accepted]:
    """The keys in a project's accepted.txt; the last line of a key counts. Raises ProjectError with the line."""
    path = folder / ACCEPTED
    if not path.is_file():
        return {}
    accepted: dict[str, Accepted] = {}
    with storage(path):
        text = path.read_text("utf-8", "replace")
    for number, row in enumerate(text.splitlines(), start=1):
        words = row.split(maxsplit=3)
        if not words or words[0].startswith("#"):
            continue
        if len(words) < 2 or len(words[0]) != 40 or not words[1].isdecimal() or int(words[1]) < 1:
            do = "remove it; `narrate accept` writes these"
            raise ProjectError(f"not a take's key and attempt: {row[:60]!r}", where=path, line=number, do=do)
        sound = words[2] if len(words) > 2 and _MD5.fullmatch(words[2]) else ""
        accepted[words[0]] = Accepted(int(words[1]), sound)
    return accepted


def accept(folder: Path, takes: TakeStore, lines: Iterable[Quarantined]) -> int:
    """Add takes to accepted.txt in `folder` with the sound that they have now; its rows stay. How many were new."""
    path, trusted = folder / ACCEPTED, read_trusted(folder, takes)
    with storage(path):
        text = path.read_text("utf-8") if path.is_file() else _HEADER
    if not text.endswith("\n"):
        text += "\n"
    new = {q.line.request.key: q for q in lines if q.line.request and q.line.request.key not in trusted}
    rows = [
        f"{key} {q.attempt} {sound_md5(takes.path(key))} {q.line.place} {q.line.line.text}\n" for key, q in new.items()
    ]
    if rows:
        write_text(path, text + "".join(rows))
    return len(rows)
