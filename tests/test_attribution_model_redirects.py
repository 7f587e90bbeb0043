"""The language model's key and the book's passages go to the address that was given, and to no other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from narrate.speakers import Guess, Server, label

KEY = "a-key-of-somebody"


@contextmanager
def serving(status: int, location: str = "") -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server on this machine that answers everything alike: its address, and the headers of what it was asked."""
    heard: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            heard.append(dict(self.headers))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("same", [False, True], ids=["another server", "the same server"])
def test_a_redirect_is_not_followed(monkeypatch: pytest.MonkeyPatch, status: int, same: bool) -> None:
    monkeypatch.setenv("NARRATE_LLM_KEY", KEY)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    guesses = [Guess((0, 0), 0, 6, "“Yes.”", "Tom", 0.6, "explicit", "said Tom")]
    with serving(200) as (elsewhere, overheard), serving(status, "/other" if same else elsewhere) as (given, heard):
        labelled = label(Server(f"{given}/v1", "tiny"), guesses, {(0, 0): "“Yes.” said Tom."})
    assert [headers["Authorization"] for headers in heard] == [f"Bearer {KEY}"], "the server that was given, once"
    assert overheard == []
    assert list(labelled.guesses) == guesses
    assert labelled.told[0].startswith(f"{given}/v1 answered with a redirect, which is not followed: the rules say")
