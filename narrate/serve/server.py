"""The proof page served to the person at this machine, with what it may ask for.

Whoever has the address may change the script, so the address holds a token that nobody can guess, and only this
machine is listened to; `guard` keeps everybody else out.

Why Starlette and uvicorn and not http.server: byte ranges, a strict parser, and slow or endless connections that
cost a socket and no thread, for half a megabyte of plain Python. What is asked for is done by a `Desk`, one thing
after another on one thread; the event loop only ever waits.
"""

import asyncio
import logging
import mimetypes
import re
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp

from narrate.errors import NarrateError, StorageError
from narrate.files import inside, parse_json
from narrate.serve.feed import Feed
from narrate.serve.guard import Guard

ADDRESS = "127.0.0.1"
MAX_BODY = 64 * 1024  # bytes
BODY_S = 10.0  # for a body to arrive
LOOK_S = 1.0  # between two looks at what other processes do
FINISH_S = 25.0  # for what is in hand, at the end
ACTIONS = ("retake", "accept", "choose", "edit", "assemble", "say", "make", "stop")

_PLACE = re.compile(r"\d{1,6}:\d{1,7}")
_KEY = re.compile(r"[0-9a-f]{40}")
_TYPES = {".js": "text/javascript", ".flac": "audio/flac", ".m4b": "audio/mp4", ".m4a": "audio/mp4"}
# What of a desk's state is told when it has changed, and the event that tells it.
_TOLD = {"rendering": "progress"} | {it: it for it in ("can_retake", "alone", "doing", "deliverables")}


class RefusedError(NarrateError):
    """What the page asks for cannot be done; `status` is HTTP's."""

    status = 400


class UnknownError(RefusedError):
    """No such line, no such take."""

    status = 404


class BusyError(RefusedError):
    """Not now: another process works on the project, or the line is not what the page takes it for."""

    status = 409


class Desk(Protocol):
    """What stands behind the page. `do` is called on one thread, the others on any."""

    def state(self) -> dict[str, Any]:
        """What `api/state` answers; most of it is looked at every second, and told where it has changed."""
        ...

    def line(self, place: str) -> dict[str, Any]:
        """A line as it is now. Raises UnknownError."""
        ...

    def audio(self, key: str) -> Path:
        """A take's file. Raises UnknownError."""
        ...

    def page(self, name: str) -> str | None:
        """A file of the page as it would be now; None where the one in `out` is right, or there is none such."""
        ...

    def do(self, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """One of ACTIONS, or "speak" after "say". Raises NarrateError, and then nothing was changed.

        "make" and "speak" take long: state() has how far they are, and they end when `stop` is called.
        """
        ...

    def due(self) -> bool:
        """Whether it is time to assemble of its own accord."""
        ...

    def stop(self) -> None:
        """End what is done at length, as soon as that can be."""
        ...


class Site:
    """The answers. `out` is the folder whose files are served."""

    def __init__(self, desk: Desk, out: Path) -> None:
        self.desk, self.out = desk, out
        self.feed = Feed()
        self._hand = ThreadPoolExecutor(1, "proof-desk")
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
                now = await run_in_threadpool(self.desk.state)
                for name, event in _TOLD.items():
                    if before and now[name] != before[name]:
                        self.feed.tell(event, now[name])
                if before and now["revision"] != before["revision"]:
                    self.feed.tell("assembled", {"revision": now["revision"]})
                before = now
                if not self.busy and await run_in_threadpool(self.desk.due):
                    await self._do("assemble", {})
            except NarrateError as error:
                self.feed.tell("failed", {"error": str(error)})
            await asyncio.sleep(LOOK_S)

    async def _do(self, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """Have the desk do something, after what it was asked before."""
        self._waiting += 1
        try:
            # Not to be dropped halfway because who asked has gone.
            doing = asyncio.get_running_loop().run_in_executor(self._hand, self.desk.do, action, asked)
            done = await asyncio.shield(doing)
        finally:
            self._waiting -= 1
        if "place" in done:
            self.feed.tell("line", done)
        return done

    async def _act(self, request: Request) -> Response:
        action, asked = request.url.path.rsplit("/", 1)[-1], await _asked(request)
        if action == "stop":
            self.desk.stop()
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
        """Have the desk do something that nobody waits for; listeners hear how it went."""
        try:
            self.feed.tell("done", await self._do(action, {}))
        except NarrateError as error:
            self.feed.tell("failed", {"error": str(error)})
        finally:
            self._long = None

    async def _state(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self.desk.state))

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self.feed.listen(), media_type="text/event-stream")

    def _line(self, request: Request) -> Response:
        return JSONResponse(self.desk.line(_match(_PLACE, "place", request.path_params["place"])))

    def _take(self, request: Request) -> Response:
        path = self.desk.audio(_match(_KEY, "take", request.path_params["key"]))
        return FileResponse(path, media_type="audio/flac")

    def _file(self, request: Request) -> Response:
        name = request.path_params["name"] or "index.html"
        text = self.desk.page(name)
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


async def _asked(request: Request) -> dict[str, str]:
    """The body of a POST: an object of texts. It is not read when it is too long or of another kind."""
    close = {"Connection": "close"}  # what was not read is not waited for
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, headers=close)
    if int(request.headers.get("content-length", 0)) > MAX_BODY:  # the parser has seen that it is a number
        raise HTTPException(413, headers=close)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY:
                    raise HTTPException(413, headers=close)
    except TimeoutError:
        raise HTTPException(408, headers=close) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    try:
        found = parse_json(body)
    except (ValueError, RecursionError):
        raise RefusedError("that is not JSON") from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise RefusedError("an object of texts is expected")
    for name, form in (("place", _PLACE), ("key", _KEY)):
        if name in found:
            _match(form, name, found[name])
    return found


def _match(form: re.Pattern[str], name: str, text: str) -> str:
    if not form.fullmatch(text):
        raise UnknownError(f"{text[:60]!r} is no {name}")
    return text


def _told(request: Request, error: Exception) -> Response:
    """An expected failure, as the page shows it."""
    return JSONResponse({"error": str(error)}, error.status if isinstance(error, RefusedError) else 400)


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
            self._site.desk.stop()
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


def serve(desk: Desk, out: Path, token: str, ours: socket.socket, finishing: Callable[[], None]) -> bool:
    """Serve on the socket until a signal says to end. Whether all that was asked for was finished.

    `finishing` is called where something is in hand, which is finished first; a second ^C ends at once.
    """
    site = Site(desk, out)
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
