"""A worker of a pool: an engine that speaks the lines it is sent, and reports to the pool.

A turn is one `speak` of the pool's, and of the engine's; a message of another turn drops what is in flight. An engine
waits for its next request with everything that it has in hand, so None is sent when there are no more lines for now: it
is told so then, again and again until lines come. Every request that the engine pulls is reported: the pool sends
others ahead by it. A number without a request drops its line at once, whatever else has been sent. In a turn with
`chunk_frames` a line is streamed: its notes come after its last piece.

In: (turn, [(number, request or None)] or None, chunk_frames or 0). Out: ("ready", 0, about), ("pulled", turn),
("take", turn, number, Audio or Encoded, samples of it that came before, notes or None, steady),
("error", turn or 0, NarrateError), ("fault", 0, text), ("warning", 0, text).
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

import numpy as np

from narrate.audio import Audio, Finish
from narrate.engine.engine import Asked, Engine, Patient, Streaming
from narrate.engine.finishing import Finishers
from narrate.engine.process import leave_signals_to_the_parent
from narrate.errors import NarrateError
from narrate.takes import Request

Lines = list[tuple[int, Request | None]] | None
Order = tuple[int, Lines, int]
Message = tuple[Any, ...]
Send = Callable[[Message], None]
UNFINISHED = 64  # takes that wait to be encoded, at most: then the engine waits too


class Opening(Protocol):
    """How a worker opens its engine: picklable, such as a partial of open_engine."""

    def __call__(self, *, slots: int | None) -> Patient[Audio]: ...


class Inbox:
    """Messages from the pool, in their order, and what the engine has in hand of them. `turn` is the latest one that
    the pool spoke of."""

    def __init__(self) -> None:
        self.turn = 0
        self._messages: SimpleQueue[Order] = SimpleQueue()
        self._pending: Order | None = None  # it ended the turn before its own
        self._lock = threading.Lock()
        self._engine: Patient[Audio] | None = None
        self._in_hand: dict[int, tuple[int, Request]] = {}  # by the identity of the request
        self._dropped: set[int] = set()  # numbers of this turn

    def put(self, turn: int, lines: Lines, chunk_frames: int) -> None:
        """A message has come. The engine is told at once of lines that nobody waits for."""
        dropped = {number for number, request in lines or () if request is None}
        with self._lock:
            self._dropped = dropped | (self._dropped if turn == self.turn else set())
            gone = [
                request for number, request in self._in_hand.values() if turn != self.turn or number in self._dropped
            ]
            for request in gone:
                del self._in_hand[id(request)]
            if gone and self._engine is not None:
                self._engine.drop(gone)
            self.turn = turn
        if not dropped:
            self._messages.put((turn, lines, chunk_frames))

    def begun(self, engine: Patient[Audio]) -> Order:
        """Waits for the first lines of a turn, which `engine` will speak."""
        self._engine = engine
        while True:
            order = self._pending or self._messages.get()
            self._pending = None
            if order[1] and order[0] == self.turn:
                return order

    def requests(self, turn: int, lines: Lines, pulled: Callable[[], None]) -> Iterator[Asked]:
        """A turn's requests, the first `lines` of which are here; `pulled` is called for each.

        Where there are none for now, the engine waits for others only while it has nothing in hand.
        """
        order: Order = turn, lines, 0
        while order[0] == turn:
            for number, request in order[1] or ():
                if turn != self.turn:
                    return
                pulled()
                if request is not None and self._takes(turn, number, request):
                    yield request
            while order[1] is None and self._in_hand and self._messages.empty():
                yield None
            order = self._messages.get()
        self._pending = order

    def _takes(self, turn: int, number: int, request: Request) -> bool:
        """Whether the engine takes a line in hand: not one that was dropped in the meantime."""
        with self._lock:
            wanted = turn == self.turn and number not in self._dropped
            if wanted:
                self._in_hand[id(request)] = number, request
            return wanted

    def number(self, request: Request) -> int | None:
        """The number of a line that the engine makes; None for one that was dropped in the meantime."""
        number, _ = self._in_hand.get(id(request), (None, None))
        return number

    def landed(self, request: Request) -> int | None:
        """The same, of a line that is made."""
        with self._lock:
            number, _ = self._in_hand.pop(id(request), (None, None))
            return number


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
            turn, lines, chunk_frames = inbox.begun(engine)
            try:
                if chunk_frames:
                    _stream(engine, turn, lines, chunk_frames, inbox, send)
                else:
                    _speak(engine, turn, lines, inbox, processes, send)
            except NarrateError as error:
                send(("error", turn, error))
    except NarrateError as error:
        send(("error", 0, error))
    except BaseException as error:
        send(("fault", 0, f"{type(error).__name__}: {str(error).strip()[:300]}"))


def _speak(engine: Patient[Audio], turn: int, lines: Lines, inbox: Inbox, finish: Finishers | None, send: Send) -> None:
    """One turn, until it is finished or dropped. Raises what the engine raises, once the takes in hand are sent."""
    pending: deque[Future[None]] = deque()

    def finish_take(number: int, audio: Audio, *rest: object) -> None:
        send(("take", turn, number, finish(audio) if finish else audio, 0, *rest))

    with ThreadPoolExecutor(max(1, finish.count if finish else 0), "take-finisher") as threads:
        for request, audio in engine.speak(inbox.requests(turn, lines, lambda: send(("pulled", turn)))):
            if inbox.turn != turn:
                return
            if (number := inbox.landed(request)) is None:
                continue
            # Steady may be known only now: of several models each is opened when its turn comes.
            made = number, audio, engine.notes(request), steady_of(engine)
            if finish is None:
                finish_take(*made)
                continue
            pending.append(threads.submit(finish_take, *made))
            while len(pending) > UNFINISHED:
                pending.popleft().result()
    for taken in pending:
        taken.result()


def _stream(engine: Patient[Audio], turn: int, lines: Lines, chunk_frames: int, inbox: Inbox, send: Send) -> None:
    """The same, of a turn whose lines are streamed, each once the one before is made."""
    assert isinstance(engine, Streaming)  # nobody asks another
    for request in inbox.requests(turn, lines, lambda: send(("pulled", turn))):
        if request is None:
            continue
        start = 0
        for _, piece in engine.stream([request], chunk_frames):
            if (number := inbox.number(request)) is None:
                break
            send(("take", turn, number, piece, start, None, None))
            start += len(piece.samples)
        if (number := inbox.landed(request)) is not None:
            nothing = Audio(np.zeros(0, np.int16), engine.sample_rate)
            send(("take", turn, number, nothing, start, engine.notes(request), steady_of(engine)))


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
