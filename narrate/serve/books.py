"""The routes of jobs: books made in the background, what happens to them as it happens, and the files they make."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute

from narrate.errors import StorageError
from narrate.files import inside
from narrate.serve.answers import kind_of
from narrate.serve.bodies import as_form, read_json
from narrate.serve.described import Described
from narrate.serve.feed import Feed, event_of
from narrate.serve.uploads import uploaded
from narrate.work import JOBS, Choices, Event, Job, Jobs, UnknownError


@dataclass(frozen=True, slots=True, kw_only=True)
class BookAtPath(Choices):
    """A book that lies in the home at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class Added:
    """A job that was taken on, and the project under projects/ that it makes."""

    id: str
    project: str


class Books:
    """The answers, for the jobs of a home; `heard` is told on the event loop's thread what happens to them."""

    def __init__(self, home: Path, jobs: Jobs) -> None:
        self._home, self._jobs = home, jobs
        self._feeds: dict[str, Feed] = {}  # of the jobs that somebody listens to

    def routes(self) -> list[BaseRoute]:
        """All under /api/books."""
        one = "/api/books/{id}"
        return [
            Described("/api/books", self._all, gives=list[Job]),
            Described(
                "/api/books", self._add, "POST", takes=BookAtPath, uploads=Choices, gives=Added, status=202,
                fails=(400, 404, 408, 409, 413, 415, 429),
            ),
            Described(one, self._one, gives=Job, fails=(404,)),
            Described(one, self._stop, "DELETE", gives=Job, fails=(404,)),
            Described(one + "/events", self._events, gives="text/event-stream", fails=(404,)),
            Described(one + "/files/{name:path}", self._file, gives="application/octet-stream", fails=(404,)),
        ]  # fmt: skip

    def heard(self, job: Job, event: Event) -> None:
        """What happens to a job, told to those who listen to it."""
        if (feed := self._feeds.get(job.id)) is None:
            return
        feed.tell(type(event).__name__.lower(), asdict(event))  # type: ignore[call-overload]
        if job.is_over:
            del self._feeds[job.id]
            feed.close()

    def end(self) -> None:
        """Let go of those who listen."""
        for feed in self._feeds.values():
            feed.close()

    def _all(self, request: Request) -> Response:
        """The jobs, those that were asked for last first."""
        return JSONResponse([asdict(job) for job in self._jobs.all()])

    async def _add(self, request: Request) -> Response:
        """Have a book made in the background: a file that is sent, or one that lies in the home.

        It is answered as soon as the book is taken on. Books are read as they come, and rendered one after the other.
        """
        if not request.headers.get("content-type", "").lower().startswith("multipart/"):
            given = await read_json(request, BookAtPath)
            job = await run_in_threadpool(self._jobs.add, asked=given, book=self._found(given.path))
            return _added(job)
        async with uploaded(request) as upload:
            formats = {"formats": [name for name in upload.fields.get("formats", "").split(",") if name]}
            choices = as_form({**upload.fields, **formats}, Choices)
            folder = self._home / JOBS / f".upload-{secrets.token_hex(6)}"
            try:
                await upload.save(folder / upload.name)
                job = await run_in_threadpool(self._jobs.add, asked=choices, book=folder / upload.name, own=True)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        return _added(job)

    def _found(self, path: str) -> Path:
        """The book's file in the home. Raises UnknownError."""
        try:
            file = inside(self._home, path)
            if path and file.is_file():
                return self._home / file.relative_to(self._home.resolve())
        except (StorageError, OSError, ValueError):  # ValueError: a NUL
            pass
        raise UnknownError(f'there is no file "{path[:120]}" in the home', do="give a path that begins there")

    def _one(self, request: Request) -> Response:
        """A job as it stands."""
        return JSONResponse(asdict(self._jobs.find(request.path_params["id"])))

    def _stop(self, request: Request) -> Response:
        """Stop a job: what is in hand is finished, and takes are kept. One that is over is forgotten."""
        return JSONResponse(asdict(self._jobs.stop(request.path_params["id"])))

    async def _events(self, request: Request) -> Response:
        """What happens to a job, as it happens, until it is over.

        The events are `job` (its state has changed; the first one tells how it stands), `notice`, `progress`, `stage`.
        """
        job = self._jobs.find(request.path_params["id"])
        return StreamingResponse(self._told(job.id), media_type="text/event-stream")

    async def _told(self, job_id: str) -> AsyncIterator[bytes]:
        listening = self._feeds.setdefault(job_id, Feed()).listen()
        async for piece in listening:
            yield piece
            if piece.startswith(b"retry"):  # from now on nothing is missed
                job = self._jobs.find(job_id)
                yield event_of("job", asdict(job))
                if job.is_over:
                    self._feeds.pop(job_id, None)
                    return

    def _file(self, request: Request) -> Response:
        """A file that a job has made."""
        path = self._jobs.file(request.path_params["id"], request.path_params["name"])
        if not path.is_file():
            raise HTTPException(404, f"{path.name} is no more: its project has changed")
        return FileResponse(path, media_type=kind_of(path.name), filename=path.name)


def _added(job: Job) -> Response:
    return JSONResponse(asdict(Added(job.id, job.project)), 202)
