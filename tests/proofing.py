"""`narrate proof` started as a person starts it, and spoken to over HTTP: for the tests of server and page."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import numpy as np

from narrate.audio import Audio
from narrate.cli import run
from narrate.engine import Wanted
from narrate.project import Project, RunReport, write_run
from narrate.takes import locked
from narrate.work import take_inventory

BOOK = (
    "# One\n\nIt rained all day. “Will it stop?” asked Anna. Nobody knew.\n\n"
    "# Two\n\nThe sun came out. …\n\nThe end, at last.\n"
)
JSON = {"Content-Type": "application/json"}


def made_book(home: Path, book: str = BOOK) -> Path:
    """A project of a small book, rendered and assembled with the draft engine."""
    (home / "rain.md").write_text(book, "utf-8")
    assert run(["--home", str(home), str(home / "rain.md")]) == 0
    return home / "projects" / "rain"


class Rendering:
    """A project that nothing was rendered of yet, and a process that renders it: this one, which holds its lock."""

    def __init__(self, home: Path, book: str = BOOK) -> None:
        (home / "rain.md").write_text(book, "utf-8")
        assert run(["--home", str(home), "new", str(home / "rain.md")]) == 0
        self.project = Project(home / "projects" / "rain", home)
        self.requests = take_inventory(self.project, Wanted("draft")).work.requests
        self.made = 0

    def make(self, count: int) -> None:
        """Let so many further takes land, and say so as a render does."""
        for request in self.requests[self.made : self.made + count]:
            sound = np.random.default_rng(1).normal(0, 2000, 24_000).astype(np.int16)
            self.project.takes.put(request, Audio(sound, 24_000))
        self.made += count
        now = "2026-01-01T00:00"
        total, made = len(self.requests), self.made
        write_run(
            self.project.out, RunReport("running", "", 1, "here", now, now, total, 0, made, made, 5.0, 12.3, 1.0, 0)
        )

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """While it renders."""
        with locked(self.project.takes.folder, lambda who: None, Event()) as held:
            assert held
            yield


class Served:
    """A running `narrate proof`."""

    def __init__(self, process: "subprocess.Popen[str]", address: str) -> None:
        self.process, self.address = process, address
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/([\w-]{32})/", address)
        assert found, address
        self.port, self.token = int(found[1]), found[2]

    @property
    def root(self) -> str:
        """The path that everything is under."""
        return f"/{self.token}/"

    def workers(self) -> set[int]:
        """The processes that it has started and that still run."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return {int(pid) for task in tasks for pid in task.read_text("utf-8").split() if _spawned(int(pid))}

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in small letters) and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, name: str) -> Any:
        """The JSON at a name under the token."""
        status, _, body = self.ask("GET", self.root + name)
        assert status == 200, body
        return json.loads(body)

    def post(self, name: str, /, **asked: Any) -> tuple[int, Any]:
        """Status and JSON of api/NAME."""
        status, _, body = self.ask("POST", f"{self.root}api/{name}", json.dumps(asked).encode(), JSON)
        return status, json.loads(body)

    def edit(self, place: str, /, **asked: Any) -> tuple[int, Any]:
        """`post` for an edit that carries what the page shows of the line."""
        shown = self.get(f"api/line/{place}")
        carried = {f"shown_{name}": shown[name] for name in ("text", "speaker", "direction")}
        return self.post("edit", place=place, **carried, **asked)

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """The exit code after a signal, and what was said on stderr."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said

    @contextmanager
    def events(self) -> Iterator["Queue[tuple[str, Any]]"]:
        """The events from now on, as they come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", self.root + "api/events")
        answer = connection.getresponse()
        assert answer.getheader("content-type", "").startswith("text/event-stream")
        assert answer.readline() == b"retry: 2000\n"
        heard: Queue[tuple[str, Any]] = Queue()

        def listen() -> None:
            name = ""
            with suppress(OSError, ValueError, http.client.HTTPException, AttributeError):
                while row := answer.readline():
                    kind, _, value = row.decode().rstrip("\n").partition(": ")
                    if kind == "event":
                        name = value
                    elif kind == "data":
                        heard.put((name, json.loads(value)))
            heard.put(("end", None))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield heard
        finally:
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(2)
            thread.join(10)
            answer.close()
            connection.close()


def _spawned(pid: int) -> bool:
    """Whether it is a worker: multiprocessing's resource tracker is none."""
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


@contextmanager
def proof(home: Path, *arguments: str) -> Iterator[Served]:
    """`narrate proof ARGUMENTS` in `home`, ended with the block."""
    command = [sys.executable, "-m", "narrate", "proof", *arguments]
    process = subprocess.Popen(
        command,
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "error::ResourceWarning"},
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address:
            _, said = process.communicate(timeout=30)
            raise AssertionError(f"it did not start: {said}")
        yield Served(process, address)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
