"""Workers on a Ray cluster: each is an actor with a GPU (for draft, a core) and an engine on it.

Ray starts the workers, places them, moves what they say and tells when one has died; the pool does the rest.
Takes are encoded and measured beside the workers; they come here and are written here, so a worker needs
nothing of the project: no shared folder, no database. One that comes later (a node that joins, a GPU that was
taken) gets lines from then on.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from narrate.audio import Finish, encoded
from narrate.engine.finishing import finishers_here
from narrate.engine.process import DiedError
from narrate.engine.worker import Inbox, Message, Opening, Order, serve
from narrate.errors import EngineError
from narrate.install import install_command

FINISHERS = 4  # processes beside a GPU that encode and measure, where the machine has the cores
JOIN_S = 5.0  # between two looks for GPUs that have joined
TOGETHER = 64  # messages that travel as one, at most


class Actor:
    """`worker.serve` in a process of Ray's. Calls may come in any order, so those that feed it are numbered."""

    def __init__(self, opening: Opening, slots: int | None, finish: Finish, finishers: int) -> None:
        self._inbox, self._out = Inbox(), SimpleQueue[Message]()
        self._lock = threading.Lock()
        self._early: dict[int, Order] = {}  # calls that came before one of a lower number
        self._next = 0
        arguments = (opening, slots, finish, min(finishers, finishers_here()), self._inbox, self._out.put)
        threading.Thread(target=serve, args=arguments, daemon=True).start()

    def feed(self, number: int, message: Order) -> None:
        with self._lock:
            self._early[number] = message
            while self._next in self._early:
                self._inbox.put(*self._early.pop(self._next))
                self._next += 1

    def messages(self) -> Iterator[list[Message]]:
        """What it tells, as it happens: all there is at a time."""
        while True:
            came = [self._out.get()]
            with suppress(Empty):
                while len(came) < TOGETHER:
                    came.append(self._out.get_nowait())
            yield came


class _Channel:
    """The way to an Actor."""

    def __init__(self, ray: Any, actor: Any) -> None:
        self._ray, self._actor, self._calls = ray, actor, 0
        self.stream = actor.messages.options(num_returns="streaming").remote()

    def send(self, message: Order) -> None:
        self._actor.feed.remote(self._calls, message)
        self._calls += 1

    def receive(self) -> list[Message]:
        try:
            came: list[Message] = self._ray.get(next(self.stream))
        except Exception as error:
            raise DiedError(_gist(error)) from None
        return came

    def close(self) -> None:
        """`end` is quick."""

    def end(self) -> None:
        with suppress(Exception):
            self._ray.kill(self._actor)


class Cluster:
    """Room for `workers` actors on GPUs (cores) of a Ray cluster, or for all. Satisfies workers.Machines.

    `address` is the cluster's, as Ray takes it; "local" or without one, Ray is started on this machine alone and
    ended with `close`. Raises EngineError without Ray, GPUs or a cluster.
    """

    def __init__(
        self,
        opening: Opening,
        *,
        workers: int | None = None,
        address: str = "",
        gpu: bool = True,
        finish: Finish = encoded,
    ) -> None:
        self._opening, self._limit, self._gpu, self._finish = opening, workers, gpu, finish
        self._looked, self._places = -JOIN_S, 0
        self._ray, self._ours = _connect(address, None if gpu else workers)

    def places(self) -> int:
        """As many as are wanted; actors that find no room yet come when there is some."""
        if time.monotonic() - self._looked >= JOIN_S:
            self._looked = time.monotonic()
            there = int(self._ray.cluster_resources().get("GPU" if self._gpu else "CPU", 0))
            self._places = self._limit or there or self._places
        if not self._places:
            what = "there is no GPU in the cluster" if self._gpu else "there is no core free in the cluster"
            raise EngineError(what, do="start Ray on machines with GPUs, see docs/cluster.md")
        return self._places

    def start(self, place: int, slots: int | None) -> _Channel:
        resources = {"num_cpus": 1, "num_gpus": 1 if self._gpu else 0, "max_concurrency": 4}
        actor = self._ray.remote(Actor).options(**resources)
        return _Channel(self._ray, actor.remote(self._opening, slots, self._finish, FINISHERS if self._gpu else 0))

    def wait(self, channels: Sequence[_Channel], timeout_s: float) -> list[_Channel]:
        by_stream = {channel.stream: channel for channel in channels}
        if not by_stream:
            time.sleep(timeout_s)
            return []
        self._ray.wait(list(by_stream), num_returns=1, timeout=timeout_s)
        # All that have something, or a busy worker would be heard before the others for ever.
        came, _ = self._ray.wait(list(by_stream), num_returns=len(by_stream), timeout=0.0)
        return [by_stream[stream] for stream in came]

    def wake(self) -> None:
        """Nobody waits for long."""

    def close(self) -> None:
        """End Ray where we started it. Harmless when called twice."""
        if self._ours:
            self._ours = False
            self._ray.shutdown()


def _connect(address: str, cores: int | None) -> tuple[Any, bool]:
    """Ray, connected, and whether it was started here and is ours to end. Raises EngineError."""
    # Nothing is sent anywhere: Ray's usage statistics are on unless they are told not to be.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise EngineError("--ray needs Ray, which is not installed", do=install_command("cluster")) from None
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
