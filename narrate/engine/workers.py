"""Workers of a pool as it sees them: where they run, how they are reached, and what each has in hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from narrate.engine.watchdog import Watchdog
from narrate.engine.worker import Message, Order
from narrate.takes import Request

START_S = 1800.0  # for loading weights and compiling kernels, before a worker counts as stuck


class Channel(Protocol):
    """A way to a worker: a Child, or an actor on another machine."""

    def send(self, message: Order) -> None: ...

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

    def send(self, turn: int, lines: list[tuple[int, Request]] | None, chunk_frames: int = 0) -> None:
        if self.channel is not None:
            self.channel.send((turn, None if lines is None else [*lines], chunk_frames))
            self.waiting += len(lines or ())
            self.has_more = lines is not None

    def drop(self, turn: int, numbers: Iterable[int]) -> None:
        if self.channel is not None:
            self.channel.send((turn, [(number, None) for number in numbers], 0))

    def end(self) -> int | None:
        """The exit code of its process, where there is one."""
        channel, self.channel, self.about = self.channel, None, {}
        return None if channel is None else channel.end()
