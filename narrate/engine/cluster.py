"""Many engines as one, on Ray: a worker is an actor with a GPU (for draft, a core) and an engine on it.

Ray starts the workers, places them, moves what they say and tells when one has died; who has
which lines is decided in `blocks`. Takes are encoded and measured beside the workers; they come here and
are written here, so a worker needs nothing of the project: no shared folder, no database. A worker that
dies costs what it had in hand, and a new one is asked for; one that comes later (a node that joins, a GPU
that was taken) gets lines from then on.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from narrate.audio import Encoded, Finish, encoded
from narrate.engine.blocks import Blocks
from narrate.engine.child_work import Opening, steady_still
from narrate.engine.cluster_work import Lines, Work
from narrate.engine.watchdog import TICK_S, Watchdog
from narrate.errors import EngineError, NarrateError
from narrate.install import install_command
from narrate.takes import Request

AHEAD = 256  # lines that wait at a worker, at most
START_S = 1800.0  # for the first worker, before it counts as not coming
STUCK_S = 600.0
FINISHERS = 4  # processes beside a GPU that encode and measure, where the machine has the cores
JOIN_S = 5.0  # between two looks for GPUs that have joined
FRUITLESS = 3  # workers in a row that may be lost before anybody finishes a take
LOSSES_A_WORKER = 10

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Worker:
    """An actor; once it is ready, what it said of its engine, and where its takes come from."""

    actor: Any
    ready: Any  # a reference to what it says of itself
    engine: dict[str, Any] = field(default_factory=dict)
    stream: Any = None
    calls: int = 0  # that fed it
    waiting: int = 0  # lines sent that its engine has not pulled
    hungry: bool = True  # it has been told that there are no more lines for now
    watch: Watchdog = field(default_factory=lambda: Watchdog(STUCK_S))


class ClusterEngine:
    """Engines opened by `opening`, on `workers` GPUs (cores) of a Ray cluster, or on all. Satisfies Engine.

    `address` is the cluster's, as Ray takes it; without one, Ray is started on this machine alone
    and ended with `close`. `losses` counts workers that were replaced.
    """

    def __init__(
        self,
        opening: Opening,
        *,
        workers: int | None = None,
        address: str = "",
        gpu: bool = True,
        stuck_s: float = STUCK_S,
        finish: Finish = encoded,
    ) -> None:
        """Waits for the first worker. Raises EngineError without Ray, GPUs or a cluster; what opening raises."""
        self._opening, self._limit, self._gpu, self._stuck_s = opening, workers, gpu, stuck_s
        self._finish = finish
        self._workers: list[_Worker] = []
        self._made: dict[str, dict[str, object]] = {}
        self._turn = 0
        self._speaking = False
        self._fruitless = 0
        self._looked = 0.0
        self._refused = 0  # workers that could not open their engine: the next one there could not either
        self.losses = 0
        self.steady: bool | None = None  # see steady_of: of all workers together
        self._ray, self._ours = _connect(address, None if gpu else workers)
        try:
            self._grow()
            first = self._first()
        except BaseException:
            self.close()
            raise
        said = first.engine
        self.name, self.model, self.sample_rate = str(said["name"]), str(said["model"]), int(said["sample_rate"])

    @property
    def slots(self) -> int:
        """Lines that are spoken at a time by the workers that are ready."""
        return sum(int(worker.engine["slots"]) for worker in self._workers if worker.engine)

    @property
    def workers(self) -> list[dict[str, Any]]:
        """What the workers that are ready said of themselves: name, model, slots, pid, host."""
        return [worker.engine for worker in self._workers if worker.engine]

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Encoded]]:
        """Every request once, with its sound, as it finishes on any worker. One call at a time.

        Raises what the engines raise of NarrateErrors, and EngineError when workers are lost again and again.
        """
        if self._speaking or not self._workers:
            raise EngineError("the engine is closed, or still speaking", do="finish or close the first speak()")
        self._speaking = True
        self._turn += 1
        blocks: Blocks[Request, _Worker] = Blocks(requests)
        try:
            while not blocks.done:
                self._grow()
                for worker in self._workers:
                    if worker.engine:
                        self._deal(worker, blocks)
                for worker, kind, rest in self._events(blocks):
                    if kind == "pulled":
                        worker.waiting -= 1
                        continue
                    if kind == "error":
                        raise rest[0]
                    number, sound, notes, steady = rest
                    self.steady = steady_still(self.steady, steady)
                    worker.watch.beat()
                    self._fruitless = 0
                    if (request := blocks.finish(worker, number)) is not None:
                        self._made[request.key] = notes
                        yield request, sound
        finally:
            self._speaking = False
            for worker in self._workers:
                if worker.stream is not None:
                    worker.stream, worker.waiting, worker.hungry = None, 0, True
                    worker.actor.drop.remote(self._turn)

    def notes(self, request: Request) -> dict[str, object]:
        """What the worker's engine notes of a take; asked once."""
        return self._made.pop(request.key, {})

    def close(self) -> None:
        """Give the workers' GPUs back, and end Ray where we started it. Harmless when called twice."""
        for worker in self._workers:
            with suppress(Exception):
                self._ray.kill(worker.actor)
        self._workers.clear()
        if self._ours:
            self._ours = False
            self._ray.shutdown()

    def _grow(self) -> None:
        """Ask for as many workers as are wanted; those that find no room yet come when there is some."""
        if time.monotonic() - self._looked < JOIN_S:
            return
        self._looked = time.monotonic()
        wanted = self._limit or int(self._ray.cluster_resources().get("GPU" if self._gpu else "CPU", 0))
        if not wanted and not self._workers:
            what = "there is no GPU in the cluster" if self._gpu else "there is no core free in the cluster"
            raise EngineError(what, do="start Ray on machines with GPUs, see docs/cluster.md")
        resources = {"num_cpus": 1, "num_gpus": 1 if self._gpu else 0, "max_concurrency": 4}
        for _ in range(wanted - self._refused - len(self._workers)):
            actor = (
                self._ray.remote(Work)
                .options(**resources)
                .remote(self._opening, self._finish, FINISHERS if self._gpu else 0)
            )
            self._workers.append(_Worker(actor, actor.about.remote(), watch=Watchdog(self._stuck_s)))

    def _first(self) -> _Worker:
        """A worker that is ready. Raises what opening its engine raised, or EngineError when none comes."""
        watch = Watchdog(START_S)
        while True:
            for worker in self._ready_now(TICK_S):
                return worker
            if not self._workers:
                self._looked = 0.0
                self._grow()
            if watch.stuck():
                raise EngineError(f"no worker was ready after {START_S:.0f} s", do="`ray status` shows what is free")

    def _ready_now(self, timeout_s: float) -> list[_Worker]:
        """Workers that have become ready. Those that cannot open their engine are let go, and told of.

        Raises the NarrateError that opening an engine raised where no other worker is ready.
        """
        starting = {worker.ready: worker for worker in self._workers if not worker.engine}
        if not starting:
            return []
        came, _ = self._ray.wait(list(starting), num_returns=len(starting), timeout=timeout_s)
        ready = []
        refused: list[tuple[_Worker, NarrateError]] = []
        for reference in came:
            worker = starting[reference]
            try:
                said = self._ray.get(reference)
            except Exception as error:
                self._lost(worker, 0, _gist(error))
                continue
            if isinstance(said, NarrateError):
                refused.append((worker, said))
                continue
            worker.engine = said
            self.steady = steady_still(self.steady, said["steady"])
            ready.append(worker)
        for worker, why in refused:
            if not any(other.engine for other in self._workers):
                raise why
            self._let_go(worker)
            self._refused += 1
            log.warning("A worker cannot speak, and the others go on without it: %s", why)
        return ready

    def _deal(self, worker: _Worker, blocks: Blocks[Request, _Worker]) -> None:
        """Keep lines waiting at a worker, a block at a time; tell it when there are none for now."""
        slots = int(worker.engine["slots"])
        ahead = min(AHEAD, slots // 3 + 1)
        if worker.waiting > ahead // 2:
            return
        held = blocks.holds(worker)
        # In turn and not all slots at once: of a short book everybody gets some.
        most = ahead - worker.waiting
        lines = blocks.ask(worker, most)
        if lines:
            if worker.stream is None:
                worker.stream = worker.actor.events.options(num_returns="streaming").remote(self._turn)
            if not held:
                worker.watch.beat()
            self._feed(worker, lines)
            worker.waiting += len(lines)
            worker.hungry = False
        if len(lines) < most and not worker.hungry:
            self._feed(worker, None)
            worker.hungry = True

    def _feed(self, worker: _Worker, lines: Lines) -> None:
        worker.actor.lines.remote(worker.calls, self._turn, lines)
        worker.calls += 1

    def _events(self, blocks: Blocks[Request, _Worker]) -> Iterator[tuple[_Worker, str, list[Any]]]:
        """What has come by now, after waiting for it for TICK_S at most; workers that died are taken leave of."""
        streams = {worker.stream: worker for worker in self._workers if worker.stream is not None}
        came: list[Any] = []
        if streams:
            came, _ = self._ray.wait(list(streams), num_returns=1, timeout=TICK_S)
            # All that have something, or a busy worker would be heard before the others for ever.
            came, _ = self._ray.wait(list(streams), num_returns=len(streams), timeout=0.0)
        else:
            time.sleep(TICK_S / 10)
        self._ready_now(0.0)
        for stream in came:
            worker = streams[stream]
            try:
                events = self._ray.get(next(stream))
            except Exception as error:
                self._lost(worker, blocks.lose(worker), _gist(error))
                continue
            for kind, *rest in events:
                if kind == "fault":
                    self._lost(worker, blocks.lose(worker), rest[0])
                    break
                yield worker, kind, rest
        for worker in list(self._workers):
            if blocks.holds(worker) and worker.watch.stuck():
                self._lost(worker, blocks.lose(worker), f"nothing came from it for {worker.watch.quiet_s:.0f} s")

    def _let_go(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        with suppress(Exception):
            self._ray.kill(worker.actor)

    def _lost(self, worker: _Worker, lines: int, why: str) -> None:
        """Have done with a worker; another is asked for. Raises EngineError after too many."""
        if worker not in self._workers:
            return
        self._let_go(worker)
        self.losses += 1
        self._fruitless += 1
        most = LOSSES_A_WORKER * (len(self._workers) + 1)
        if self._fruitless > FRUITLESS + len(self._workers) or self.losses > most:
            what = f"{self.losses} workers were lost, the last one because {why}"
            raise EngineError(what, do="look at the log, and run the same command to go on")
        where = f" on {worker.engine['host']}" if worker.engine else ""
        log.warning("A worker%s was lost: %s. %d lines are handed out again.", where, why, lines)
        self._looked = 0.0  # ask for another at once


def _connect(address: str, cores: int | None) -> tuple[Any, bool]:
    """Ray, connected, and whether it was started here and is ours to end. Raises EngineError."""
    # Nothing is sent anywhere: Ray's usage statistics are on unless they are told not to be.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise EngineError("several GPUs need Ray, which is not installed", do=install_command("cluster")) from None
    if ray.is_initialized():
        return ray, False
    options: dict[str, Any] = {"include_dashboard": False, "log_to_driver": False, "logging_level": logging.ERROR}
    local = address in ("", "local")
    options |= {"address": address or "local"}
    if not local:
        del options["include_dashboard"]
    elif cores is not None:
        options["num_cpus"] = cores
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(**options)
    except Exception as error:
        raise EngineError(f"Ray did not start: {_gist(error)}", do="see docs/cluster.md") from error
    finally:
        if main:
            signal.signal(signal.SIGTERM, before)  # Ray puts its own there
    return ray, local


def _gist(error: BaseException) -> str:
    """What an error of Ray's comes to: its last line, after the traces of both sides."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1][:300]}" if lines else type(error).__name__
