"""A book's file, read: its bytes, the scripts that it makes, and where its project lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.book import Book, Reading
from narrate.errors import SourceError
from narrate.files import slug
from narrate.readers import is_show, packed, read_book, read_show, sounds_of, suffix_of
from narrate.script import Script
from narrate.speakers import OFF, split_lines
from narrate.work.events import Notice
from narrate.work.quotations import Attributing, attribute

PIPE = Path("-")  # what stands for a book that came through a pipe


@dataclass(frozen=True, slots=True)
class Source:
    """A book's bytes, and the path that they were read from: PIPE where there is none."""

    path: Path
    data: bytes

    @property
    def kept_as(self) -> str:
        """What the file is called in its project's source/; of a pipe, by what it holds."""
        if self.path == PIPE:
            return f"stdin{suffix_of(self.data)}"
        return slug(self.path.stem, "book") + self.path.suffix.lower()


def read_source(path: Path) -> Source:
    """A book's file, or a folder of HTML pages packed as one. Raises SourceError."""
    if not path.exists():
        raise SourceError("no such file", where=path, do="check the path")
    if path.is_dir():
        return _read_folder(path)
    try:
        return Source(path, path.read_bytes())
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", where=path) from error


def _read_folder(folder: Path) -> Source:
    pages = b"" if (folder / "project.toml").exists() else packed(folder)
    if not pages:
        raise SourceError("is a folder, not a book", where=folder, do="for a project, use `narrate render` or `status`")
    return Source(folder.resolve().with_suffix(f"{folder.resolve().suffix}.zip"), pages)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A book's metadata and its chapters' scripts; its cues' sounds, each by its name in the script; its quotations.

    `notes` are for the person.
    """

    book: Book
    scripts: Sequence[Script]
    sounds: Sequence[tuple[str, Path]] = ()
    attribution: str = ""  # the table of quotations, "" when there are none
    notes: tuple[str, ...] = ()

    def told(self) -> Iterator[Notice]:
        """The notes, as events."""
        yield from map(Notice, self.notes)

    def told_skipped(self) -> Iterator[Notice]:
        """What of the book is not read, why, and the line that brings it back."""
        for skipped in self.book.skipped:
            back = f" ({skipped.back} brings it back)" if skipped.back else ""
            yield Notice(f"Skipped {skipped.what}: {skipped.why}{back}.")
        if any(skipped.back for skipped in self.book.skipped):
            yield Notice(
                "Such a line belongs under [reading] in project.toml; then `narrate new BOOK --again` reads it."
            )


def load(
    source: Source, reading: Reading | None = None, attributing: Attributing | None = None, language: str = ""
) -> Loaded:
    """What a book's file makes, whatever its form. `reading`: what is read of it; `language`: its own by the project.

    Without `attributing` the narrator reads all quotations.
    """
    path, data = source.path, source.data
    if is_show(path, data):
        show = read_show(path, data, (reading or Reading()).directions)
        about = Book(
            title=show.title,
            chapters=(),
            author=show.author,
            language=language or show.language,
            language_said=show.language_said,
            language_found=show.language_found,
            year=show.year,
            description=show.description,
        )
        scripts = [split_lines(script, about.language) for script in show.scripts]
        return Loaded(about, scripts, sounds_of(show, path), notes=tuple(show.notes))
    book = read_book(None if path == PIPE else path, data=data, reading=reading, language=language)
    found = attribute(book, attributing or Attributing(OFF))
    return Loaded(book, found.scripts, attribution=found.table, notes=found.notes)


def place_of(source: Source, home: Path, folder: Path | None, attributing: Attributing) -> tuple[Path, Loaded | None]:
    """Where a book's project lies, `folder` if one is given; and the book, where it was read for its title."""
    if folder is not None:
        return folder, None
    if source.path != PIPE:
        return home / "projects" / slug(source.path.stem), None
    loaded = load(source, attributing=attributing)
    return home / "projects" / slug(loaded.book.title), loaded
