"""Books that were made: what is there of each, and its cover as a picture."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from narrate.deliver import book_picture, thumbnail
from narrate.deliver.press import read_record
from narrate.errors import NarrateError
from narrate.project import Project, Settings, read_report
from narrate.work.opening import find_folder, projects_in
from narrate.work.output import narrator_of, read_cover

_KEPT = 64  # covers that are remembered: drawing one takes a second


@dataclass(frozen=True, slots=True)
class FinishedBook:
    """A book that was assembled: its project, when that was, how long it is, and the files of each of its formats."""

    project: Project
    made_at: datetime
    audio_s: float
    chapters: int
    narrator: str
    files: dict[str, tuple[Path, ...]]

    @property
    def name(self) -> str:
        """What its folder is called."""
        return self.project.folder.name

    @property
    def settings(self) -> Settings:
        return self.project.settings


def finished_books(home: Path) -> list[FinishedBook]:
    """The finished books under the home's projects/, the newest first. What cannot be read is none of them."""
    found = [book for folder in projects_in(home) if (book := _finished(folder, home)) is not None]
    return sorted(found, key=lambda book: (book.made_at, book.name), reverse=True)


def finished_book(name: str, home: Path) -> FinishedBook | None:
    """The finished book of that name under the home's projects/; None where there is none."""
    folder = find_folder(name, home)
    return None if folder is None else _finished(folder, home)


def _finished(folder: Path, home: Path) -> FinishedBook | None:
    try:
        project = Project(folder, home)
        report = read_report(project.out / "report.json")
        files = made_files(project)
        if report is None or not files:
            return None
        made_at = datetime.fromisoformat(str(report["made_at"]))
        chapters, audio_s = len(report["chapters"]), float(report["audio_s"])
        return FinishedBook(project, made_at.astimezone(UTC), audio_s, chapters, _narrator(project), files)
    except (NarrateError, OSError, KeyError, TypeError, ValueError):  # a report of another release, or of another hand
        return None


def _narrator(project: Project) -> str:
    try:
        return narrator_of(project)
    except NarrateError:  # the voice has left the shelf since
        return ""


def made_files(project: Project) -> dict[str, tuple[Path, ...]]:
    """The deliverables that are there, by their format; one of which a file is gone is not."""
    found: dict[str, list[Path]] = {}
    for name, (_, _, form) in read_record(project.out / "chapters" / "deliverables.json").items():
        found.setdefault(form, []).append(project.out / name)
    return {form: tuple(paths) for form, paths in found.items() if all(path.is_file() for path in paths)}


def has_cover(project: Project) -> bool:
    """Whether players show a cover of a project: its own, or one that is drawn."""
    return project.settings.output.drawn_cover or project.cover_file() is not None


def cover_jpeg(project: Project, side: int) -> bytes | None:
    """The cover of a project as a JPEG whose longer side has `side` pixels at most; None where there is none."""
    settings, path = project.settings, project.cover_file()
    drawn = (settings.title, settings.author) if settings.output.drawn_cover else None
    return _cover_jpeg(path, path.stat().st_mtime_ns if path else 0, drawn, side)


@lru_cache(maxsize=_KEPT)
def _cover_jpeg(path: Path | None, changed: int, drawn: tuple[str, str] | None, side: int) -> bytes | None:
    """The same, remembered: `changed` is when the file at `path` was."""
    given = read_cover(path) if path else None
    with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as scratch:
        picture, _ = book_picture(given, drawn, Path(scratch))
        return None if picture is None else thumbnail(picture, side)
