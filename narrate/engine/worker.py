"""A worker of a pool: an engine that speaks the lines it is sent, and reports to the pool.

A turn is one `speak` of the pool's, and of the engine's; a message of another turn drops what is in flight. An engine
waits for its next request with everything that it has in hand, so None is sent when there are no more lines for now: it
is told so then, again and again until lines come. Every request that the engine pulls is reported: the pool sends
others ahead by it.

In: (turn, [(number, request)] or None). Out: ("ready", 0, about), ("pulled", turn), ("take", turn, number,
Audio or Encoded, notes, steady), ("error", turn or 0, NarrateError), ("fault", 0, text), ("warning", 0, text).
"""

import logging
import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import current_process
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, Protocol

from narrate.audio import Audio, Finish
from narrate.engine.engine import Asked, Engine, Patient
from narrate.engine.finishing import Finishers
from narrate.engine.process import leave_signals_to_the_parent
from narrate.errors import NarrateError
from narrate.takes import Request

Lines = list[tuple[int, Request]] | None
Message = tuple[Any, ...]
Send = Callable[[Message], None]
UNFINISHED = 64  # takes that wait to be encoded, at most: then the engine waits too


class Opening(Protocol):
    """How a worker opens its engine: picklable, such as a partial of open_engine."""

    def __call__(self, *, slots: int | None) -> Patient[Audio]: ...


class Inbox:
    """Messages from the pool, in their order. `turn` is the latest one it spoke of."""

    def __init__(self) -> None:
        self.turn = 0
        self._messages: SimpleQueue[tuple[int, Lines]] = SimpleQueue()
        self._pending: tuple[int, Lines] | None = None  # it ended the turn before its own

    def put(self, turn: int, lines: Lines) -> None:
        self.turn = turn
        self._messages.put((turn, lines))

    def begun(self) -> tuple[int, Lines]:
        """Waits for the first lines of a turn."""
        while True:
            turn, lines = self._pending or self._messages.get()
            self._pending = None
            if lines and turn == self.turn:
                return turn, lines

    def requests(
        self, turn: int, lines: Lines, pulled: Callable[[int, Request], None], busy: Callable[[], bool]
    ) -> Iterator[Asked]:
        """A turn's requests, the first `lines` of which are here; `pulled` is called for each.

        Where there are none for now, the engine waits for others only while it is not `busy`.
        """
        of = turn
        while of == turn:
            for number, request in lines or ():
                if turn != self.turn:
                    return
                pulled(number, request)
                yield request
            while lines is None and busy() and self._messages.empty():
                yield None
            of, lines = self._messages.get()
        self._pending = of, lines


def serve(opening: Opening, slots: int | None, finish: Finish | None, finishers: int, inbox: Inbox, send: Send) -> None:
    """Open the engine and speak, turn after turn; returns once it has reported what went wrong.

    `finish` is called on the takes in so many processes, without any on a thread here; with None the
    samples are sent.
    """
    logging.getLogger("narrate").addHandler(_Forward(send))
    try:
        processes = Finishers(finish, finishers) if finish else None
        engine = opening(slots=slots)
        about = {"name": engine.name, "model": engine.model, "sample_rate": engine.sample_rate, "slots": engine.slots}
        about |= {"pid": os.getpid(), "host": socket.gethostname(), "steady": steady_of(engine)}
        send(("ready", 0, about))
        while True:
            _speak(engine, *inbox.begun(), inbox, processes, send)
    except NarrateError as error:
        send(("error", 0, error))
    except BaseException as error:
        send(("fault", 0, f"{type(error).__name__}: {str(error).strip()[:300]}"))


def _speak(engine: Patient[Audio], turn: int, lines: Lines, inbox: Inbox, finish: Finishers | None, send: Send) -> None:
    """One turn, until it is finished or dropped."""
    numbers: dict[str, deque[int]] = {}
    pending: deque[Future[None]] = deque()

    def pulled(number: int, request: Request) -> None:
        numbers.setdefault(request.key, deque()).append(number)
        send(("pulled", turn))

    def landed(key: str) -> int:
        number = numbers[key].popleft()
        if not numbers[key]:
            del numbers[key]
        return number

    def finish_take(number: int, audio: Audio, *rest: object) -> None:
        send(("take", turn, number, finish(audio) if finish else audio, *rest))

    try:
        # Takes in hand are sent before an error is.
        with ThreadPoolExecutor(max(1, finish.count if finish else 0), "take-finisher") as threads:
            for request, audio in engine.speak(inbox.requests(turn, lines, pulled, lambda: bool(numbers))):
                if inbox.turn != turn:
                    return
                # Steady may be known only now: of several models each is opened when its turn comes.
                made = landed(request.key), audio, engine.notes(request), steady_of(engine)
                if finish is None:
                    finish_take(*made)
                    continue
                pending.append(threads.submit(finish_take, *made))
                while len(pending) > UNFINISHED:
                    pending.popleft().result()
    except NarrateError as error:
        send(("error", turn, error))
    for taken in pending:
        taken.result()


def run_worker(pipe: Connection, opening: Opening, slots: int | None, finish: Finish | None, finishers: int) -> None:
    """`serve` in a process of its own, whose `pipe` leads to the pool; when the pool is gone, so are we."""
    leave_signals_to_the_parent()
    current_process().daemon = False  # or it could have no finishers
    inbox, out = Inbox(), SimpleQueue[Message]()
    # On a thread, so that the device need not wait for the pipe.
    writer_thread = threading.Thread(target=_write, args=(pipe, out))
    writer_thread.start()
    threading.Thread(target=_read, args=(pipe, inbox), daemon=True).start()
    serve(opening, slots, finish, finishers, inbox, out.put)
    out.put(())
    writer_thread.join()
    os._exit(1)  # a poisoned context hangs in its own clean-up


def _read(pipe: Connection, inbox: Inbox) -> None:
    try:
        while True:
            inbox.put(*pipe.recv())
    except (EOFError, OSError):
        os._exit(0)


def _write(pipe: Connection, out: "SimpleQueue[Message]") -> None:
    try:
        while message := out.get():
            pipe.send(message)
    except OSError:
        os._exit(0)


def steady_of(engine: Engine[Audio]) -> bool | None:
    """Whether a line is the same to the bit in any batch of the engine's; None where nobody has looked."""
    found: bool | None = getattr(engine, "steady", None)
    return found


def steady_still(before: bool | None, now: bool | None) -> bool | None:
    """What `steady_of` comes to of a run, with what was said `before` and `now`: what failed once did not hold."""
    return False if before is False else before if now is None else now


class _Forward(logging.Handler):
    """What the engine warns of (fewer slots, say), for the pool to log."""

    def __init__(self, send: Send) -> None:
        super().__init__(logging.WARNING)
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        self._send(("warning", 0, record.getMessage()))
