"""Books made in the background, one after the other, by a server that may end at any time.

A job is a small file under the home's jobs/, written by rename: what is unfinished when the process dies goes on with
the next one, and the takes that there were are kept. Books are read as they come; one job at a time renders.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

from filelock import BaseFileLock

from narrate.engine import Wanted
from narrate.errors import NarrateError, ProjectError
from narrate.files import inside, make_folder, slug, storage
from narrate.project import same_source, set_setting
from narrate.readers import check_suffix
from narrate.work.cast import set_narrator
from narrate.work.events import Event, Progress, Stage, follow
from narrate.work.job import (
    Choices,
    Job,
    State,
    check_choices,
    claimed,
    clear_drafts,
    clear_jobs,
    files_of,
    new_id,
    now,
    read_jobs,
    write_job,
)
from narrate.work.new import open_or_create
from narrate.work.night import Outcome, to_open, work_through
from narrate.work.opening import find_project, open_project, project_named
from narrate.work.quotations import Attributing
from narrate.work.refusals import BusyError, FullError, UnknownError
from narrate.work.run import Opens, Run
from narrate.work.source import read_source
from narrate.work.status import is_worked_on
from narrate.work.stop import Stop

JOBS = "jobs"
MOST = 100  # jobs that wait
KEPT = 200  # jobs that are over and still told of
EVERY_S = 0.2  # between two events of how far a job is
DISK_WAIT_S = 600.0  # for space on a full disk
LOOK_S = 1.0  # between two looks at projects that others work on
USUAL = Choices()  # nothing is said of it

Heard = Callable[[Job, Event], None]
log = logging.getLogger(__name__)


class Jobs:
    """The jobs of a home. Its methods may be called on any thread; `heard` is told what happens, on a job's thread.

    With each event comes the job as it stands then; the event is the job itself where its state has changed.
    """

    def __init__(
        self, home: Path, wanted: Wanted, opens: Opens | None = None, heard: Heard = lambda job, event: None
    ) -> None:
        self._home, self._wanted, self._opens, self._heard = home, wanted, opens, heard
        self._folder = home / JOBS
        self._jobs: dict[str, Job] = {}  # in the order in which they were asked for
        self._changed = threading.Condition()
        self._stop: tuple[str, Stop] | None = None  # of the job that is at work
        self._claim: BaseFileLock | None = None
        self._changes = 0
        self._ending = False
        self._told_at = 0.0  # by time.monotonic
        self._threads = [threading.Thread(target=it, daemon=True) for it in (self._read_on, self._work_on)]

    # --- what is asked ------------------------------------------------------------------------------

    def claim(self) -> None:
        """Have the home's jobs to oneself. Raises BusyError where another process has them."""
        self._claim = self._claim or claimed(self._folder)

    def start(self) -> None:
        """Go on with what a process before this one has left, and with what comes. `claim` is its first step."""
        self.claim()
        clear_jobs(self._folder)
        with self._changed:
            for job in read_jobs(self._folder):
                self._jobs[job.id] = replace(job, state="waiting") if job.state == "working" else job
            self._trim()
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether a job is at work."""
        return self._stop is not None

    def all(self) -> list[Job]:
        """The jobs, those that were asked for last first."""
        with self._changed:
            return [*self._jobs.values()][::-1]

    def find(self, job_id: str) -> Job:
        """The job with that id. Raises UnknownError."""
        with self._changed:
            if job_id not in self._jobs:
                raise UnknownError(f'there is no job "{job_id[:60]}"')
            return self._jobs[job_id]

    def of(self, project: str) -> Job | None:
        """The last job of a project."""
        return next((job for job in self.all() if job.project == project), None)

    def add(
        self,
        project: str = "",
        asked: Choices = USUAL,
        *,
        book: Path | None = None,
        own: bool = False,
    ) -> Job:
        """Another job: for a `project` that is there, or for a `book`'s file in the home, which is the job's `own` now.

        Raises NarrateError, and then there is none: BusyError where the project has one that is not over, FullError.
        """
        if book is not None:
            check_suffix(Path(book.name))
            project = slug(asked.title or book.stem)
        check_choices(self._home, project, asked)
        found = project_named(project, self._home) if book is None else find_project(project, self._home)
        if book is not None and found is not None and not same_source(found, book.read_bytes()):
            what = f"was made from another {book.name}"
            raise ProjectError(what, where=found.folder.relative_to(self._home), do="give this one a title of its own")
        chosen = {choice.name: getattr(asked, choice.name) for choice in fields(Choices)}
        job = Job(**chosen, id=new_id(), project=project, asked_at=now())
        with self._changed:
            if other := next((it for it in self._jobs.values() if it.project == project and not it.is_over), None):
                raise BusyError(f"job {other.id} is at work on {project}", do="wait for its end, or stop it")
            if sum(not it.is_over for it in self._jobs.values()) >= MOST:
                raise FullError(f"{MOST} jobs are waiting", do="ask again later")
            job = self._take_in(job, book, own)
            self._jobs[job.id] = job
            self._trim()
            self._notify()
        self._heard(job, job)
        return job

    def stop(self, job_id: str) -> Job:
        """Stop a job, takes and all that was finished kept; forget one that is over. Raises UnknownError."""
        with self._changed:
            job = self.find(job_id)
            if job.is_over:
                self._forget(job)
                return job
            if self._stop is not None and self._stop[0] == job_id:
                self._stop[1].set("as it was asked")
                return job
        return self._set(job_id, "stopped")

    def file(self, job_id: str, name: str) -> Path:
        """A file that a job has made. Raises UnknownError."""
        job = self.find(job_id)
        if name not in job.files:
            raise UnknownError(f'job {job_id} has made no file "{name[:120]}"')
        return inside(self._home / "projects" / job.project / "out", name)

    def end(self) -> None:
        """Begin nothing more, and stop what is at work: it goes on when there is a next process."""
        with self._changed:
            self._ending = True
            if self._stop is not None:
                self._stop[1].set("the server ends")
            self._notify()

    def close(self) -> None:
        """Wait for what is at work to be whole. `end` comes before."""
        self.end()
        self._threads[1].join()
        if self._claim is not None:
            self._claim.release()

    # --- what is done -------------------------------------------------------------------------------

    def _take_in(self, job: Job, book: Path | None, own: bool) -> Job:
        """Put a job on disk, with the book where that is its own."""
        folder = self._folder / job.id
        with storage(folder):
            make_folder(folder)
            if book is not None and own:
                book = book.replace(folder / book.name)
        job = replace(job, book="" if book is None else str(book.relative_to(self._home)))
        write_job(folder, job)
        return job

    def _trim(self) -> None:
        """Forget the oldest of those that are over."""
        for job in [job for job in self._jobs.values() if job.is_over][:-KEPT]:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        del self._jobs[job.id]
        shutil.rmtree(self._folder / job.id, ignore_errors=True)

    def _set(self, job_id: str, state: State, **fields: object) -> Job:
        """Give a job another state, and keep that."""
        with self._changed:
            job = replace(self._jobs[job_id].at_rest, state=state, **fields)  # type: ignore[arg-type]
            if job.is_over:
                job = replace(job, ended_at=now())
            self._jobs[job_id] = job
            write_job(self._folder / job_id, job)
            self._notify()
        self._heard(job, job)
        return job

    def _tell(self, job_id: str, event: Event) -> None:
        """Let it be known what happens to a job, and how far it is."""
        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or job.is_over:
                return
            if isinstance(event, Progress):
                left_s = round(event.left_s, 1)
                job = replace(job, stage="speaking", done=event.done, of=event.lines, left_s=left_s, progress=event)
            elif isinstance(event, Stage):
                job = replace(job, stage=event.name, done=event.done, of=event.of, left_s=None, progress=None)
            self._jobs[job_id] = job
        if isinstance(event, Progress | Stage) and job.done < job.of and time.monotonic() - self._told_at < EVERY_S:
            return
        self._told_at = time.monotonic()
        self._heard(job, event)

    def _notify(self) -> None:
        self._changes += 1
        self._changed.notify_all()

    def _next(self, ready: Callable[[Job], bool]) -> Job | None:
        """The first job that waits and is ready, once there is one; None when this is to end."""
        while True:
            with self._changed:
                if self._ending:
                    return None
                seen, waiting = self._changes, [job for job in self._jobs.values() if job.state == "waiting"]
            if (found := next((job for job in waiting if ready(job)), None)) is not None:
                return found
            with self._changed:
                self._changed.wait_for(lambda seen=seen: self._changes != seen, LOOK_S)  # type: ignore[misc]

    def _read_on(self) -> None:
        """Make the projects of books as they come, whatever renders meanwhile."""
        while (job := self._next(lambda job: not job.prepared)) is not None:
            self._do(job, self._prepare)

    def _work_on(self) -> None:
        """Render one job after the other; one whose project another process works on lets others go first."""
        while (job := self._next(lambda job: job.prepared and not is_worked_on(self._project(job)))) is not None:
            self._do(job, self._work)

    def _do(self, job: Job, work: Callable[[Job], None]) -> None:
        """Do some of a job; what goes wrong is its own alone."""
        try:
            work(job)
        except NarrateError as error:
            self._finish(job.id, "failed", error=str(error))
        except Exception as error:
            log.exception("Job %s ended by a defect", job.id)
            self._finish(job.id, "failed", error=f"{type(error).__name__}: {error} (a defect of narrate)")

    def _project(self, job: Job) -> Path:
        return self._home / "projects" / job.project

    def _wants(self, job: Job) -> Wanted:
        return replace(self._wanted, engine=job.engine or self._wanted.engine)

    def _prepare(self, job: Job) -> None:
        """Make the project of a job's book, and set what the job says of it."""
        folder, file = self._project(job), self._home / job.book
        if job.book:
            self._tell(job.id, Stage("reading", 0, 1))
            clear_drafts(folder)
            making = open_or_create(
                read_source(file), self._home, folder, job.voice or None, self._wants(job), Attributing()
            )
            follow(making, lambda event: self._tell(job.id, event))
        elif job.voice:
            set_narrator(open_project(folder, self._home), job.voice)
        for key, value in (("title", job.title), ("output.target", job.target)):
            if value:
                set_setting(folder / "project.toml", key, value)
        with self._changed:
            if job.id in self._jobs and not self._jobs[job.id].is_over:  # nobody has stopped it meanwhile
                self._set(job.id, "done" if job.until == "script" else "waiting", prepared=True)
        if file.parent == self._folder / job.id:
            file.unlink(missing_ok=True)  # the project has its own

    def _work(self, job: Job) -> None:
        """Render and assemble a project."""
        stop = Stop()
        with self._changed:
            if self._ending or self.find(job.id).is_over:
                return
            self._stop = job.id, stop
            self._set(job.id, "working")
        ended: list[Outcome] = []

        def heard(event: Event) -> None:
            if isinstance(event, Outcome):
                ended.append(event)
            else:
                self._tell(job.id, event)

        wanted = self._wants(job)
        try:
            with closing(Run(stop, DISK_WAIT_S, self._opens)) as run:
                books = to_open([str(self._project(job))], self._home, wanted)
                follow(work_through(books, wanted, run, job.formats, assemble=job.until == "audiobook"), heard)
        finally:
            stop.over()
            self._stop = None
        self._tell_outcome(job, ended[-1] if ended else None)

    def _tell_outcome(self, job: Job, outcome: Outcome | None) -> None:
        if outcome is None or outcome.end == "stopped":
            if not self._ending:
                self._finish(job.id, "stopped")
            return
        files = tuple(files_of(outcome)) if outcome.audiobook else ()
        state: State = "failed" if outcome.end == "failed" else "done"
        if outcome.traceback:
            log.error("%s", outcome.traceback)
        self._finish(job.id, state, error=outcome.message, files=files, quarantined=len(outcome.quarantined))

    def _finish(self, job_id: str, state: State, **fields: object) -> None:
        """Give a job its last state, unless it has one."""
        with self._changed:
            if job_id in self._jobs and not self._jobs[job_id].is_over:
                self._set(job_id, state, **fields)
