"""What runs in the child of a ChildEngine: the engine itself, a thread that hears and one that tells.

Messages in: ("speak", turn), ("lines", [(number, request)]), ("end",), ("drop", turn). Out: ("ready", 0,
about), ("pulled", turn), ("take", turn, number, samples [N] int16, sample rate, notes, steady), ("error",
turn, NarrateError), ("fault", 0, text), ("warning", 0, text). A turn is one `speak` of the parent's.
"""

import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, Protocol

from narrate.audio import Audio
from narrate.engine.engine import Engine
from narrate.errors import NarrateError
from narrate.takes import Request


def steady_of(engine: Engine[Audio]) -> bool | None:
    """Whether a line is the same to the bit in any batch of the engine's; None where nobody has looked."""
    found: bool | None = getattr(engine, "steady", None)
    return found


def steady_still(before: bool | None, now: bool | None) -> bool | None:
    """What `steady_of` comes to of a run, with what was said `before` and `now`: what failed once did not hold."""
    return False if before is False else before if now is None else now


class Opening(Protocol):
    """How the child opens its engine: picklable, such as a partial of open_engine."""

    def __call__(self, *, slots: int | None) -> Engine[Audio]: ...


class _Ears:
    """What the parent says, heard on a thread; when the parent is gone, so are we."""

    def __init__(self, pipe: Connection) -> None:
        self.turns: SimpleQueue[int] = SimpleQueue()
        self.lines: SimpleQueue[tuple[int, list[tuple[int, Request]] | None]] = SimpleQueue()  # None: no more
        self.dropped = 0  # turns up to this one are over
        self._pipe = pipe
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        turn = 0
        try:
            while True:
                kind, *rest = self._pipe.recv()
                if kind == "speak":
                    turn = rest[0]
                    self.turns.put(turn)
                elif kind == "lines":
                    self.lines.put((turn, rest[0]))
                elif kind == "end":
                    self.lines.put((turn, None))
                else:
                    self.dropped = rest[0]
                    self.lines.put((rest[0], None))
        except (EOFError, OSError):
            os._exit(0)

    def requests(self, turn: int, numbers: dict[str, deque[int]], pulled: Callable[[], None]) -> Iterator[Request]:
        """The turn's requests; `numbers` learns which ones a key answers, `pulled` is called for each."""
        while True:
            of, lines = self.lines.get()
            if of != turn:
                continue
            if lines is None:
                return
            for number, request in lines:
                numbers.setdefault(request.key, deque()).append(number)
                pulled()
                yield request


def work(pipe: Connection, opening: Opening, slots: int | None) -> None:
    """Open the engine and speak, turn by turn, until the parent closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a batch system tells everybody; the parent ends us
    out: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    # On a thread, so that the device need not wait for the pipe.
    mouth = threading.Thread(target=_tell, args=(pipe, out))
    mouth.start()
    logging.getLogger("narrate").addHandler(_Forward(out))
    ears = _Ears(pipe)
    try:
        engine = opening(slots=slots)
        about = {"name": engine.name, "model": engine.model, "sample_rate": engine.sample_rate}
        out.put(("ready", 0, about | {"slots": engine.slots, "steady": steady_of(engine)}))
        while True:
            _speak(engine, ears.turns.get(), ears, out)
    except NarrateError as error:
        out.put(("error", 0, error))
    except BaseException as error:
        out.put(("fault", 0, f"{type(error).__name__}: {str(error).strip()[:300]}"))
    out.put(())
    mouth.join()
    os._exit(1)  # a poisoned context hangs in its own clean-up


def _speak(engine: Engine[Audio], turn: int, ears: _Ears, out: "SimpleQueue[tuple[Any, ...]]") -> None:
    """One turn: what is asked, until it is all answered or dropped."""
    numbers: dict[str, deque[int]] = {}
    requests = ears.requests(turn, numbers, lambda: out.put(("pulled", turn)))
    try:
        for request, audio in engine.speak(requests):
            number = numbers[request.key].popleft()
            # Steady may be known only now: of several models each is opened when its turn comes.
            told = engine.notes(request), steady_of(engine)
            out.put(("take", turn, number, audio.samples, audio.sample_rate, *told))
            if ears.dropped >= turn:
                return
    except NarrateError as error:
        out.put(("error", turn, error))


def _tell(pipe: Connection, out: "SimpleQueue[tuple[Any, ...]]") -> None:
    try:
        while message := out.get():
            pipe.send(message)
    except OSError:
        os._exit(0)


class _Forward(logging.Handler):
    """What the engine warns of (fewer slots, say), for the parent to log."""

    def __init__(self, out: "SimpleQueue[tuple[Any, ...]]") -> None:
        super().__init__(logging.WARNING)
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        self._out.put(("warning", 0, record.getMessage()))
