"""Chapters made while their book is rendered, each as soon as its takes are judged, for the assembly that follows.

They are the same files under the same names as the assembly makes (a chapter's name is a digest of its takes and
settings), so it finds them, or is handed those that are at work just now. A take that changes later makes another
chapter of it, and what was made too early is swept up. Errors are left for the assembly to meet, and to tell of.
"""

import logging
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress

from narrate.chapters import Chapter, ChapterMakers, ChapterPlan, chapter_keys, chapters_in, fitted, is_complete
from narrate.check import Watch
from narrate.deliver import FORMS
from narrate.errors import NarrateError
from narrate.files import sweep_parts
from narrate.project import CHARACTERS_A_SECOND, Project
from narrate.takes import Request
from narrate.work.estimate import TAKE_BYTES_PER_S
from narrate.work.inventory import Inventory
from narrate.work.loop import Made
from narrate.work.output import plans_of, sound_of

LOOKING = 0.02  # of the time at most: to ask the checks what they have decided takes milliseconds in a long book
ROOM = 8  # times what a chapter's takes hold: its samples as they are, levelled, and encoded
LEAST_S = 300.0  # of speech that is to come, or a process for chapters is not worth its start
SPARE_CORES = 2  # for the thread that feeds the engine, and for what encodes takes

log = logging.getLogger(__name__)


class EarlyChapters:
    """The chapters of one project's render. Its methods are called by the thread that renders."""

    def __init__(self, project: Project, formats: Sequence[str], cores: int, *, least_s: float = LEAST_S) -> None:
        """`formats` are those that will be assembled. Nothing is begun where less than `least_s` is to be spoken."""
        self._project, self._settings = project, sound_of(project)
        self._folder = project.out / "chapters"
        self._aac = any(FORMS[form].takes_packets(self._settings.aac) for form in formats)
        count = max(1, (cores - SPARE_CORES) // 2)  # a chapter keeps two cores busy: its filters and its encoders
        self._makers = ChapterMakers(self._folder, self._settings, aac=self._aac, count=count)
        self._plans: list[ChapterPlan] = []
        self._keys: list[set[str]] = []  # of the takes of each chapter,
        self._missing: list[set[str]] = []  # those that are not there yet,
        self._chapters: defaultdict[str, list[int]] = defaultdict(list)  # and the chapters of each take
        self._whole: set[int] = set()  # chapters whose takes are all there, and that are not asked for as they are
        self._there: Mapping[str, Chapter] = {}
        self._watch: Watch | None = None
        self._to_come: dict[str, int] = {}  # characters of each take that is not there yet
        self._least = least_s * CHARACTERS_A_SECOND
        self._left = 0  # characters to be spoken
        self._look_at = 0.0  # by time.monotonic

    def begin(self, book: Inventory, missing: Collection[Request], watch: Watch | None) -> None:
        """A render of `missing` begins: those chapters are made that miss nothing, as far as `watch` has decided.

        Raises NarrateError.
        """
        self._watch = watch
        self._plans, _ = plans_of(self._project, book.chapters)
        self._to_come = {request.key: len(request.text) for request in (*missing, *book.work.missing)}
        self._left = sum(self._to_come.values())
        for number, chapter in enumerate(book.chapters):
            self._keys.append({line.request.key for line in chapter.lines if line.request})
            self._missing.append(self._keys[number] & self._to_come.keys())
            for key in self._keys[number]:
                self._chapters[key].append(number)
        self._whole = {n for n, keys in enumerate(self._keys) if keys and not self._missing[n]}
        sweep_parts(self._project.out)
        self._there = chapters_in(self._folder)
        self._look()

    def beside(self, takes: Iterator[Made]) -> Iterator[Made]:
        """The takes as they land, each looked at on its way."""
        for take in takes:
            self._landed(take.request)
            yield take
        self._look()

    def _landed(self, request: Request) -> None:
        """A take is on disk, a first one or another one."""
        self._left -= self._to_come.pop(request.key, 0)
        for number in self._chapters.get(request.key, ()):
            self._missing[number].discard(request.key)
            if not self._missing[number]:
                self._whole.add(number)
        if self._whole and time.monotonic() >= self._look_at:
            self._look()

    def begun(self) -> Mapping[str, "Future[Chapter]"]:
        """What is made or at work, by the chapters' keys; nothing else is begun any more."""
        return self._makers.begun()

    def close(self) -> None:
        """End what is at work, and remove what a process left that was lost. Harmless when called twice."""
        begun = bool(self.begun())
        self._makers.close()
        if begun:
            with suppress(OSError):
                sweep_parts(self._project.out)

    def _look(self) -> None:
        """Have those chapters made that are whole and whose takes nobody will ask for again."""
        if self._left < self._least:
            return
        began = time.monotonic()
        undecided = self._watch.undecided() if self._watch is not None else set()
        now = time.monotonic()
        self._look_at = now + (now - began) / LOOKING
        for number in sorted(self._whole):
            if not self._keys[number] & undecided:
                self._whole.remove(number)
                self._make(fitted(self._plans[number]))  # by the takes that are there only now

    def _make(self, plan: ChapterPlan) -> None:
        try:
            (key,) = chapter_keys([plan], self._settings)
            there = self._there.get(key)
            if there is not None and is_complete(there, self._settings, aac=self._aac):
                return
            size = sum(take.stat().st_size for take in plan.takes)
            to_come = self._left / CHARACTERS_A_SECOND * TAKE_BYTES_PER_S
            if shutil.disk_usage(self._folder).free < to_come + ROOM * size:
                log.info("Chapter %r is left for later: takes may need the disk's room.", plan.title)
                return
        except (NarrateError, OSError) as error:
            log.info("Chapter %r is left for later: %s", plan.title, error)
            return
        self._makers.make(plan, key)


@contextmanager
def early_chapters(project: Project, formats: Sequence[str], *, assemble: bool) -> Iterator[EarlyChapters | None]:
    """For a render that an assembly of `formats` follows; None where none does, and on a single core."""
    cores = os.cpu_count() or 1
    if not assemble or cores < 2:
        yield None
        return
    early = EarlyChapters(project, formats, cores)
    try:
        yield early
    finally:
        early.close()
