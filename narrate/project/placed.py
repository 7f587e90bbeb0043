"""A book's lines, each in its place."""

from dataclasses import dataclass
from pathlib import Path

from narrate.languages import code_of
from narrate.script import Line
from narrate.takes import Request


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with its place: chapter from 1, line number in the chapter's file; no request when nothing is spoken.

    `sound` is the file that a cue names.
    """

    chapter: int
    number: int
    line: Line
    request: Request | None
    sound: Path | None = None

    @property
    def place(self) -> str:
        """`3:14`, as `narrate retake` takes it."""
        return f"{self.chapter}:{self.number}"

    @property
    def foreign(self) -> bool:
        """Whether the line is marked to be in another language than it is spoken in."""
        own, asked = self.line.language, self.request.language if self.request else ""
        return bool(own and asked) and code_of(own) != code_of(asked)


@dataclass(frozen=True, slots=True)
class PlacedChapter:
    """A chapter's title and its lines in order."""

    title: str
    lines: tuple[PlacedLine, ...]
