"""`narrate render`: what is missing of a project's takes, made and checked; how a render stops, and what it learns."""

import errno
import os
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from narrate.audio import Finish, Sound, encoded
from narrate.check import Watch, measured, read_accepted
from narrate.engine import ENGINES, Engine, Wanted, check_spoken
from narrate.engine.finishing import Finishers, finishers_here
from narrate.engine.speed import Speed, recall, remember, speed_key
from narrate.errors import NarrateError, StorageError
from narrate.project import CHARACTERS_A_SECOND, NOT_THE_SAME, Project, Wishes
from narrate.project.figures import clock, lines_of
from narrate.takes import Request
from narrate.work.design import bake_cast
from narrate.work.early import EarlyChapters
from narrate.work.estimate import TAKE_BYTES_PER_S
from narrate.work.events import Notice, Telling
from narrate.work.inventory import Inventory, find_work, take_inventory
from narrate.work.loop import Made, render, render_checked
from narrate.work.order import spoken_order
from narrate.work.quality import check_level, watch_for
from narrate.work.run import Run
from narrate.work.tally import Tally

Beside = Callable[[Iterator[Made]], Iterator[Made]]  # what looks at takes as they land

LEARNT_LINES, LEARNT_S = 200, 20.0  # a render that teaches of this machine's speed


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a render did, and the `book` as it found it; `wall_s` counts speaking alone, not loading."""

    book: Inventory
    made: int = 0
    audio_s: float = 0.0
    wall_s: float = 0.0
    stopped: bool = False

    @property
    def sentence(self) -> str:
        """What the render did, for a person."""
        total = len(self.book.work.requests)
        if not self.made:
            return f"All {total} lines are there; nothing to make."
        made, kept = lines_of(self.made), total - self.made
        return f"Made {made}, kept {kept}: {self.pace}, RTF {self.audio_s / self.wall_s:.1f}."

    @property
    def pace(self) -> str:
        """How much audio came about in how long."""
        return f"{clock(self.audio_s)} of audio in {clock(self.wall_s)}"


def render_project(
    project: Project,
    wanted: Wanted,
    run: Run,
    *,
    only: Collection[str] | None = None,
    early: EarlyChapters | None = None,
) -> Telling[Rendered]:
    """Make the takes that are missing (of `only` these keys) and check them; `early` makes chapters on the way.

    While another process renders the project, this one waits. Where the run is to stop, what is in hand is finished.
    """
    with run.on(project) as held:
        if not held:
            book = yield from _told_inventory(project, wanted)
            return Rendered(book, stopped=True)
        run.ahead.start(wanted, project.settings.engine, project.settings.model)
        yield from bake_cast(project, wanted)
        book = yield from _told_inventory(project, wanted)
        if book.work.missing:
            check_spoken(book.manner.engine, book.manner.language, book.manner.languages)
        watch = watch_for(project, book)
        accepted = read_accepted(project.folder)
        missing = [
            replace(request, attempt=accepted[request.key].attempt) if request.key in accepted else request
            for request in book.work.missing
            if only is None or request.key in only
        ]
        if not missing and not (watch and watch.busy):
            run.ahead.close()
            return Rendered(book)
        _check_space(project, missing)
        if early is not None:
            early.begin(book, missing, watch)
        return (yield from _render(project, book, missing, watch, run, early.beside if early else iter))


def _told_inventory(project: Project, wanted: Wanted) -> Telling[Inventory]:
    book = take_inventory(project, wanted)
    yield from map(Notice, book.notes)
    return book


def _render(
    project: Project, book: Inventory, missing: Sequence[Request], watch: Watch | None, run: Run, beside: Beside
) -> Telling[Rendered]:
    total, kept = len(book.work.requests), book.work.kept
    characters = sum(len(request.text) for request in missing)
    tally = Tally(project, run, book.chapters, lines=total, kept=kept, characters=characters)
    wishes = _wishes(project, book, missing, watch)
    ended, why = "failed", ""
    speaker: Engine[Sound] | None = None
    with run.stop.graceful(), finishing(book.manner.engine, book.wanted, watch is not None) as finish:
        try:
            began = time.monotonic()
            speaker = run.engine(book.manner.engine, list(book.models.values()), book.wanted)
            load_s = time.monotonic() - began
            tally.started()
            if getattr(speaker, "steady", None) is False:
                yield Notice(NOT_THE_SAME)
            with wishes.taken():
                order = spoken_order(book, missing, speaker)
                takes = _takes(speaker, order, project, run.stop.event, watch, finish, wishes)
                yield from tally.watch(beside(takes), speaker)
            ended = "done"
            _learn_speed(book, tally, load_s)
        except (KeyboardInterrupt, GeneratorExit) as left:
            run.stop.set("interrupted")
            run.close()
            if isinstance(left, GeneratorExit):
                raise
        except NarrateError as error:
            why = str(error)
            raise
        finally:
            tally.ended()
            if watch:
                watch.close(run.stop.left_s)
            made = len(tally.keys)
            if run.stop.event.is_set():
                made, all_there = _made_of(project, missing)
                ended = "done" if all_there and not (watch and watch.busy) else "stopped"
            tally.save(ended, why or run.stop.why, speaker)
    if tally.ended_late:
        late = lines_of(tally.ended_late)
        yield Notice(f"{late} ended late, by an end-of-speech outside the top-k (docs/engine.md).")
    if ended == "stopped":
        yield Notice(f"Stopped. {kept + made} of {total} lines are kept; run the same command to go on.")
    elif wishes.keys:
        book = _as_asked(project, book)
    return Rendered(book, made, tally.audio_s, tally.wall_s, ended == "stopped")


def _made_of(project: Project, missing: Iterable[Request]) -> tuple[int, bool]:
    """How many of the takes that were missing there are now, and whether that is all of them."""
    asked = {request.key for request in missing}
    made = len(project.takes.keys() & asked)
    return made, made == len(asked)


def _as_asked(project: Project, book: Inventory) -> Inventory:
    """The book with what listeners asked for meanwhile, where all of it is there: what is assembled next has it."""
    with suppress(NarrateError):  # the script is being edited: the book is what it was when the render began
        now = take_inventory(project, book.wanted)
        if not now.work.missing:
            return replace(book, chapters=now.chapters, work=replace(now.work, missing=book.work.missing))
    return book


def _check_space(project: Project, missing: Sequence[Request]) -> None:
    """Raise StorageError when the disk cannot hold 0.7 of what the takes need by their texts."""
    need = sum(len(request.text) for request in missing) / CHARACTERS_A_SECOND * TAKE_BYTES_PER_S
    free = shutil.disk_usage(project.takes.folder).free
    if 0.7 * need > free:
        what = f"the takes need about {need / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free"
        do = "free some space; `narrate plan` says how much"
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise StorageError(what, where=project.takes.folder, do=do) from full


def _learn_speed(book: Inventory, tally: Tally, load_s: float) -> None:
    """A render of some length says more of this machine's speed than a calibration: it is remembered."""
    if len(tally.keys) < LEARNT_LINES or tally.wall_s < LEARNT_S:
        return
    key = speed_key(book.manner.engine, book.manner.model, book.wanted)
    before = recall(key)
    characters = sum(len(request.text) for request in book.work.requests if request.key in tally.keys)
    speed = Speed(
        rtf=round(tally.spoken_s / tally.wall_s, 2),
        load_s=round(max(load_s, before.load_s if before else 0.0), 2),
        characters_per_s=round(characters / tally.audio_s, 3),
        take_bytes_per_s=before.take_bytes_per_s if before else TAKE_BYTES_PER_S,
        lines=len(tally.keys),
        measured_at=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
    remember(key, speed)


def _takes(
    speaker: Engine[Sound],
    requests: Iterable[Request],
    project: Project,
    stop: threading.Event,
    watch: Watch | None,
    finish: Finish | None,
    wishes: Wishes,
) -> Iterator[Made]:
    """The takes of the run's own lines as they land; those of `wishes` are made as well, and are none of them."""
    if watch is None:
        made = render(speaker, requests, project.takes, stop, finish=finish, wished=wishes.come)
    else:
        made = render_checked(speaker, requests, project.takes, stop, watch, finish, wishes.come)
    yield from (take for take in made if take.request.key not in wishes.keys)
    while wishes.waiting and not stop.is_set():  # asked for while the last lines were spoken
        for _ in render(speaker, (), project.takes, stop, watch, finish=finish, wished=wishes.come):
            pass


def _wishes(project: Project, book: Inventory, missing: Iterable[Request], watch: Watch | None) -> Wishes:
    wishes = Wishes(project, project.cast(), book.manner, {request.key for request in missing})
    wishes.attempts = {key: accepted.attempt for key, accepted in read_accepted(project.folder).items()}
    if watch is not None:
        wishes.foreign = watch.tell_foreign
    return wishes


@contextmanager
def finishing(engine: str, wanted: Wanted, checked: bool) -> Iterator[Finish | None]:
    """What encodes the takes of an engine, and measures them where they are `checked`: processes beside a GPU.

    None where it is nothing to an engine that is as slow as a core, or is done elsewhere.
    """
    if not ENGINES[engine].needs_gpu or wanted.device == "cpu" or wanted.gpus or wanted.ray:
        yield None
        return
    with Finishers(measured if checked else encoded, finishers_here()) as finish:
        yield finish


def judge_again(project: Project, wanted: Wanted, run: Run) -> tuple[Inventory, int]:
    """Every take that is there judged anew, and how many were. Damaged ones are removed: they are missing then."""
    with run.on(project):  # verdicts go into the takes' own files
        level = check_level(project, wanted)
        book = take_inventory(project, replace(wanted, check="light" if level == "off" else level))
        watch = watch_for(project, book)
        assert watch is not None
        judged = watch.judge_again(book.work.there)
        watch.close()
        return replace(book, work=find_work(book.chapters, project.takes)), judged
