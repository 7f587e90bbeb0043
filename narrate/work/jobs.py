"""Books made in the background, one after the other, by a server that may end at any time.

A job is a small file under the home's jobs/, written by rename: what is unfinished when the process dies goes on with
the next one, and the takes that there were are kept. Books are read as they come; one job at a time renders.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from filelock import BaseFileLock

from narrate.engine import Wanted
from narrate.errors import AssemblyError, EngineError, NarrateError, ProjectError, StorageError
from narrate.files import inside, is_full, slug
from narrate.project import same_source
from narrate.readers import check_suffix
from narrate.work.events import Event, Notice, Progress, Stage
from narrate.work.job import (
    Choices,
    Job,
    Records,
    State,
    check_choices,
    claimed,
    clear_drafts,
    clear_jobs,
    files_of,
    new_id,
    now,
    read_jobs,
)
from narrate.work.making import make, prepare
from narrate.work.night import Outcome
from narrate.work.opening import find_project, project_named
from narrate.work.refusals import BusyError, FullError, UnknownError
from narrate.work.run import Opens
from narrate.work.status import is_worked_on
from narrate.work.stop import Stop
from narrate.work.told import told_error, told_text

JOBS = "jobs"
MOST = 100  # jobs that wait
KEPT = 200  # jobs that are over and still told of
EVERY_S = 0.2  # between two events of how far a job is
LATER_S = 60.0  # before one that met a full disk goes on
SIGNAL_S = 1.0  # for a signal to reach the server that has reached its children
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
        self._records = Records(self._folder)
        self._jobs: dict[str, Job] = {}  # in the order in which they were asked for
        self._changed = threading.Condition()
        self._stop: tuple[str, Stop] | None = None  # of the job that is at work
        self._claim: BaseFileLock | None = None
        self._changes = 0
        self._ending = False
        self._told_at = 0.0  # by time.monotonic
        self._later: dict[str, float] = {}  # when, by time.monotonic, those go on that met a full disk
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
                if not (job.is_over or job.prepared):
                    clear_drafts(job.folder_in(self._home))
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
            job = self._records.add(job, book, self._home, own=own)
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
        return inside(job.folder_in(self._home) / "out", name)

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

    def _trim(self) -> None:
        """Forget the oldest of those that are over."""
        for job in [job for job in self._jobs.values() if job.is_over][:-KEPT]:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        del self._jobs[job.id]
        self._later.pop(job.id, None)
        self._records.forget(job)

    def _set(self, job_id: str, state: State, **fields: object) -> Job:
        """Give a job another state, and keep that."""
        with self._changed:
            job = replace(self._jobs[job_id].at_rest, state=state, **fields)  # type: ignore[arg-type]
            if job.is_over:
                job = replace(job, ended_at=now())
            self._jobs[job_id] = job
            self._records.keep(job)
            self._notify()
        self._heard(job, job)
        return job

    def _tell(self, job_id: str, event: Event) -> None:
        """Let it be known what happens to a job, and how far it is."""
        if isinstance(event, Notice):
            event = Notice(told_text(event.text, self._home))
        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or job.is_over:
                return
            if isinstance(event, Progress):
                left_s = None if event.left_s is None else round(event.left_s, 1)
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
                self._records.catch_up(self._jobs)
                now, seen = time.monotonic(), self._changes
                waiting = [
                    job for job in self._jobs.values() if job.state == "waiting" and self._later.get(job.id, 0.0) <= now
                ]
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
        while (job := self._next(lambda job: job.prepared and not is_worked_on(job.folder_in(self._home)))) is not None:
            self._do(job, self._work)

    def _do(self, job: Job, work: Callable[[Job], None]) -> None:
        """Do some of a job; what goes wrong is its own alone."""
        try:
            work(job)
        except NarrateError as error:
            self._meet(job, error)
        except Exception as error:
            log.exception("Job %s ended by a defect", job.id)
            self._finish(
                job.id, "failed", error=told_text(f"{type(error).__name__}: {error} (a defect of narrate)", self._home)
            )

    def _prepare(self, job: Job) -> None:
        """Make the project of a job's book, and set what the job says of it."""
        prepare(job, self._home, self._wanted, lambda event: self._tell(job.id, event))
        with self._changed:
            if job.id in self._jobs and not self._jobs[job.id].is_over:  # nobody has stopped it meanwhile
                self._set(job.id, "done" if job.until == "script" else "waiting", prepared=True)
        file = self._home / job.book
        if file.parent == self._folder / job.id:
            file.unlink(missing_ok=True)  # the project has its own

    def _work(self, job: Job) -> None:
        """Render and assemble a project."""
        stop = Stop()
        with self._changed:
            if self._ending or self.find(job.id).is_over:
                return
            self._stop = job.id, stop
            self._set(job.id, "working", error="")
        try:
            tell = partial(self._tell, job.id)
            outcome = make(job, self._home, self._wanted, self._opens, stop, tell)
        finally:
            stop.over()
            self._stop = None
        self._tell_outcome(job, outcome, stopped=stop.event.is_set())

    def _tell_outcome(self, job: Job, outcome: Outcome | None, *, stopped: bool) -> None:
        if outcome is None or outcome.end == "stopped" or (stopped and outcome.end == "failed"):
            if not self._ending:
                self._finish(job.id, "stopped")
            return
        if outcome.error is not None:
            self._meet(job, outcome.error)
            return
        files = tuple(files_of(outcome)) if outcome.audiobook else ()
        state: State = "failed" if outcome.end == "failed" else "done"
        if outcome.traceback:
            log.error("%s", outcome.traceback)
        error = told_text(outcome.message, self._home)
        self._finish(job.id, state, error=error, files=files, quarantined=len(outcome.quarantined))

    def _meet(self, job: Job, error: NarrateError) -> None:
        """A job met an error: it goes on later where that is not its own, and has failed else."""
        with self._changed:
            # A signal to the whole group of processes ends a job's ffmpeg a moment before it ends the server.
            by_signal = isinstance(error, AssemblyError | EngineError)
            if by_signal and self._changed.wait_for(lambda: self._ending, SIGNAL_S):
                return
            if isinstance(error, StorageError) and is_full(error):
                self._later[job.id] = time.monotonic() + LATER_S
                if not self._jobs[job.id].is_over:
                    line = told_error(error, self._home, do="free some space there, and it goes on by itself")
                    self._set(job.id, "waiting", error=line)
                return
        self._finish(job.id, "failed", error=told_error(error, self._home))

    def _finish(self, job_id: str, state: State, **fields: object) -> None:
        """Give a job its last state, unless it has one."""
        with self._changed:
            if job_id in self._jobs and not self._jobs[job_id].is_over:
                self._set(job_id, state, **fields)
