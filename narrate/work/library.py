"""narrate as a library: the few names that a notebook or another program needs, which `narrate` exports.

Each does what a command does, by the same functions of this room. Nothing is printed: what happens is handed to
`on_event`, and what failed and can be helped is raised as NarrateError. Warnings go to the logger "narrate".
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from narrate.engine import Wanted
from narrate.project import Project as Folder
from narrate.voices import EMBEDDED, shelves_of, voice_paths
from narrate.work.assemble import Audiobook, assemble_project
from narrate.work.events import Event, follow
from narrate.work.inventory import take_inventory
from narrate.work.new import create_project
from narrate.work.opening import open_project
from narrate.work.quality import quarantined_lines
from narrate.work.quotations import Attributing
from narrate.work.render import Rendered, render_project
from narrate.work.run import Run
from narrate.work.say import say_text
from narrate.work.source import read_source
from narrate.work.stop import Stop

OnEvent = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of a book: where it stands, who says it, and what.

    `take` is its sound, None where it is missing or nothing is spoken; `problem` is why its take is not trusted.
    """

    place: str
    chapter: str
    speaker: str
    text: str
    take: Path | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A project as a program uses it: made or opened, rendered, assembled, looked at.

    It is a thin class over the functions that the commands call, and holds a `narrate.project.Project`, which knows
    where everything lies. That one stays below: it is read by every part of narrate and can do no work by itself.
    A script or a setting that is edited between two calls counts in the second; project.toml is read when it is opened.
    """

    files: Folder
    wanted: Wanted

    @classmethod
    def open(
        cls,
        folder: str | Path,
        *,
        home: str | Path = ".",
        engine: str | None = None,
        models: Sequence[str] = (),
        device: str = "cuda",
    ) -> "Project":
        """The project in `folder`, or the one of that name under `home`/projects. Raises ProjectError."""
        return cls(open_project(Path(folder), Path(home)), Wanted(engine, tuple(models), device))

    @classmethod
    def create(
        cls,
        book: str | Path,
        folder: str | Path | None = None,
        *,
        home: str | Path = ".",
        voice: str | None = None,
        quotes: str | None = None,
        engine: str | None = None,
        models: Sequence[str] = (),
        device: str = "cuda",
        on_event: OnEvent = ignore,
    ) -> "Project":
        """A new project of the file `book`, in `folder` or under `home`/projects; `voice` is the narrator's.

        `quotes` is "off", "confident" or "all". Raises ProjectError when there is one already.
        """
        wanted = Wanted(engine, tuple(models), device)
        place = None if folder is None else Path(folder)
        made = create_project(read_source(Path(book)), Path(home), place, voice, wanted, Attributing.wished(quotes))
        return cls(follow(made, on_event), wanted)

    @property
    def folder(self) -> Path:
        return self.files.folder

    @property
    def title(self) -> str:
        return self.files.settings.title

    @property
    def lines(self) -> tuple[BookLine, ...]:
        """Every line of the book, in its order, as its script and its takes are now."""
        chapters, takes = take_inventory(self.files, self.wanted).chapters, self.files.takes
        there = takes.keys()
        problems = {bad.line.place: bad.verdict.why for bad in quarantined_lines(self.files, chapters)}
        return tuple(
            BookLine(
                placed.place,
                chapter.title,
                placed.line.speaker,
                placed.line.text,
                takes.path(placed.request.key) if placed.request and placed.request.key in there else None,
                problems.get(placed.place, ""),
            )
            for chapter in chapters
            for placed in chapter.lines
        )

    def render(self, *, on_event: OnEvent = ignore, stop: Stop | None = None) -> Rendered:
        """Make the takes that are missing, and check them. Setting `stop` ends it early; nothing finished is lost."""
        with closing(Run(stop or Stop())) as run:
            return follow(render_project(self.files, self.wanted, run), on_event)

    def assemble(self, *formats: str, on_event: OnEvent = ignore, stop: Stop | None = None) -> Audiobook | None:
        """Turn the takes into chapters and deliverables: `formats`, or those of project.toml.

        None where `stop` was set before it began. Raises AssemblyError where takes are missing.
        """
        with closing(Run(stop or Stop())) as run:
            book = Rendered(take_inventory(self.files, self.wanted))
            return follow(assemble_project(self.files, book, formats, run), on_event)


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice by its name, on the shelf of `home` or on the one that comes with narrate; or by its file or folder."""

    name: str = EMBEDDED
    home: str | Path = Path()

    @classmethod
    def all(cls, home: str | Path = ".") -> "list[Voice]":
        """Every voice on the shelves, in the order of their names."""
        return [cls(name, Path(home)) for name in sorted(voice_paths(shelves_of(Path(home))))]

    def say(
        self,
        text: str,
        output: str | Path | None = None,
        *,
        direction: str = "",
        language: str = "en",
        engine: str | None = None,
        models: Sequence[str] = (),
        device: str = "cuda",
    ) -> Path:
        """A file in which the voice says `text`: `output`, .wav or .flac, or one that is named after the text."""
        return say_text(
            text,
            Path(self.home),
            Wanted(engine, tuple(models), device),
            voice=self.name,
            direction=direction,
            language=language,
            output=None if output is None else Path(output),
        )


def say(text: str, output: str | Path | None = None, *, voice: Voice | str = EMBEDDED, language: str = "en") -> Path:
    """A file in which a voice says `text`: `output`, .wav or .flac, or one that is named after the text."""
    speaker = voice if isinstance(voice, Voice) else Voice(voice)
    return speaker.say(text, output, language=language)
