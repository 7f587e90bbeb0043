"""The steps behind the commands: a project found or made, rendered, assembled, told of."""

import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from narrate.adapt import adapt, split_lines
from narrate.assembly import Assembled, ChapterPlan, Segment, Tags, TakeError, assemble, check_formats
from narrate.assembly import Settings as AssemblySettings
from narrate.book import Book, Cover
from narrate.casting import Manner, set_voices
from narrate.cli.progress import chapters_of, clock, lines_of, shown, watched
from narrate.engine import choose_engine, model_name, open_engine
from narrate.errors import AssemblyError, ProjectError, SourceError, StorageError
from narrate.files import slug, write_bytes
from narrate.ingest import read_book
from narrate.ingest.screenplay import read_show
from narrate.project import ENGINES, PlacedChapter, Project, Settings, create, pause_before, same_source
from narrate.render import Work, find_work, render
from narrate.report import ChapterReport, Report, write_report
from narrate.script import NARRATOR, Line, Script
from narrate.voice import EMBEDDED, find_voice

SCRIPT_SUFFIX = ".script"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What rendering found and did. `wall_s` counts speaking alone, not loading the engine."""

    chapters: list[PlacedChapter]
    work: Work
    manner: Manner
    made: int = 0
    audio_s: float = 0.0
    wall_s: float = 0.0
    stopped: bool = False


def say(message: str) -> None:
    """A message to the person, beside the results."""
    click.echo(message, err=True)


# --- projects -----------------------------------------------------------------------------------


def open_project(path: Path, home: Path) -> Project:
    """The project in `path`, or the one of that name under the home's projects/."""
    named = home / "projects" / path
    return Project(named if not path.exists() and named.is_dir() else path, home)


def open_or_create(
    book: Path, home: Path, folder: Path | None, voice: str | None, engine: str | None, model: str | None
) -> Project:
    """The project of `book`: gone on with when it is there, else made."""
    data = _read(book)
    folder = folder or _default_folder(book, home, data)
    if not (folder / "project.toml").is_file():
        return _create(book, data, home, folder, voice, engine, model)
    project = Project(folder, home)
    if not same_source(project, data):
        raise ProjectError(
            f"was made from another {book.name}", where=folder, do="choose a new --project, or remove this one"
        )
    if voice is not None:
        _set_narrator(project, voice)
    say(f"Going on with {folder}.")
    return project


def create_project(
    book: Path, home: Path, folder: Path | None, voice: str | None, engine: str | None, model: str | None
) -> Project:
    """A new project of `book`. Raises ProjectError when there is one already."""
    data = _read(book)
    return _create(book, data, home, folder or _default_folder(book, home, data), voice, engine, model)


def _read(book: Path) -> bytes:
    if str(book) == "-":
        return sys.stdin.buffer.read()
    if not book.exists():
        raise SourceError("no such file", where=book, do="check the path")
    if book.is_dir():
        raise SourceError("is a folder, not a book", where=book, do="for a project, use `narrate render` or `status`")
    try:
        return book.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", where=book) from error


def _default_folder(book: Path, home: Path, data: bytes) -> Path:
    name = slug(_load(book, data)[0].title) if str(book) == "-" else slug(book.stem)
    return home / "projects" / name


def _load(book: Path, data: bytes) -> tuple[Book, Sequence[Script]]:
    """The book's metadata and its chapters' scripts, whatever the form of its file."""
    if book.suffix.lower() == SCRIPT_SUFFIX:
        show = read_show(book, data)
        return Book(show.title, ()), [split_lines(script) for script in show.scripts]
    read = read_book(None if str(book) == "-" else book, data=data)
    return read, adapt(read)


def _create(
    path: Path, data: bytes, home: Path, folder: Path, voice: str | None, engine: str | None, model: str | None
) -> Project:
    if engine is not None and engine not in ENGINES:
        raise click.UsageError(f'no engine called "{engine}"; one of {", ".join(ENGINES)}')
    narrator = find_voice(voice or EMBEDDED, (folder / "voices", home / "voices"))
    choose_engine(engine or "auto", [narrator])  # say no before anything is made
    book, scripts = _load(path, data)
    for skipped in book.skipped:
        say(f"Skipped {skipped.what}: {skipped.why}.")
    stored = Path(voice).expanduser() if voice and Path(voice).expanduser().is_file() else None
    source = slug(path.stem, "book") + path.suffix.lower() if str(path) != "-" else "stdin.txt"
    cover = _cover_name(book.cover)
    settings = Settings(
        title=book.title or path.stem,
        author=book.author,
        language=book.language or "en",
        source=f"source/{source}",
        cover=f"source/{cover}" if cover else "",
        series=book.series,
        series_index=book.series_index,
        year=book.year,
        publisher=book.publisher,
        description=book.description,
        engine=engine or "auto",
        model=model or "",
    )
    create(
        folder,
        settings,
        scripts,
        (source, data),
        narrator=stored.stem if stored else (voice or EMBEDDED),
        cover=(cover, book.cover.data) if cover and book.cover else None,
        voice_file=stored,
    )
    say(f"Made {folder}: {chapters_of(len(scripts))}, {lines_of(sum(len(s.lines) for s in scripts))}.")
    return Project(folder, home)


def _cover_name(cover: Cover | None) -> str:
    suffixes = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
    return f"cover{suffixes.get(cover.media_type, '.img')}" if cover else ""


def _set_narrator(project: Project, voice: str) -> None:
    """Cast `voice` as the narrator; a voice file is copied into the project, so that it can be moved."""
    path = Path(voice).expanduser()
    if path.is_file():
        find_voice(voice, ())  # a voice indeed
        write_bytes(project.folder / "voices" / path.name, path.read_bytes())
        voice = path.stem
    find_voice(voice, project.shelves)
    set_voices(project.cast_file, {NARRATOR: voice})


def describe(project: Project) -> None:
    """Where the project lies and what can be edited."""
    click.echo(str(project.folder))
    say(f"Edit {project.folder}/script/*.txt and {project.cast_file}, then run `narrate render {project.folder}`.")


# --- rendering ----------------------------------------------------------------------------------


def nothing_rendered(
    project: Project, engine: str | None = None, model: str | None = None, *, quiet: bool = False
) -> Rendered:
    """The project's lines and takes as they are."""
    cast = project.cast()
    asked = engine or project.settings.engine
    if asked not in ENGINES:
        raise click.UsageError(f'no engine called "{asked}"; one of {", ".join(ENGINES)}')
    used = {line.speaker for _, lines in project.numbered_scripts() for _, line in lines if line.speakable}
    choice = choose_engine(asked, [part.voice for name, part in cast.parts.items() if name in used])
    if choice.note and not quiet:
        say(choice.note)
    manner = Manner(project.settings.language, choice.name, model_name(choice.name, model or project.settings.model))
    chapters = project.chapters(manner, cast)
    return Rendered(chapters, find_work(chapters, project.takes), manner)


def render_project(project: Project, engine: str | None = None, model: str | None = None, then: str = "") -> Rendered:
    """Make the takes that are missing. ^C finishes what is in hand."""
    project.takes.sweep()
    state = nothing_rendered(project, engine, model)
    if not state.work.missing:
        return state
    total, kept = len(state.work.requests), state.work.kept
    made, audio_s, started = 0, 0.0, time.monotonic()
    with _stopping() as stop:
        speaker = open_engine(state.manner.engine, model or project.settings.model)
        try:
            takes = render(speaker, state.work.missing, project.takes, stop)
            characters = sum(len(request.text) for request in state.work.missing)
            started = time.monotonic()
            for take in shown(takes, lines=total, kept=kept, characters=characters):
                made += 1
                audio_s += take.seconds
        except KeyboardInterrupt:
            stop.set()
        finally:
            wall_s = time.monotonic() - started
            speaker.close()
    stopped = stop.is_set() and kept + made < total
    if stopped:
        say(f"Stopped. {kept + made} of {total} lines are kept; run the same command to go on.")
    return replace(state, made=made, audio_s=audio_s, wall_s=wall_s, stopped=stopped)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that ^C and SIGTERM set; a second ^C interrupts at once."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        say("Finishing what is in hand; ^C again stops at once.")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tell_rendered(rendered: Rendered) -> None:
    """One line on what rendering did."""
    total = len(rendered.work.requests)
    if not rendered.made:
        click.echo(f"All {total} lines are there; nothing to make.")
        return
    click.echo(
        f"Made {lines_of(rendered.made)}, kept {total - rendered.made}: {clock(rendered.audio_s)} of audio "
        f"in {clock(rendered.wall_s)}, RTF {rendered.audio_s / rendered.wall_s:.1f}."
    )


# --- assembling ---------------------------------------------------------------------------------


def assemble_project(project: Project, rendered: Rendered, formats: Sequence[str]) -> int:
    """Takes to deliverables, report and summary. The exit code."""
    wanted = check_formats([name for given in formats for name in given.split(",")] or project.settings.output.formats)
    there = project.takes.keys()
    absent = [line for c in rendered.chapters for line in c.lines if line.request and line.request.key not in there]
    if absent:
        raise AssemblyError(
            f"{lines_of(len(absent))} of {project.settings.title} have no take, the first is {absent[0].place}",
            do=f"run `narrate render {project.folder}`",
        )
    try:
        assembled = _assemble(project, rendered, wanted)
    except TakeError as damaged:
        say(f"{damaged}; looking through all takes.")
        rendered = _repair(project, rendered)
        if rendered.stopped:
            return 130
        assembled = _assemble(project, rendered, wanted)
    for note in assembled.notes:
        say(note)
    report = _report(project, rendered, assembled)
    write_report(project.out / "report.json", report)
    _summarize(project, report, rendered, assembled)
    return 0


def _assemble(project: Project, rendered: Rendered, formats: Sequence[str]) -> Assembled:
    """Run the assembly, showing its steps."""
    output, pauses = project.settings.output, project.settings.pauses_ms
    settings = AssemblySettings(
        loudness_lufs=output.loudness_lufs,
        bitrate_kbps=output.bitrate_kbps,
        head_ms=pauses.chapter_start,
        tail_ms=pauses.chapter_end,
    )
    plans = [_plan(chapter, project) for chapter in rendered.chapters]
    steps = assemble(plans, _tags(project), formats, project.out, slug(project.settings.title), settings)
    return watched(steps)


def _plan(chapter: PlacedChapter, project: Project) -> ChapterPlan:
    """A chapter's pauses and takes. A line that nothing speaks (an ellipsis alone) is its pause."""
    segments = []
    previous: Line | None = None
    for placed in chapter.lines:
        if not placed.line.silent:
            pause_ms = pause_before(placed.line, previous, project.settings.pauses_ms)
            take = project.takes.path(placed.request.key) if placed.request else None
            segments.append(Segment(pause_ms, take))
            previous = placed.line
    return ChapterPlan(chapter.title, tuple(segments))


def _tags(project: Project) -> Tags:
    settings = project.settings
    cover = project.cover_file()
    types = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
    narrator = project.cast().parts[NARRATOR].voice.name
    return Tags(
        title=settings.title,
        author=settings.author,
        narrator=narrator,
        year=settings.year,
        description=settings.description,
        series=settings.series,
        series_index=settings.series_index,
        publisher=settings.publisher,
        language=settings.language,
        cover=Cover(cover.read_bytes(), types.get(cover.suffix.lower(), "application/octet-stream")) if cover else None,
    )


def _repair(project: Project, rendered: Rendered) -> Rendered:
    """Every take decoded, the damaged ones removed and made again."""
    for request in rendered.work.requests:
        try:
            project.takes.get(request.key)
        except StorageError as error:
            say(str(error))
            project.takes.discard(request.key)
    again = render_project(project, rendered.manner.engine, project.settings.model)
    return replace(
        again,
        made=rendered.made + again.made,
        audio_s=rendered.audio_s + again.audio_s,
        wall_s=rendered.wall_s + again.wall_s,
    )


def _report(project: Project, rendered: Rendered, assembled: Assembled) -> Report:
    chapters = [
        ChapterReport(
            mark.title, mark.start_s, mark.duration_s, sum(line.request is not None for line in chapter.lines)
        )
        for mark, chapter in zip(assembled.marks, rendered.chapters, strict=True)
    ]
    speakers = {line.line.speaker for chapter in rendered.chapters for line in chapter.lines if line.request}
    parts = project.cast().parts
    return Report(
        title=project.settings.title,
        engine=rendered.manner.engine,
        model=rendered.manner.model,
        voices={speaker: parts[speaker].voice.name for speaker in sorted(speakers)},
        chapters=chapters,
        lines=sum(chapter.lines for chapter in chapters),
        takes_made=rendered.made,
        takes_kept=len(rendered.work.requests) - rendered.made,
        audio_s=round(assembled.seconds, 3),
        render_wall_s=round(rendered.wall_s, 3),
        rtf=round(rendered.audio_s / rendered.wall_s, 2) if rendered.made else None,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        quarantined=[],
        files=[str(path.relative_to(project.folder)) for path in assembled.files],
    )


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
    shown_files = assembled.files if len(assembled.files) <= 4 else assembled.files[:3]
    for path in shown_files:
        click.echo(f"{'file':<10} {path}")
    if len(shown_files) < len(assembled.files):
        click.echo(f"{'':<10} and {len(assembled.files) - len(shown_files)} more in {project.out}")
