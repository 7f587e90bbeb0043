"""The shelf: the projects of a home, at a glance. Only what their settings and reports say is read, so it is fast."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from narrate.engine import Wanted
from narrate.errors import NarrateError, ProjectError, StorageError
from narrate.files import slug, storage
from narrate.project import Project, read_report, same_source
from narrate.work.events import Event, Notice, follow
from narrate.work.finished import has_cover
from narrate.work.new import create_project
from narrate.work.opening import find_project, projects_in
from narrate.work.quotations import Attributing
from narrate.work.source import read_source
from narrate.work.status import is_worked_on
from narrate.work.told import told_error, told_text


@dataclass(frozen=True, slots=True)
class BookOnShelf:
    """A project as it lies on the shelf; None for what its reports do not say. `problem`: why it cannot be opened.

    Of `lines`, `made` had a take when it was rendered last; `changed_at`, in seconds since the epoch, is when that was,
    or when it was made. `audio_s` and `files` are of the audiobook that was assembled last.
    """

    name: str
    title: str
    author: str = ""
    problem: str = ""
    working: bool = False
    state: str = "new"
    cover: bool = False
    lines: int | None = None
    made: int | None = None
    rtf: float | None = None
    audio_s: float | None = None
    files: int = 0
    quarantined: int = 0
    changed_at: float = 0.0


def books_on_shelf(home: Path) -> list[BookOnShelf]:
    """The projects under a home's projects/, the one that was worked on last first."""
    return sorted((_book(folder, home) for folder in projects_in(home)), key=lambda book: -book.changed_at)


def _book(folder: Path, home: Path) -> BookOnShelf:
    try:
        with storage(folder):
            return _read(Project(folder, home), folder)
    except NarrateError as error:
        return BookOnShelf(folder.name, folder.name, problem=told_error(error, home))


def _read(project: Project, folder: Path) -> BookOnShelf:
    report = read_report(project.out / "report.json") or {}
    run = read_report(project.out / "run.json") or {}
    working = is_worked_on(folder)
    return BookOnShelf(
        name=folder.name,
        title=project.settings.title,
        author=project.settings.author,
        working=working,
        state=_state(run, report, working),
        cover=has_cover(project),
        lines=run.get("lines") or report.get("lines"),
        made=(run.get("kept", 0) + run.get("made", 0)) if run else report.get("lines"),
        rtf=run.get("rtf") or report.get("rtf"),
        audio_s=report.get("audio_s"),
        files=len(report.get("files", ())),
        quarantined=len(report.get("quarantined", ())),
        changed_at=_changed_at(folder),
    )


def _state(run: dict[str, Any], report: dict[str, Any], working: bool) -> str:
    """How the book stands: new, working, stopped, failed, rendered or finished."""
    if working:
        return "working"
    last = run.get("state")
    if last in ("running", "stopped"):  # a process that was killed had no time to say so
        return "stopped"
    if last == "failed":
        return "failed"
    return "finished" if report.get("files") else "rendered" if last == "done" else "new"


def _changed_at(folder: Path) -> float:
    times = [path.stat().st_mtime for name in ("out/run.json", "project.toml") if (path := folder / name).is_file()]
    return max(times, default=0.0)


@dataclass(frozen=True, slots=True)
class Begun:
    """A project that a book was put into; `fresh` where it was made for it, and `notes` on how the book was read."""

    name: str
    fresh: bool
    notes: tuple[str, ...] = ()


def begin_book(file: Path, home: Path, wanted: Wanted, voice: str = "") -> Begun:
    """Put a book on the shelf: a project of its own, or the one that was made of the same file before.

    Another book of the same name gets a number behind its name. Raises NarrateError, and then there is none.
    """
    source, notes = read_source(file), list[str]()

    def hear(event: Event) -> None:
        if isinstance(event, Notice):
            notes.append(told_text(event.text, home))

    for folder in _names(home / "projects", slug(file.stem)):
        if (project := find_project(folder.name, home)) is None:
            notes.clear()
            try:
                follow(create_project(source, home, folder, voice or None, wanted, Attributing()), hear)
                return Begun(folder.name, fresh=True, notes=tuple(notes))
            except (ProjectError, StorageError):
                if (project := find_project(folder.name, home)) is None:
                    raise
                # Another was quicker, with the same book or with another one of its name.
        if same_source(project, source.data):
            return Begun(folder.name, fresh=False)
    raise AssertionError("there is always another number")


def _names(folder: Path, name: str) -> Iterator[Path]:
    """What a project of that name may be called in `folder`, where others are."""
    yield folder / name
    yield from (folder / f"{name}-{number}" for number in count(2))
