"""A job: a book to be made in the background, and its record on disk, which outlasts the process that does it."""

import json
import logging
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from filelock import FileLock, Timeout

from narrate.errors import StorageError
from narrate.files import make_folder, storage, sweep_parts, write_text
from narrate.project import setting
from narrate.voices import check_name, find_voice, shelves_of
from narrate.work.events import Event, Progress
from narrate.work.night import Outcome
from narrate.work.refusals import BusyError, RefusedError

RECORD = "job.json"

log = logging.getLogger(__name__)

State = Literal["waiting", "working", "done", "failed", "stopped"]
Until = Literal["script", "takes", "audiobook"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be said of a book that is to be made; "" leaves what is usual.

    `voice`: the narrator's, a name on the shelf. `engine`: draft or qwen. `formats`: those to make, the project's where
    none is named. `target`: books, acx, podcast or podcast-stereo. `title`: in place of the book's own, and its
    project is named after it. `until`: only the script, the takes too, or the whole audiobook.
    """

    voice: str = ""
    engine: str = ""
    formats: tuple[str, ...] = ()
    target: str = ""
    title: str = ""
    until: Until = "audiobook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Choices, Event):
    """A job as it stands: the `project` under projects/ that it works on, and what it is to do.

    `book`: the file that the project is made from, "" where it was there. `prepared`: the script is there, and what was
    chosen is set.

    `stage` is what is done just now, and `done` of `of` how far that is; `left_s` what it will take, where that is
    known; `progress` that of a render. `files` are those that were made, under the project's out/; `quarantined`
    counts lines that failed their checks.
    """

    id: str
    project: str
    book: str = ""
    prepared: bool = False
    state: State = "waiting"
    stage: str = ""
    done: int = 0
    of: int = 0
    left_s: float | None = None
    progress: Progress | None = None
    error: str = ""
    files: tuple[str, ...] = ()
    quarantined: int = 0
    asked_at: str = ""
    ended_at: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be done."""
        return self.state not in ("waiting", "working")

    def folder_in(self, home: Path) -> Path:
        """The folder of its project."""
        return home / "projects" / self.project

    @property
    def at_rest(self) -> "Job":
        """The job as it is kept, without how far it is."""
        return replace(self, stage="", done=0, of=0, left_s=None, progress=None)


def new_id() -> str:
    """What nobody else is called; those of later jobs come later in the alphabet."""
    return f"{datetime.now():%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}"


def now() -> str:
    """The time, in ISO 8601."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Records:
    """The records of jobs, each in a folder of its own. Its methods are called by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._behind: set[str] = set()  # jobs whose records could not be written

    def add(self, job: Job, book: Path | None, home: Path, *, own: bool) -> Job:
        """Put a new job on disk, with the book where that is its `own`. Raises StorageError, and it is not there."""
        folder = self._folder / job.id
        try:
            with storage(folder):
                make_folder(folder)
                if book is not None and own:
                    book = book.replace(folder / book.name)
            job = replace(job, book="" if book is None else str(book.relative_to(home)))
            self._write(job)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return job

    def keep(self, job: Job) -> None:
        """Write a job down as it stands; what cannot be written now, on a full disk say, is by `catch_up`."""
        try:
            self._write(job)
            self._behind.discard(job.id)
        except StorageError as error:
            if job.id not in self._behind:
                log.warning("Job %s cannot be written down just now: %s", job.id, error)
            self._behind.add(job.id)

    def catch_up(self, jobs: Mapping[str, Job]) -> None:
        """Try again to write what could not be written."""
        for job_id in [*self._behind]:
            self.keep(jobs[job_id])

    def forget(self, job: Job) -> None:
        """Remove a job."""
        self._behind.discard(job.id)
        shutil.rmtree(self._folder / job.id, ignore_errors=True)

    def _write(self, job: Job) -> None:
        text = json.dumps(asdict(job.at_rest), ensure_ascii=False, indent=1)
        write_text(self._folder / job.id / RECORD, text + "\n")


def read_jobs(folder: Path) -> Iterator[Job]:
    """The jobs in `folder` in the order in which they were asked for; what cannot be read is told in the log."""
    import msgspec

    for file in sorted(folder.glob(f"*/{RECORD}")):
        try:
            job = msgspec.json.decode(file.read_bytes(), type=Job)
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("%s", StorageError(f"is no job: {error}", where=file, do="remove its folder"))
            continue
        if job.id == file.parent.name:
            yield job


def check_choices(home: Path, project: str, asked: Choices) -> None:
    """Raise NarrateError for what a job cannot be asked: not in the night, but at once."""
    if asked.until not in get_args(Until):
        raise RefusedError(f'until "{asked.until}" is none of {", ".join(get_args(Until))}')
    if asked.voice:
        find_voice(check_name(asked.voice), shelves_of(home, home / "projects" / project))
    settings = ("engine", asked.engine), ("output.formats", list(asked.formats)), ("output.target", asked.target)
    for name, value in settings:
        if value:
            setting(name, value)


def clear_drafts(project: Path) -> None:
    """Remove what a killed process left of making the folder of a `project`."""
    for path in project.parent.glob(f".{project.name}.*.part"):
        shutil.rmtree(path, ignore_errors=True)


def claimed(folder: Path) -> FileLock:
    """The lock of the jobs' folder, held: two processes would do the same jobs. Raises BusyError, StorageError."""
    with storage(folder):
        make_folder(folder)
        lock = FileLock(folder / ".lock", timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            do = "use that one, or give another HOME"
            raise BusyError("is served by another process", where=folder.parent, do=do) from None
    return lock


def clear_jobs(folder: Path) -> None:
    """Remove what a killed process left half written in the jobs' folder."""
    sweep_parts(folder)
    for path in folder.glob("*"):  # hidden ones too
        if path.is_dir() and not (path / RECORD).is_file():
            shutil.rmtree(path, ignore_errors=True)


def files_of(outcome: Outcome) -> Iterator[str]:
    """The files that a job has made, by their names under the project's out/; those in a folder each for itself."""
    assert outcome.project is not None
    assert outcome.audiobook is not None
    out = outcome.project.out
    for path in map(Path, outcome.audiobook.assembled.files):
        inner = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        yield from (file.relative_to(out).as_posix() for file in inner)
