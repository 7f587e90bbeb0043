"""`narrate render` over several books, one after the other: an error ends its book, not the run."""

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from narrate.check import Quarantined
from narrate.engine import Wanted
from narrate.errors import NarrateError, StorageError
from narrate.project import Project, Sample
from narrate.work.assemble import Audiobook, assemble_project
from narrate.work.early import early_chapters
from narrate.work.events import Event, Notice, Telling
from narrate.work.new import open_or_create
from narrate.work.opening import is_project, open_project
from narrate.work.output import check_output
from narrate.work.quality import quarantined_lines
from narrate.work.quotations import Attributing
from narrate.work.render import Rendered, render_project
from narrate.work.run import Run
from narrate.work.source import read_source
from narrate.work.words import check_words, time_words

QUEUE_LOOK_S = 0.2  # between two looks at a queue file that is being rewritten
QUEUE_LOOKS = 25

Opening = Callable[[], Telling[Project]]


@dataclass(frozen=True, slots=True)
class Outcome(Event):
    """The outcome for one book: how far it came, and the message of an error.

    `error` is the one that was expected. A `defect` is one that nobody expected; `traceback` is of one that no log has.
    """

    name: str
    end: Literal["done", "quarantined", "stopped", "failed"]
    message: str = ""
    project: Project | None = None
    rendered: Rendered | None = None
    audiobook: Audiobook | None = None
    quarantined: tuple[Quarantined, ...] = ()
    defect: bool = False
    traceback: str = ""
    error: NarrateError | None = None


def work_through(
    books: Iterable[tuple[str, Opening]], wanted: Wanted, run: Run, formats: Sequence[str] = (), *, assemble: bool
) -> Telling[None]:
    """Render the books one after the other, assemble them too where asked, and tell an Outcome of each.

    It ends when there are no more, or when the run is to stop.
    """
    coming = iter(books)
    while not run.stop.event.is_set():
        try:
            name, opening = next(coming)
        except StopIteration:
            break
        except NarrateError as error:  # what names the books cannot be read, and is told of like a book
            yield Outcome(str(error.where or "queue"), "failed", str(error))
            break
        outcome = yield from _work(name, opening, wanted, run, formats, assemble)
        yield outcome
        if outcome.end == "failed":
            yield from _close(run)
        if outcome.end == "stopped":
            break
    yield from _close(run)


def _work(
    name: str, opening: Opening, wanted: Wanted, run: Run, formats: Sequence[str], assemble: bool
) -> Telling[Outcome]:
    project: Project | None = None
    rendered: Rendered | None = None
    run.log_file = None  # the last book's
    try:
        project = yield from opening()
        # What is wrong is told now, not in the morning.
        made = yield from check_output(project, formats, assemble=assemble)
        check_words(project, wanted)
        with run.on(project) as held, early_chapters(project, made, assemble=assemble and held) as early:
            if not held:
                return Outcome(name, "stopped", project=project)
            rendered = yield from render_project(project, wanted, run, early=early)
            audiobook: Audiobook | None = None
            if assemble and not rendered.stopped:
                audiobook = yield from assemble_project(project, rendered, formats, run, early)
            elif not rendered.stopped:
                yield from time_words(project, rendered.book, run.stop.event)
            if rendered.stopped or (assemble and audiobook is None):
                return Outcome(name, "stopped", project=project, rendered=rendered)
            bad = audiobook.quarantined if audiobook else tuple(quarantined_lines(project, rendered.book.chapters))
            return Outcome(name, "quarantined" if bad else "done", "", project, rendered, audiobook, bad)
    except NarrateError as error:
        return Outcome(name, "failed", str(error), project, rendered, error=error)
    except KeyboardInterrupt:
        yield Notice("Stopped.")
        return Outcome(name, "stopped", "", project, rendered)
    except BrokenPipeError:
        raise  # nobody is left to tell
    except Exception as error:  # a defect of ours, or of a library
        message, trace = _described(error, run.log_file)
        return Outcome(name, "failed", message, project, rendered, defect=True, traceback=trace)


def _described(error: Exception, log_file: Path | None) -> tuple[str, str]:
    """One line of what nobody expected, and which log has its traceback; the traceback where no log could have it."""
    message = f"{type(error).__name__}: {' '.join(str(error).split())}"
    if log_file is not None and log_file.is_file():
        return f"{message} (a defect of narrate; its traceback is in {log_file})", ""
    return message, "".join(traceback.format_exception(error))


def _close(run: Run) -> Iterator[Notice]:
    """Close the engine, so that the next book gets a new one, whatever is wrong with this one."""
    try:
        run.close()
    except Exception as error:
        yield Notice(f"The engine could not be closed: {type(error).__name__}: {error}")


def to_open(
    names: Iterable[str], home: Path, wanted: Wanted, sample: Sample | None = None
) -> Iterator[tuple[str, Opening]]:
    """Projects or books by name, each with how to open it."""
    for name in names:
        yield name, partial(_open, Path(name), home, wanted, sample)


def _open(path: Path, home: Path, wanted: Wanted, sample: Sample | None) -> Telling[Project]:
    if path.exists() and not is_project(path, home):
        return (yield from open_or_create(read_source(path), home, None, None, wanted, Attributing(), sample))
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
