"""Lines spoken for the proof page: the engine and the checks stay open from one to the next."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from narrate.check import Watch, noted_verdict, read_accepted
from narrate.engine import Wanted
from narrate.project import Project
from narrate.takes import Request
from narrate.work.inventory import Setup, take_inventory
from narrate.work.loop import render
from narrate.work.quality import check_level, watch_for
from narrate.work.run import Run


class Speaker:
    """Speaks lines of one project within a run, whose engine is used; its checks know all takes that are there."""

    def __init__(self, wanted: Wanted, run: Run) -> None:
        self._wanted, self._run = wanted, run
        self._watch: tuple[int, Watch | None] | None = None

    def speak(
        self,
        project: Project,
        ready: Setup,
        requests: Sequence[Request],
        stop: threading.Event,
        landed: Callable[[int], None] = lambda count: None,
    ) -> None:
        """Make takes, each the best of as many attempts as the checks allow, until `stop` is set.

        `landed` hears how many lines have one. Raises NarrateError.
        """
        engine = self._run.engine(ready.manner.engine, list(ready.models.values()), self._wanted)
        watch = self._checks(project)
        accepted = read_accepted(project.folder)
        asked = [replace(r, attempt=accepted[r.key].attempt) if r.key in accepted else r for r in requests]
        there: set[str] = set()
        for _ in range(1 if watch is None else watch.attempts):
            for made in render(engine, asked, project.takes, stop, watch, writers=1):
                there.add(made.request.key)
                landed(len(there))
            if watch is not None and check_level(project, self._wanted) == "full":
                watch.settle(stop)
            failed = [request for request in asked if request.key not in accepted and _failed(project, request)]
            asked = [replace(request, attempt=request.attempt + 1) for request in failed]
            if not asked or stop.is_set():
                return

    def _checks(self, project: Project) -> Watch | None:
        """The checks; learned anew when another process has made takes."""
        ran = 0
        with suppress(OSError):
            ran = (project.out / "run.json").stat().st_mtime_ns
        if self._watch is None or self._watch[0] != ran:
            self._watch = ran, watch_for(project, take_inventory(project, self._wanted))
        return self._watch[1]


def _failed(project: Project, request: Request) -> bool:
    """Whether the take that is kept failed its checks."""
    found = noted_verdict(project.takes.asked(request.key)) if request.key in project.takes else None
    return found is not None and not found.passed
