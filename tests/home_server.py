"""`narrate serve` started as a person starts it, and the same application in this process: for tests over HTTP."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from serving import Answer, Serving, form, serving

from narrate.engine import Wanted
from narrate.serve import Home
from narrate.serve.guard import Guard

KEY = "a-key-for-the-tests"
BEARER = {"Authorization": f"Bearer {KEY}"}
BOOK = "# One\n\nIt rained all day. Nobody knew why.\n"


class Client:
    """A program that has the key."""

    def __init__(self, served: Serving) -> None:
        self.served = served

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        return self.served.ask(method, path, body, {**BEARER, **(headers or {})})

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status == 200, answer
        return answer.json

    def post_book(self, text: str = BOOK, name: str = "rain.md", **fields: str) -> Answer:
        kind, body = form(text.encode(), name, **fields)
        return self.ask("POST", "/api/books", body, {"Content-Type": kind})

    def job(self, text: str = BOOK, name: str = "rain.md", **fields: str) -> str:
        answer = self.post_book(text, name, **fields)
        assert answer.status == 202, answer
        return str(answer.json["id"])

    def wait(self, job: str, until: Callable[[dict[str, Any]], bool] = lambda job: job["ended_at"] != "") -> Any:
        """The job once it is as it is waited for, over by default."""
        for _ in range(1200):
            if until(found := self.get(f"/api/books/{job}")):
                return found
            time.sleep(0.1)
        raise AssertionError(f"it never came to that: {found}")


@contextmanager
def home_served(home: Path) -> Iterator[Client]:
    """The application of a home in this process, with the draft engine."""
    served = Home(home, Wanted("draft"))
    with serving(Guard(served.app(), KEY, programs=True)) as address:
        yield Client(address)
        served.end()


@contextmanager
def narrate_serve(home: Path, *arguments: str, **environment: str) -> Iterator[tuple[Client, "subprocess.Popen[str]"]]:
    """`narrate serve` with the draft engine, killed with the block where it has not ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "narrate", "serve", str(home), "--port", "0", "--engine", "draft", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"NARRATE_KEY": KEY} | environment,
        start_new_session=True,  # so that a test may send signals to all of its processes
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        found = re.fullmatch(rf"http://127\.0\.0\.1:(\d+)/{KEY}/", address)
        if found is None:
            process.kill()
            raise AssertionError(f"it did not start: {address}{process.communicate()[1]}")
        yield Client(Serving(int(found[1]))), process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def events(body: bytes) -> list[tuple[str, Any]]:
    """The events of a stream, each by its name."""
    found = re.findall(r"^event: (\w+)\ndata: (.*)$", body.decode(), re.M)
    return [(name, json.loads(data)) for name, data in found]
