"""A server for the person at this machine, and for programs: its socket, its key, and how it ends.

Whoever has the address may change a book, so the address holds a key that nobody can guess, and only this machine is
listened to unless somebody says otherwise; `guard` keeps everybody else out.

Why Starlette and uvicorn and not http.server: byte ranges, a strict parser, and slow or endless connections that
cost a socket and no thread, for half a megabyte of plain Python.
"""

import asyncio
import logging
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

from narrate.serve.guard import Guard
from narrate.serve.home import Home
from narrate.serve.hosts import named_here
from narrate.serve.site import Site
from narrate.work import Proof, RefusedError

ADDRESS = "127.0.0.1"
FINISH_S = 25.0  # for what is in hand, at the end


class Served(Protocol):
    """What is served: whether something that was asked for is still to be done, and its end."""

    @property
    def busy(self) -> bool: ...

    def end(self) -> None:
        """Let go of those who listen, and of what is not in hand."""
        ...


class _Server(uvicorn.Server):
    """uvicorn, and how it ends: what is in hand is finished first, and nobody who only listens is waited for."""

    def __init__(self, config: uvicorn.Config, served: Served, finishing: Callable[[], None]) -> None:
        super().__init__(config)
        self._served, self._finishing = served, finishing
        self.finished = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        busy = self._served.busy
        self._served.end()
        if busy:
            self._finishing()
            with suppress(TimeoutError):
                async with asyncio.timeout(FINISH_S):
                    while self._served.busy and not self.force_exit:
                        await asyncio.sleep(0.05)
            self.finished = not self._served.busy
            await asyncio.sleep(0.1)  # for the last answer
        logging.getLogger("uvicorn.error").disabled = True  # what is cut off now is no defect
        for connection in [*self.server_state.connections]:
            connection.transport.abort()
        await super().shutdown(sockets)


def listening(port: int, address: str = ADDRESS) -> socket.socket:
    """A socket on an address of this machine; any free port for 0. Raises NarrateError when it cannot be had."""
    try:
        family, _, _, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        ours = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        do = "give an address of this machine, such as 0.0.0.0 for all"
        raise RefusedError(f"{address} is no address: {error.strerror}", do=do) from error
    try:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind(place)
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
    """Serve a proof page on the socket until a signal says to end. Whether all that was asked for was finished.

    `finishing` is called where something is in hand, which is finished first; a second ^C ends at once.
    """
    site = Site(proof, out)
    return _serve(Guard(site.app(), token), site, ours, finishing)


def serve_home(home: Home, key: str, ours: socket.socket, address: str, finishing: Callable[[], None]) -> bool:
    """Serve a home on the socket, which listens at `address`, as `serve` does a proof page."""
    guarded = Guard(home.app(), key, is_ours=named_here(address), schemes="https?", programs=True)
    return _serve(guarded, home, ours, finishing)


def _serve(app: ASGIApp, served: Served, ours: socket.socket, finishing: Callable[[], None]) -> bool:
    config = uvicorn.Config(
        app,
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
    server = _Server(config, served, finishing)
    with suppress(KeyboardInterrupt):  # uvicorn hands the signal on when it has ended
        server.run([ours])
    return server.finished
