"""Several books in one run, and what is told of it when nobody was there to watch."""

import os
import subprocess
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate.cli.assembling import assemble_project, check_output
from narrate.cli.options import Overnight
from narrate.cli.progress import lines_of, say
from narrate.cli.results import finish_rendering
from narrate.cli.show import show
from narrate.cli.signals import running
from narrate.errors import NarrateError, StorageError
from narrate.project import Project, Sample
from narrate.work import (
    Attributing,
    Rendered,
    Run,
    open_or_create,
    open_project,
    read_source,
    render_project,
)
from narrate.work.tally import clock

if TYPE_CHECKING:
    from narrate.engine import Wanted

NOTIFY_S = 60.0
QUEUE_LOOK_S = 0.2  # between two looks at a queue file that is being rewritten
QUEUE_LOOKS = 25
STOPPED = 130

Opening = Callable[[], Project]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one book: its exit code, and the message of an error."""

    name: str
    code: int
    message: str = ""
    project: Project | None = None
    rendered: Rendered | None = None

    @property
    def word(self) -> str:
        return {0: "done", 3: "done, with lines in quarantine", STOPPED: "stopped"}.get(self.code, "failed")


def work_through(
    books: Iterable[tuple[str, Opening]],
    wanted: "Wanted",
    overnight: Overnight,
    formats: Sequence[str] = (),
    *,
    assemble: bool,
) -> int:
    """Render the books one after the other, assemble them too where asked, and tell of it. The exit code.

    An error ends its book, not the run.
    """
    outcomes: list[Outcome] = []
    began = time.monotonic()
    run: Run | None = None
    ended = False
    try:
        if told := overnight.limits.told(time.time()):
            say(told)
        with running(overnight.limits, disk_wait_s=overnight.disk_wait_s) as run:
            for outcome in _outcomes(books, wanted, formats, run, assemble):
                outcomes.append(outcome)
            _close(run)
        ended = True
    finally:
        code = _worst(outcome.code for outcome in outcomes) if ended else 1
        try:
            if len(outcomes) > 1:
                _tell_all(outcomes)
        finally:
            if overnight.notify:
                why = run.stop.why if run else ""
                _notify(overnight.notify, outcomes, code, why, time.monotonic() - began)
    return code


def _outcomes(
    books: Iterable[tuple[str, Opening]], wanted: "Wanted", formats: Sequence[str], run: Run, assemble: bool
) -> Iterator[Outcome]:
    """What becomes of one book after the other, until there are no more or the run is to stop."""
    coming = iter(books)
    while not run.stop.event.is_set():
        try:
            name, opening = next(coming)
        except StopIteration:
            return
        except NarrateError as error:  # what names the books cannot be read, and is told of like a book
            click.echo(f"narrate: {error}", err=True)
            yield Outcome(str(error.where or "queue"), 1, str(error))
            return
        outcome = _work(name, opening, wanted, formats, run, assemble)
        yield outcome
        if outcome.code == STOPPED:
            return


def _work(name: str, opening: Opening, wanted: "Wanted", formats: Sequence[str], run: Run, assemble: bool) -> Outcome:
    project: Project | None = None
    rendered: Rendered | None = None
    run.log_file = None  # the last book's
    try:
        project = opening()
        check_output(project, formats, assemble=assemble)  # what is wrong is told now, not in the morning
        with run.on(project) as held:
            if not held:
                return Outcome(name, STOPPED, project=project)
            rendered = show(render_project(project, wanted, run))
            if rendered.stopped:
                return Outcome(name, STOPPED, "", project, rendered)
            if assemble:
                return Outcome(name, assemble_project(project, rendered, formats, run), "", project, rendered)
            return Outcome(name, finish_rendering(project, rendered), "", project, rendered)
    except NarrateError as error:
        click.echo(f"narrate: {error}", err=True)
        _close(run)
        return Outcome(name, 1, str(error), project, rendered)
    except KeyboardInterrupt:
        say("Stopped.")
        return Outcome(name, STOPPED, "", project, rendered)
    except BrokenPipeError:
        raise  # nobody is left to tell
    except Exception as error:  # a defect of ours, or of a library
        message = _tell_defect(name, error, run.log_file)
        _close(run)
        return Outcome(name, 1, message, project, rendered)


def _tell_defect(name: str, error: Exception, log_file: Path | None) -> str:
    """Say one line of what nobody expected, and which log has its traceback; it is shown where no log could have it."""
    message = f"{type(error).__name__}: {' '.join(str(error).split())}"
    if log_file is not None and log_file.is_file():
        message += f" (a defect of narrate; its traceback is in {log_file})"
    else:
        traceback.print_exception(error)
    click.echo(f"narrate: {name}: {message}", err=True)
    return message


def _close(run: Run) -> None:
    """Close the engine, so that the next book gets a new one, whatever is wrong with this one."""
    try:
        run.close()
    except Exception as error:
        say(f"The engine could not be closed: {type(error).__name__}: {error}")


def _tell_all(outcomes: Sequence[Outcome]) -> None:
    """A line a book."""
    for outcome in outcomes:
        text = f"{outcome.name}: {outcome.word}"
        if (rendered := outcome.rendered) is not None:
            text += f"; {lines_of(rendered.made)} made, {clock(rendered.audio_s)} of audio in {clock(rendered.wall_s)}"
        click.echo(f"{text}; {outcome.message}" if outcome.message else text)


def _worst(codes: Iterable[int]) -> int:
    """The exit code of a run over books with these: an error before a stop before a quarantine."""
    found = set(codes)
    return next((code for code in (1, STOPPED, 3) if code in found), 0)


def _notify(command: str, outcomes: Sequence[Outcome], code: int, why: str, wall_s: float) -> None:
    """Run the person's own command, with the result in its environment. A failing one is told, no more."""
    rendered = [outcome.rendered for outcome in outcomes if outcome.rendered is not None]
    projects = [outcome.project for outcome in outcomes if outcome.project is not None]
    made = sum(r.made for r in rendered)
    lines = sum(len(r.book.work.requests) for r in rendered)
    kept = sum(r.book.work.kept for r in rendered)
    result = {
        "RESULT": Outcome("", code).word,
        "EXIT_CODE": code,
        "WHY": why or "; ".join(outcome.message for outcome in outcomes if outcome.message),
        "PROJECTS": os.pathsep.join(str(project.folder) for project in projects),
        "REPORTS": os.pathsep.join(str(project.out / "run.txt") for project in projects),
        "LINES": lines,
        "MADE": made,
        "KEPT": kept,
        "AUDIO_S": round(sum(r.audio_s for r in rendered), 1),
        "WALL_S": round(wall_s, 1),
    }
    environment = os.environ | {f"NARRATE_{name}": str(value) for name, value in result.items()}
    try:
        done = subprocess.run(command, shell=True, env=environment, timeout=NOTIFY_S, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"--notify did not work: {error}")
        return
    if done.returncode:
        say(f"--notify ended with exit code {done.returncode}.")


def to_open(
    names: Iterable[str], home: Path, wanted: "Wanted", sample: Sample | None = None
) -> Iterator[tuple[str, Opening]]:
    """Projects or books by name, each with how to open it."""
    for name in names:
        yield name, partial(_open, Path(name), home, wanted, sample)


def _open(path: Path, home: Path, wanted: "Wanted", sample: Sample | None) -> Project:
    if path.is_file():
        return show(open_or_create(read_source(path), home, None, None, wanted, Attributing(), sample))
    return open_project(path, home, sample)


def queued(queue: Path) -> Iterator[str]:
    """The lines of a queue file, in order; what is added while the run goes on comes too.

    Empty lines and those that start with # are left out. A file that has lost a line that it gave, or
    that cannot be read any more, is being rewritten: it is read again for a while. Raises StorageError
    when it cannot be read.
    """
    seen: set[str] = set()
    while True:
        for looks_left in range(QUEUE_LOOKS if seen else 0, -1, -1):
            try:
                rows = _queue_rows(queue)
            except StorageError:
                if not looks_left:
                    raise
            else:
                if not looks_left or seen <= set(rows):
                    break
            time.sleep(QUEUE_LOOK_S)
        new = next((row for row in rows if row not in seen), None)
        if new is None:
            return
        seen.add(new)
        yield new


def _queue_rows(queue: Path) -> list[str]:
    """The rows of a queue file that name a book. Raises StorageError when it cannot be read."""
    try:
        rows = [row.strip() for row in queue.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"the queue cannot be read: {error}", where=queue) from error
    return [row for row in rows if row and not row.startswith("#")]
