"""`narrate` with an engine that hums and can be held: for tests of two processes, and of what happens in mid-render.

    python holding.py FOLDER LINES ARGUMENTS...

It speaks LINES lines at once, and further ones when FOLDER/go is there: a test needs no book that is
long enough for another process to start. Its takes are those of the draft engine by their keys.
"""

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
    """Speaks `lines` lines, and further ones when `go` is there, each after `line_s`."""

    name, model, sample_rate, slots = "draft", MODEL, RATE, 1

    def __init__(self, go: Path, lines: int = 0, line_s: float = 0.0) -> None:
        self._go, self._lines, self._line_s = go, lines, line_s

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        for request in requests:
            while not self._lines and not self._go.exists():
                time.sleep(0.01)
            self._lines = max(self._lines - 1, 0)
            time.sleep(self._line_s)
            yield request, hum(request)

    def notes(self, request: Request) -> dict[str, object]:
        return {"revision": "hum-1"}

    def close(self) -> None:
        pass


if __name__ == "__main__":
    engine = HeldEngine(Path(sys.argv[1]) / "go", int(sys.argv[2]))
    setattr(work_run, "open_lasting", lambda *_: engine)  # noqa: B010
    sys.exit(run(sys.argv[3:]))
