"""The guard of the proof page's server: which requests it answers, and the headers of every answer.

A browser runs other people's pages, too: these are kept out by the token, by the Host they name (a name that was
bound to 127.0.0.1 is not ours) and by their Origin.
"""

import hmac
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?")  # another port may be forwarded to ours
_HEADERS = {
    # As the page says of itself; the waveform's styles are the only ones that a script sets.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-wave'; img-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets through what comes from our page, with the token; all answers get `_HEADERS`."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        token, _, path = scope["path"].removeprefix("/").partition("/")
        if not _is_ours(Headers(scope=scope)):
            await PlainTextResponse("Forbidden", 403)(scope, receive, send_safely)
        elif not hmac.compare_digest(token.encode(), self._token.encode()):
            await PlainTextResponse("Not Found", 404)(scope, receive, send_safely)
        elif scope["path"] == f"/{self._token}":
            await RedirectResponse(f"/{self._token}/")(scope, receive, send_safely)
        else:
            await self._app({**scope, "path": f"/{path}", "raw_path": b""}, receive, send_safely)


def _is_ours(headers: Headers) -> bool:
    """Whether a request names this machine as its host, and no other origin than that."""
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or not _LOOPBACK.fullmatch(hosts[0].lower()):
        return False
    return all(origin.lower() == f"http://{hosts[0].lower()}" for origin in origins)
