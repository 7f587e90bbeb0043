"""`narrate script`: a book's or a project's script, as it is spoken, and in figures."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from narrate.book import Book
from narrate.cast import Manner, spoken_marked
from narrate.files import inside
from narrate.project import LEXICON, PlacedLine, Project
from narrate.report import Stats, count_script
from narrate.script import Line, Script, format_script
from narrate.words import Vocabulary, load_lexicon
from narrate.work.quotations import Attributing
from narrate.work.source import Source, load


@dataclass(frozen=True, slots=True)
class OpenedScript:
    """A script, what it takes to speak it, and the project or the book that it is of.

    `seconds`: what reading and cutting took; `notes` are for the person.
    """

    title: str
    chapters: Sequence[Sequence[PlacedLine]]
    manner: Manner
    source: Project | Book
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The script as a person edits it."""
        scripts = (Script(tuple(line.line for line in chapter)) for chapter in self.chapters)
        return "\n".join(map(format_script, scripts))


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line as it is written and as it is spoken."""

    line: str
    speaker: str
    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A script's figures, and the seconds that counting them took."""

    opened: OpenedScript
    stats: Stats
    seconds: float

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""
        about = {"title": self.opened.title, "language": self.opened.manner.language}
        return asdict(self.stats) | about | {"read_s": self.opened.seconds, "count_s": self.seconds}

    @property
    def rows(self) -> list[tuple[str, str]]:
        """For a person: what each figure is of, and its text."""
        opened, stats = self.opened, self.stats
        into = "" if stats.words_in is None else f"{stats.words_in:,} in, "
        added = f" ({stats.words_added} of announced titles)" if stats.words_added else ""
        total = stats.words_out or 1
        speakers = ", ".join(f"{name} {words / total:.1%}" for name, words in list(stats.speakers.items())[:5])
        more = f", and {len(stats.speakers) - 5} more" if len(stats.speakers) > 5 else ""
        share = f", {stats.quotes_attributed / stats.quotes:.0%} with a speaker" if stats.quotes else ""
        speed = f"{stats.characters / max(opened.seconds, 1e-9):,.0f} characters a second"
        read, counted = f"{opened.seconds:.1f} s ({speed})", f"{self.seconds:.1f} s"
        cuts = f"{stats.lower_starts:,} after a sentence, {stats.clause_cuts:,} at a cut inside one"
        return [
            ("title", f"{opened.title} ({opened.manner.language})"),
            ("chapters", f"{stats.chapters:,}"),
            ("lines", f"{stats.lines:,}, the longest {stats.longest:,} characters ({stats.longest_at})"),
            ("words", f"{into}{stats.words_out:,} out{added}"),
            ("lower-case starts", cuts),
            ("speakers", f"{len(stats.speakers):,}: {speakers}{more}"),
            ("quotations", f"{stats.quotes:,}{share}"),
            ("spoken otherwise", f"{stats.words_changed:,} words in {stats.lines_changed:,} lines"),
            ("speed", f"read and cut in {read}; counted and spoken in {counted}"),
        ]


def script_of_project(project: Project, *, plain: bool) -> OpenedScript:
    """The script of a project. `plain`: numbers and abbreviations are left to the engine."""
    started = time.perf_counter()
    settings = project.settings
    chapters = _placed(lines for _, lines in project.numbered_scripts())
    lexicon, words = project.lexicon(), _words(chapters)
    manner = Manner(
        settings.language, "", {}, lexicon=lexicon, plain=plain or settings.plain, vocabulary=words, phonetic=True
    )
    return OpenedScript(settings.title, chapters, manner, project, time.perf_counter() - started)


def script_of_book(source: Source, home: Path, *, plain: bool) -> OpenedScript:
    """The script of a book, as `narrate new` would write it."""
    started = time.perf_counter()
    loaded = load(source, attributing=Attributing())
    book = loaded.book
    chapters = _placed(enumerate(script.lines, start=1) for script in loaded.scripts)
    lexicon, words = load_lexicon([home / LEXICON]), _words(chapters)
    manner = Manner(book.language or "en", "", {}, lexicon=lexicon, plain=plain, vocabulary=words, phonetic=True)
    seconds = time.perf_counter() - started
    return OpenedScript(book.title or source.path.stem, chapters, manner, book, seconds, loaded.notes)


def _words(chapters: Iterable[Iterable[PlacedLine]]) -> Vocabulary:
    return Vocabulary(placed.line.text for placed in chain.from_iterable(chapters))


def _placed(chapters: Iterable[Iterable[tuple[int, Line]]]) -> list[list[PlacedLine]]:
    return [
        [PlacedLine(number, row, line, None) for row, line in lines] for number, lines in enumerate(chapters, start=1)
    ]


def spoken_lines(opened: OpenedScript, *, every: bool) -> Iterator[SpokenLine]:
    """The lines that are spoken otherwise than written, or `every` one."""
    for placed in chain.from_iterable(opened.chapters):
        line = placed.line
        if line.speakable:
            said = spoken_marked(line, opened.manner)
            if every or said != line.text:
                yield SpokenLine(placed.place, line.speaker, line.text, said)


def script_figures(opened: OpenedScript) -> Figures:
    """Figures of a script: chapters, words in and out, speakers, what is changed."""
    book = _book_of(opened.source) if isinstance(opened.source, Project) else opened.source
    started = time.perf_counter()
    stats = count_script(opened.chapters, opened.manner, book if book and book.chapters else None)
    return Figures(opened, stats, time.perf_counter() - started)


def _book_of(project: Project) -> Book | None:
    """The book that a project was made from, read as the project reads it, to count its words."""
    settings = project.settings
    copy = inside(project.folder, settings.source) if settings.source else None
    if copy is None or not copy.is_file():
        return None
    return load(Source(copy, copy.read_bytes()), settings.reading, language=settings.language).book
