"""`narrate proof`: a project that is listened to, its lines changed and spoken as the listener asks for it.

The engine stays open from one retake to the next, and so do the checks, which have learned the voices.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from narrate.deliver import Deliverable
from narrate.engine import Wanted
from narrate.errors import StorageError
from narrate.project import Project, read_report, respell, session
from narrate.project.figures import lines_of
from narrate.report import ShownBook, page_now
from narrate.work.assemble import make_deliverables, renew_page
from narrate.work.beside import Rendering, rendering_of
from narrate.work.events import Event
from narrate.work.inventory import find_work, take_inventory
from narrate.work.output import plans_of_whole
from narrate.work.page import shown_book
from narrate.work.proof_book import Doing, ProofBook
from narrate.work.proof_lines import ProofLines
from narrate.work.refusals import UnknownError
from narrate.work.run import Run


@dataclass(frozen=True, slots=True)
class ProofState:
    """What is shown of the project. `alone`: nobody is at work on it; `doing`: what takes longer, and how far it is.

    `stale`: the chapters whose audio is older than their lines; `revision` changes with the page on disk.
    """

    title: str
    rendering: Rendering | None
    revision: str
    stale: tuple[int, ...]
    speakers: tuple[str, ...]
    can_retake: bool
    alone: bool
    doing: Doing | None
    deliverables: tuple[Deliverable, ...]


@dataclass(frozen=True, slots=True)
class Respelled:
    """How many lines are said otherwise now, and that in a sentence."""

    lines: int
    said: str


class Proof:
    """A project while it is proofed.

    What looks at it may be called on any thread, and so may `stop`; what changes it, and `lines`, on one. `heard` is
    told what happens meanwhile.
    """

    def __init__(
        self, project: Project, wanted: Wanted, run: Run, heard: Callable[[Event], None] = lambda event: None
    ) -> None:
        self._book = ProofBook(project, wanted, run, heard)
        self.lines = ProofLines(self._book)
        self._to_speak: set[str] = set()  # keys of lines that are said otherwise since a word was changed

    # --- what looks at it ---------------------------------------------------------------------------

    @property
    def home(self) -> Path:
        """The home of the project."""
        return self._book.home

    @property
    def changed(self) -> int:
        """How many lines were changed and are not in the deliverables."""
        return self._book.changed

    def state(self) -> ProofState:
        """How the project stands."""
        book, page, project, other = self._book, self._book.page, self._book.open(), self._book.hold.other()
        page.look(project.folder, project.out, other=other is not None, held=book.hold.held)
        rendering = None if other is None else rendering_of(project)
        return ProofState(
            project.settings.title,
            Rendering(0, 1, 0.0) if book.speaking else rendering,
            page.revision,
            tuple(sorted(page.stale)),
            tuple(project.cast().parts),
            book.doing is None and (other is None or bool(session(project.takes.folder))),
            other is None and book.doing is None,
            book.doing,
            page.deliverables,
        )

    def line(self, place: str) -> Mapping[str, Any]:
        """The line at a place such as 3:14, as the page shows it. Raises UnknownError."""
        return self._book.shown(self._book.open(), place)

    def audio(self, key: str) -> Path:
        """A take's file. Raises UnknownError."""
        takes = self._book.open().takes
        if key not in takes:
            raise UnknownError("there is no such take")
        return takes.path(key)

    def page(self, name: str) -> str | None:
        """A file of the page as it would be now; None where the one on disk is right, or there is none such."""
        if not self._book.page.behind:
            return None
        project = self._book.open()
        return page_now(name, project.settings, project.out, partial(self._shown_book, project))

    def _shown_book(self, project: Project, number: int | None) -> ShownBook:
        setup, chapters = self._book.chapters(project, number)
        figures: Mapping[str, Any] | None = None
        with suppress(StorageError):
            figures = read_report(project.out / "report.json")
        if figures is None:
            work = find_work(chapters, project.takes)
            manner = {"engine": setup.manner.engine, "model": setup.manner.model}
            figures = manner | {"lines": len(work.requests), "takes_kept": work.kept}
        return shown_book(project, chapters, plans_of_whole(project, chapters), figures)

    def due(self) -> bool:
        """Whether chapters are older than their lines, and nothing has been changed for a while."""
        return self._book.page.due and self._book.hold.other() is None

    def stop(self) -> None:
        """End what takes longer, as soon as that is whole."""
        self._book.stopping.set()

    # --- what changes it ----------------------------------------------------------------------------

    def renew(self) -> None:
        """Assemble the chapters that are older than their lines, and write the page. Raises NarrateError."""
        book = self._book
        book.page.begin()
        project = book.open()
        with book.hold.alone():
            book.page.written(book.follow(renew_page(project, take_inventory(project, book.wanted))))

    def make(self) -> str:
        """Bring the deliverables up to date, until `stop` is called; what was done, in a sentence."""
        book = self._book
        project = book.open()
        with book.at_length("chapters"):
            made = book.follow(make_deliverables(project, take_inventory(project, book.wanted), book.stopping))
            book.page.begin()
            book.page.written(made)
            book.changed = 0
        return "The audiobook is up to date."

    def say(self, written: str, spoken: str) -> Respelled:
        """Have a word said otherwise in the whole book from now on; `speak` speaks its lines."""
        book = self._book
        project = book.open()
        with book.hold.alone():
            lines = respell(project, lambda: book.chapters(project)[1], written, spoken)
        self._to_speak |= {line.request.key for line in lines if line.request}
        book.changed += len(lines)
        if lines:
            book.page.changed(line.chapter for line in lines)
            book.page.want()
        how = f'"{written}" is said "{spoken}" now' if spoken else f'"{written}" is said as it is written now'
        return Respelled(len(lines), f"{how}: {lines_of(len(lines))}.")

    def speak(self) -> str:
        """Speak the lines that are said otherwise and have no take, until `stop` is called; that in a sentence."""
        book = self._book
        project = book.open()
        with book.at_length("lines"):
            book.bake(project)
            setup, chapters = book.chapters(project)
            missing = [r for r in find_work(chapters, project.takes).missing if r.key in self._to_speak]
            book.page.want()  # the page shows what there is then, however this ends
            book.speak_all(project, setup, missing)
        self._to_speak.clear()
        return f"{lines_of(len(missing))} spoken anew." if missing else "All of its lines were there."
