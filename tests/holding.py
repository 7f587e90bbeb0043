"""`narrate` with an engine that hums and can be held: for tests of two processes, and of what happens in mid-render.

    python holding.py FOLDER LINES ARGUMENTS...

It speaks LINES lines at once, and further ones when FOLDER/go is there: a test needs no book that is
long enough for another process to start. Its takes are those of the draft engine by their keys. With HOLDING_PACED
in the environment each line waits for the take of the one before to be on disk.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from faulty import RATE, hum

from narrate.audio import Audio
from narrate.cli import run
from narrate.engine.draft import MODEL
from narrate.takes import Request
from narrate.work import run as work_run


class HeldEngine:
    """Speaks `lines` lines, and further ones when `go` is there, each after `line_s`, with those before in `takes`."""

    name, model, sample_rate, slots = "draft", MODEL, RATE, 1

    def __init__(self, go: Path, lines: int = 0, line_s: float = 0.0, takes: Path | None = None) -> None:
        self._go, self._lines, self._line_s, self._takes = go, lines, line_s, takes

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        for number, request in enumerate(requests, start=self._written()):
            while self._takes and self._written() < number:
                time.sleep(0.002)
            while not self._lines and not self._go.exists():
                time.sleep(0.01)
            self._lines = max(self._lines - 1, 0)
            time.sleep(self._line_s)
            yield request, hum(request)

    def _written(self) -> int:
        return len(list(self._takes.glob("*/takes/??/*.flac"))) if self._takes else 0

    def notes(self, request: Request) -> dict[str, object]:
        return {"revision": "hum-1"}

    def close(self) -> None:
        pass


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    paced = folder / "projects" if os.environ.get("HOLDING_PACED") else None
    engine = HeldEngine(folder / "go", int(sys.argv[2]), takes=paced)
    setattr(work_run, "open_lasting", lambda *_: engine)  # noqa: B010
    sys.exit(run(sys.argv[3:]))
