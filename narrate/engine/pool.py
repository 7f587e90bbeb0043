"""Engines in processes of their own, kept alive: one rule for a worker that dies, hangs, fails or is out of memory.

A CUDA error poisons its process, a hung kernel never returns, a machine without memory kills processes: none can be
mended from inside. So an engine of a long run is a worker's, and what a lost one had in hand is asked of another, with
the same draws. Who has which lines is decided in `blocks`; what a worker does is in `worker`.
"""

import logging
import math
import socket
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Generic

from narrate.audio import Audio
from narrate.engine.blocks import Blocks
from narrate.engine.engine import Asked, S
from narrate.engine.process import DiedError
from narrate.engine.watchdog import TICK_S, Watchdog
from narrate.engine.worker import steady_still
from narrate.engine.workers import START_S, Machines, Worker
from narrate.errors import EngineError, NarrateError
from narrate.takes import Request

AHEAD = 256  # lines that wait at a worker, at most: a batch of like lines ends all at once
STUCK_S = 300.0  # on a GPU, without a take; a batch of the longest lines needs 13 s
STUCK_CPU_S = 3600.0
FRUITLESS = 3  # workers in a row that may be lost before one finishes a take; and with the same line in hand
LOSSES = 20  # workers in all, at each place
PAUSES_S = (1.0, 15.0, 60.0)  # before another start after one failed: a lost GPU takes a while to come back

log = logging.getLogger(__name__)
_turns = count(1)  # of all pools, so that no worker mistakes one's for another's

# A request, its sound, the samples of it that came before, and notes: None where more will come.
_Made = tuple[Request, S, int, dict[str, object] | None]


class Pool(Generic[S]):
    """Engines on `machines` as one. Satisfies Patient, and Streaming where these do.

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
        self._chunk_frames = 0  # of the turn, where its lines are streamed
        self._dropped: deque[Sequence[Request]] = deque()
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
        for request, sound, _, notes in self._made_by(requests, 0):
            self._made[request.key] = notes or {}
            yield request, sound

    def stream(self, requests: Iterable[Request], chunk_frames: int) -> Iterator[tuple[Request, Audio]]:
        """As Streaming's, each line by one worker; one that takes its place goes on where it was. One call at a time.

        Raises what `speak` raises.
        """
        for request in requests:
            given = 0
            for _, sound, start, notes in self._made_by([request], chunk_frames):
                assert isinstance(sound, Audio)  # only takes are encoded
                if notes is not None:
                    self._made[request.key] = notes
                elif len(new := sound.samples[max(0, given - start) :]):
                    given = start + len(sound.samples)
                    yield request, Audio(new, sound.sample_rate)

    def _made_by(self, requests: Iterable[Asked], chunk_frames: int) -> Iterator[_Made[S]]:
        """What workers make of the requests; in pieces with `chunk_frames`, after the last of which come the notes."""
        if self._speaking:
            raise RuntimeError("this engine is speaking already; finish or close the other iterator first")
        self._speaking, self._closed, self._chunk_frames = True, False, chunk_frames
        self._deaths.clear()
        blocks: Blocks[Request, Worker] = Blocks(requests)
        try:
            while not blocks.done():
                while self._dropped:
                    for worker, numbers in blocks.drop(self._dropped.popleft()).items():
                        worker.drop(self._turn, numbers)
                for worker in self.workers:
                    self._deal(worker, blocks)
                self._grow(blocks)
                for worker, (number, sound, start, notes, steady) in self._takes(blocks):
                    self.steady = steady_still(self.steady, steady)
                    worker.watch.beat()
                    worker.takes += 1
                    self._fruitless = 0
                    request = blocks.item(number) if notes is None else blocks.finish(worker, number)
                    if request is not None:
                        yield request, sound, start, notes
        except KeyboardInterrupt:
            self.close()  # it may have come in the middle of a message
            raise
        finally:
            self._speaking = False
            self._turn = next(_turns)
            for worker in self._workers:
                worker.waiting = 0
                worker.send(self._turn, None)

    def drop(self, requests: Sequence[Request]) -> None:
        """As Patient's."""
        self._dropped.append(requests)
        self.wake()

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
            worker.send(self._turn, lines, self._chunk_frames)

    def _deal(self, worker: Worker, blocks: Blocks[Request, Worker]) -> None:
        """Keep lines waiting at a worker, a block at a time; tell it when there are none for now."""
        ahead = min(AHEAD, worker.slots // 3 + 1)
        if worker.waiting > ahead // 2:
            return
        if not blocks.holds(worker):
            worker.watch.beat()
        # In turn and not all slots at once: of a short book everybody gets some.
        most = ahead - worker.waiting
        lines = blocks.ask(worker, most, copies=not self._on_demand and not self._chunk_frames)
        if lines:
            worker.send(self._turn, lines, self._chunk_frames)
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
        """A message of a worker's: a take's number, sound, start, notes, steadiness. Raises the engine's own errors."""
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
