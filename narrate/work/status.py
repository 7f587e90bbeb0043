"""`narrate status`: how far a project is, how fast it goes on, what is wrong with it."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrate.deliver import OLD, Deliverable
from narrate.engine import Wanted
from narrate.project import CHARACTERS_A_SECOND, Project, Quarantined, read_report
from narrate.project.figures import clock
from narrate.takes import is_locked
from narrate.work.inventory import Inventory, take_inventory
from narrate.work.output import output_rows, standing
from narrate.work.quality import quarantined_lines


@dataclass(frozen=True, slots=True)
class Status:
    """A project as it stands; None for what is not known. `project` is its folder as it was asked for.

    `audio_left_s` is of speech that has still to be made, `time_left_s` what that takes at `rtf`, the speed of the
    render that goes on or was last. `audio_s`, `made_at` and `files` are of the audiobook that was assembled last.
    `outdated`: which deliverables are older than the book, and what makes them anew. `run`: the render that goes on.
    """

    project: str
    title: str
    engine: str
    model: str
    chapters: int
    chapters_done: int
    lines: int
    takes_kept: int
    takes_missing: int
    audio_left_s: float
    rtf: float | None
    time_left_s: float | None
    quarantined: list[Quarantined]
    audio_s: float | None
    made_at: str | None
    files: Sequence[str]
    deliverables: list[Deliverable]
    outdated: str
    run: Mapping[str, Any] | None

    @property
    def sentence(self) -> str:
        """How far the project is, how fast it goes on and what is wrong, for a person."""
        share = self.takes_kept / self.lines if self.lines else 1.0
        text = (
            f"{self.project}: {self.title}: {self.takes_kept} of {self.lines} lines ({share:.0%}), "
            f"{self.chapters_done} of {self.chapters} chapters"
        )
        if self.takes_missing:
            text += f", about {clock(self.audio_left_s)} of audio to make"
            text += f" in {clock(self.time_left_s)}" if self.time_left_s is not None else ""
        elif self.files:
            files = ", ".join(output_rows(map(Path, self.files), Path("out")))
            text += f", {clock(self.audio_s or 0)} in {files}"
        if self.quarantined:
            text += f", {len(self.quarantined)} quarantined"
        text += f"; {self.outdated}" if self.outdated else ""
        if run := self.run:
            speed = f", RTF {run['rtf']:.0f}" if run["rtf"] else ""
            text += f"; process {run['pid']} has made {run['made']} since {run['started_at'][11:16]}{speed}"
        return text + "."


def is_worked_on(folder: Path) -> bool:
    """Whether a process renders or assembles the project just now."""
    return is_locked(folder / "takes")


def status_of(project: Project, folder: Path, book: Inventory | None = None) -> Status:
    """How a project stands; `folder` is what it is called by, `book` its inventory where that was taken just now."""
    book = book or take_inventory(project, Wanted())
    report = read_report(project.out / "report.json") or {}
    last = read_report(project.out / "run.json") or {}
    live = last if is_worked_on(project.folder) and last.get("state") == "running" else None
    missing = {request.key for request in book.work.missing}
    rtf = (live or report).get("rtf") or last.get("rtf")
    audio_left_s = sum(len(request.text) for request in book.work.missing) / CHARACTERS_A_SECOND
    found = standing(project, book)
    return Status(
        project=str(folder),
        title=project.settings.title,
        engine=book.manner.engine,
        model=book.manner.model,
        chapters=len(book.chapters),
        chapters_done=sum(
            not any(line.request and line.request.key in missing for line in chapter.lines) for chapter in book.chapters
        ),
        lines=len(book.work.requests),
        takes_kept=book.work.kept,
        takes_missing=len(missing),
        audio_left_s=round(audio_left_s, 1),
        rtf=rtf,
        time_left_s=round(audio_left_s / rtf, 1) if rtf else None,
        quarantined=[line.reported for line in quarantined_lines(project, book.chapters)],
        audio_s=report.get("audio_s"),
        made_at=report.get("made_at"),
        files=report.get("files", []),
        deliverables=found,
        outdated=_outdated(folder, found, book),
        run=live,
    )


def outdated(project: Project, wanted: Wanted) -> str:
    """Which deliverables of a project are older than the book, why, and what makes them anew; empty where none is."""
    book = take_inventory(project, wanted)
    return _outdated(project.folder, standing(project, book), book)


def _outdated(folder: Path, found: Sequence[Deliverable], book: Inventory) -> str:
    old = [it for it in found if it.state == OLD]
    if not old:
        return ""
    step, also = ("render", " --assemble") if book.work.missing else ("assemble", "")
    command = f"narrate {step} {shlex.quote(str(folder))}{also} --format {','.join(it.form for it in old)}"
    return f"older than the book: {'; '.join(f'{it.form} ({it.why})' for it in old)}: `{command}`"
