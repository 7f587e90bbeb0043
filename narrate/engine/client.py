"""A client of the engine that is kept open: what it asks, what came of it, and the engine of its own that it seems."""

import threading
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrate.audio import Audio, Sound, audio_of
from narrate.engine.pool import Pool
from narrate.engine.turns import Call
from narrate.engine.wanted import Wanted
from narrate.errors import EngineError
from narrate.takes import Request

if TYPE_CHECKING:
    from narrate.engine.hot import Hot

CLOSED = "the engine was closed while it was speaking"


@dataclass(frozen=True, slots=True)
class Kind:
    """An engine that is asked for: clients that ask for the same one share it."""

    name: str
    models: tuple[str, ...]
    wanted: Wanted


Landed = tuple[Request, Sound | None, dict[str, object] | None]  # with its notes; of a piece there are none


@dataclass(slots=True, eq=False)
class Speaking(Call):
    """A call of `speak`: what came of its lines, and why it ends before its time."""

    changed: threading.Condition = field(kw_only=True)
    landed: deque[Landed] = field(default_factory=deque)
    why: Exception | None = None


class Client:
    """An engine of a client's own, as it seems. Satisfies Engine, and Streaming; may be closed on any thread."""

    def __init__(self, hot: "Hot", kind: Kind, urgent: bool, opened: Pool[Sound]) -> None:
        self._hot, self._kind, self._urgent = hot, kind, urgent
        self._losses = hot.losses
        self._calls: set[Speaking] = set()
        self._notes: dict[str, dict[str, object]] = {}
        self._closed = False
        self.name, self.model, self.sample_rate = opened.name, opened.model, opened.sample_rate

    @property
    def slots(self) -> int:
        """Lines at a time, of all clients."""
        return self._hot.slots

    @property
    def losses(self) -> int:
        """How often the engine was lost since this was opened."""
        return self._hot.losses - self._losses

    @property
    def steady(self) -> bool | None:
        return self._hot.steady

    @property
    def alone(self) -> bool:
        """Whether nobody speaks, so that a line that is streamed comes in pieces."""
        return self._hot.quiet and len(self._kind.models) <= 1  # one of several models is opened when it is needed

    def speak(self, requests: Iterable[Request]) -> Generator[tuple[Request, Sound]]:
        """As Engine's; several calls may speak at once. Lines are pulled while the takes of others are awaited."""
        return self._said(requests, 0)

    def stream(self, requests: Iterable[Request], chunk_frames: int) -> Generator[tuple[Request, Audio]]:
        """As Streaming's; a line that others speak beside comes whole. Who comes later waits for the end of a line."""
        for request in requests:
            with closing(self._said([request], chunk_frames if len(self._kind.models) <= 1 else 0)) as said:
                for _, sound in said:
                    yield request, audio_of(sound)

    def _said(self, requests: Iterable[Request], chunk_frames: int) -> Generator[tuple[Request, Sound]]:
        if self._closed:
            raise EngineError("the engine is closed")
        source, dry, hot = iter(requests), False, self._hot
        call = hot.enter(self._kind, self._urgent, chunk_frames)
        self._calls.add(call)
        try:
            while True:
                while not dry and hot.hungry(call):
                    if (request := next(source, None)) is None:
                        dry = True
                    else:
                        hot.add(call, request)
                if (landed := hot.next(call, dry=dry)) is not None:
                    request, sound, notes = landed
                    if notes is not None:
                        self._notes[request.key] = notes
                    if sound is not None:
                        yield request, sound
                elif dry:
                    return
        finally:
            self._calls.discard(call)
            hot.leave(call)

    def notes(self, request: Request) -> dict[str, object]:
        """As Engine's; asked once."""
        return self._notes.pop(request.key, {})

    def close(self) -> None:
        """End the calls of this client. The engine is the others', too. Harmless when called twice."""
        self._closed = True
        for call in [*self._calls]:
            self._hot.leave(call, EngineError(CLOSED))
