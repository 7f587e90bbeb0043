"""What a job does: the project made of its book, and what is missing of that rendered and assembled."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from narrate.engine import Wanted
from narrate.errors import ProjectError
from narrate.project import set_setting
from narrate.work.cast import set_narrator
from narrate.work.events import Event, Stage, follow
from narrate.work.job import Job
from narrate.work.new import open_or_create
from narrate.work.night import Outcome, to_open, work_through
from narrate.work.opening import open_project
from narrate.work.quotations import Attributing
from narrate.work.run import Opens, Run
from narrate.work.source import read_source
from narrate.work.stop import Stop

DISK_WAIT_S = 20.0  # for space on a full disk, before the job lets others go first

Tell = Callable[[Event], None]


def prepare(job: Job, home: Path, wanted: Wanted, tell: Tell) -> None:
    """Make the project of a job's book, and set what the job says of it. Raises NarrateError."""
    folder = job.folder_in(home)
    if job.book:
        tell(Stage("reading", 0, 1))
        source, wanted = read_source(home / job.book), _wants(job, wanted)
        follow(open_or_create(source, home, folder, job.voice or None, wanted, Attributing()), tell)
    elif job.voice:
        set_narrator(open_project(folder, home), job.voice)
    for key, value in (("title", job.title), ("output.target", job.target)):
        if value:
            set_setting(folder / "project.toml", key, value)


def make(job: Job, home: Path, wanted: Wanted, opens: Opens | None, stop: Stop, tell: Tell) -> Outcome | None:
    """Render a job's project, and assemble it where that is asked; None where it was stopped before it began.

    Raises ProjectError where the project is moved or removed meanwhile.
    """
    ended: list[Outcome] = []
    folder, wanted, gone = job.folder_in(home), _wants(job, wanted), False

    def heard(event: Event) -> None:
        nonlocal gone
        if isinstance(event, Outcome):
            ended.append(event)
            return
        if not (folder / "project.toml").exists():  # or it would be written to where it is no more
            gone = True
            stop.set("its project is gone")
        tell(event)

    with closing(Run(stop, DISK_WAIT_S, opens)) as run:
        books = to_open([str(folder)], home, wanted)
        follow(work_through(books, wanted, run, job.formats, assemble=job.until == "audiobook"), heard)
    if gone or not (folder / "project.toml").exists():
        if folder.is_dir() and {path.name for path in folder.iterdir()} <= {"takes", "out"}:
            shutil.rmtree(folder, ignore_errors=True)  # what was still in hand: no project is there
        what = "was moved or removed while it was at work"
        raise ProjectError(what, where=folder, do="ask for it again by the name that it has now")
    return ended[-1] if ended else None


def _wants(job: Job, wanted: Wanted) -> Wanted:
    return replace(wanted, engine=job.engine or wanted.engine)
