"""A folder as Audiobookshelf reads it: its names, metadata.json, desc.txt, reader.txt and the cover.

`Author/Series/Vol 2 - Title {Narrator}/` holds the M4B, which is the same file as the `m4b`
format's where that is made. Audiobookshelf takes the names apart again (its documentation, "Book
Library Structure"), so a title is kept from looking like a year, a volume or a narrator.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from narrate.book import people_of
from narrate.chapters import Tags
from narrate.deliver.media import book_m4b
from narrate.deliver.press import VERSION, Press
from narrate.deliver.tags import description, one_line, plain
from narrate.files import digest, file_name

FORM = "audiobookshelf"
NAME_BYTES = 80  # of each part of a path, which some systems limit to 260 characters in all
_VOLUME = re.compile(r"\d{1,3}(\.\d{1,2})?")  # what is understood behind "Vol"


def audiobookshelf(press: Press) -> Iterator[Path]:
    """The folder's files."""
    folder = press.out / FORM / book_folder(press.tags)
    yield book_m4b(press, FORM, folder / f"{_name(press.tags.title)}.m4b")
    for name, text in _texts(press).items():
        yield press.write_text(FORM, folder / name, text)
    yield from _cover(press, folder)


def _texts(press: Press) -> dict[str, str]:
    tags = press.tags
    found = {"desc.txt": description(tags), "reader.txt": plain(tags.narrator)}
    shown = json.dumps(book_metadata(press), ensure_ascii=False, indent=2)
    return {"metadata.json": f"{shown}\n"} | {name: f"{text}\n" for name, text in found.items() if text.strip()}


def _cover(press: Press, folder: Path) -> Iterator[Path]:
    """`cover.jpg` or `cover.png`."""
    key = digest(FORM, VERSION, press.cover_digest)
    paths = [folder / f"cover{suffix}" for suffix in (".jpg", ".png")]
    there = next((path for path in paths if press.is_delivered(path, key)), None)
    if there is None and (picture := press.picture):
        there = folder / f"cover{picture.suffix}"
        with press.placing(FORM, there, key) as part:
            part.write_bytes(picture.path.read_bytes())
    if there:
        yield there


def book_folder(tags: Tags) -> Path:
    """Where the book goes in a library: `Author/Series/Vol 2 - Title {Narrator}`.

    A book that names no author lies at the top, since what is above a book is taken for one.
    """
    author, series = (
        _name(tags.author) if tags.author.strip() else "",
        _name(tags.series) if tags.series.strip() else "",
    )
    title = _name(_undivided(_name(tags.title)))  # named first: a mark that no file may have becomes a space
    if narrator := _name(tags.narrator.translate(_BRACES)) if tags.narrator.strip() else "":
        title = f"{title} {{{narrator}}}"
    if author and series and _VOLUME.fullmatch(tags.series_index):
        title = f"Vol {tags.series_index} - {title}"
    return Path(*(part for part in (author, series if author else "", title) if part))


_BRACES = str.maketrans("{}", "()")


def _undivided(title: str) -> str:
    """A title that nothing in it parts: no ` - `, which would end a year or volume and begin a subtitle."""
    return re.sub(r"\s+-+\s+", " – ", title.translate(_BRACES))


def _name(text: str) -> str:
    return file_name(text, longest=NAME_BYTES)


def book_metadata(press: Press) -> dict[str, object]:
    """metadata.json, whose word counts more than any other."""
    tags, rate = press.tags, press.chapters[0][1].sample_rate
    chapters = [
        {"id": number, "start": round(start / rate, 6), "end": round(end / rate, 6), "title": title}
        for number, (title, start, end) in enumerate(press.marks)
    ]
    place = re.fullmatch(r"[^#\s]+", tags.series_index)
    series = f"{one_line(tags.series)} #{tags.series_index}" if place else one_line(tags.series)
    return {
        "tags": ["Synthetic narration"],
        "chapters": chapters,
        "title": one_line(tags.title),
        "subtitle": one_line(tags.subtitle) or None,
        "authors": [one_line(one) for one in tags.authors or people_of(one_line(tags.author))],
        "narrators": [one_line(tags.narrator)] if tags.narrator.strip() else [],
        "series": [series] if tags.series.strip() else [],
        "genres": [one_line(genre) for genre in tags.genres],
        "publishedYear": one_line(tags.year) or None,
        "publishedDate": None,
        "publisher": one_line(tags.publisher) or None,
        "description": description(tags) or None,
        "isbn": tags.isbn or None,
        "asin": None,
        "language": tags.language or None,
        "explicit": press.settings.podcast.explicit,
        "abridged": False,
    }


__all__ = ["audiobookshelf"]
