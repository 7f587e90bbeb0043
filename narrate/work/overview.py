"""A project at work: its chapters, who speaks, what is made of it and what is still to do, for whoever shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.engine import Wanted
from narrate.engine.speed import recall, speed_key
from narrate.project import FORMATS, PlacedChapter, Project, read_report
from narrate.work.finished import has_cover, made_files
from narrate.work.inventory import Inventory, take_inventory
from narrate.work.refusals import UnknownError
from narrate.work.review import open_questions
from narrate.work.status import Status, status_of


@dataclass(frozen=True, slots=True)
class ChapterRow:
    """A chapter: how many lines are spoken in it, how many of them are made, and how it begins.

    `number` is as in the place of its lines; 0 for credits, which no script holds.
    """

    number: int
    title: str
    lines: int
    made: int
    words: int
    begins: str


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of the script at its place, and who says it."""

    place: str
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file of a deliverable, by its path in the project's out/."""

    form: str
    name: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Overview:
    """All that is shown of a project. `speakers` counts who speaks; `expected_s` is how long what is missing will take,
    at the speed of the last render or, where there was none, of this machine; `unsure` counts quotations to review.
    `pace` holds wall time and audio made by then, in seconds, at times along the last render.
    """

    name: str
    author: str
    language: str
    quotes: str
    cover: bool
    target: str
    formats: Sequence[str]
    chapters: Sequence[ChapterRow]
    words: int
    speakers: int
    unsure: int
    expected_s: float | None
    pace: Sequence[tuple[float, float]]
    files: Sequence[MadeFile]
    status: Status


def overview_of(project: Project, wanted: Wanted) -> Overview:
    """How a project stands now. Raises NarrateError where its script or cast cannot be read."""
    book = take_inventory(project, wanted)
    status = status_of(project, Path("projects", project.folder.name), book)
    missing = {request.key for request in book.work.missing}
    last = len(project.script_files())
    chapters = [_row(chapter, missing, last) for chapter in book.chapters]
    spoken = [line for chapter in book.chapters for line in chapter.lines if line.request]
    aliases = project.cast().aliases
    settings = project.settings
    return Overview(
        name=project.folder.name,
        author=settings.author,
        language=settings.language,
        quotes=settings.quotes,
        cover=has_cover(project),
        target=settings.output.target,
        formats=settings.output.formats,
        chapters=chapters,
        words=sum(chapter.words for chapter in chapters),
        speakers=len({aliases.get(line.line.speaker, line.line.speaker) for line in spoken}),
        unsure=len(open_questions(project)),
        expected_s=_expected_s(book, status),
        pace=(read_report(project.out / "run.json") or {}).get("pace", ()),
        files=files_of(project),
        status=status,
    )


def _row(chapter: PlacedChapter, missing: set[str], last: int) -> ChapterRow:
    spoken = [line for line in chapter.lines if line.request]
    number = chapter.lines[0].chapter if chapter.lines else 0
    return ChapterRow(
        number if number <= last else 0,
        chapter.title,
        len(spoken),
        sum(line.request is not None and line.request.key not in missing for line in spoken),
        sum(len(line.line.text.split()) for line in spoken),
        next((line.line.text for line in spoken if not line.line.level), ""),
    )


def _expected_s(book: Inventory, status: Status) -> float | None:
    if status.time_left_s is not None or not book.work.missing:
        return status.time_left_s
    speed = recall(speed_key(book.manner.engine, book.manner.model, book.wanted))
    return None if speed is None else round(speed.load_s + status.audio_left_s / speed.rtf, 1)


def lines_of_chapter(project: Project, number: int) -> list[ReadLine]:
    """The spoken lines of the chapter with that number, as the script has them now. Raises UnknownError."""
    scripts = [*project.numbered_scripts()]
    if not 1 <= number <= len(scripts):
        raise UnknownError(f"there is no chapter {number}", do=f"the last is {len(scripts)}")
    aliases = project.cast().aliases
    lines = ((row, line) for row, line in scripts[number - 1][1] if line.speakable)
    return [ReadLine(f"{number}:{row}", aliases.get(line.speaker, line.speaker), line.text) for row, line in lines]


def files_of(project: Project) -> list[MadeFile]:
    """The files of a project's deliverables, the formats in their usual order."""
    found = made_files(project)
    return [
        MadeFile(form, path.relative_to(project.out).as_posix(), path.stat().st_size)
        for form in FORMATS
        for path in found.get(form, ())
    ]


def made_file(project: Project, name: str) -> Path | None:
    """The deliverable's file of that name in out/; None for any other file, whatever the name."""
    return next((project.out / file.name for file in files_of(project) if file.name == name), None)
