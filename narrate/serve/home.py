"""A home over HTTP: its projects, voices and jobs in one application, for pages and for programs.

Each room gives its routes; this module joins them, and knows nothing of what they do.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from narrate.check import measured
from narrate.engine import Wanted
from narrate.engine.hot import Hot
from narrate.report import ASSETS as REPORT_ASSETS
from narrate.serve import about, opds, screens, speech, voices
from narrate.serve.answers import failure, failures, file_in, find_file
from narrate.serve.books import Books
from narrate.serve.described import Described
from narrate.serve.feed import Feed
from narrate.serve.openapi import description_route
from narrate.serve.proofs import Proofs
from narrate.work import Event, Job, Jobs, Progress, begin_ahead

ASSETS = Path(__file__).parent / "assets"


class Home:
    """The server of a home. `wanted` is the engine that it speaks with, which is closed after `idle_s` without work
    (0: never); `feed` tells all pages what happens."""

    def __init__(self, home: Path, wanted: Wanted, *, idle_s: float = 0.0) -> None:
        self.home, self.wanted = home, wanted
        self.feed = Feed()
        self.hot = Hot(idle_s=idle_s, finish=measured)
        self._now = partial(self.hot.client, urgent=True)  # for whoever waits to hear something
        self.jobs = Jobs(home, wanted, self.hot.client, self._heard)
        self._books = Books(home, self.jobs)
        self._proofs = Proofs(home, wanted, self._now)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = False

    @property
    def busy(self) -> bool:
        """Whether something is in hand that is finished before the end."""
        return self.jobs.busy or self._proofs.busy

    def end(self) -> None:
        """Answer nobody any more, and stop what is in hand as soon as it is whole."""
        self._ending = True
        self.feed.close()
        self._books.end()
        self.jobs.end()
        self._proofs.end()

    def app(self) -> ASGIApp:
        """The application, which a guard stands before."""
        app = Starlette(routes=self.routes(), exception_handlers=failures(self.home), lifespan=self._open)
        app.router.redirect_slashes = False  # it knows nothing of the key that the guard took off

        async def answered(scope: Scope, receive: Receive, send: Send) -> None:
            if self._ending and scope["type"] == "http":
                ending = failure(scope["path"], 503, "the server is ending", {"Connection": "close"})
                await ending(scope, receive, send)
            else:
                await app(scope, receive, send)

        return answered

    def routes(self) -> list[BaseRoute]:
        """All routes, in the order in which they are tried."""
        rooms = [
            *self._books.routes(),
            *screens.routes(self.home, self.wanted, self.jobs, self._now),
            *about.routes(self.home),
            *voices.routes(self.home, self.wanted, self._now),
            *speech.routes(self.home, self.wanted, self.hot),
            *opds.routes(self.home),
            Described("/api/events", self._events, gives="text/event-stream"),
        ]
        return [
            *rooms,
            description_route(rooms),
            Route("/projects/{name}/proof", _proof),
            Mount("/projects/{name}/proof", app=self._proofs),
            Route("/assets/{name:path}", _asset),
            Route("/", _page),
        ]

    def _heard(self, job: Job, event: Event) -> None:
        """What happens to a job, told to all pages; on the job's thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._tell, job, event)

    def _tell(self, job: Job, event: Event) -> None:
        self.feed.tell("job", asdict(job) | {"progress": asdict(event) if isinstance(event, Progress) else None})
        self._books.heard(job, event)

    @asynccontextmanager
    async def _open(self, app: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        ahead = threading.Thread(target=begin_ahead, daemon=True)  # a book may come soon
        ahead.start()
        self.jobs.start()
        try:
            yield
        finally:
            await self._proofs.close()
            await asyncio.to_thread(self.jobs.close)
            await asyncio.to_thread(self.hot.close)
            await asyncio.to_thread(ahead.join)  # it takes its folder along

    async def _events(self, request: Request) -> Response:
        """What happens in this home, as it happens.

        The event `job` tells a job as it stands then, whenever that has changed.
        """
        return StreamingResponse(self.feed.listen(), media_type="text/event-stream")


def _page(request: Request) -> Response:
    """The studio."""
    return file_in(ASSETS, "index.html")


def _proof(request: Request) -> Response:
    """The proof page's own address, which ends in a slash: what it asks for lies beside it."""
    return RedirectResponse("proof/")


def _asset(request: Request) -> Response:
    """A file of the studio's page, or of the proof page's, which it builds on."""
    name = request.path_params["name"]
    return file_in(ASSETS if find_file(ASSETS, name) else REPORT_ASSETS, name)
