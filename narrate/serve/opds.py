"""The catalogue of finished books over HTTP, for reading apps: its feed, covers, and the files themselves.

`routes(home)` are a home's. What a request names is looked up among the books that are there, so that no path of a
request ever reaches the disk.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from narrate.book import people_of
from narrate.deliver.opds import MEDIA_TYPE, Link, Listed, catalogue
from narrate.files import file_name
from narrate.project.figures import chapters_of, clock
from narrate.serve.answers import kind_of
from narrate.serve.described import Described
from narrate.work import FinishedBook, cover_jpeg, finished_book, finished_books, has_cover, home_id

# Formats of a single file that apps can play or read, as they show them; the first is the one to have.
TITLES = {"m4b": "Audiobook (M4B)", "epub": "Book to read and hear (EPUB 3)", "mp3-single": "Audiobook (MP3)"}
PICTURES = {"cover.jpg": 1200, "thumbnail.jpg": 400}  # pixels of the longer side


def routes(home: Path) -> list[Route]:
    """The routes of the catalogue of `home`, under /opds/."""

    async def feed(request: Request) -> Response:
        """The catalogue of finished books (OPDS 1.2), the newest first."""
        # Also where the path has no slash at its end: links are relative to it.
        folder = "" if request.url.path.endswith("/") else "opds/"
        data = await run_in_threadpool(_feed, home, folder)
        return Response(data, media_type=MEDIA_TYPE)

    async def file(request: Request) -> Response:
        """A file or the cover of a finished book, as the catalogue names it; ranges of it, too."""
        name, wanted = request.path_params["name"], request.path_params["file"]
        return await run_in_threadpool(_file, home, name, wanted)

    return [
        Route("/opds", feed),
        Described("/opds/", feed, gives=MEDIA_TYPE),
        Described("/opds/{name}/{file}", file, gives="application/octet-stream", fails=(404,)),
    ]


def _feed(home: Path, folder: str) -> bytes:
    listed = [book for made in finished_books(home) if (book := _listed(made, folder)) is not None]
    return catalogue(listed, folder.rstrip("/") or "./", home_id(home))


def _listed(made: FinishedBook, folder: str) -> Listed | None:
    """A finished book as the catalogue lists it; None where it has no file that apps can have."""
    settings, base = made.settings, f"{folder}{quote(made.name, safe='')}"
    files = [
        Link(f"{base}/{quote(path.name, safe='')}", kind_of(path.name), TITLES[form], path.stat().st_size)
        for form, path in _single(made)
    ]
    if not files:
        return None
    pictures = [Link(f"{base}/{name}", "image/jpeg") for name in PICTURES]
    cover, small = pictures if has_cover(made.project) else (None, None)
    return Listed(
        name=made.name,
        title=settings.title,
        updated=made.made_at,
        files=files,
        about=f"{clock(made.audio_s)} in {chapters_of(made.chapters)}",
        cover=cover,
        thumbnail=small,
        subtitle=settings.subtitle,
        authors=settings.authors or people_of(settings.author),
        contributors=tuple(filter(None, (made.narrator, settings.translator))),
        series=f"{settings.series}, {settings.series_index}" if settings.series_index else settings.series,
        description=settings.description,
        language=settings.language,
        publisher=settings.publisher,
        year=settings.year,
        isbn=settings.isbn,
        genres=settings.genres,
        copyright=settings.copyright,
    )


def _single(made: FinishedBook) -> Iterator[tuple[str, Path]]:
    """The formats that are one file, and it."""
    for form in TITLES:
        if len(paths := made.files.get(form, ())) == 1:
            yield form, paths[0]


def _file(home: Path, name: str, wanted: str) -> Response:
    made = finished_book(name, home)
    if made is None:
        raise HTTPException(404)
    if wanted in PICTURES:
        if (picture := cover_jpeg(made.project, PICTURES[wanted])) is None:
            raise HTTPException(404)
        return Response(picture, media_type="image/jpeg")
    for _, path in _single(made):
        if path.name == wanted:
            title = f"{file_name(made.settings.title)}{path.suffix}"
            return FileResponse(path, media_type=kind_of(path.name), filename=title)
    raise HTTPException(404)
