"""An OpenDocument text as one page of XHTML with its notes, and what the file says of the book."""

from pathlib import Path
from typing import Any

from narrate.book import Book, Skipped
from narrate.errors import SourceError
from narrate.readers.characters import clean
from narrate.readers.epub import Paged
from narrate.readers.epub.archive import Archive
from narrate.readers.epub.files import MadeFiles
from narrate.readers.epub.markup import name_of, parse_xml, refused, text_of
from narrate.readers.epub.metadata import metadata_of
from narrate.readers.epub.package import as_dublin_core
from narrate.readers.odt.blocks import NOTES, Blocks
from narrate.readers.odt.styles import read_styles

_PAGE = "document.xhtml"
_PARTS = ("content.xml", "styles.xml", "meta.xml")
_SAID = {"title": "title", "initial-creator": "creator", "description": "description", "language": "language",
         "publisher": "publisher", "keyword": "subject", "rights": "rights", "identifier": "identifier"}  # fmt: skip
_LEFT = {
    "comments": ("comment", "comments", "they are about the text, and no part of it"),
    "hidden": ("hidden passage", "hidden passages", "shown on no page"),
    "deletions": ("deleted passage", "deleted passages", "a tracked change; what was put in its place is read"),
    "numbers": ("page number", "page numbers", "of the paper, not of the text"),
    "objects": ("object inside it", "objects inside it", "it has no words here"),
}


def odt_page(data: bytes, where: Path | str, name: str) -> Paged:
    """The document in a file's bytes, zipped or flat; `name` stands in for a missing title.

    Raises SourceError for what is no such document, for a bomb and for a password.
    """
    skipped: list[Skipped] = []
    parts = _zipped(data, where, skipped) if data.startswith(b"PK") else [_parsed(data, where, "the file", skipped)]
    roots = [root for root in parts if root is not None]
    body = next((text for root in roots for e in root.iter("{*}body") for text in e if name_of(text) == "text"), None)
    if body is None:
        kinds = {name_of(e) for root in roots for b in root.iter("{*}body") for e in b if isinstance(e.tag, str)}
        if kinds & {"spreadsheet", "presentation", "drawing", "chart"}:
            raise SourceError(f"is an OpenDocument {min(kinds)}, and no text", where=where, do="export its text")
        raise SourceError("is not an OpenDocument text: it holds no text", where=where, do="get the file again")
    blocks = Blocks(read_styles(roots))
    blocks.left["deletions"] = sum(1 for _ in body.iter("{*}deletion"))
    blocks.read(body)
    language = max(blocks.letters, key=lambda tag: (tag != "", blocks.letters[tag]), default="")
    skipped += [_told(kind, count) for kind, count in blocks.left.items() if count]
    about = _about(roots, blocks.title or name or "Untitled", language, tuple(skipped))
    files = {_PAGE: blocks.out.page, NOTES: blocks.notes.page}
    return Paged(MadeFiles(where, files), tuple((file, True) for file in files), about)


def _zipped(data: bytes, where: Path | str, skipped: list[Skipped]) -> list[Any]:
    """The parts of a zip that hold text, styles and what the file says of itself."""
    archive = Archive(data, where)
    if b"encryption-data" in archive.read("META-INF/manifest.xml").data:
        raise SourceError("is locked with a password", where=where, do="open it and save it without one")
    if archive.truncated:
        skipped.append(Skipped("the end of the file", "cut off; read as far as it goes"))
    found = []
    for name in _PARTS:
        member = archive.read(name)
        if member.problem and (archive.find(name) or name == _PARTS[0]):
            skipped.append(Skipped(name, member.problem))
        found.append(_parsed(member.data, where, name, skipped) if member.data else None)
    return found


def _parsed(data: bytes, where: Path | str, name: str, skipped: list[Skipped]) -> Any:
    with refused(where, name):
        markup = parse_xml(data)
    if markup.problem:
        skipped.append(Skipped(name, markup.problem))
    return markup.root


def _about(roots: list[Any], name: str, language: str, skipped: tuple[Skipped, ...]) -> Book:
    said: list[tuple[str, str]] = []
    for meta in (meta for root in roots for meta in root.iter("{*}meta")):
        said += [(_SAID[name_of(e)], text_of(e)) for e in meta if isinstance(e.tag, str) and name_of(e) in _SAID]
        creators = [text_of(e) for e in meta if isinstance(e.tag, str) and name_of(e) == "creator"]
        if not any(key == "creator" for key, _ in said):  # who changed it last, where nobody is said to have begun it
            said += [("creator", text) for text in creators]
    if not any(key == "language" for key, _ in said):
        said.append(("language", language))
    title = next((clean(text) for key, text in said if key == "title" and clean(text)), name)
    return Book(title=title, chapters=(), skipped=skipped, **metadata_of(as_dublin_core(said)))


def _told(kind: str, count: int) -> Skipped:
    one, many, why = _LEFT[kind]
    return Skipped(f"{count} {many if count > 1 else one}", why)
