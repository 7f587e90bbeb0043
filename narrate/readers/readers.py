"""The registry of readers: which forms narrate reads, how each is known, and what reads it.

A new form is a module of its own and a row of READERS.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.book import Book, PrintedPage, Reading
from narrate.errors import SourceError
from narrate.languages import code_of, settled_language
from narrate.readers.encodings import decode, looks_binary, text_of
from narrate.readers.show import Show

if TYPE_CHECKING:
    from narrate.readers.epub import Paged

DIALOGUE_NOTE = "Most of it is dialogue by name, so it is read as a script."
ZIP = b"PK\x03\x04"
_HEAD = 65536  # bytes that tell whether a text is Markdown or HTML
_HTML = re.compile(
    r"\s*(?:(?:<\?xml[^<>]{0,200}\?>|<!--.{0,2000}?-->)\s*){0,9}<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Given:
    """A file that is given to be read: its bytes, where they are from for errors, what a book without title is called.

    `reading` says what of it is read aloud, `language` in which language; "" leaves that to the text.
    """

    data: bytes
    where: Path | str
    name: str = ""
    reading: Reading = Reading()  # noqa: RUF009 (frozen)
    language: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """How one form is read: the files whose suffixes name it, and what makes a Book or a Show of their bytes.

    `sniff` tells the form by its bytes, where several readers have a suffix or the bytes came without a name.
    `printed` gives the pages of the print book in their order, where files of this form know them.
    """

    suffixes: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[Given], Book | Show]
    kind: str = "book"  # or a "show", or a "play" for the stage and screen
    printed: Callable[[Given], Iterable[PrintedPage]] | None = None

    @property
    def makes_show(self) -> bool:
        """Whether it reads what was written to be spoken, which becomes scripts at once."""
        return self.kind != "book"


def reader_of(suffix: str, data: bytes, readers: Sequence[Reader] | None = None) -> Reader | None:
    """The reader (one of `readers`) of a file with this suffix, or of bytes alone where that is ""; None for none.

    Of several the first whose `sniff` agrees reads the file, or else the last.
    """
    found = [reader for reader in readers or READERS if not suffix or suffix.casefold() in reader.suffixes]
    return next((reader for reader in found if reader.sniff(data)), found[-1] if found else None)


# --- how each form is known and read, its module loaded when it is needed ------------------------


def _never(data: bytes) -> bool:
    return False


def _always(data: bytes) -> bool:
    return True


def _is_zip(data: bytes) -> bool:
    return data.startswith(ZIP)


def _is_docx(data: bytes) -> bool:
    return _is_zip(data) and b"word/document" in data and b"META-INF/container.xml" not in data


def _is_html(data: bytes) -> bool:
    return _HTML.match(decode(data[:_HEAD])) is not None


def _is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-")


def _is_fb2(data: bytes) -> bool:
    return b"<FictionBook" in data[:_HEAD] or b"<\0F\0i\0c\0t\0i\0o\0n" in data[:_HEAD]


def _is_odt(data: bytes) -> bool:
    """Whether a zip says first that it is an OpenDocument text, as the standard has it; or a flat one its root."""
    return b"application/vnd.oasis.opendocument.text" in data[:200] or b"<office:document" in data[:_HEAD]


def _is_dialogue(data: bytes) -> bool:
    from narrate.readers.dialogue import looks_like_show

    text = "" if _is_zip(data) else decode(data)
    return not looks_binary(text) and looks_like_show(text)


def _is_markdown(data: bytes) -> bool:
    from narrate.readers.markdown import looks_like_markdown

    return looks_like_markdown(decode(data[:_HEAD]))


def _read_epub(source: Given) -> Book:
    from narrate.readers.epub import read_epub

    return _paged(lambda language: read_epub(source.data, source.where, source.name, source.reading, language), source)


def _html(source: Given) -> "Paged":
    from narrate.readers.html import html_page

    return html_page(source.data, source.where, source.name)


def _docx(source: Given) -> "Paged":
    from narrate.readers.docx import docx_page

    return docx_page(source.data, source.where, source.name)


def _odt(source: Given) -> "Paged":
    from narrate.readers.odt import odt_page

    return odt_page(source.data, source.where, source.name)


def _pdf(source: Given) -> "Paged":
    from narrate.readers.pdf import read_pdf

    return read_pdf(source.data, source.where, source.name, source.language)


def _fb2(source: Given) -> "Paged":
    """A FictionBook, as it is or alone in a zip."""
    from narrate.readers.epub.archive import Archive
    from narrate.readers.fb2 import fb2_pages, unzipped_fb2

    data = unzipped_fb2(Archive(source.data, source.where)) if _is_zip(source.data) else source.data
    if data is None:
        raise SourceError("is a zip without a .fb2 in it", where=source.where, do="unpack it and give the book inside")
    return fb2_pages(data, source.where, source.name.removesuffix(".fb2"))


def _zip(source: Given) -> "Paged":
    """A zip of pages, or of a FictionBook."""
    from narrate.readers.epub.archive import Archive
    from narrate.readers.html import zipped_pages

    archive = Archive(source.data, source.where)
    if any(name.casefold().endswith(".fb2") for name in archive.names):
        return _fb2(source)
    if (book := zipped_pages(archive, source.name)) is None:
        raise SourceError("is a zip without pages (.html)", where=source.where, do="unpack it and give the book inside")
    return book


def _has_package(source: Given) -> bool:
    """Whether a zip is an EPUB, whatever it is called."""
    from narrate.readers.epub.archive import Archive
    from narrate.readers.epub.package import package_name

    return bool(package_name(Archive(source.data, source.where)))


def _read(pages: Callable[[Given], "Paged"]) -> Callable[[Given], Book]:
    """What reads a form of which `pages` makes pages like an EPUB's."""

    def read(source: Given) -> Book:
        from narrate.readers.epub import read_paged

        made = pages(source)
        return _paged(lambda language: read_paged(made, source.reading, language), source)

    return read


def _printed(pages: Callable[[Given], "Paged"]) -> Callable[[Given], Iterable[PrintedPage]]:
    """What knows the pages of the print book by their marks in `pages`."""

    def printed(source: Given) -> Iterable[PrintedPage]:
        from narrate.readers.epub.printed import marked_pages

        return marked_pages(pages(source))

    return printed


def _read_zip(source: Given) -> Book:
    return _read_epub(source) if _has_package(source) else _read(_zip)(source)


def _epub_pages(source: Given) -> Iterable[PrintedPage]:
    from narrate.readers.epub.printed import printed_pages

    return printed_pages(source.data, source.where)


def _zip_pages(source: Given) -> Iterable[PrintedPage]:
    return _epub_pages(source) if _has_package(source) else _printed(_zip)(source)


def _paged(read: Callable[[str], Book], source: Given) -> Book:
    """A book of pages, read again where it is in another language than it says: they mark what is in another one."""
    from narrate.readers.stamps import without_stamps

    book = read(source.language)
    settled = _settled(book, source)
    if code_of(settled.language) != code_of(book.language):
        settled = replace(read(settled.language), language_found=settled.language_found)
    chapters, stamps = without_stamps(settled.chapters, settled.language)
    return replace(settled, chapters=chapters, skipped=(*settled.skipped, *stamps))


def _read_markdown(source: Given) -> Book:
    from narrate.readers.markdown import read_markdown

    return _settled(read_markdown(_text_of(source), source.where, source.name, source.reading), source)


def _read_text(source: Given) -> Book:
    from narrate.readers.text import read_text

    return _settled(read_text(_text_of(source), source.where, source.name, source.reading, source.language), source)


def _read_script(source: Given) -> Show:
    from narrate.readers.script import read_script

    return read_script(_script_of(source), Path(source.where))


def _is_ssml(data: bytes) -> bool:
    from narrate.readers.ssml import is_ssml

    return is_ssml(data)


def _read_ssml(source: Given) -> Show:
    from narrate.readers.ssml import read_ssml

    return read_ssml(source.data, Path(source.where))


def _read_fountain(source: Given) -> Show:
    from narrate.readers.fountain import read_fountain

    return read_fountain(_script_of(source), Path(source.where), source.reading.directions)


def _read_dialogue(source: Given) -> Show:
    from narrate.readers.dialogue import read_dialogue

    show = read_dialogue(_script_of(source), Path(source.where), source.reading.directions)
    return replace(show, notes=(DIALOGUE_NOTE, *show.notes))


def _read_subtitles(source: Given) -> Show:
    from narrate.readers.subtitles import read_subtitles

    return read_subtitles(_script_of(source), Path(source.where))


def _text_of(source: Given) -> bytes:
    if _is_zip(source.data):
        raise SourceError("is a zip, not text", where=source.where, do="if it is an EPUB, name it .epub")
    if _is_pdf(source.data):
        raise SourceError("is a PDF, not text", where=source.where, do="name it .pdf")
    return source.data


def _script_of(source: Given) -> str:
    return text_of(source.data, source.where)


def _settled(book: Book, source: Given) -> Book:
    """The book in the language that is wanted of it, or in the one that its text decides."""
    if source.language:
        return replace(book, language=source.language)
    texts = (block.text for chapter in book.chapters for block in chapter.blocks)
    language, found = settled_language(texts, book.language_said)
    return replace(book, language=language, language_found=found)


READERS = (
    Reader((".docx", ".docm"), _is_docx, _read(_docx)),
    Reader((".odt", ".fodt"), _is_odt, _read(_odt)),
    Reader((".epub",), _is_zip, _read_epub, printed=_epub_pages),
    Reader((".ssml", ".xml"), _is_ssml, _read_ssml, "show"),
    Reader((".html", ".htm", ".xhtml"), _is_html, _read(_html), printed=_printed(_html)),
    Reader((".zip",), _never, _read_zip, printed=_zip_pages),
    Reader((".pdf",), _is_pdf, _read(_pdf), printed=_printed(_pdf)),
    Reader((".fb2", ".fbz"), _is_fb2, _read(_fb2)),
    Reader((".txt", ".md", ".markdown"), _is_dialogue, _read_dialogue, "show"),
    Reader((".md", ".markdown"), _is_markdown, _read_markdown),
    Reader((".txt",), _always, _read_text),
    Reader((".script",), _never, _read_script, "show"),
    Reader((".fountain",), _never, _read_fountain, "play"),
    Reader((".srt", ".vtt"), _never, _read_subtitles, "show"),
)
BOOKS = tuple(reader for reader in READERS if not reader.makes_show)
SHOWS = tuple(reader for reader in READERS if reader.makes_show)
SUFFIXES = tuple(dict.fromkeys(suffix for reader in (*BOOKS, *SHOWS) for suffix in reader.suffixes))
