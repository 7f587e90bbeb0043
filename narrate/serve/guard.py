"""The guard of a server: which requests it answers, and the headers of every answer.

A browser runs other people's pages, too: these are kept out by the key, by the Host they name (a name that was
bound to 127.0.0.1 is not ours) and by their Origin.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from narrate.serve.answers import failure

_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?")  # another port may be forwarded to ours
PROGRAMS = ("api", "v1", "opds")  # what is also reached at the root, by a key in a header
_BASIC = "opds"  # whose readers ask the person for a name and a password
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
IsOurs = Callable[[str], bool]


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine as only this machine calls it."""
    return _LOOPBACK.fullmatch(host) is not None


class Guard:
    """Lets through what comes from our page, under /KEY/, where the Host is ours; all answers get `_HEADERS`.

    With `programs`, the API is reached at the root too, by the key in a header: `Authorization: Bearer KEY`, or Basic
    with any name and the key as password.
    """

    def __init__(
        self, app: ASGIApp, key: str, *, is_ours: IsOurs = is_loopback, schemes: str = "http", programs: bool = False
    ) -> None:
        self._app, self._key, self._is_ours, self._programs = app, key.encode(), is_ours, programs
        self._origin = re.compile(rf"(?:{schemes})://(.*)")

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

        inner, refused = self._judged(scope)
        await (refused or self._app)(inner, receive, send_safely)

    def _judged(self, scope: Scope) -> tuple[Scope, Response | None]:
        """What is asked of the application, or the answer to what it is not asked."""
        headers, path = Headers(scope=scope), scope["path"]
        first, _, rest = path.removeprefix("/").partition("/")
        is_program = self._programs and first in PROGRAMS
        if not self._names_us(headers):
            what = "this Host or Origin is not served"
            return scope, failure(path, 403, what) if is_program else PlainTextResponse("Forbidden", 403)
        if self._is_key(first):
            if path == f"/{first}":
                return scope, RedirectResponse(f"/{first}/")
            return {**scope, "path": f"/{rest}", "raw_path": b""}, None
        if not is_program:
            return scope, PlainTextResponse("Not Found", 404)
        if self._is_key(_sent_key(headers.getlist("authorization"))):
            return scope, None
        scheme = 'Basic realm="narrate"' if first == _BASIC else "Bearer"
        what = "the key is missing or wrong (send `Authorization: Bearer KEY`; the server says its key when it starts)"
        return scope, failure(path, 401, what, {"WWW-Authenticate": scheme})

    def _is_key(self, text: str) -> bool:
        return hmac.compare_digest(text.encode("utf-8", "surrogatepass"), self._key)

    def _names_us(self, headers: Headers) -> bool:
        """Whether a request names this machine as its host, and no other origin than that."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self._is_ours(hosts[0].lower()):
            return False
        found = [self._origin.fullmatch(origin.lower()) for origin in origins]
        return all(match is not None and match[1] == hosts[0].lower() for match in found)


def _sent_key(given: list[str]) -> str:
    """The key in an Authorization header; empty where there is none, or several."""
    if len(given) != 1:
        return ""
    scheme, _, value = given[0].partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
