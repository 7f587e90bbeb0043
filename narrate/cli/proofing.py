"""What stands behind the proof page: one project, whose lines are changed and spoken as they are asked for.

The engine stays open from one retake to the next, and so do the checks, which have learned the voices. A retake is
spoken before the script asks for it, so that one that fails leaves nothing missing; a person's words are written
first, because they must not be lost with an engine.
"""

import math
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from narrate.check import accept
from narrate.cli.beside import edited_at, rendering_of, spoken_beside
from narrate.cli.holding import Hold
from narrate.cli.progress import chapters_of, lines_of
from narrate.cli.show import show
from narrate.deliver import CURRENT, OLD, Deliverable
from narrate.engine import Wanted
from narrate.errors import NarrateError, StorageError
from narrate.project import (
    PlacedChapter,
    PlacedLine,
    Project,
    is_credit,
    other_reading,
    read_report,
    respell,
    rewrite,
    session,
)
from narrate.report import ShownBook, page_now, proof_line
from narrate.script import Line
from narrate.serve import BusyError, RefusedError, UnknownError
from narrate.takes import Request
from narrate.work import (
    Event,
    Run,
    Setup,
    Speaker,
    Stage,
    bake_cast,
    find_work,
    follow,
    make_deliverables,
    plans_of_whole,
    quarantined_lines,
    renew_page,
    set_up,
    shown_book,
    take_inventory,
    trusted_takes,
)

REST_S = 8.0  # without a change, before the chapters are assembled anew


class ProofDesk:
    """Satisfies narrate.serve.server.Desk. `changed` counts the lines that were changed through it."""

    def __init__(self, project: Project, wanted: Wanted, run: Run) -> None:
        self._folder, self._home, self._wanted, self._run = project.folder, project.home, wanted, run
        self._hold = Hold(project.folder)
        self._speaking = False
        self._speaker = Speaker(wanted, run)
        self._doing: dict[str, Any] | None = None  # what takes longer, and how far it is
        self._stopping = threading.Event()
        self._to_speak: set[str] = set()  # keys of lines that are said otherwise since a word was changed
        self._deliverables: list[Deliverable] = []
        self._revision = ""
        self._stale: set[int] = set()  # chapters whose audio is older than their lines
        self._rest_until = math.inf
        self._was_other = False
        self._edited = 0
        self._behind = True  # the page on disk may be older than the lines and takes, until `renew`
        self.changed = 0

    def _open(self) -> Project:
        """The project as it is now: its settings may be edited while the page is open."""
        return Project(self._folder, self._home)

    # --- what is looked at, on any thread -----------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """What the page is told of the project."""
        project = self._open()
        other = self._hold.other()
        self._behind = self._behind or other is not None
        if other is None and self._was_other:
            self._rest_until = time.monotonic() + REST_S  # it may assemble what it has rendered
        self._was_other = other is not None
        edited, self._edited = self._edited, edited_at(self._folder)
        if edited and edited != self._edited and self._rest_until == math.inf:
            self._rest_until = time.monotonic() + REST_S  # a person's files were changed, here or in an editor
        if not self._hold.held and other is None:
            with suppress(OSError):
                self._revision = str((project.out / "proof" / "data").stat().st_mtime_ns)
        rendering = None
        if self._speaking:
            rendering = {"done": 0, "total": 1, "audio_s": 0.0, "rtf": None}
        elif other is not None:
            rendering = rendering_of(project)
        return {
            "title": project.settings.title,
            "rendering": rendering,
            "revision": self._revision,
            "stale": sorted(self._stale),
            "speakers": list(project.cast().parts),
            "can_retake": self._doing is None and (other is None or bool(session(self._folder / "takes"))),
            "alone": other is None and self._doing is None,
            "doing": self._doing,
            "deliverables": self._standing(),
        }

    def _standing(self) -> list[dict[str, str]]:
        """The deliverables, as they stood to the book when the page was written, and what was changed since."""
        since = f"lines have changed in {chapters_of(len(self._stale))}" if self._stale else ""
        return [asdict(replace(it, state=OLD, why=since) if since and it.state == CURRENT else it)
                for it in self._deliverables]  # fmt: skip

    def line(self, place: str) -> dict[str, Any]:
        """A line as it is now."""
        project = self._open()
        return self._shown(project, self._find(project, place)[1])

    def audio(self, key: str) -> Path:
        """A take's file."""
        takes = self._open().takes
        if key not in takes:
            raise UnknownError("there is no such take")
        return takes.path(key)

    def page(self, name: str) -> str | None:
        """A file of the page as it would be now, while the one on disk is older than that."""
        if not self._behind:
            return None
        project = self._open()
        return page_now(name, project.settings, project.out, partial(self._book, project))

    def _book(self, project: Project, number: int | None) -> ShownBook:
        ready, chapters = self._chapters(project, number)
        figures: Mapping[str, Any] | None = None
        with suppress(StorageError):
            figures = read_report(project.out / "report.json")
        if figures is None:
            work = find_work(chapters, project.takes)
            manner = {"engine": ready.manner.engine, "model": ready.manner.model}
            figures = manner | {"lines": len(work.requests), "takes_kept": work.kept}
        return shown_book(project, chapters, plans_of_whole(project, chapters), figures)

    def _chapters(self, project: Project, number: int | None) -> tuple[Setup, list[PlacedChapter]]:
        """What speaks the book, and its chapters; where a number is given, only that chapter's lines."""
        ready = set_up(project, self._wanted)
        scripts = [(path, lines if number in (None, n) else []) for n, (path, lines) in enumerate(ready.scripts, 1)]
        return ready, project.chapters(scripts, ready.manner, ready.cast)

    def _find(self, project: Project, place: str) -> tuple[Setup, PlacedLine]:
        """A line of the script, and what speaks it. Only its chapter is gone through."""
        ready, chapters = self._chapters(project, int(place.partition(":")[0]))
        for chapter in chapters:
            for placed in chapter.lines:
                if placed.place == place:
                    return ready, placed
        raise UnknownError(f"there is no line {place}")

    def _shown(self, project: Project, placed: PlacedLine) -> dict[str, Any]:
        return proof_line(placed, project.takes, trusted_takes(project)).data

    def due(self) -> bool:
        """Whether chapters are older than their lines, and nothing has been changed for a while."""
        return time.monotonic() >= self._rest_until and self._hold.other() is None

    # --- what is done, on one thread ----------------------------------------------------------------

    def do(self, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """See narrate.serve.server.ACTIONS."""
        project = self._open()
        match action:
            case "assemble":
                self.renew()
                return {}
            case "make":
                return self._make(project)
            case "say":
                return self._say(project, asked)
            case "speak":
                return self._speak_all(project)
        place = asked.get("place")
        if place is None:
            raise RefusedError("the line's place is missing")
        placed = self._find(project, place)[1]
        _check_same(project, placed, asked)
        note = ""
        match action:
            case "accept":
                self._accept(project, placed)
            case "choose":
                self._choose(project, placed, asked.get("key", ""))
            case "retake":
                self._retake(project, placed)
            case "edit":
                note = self._edit(project, placed, asked)
        shown = self._shown(project, self._find(project, place)[1])
        return shown | {"error": note} if note else shown

    def renew(self) -> None:
        """Assemble the chapters that are older than their lines, and write the page. Raises NarrateError."""
        self._rest_until = math.inf  # where it fails, it is tried again after the next change
        project = self._open()
        with self._hold.alone():
            self._deliverables = follow(renew_page(project, take_inventory(project, self._wanted)))
            self._stale.clear()
            self._behind = False

    def stop(self) -> None:
        """End what takes longer, as soon as that is whole."""
        self._stopping.set()

    @contextmanager
    def _at_length(self, what: str) -> Iterator[None]:
        """Something that is shown while it is done, and may be stopped."""
        self._stopping.clear()
        self._doing = {"what": what, "done": 0, "of": 0}
        try:
            with self._hold.alone():
                yield
        finally:
            self._doing = None

    def _make(self, project: Project) -> dict[str, Any]:
        """Bring the deliverables up to date."""
        with self._at_length("chapters"):
            making = make_deliverables(project, take_inventory(project, self._wanted), self._stopping)
            self._deliverables = follow(making, self._stage)
            self._stale.clear()
            self._behind, self._rest_until, self.changed = False, math.inf, 0
        return {"said": "The audiobook is up to date."}

    def _stage(self, event: Event) -> None:
        if isinstance(event, Stage):
            self._doing = {"what": event.name, "done": event.done, "of": event.of}

    def _say(self, project: Project, asked: Mapping[str, str]) -> dict[str, Any]:
        """Have a word said otherwise in the whole book from now on; `_speak_all` speaks its lines."""
        written, spoken = (" ".join(asked.get(name, "").split()) for name in ("written", "spoken"))
        with self._hold.alone():
            lines = respell(project, lambda: self._chapters(project, None)[1], written, spoken)
        self._to_speak |= {line.request.key for line in lines if line.request}
        self._stale |= {line.chapter for line in lines}
        self.changed += len(lines)
        self._rest_until = time.monotonic() if lines else self._rest_until
        how = f'"{written}" is said "{spoken}" now' if spoken else f'"{written}" is said as it is written now'
        return {"lines": len(lines), "said": f"{how}: {lines_of(len(lines))}."}

    def _speak_all(self, project: Project) -> dict[str, Any]:
        """Speak the lines that are said otherwise now and have no take."""
        with self._at_length("lines"):
            show(bake_cast(project, self._wanted))
            ready, chapters = self._chapters(project, None)
            missing = [r for r in find_work(chapters, project.takes).missing if r.key in self._to_speak]

            def landed(count: int) -> None:
                self._doing = {"what": "lines", "done": count, "of": len(missing)}

            landed(0)
            self._rest_until = time.monotonic()  # the page shows what there is then, however this ends
            try:
                self._speaker.speak(project, ready, missing, self._stopping, landed)
            except NarrateError as error:
                raise RefusedError(f"the lexicon is changed, but not all is spoken: {error}") from error
            left = [request for request in missing if request.key not in project.takes]
            if left:
                raise RefusedError(f"stopped: {lines_of(len(left))} are still to be made")
        self._to_speak.clear()
        return {"said": f"{lines_of(len(missing))} spoken anew." if missing else "All of its lines were there."}

    def _accept(self, project: Project, placed: PlacedLine) -> None:
        accept(project.folder, project.takes, quarantined_lines(project, [PlacedChapter("", (placed,))]))

    def _choose(self, project: Project, placed: PlacedLine, key: str) -> None:
        readings = project.takes.readings(placed.request) if placed.request else ()
        number = next((reading.take for reading in readings if reading.key == key), None)
        if number is None or key not in project.takes:
            raise UnknownError(f"{placed.place} has no such take")
        self._rewrite(project, placed, replace(placed.line, take=number))

    def _retake(self, project: Project, placed: PlacedLine) -> None:
        if placed.request is None:
            raise RefusedError(f"nothing is spoken in {placed.place}")
        if is_credit(project, placed):
            rewrite(project, [(placed, placed.line)])  # says no, and where its words are
        line = _next_reading(project, placed)
        if session(project.takes.folder) and self._spoken_beside(project, placed, line):
            self._rewrite(project, placed, line)
            return
        with self._hold.alone():
            show(bake_cast(project, self._wanted))
            ready, placed = self._find(project, placed.place)
            assert placed.request is not None
            line = _next_reading(project, placed)
            self._speak(project, ready, replace(placed.request, take=line.take))
            self._rewrite(project, placed, line)

    def _spoken_beside(self, project: Project, placed: PlacedLine, line: Line) -> bool:
        """See `spoken_beside`; `stop` ends the waiting."""
        self._stopping.clear()
        return spoken_beside(project, placed, line, self._stopping, lambda: self._hold.other() is None)

    def _edit(self, project: Project, placed: PlacedLine, asked: Mapping[str, str]) -> str:
        """Write a line anew, and have it spoken. Why it could not be spoken, or nothing."""
        before = placed.line
        if "shown_text" not in asked:
            raise RefusedError("the text that was shown is missing")
        if before.cue is not None:
            raise RefusedError(f"{placed.place} is a cue; change it in the script")
        words = {name: " ".join(asked[name].split()) for name in ("text", "speaker", "direction") if name in asked}
        try:
            line = replace(before, **words, take=1)  # type: ignore[arg-type]
        except ValueError as error:
            raise RefusedError(f"{placed.place}: {error}") from error
        if replace(line, take=before.take) == before:
            return ""
        with ExitStack() as held:
            if not session(project.takes.folder):
                held.enter_context(self._hold.alone())
            placed = self._written(project, placed, line)
            if placed.request is None or placed.request.key in project.takes:
                return ""
            try:
                if not self._hold.held:
                    if self._spoken_beside(project, placed, placed.line):
                        return ""
                    held.enter_context(self._hold.alone())
                show(bake_cast(project, self._wanted))
                ready, placed = self._find(project, placed.place)
                assert placed.request is not None
                self._speak(project, ready, placed.request)
            except NarrateError as error:
                return f"saved, but not spoken: {error}"
        return ""

    def _written(self, project: Project, placed: PlacedLine, line: Line) -> PlacedLine:
        """Put `line` into the script; as it stands there now. Where nobody can speak it, it is put back. Raises."""
        self._rewrite(project, placed, line)
        try:
            return self._find(project, placed.place)[1]
        except NarrateError:
            rewrite(project, [(replace(placed, line=line), placed.line)])
            self.changed -= 1
            raise

    def _rewrite(self, project: Project, placed: PlacedLine, line: Line) -> None:
        if line != placed.line:
            rewrite(project, [(placed, line)])
            self.changed += 1
        self._stale.add(placed.chapter)
        self._rest_until = time.monotonic() + REST_S

    def _speak(self, project: Project, ready: Setup, request: Request) -> None:
        """Make a take. Raises NarrateError."""
        self._speaking = True
        try:
            self._speaker.speak(project, ready, [request], self._run.stop.event)
        finally:
            self._speaking = False
        if request.key not in project.takes:
            raise RefusedError("the take was not finished")


def _next_reading(project: Project, placed: PlacedLine) -> Line:
    """A spoken line with the take that is made next: the one that it asks for, where that is missing."""
    there = placed.request is not None and placed.request.key in project.takes
    return other_reading(placed, project.takes) if there else placed.line


def _check_same(project: Project, placed: PlacedLine, asked: Mapping[str, str]) -> None:
    """Refuse to change a line that is not the one that the page shows: what it says, and the take that is kept."""
    line = placed.line
    take = placed.request.key if placed.request and placed.request.key in project.takes else ""
    now = {"shown_text": line.text, "shown_speaker": line.speaker, "shown_direction": line.direction, "take": take}
    if any(asked[name] != value for name, value in now.items() if name in asked):
        raise BusyError(f"{placed.place} is another line now, or was changed elsewhere: load the page again")
