"""`narrate assemble`: takes to chapters, deliverables, the report and the page."""

import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from narrate.chapters import Assembled, Chapter, Mark, Step, Tags, TakeError
from narrate.check import Quarantined as QuarantinedLine
from narrate.deliver import FORMS, Deliverable, assemble, note_issued
from narrate.errors import AssemblyError, StorageError
from narrate.files import is_full, slug
from narrate.project import EPISODES, ChapterReport, Project, Quarantined, Report, read_report, write_report
from narrate.project.figures import clock, lines_of
from narrate.report import find_shares, report_pictures, take_lengths, write_page
from narrate.work.early import EarlyChapters
from narrate.work.events import Notice, Stage, Telling
from narrate.work.inventory import Inventory
from narrate.work.output import (
    Planned,
    known_revision,
    output_rows,
    plans_of,
    plans_of_whole,
    revision_of,
    sound_of,
    standing,
    standing_to,
    tags_of,
    wanted_formats,
)
from narrate.work.page import shown_book
from narrate.work.quality import quarantined_lines
from narrate.work.render import Rendered, render_project
from narrate.work.run import Run
from narrate.work.signing import signer_told, signing_of, watermark_of
from narrate.work.times import times_of, told_times
from narrate.work.words import check_words, time_words, untimed_note, words_report

MOST_LOOKS = 16  # at a full disk, between two tries to assemble


@dataclass(frozen=True, slots=True)
class Audiobook:
    """What was assembled of `rendered`: its files, report and page, and the lines that are not trusted."""

    author: str
    rendered: Rendered
    assembled: Assembled
    report: Report
    page: Path
    quarantined: tuple[QuarantinedLine, ...]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What there is now and how fast it came about, for a person: what each row is of, and its text."""
        report, assembled = self.report, self.assembled
        chapters = f"{assembled.chapters_made} assembled, {assembled.chapters_kept} kept"
        takes = f"{report.takes_made} made, {report.takes_kept} kept"
        rows = [
            ("title", f"{report.title}, by {self.author}" if self.author else report.title),
            ("length", clock(report.audio_s)),
            ("chapters", f"{len(report.chapters)} ({chapters})"),
            ("lines", f"{report.lines} (takes: {takes})"),
        ]
        if report.rtf is not None:
            rows.append(("rendering", f"{self.rendered.pace}, RTF {report.rtf:.1f}"))
        if report.words:
            rows.append(("word times", f"{report.words.timed} of {lines_of(report.lines)}, {report.words.words} words"))
        if report.provenance:
            rows.append(("provenance", report.provenance))
        rows += [("file", row) for row in output_rows(assembled.files, self.page.parent)]
        return [*rows, ("page", str(self.page))]


def assemble_project(
    project: Project, rendered: Rendered, formats: Sequence[str], run: Run, early: EarlyChapters | None = None
) -> Telling[Audiobook | None]:
    """Takes to deliverables, report and page, `formats` or those of project.toml; None where the run is to stop.

    `early` are the chapters that the render has made on its way.
    """
    with run.on(project) as held:
        if not held:
            return None
        wanted = wanted_formats(project, formats)
        need_takes(project, rendered.book)
        check_words(project, rendered.book.wanted)
        begun = early.begun() if early is not None else {}
        stop = run.stop.event
        yield from time_words(project, rendered.book, stop)
        if stop.is_set():
            return None
        try:
            try:
                assembled = yield from _assemble(project, rendered.book, wanted, stop, begun)
            except TakeError as damaged:
                yield Notice(f"{damaged}; looking through all takes.")
                rendered = yield from _repair(project, rendered, run)
                if rendered.stopped:
                    return None
                assembled = yield from _assemble(project, rendered.book, wanted, stop, begun)
        except AssemblyError:
            if stop.is_set():  # it was stopped, or its ffmpeg was by the same signal
                return None
            raise
        yield from map(Notice, assembled.notes)
        bad = quarantined_lines(project, rendered.book.chapters)
        planned = plans_of(project, rendered.book.chapters)
        report = _report(project, rendered, assembled, bad, planned)
        yield from told_times(report.times)
        write_report(project.out / "report.json", report)
        if report.words and (note := untimed_note(report.words)):
            yield note
        page, _ = _write_page(project, rendered.book, planned, report)
        return Audiobook(project.settings.author, rendered, assembled, report, page, tuple(bad))


def make_deliverables(project: Project, book: Inventory, stop: threading.Event) -> Telling[list[Deliverable]]:
    """Bring what there is of deliverables up to date, make those that project.toml asks for, and write the page.

    The project's lock is the caller's. How they stand then. Raises NarrateError, also where `stop` is set.
    """
    need_takes(project, book)
    yield from time_words(project, book, stop)
    assembled = yield from _assemble(project, book, [it.form for it in standing(project, book)], stop)
    planned = plans_of(project, book.chapters)
    report = _report(project, Rendered(book), assembled, quarantined_lines(project, book.chapters), planned)
    report = replace(report, **_of_last_run(project, ("takes_made", "takes_kept", "render_wall_s", "rtf")))
    write_report(project.out / "report.json", report)
    return _write_page(project, book, planned, report)[1]


def renew_page(project: Project, book: Inventory) -> Telling[list[Deliverable]]:
    """Assemble the chapters that are older than their lines, and write the page: no deliverable is touched.

    The project's lock is the caller's. How the deliverables stand to the book.
    """
    plans, settings = plans_of_whole(project, book.chapters)
    assembled = Assembled((), tuple(Mark(plan.title, 0.0, 0.0) for plan in plans), 0, 0, 0.0)
    if any(plan.takes for plan in plans):
        title = project.settings.title
        assembled = yield from steps_told(assemble(plans, Tags(title), (), project.out, slug(title), settings))
    bad = quarantined_lines(project, book.chapters)
    report = _report(project, Rendered(book), assembled, bad, (plans, settings))
    kept = ("takes_made", "takes_kept", "render_wall_s", "rtf", "made_at", "files", "provenance")
    report = replace(report, **_of_last_run(project, kept))
    return _write_page(project, book, (plans, settings), report)[1]


def steps_told(steps: Iterator[Step | Assembled], stop: threading.Event | None = None) -> Telling[Assembled]:
    """Run an assembly to its end, telling its steps. Raises AssemblyError where it is to stop before."""
    try:
        for step in steps:
            if isinstance(step, Assembled):
                return step
            yield Stage(step.stage, step.done, step.of)
            if stop is not None and stop.is_set():
                raise AssemblyError("stopped; what was finished is kept")
    finally:
        if isinstance(steps, Generator):
            steps.close()
    raise AssertionError("an assembly ends with what it assembled")


def need_takes(project: Project, book: Inventory) -> None:
    """Raise AssemblyError where lines have no take."""
    there = project.takes.keys()
    absent = [line for c in book.chapters for line in c.lines if line.request and line.request.key not in there]
    if absent:
        raise AssemblyError(
            f"{lines_of(len(absent))} of {project.settings.title} have no take, the first is {absent[0].place}",
            do=f"run `narrate render {project.folder}`",
        )


def _write_page(project: Project, book: Inventory, planned: Planned, report: Report) -> tuple[Path, list[Deliverable]]:
    figures = asdict(report)
    pictures = report_pictures(figures, take_lengths(book.chapters, project.takes))
    found = standing_to(project, book, planned)
    return write_page(shown_book(project, book.chapters, planned, figures), pictures, found), found


def _of_last_run(project: Project, kept: Sequence[str]) -> dict[str, Any]:
    """Figures of the last report: what was made, and how fast, is what the last run made."""
    before = read_report(project.out / "report.json") or {}
    return {name: before[name] for name in kept if name in before}


def _assemble(
    project: Project,
    book: Inventory,
    formats: Sequence[str],
    stop: threading.Event | None = None,
    begun: Mapping[str, Future[Chapter]] | None = None,
) -> Telling[Assembled]:
    """Run the assembly, telling its steps; on a full disk wait for space as a render does, and go on."""
    plans, settings = plans_of(project, book.chapters)
    tags, source = tags_of(project, book), project.source_file()
    if "podcast" in formats and project.sample is None:
        note_issued(project.folder / EPISODES, plans, tags, settings.podcast, project.out)
        settings = sound_of(project)
    signing, signed = None, any(FORMS[form].signed for form in formats)
    if signed:
        signing = yield from signing_of(project, book, known_revision(project, book))
    looks = 1
    while True:
        try:
            stem = slug(project.settings.title)
            steps = assemble(plans, tags, formats, project.out, stem, settings, source, begun, signing)
            assembled = yield from steps_told(steps, stop)
            return replace(assembled, provenance=signer_told(signing, project) if signed else "")
        except StorageError as error:
            # What is finished is kept; what is begun again takes its time, and the disk's last room while it lasts.
            looks = min(2 * looks, MOST_LOOKS)
            if not is_full(error) or not all(project.takes.full(error) for _ in range(looks)):
                raise


def _repair(project: Project, rendered: Rendered, run: Run) -> Telling[Rendered]:
    """Every take decoded, the damaged ones removed and made again."""
    for request in rendered.book.work.requests:
        try:
            project.takes.get(request.key)
        except StorageError as error:
            yield Notice(str(error))
            project.takes.discard(request.key)
    again = yield from render_project(project, rendered.book.wanted, run)
    return replace(
        again,
        made=rendered.made + again.made,
        audio_s=rendered.audio_s + again.audio_s,
        wall_s=rendered.wall_s + again.wall_s,
    )


def _report(
    project: Project, rendered: Rendered, assembled: Assembled, bad: Sequence[QuarantinedLine], planned: Planned
) -> Report:
    chapters = [
        ChapterReport(
            mark.title,
            mark.start_s,
            mark.duration_s,
            sum(line.request is not None for line in chapter.lines),
            mark.level.lufs if mark.level else None,
            mark.level.rms_db if mark.level else None,
            mark.level.peak_db if mark.level else None,
        )
        for mark, chapter in zip(assembled.marks, rendered.book.chapters, strict=True)
    ]
    speakers = {line.line.speaker for chapter in rendered.book.chapters for line in chapter.lines if line.request}
    parts = project.cast().parts
    return Report(
        title=project.settings.title,
        engine=rendered.book.manner.engine,
        model=rendered.book.manner.model,
        revision=revision_of(project, rendered.book),
        voices={speaker: parts[speaker].voice.name for speaker in sorted(speakers)},
        shares=find_shares(take_lengths(rendered.book.chapters, project.takes)),
        chapters=chapters,
        watermark=None if (payload := watermark_of(project)) is None else f"{payload:08x}",
        lines=sum(chapter.lines for chapter in chapters),
        takes_made=rendered.made,
        takes_kept=len(rendered.book.work.requests) - rendered.made,
        audio_s=round(assembled.seconds, 3),
        render_wall_s=round(rendered.wall_s, 3),
        rtf=round(rendered.audio_s / rendered.wall_s, 2) if rendered.made else None,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        quarantined=[Quarantined(q.line.place, q.line.line.text, q.verdict.why) for q in bad],
        files=[str(path.relative_to(project.folder)) for path in assembled.files],
        run=read_report(project.out / "run.json"),
        provenance=assembled.provenance,
        times=times_of(planned, project.out),
        words=words_report(project, rendered.book),
    )
