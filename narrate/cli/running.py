"""A command at work: its engine, kept open from book to book, its locks, its logs and when it is to stop."""

import heapq
import logging
import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import click

from narrate.audio import Sound
from narrate.check import measured
from narrate.cli.progress import clock, say
from narrate.cli.stopping import Limits, Stop, stopping
from narrate.engine import Engine, Model, Wanted, open_lasting
from narrate.errors import NarrateError, StorageError
from narrate.project import Pace, PlacedChapter, Project, RunReport, Worst, write_run
from narrate.takes import Holder, TakeStore, locked
from narrate.work import Made

LIVE_S = 5.0  # between two writings of out/run.json
LOGGED_S = 60.0
WORST = 20
FULL_LOOK_S = 2.0  # between two tries to write on a full disk

log = logging.getLogger(__name__)


class Run:
    """One command's run over one project or several, one after the other."""

    def __init__(self, stop: Stop, disk_wait_s: float = 0.0) -> None:
        self.stop = stop
        self._disk_wait_s = disk_wait_s
        self._full = threading.Lock()
        self._full_since: float | None = None
        self._engine: tuple[object, Engine[Sound]] | None = None
        self._on: Path | None = None
        self.log_file: Path | None = None

    @contextmanager
    def on(self, project: Project) -> Iterator[bool]:
        """Work on `project`, alone: its lock is held and a log is kept. False when the run is to stop instead.

        A second renderer waits here, and says for whom. Within itself it may be used again.
        """
        if self._on == project.folder:
            yield True
            return

        def waiting(who: Holder | None) -> None:
            say(f"{project.folder} is being worked on by {who or 'another process'}; waiting for it to end.")

        with locked(project.takes.folder, waiting, self.stop.event) as held:
            if not held:
                yield False
                return
            self._on = project.folder
            project.takes.sweep()
            project.takes.full = self._wait_for_space
            with self._logging(project.out / "logs"):
                try:
                    yield True
                finally:
                    self._on = None

    def engine(self, name: str, models: Sequence[Model], wanted: Wanted) -> Engine[Sound]:
        """The engine, open: the one that spoke the last book where it is the same."""
        key = name, tuple(model.path for model in models), wanted.options, wanted.gpus, wanted.ray
        if self._engine is not None and self._engine[0] != key:
            self.close()
        if self._engine is None:
            opened = open_lasting(name, key[1], wanted, measured)
            self._engine = key, opened
        return self._engine[1]

    def close(self) -> None:
        """Close the engine. Harmless when called twice."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine[1].close()

    def _wait_for_space(self, error: StorageError) -> bool:
        """Asked by threads that write takes: is it worth another try? False after the time allowed for it."""
        with self._full:
            now = time.monotonic()
            if self._full_since is None or now - self._full_since > self._disk_wait_s + 10 * FULL_LOOK_S:
                self._full_since = now
                if self._disk_wait_s:
                    log.warning(
                        "%s: waiting for space, %.0f minutes at most; nothing is lost.", error, self._disk_wait_s / 60
                    )
            left_s = self._full_since + self._disk_wait_s - now
        return left_s > 0 and not self.stop.event.wait(min(FULL_LOOK_S, left_s))

    @contextmanager
    def _logging(self, folder: Path) -> Iterator[None]:
        """The messages of the block in a file of their own, made with the first of them.

        The traceback of what nobody expected is one of them.
        """
        self.log_file = folder / f"{datetime.now():%Y-%m-%dT%H%M%S}.log"
        handler = _LogFile(self.log_file)
        logger = logging.getLogger("narrate")
        before = logger.level
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        try:
            yield
        except (NarrateError, click.ClickException, BrokenPipeError):
            raise
        except Exception:
            log.exception("The run ended by a defect")
            raise
        finally:
            logger.removeHandler(handler)
            logger.setLevel(before)
            handler.close()


class _LogFile(logging.FileHandler):
    """A log that never ends a run: what cannot be written is not."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Nobody is told: the disk may be full."""


@contextmanager
def running(limits: Limits | None = None, *, disk_wait_s: float = 0.0) -> Iterator[Run]:
    """A run, and its end: the engine is closed, the signals are as they were."""
    with stopping(limits or Limits()) as stop:
        run = Run(stop, disk_wait_s)
        try:
            yield run
        finally:
            run.close()


class Tally:
    """What a render has done so far, and `out/run.json` of it."""

    def __init__(self, project: Project, chapters: Sequence[PlacedChapter], lines: int, kept: int) -> None:
        self._project, self._chapters = project, chapters
        self.lines, self.kept = lines, kept
        self.keys: set[str] = set()
        self.audio_s = 0.0  # of the lines, each once
        self.spoken_s = 0.0  # of all attempts at them
        self.ended_late = 0  # attempts
        self._characters = 0
        self._pace = Pace()
        self._began = time.monotonic()
        self._started_at = _now()
        self._wall_s: float | None = None

    def started(self) -> None:
        """The engine is ready: what counts as rendering begins."""
        self._began = time.monotonic()

    def ended(self) -> None:
        """No more is rendered."""
        self._wall_s = self.wall_s

    @property
    def wall_s(self) -> float:
        return time.monotonic() - self._began if self._wall_s is None else self._wall_s

    @property
    def rtf(self) -> float | None:
        return self.audio_s / self.wall_s if self.keys and self.wall_s else None

    def watch(self, takes: Iterable[Made], characters: int, engine: Engine[Sound], run: Run) -> Iterator[Made]:
        """Pass takes on, counted; the file is kept up to date, and a line a minute logged."""
        self.save("running", "", engine, run, None)
        told = logged = time.monotonic()
        for take in takes:
            self.spoken_s += take.seconds
            self.ended_late += take.ended_late
            if take.request.key not in self.keys:
                self.keys.add(take.request.key)
                self.audio_s += take.seconds
                self._characters += len(take.request.text)
            self._pace.add(self.wall_s, self.audio_s)
            now = time.monotonic()
            if now - told >= LIVE_S:
                told = now
                left_s = self.wall_s * (characters / self._characters - 1)
                self.save("running", "", engine, run, max(left_s, 0.0))
                if now - logged >= LOGGED_S:
                    logged = now
                    done = self.kept + len(self.keys)
                    log.info("%d of %d lines, RTF %.1f, %s left", done, self.lines, self.rtf or 0, clock(left_s))
            yield take

    def save(self, state: str, why: str, engine: Engine[Sound] | None, run: Run, left_s: float | None) -> RunReport:
        """Write `out/run.json`, where that can be done."""
        there = run.log_file is not None and run.log_file.exists()
        report = RunReport(
            state=state,
            why=why,
            pid=os.getpid(),
            host=socket.gethostname(),
            started_at=self._started_at,
            updated_at=_now(),
            lines=self.lines,
            kept=self.kept,
            made=len(self.keys),
            audio_s=round(self.audio_s, 3),
            wall_s=round(self.wall_s, 3),
            rtf=None if self.rtf is None else round(self.rtf, 2),
            left_s=None if left_s is None else round(left_s, 1),
            losses=getattr(engine, "losses", 0),
            ended_late=self.ended_late,
            same_in_any_batch=getattr(engine, "steady", None),
            pace=self._pace.points,
            worst=() if state == "running" else self._worst(),
            log=str(run.log_file.relative_to(self._project.folder)) if there and run.log_file else "",
        )
        with suppress(StorageError):
            write_run(self._project.out, report)
        return report

    def _worst(self) -> list[Worst]:
        """The takes of this run that are farthest from what is right, the worst first."""
        places = {
            line.request.key: line for chapter in self._chapters for line in chapter.lines if line.request is not None
        }
        scored = []
        for key in self.keys & places.keys():
            verdict = _verdict(self._project.takes, key)
            if verdict is not None:
                scored.append((*verdict, key))
        worst = heapq.nlargest(WORST, scored)
        return [Worst(places[key].place, places[key].line.text, score, why) for score, why, key in worst]


def _verdict(takes: TakeStore, key: str) -> tuple[float, str] | None:
    """The score and the reasons in a take's comment; None for one that was not judged."""
    with suppress(StorageError):
        noted = takes.asked(key).get("verdict")
        if isinstance(noted, dict) and isinstance(noted.get("score"), int | float):
            return float(noted["score"]), "; ".join(str(why) for _, _, why in noted.get("failed", ()))
    return None


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
