"""Takes assembled: plans, deliverables, report and summary."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from narrate.book import Cover
from narrate.chapters import (
    Assembled,
    ChapterPlan,
    Mark,
    Settings as AssemblySettings,
    Step,
    Tags,
    TakeError,
    chapter_keys,
    find_ffmpeg,
)
from narrate.chapters.arrange import arrange
from narrate.check import Quarantined as QuarantinedLine
from narrate.cli.outputs import output_rows
from narrate.cli.progress import clock, lines_of, say, watched
from narrate.cli.results import tell_quarantined
from narrate.cli.show import show
from narrate.deliver import (
    FORMS,
    MAX_BYTES,
    Deliverable,
    assemble,
    check_formats,
    deliverables,
    he_encoder,
    note_issued,
    prepare_cover,
)
from narrate.errors import AssemblyError, StorageError
from narrate.files import is_full, slug, storage
from narrate.project import (
    EPISODES,
    TARGETS,
    ChapterReport,
    PlacedChapter,
    Project,
    Quarantined,
    Report,
    read_report,
    write_report,
)
from narrate.report import find_shares, report_pictures, take_lengths, write_page
from narrate.script import NARRATOR
from narrate.voices import credit_of
from narrate.work import Inventory, Rendered, Run, quarantined_lines, render_project

Shown = Callable[[Iterable[Step | Assembled]], Assembled]
MOST_LOOKS = 16  # at a full disk, between two tries to assemble


def assemble_project(project: Project, rendered: Rendered, formats: Sequence[str], run: Run) -> int:
    """Takes to deliverables, report and summary. The exit code."""
    with run.on(project) as held:
        return _assemble_alone(project, rendered, formats, run) if held else 130


def _assemble_alone(project: Project, rendered: Rendered, formats: Sequence[str], run: Run) -> int:
    wanted = wanted_formats(project, formats)
    _need_takes(project, rendered.book)
    try:
        assembled = _assemble(project, rendered.book, wanted)
    except TakeError as damaged:
        say(f"{damaged}; looking through all takes.")
        rendered = _repair(project, rendered, run)
        if rendered.stopped:
            return 130
        assembled = _assemble(project, rendered.book, wanted)
    for note in assembled.notes:
        say(note)
    bad = quarantined_lines(project, rendered.book.chapters)
    report = _report(project, rendered, assembled, bad)
    write_report(project.out / "report.json", report)
    page, _ = _write_page(project, rendered.book, plans_of(project, rendered.book.chapters), report)
    _summarize(project, report, rendered, assembled)
    click.echo(f"{'page':<10} {page}")
    return tell_quarantined(project, bad)


def _need_takes(project: Project, book: Inventory) -> None:
    """Raise AssemblyError where lines have no take."""
    there = project.takes.keys()
    absent = [line for c in book.chapters for line in c.lines if line.request and line.request.key not in there]
    if absent:
        raise AssemblyError(
            f"{lines_of(len(absent))} of {project.settings.title} have no take, the first is {absent[0].place}",
            do=f"run `narrate render {project.folder}`",
        )


def make_deliverables(project: Project, book: Inventory, shown: Shown) -> list[Deliverable]:
    """Bring what there is of deliverables up to date, make those that project.toml asks for, and write the page.

    `shown` runs the assembly; the project's lock is the caller's. How they stand then. Raises NarrateError.
    """
    _need_takes(project, book)
    assembled = _assemble(project, book, [it.form for it in standing(project, book)], shown)
    report = _report(project, Rendered(book), assembled, quarantined_lines(project, book.chapters))
    report = replace(report, **_of_last_run(project, ("takes_made", "takes_kept", "render_wall_s", "rtf")))
    write_report(project.out / "report.json", report)
    return _write_page(project, book, plans_of(project, book.chapters), report)[1]


def standing(project: Project, book: Inventory) -> list[Deliverable]:
    """The formats that are there or asked for, and which of them are older than the book as it is."""
    return _standing(project, book, plans_of_whole(project, book.chapters))


def _standing(
    project: Project, book: Inventory, planned: tuple[list[ChapterPlan], AssemblySettings]
) -> list[Deliverable]:
    (plans, settings), tags, source = planned, _tags(project, book), project.source_file()
    keys, wanted = chapter_keys(plans, settings), project.settings.output.formats
    return deliverables(project.out, plans, keys, tags, settings, source, wanted)


def _write_page(
    project: Project, book: Inventory, planned: tuple[list[ChapterPlan], AssemblySettings], report: Report
) -> tuple[Path, list[Deliverable]]:
    pictures = report_pictures(asdict(report), take_lengths(book.chapters, project.takes))
    found = _standing(project, book, planned)
    return write_page(project, book.chapters, *planned, report, pictures, found), found


def renew_page(project: Project, book: Inventory) -> list[Deliverable]:
    """Assemble the chapters that are older than their lines, and write the page: no deliverable is touched.

    The project's lock is the caller's. How the deliverables stand to the book.
    """
    plans, settings = plans_of_whole(project, book.chapters)
    assembled = Assembled((), tuple(Mark(plan.title, 0.0, 0.0) for plan in plans), 0, 0, 0.0)
    if any(plan.takes for plan in plans):
        title = project.settings.title
        assembled = watched(assemble(plans, Tags(title), (), project.out, slug(title), settings))
    report = _report(project, Rendered(book), assembled, quarantined_lines(project, book.chapters))
    kept = ("takes_made", "takes_kept", "render_wall_s", "rtf", "made_at", "files")
    report = replace(report, **_of_last_run(project, kept))
    return _write_page(project, book, (plans, settings), report)[1]


def _of_last_run(project: Project, kept: Sequence[str]) -> dict[str, Any]:
    """Figures of the last report: what was made, and how fast, is what the last run made."""
    before = read_report(project.out / "report.json") or {}
    return {name: before[name] for name in kept if name in before}


def check_output(project: Project, formats: Sequence[str], *, assemble: bool) -> tuple[str, ...]:
    """The formats that are wanted, once all that project.toml says of them is known to work: before hours of rendering.

    Raises NarrateError; of a cover that will be left out it is only told. Where nothing is to `assemble`
    yet, that may be done on another machine, so this one's ffmpeg does not matter.
    """
    wanted = wanted_formats(project, formats)
    if assemble:
        ffmpeg = find_ffmpeg()
        if project.settings.output.aac == "he" and any(FORMS[form].aac == "any" for form in wanted):
            he_encoder(ffmpeg)
    if cover := _given_cover(project):
        with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as scratch:
            try:
                prepare_cover(cover, Path(scratch))
            except AssemblyError as error:
                say(f"The cover will be left out, {project.settings.cover}: {error.what}.")
    return wanted


def wanted_formats(project: Project, given: Sequence[str]) -> tuple[str, ...]:
    """The formats of `--format`, else the project's."""
    return tuple(check_formats(given or project.settings.output.formats))


def _assemble(project: Project, book: Inventory, formats: Sequence[str], shown: Shown = watched) -> Assembled:
    """Run the assembly, showing its steps; on a full disk wait for space as a render does, and go on."""
    plans, settings = plans_of(project, book.chapters)
    tags, source = _tags(project, book), project.source_file()
    if "podcast" in formats and project.sample is None:
        note_issued(project.folder / EPISODES, plans, tags, settings.podcast, project.out)
        settings = _settings(project)
    looks = 1
    while True:
        try:
            return shown(assemble(plans, tags, formats, project.out, slug(project.settings.title), settings, source))
        except StorageError as error:
            # What is finished is kept; what is begun again takes its time, and the disk's last room while it lasts.
            looks = min(2 * looks, MOST_LOOKS)
            if not is_full(error) or not all(project.takes.full(error) for _ in range(looks)):
                raise


def plans_of(project: Project, chapters: Sequence[PlacedChapter]) -> tuple[list[ChapterPlan], AssemblySettings]:
    """What is heard in each chapter, and how it is to sound."""
    settings = _settings(project)
    return [arrange(chapter, project.settings.pauses_ms, project.takes.path) for chapter in chapters], settings


def plans_of_whole(project: Project, chapters: Sequence[PlacedChapter]) -> tuple[list[ChapterPlan], AssemblySettings]:
    """The same, with nothing in a chapter of which takes are missing: it is on the page without its sound."""
    plans, settings = plans_of(project, chapters)
    there = project.takes.keys()
    for number, chapter in enumerate(chapters):
        if any(line.request and line.request.key not in there for line in chapter.lines):
            plans[number] = ChapterPlan(plans[number].title, ())
    return plans, settings


def _settings(project: Project) -> AssemblySettings:
    """How it shall sound: what project.toml says, overruled by its target."""
    output, pauses = project.settings.output, project.settings.pauses_ms
    target = TARGETS[output.target]
    return AssemblySettings(
        loudness_lufs=output.loudness_lufs if target.loudness_lufs is None else target.loudness_lufs,
        rms_db=target.rms_db,
        peak_dbfs=target.peak_dbfs,
        bitrate_kbps=output.bitrate_kbps,
        aac=output.aac,
        head_ms=pauses.chapter_start if target.head_ms is None else target.head_ms,
        tail_ms=pauses.chapter_end if target.tail_ms is None else target.tail_ms,
        room_tone=output.room_tone,
        mp3_kbps=target.mp3_kbps,
        mp3_rate=target.mp3_rate,
        channels=target.channels,
        drawn_cover=output.drawn_cover,
        podcast=project.settings.podcast,
        episodes=project.episodes(),
    )


def _tags(project: Project, book: Inventory) -> Tags:
    """What players show of the book, and how its narration was made."""
    settings, manner = project.settings, book.manner
    voices = {request.voice.fingerprint: request.voice.name for request in book.work.requests}
    made_with = ["narrate", f"engine {manner.engine}", f"model {manner.model}" if manner.model else ""]
    with suppress(StorageError):  # a damaged take is found, and made again, where it is assembled
        made_with.append(_revision(project, book))
    return Tags(
        title=settings.title,
        subtitle=settings.subtitle,
        author=settings.author,
        narrator=settings.narrator or credit_of(project.cast().parts[NARRATOR].voice),
        year=settings.year,
        description=settings.description,
        series=settings.series,
        series_index=settings.series_index,
        publisher=settings.publisher,
        language=settings.language,
        isbn=settings.isbn,
        copyright=settings.copyright,
        made_with=", ".join(filter(None, made_with)),
        voices=tuple(sorted((name, fingerprint) for fingerprint, name in voices.items())),
        cover=_given_cover(project),
    )


def _given_cover(project: Project) -> Cover | None:
    """The project's cover; of a file that is far too large for one only the beginning, which is then refused."""
    path = project.cover_file()
    if path is None:
        return None
    types = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
    with storage(path), path.open("rb") as file:
        return Cover(file.read(MAX_BYTES + 1), types.get(path.suffix.lower(), "application/octet-stream"))


def _repair(project: Project, rendered: Rendered, run: Run) -> Rendered:
    """Every take decoded, the damaged ones removed and made again."""
    for request in rendered.book.work.requests:
        try:
            project.takes.get(request.key)
        except StorageError as error:
            say(str(error))
            project.takes.discard(request.key)
    again = show(render_project(project, rendered.book.wanted, run))
    return replace(
        again,
        made=rendered.made + again.made,
        audio_s=rendered.audio_s + again.audio_s,
        wall_s=rendered.wall_s + again.wall_s,
    )


def _report(project: Project, rendered: Rendered, assembled: Assembled, bad: Sequence[QuarantinedLine]) -> Report:
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
        revision=_revision(project, rendered.book),
        voices={speaker: parts[speaker].voice.name for speaker in sorted(speakers)},
        shares=find_shares(take_lengths(rendered.book.chapters, project.takes)),
        chapters=chapters,
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
    )


def _revision(project: Project, book: Inventory) -> str:
    """The models' exact files, as the newest way of making takes recorded them, in the order of their names."""
    by_model: dict[str, str] = {}
    for request in (*book.work.missing, *book.work.requests):
        by_model.setdefault(request.model, request.key)
    keys = [by_model[model] for model in sorted(by_model) if by_model[model] in project.takes]
    return ", ".join(str(project.takes.asked(key).get("revision", "")) for key in keys)


def _summarize(project: Project, report: Report, rendered: Rendered, assembled: Assembled) -> None:
    """The closing lines: what there is now, and how fast it came about."""
    made = f"{report.takes_made} made, {report.takes_kept} kept"
    chapters = f"{assembled.chapters_made} assembled, {assembled.chapters_kept} kept"
    rows = [
        ("title", f"{report.title}, by {project.settings.author}" if project.settings.author else report.title),
        ("length", clock(report.audio_s)),
        ("chapters", f"{len(report.chapters)} ({chapters})"),
        ("lines", f"{report.lines} (takes: {made})"),
    ]
    if report.rtf is not None:
        rows.append(
            ("rendering", f"{clock(rendered.audio_s)} of audio in {clock(rendered.wall_s)}, RTF {report.rtf:.1f}")
        )
    click.echo("\n".join(f"{name:<10} {value}" for name, value in rows))
    for row in output_rows(assembled.files, project.out):
        click.echo(f"{'file':<10} {row}")
