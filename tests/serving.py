"""An application behind uvicorn, in a thread of the test, spoken to over HTTP."""

import http.client
import json
import secrets
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Serving:
    """An application that is served on this machine at `port`."""

    port: int

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request; a body that is no bytes and no iterator goes as JSON."""
        sent = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Answer:
        return self.ask("POST", path, dict(body or {}))

    def send(self, path: str, data: bytes, name: str = "clip.wav", **fields: str) -> Answer:
        """An upload, as a browser sends one."""
        kind, body = form(data, name, **fields)
        return self.ask("POST", path, body, {"Content-Type": kind})


def form(data: bytes, name: str, **fields: str) -> tuple[str, bytes]:
    """A multipart form's content type and body: texts, and one file."""
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{text}\r\n'.encode()
        for field, text in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return f"multipart/form-data; boundary={mark}", b"".join([*parts, head, data, f"\r\n--{mark}--\r\n".encode()])


@contextmanager
def serving(app: ASGIApp) -> Iterator[Serving]:
    """Serve `app` while the block lasts."""
    ours = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http="h11", ws="none", loop="asyncio", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([ours],))
    thread.start()
    try:
        yield Serving(ours.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        ours.close()
