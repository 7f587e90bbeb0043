"""An engine that is kept open, and spoken with by many at once: each has an engine of its own, as it seems.

All lines go into the same slots, taken in turn (`turns` says whose is next). One thread speaks with the engine, for
as long as somebody has lines. Each client's own thread pulls the client's requests and takes what came of them, so
whatever a client does or fails at is nothing to the others.
"""

import logging
import threading
from collections.abc import Iterator, Sequence

from narrate.audio import Audio, Finish, Sound, encoded
from narrate.engine.client import CLOSED, Client, Kind, Landed, Speaking
from narrate.engine.engine import Asked
from narrate.engine.opening import open_lasting
from narrate.engine.pool import AHEAD, Pool
from narrate.engine.turns import Line, Turns
from narrate.engine.wanted import Wanted
from narrate.errors import EngineError, NarrateError
from narrate.takes import Request

BESIDE = 128  # lines at the engine that have no slot yet, at most: an urgent one waits behind them

END_S = 10.0  # for an engine that is just being opened when all is to end

log = logging.getLogger(__name__)


class Hot:
    """The engine that was asked for last, for all clients; another one takes its place once nobody speaks with it.

    It is opened when it is first needed, started anew when it is lost, and closed after `idle_s` without work
    (0: never). `finish` is called where takes are made, of engines on several GPUs.
    """

    def __init__(self, *, idle_s: float = 0.0, finish: Finish = encoded) -> None:
        self._idle_s, self._finish = idle_s, finish
        self._lock = threading.Lock()
        self._asked = threading.Condition(self._lock)  # for the thread that speaks
        self._turns = Turns[Speaking]()
        self._thread: threading.Thread | None = None
        self._engine: Pool[Sound] | None = None
        self._kind: Kind | None = None  # of the engine that is open
        self._takes = 0  # that it has made
        self._losses = 0  # of engines before it
        self._slots = 1
        self._over = False

    def client(self, engine: str, models: Sequence[str], wanted: Wanted, *, urgent: bool = False) -> Client:
        """An engine of a client's own, open. Lines of an `urgent` one go first.

        `models` and `wanted` as for `open_lasting`. Waits while others speak with another one. Raises what opening it
        raises, and EngineError once this is closed.
        """
        kind = Kind(engine, tuple(models), Wanted(**wanted.options, gpus=wanted.gpus, ray=wanted.ray))
        call = self.enter(kind, urgent, 0)
        try:
            with self._lock:
                while self._engine is None or self._kind != kind:
                    if call.why is not None:
                        raise call.why
                    call.changed.wait()
                return Client(self, kind, urgent, self._engine)
        finally:
            self.leave(call)

    @property
    def slots(self) -> int:
        """Lines at a time, of the engine that is open or was open last."""
        engine = self._engine
        self._slots = (engine and engine.slots) or self._slots
        return self._slots

    @property
    def quiet(self) -> bool:
        """Whether nobody speaks."""
        with self._lock:
            return not self._turns.calls

    @property
    def losses(self) -> int:
        """How often an engine was lost and started anew."""
        engine = self._engine
        return self._losses + (engine.losses if engine else 0)

    @property
    def steady(self) -> bool | None:
        """See worker.steady_of, of the engine that is open."""
        engine = self._engine
        return engine.steady if engine else None

    def close(self) -> None:
        """End all calls, and the engine. Harmless when called twice."""
        with self._lock:
            self._over = True
            for call in self._turns.calls:
                self._end(call, EngineError(CLOSED))
            self._look()
            thread = self._thread
        if thread is not None:
            thread.join(END_S)

    def enter(self, kind: Kind, urgent: bool, chunk_frames: int) -> Speaking:
        """A client's call begins. Raises EngineError once this is closed."""
        call = Speaking(kind, urgent, chunk_frames, changed=threading.Condition(self._lock))
        with self._lock:
            if self._over:
                raise EngineError("the engine is closed")
            self._turns.enter(call)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hot-engine", daemon=True)
                self._thread.start()
            self._look()
        return call

    def leave(self, call: Speaking, why: Exception | None = None) -> None:
        """A client's call ends, and what is left of it is dropped. `why`: what whoever waits for it raises."""
        with self._lock:
            self._end(call, why)
            self._look()

    def _end(self, call: Speaking, why: Exception | None) -> None:
        call.why = call.why or why
        gone = self._turns.leave(call)
        if gone and self._engine is not None:
            self._engine.drop(gone)
        call.changed.notify()

    def _look(self) -> None:
        """Have the thread that speaks look at what has changed."""
        self._asked.notify()
        if self._engine is not None:
            self._engine.wake()

    def add(self, call: Speaking, request: Request) -> None:
        """A client asks for a line more."""
        with self._lock:
            if call.why is None:
                self._turns.add(call, request)
                self._look()

    def next(self, call: Speaking, *, dry: bool) -> Landed | None:
        """What came of a line of the call's; None where it is `hungry` first, or once it is `dry` and has none left.

        Raises what it ended by.
        """
        with self._lock:
            while not call.landed:
                if call.why is not None:
                    raise call.why
                if (dry and not call.left) or (not dry and self.hungry(call)):
                    return None
                call.changed.wait()
            return call.landed.popleft()

    def hungry(self, call: Speaking) -> bool:
        """Whether the call should have more lines waiting: as many as may be taken at once."""
        return len(call.waiting) <= min(AHEAD, self.slots) // 2

    def _run(self) -> None:
        """What the thread does: it speaks with the engine that is wanted, until this is closed."""
        while (kind := self._next_kind()) is not None:
            try:
                engine = self._opened(kind)
                if (line := self._streamed(kind)) is not None:
                    for request, piece in engine.stream([line.request], line.call.chunk_frames):
                        self._heard(request, piece)
                    self._land(line.request, None, engine.notes(line.request))
                else:
                    for request, sound in engine.speak(self._lines(kind)):
                        self._land(request, sound, engine.notes(request))
            except Exception as error:
                self._failed(kind, error)
        self._shut()

    def _next_kind(self) -> Kind | None:
        """The engine that somebody wants, once somebody does; None when this is closed."""
        with self._lock:
            while not self._over:
                if self._turns.kind is not None:
                    assert isinstance(self._turns.kind, Kind)
                    return self._turns.kind
                idle_s = self._idle_s if self._idle_s and self._engine is not None else None
                if not self._asked.wait(idle_s) and self._turns.kind is None:
                    log.info("The engine was closed after %.0f s without work.", self._idle_s)
                    self._shut()
        return None

    def _opened(self, kind: Kind) -> Pool[Sound]:
        if self._engine is None or self._kind != kind:
            self._shut()
            engine = open_lasting(kind.name, kind.models, kind.wanted, self._finish)
            assert isinstance(engine, Pool)  # what lasts is in processes of its own
            self._engine = engine
        with self._lock:
            self._kind = kind
            for call in self._turns.of(kind):
                call.changed.notify()  # it may have waited for this
        return self._engine

    def _shut(self) -> None:
        engine, self._engine, self._kind = self._engine, None, None
        self._takes = 0
        if engine is not None:
            self._losses += engine.losses
            engine.close()

    def _streamed(self, kind: Kind) -> Line[Speaking] | None:
        """The next line that is streamed, once it is there; None where none is to be."""
        with self._lock:
            while self._turns.streams(kind) and not self._over:
                if (line := self._turns.next(kind, 1)) is not None:
                    return line
                self._asked.wait()
        return None

    def _lines(self, kind: Kind) -> Iterator[Asked]:
        """Lines for the engine as it asks for them, until another one is wanted."""
        while True:
            with self._lock:
                while True:
                    if self._over:
                        raise EngineError(CLOSED)
                    most = self.slots + min(BESIDE, self.slots // 3 + 1)
                    if not self._turns.out and (self._turns.kind != kind or self._turns.streams(kind)):
                        return
                    line = self._turns.next(kind, most)
                    if line is not None or self._turns.out:
                        break
                    self._asked.wait()
                if line is not None and self.hungry(line.call):
                    line.call.changed.notify()
            yield None if line is None else line.request

    def _land(self, request: Request, sound: Sound | None, notes: dict[str, object]) -> None:
        """A line is made; its sound is here unless it was streamed."""
        with self._lock:
            self._takes += 1
            line = self._turns.landed(request)
            if line is not None:
                line.call.landed.append((line.asked, sound, notes))
                line.call.changed.notify()

    def _heard(self, request: Request, piece: Audio) -> None:
        """A piece of a line that is streamed."""
        with self._lock:
            line = self._turns.out.get(id(request))
            if line is not None:
                line.call.landed.append((line.asked, piece, None))
                line.call.changed.notify()

    def _failed(self, kind: Kind, error: Exception) -> None:
        """The engine refused a line, or was lost for good. What others had in hand is asked again."""
        expected = isinstance(error, NarrateError)
        lives = self._engine is not None and bool(self._engine.workers) and expected
        if not expected:
            log.error("The engine ended by a defect", exc_info=error)
        with self._lock:
            if self._turns.out and (lives or self._takes):
                ended = self._turns.refused()
            else:  # it is not to be had
                ended = self._turns.of(kind)
                self._turns.out.clear()
            for call in ended:
                self._end(call, error)
        if not lives:
            self._shut()
