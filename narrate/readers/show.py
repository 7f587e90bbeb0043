"""A show: a play or podcast as it was written, put together line by line by whoever reads it.

A show is written as it will be spoken, so it becomes scripts at once and never a Book.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from narrate.book import squeeze
from narrate.errors import ProjectError, SourceError
from narrate.languages import settled_language
from narrate.readers.characters import clean
from narrate.readers.marks import is_foreign_cue, without_marks
from narrate.script import NARRATOR, Cue, Line, Opening, Script, cut_at_cues, is_like_a_cue, parse_cue, speaker_name

MAX_NAME = 60  # characters of a speaker's name
_NAMED = 12  # marks that a note names


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A show: what its title page says, a script for each chapter, and where its cues stand in the file."""

    title: str
    scripts: tuple[Script, ...]
    author: str = ""
    language: str = "en"  # this and the next two as a Book has them
    language_said: str = ""
    language_found: str = ""
    year: str = ""
    description: str = ""
    cues: tuple[tuple[int, Cue], ...] = ()  # line numbers from 1
    notes: tuple[str, ...] = ()  # what a person should know of how it was read

    @property
    def speakers(self) -> tuple[str, ...]:
        """Everybody but the narrator, in the order of their first lines."""
        lines = (line for script in self.scripts for line in script.lines)
        return tuple(dict.fromkeys(line.speaker for line in lines if line.speaker != NARRATOR))


class Stage:
    """Takes a show's lines as they are read, and keeps what the next one opens."""

    def __init__(self, where: Path | str, plain: Callable[[str], str] = str) -> None:
        self.where = where  # for errors
        self.plain = plain  # a speech's text without the marks of the form that it is written in
        self.left: Counter[str] = Counter()  # what is not said
        self.notes: list[str] = []  # what else a person should know
        self.lines: list[Line] = []
        self.cues: list[tuple[int, Cue]] = []
        self._opens = Opening.PARAGRAPH

    def heading(self, text: str, level: int, *, silent: bool = False) -> None:
        """A chapter's title (level 1) or a heading inside."""
        if text := squeeze(text):
            self.lines.append(Line(text, opens=Opening.HEADING, level=min(level, 6), silent=silent))
            self._opens = Opening.PARAGRAPH

    def paragraph(self) -> None:
        """What is said next opens a paragraph."""
        if self._opens is Opening.SENTENCE:
            self._opens = Opening.PARAGRAPH

    def scene(self) -> None:
        """What is said next opens a scene."""
        self._opens = Opening.SCENE

    def say(
        self,
        rows: Iterable[tuple[int, str]],
        speaker: str = NARRATOR,
        direction: str = "",
        *,
        only_cues: bool = False,
    ) -> None:
        """A speaker's words in numbered rows; the cues among them are lines of their own.

        Raises ProjectError for a cue that is written wrong.
        """
        parts = ((number, cued, part) for number, row in rows for cued, part in _parts(clean(row)))
        for cued, run in groupby(parts, lambda part: part[1]):
            if cued:
                for number, _, part in run:
                    self.add(Line.of(self._cue(number, part)))
            elif not only_cues:
                self.words(" ".join(part for _, _, part in run), speaker, direction)

    def words(self, text: str, speaker: str, direction: str) -> None:
        """A speaker's words in which no cue stands."""
        said = without_marks(text)
        self.left.update(said.left)
        how = direction_of(", ".join(filter(None, (direction, said.direction))))
        if words := self.plain(said.text):
            self.add(Line(words, speaker_of(speaker), how))

    def leave(self, row: str) -> None:
        """A row that is not said, which the show's notes name."""
        self.left[squeeze(row)] += 1

    def line(self, number: int, line: Line) -> None:
        """A line as a script has it; the cues inside it are lines of their own."""
        if line.cue:
            self.cues.append((number, line.cue))
        if line.level or line.cue:
            self.lines.append(line)
            return
        self._opens = line.opens
        for part in line.parts(cut_at_cues(line.text)):
            self.add(Line.of(self._cue(number, part.text)) if is_like_a_cue(part.text) else part)

    def at(self, number: int, time: Cue) -> None:
        """What is said next is heard at a `time`, which line `number` gives."""
        self.paragraph()
        self.cues.append((number, time))
        self.add(Line.of(time))

    def _cue(self, number: int, row: str) -> Cue:
        """The cue that a row is. Raises ProjectError for one that is written wrong."""
        try:
            cue = parse_cue(row)
        except ValueError as error:
            raise ProjectError(f"not a cue: {row[:60]!r}", where=self.where, line=number, do=str(error)) from error
        assert cue is not None
        self.cues.append((number, cue))
        return cue

    def add(self, line: Line) -> None:
        """A line as it is, but for what it opens."""
        self.lines.append(replace(line, opens=self._opens))
        self._opens = Opening.SENTENCE

    def show(self, title: str, *, author: str = "", language: str = "", year: str = "", description: str = "") -> Show:
        """All of it; `language` as the file says it. Raises SourceError when nothing is to be spoken."""
        if not any(line.speakable for line in self.lines):
            raise SourceError("has no lines to speak", where=self.where)
        settled, found = settled_language((line.text for line in self.lines if not line.cue), language)
        return Show(
            title=title,
            scripts=self._scripts(title),
            author=author,
            language=settled,
            language_said=language,
            language_found=found,
            year=year,
            description=description,
            cues=tuple(self.cues),
            notes=tuple(self._notes()),
        )

    def _notes(self) -> Iterator[str]:
        yield from self.notes
        if self.left:
            named = [
                f"{row[:40].rstrip('.')}{f' ({count} times)' * (count > 1)}"
                for row, count in self.left.most_common(_NAMED)
            ]
            more = f" and {len(self.left) - _NAMED} more" if len(self.left) > _NAMED else ""
            yield f"Left out what is no speech: {', '.join(named)}{more}."

    def _scripts(self, title: str) -> tuple[Script, ...]:
        """The lines cut into chapters before each `#`; the first gets a silent `title` where it has none."""
        chapters: list[list[Line]] = []
        for line in self.lines:
            if line.level == 1 or not chapters:
                chapters.append([])
            chapters[-1].append(line)
        if chapters and chapters[0][0].level != 1:
            chapters[0].insert(0, Line(title, opens=Opening.HEADING, level=1, silent=True))
        return tuple(Script(tuple(chapter)) for chapter in chapters)


def _parts(text: str) -> list[tuple[bool, str]]:
    """A text and the cues inside it, in order, with whether they are cues; those of other houses are text."""
    parts: list[tuple[bool, str]] = []
    for part in cut_at_cues(text):
        cued = is_like_a_cue(part) and not is_foreign_cue(part)
        if parts and not cued and not parts[-1][0]:
            part = f"{parts.pop()[1]} {part}"
        parts.append((cued, part))
    return parts


def speaker_of(text: str) -> str:
    """Whom a name in a show means: the narrator where it is none, or the narrator's own."""
    name = speaker_name(text)
    return NARRATOR if not name or name.casefold() == NARRATOR else name[:MAX_NAME].strip()


def direction_of(text: str) -> str:
    """A direction as a script's line can have it."""
    return squeeze(re.sub(r"[()]+", " ", text)).strip(" .,;")


def numbered_rows(text: str) -> Iterator[tuple[int, str]]:
    """Every row of a text with its number, without its line end."""
    return enumerate(re.sub("\r\n?", "\n", text.removeprefix("\ufeff")).split("\n"), start=1)
