"""The proof page served to the person at this machine, with what it may ask for.

Whoever has the address may change the script, so the address holds a token that nobody can guess, and only this
machine is listened to; `guard` keeps everybody else out.

Why Starlette and uvicorn and not http.server: byte ranges, a strict parser, and slow or endless connections that
cost a socket and no thread, for half a megabyte of plain Python. What is asked for is done by `narrate.work`, one
thing after another on one thread; the event loop only ever waits.
"""

import asyncio
import logging
import mimetypes
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp

from narrate.errors import NarrateError, StorageError
from narrate.files import inside
from narrate.serve.feed import Feed
from narrate.serve.guard import Guard
from narrate.serve.orders import ACTIONS, carry_out, check_key, check_place, read_order
from narrate.work import BusyError, Proof, RefusedError, UnknownError

ADDRESS = "127.0.0.1"
LOOK_S = 1.0  # between two looks at what other processes do
FINISH_S = 25.0  # for what is in hand, at the end
_TYPES = {".js": "text/javascript", ".flac": "audio/flac", ".m4b": "audio/mp4", ".m4a": "audio/mp4"}
# What of the state is told when it has changed, and the event that tells it.
_STATUS: dict[type[Exception], int] = {UnknownError: 404, BusyError: 409}  # of what is refused; 400 for all else
_TOLD = {"rendering": "progress"} | {it: it for it in ("can_retake", "alone", "doing", "deliverables")}


class Site:
    """The answers. `out` is the folder whose files are served."""

    def __init__(self, proof: Proof, out: Path) -> None:
        self.proof, self.out = proof, out
        self.feed = Feed()
        self._hand = ThreadPoolExecutor(1, "proof")
        self._waiting = 0  # actions that are being done or in line
        self._long: asyncio.Task[None] | None = None  # what takes minutes, one at a time

    @property
    def busy(self) -> bool:
        """Whether something that was asked for is still to be done."""
        return self._waiting > 0

    def app(self, token: str) -> ASGIApp:
        """The application, of which everything is under /TOKEN/."""
        routes = [
            Route("/api/state", self._state),
            Route("/api/events", self._events),
            Route("/api/line/{place}", self._line),
            Route("/api/take/{key}", self._take),
            *(Route(f"/api/{action}", self._act, methods=["POST"], name=action) for action in ACTIONS),
            Route("/{name:path}", self._file),
        ]
        failures: Mapping[Any, Any] = {NarrateError: _told}
        return Guard(Starlette(routes=routes, exception_handlers=failures, lifespan=self._looking), token)

    @asynccontextmanager
    async def _looking(self, app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            self._hand.shutdown(wait=False, cancel_futures=True)

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
                self.feed.tell("failed", {"error": str(error)})
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
            self.feed.tell("failed", {"error": str(error)})
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
        path = _find(self.out, name) if text is None else Path(name)
        if path is None:
            raise HTTPException(404)
        kind = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return FileResponse(path, media_type=kind) if text is None else Response(text, media_type=kind)


def _find(out: Path, name: str) -> Path | None:
    """The file of that name in `out`; None for one that is not there, hidden or half written, or anywhere else."""
    with suppress(StorageError, OSError, ValueError):  # ValueError: a NUL
        path = inside(out, name)
        if path.is_file() and not any(part.startswith(".") for part in Path(name).parts):
            return path
    return None


def _told(request: Request, error: Exception) -> Response:
    """An expected failure, as the page shows it."""
    return JSONResponse({"error": str(error)}, _STATUS.get(type(error), 400))


class _Server(uvicorn.Server):
    """uvicorn, and how it ends: what is in hand is finished first, and nobody who only listens is waited for."""

    def __init__(self, config: uvicorn.Config, site: Site, finishing: Callable[[], None]) -> None:
        super().__init__(config)
        self._site, self._finishing = site, finishing
        self.finished = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._site.feed.close()
        if self._site.busy:
            self._finishing()
            self._site.proof.stop()
            with suppress(TimeoutError):
                async with asyncio.timeout(FINISH_S):
                    while self._site.busy and not self.force_exit:
                        await asyncio.sleep(0.05)
            self.finished = not self._site.busy
            await asyncio.sleep(0.1)  # for the last answer
        logging.getLogger("uvicorn.error").disabled = True  # what is cut off now is no defect
        for connection in [*self.server_state.connections]:
            connection.transport.abort()
        await super().shutdown(sockets)


def listening(port: int) -> socket.socket:
    """A socket on this machine's own address; any free port for 0. Raises NarrateError when it is taken."""
    ours = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind((ADDRESS, port))
        ours.listen()  # whoever has the address may come, and waits until there are answers
    except OSError as error:
        ours.close()
        what = f"port {port} cannot be had: {error.strerror}"
        raise RefusedError(what, do="give --port another, or leave it out") from error
    return ours


def new_token() -> str:
    """A token of 192 random bits."""
    return secrets.token_urlsafe(24)


def serve(proof: Proof, out: Path, token: str, ours: socket.socket, finishing: Callable[[], None]) -> bool:
    """Serve on the socket until a signal says to end. Whether all that was asked for was finished.

    `finishing` is called where something is in hand, which is finished first; a second ^C ends at once.
    """
    site = Site(proof, out)
    config = uvicorn.Config(
        site.app(token),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    served = _Server(config, site, finishing)
    with suppress(KeyboardInterrupt):  # uvicorn hands the signal on when it has ended
        served.run([ours])
    return served.finished
