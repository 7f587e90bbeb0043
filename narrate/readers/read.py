"""Files to books and shows: the reader chosen by suffix, or by content for what comes from a pipe."""

import sys
from pathlib import Path

from narrate.book import Book, PrintedPage, Reading
from narrate.errors import SourceError, nearest
from narrate.readers.foreign import refuse_foreign
from narrate.readers.readers import BOOKS, SHOWS, SUFFIXES, Given, reader_of
from narrate.readers.show import Show


def read_book(
    path: Path | None, *, data: bytes | None = None, reading: Reading | None = None, language: str = ""
) -> Book:
    """The book in the file at `path`, or in `data` when it came from a pipe.

    With a path the suffix picks the reader; what came from a pipe is told by its bytes, see `readers.reader_of`.
    `reading` says what of an EPUB or Markdown file is read aloud. The book's language is `language`, or by its text.
    Raises SourceError for anything that cannot be read.
    """
    if path is not None and not any(path.suffix.casefold() in reader.suffixes for reader in BOOKS):
        _refuse(path)
    where, name = (path, path.stem) if path else ("standard input", "")
    if data is None:
        data = _bytes(path) if path else sys.stdin.buffer.read()
    if not data.strip():
        raise SourceError("is empty", where=where)
    refuse_foreign("", data, where)
    reader = reader_of(path.suffix if path else "", data, BOOKS)
    book = reader.read(Given(data, where, name, reading or Reading(), language)) if reader else None
    assert isinstance(book, Book)
    return book


def read_show(path: Path, data: bytes, directions: str = "read") -> Show:
    """The show in a file's bytes. `directions`: whether the narrator reads action, "read" or "skip".

    Raises ProjectError for a bad line or cue, SourceError for a file without lines.
    """
    reader = reader_of(path.suffix, data, SHOWS)
    show = reader.read(Given(data, path, path.stem, Reading(directions=directions))) if reader else None
    assert isinstance(show, Show)
    return show


def is_show(path: Path, data: bytes) -> bool:
    """Whether a file is a script: by its suffix, or by what a text plainly holds."""
    reader = reader_of(path.suffix, data)
    return reader is not None and reader.makes_show


def printed_pages(path: Path) -> list[PrintedPage]:
    """The pages of the print book that the file at `path` knows of, in their order; none where it knows none.

    Raises SourceError for what cannot be read.
    """
    reader = reader_of(path.suffix, b"")
    if reader is None or reader.printed is None:
        return []
    pages = list(reader.printed(Given(_bytes(path), path)))
    return pages if any(page.label for page in pages) else []


def suffix_of(data: bytes) -> str:
    """The suffix that a book's bytes ask for, where they came without a name: `.md` of Markdown."""
    reader = reader_of("", data, BOOKS)
    assert reader is not None
    return reader.suffixes[0]


def check_suffix(path: Path) -> None:
    """Raise SourceError for a file that is for no reader, by its name."""
    if path.suffix.casefold() not in SUFFIXES:
        _refuse(path)


def _refuse(path: Path) -> None:
    suffix = path.suffix.casefold()
    refuse_foreign(suffix, None, path)
    hint, reads = nearest(suffix, SUFFIXES), f"narrate reads {', '.join(SUFFIXES)}"
    raise SourceError(
        f"no reader for {suffix or 'a file without suffix'}", where=path, do=f"{hint} {reads}" if hint else reads
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SourceError("is a folder, not a book", where=path, do="give the file inside it")
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError("no such file", where=path, do=_neighbour(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"cannot be read: {reason}", where=path) from error


def _neighbour(path: Path) -> str:
    try:
        return nearest(path.name, (p.name for p in path.parent.iterdir() if p.suffix.casefold() in SUFFIXES))
    except OSError:
        return "check the path"
