"""The read-along: an EPUB 3 whose media overlays light up each line as it is heard.

An EPUB 3 stays the book that it was; sound, overlays and ids are added (`original`). Of every
other source, and of EPUB 2, which has no overlays, a plain EPUB 3 is made from the script
(`plain`). The modules go one way: align → page_text → marks → structures → places → by_word → smil → package →
original, plain.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

from narrate.chapters import TimedChapter
from narrate.deliver.media import chapter_m4a
from narrate.deliver.press import VERSION, Press
from narrate.deliver.readalong.access import plain_access
from narrate.deliver.readalong.by_word import without_words
from narrate.deliver.readalong.original import Overlaid, copy_members, overlay
from narrate.deliver.readalong.package import UnfitError
from narrate.deliver.readalong.plain import Plain, cover_path, plain_book, shows_speakers
from narrate.deliver.zipped import add_bytes, add_file
from narrate.files import digest_file, storage

_VERSION = 2  # of our own, with what is said of who can read it
MIMETYPE = "application/epub+zip"


def epub(press: Press) -> Iterator[Path]:
    """`<stem>.epub`: the book with its sound."""
    path, source = press.out / f"{press.stem}.epub", press.source
    lines = [(s.said.place, s.said.line.text, s.start) for chapter in press.timed for s in chapter.lines]
    titles = [(title, chapter.key) for title, chapter in press.chapters]
    tags = press.tags
    shown = [tags.title, tags.author, tags.narrator, tags.language, tags.series, tags.series_index, tags.description]
    of = digest_file(source) if source else ""
    shown += [*tags.authors, *tags.genres]
    made_of = ["epub", VERSION, _VERSION, press.settings.bitrate_kbps, titles, lines, shown, of, press.cover_digest]
    if press.settings.by_word:
        made_of.append([[list(astuple(word)) for word in s.said.words] for c in press.timed for s in c.lines])
    key = press.signed(*made_of)
    if not press.is_delivered(path, key):
        with press.placing("epub", path, key) as part:
            with storage(path), zipfile.ZipFile(part, "w") as target:
                _write(press, target, datetime.now(UTC))
            press.sign(part, path)
    yield path


def _write(press: Press, target: zipfile.ZipFile, now: datetime) -> None:
    source = press.source
    book: Overlaid | Plain
    if source is not None and source.suffix.lower() == ".epub":
        try:
            book = overlay(source, _timed(press), press.tags.narrator, now)
        except UnfitError as unfit:
            press.notes.append(f"the read-along is a plain book made from the script: of {source.name}, {unfit}")
            book = _plain(press, target, now)
        else:
            copy_members(book.archive, target, book.files, _method(press))
            _tell_unmarked(press, book)
    else:
        book = _plain(press, target, now)
    there = set(target.namelist())
    for name, text in book.files.items():
        if name not in there:
            add_bytes(target, name, text.encode("utf-8"), _method(press))
    for name, (_, chapter) in zip(book.sounds, press.chapters, strict=True):
        if name:
            file = press.scratch / "chapter.m4a"
            chapter_m4a(press, chapter, file)
            add_file(target, name, file)


def _timed(press: Press) -> list[TimedChapter]:
    """The chapters, with the times of words where these are to light up."""
    return press.timed if press.settings.by_word else without_words(press.timed)


def _method(press: Press) -> int:
    """How texts are kept: c2pa refuses an EPUB of which a member is deflated, and they are little beside the sound."""
    return zipfile.ZIP_STORED if press.signing else zipfile.ZIP_DEFLATED


def _plain(press: Press, target: zipfile.ZipFile, now: datetime) -> Plain:
    add_bytes(target, "mimetype", MIMETYPE.encode(), zipfile.ZIP_STORED)
    picture = press.picture
    if picture:
        add_bytes(target, cover_path(picture.media_type), picture.path.read_bytes(), zipfile.ZIP_STORED)
    cover = picture.media_type if picture else ""
    return plain_book(
        _timed(press),
        press.tags,
        now,
        cover=cover,
        speakers=shows_speakers(press.source),
        starts=press.page_starts,
        access=plain_access(press.plans, pages=bool(press.page_starts)),
    )


def _tell_unmarked(press: Press, book: Overlaid) -> None:
    """A note on the lines that are heard but lit up nowhere, and on chapters that are not even heard."""
    total = sum(len(chapter.lines) for chapter in press.timed)
    if book.unmarked:
        number, index = book.unmarked[0]
        line = press.timed[number].lines[index].said
        press.notes.append(
            f"read-along: {len(book.unmarked)} of {total} lines stand on no page of the book and are heard without "
            f"being lit up, the first is {line.place} ({line.line.text[:40]!r})"
        )
    for name, chapter in zip(book.sounds, press.timed, strict=True):
        if not name:
            press.notes.append(f"read-along: no line of {chapter.title!r} stands in the book: it is not heard there")


__all__ = ["epub"]
