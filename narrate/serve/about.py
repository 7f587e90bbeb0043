"""The routes of what players and shops are told of a book: its titles, credits, podcast's address and cover."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from narrate.deliver import MAX_BYTES
from narrate.serve.bodies import read_json
from narrate.serve.described import Described
from narrate.serve.uploads import uploaded
from narrate.work import (
    AboutBook,
    SaidOfBook,
    about_book,
    give_cover,
    project_named,
    say_of_book,
    take_cover,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture needs nothing to be said of it."""


def routes(home: Path) -> list[BaseRoute]:
    """All routes, for the projects of a home."""
    about, project, body = About(home), "/api/projects/{name}", (400, 404, 408, 413, 415)
    return [
        Described(f"{project}/about", about.shown, gives=AboutBook, fails=(404,)),
        Described(f"{project}/about", about.said, "POST", takes=SaidOfBook, gives=AboutBook, fails=body),
        Described(f"{project}/cover", about.given, "POST", uploads=Picture, gives=AboutBook, fails=body),
        Described(f"{project}/cover", about.taken, "DELETE", gives=AboutBook, fails=(404,)),
    ]


class About:
    """The answers."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def shown(self, request: Request) -> Response:
        """What project.toml says of a book to players and shops."""
        return self._answer(request.path_params["name"])

    async def said(self, request: Request) -> Response:
        """Say other things of a book: its titles, credits or podcast's address. All of it is written, or nothing."""
        name, said = request.path_params["name"], await read_json(request, SaidOfBook)

        def say() -> Response:
            say_of_book(project_named(name, self._home), said)
            return self._answer(name)

        return await run_in_threadpool(say)

    async def given(self, request: Request) -> Response:
        """Give a book a cover: a picture of any usual form, which is kept as JPEG or PNG."""
        name = request.path_params["name"]
        await run_in_threadpool(project_named, name, self._home)  # before a picture is read for nothing
        async with uploaded(request, MAX_BYTES) as upload:
            with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as folder:
                file = Path(folder) / upload.name
                await upload.save(file)
                await run_in_threadpool(lambda: give_cover(project_named(name, self._home), file))
        return await run_in_threadpool(self._answer, name)

    def taken(self, request: Request) -> Response:
        """Have a book do without its cover; the one that is drawn of its title is shown then."""
        name = request.path_params["name"]
        take_cover(project_named(name, self._home))
        return self._answer(name)

    def _answer(self, name: str) -> Response:
        return JSONResponse(asdict(about_book(project_named(name, self._home))))
