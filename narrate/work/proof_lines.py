"""Lines of a book that is proofed, changed one by one as a listener asks for it.

A retake is spoken before the script asks for it, so that one that fails leaves nothing missing; a person's words are
written first, because they must not be lost with an engine.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from narrate.check import accept
from narrate.errors import NarrateError
from narrate.project import PlacedChapter, PlacedLine, Project, is_credit, other_reading, rewrite, session
from narrate.script import Line
from narrate.work.proof_book import ProofBook
from narrate.work.quality import quarantined_lines
from narrate.work.refusals import BusyError, RefusedError, UnknownError


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line as a listener sees it, who means it to be changed; None for what is not said of it. `take`: its key."""

    place: str
    text: str | None = None
    speaker: str | None = None
    direction: str | None = None
    take: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line after a change, as the page shows it. `unspoken`: why it is saved and not spoken, or empty."""

    shown: Mapping[str, Any]
    unspoken: str = ""


class ProofLines:
    """Changes of the book's lines, each of a line that was seen. All raise NarrateError, and then nothing is changed:

    BusyError where the line is another by now, UnknownError where there is none, RefusedError where it cannot be done.
    """

    def __init__(self, book: ProofBook) -> None:
        self._book = book

    def accept(self, seen: SeenLine) -> ChangedLine:
        """Trust the line's take although it failed its checks."""
        project, placed = self._same(seen)
        accept(project.folder, project.takes, quarantined_lines(project, [PlacedChapter("", (placed,))]))
        return self._changed(project, placed)

    def choose(self, seen: SeenLine, key: str) -> ChangedLine:
        """Make the script ask for another of the line's takes."""
        project, placed = self._same(seen)
        readings = project.takes.readings(placed.request) if placed.request else ()
        number = next((reading.take for reading in readings if reading.key == key), None)
        if number is None or key not in project.takes:
            raise UnknownError(f"{placed.place} has no such take")
        self._rewrite(project, placed, replace(placed.line, take=number))
        return self._changed(project, placed)

    def retake(self, seen: SeenLine) -> ChangedLine:
        """Speak the line again, and have it ask for that take."""
        project, placed = self._same(seen)
        if placed.request is None:
            raise RefusedError(f"nothing is spoken in {placed.place}")
        if is_credit(project, placed):
            rewrite(project, [(placed, placed.line)])  # says no, and where its words are
        line = _next_reading(project, placed)
        if session(project.takes.folder) and self._book.spoken_beside(project, placed, line):
            self._rewrite(project, placed, line)
            return self._changed(project, placed)
        with self._book.hold.alone():
            self._book.bake(project)
            setup, placed = self._book.find(project, placed.place)
            assert placed.request is not None
            line = _next_reading(project, placed)
            self._book.speak(project, setup, replace(placed.request, take=line.take))
            self._rewrite(project, placed, line)
        return self._changed(project, placed)

    def edit(self, seen: SeenLine, words: Mapping[str, str]) -> ChangedLine:
        """Write the line anew, and speak it; `words`: its new text, speaker and direction, as far as they change."""
        project, placed = self._same(seen)
        if seen.text is None:
            raise RefusedError("the text that was shown is missing")
        if placed.line.cue is not None:
            raise RefusedError(f"{placed.place} is a cue; change it in the script")
        try:
            others = {name: value for name, value in words.items() if name != "text"}
            text = words.get("text", placed.line.text)
            line = placed.line if text == placed.line.text else placed.line.anew(text)
            line = replace(line, **others, take=1)  # type: ignore[arg-type]
        except ValueError as error:
            raise RefusedError(f"{placed.place}: {error}") from error
        same = replace(line, take=placed.line.take) == placed.line
        return self._changed(project, placed, "" if same else self._write_and_speak(project, placed, line))

    def _write_and_speak(self, project: Project, placed: PlacedLine, line: Line) -> str:
        """Put `line` into the script and have it spoken. Why it could not be spoken, or nothing."""
        with ExitStack() as held:
            if not session(project.takes.folder):
                held.enter_context(self._book.hold.alone())
            placed = self._written(project, placed, line)
            if placed.request is None or placed.request.key in project.takes:
                return ""
            try:
                if not self._book.hold.held:
                    if self._book.spoken_beside(project, placed, placed.line):
                        return ""
                    held.enter_context(self._book.hold.alone())
                self._book.bake(project)
                setup, placed = self._book.find(project, placed.place)
                assert placed.request is not None
                self._book.speak(project, setup, placed.request)
            except NarrateError as error:
                return f"saved, but not spoken: {error}"
        return ""

    def _written(self, project: Project, placed: PlacedLine, line: Line) -> PlacedLine:
        """Put `line` into the script; as it stands there now. Where nobody can speak it, it is put back. Raises."""
        self._rewrite(project, placed, line)
        try:
            return self._book.find(project, placed.place)[1]
        except NarrateError:
            rewrite(project, [(replace(placed, line=line), placed.line)])
            self._book.changed -= 1
            raise

    def _same(self, seen: SeenLine) -> tuple[Project, PlacedLine]:
        """The line that is meant. Raises BusyError where it is not the one that was seen, with the take it had."""
        project = self._book.open()
        placed = self._book.find(project, seen.place)[1]
        line, request = placed.line, placed.request
        take = request.key if request and request.key in project.takes else ""
        now = {"text": line.text, "speaker": line.speaker, "direction": line.direction, "take": take}
        if any(getattr(seen, name) not in (None, value) for name, value in now.items()):
            raise BusyError(f"{placed.place} is another line now, or was changed elsewhere: load the page again")
        return project, placed

    def _changed(self, project: Project, placed: PlacedLine, unspoken: str = "") -> ChangedLine:
        return ChangedLine(self._book.shown(project, placed.place), unspoken)

    def _rewrite(self, project: Project, placed: PlacedLine, line: Line) -> None:
        if line != placed.line:
            rewrite(project, [(placed, line)])
            self._book.changed += 1
        self._book.page.changed([placed.chapter])


def _next_reading(project: Project, placed: PlacedLine) -> Line:
    """A spoken line with the take that is made next: the one that it asks for, where that is missing."""
    there = placed.request is not None and placed.request.key in project.takes
    return other_reading(placed, project.takes) if there else placed.line
