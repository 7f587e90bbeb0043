"""A command at work: its engine, kept open from book to book, its locks, its logs and when it is to stop."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from narrate.audio import Sound
from narrate.check import measured
from narrate.engine import Ahead, Engine, Model, Wanted, open_lasting
from narrate.errors import NarrateError, StorageError
from narrate.project import Project
from narrate.takes import Holder, locked
from narrate.work.stop import Stop

FULL_LOOK_S = 2.0  # between two tries to write on a full disk

log = logging.getLogger(__name__)

Opens = Callable[[str, Sequence[str], Wanted], Engine[Sound]]
"""What hands out an engine: by its name, for these models, as it is wanted."""


class Run:
    """One command's run over one project or several, one after the other.

    Its engine is opened by `opens` where that is given, else for itself alone.
    """

    def __init__(self, stop: Stop, disk_wait_s: float = 0.0, opens: Opens | None = None) -> None:
        self.stop = stop
        self._disk_wait_s = disk_wait_s
        self._full = threading.Lock()
        self._full_since: float | None = None
        self._engine: tuple[object, Engine[Sound]] | None = None
        self.ahead = Ahead()
        self._opens = opens
        if opens is not None:
            self.ahead.close()  # there is nothing to begin before it is asked for
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
            what = "%s is being worked on by %s; waiting for it to end."
            log.warning(what, project.folder, who or "another process")

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
            if self._opens is not None:
                self._engine = key, self._opens(name, key[1], wanted)
            else:
                self._engine = key, open_lasting(name, key[1], wanted, measured, self.ahead)
        return self._engine[1]

    def close(self) -> None:
        """Close the engine. Harmless when called twice."""
        self.ahead.close()
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
        except (NarrateError, BrokenPipeError):
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

    def close(self) -> None:
        """Close the file, whatever of it cannot be written."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Nobody is told: the disk may be full."""
