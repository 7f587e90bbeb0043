"""The book that is proofed: its lines as they are now, and what speaks them, open from one line to the next."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from narrate.engine import Wanted
from narrate.errors import NarrateError
from narrate.project import PlacedChapter, PlacedLine, Project
from narrate.project.figures import lines_of
from narrate.report import proof_line
from narrate.script import Line
from narrate.takes import Request
from narrate.work.beside import spoken_beside
from narrate.work.design import bake_cast
from narrate.work.events import Event, Stage, Telling, follow
from narrate.work.hold import Hold
from narrate.work.inventory import Setup, set_up
from narrate.work.proof_page import ProofPage
from narrate.work.quality import trusted_takes
from narrate.work.refusals import RefusedError, UnknownError
from narrate.work.run import Run
from narrate.work.speaker import Speaker

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Doing:
    """Work that takes longer: how much is done, of how much in all."""

    what: str
    done: int = 0
    of: int = 0


class ProofBook:
    """The book, its lock and its page. `changed` counts the lines that were changed; `heard` is told what happens.

    `speaking`: a line is being spoken; `doing`: what takes longer, which `stopping` ends.
    """

    def __init__(self, project: Project, wanted: Wanted, run: Run, heard: Callable[[Event], None]) -> None:
        self.wanted, self.hold, self.page = wanted, Hold(project.folder), ProofPage()
        self._folder, self.home, self._run, self._heard = project.folder, project.home, run, heard
        self._speaker = Speaker(wanted, run)
        self.speaking = False
        self.doing: Doing | None = None
        self.stopping = threading.Event()
        self.changed = 0

    def open(self) -> Project:
        """The project as it is now: its settings may be edited while it is proofed."""
        return Project(self._folder, self.home)

    def chapters(self, project: Project, number: int | None = None) -> tuple[Setup, list[PlacedChapter]]:
        """What speaks the book, and its chapters; where a number is given, only that chapter's lines."""
        setup = set_up(project, self.wanted)
        scripts = [(path, lines if number in (None, n) else []) for n, (path, lines) in enumerate(setup.scripts, 1)]
        return setup, project.chapters(scripts, setup.manner, setup.cast)

    def find(self, project: Project, place: str) -> tuple[Setup, PlacedLine]:
        """The line at a place such as 3:14, and what speaks it. Raises UnknownError."""
        setup, chapters = self.chapters(project, int(place.partition(":")[0]))
        for chapter in chapters:
            for placed in chapter.lines:
                if placed.place == place:
                    return setup, placed
        raise UnknownError(f"there is no line {place}")

    def shown(self, project: Project, place: str) -> Mapping[str, Any]:
        """The line at a place as the page shows it. Raises UnknownError."""
        return proof_line(self.find(project, place)[1], project.takes, trusted_takes(project)).data

    def bake(self, project: Project) -> None:
        """See `bake_cast`."""
        self.follow(bake_cast(project, self.wanted))

    def speak(self, project: Project, setup: Setup, request: Request) -> None:
        """Make the take of a line. Raises NarrateError."""
        self.speaking = True
        try:
            self._speaker.speak(project, setup, [request], self._run.stop.event)
        finally:
            self.speaking = False
        if request.key not in project.takes:
            raise RefusedError("the take was not finished")

    def speak_all(self, project: Project, setup: Setup, missing: Sequence[Request]) -> None:
        """Make the takes of lines, within `at_length`. Raises RefusedError where not all are made."""

        def landed(count: int) -> None:
            self.doing = Doing("lines", count, len(missing))

        landed(0)
        try:
            self._speaker.speak(project, setup, missing, self.stopping, landed)
        except NarrateError as error:
            raise RefusedError(f"the lexicon is changed, but not all is spoken: {error}") from error
        left = [request for request in missing if request.key not in project.takes]
        if left:
            raise RefusedError(f"stopped: {lines_of(len(left))} are still to be made")

    def spoken_beside(self, project: Project, placed: PlacedLine, line: Line) -> bool:
        """See `spoken_beside`; `stopping` ends the waiting."""
        self.stopping.clear()
        return spoken_beside(project, placed, line, self.stopping, lambda: self.hold.other() is None)

    @contextmanager
    def at_length(self, what: str) -> Iterator[None]:
        """Something that is shown while it is done, and may be stopped."""
        self.stopping.clear()
        self.doing = Doing(what)
        try:
            with self.hold.alone():
                yield
        finally:
            self.doing = None

    def follow(self, events: Telling[R]) -> R:
        """Do the work to its end: how far an assembly is, is shown within `at_length`, and all else told."""
        return follow(events, self._tell)

    def _tell(self, event: Event) -> None:
        if isinstance(event, Stage) and self.doing is not None:
            self.doing = Doing(event.name, event.done, event.of)
        else:
            self._heard(event)
