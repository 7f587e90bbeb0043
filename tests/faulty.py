"""An engine that hums instead of speaking, and fails on purpose: what the tests of long runs are made with."""

import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from narrate.audio import Audio
from narrate.engine.engine import Asked
from narrate.errors import EngineError
from narrate.takes import Request
from narrate.voices import DraftVoice

RATE = 24_000
VOICE = DraftVoice("hum")


def requests(count: int) -> list[Request]:
    return [Request(f"This is line {n} of {count}.", VOICE, engine="faulty") for n in range(count)]


def hum(request: Request) -> Audio:
    """Always the same samples [N] int16 for the same request."""
    draws = np.random.default_rng(request.seed)
    return Audio(draws.integers(-3000, 3000, 200 + 40 * len(request.text), dtype=np.int16), RATE)


class FaultyEngine:
    """Speaks `slots` lines at a time; at its `at`-th line it fails in the way `fault` says.

    Only as often as `times`, counted by files in `folder`, as a process that dies remembers nothing.
    `folder` also keeps a file a line that was spoken, and the slots of every start.
    """

    name, model, sample_rate = "faulty", "hum", RATE

    def __init__(
        self,
        folder: Path,
        fault: str = "",
        at: int = 5,
        times: int = 1,
        *,
        slots: int | None = None,
        line_s: float = 0.0,
        steady: Sequence[bool | None] = (None,),
    ) -> None:
        self._folder, self._fault, self._at, self._times, self._line_s = folder, fault, at, times, line_s
        self.slots = slots or 8
        self._steady = steady  # by the lines pulled: the last one from then on
        starts = len(list(folder.glob("start.*")))
        (folder / f"start.{starts}.{self.slots}").touch()
        if fault == "start" and 0 < starts <= times:
            raise EngineError("the GPU is not there")
        self._pulled = 0
        self._dropped: list[Request] = []

    @property
    def steady(self) -> bool | None:
        return self._steady[min(self._pulled, len(self._steady) - 1)]

    def speak(self, requests: Iterable[Asked]) -> Iterator[tuple[Request, Audio]]:
        batch: list[Request] = []
        for request in requests:
            if request is None:
                yield from self._spoken(batch)
                batch = []
                continue
            if "poison" in request.text:
                raise EngineError("this line cannot be spoken")
            batch.append(request)
            if len(batch) == self.slots:
                yield from self._spoken(batch)
                batch = []
        yield from self._spoken(batch)

    def _spoken(self, batch: list[Request]) -> Iterator[tuple[Request, Audio]]:
        for request in batch:
            if any(request is one for one in self._dropped):
                continue
            self._pulled += 1
            if self._pulled == self._at:
                self._fail()
            time.sleep(self._line_s)
            (self._folder / f"spoken.{request.key}.{os.getpid()}").touch()
            yield request, hum(request)

    def stream(self, requests: Iterable[Request], chunk_frames: int) -> Iterator[tuple[Request, Audio]]:
        """Frames have 40 samples; a fault comes `at` a piece, and a piece takes as long as a line."""
        for request in requests:
            samples = hum(request).samples
            for start in range(0, len(samples), 40 * chunk_frames):
                if any(request is one for one in self._dropped):
                    break
                self._pulled += 1
                if self._pulled == self._at:
                    self._fail()
                time.sleep(self._line_s)
                (self._folder / f"piece.{request.key}.{start}.{os.getpid()}").touch()
                yield request, Audio(samples[start : start + 40 * chunk_frames], RATE)

    def drop(self, requests: Sequence[Request]) -> None:
        self._dropped += requests

    def _fail(self) -> None:
        faults = len(list(self._folder.glob("fault.*")))
        if not self._fault or faults >= self._times:
            return
        (self._folder / f"fault.{faults}").touch()
        match self._fault:
            case "cuda":
                raise RuntimeError("CUDA error: an illegal memory access was encountered")
            case "memory":
                raise MemoryError("CUDA out of memory")
            case "stop":
                os.kill(os.getpid(), signal.SIGSTOP)
            case "kill" | "start":
                os.kill(os.getpid(), signal.SIGKILL)

    def notes(self, request: Request) -> dict[str, object]:
        return {"revision": "hum-1"}

    def close(self) -> None:
        pass
