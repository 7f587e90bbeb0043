"""Requests as the lines that go into slots, their prompts built some at a time.

An iterator with a memory rather than a generator: when memory runs out while prompts are built,
the requests that were pulled are still here, and the next call builds them again.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import ceil

from narrate.engine.engine import Asked
from narrate.engine.qwen.memory import FULL
from narrate.engine.qwen.prompt import Prompt, expected_frames
from narrate.errors import WrongEngineError
from narrate.takes import Request

SLOW = 1.4  # times the expected frames: what a slot has to leave room for after the prompt
LONGER = 256  # positions that longer slots are rounded up to
LONGEST = 4096  # positions of a slot at most: five minutes of speech, which no line is
PREFILL_POSITIONS = 8192  # in one prefill, padding counted

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A request and what the talker reads of it."""

    request: Request
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class End:
    """How a line ended: its last `token` is end-of-speech or not, which only its due frame has let in where `late`."""

    frames: int
    token: int
    late: bool


class Unwanted:
    """Requests, these very objects, that were dropped on some thread, until they are seen to."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque()

    def add(self, requests: Iterable[Request]) -> None:
        self._requests.extend(requests)

    def holds(self, request: Request) -> bool:
        return any(one is request for one in [*self._requests])

    def take(self) -> Callable[[Request], bool] | None:
        """Whether a request is one of them, all of which are seen to; None where there is none."""
        taken = {id(request): request for request in [self._requests.popleft() for _ in range(len(self._requests))]}
        return (lambda request: id(request) in taken) if taken else None


class Lines(Iterator[Line | None]):
    """The lines that need `positions` at most, in order; requests of the others are put into `long`.

    `longest` is what the line that needs most of all takes. `chunk` requests are pulled and built at
    once: one upload and one product serve them all. None: there is no line for now; `over` once none will come.
    """

    def __init__(
        self,
        requests: Iterable[Asked],
        build: Callable[[Sequence[Request]], list[Line]],
        needs: Callable[[Line], int],
        positions: int,
        chunk: int = 1,
    ) -> None:
        self.long: list[Request] = []
        self.longest = 0
        self.over = False
        self._requests = iter(requests)
        self._build, self._needs, self._positions, self._chunk = build, needs, positions, chunk
        self._pulled: list[Request] = []
        self._ready: deque[Line] = deque()

    def __next__(self) -> Line | None:
        while not self._ready:
            self._pulled = self._pulled or self._pull()
            if not self._pulled:
                if self.over:
                    raise StopIteration
                return None
            for line in self._build(self._pulled):
                needed = self._needs(line)
                self.longest = max(self.longest, needed)
                if needed <= self._positions:
                    self._ready.append(line)
                else:
                    self.long.append(line.request)
            self._pulled = []
        return self._ready.popleft()

    def take_long(self) -> list[Request]:
        """The requests in `long`, which is empty then."""
        found, self.long = self.long, []
        return found

    def drop(self, unwanted: Callable[[Request], bool]) -> None:
        """Forget the requests that nobody waits for, of those that were pulled."""
        self._pulled = [request for request in self._pulled if not unwanted(request)]
        self.long = [request for request in self.long if not unwanted(request)]
        self._ready = deque(line for line in self._ready if not unwanted(line.request))

    def _pull(self) -> list[Request]:
        """The next requests, those that are there by now."""
        pulled: list[Request] = []
        for request in islice(self._requests, self._chunk):
            if request is None:
                return pulled
            pulled.append(request)
        self.over = len(pulled) < self._chunk
        return pulled


def positions_of(line: Line, frame_cap: Callable[[str], int], most: int, most_read: int) -> int:
    """Positions that a slow reading of the line takes.

    Raises EngineError where it takes more than `most`, which no slot has, or its prompt more than `most_read`.
    """
    text, prompt = line.request.text, len(line.prompt.embeddings)
    needed = prompt + min(frame_cap(text), ceil(expected_frames(text) * SLOW))
    if needed > most or prompt > most_read:
        what = f"the line is too long for one take, {len(text)} characters: {text[:40]!r}…"
        raise WrongEngineError(what, do="split it in the script")
    return needed


def ending(line: Line, end: End, eos: int) -> dict[str, str]:
    """How a line ended, by its key, where it did not end as others do: "capped" or "ended_late"."""
    if end.token != eos:
        log.info("stopped after %d frames, its most: %s", end.frames, line.request.text)
        return {line.request.key: "capped"}
    if end.late:
        log.info("ended after %d frames, late: %s", end.frames, line.request.text)
        return {line.request.key: "ended_late"}
    return {}


def noted(revision: str, cache: str, ended: Mapping[str, str], request: Request) -> dict[str, object]:
    """What a take's comment keeps of how it was made, see `Engine.notes`. The model's own dtype goes unsaid."""
    made: dict[str, object] = {"revision": revision}
    made |= {} if cache == FULL else {"cache": cache}
    return made | {ended[request.key]: True} if request.key in ended else made


def prefills(admitted: list[tuple[int, Line]]) -> Iterator[tuple[list[int], list[Prompt]]]:
    """Rows and prompts of like length, as many at a time as PREFILL_POSITIONS hold."""
    ordered = sorted(admitted, key=lambda pair: -len(pair[1].prompt.embeddings))
    while ordered:
        count = max(1, PREFILL_POSITIONS // len(ordered[0][1].prompt.embeddings))
        batch, ordered = ordered[:count], ordered[count:]
        yield [row for row, _ in batch], [line.prompt for _, line in batch]
