"""Changes by others to a project while it is proofed: a person with an editor, and a process that renders."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from narrate.errors import StorageError
from narrate.project import LEXICON, POLL_S, PlacedLine, Project, Wish, ask, read_report
from narrate.script import Line
from narrate.work.refusals import BusyError, RefusedError

WAIT_S = 600.0  # for a render to come to a line, or to end: an engine on a CPU has minutes of speech in hand


@dataclass(frozen=True, slots=True)
class Rendering:
    """How far a render is, in lines; None for what it has not said."""

    done: int
    total: int | None
    audio_s: float | None = None
    rtf: float | None = None


def edited_at(folder: Path) -> int:
    """When the person's files were changed last, in nanoseconds; 0 where none can be looked at."""
    latest = 0
    for path in (folder / "project.toml", folder / "cast.toml", folder / LEXICON, *(folder / "script").glob("*")):
        with suppress(OSError):
            latest = max(latest, path.stat().st_mtime_ns)
    return latest


def rendering_of(project: Project) -> Rendering | None:
    """How far the process is that renders the project, as its out/run.json has it."""
    with suppress(StorageError):
        run = read_report(project.out / "run.json") or {}
        if run.get("state") == "running":
            done = int(run.get("kept") or 0) + int(run.get("made") or 0)
            return Rendering(done, run.get("lines"), run.get("audio_s"), run.get("rtf"))
    return None


def spoken_beside(
    project: Project, placed: PlacedLine, line: Line, stop: threading.Event, free: Callable[[], bool]
) -> bool:
    """Have the render that goes on speak `line`, which stands or will stand at `placed`'s place, before all others.

    True once its take is there; False where the render has ended without, and the project is `free`: then it is for
    the caller to make. Raises RefusedError where the render cannot speak it, BusyError after WAIT_S.
    """
    takes = project.takes
    wish, ends = Wish.of(placed, line), time.monotonic() + WAIT_S
    while True:
        for _, why in ask(takes, [wish], stop, ends - time.monotonic()):
            if why:
                raise RefusedError(f"{placed.place}: {why}")
            return True
        if free():
            return wish.key in takes
        if stop.wait(POLL_S):
            raise RefusedError("stopped")
        if time.monotonic() >= ends:
            minutes = f"{WAIT_S / 60:.0f} minutes"
            what = f"{placed.place} has not been spoken for {minutes} by the process that works on the book"
            raise BusyError(what, do="ask again when it has ended")
