"""Engines in processes of their own, kept alive: one rule for a worker that dies, hangs, fails or is out of memory.

A CUDA error poisons its process, a hung kernel never returns, a machine without memory kills processes: none can be
mended from inside. So an engine of a long run is a worker's, and what a lost one had in hand is asked of another, with
the same draws. Who has which lines is decided in `blocks`; what a worker does is in `worker`.
"""

import logging
import math
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Generic, Protocol

from narrate.engine.blocks import Blocks
from narrate.engine.engine import Asked, S
from narrate.engine.process import DiedError
from narrate.engine.watchdog import TICK_S, Watchdog
from narrate.engine.worker import Lines, Message, steady_still
from narrate.errors import EngineError, NarrateError
from narrate.takes import Request

AHEAD = 256  # lines that wait at a worker, at most: a batch of like lines ends all at once
START_S = 1800.0  # for loading weights and compiling kernels, before a worker counts as stuck
STUCK_S = 300.0  # on a GPU, without a take; a batch of the longest lines needs 13 s
STUCK_CPU_S = 3600.0
FRUITLESS = 3  # workers in a row that may be lost before one finishes a take; and with the same line in hand
LOSSES = 20  # workers in all, at each place
PAUSES_S = (1.0, 15.0, 60.0)  # before another start after one failed: a lost GPU takes a while to come back

log = logging.getLogger(__name__)
_turns = count(1)  # of all pools, so that no worker mistakes one's for another's


class Channel(Protocol):
    """A way to a worker: a Child, or an actor on another machine."""

    def send(self, message: tuple[int, Lines]) -> None: ...

    def receive(self) -> list[Message]:
        """Raises DiedError."""
        ...

    def close(self) -> None: ...

    def end(self) -> int | None: ...


class Machines(Protocol):
    """Where workers run, and how they are reached."""

    def places(self) -> int:
        """How many workers there is room for by now."""
        ...

    def start(self, place: int, slots: int | None) -> Channel: ...

    def wait(self, channels: Sequence[Any], timeout_s: float) -> list[Any]:
        """The channels that have something to say. It may be sooner, see `wake`."""
        ...

    def wake(self) -> None:
        """End the waiting, on whatever thread it is, or the next one. Where it cannot be ended, it ends by itself."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class Worker:
    """A place for a worker: how the one that is there is reached, and what is known of it and of those before it."""

    number: int
    channel: Channel | None = None
    watch: Watchdog = field(default_factory=lambda: Watchdog(START_S))
    about: dict[str, Any] = field(default_factory=dict)  # of its engine, once that is ready
    takes: int = 0
    waiting: int = 0  # lines sent that its engine has not pulled
    has_more: bool = False  # lines may come: it was not sent None after the last ones
    opened: bool = False  # an engine was ready here once
    fewer_slots: int | None = None  # what the next one may have, after want of memory
    failures: int = 0  # to open an engine, in a row
    free_at: float = 0.0

    @property
    def slots(self) -> int:
        return int(self.about.get("slots", 1))

    def begin(self, channel: Channel, start_s: float) -> None:
        self.channel, self.watch, self.about = channel, Watchdog(start_s), {}
        self.takes, self.waiting, self.has_more = 0, 0, False

    def send(self, turn: int, lines: Lines) -> None:
        if self.channel is not None:
            self.channel.send((turn, lines))
            self.waiting += len(lines or ())
            self.has_more = lines is not None

    def end(self) -> int | None:
        """The exit code of its process, where there is one."""
        channel, self.channel, self.about = self.channel, None, {}
        return None if channel is None else channel.end()


class Pool(Generic[S]):
    """Engines on `machines` as one. Satisfies Patient.

    A worker that dies, fails or is stuck is replaced, with half the slots once it was for want of memory or
    had finished nothing. `losses` counts them. `steady`: see worker.steady_of; of all workers together.
    """

    name: str
    model: str
    sample_rate: int

    def __init__(
        self, machines: Machines, *, start_s: float = START_S, stuck_s: float = STUCK_S, on_demand: bool = False
    ) -> None:
        """Starts all workers and waits until one is ready; raises what opening its engine raised.

        With `on_demand` nothing is awaited: a worker starts when there is a line for it, and none gets copies of
        another's lines at the end.
        """
        self._machines, self._start_s, self._stuck_s, self._on_demand = machines, start_s, stuck_s, on_demand
        self._workers: list[Worker] = []
        self._made: dict[str, dict[str, object]] = {}  # notes, until they are asked for
        self._turn = next(_turns)
        self._speaking = self._closed = False
        self._fruitless = 0
        self._deaths: Counter[str] = Counter()  # by the line that a worker had in hand
        self.losses = 0
        self.steady: bool | None = None
        if not on_demand:
            self.await_ready()

    @property
    def slots(self) -> int:
        """Lines that are spoken at a time by the workers that are ready."""
        return sum(worker.slots for worker in self.workers)

    @property
    def workers(self) -> list[Worker]:
        """Those that are ready."""
        return [worker for worker in self._workers if worker.about]

    def speak(self, requests: Iterable[Asked]) -> Iterator[tuple[Request, S]]:
        """Every request once, with its sound, as it finishes on any worker. One call at a time.

        Raises what the engines raise of NarrateErrors, and EngineError when workers are lost again and again.
        """
        if self._speaking:
            raise RuntimeError("this engine is speaking already; finish or close the other iterator first")
        self._speaking, self._closed = True, False
        self._deaths.clear()
        blocks: Blocks[Request, Worker] = Blocks(requests)
        try:
            while not blocks.done():
                for worker in self.workers:
                    self._deal(worker, blocks)
                self._grow(blocks)
                for worker, (number, sound, notes, steady) in self._takes(blocks):
                    self.steady = steady_still(self.steady, steady)
                    worker.watch.beat()
                    worker.takes += 1
                    self._fruitless = 0
                    if (request := blocks.finish(worker, number)) is not None:
                        self._made[request.key] = notes
                        yield request, sound
        except KeyboardInterrupt:
            self.close()  # it may have come in the middle of a message
            raise
        finally:
            self._speaking = False
            self._turn = next(_turns)
            for worker in self._workers:
                worker.waiting = 0
                worker.send(self._turn, None)

    def wake(self) -> None:
        """Have a `speak` on another thread ask its requests again, rather than with the next take."""
        self._machines.wake()

    def notes(self, request: Request) -> dict[str, object]:
        """What the worker's engine notes of a take; asked once."""
        return self._made.pop(request.key, {})

    def close(self) -> None:
        """End the workers, also while another thread speaks, which ends then. Harmless when called twice."""
        self._closed = True
        for worker in self._workers:
            if worker.channel is not None:
                worker.channel.close()
        for worker in self._workers:
            worker.end()
        self._machines.close()

    def await_ready(self, workers: int = 1) -> None:
        """Wait until so many workers are ready. Raises EngineError after START_S, and what opening an engine raised."""
        nothing: Blocks[Request, Worker] = Blocks(())
        watch = Watchdog(START_S)
        try:
            while len(self.workers) < workers:
                self._grow(nothing)
                for _ in self._takes(nothing):
                    pass
                if watch.stuck():
                    what = f"the engine was not ready after {START_S:.0f} s"
                    raise EngineError(what, do="look at what its GPU is doing")
        except BaseException:
            self.close()
            raise

    def _grow(self, blocks: Blocks[Request, Worker]) -> None:
        """Start a worker at every place that is free; on demand, only where a line waits for it."""
        if self._closed:
            raise EngineError("the engine was closed while it was speaking")
        places = self._machines.places()
        self._workers.extend(map(Worker, range(len(self._workers), places)))
        for worker in self._workers[:places]:
            if worker.channel is not None or time.monotonic() < worker.free_at:
                continue
            lines = blocks.ask(worker, 1, copies=False) if self._on_demand else None
            if lines == []:
                return
            worker.begin(self._machines.start(worker.number, worker.fewer_slots), self._start_s)
            worker.send(self._turn, lines)

    def _deal(self, worker: Worker, blocks: Blocks[Request, Worker]) -> None:
        """Keep lines waiting at a worker, a block at a time; tell it when there are none for now."""
        ahead = min(AHEAD, worker.slots // 3 + 1)
        if worker.waiting > ahead // 2:
            return
        if not blocks.holds(worker):
            worker.watch.beat()
        # In turn and not all slots at once: of a short book everybody gets some.
        most = ahead - worker.waiting
        lines = blocks.ask(worker, most, copies=not self._on_demand)
        if lines:
            worker.send(self._turn, lines)
        if len(lines) < most and worker.has_more:
            worker.send(self._turn, None)

    def _takes(self, blocks: Blocks[Request, Worker]) -> Iterator[tuple[Worker, list[Any]]]:
        """What has been made by now, after waiting for it for TICK_S at most."""
        living = {worker.channel: worker for worker in self._workers if worker.channel is not None}
        for channel in self._machines.wait(list(living), TICK_S):
            worker = living[channel]
            try:
                messages = channel.receive()
            except DiedError as died:
                self._lose(worker, blocks, str(died), died=True)
                continue
            for message in messages:
                if worker.channel is channel and (take := self._handle(worker, blocks, *message)):
                    yield worker, take
        for worker in living.values():
            busy = worker.channel is not None and (not worker.about or blocks.holds(worker))
            if busy and worker.watch.stuck():
                self._lose(worker, blocks, f"it has said nothing for {worker.watch.quiet_s:.0f} s")

    def _handle(
        self, worker: Worker, blocks: Blocks[Request, Worker], kind: str, turn: int, *rest: Any
    ) -> list[Any] | None:
        """A message of a worker's: a take's number, sound, notes and steadiness. Raises the engine's own errors."""
        if kind == "warning":
            log.warning("%s", rest[0])
        elif kind == "ready":
            worker.about, worker.opened, worker.failures = rest[0], True, 0
            worker.watch = Watchdog(self._stuck_s)
            self.steady = steady_still(self.steady, worker.about["steady"])
            self.name, self.model, self.sample_rate = (worker.about[what] for what in ("name", "model", "sample_rate"))
        elif turn == 0:  # an error or a fault, after which it is gone
            if worker.about:
                self._lose(worker, blocks, str(rest[0]))
            else:
                self._refuse(worker, blocks, rest[0])
        elif turn != self._turn:
            return None  # it was dropped
        elif kind == "error":
            raise rest[0]
        elif kind == "pulled":
            worker.waiting -= 1
        return list(rest) if kind == "take" else None

    def _lose(self, worker: Worker, blocks: Blocks[Request, Worker], why: str, *, died: bool = False) -> None:
        """Have done with a worker; another takes its place. Raises EngineError after too many."""
        if self._closed:
            return
        slots, host = worker.slots, worker.about.get("host", socket.gethostname())
        code, lines = worker.end(), blocks.lose(worker)
        self.losses += 1
        self._fruitless = 0 if worker.takes else self._fruitless + 1
        why = f"{why} (exit code {code})" if died and code is not None else why
        short = "out of memory" in why.lower() or (died and code == -9)  # how a machine without memory ends a process
        if slots > 1 and (short or not worker.takes):
            # Not one alone: it would not have the bits that its lines had beside others.
            worker.fewer_slots = max(2, slots // 2)
        deaths, do = 0, "look at the log, and run the same command to go on"
        if slots == 1 and lines:
            self._deaths[lines[0].key] += 1
            deaths, why = self._deaths[lines[0].key], f"{why} on {quoted(lines[0].text)}"
            do = "change the line, or free some memory, and run the same command again"
        others = sum(other.channel is not None for other in self._workers)
        if max(deaths, self._fruitless - others) >= FRUITLESS or self.losses >= LOSSES * len(self._workers):
            what = f"the engine's process was lost {self.losses} times, the last time because {why}"
            raise EngineError(what, do=do)
        where = "" if host == socket.gethostname() else f" on {host}"
        fewer = f", {worker.fewer_slots} at a time" if worker.fewer_slots else ""
        what = "The engine%s was lost: %s. Starting it anew; %d lines are asked again%s."
        log.warning(what, where, why, len(lines), fewer)

    def _refuse(self, worker: Worker, blocks: Blocks[Request, Worker], why: NarrateError | str) -> None:
        """A worker could not open its engine. Raises that where no other worker is ready and it will not come back."""
        worker.end()
        blocks.lose(worker)
        worker.failures += 1
        if worker.opened and worker.failures <= len(PAUSES_S):
            pause_s = PAUSES_S[worker.failures - 1]
            log.warning("It did not start: %s. Trying again in %.0f s.", why, pause_s)
            worker.free_at = time.monotonic() + pause_s
            return
        if not isinstance(why, NarrateError):
            why = EngineError(f"the engine did not start: {why}", do="`narrate doctor` shows what is here")
        if not self.workers:
            raise why
        worker.free_at = math.inf
        log.warning("A worker cannot speak, and the others go on without it: %s", why)


def quoted(text: str) -> str:
    """A line as an error shows it."""
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'
