"""`narrate plan`: the time, disk space and voices that a book will take."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from narrate.cast import cast_problems
from narrate.engine import Wanted, check_spoken
from narrate.engine.qwen.checkpoint import find_checkpoint
from narrate.engine.qwen.facts import QWEN
from narrate.engine.speed import Speed, recall, remember, speed_file, speed_key
from narrate.errors import NarrateError
from narrate.files import inside
from narrate.project import Project
from narrate.project.figures import chapters_of, clock, lines_of
from narrate.readers import read_book
from narrate.work.calibration import calibrate
from narrate.work.cards import outlooks
from narrate.work.estimate import Estimate, estimate
from narrate.work.events import Notice, Telling
from narrate.work.inventory import Inventory, take_inventory
from narrate.work.output import check_output, plans_of
from narrate.work.quality import check_level, recogniser_for


@dataclass(frozen=True, slots=True)
class Plan:
    """What a book will take on this machine, whose `speed` is None where it is not known.

    `measured_in`: the file that remembers the speed; `voices`: those that speak in the book; `card`: what the GPU does
    with each model that it needs; `skipped`: what of its source is left out, and why.
    """

    title: str
    estimate: Estimate
    speed: Speed | None
    measured_in: Path
    engine: str
    model: str
    voices: Sequence[str]
    formats: Sequence[str]
    card: Sequence[str]
    skipped: Sequence[str]

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "title": self.title,
            "engine": self.engine,
            **asdict(self.estimate),
            "fits": self.estimate.fits,
            "problems": [],
            "formats": self.formats,
            "skipped_parts": self.skipped,
            "speed": self.speed,
            "card": self.card,
        }

    @property
    def rows(self) -> list[tuple[str, str]]:
        """For a person: what each row is of, and its text."""
        found = self.estimate
        rows = [
            ("title", self.title),
            ("text", f"{chapters_of(found.chapters)}, {lines_of(found.lines)}, {found.words:,} words"),
            ("audio", f"{clock(found.audio_s)} in all; {clock(found.audio_left_s)} of speech is still to be made"),
            ("takes", f"{found.takes_there} there, {found.takes_missing} missing"),
            ("voices", f"{', '.join(self.voices)}; none is missing"),
            ("engine", self.engine + (f", {self.model}" if self.model else "")),
        ]
        rows += [("this card", text) for text in self.card]
        if found.time_s is not None and self.speed is not None:
            speed = f"RTF {self.speed.rtf:.0f} as measured here ({self.measured_in})"
            rows.append(("time", f"{clock(found.time_s)}, at {speed}"))
        rows.append(("takes need", _size(found.takes_bytes)))
        rows.append(("output needs", f"{_size(found.output_bytes)} for {', '.join(self.formats)} and the chapters"))
        rows.append(("disk has", f"{_size(found.free_bytes)}{'' if found.fits else ': NOT ENOUGH'}"))
        rows.append(("never spoken", f"{lines_of(found.skipped)} of the script (silent headings, ornaments)"))
        return rows + [("left out", part) for part in self.skipped]


def _size(count: float) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def plan_book(
    project: Project, wanted: Wanted, formats: Sequence[str], *, again: bool, quiet: bool = False
) -> Telling[Plan | list[NarrateError]]:
    """What a project will take, or why it cannot be made as it is.

    `again`: this machine's speed is measured anew. `quiet`: what was chosen is not told.
    """
    names = yield from check_output(project, formats, assemble=True)
    if problems := _problems(project):
        return problems
    book = take_inventory(project, wanted)
    if not quiet:
        yield from map(Notice, book.notes)
    check_spoken(book.manner.engine, book.manner.language, book.manner.languages)
    if check_level(project, wanted) == "full":
        recogniser_for(project, wanted)  # it says where it cannot listen here
    speed = yield from _speed(book, again)
    plans, _ = plans_of(project, book.chapters)
    free = shutil.disk_usage(project.folder).free
    found = estimate(book.chapters, plans, book.work, names, project.settings.output.bitrate_kbps, speed, free)
    return Plan(
        title=project.settings.title,
        estimate=found,
        speed=speed,
        measured_in=speed_file(),
        engine=book.manner.engine,
        model=book.manner.model,
        voices=sorted({line.request.voice.name for c in book.chapters for line in c.lines if line.request}),
        formats=names,
        card=_card(book),
        skipped=_skipped(project),
    )


def _problems(project: Project) -> list[NarrateError]:
    """Voices that are missing, and speakers without a part: each once."""
    problems = cast_problems(project.cast_file, project.shelves, project.series_cast)
    if problems:
        return problems
    cast, seen = project.cast(), set()
    for path, lines in project.numbered_scripts():
        for row, line in lines:
            if line.speaker not in seen:
                seen.add(line.speaker)
                try:
                    cast.part(line, path, row)
                except NarrateError as error:
                    problems.append(error)
    return problems


def _skipped(project: Project) -> list[str]:
    """The parts of the source that are left out by the project's [reading], and why."""
    settings = project.settings
    if not settings.source:
        return []
    try:
        source = inside(project.folder, settings.source)
        book = read_book(source, reading=settings.reading, language=settings.language)
    except (NarrateError, OSError):
        return []  # a script of scenes, or a source that was taken away
    return [f"{part.what}: {part.why}" for part in book.skipped]


def _speed(book: Inventory, again: bool) -> Telling[Speed | None]:
    """This machine's speed: remembered, else measured on lines of the book. None when nothing has to be made."""
    key = speed_key(book.manner.engine, book.manner.model, book.wanted)
    speed = None if again else recall(key)
    if speed is None and book.work.missing:
        yield Notice("Measuring this machine's speed on lines of the book.")
        speed = calibrate(book)
        if speed is not None:
            remember(key, speed)
    return speed


def _card(book: Inventory) -> list[str]:
    """What this machine's card does with the models that the book needs, each once; nothing for other engines."""
    if book.manner.engine != QWEN.name or book.wanted.ray or book.wanted.device == "cpu":
        return []
    return outlooks((find_checkpoint(model.path).size for model in book.models.values()), book.wanted)
