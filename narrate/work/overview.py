"""A project at work: its chapters, who speaks, what is made of it and what is still to do, for whoever shows it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from narrate.engine import Wanted
from narrate.engine.speed import recall, speed_key
from narrate.errors import NarrateError
from narrate.project import FORMATS, PlacedChapter, Project
from narrate.work.finished import made_files
from narrate.work.inventory import Inventory, take_inventory
from narrate.work.review import Review
from narrate.work.status import Status, status_of


@dataclass(frozen=True, slots=True)
class ChapterRow:
    """A chapter: how many lines are spoken in it, how many of them are made, and how it begins."""

    number: int
    title: str
    lines: int
    made: int
    words: int
    begins: str


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
    """

    name: str
    author: str
    language: str
    quotes: str
    target: str
    formats: Sequence[str]
    chapters: Sequence[ChapterRow]
    words: int
    speakers: int
    unsure: int
    expected_s: float | None
    files: Sequence[MadeFile]
    status: Status


def overview_of(project: Project, wanted: Wanted) -> Overview:
    """How a project stands now. Raises NarrateError where its script or cast cannot be read."""
    book = take_inventory(project, wanted)
    status = status_of(project, project.folder, book)
    missing = {request.key for request in book.work.missing}
    chapters = [_row(number, chapter, missing) for number, chapter in enumerate(book.chapters, start=1)]
    spoken = [line for chapter in book.chapters for line in chapter.lines if line.request]
    aliases = project.cast().aliases
    settings = project.settings
    return Overview(
        name=project.folder.name,
        author=settings.author,
        language=settings.language,
        quotes=settings.quotes,
        target=settings.output.target,
        formats=settings.output.formats,
        chapters=chapters,
        words=sum(chapter.words for chapter in chapters),
        speakers=len({aliases.get(line.line.speaker, line.line.speaker) for line in spoken}),
        unsure=_unsure(project),
        expected_s=_expected_s(book, status),
        files=files_of(project),
        status=status,
    )


def _row(number: int, chapter: PlacedChapter, missing: set[str]) -> ChapterRow:
    spoken = [line for line in chapter.lines if line.request]
    return ChapterRow(
        number,
        chapter.title,
        len(spoken),
        sum(line.request is not None and line.request.key not in missing for line in spoken),
        sum(len(line.line.text.split()) for line in spoken),
        next((line.line.text for line in spoken if not line.line.level), ""),
    )


def _unsure(project: Project) -> int:
    """How many quotations wait for a person to say who speaks; none where the book has no table of them."""
    with suppress(NarrateError):
        return sum(1 for _ in Review(project).questions())
    return 0


def _expected_s(book: Inventory, status: Status) -> float | None:
    if status.time_left_s is not None or not book.work.missing:
        return status.time_left_s
    speed = recall(speed_key(book.manner.engine, book.manner.model, book.wanted))
    return None if speed is None else round(speed.load_s + status.audio_left_s / speed.rtf, 1)


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
