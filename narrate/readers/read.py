"""Files to books: one reader a form, chosen by suffix, or by content for what comes from a pipe."""

import sys
from dataclasses import replace
from pathlib import Path

from narrate.book import Book, Reading
from narrate.errors import SourceError, nearest
from narrate.languages import code_of, settled_language
from narrate.readers.foreign import refuse_foreign

SUFFIXES = (".epub", ".md", ".markdown", ".txt")
SCRIPT_SUFFIXES = (".script", ".fountain")  # read by screenplay.read_show


def read_book(
    path: Path | None, *, data: bytes | None = None, reading: Reading | None = None, language: str = ""
) -> Book:
    """The book in the file at `path`, or in `data` when it came from a pipe.

    With a path the suffix picks the reader (`SUFFIXES`); `data` is looked at instead: a zip is
    an EPUB, text with Markdown headings or front matter is Markdown, all else plain text.
    `reading` says what of an EPUB or Markdown file is read aloud. The book's language is `language`, or by its text.
    Raises SourceError for anything that cannot be read.
    """
    if path is None:
        data = sys.stdin.buffer.read() if data is None else data
        return _read(suffix_of(data), data, "standard input", "", reading or Reading(), language)
    suffix = path.suffix.casefold()
    if suffix not in SUFFIXES:
        refuse_foreign(suffix, None, path)
        known = (*SUFFIXES, *SCRIPT_SUFFIXES)
        hint = nearest(suffix, known)
        reads = f"narrate reads {', '.join(known)}"
        raise SourceError(
            f"no reader for {suffix or 'a file without suffix'}",
            where=path,
            do=f"{hint} {reads}" if hint else reads,
        )
    if data is None:
        data = _bytes(path)
    return _read(suffix, data, path, path.stem, reading or Reading(), language)


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


def _read(suffix: str, data: bytes, where: Path | str, name: str, reading: Reading, language: str) -> Book:
    if not data.strip():
        raise SourceError("is empty", where=where)
    refuse_foreign("", data, where)
    if suffix == ".epub":
        return _read_epub(data, where, name, reading, language)
    if data.startswith(b"PK\x03\x04"):
        raise SourceError("is a zip, not text", where=where, do="if it is an EPUB, name it .epub")
    if suffix == ".txt":
        from narrate.readers.text import read_text

        return _settled(read_text(data, where, name), language)
    from narrate.readers.markdown import read_markdown

    return _settled(read_markdown(data, where, name, reading), language)


def _read_epub(data: bytes, where: Path | str, name: str, reading: Reading, language: str) -> Book:
    """An EPUB, read again where it is in another language than it says: its pages mark what is in another one."""
    from narrate.readers.epub import read_epub

    book = read_epub(data, where, name, reading, language)
    settled = _settled(book, language)
    if code_of(settled.language) == code_of(book.language):
        return settled
    return replace(read_epub(data, where, name, reading, settled.language), language_found=settled.language_found)


def _settled(book: Book, language: str) -> Book:
    """The book in `language`, or where that is "" in the one that its text decides."""
    if language:
        return replace(book, language=language)
    texts = (block.text for chapter in book.chapters for block in chapter.blocks)
    language, found = settled_language(texts, book.language_said)
    return replace(book, language=language, language_found=found)


def suffix_of(data: bytes) -> str:
    """The suffix that a book's bytes ask for, where they came without a name: .epub, .md or .txt."""
    from narrate.readers.characters import decode
    from narrate.readers.markdown import looks_like_markdown

    if data.startswith(b"PK\x03\x04"):
        return ".epub"
    return ".md" if looks_like_markdown(decode(data[:65536])) else ".txt"
