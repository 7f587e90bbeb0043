"""The proof page of one project over HTTP, with what it may ask for.

What is asked for is done by `narrate.work`, one thing after another on one thread; the event loop only ever waits.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from narrate.errors import NarrateError
from narrate.serve.answers import find_file, kind_of, told
from narrate.serve.feed import Feed
from narrate.serve.orders import ACTIONS, carry_out, check_key, check_place, read_order
from narrate.work import BusyError, Proof, told_error

LOOK_S = 1.0  # between two looks at what other processes do
# What of the state is told when it has changed, and the event that tells it.
_TOLD = {"rendering": "progress"} | {it: it for it in ("can_retake", "alone", "doing", "deliverables")}


class Site:
    """The answers. `out` is the folder whose files are served."""

    def __init__(self, proof: Proof, out: Path) -> None:
        self.proof, self.out = proof, out
        self.feed = Feed()
        self._hand = ThreadPoolExecutor(1, "proof")
        self._waiting = 0  # actions that are being done or in line
        self._beginning: asyncio.Task[None] | None = None
        self._long: asyncio.Task[None] | None = None  # what takes minutes, one at a time

    @property
    def busy(self) -> bool:
        """Whether something that was asked for is still to be done."""
        return self._waiting > 0

    def app(self) -> Starlette:
        """The application, which a guard stands before."""
        routes = [
            Route("/api/state", self._state),
            Route("/api/events", self._events),
            Route("/api/line/{place}", self._line),
            Route("/api/take/{key}", self._take),
            *(Route(f"/api/{action}", self._act, methods=["POST"], name=action) for action in ACTIONS),
            Route("/{name:path}", self._file),
        ]
        failures: Mapping[Any, Any] = {NarrateError: partial(told, home=self.proof.home)}
        return Starlette(routes=routes, exception_handlers=failures, lifespan=self.looking)

    @asynccontextmanager
    async def looking(self, app: object = None) -> AsyncIterator[None]:
        """While it answers: what changes by itself is told."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            self._hand.shutdown(wait=False, cancel_futures=True)

    def begin(self) -> None:
        """Have the chapters assembled that are older than their lines, before what is asked for."""
        self._beginning = asyncio.create_task(self._assembled())

    async def _assembled(self) -> None:
        with suppress(NarrateError):  # another is at work on it, say; what is wrong is told of what is asked for
            await self._do("assemble", {})

    def end(self) -> None:
        """Let go of those who listen, and end what takes longer as soon as that is whole."""
        self.feed.close()
        if self.busy:
            self.proof.stop()

    async def _watch(self) -> None:
        """Tell listeners of what changes by itself, and have the chapters assembled when it is time."""
        before: dict[str, Any] = {}
        while True:
            try:
                now = await self._state_now()
                for name, event in _TOLD.items():
                    if before and now[name] != before[name]:
                        self.feed.tell(event, now[name])
                if before and now["revision"] != before["revision"]:
                    self.feed.tell("assembled", {"revision": now["revision"]})
                before = now
                if not self.busy and await run_in_threadpool(self.proof.due):
                    await self._do("assemble", {})
            except NarrateError as error:
                self.feed.tell("failed", {"error": told_error(error, self.proof.home)})
            await asyncio.sleep(LOOK_S)

    async def _state_now(self) -> dict[str, Any]:
        return asdict(await run_in_threadpool(self.proof.state))

    async def _do(self, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """Have something done, after what was asked for before."""
        self._waiting += 1
        try:
            # Not to be dropped halfway because who asked has gone.
            doing = asyncio.get_running_loop().run_in_executor(self._hand, carry_out, self.proof, action, asked)
            done = await asyncio.shield(doing)
        finally:
            self._waiting -= 1
        if "place" in done:
            self.feed.tell("line", done)
        return done

    async def _act(self, request: Request) -> Response:
        action, asked = request.url.path.rsplit("/", 1)[-1], await read_order(request)
        if action == "stop":
            self.proof.stop()
            return JSONResponse({})
        if self._long is not None:
            raise BusyError("not while the page is at work on the book", do="wait, or stop it")
        if action == "make":
            self._long = asyncio.create_task(self._at_length("make"))
            return JSONResponse({})
        done = await self._do(action, asked)
        if action == "say" and done["lines"] and self._long is None:
            self._long = asyncio.create_task(self._at_length("speak"))
        return JSONResponse(done)

    async def _at_length(self, action: str) -> None:
        """Have something done that nobody waits for; listeners hear how it went."""
        try:
            self.feed.tell("done", await self._do(action, {}))
        except NarrateError as error:
            self.feed.tell("failed", {"error": told_error(error, self.proof.home)})
        finally:
            self._long = None

    async def _state(self, request: Request) -> Response:
        return JSONResponse(await self._state_now())

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self.feed.listen(), media_type="text/event-stream")

    def _line(self, request: Request) -> Response:
        return JSONResponse(dict(self.proof.line(check_place(request.path_params["place"]))))

    def _take(self, request: Request) -> Response:
        path = self.proof.audio(check_key(request.path_params["key"]))
        return FileResponse(path, media_type="audio/flac")

    def _file(self, request: Request) -> Response:
        name = request.path_params["name"] or "index.html"
        text = self.proof.page(name)
        path = find_file(self.out, name) if text is None else Path(name)
        if path is None:
            raise HTTPException(404)
        kind = kind_of(path.name)
        return FileResponse(path, media_type=kind) if text is None else Response(text, media_type=kind)
