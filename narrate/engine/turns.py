"""Whose line is next, of all who speak with one engine: in turn, those that are urgent first.

No threads and no clock here, so that every order of events can be tested; `hot` has those.
A line that an engine refuses ends the call that asked for it, and no other. An engine does not say which line it was,
so those that it had are asked again by halves, until it refuses those of one call.
"""

from collections import deque
from collections.abc import Hashable
from copy import copy
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from narrate.takes import Request

OVERTAKEN = 4  # times as many lines as there is room for: those that may land before an urgent one that came sooner


@dataclass(slots=True, eq=False)
class Call:
    """A call of somebody's `speak`, with an engine of this `kind`: requests that wait, and how many have no take.

    `chunk_frames`: of its lines in pieces, where they may be; 0 for whole ones.
    """

    kind: Hashable
    urgent: bool = False
    chunk_frames: int = 0
    waiting: deque[Request] = field(default_factory=deque)
    left: int = 0


C = TypeVar("C", bound=Call)


@dataclass(slots=True, eq=False)
class Line(Generic[C]):
    """A request as it was `asked`, and as the engine has it: as an object of its own, as one may be asked twice."""

    call: C
    asked: Request
    request: Request
    since: int  # takes that had landed when the engine first got it


class Turns(Generic[C]):
    """Calls, and the lines of theirs that an engine has: `out`, by the identity of the request that it has."""

    def __init__(self) -> None:
        self._calls: list[C] = []  # whose turn is next comes first
        self._arrived: dict[C, None] = {}
        self._groups: list[list[Line[C]]] = []  # lines of which one was refused; those of the last are spoken now
        self._landed = 0
        self.out: dict[int, Line[C]] = {}

    @property
    def kind(self) -> Hashable | None:
        """The kind of engine that is to speak: of whoever came first, of those that are urgent before the others."""
        if self._groups:
            return self._groups[-1][0].call.kind
        first = next((call for call in self._arrived if call.urgent), next(iter(self._arrived), None))
        return None if first is None else first.kind

    def of(self, kind: Hashable) -> list[C]:
        """The calls that want an engine of this `kind`."""
        return [call for call in self._arrived if call.kind == kind]

    @property
    def calls(self) -> list[C]:
        return list(self._arrived)

    def streams(self, kind: Hashable) -> bool:
        """Whether the engine makes one line at a time, in pieces: for a call that asks for it and is alone."""
        alone = next(iter(self._arrived)) if len(self._arrived) == 1 and not self._groups else None
        return alone is not None and alone.kind == kind and alone.chunk_frames > 0

    def enter(self, call: C) -> None:
        self._calls.append(call)
        self._arrived[call] = None

    def leave(self, call: C) -> list[Request]:
        """Nobody waits for what is left of the call: the requests of it that the engine has. Harmless when called
        twice."""
        if call not in self._arrived:
            return []
        self._calls.remove(call)
        del self._arrived[call]
        call.waiting.clear()
        groups = [[line for line in group if line.call is not call] for group in self._groups]
        self._groups = [group for group in groups if group]
        gone = [line.request for line in self.out.values() if line.call is call]
        for request in gone:
            del self.out[id(request)]
        return gone

    def add(self, call: C, request: Request) -> None:
        call.waiting.append(request)
        call.left += 1

    def next(self, kind: Hashable, room: int) -> Line[C] | None:
        """The line that the engine of this `kind` gets now; one that is not urgent, while fewer than `room` are out.

        None as well where an urgent line was overtaken by many: an engine keeps a very long one until it has no other.
        And where lines are streamed, while one is out.
        """
        if self.kind != kind or self._overtaken(room) or (self.out and self.streams(kind)):
            return None
        if self._groups:
            line = next((line for line in self._groups[-1] if id(line.request) not in self.out), None)
        else:
            line = self._in_turn(kind, urgent=True)
            if line is None and len(self.out) < room:
                line = self._in_turn(kind, urgent=False)
        if line is not None:
            self.out[id(line.request)] = line
        return line

    def landed(self, request: Request) -> Line[C] | None:
        """The line whose take the engine gave; None where nobody waits for it any more."""
        self._landed += 1
        line = self.out.pop(id(request), None)
        if line is None:
            return None
        line.call.left -= 1
        if self._groups:
            self._groups[-1].remove(line)
            self._groups = [group for group in self._groups if group]
        return line

    def refused(self) -> list[C]:
        """The engine refused one of the lines that are out: the call that asked for it, once that is sure.

        Until then half of them are next, those that it got last: an engine looks at a line when it gets it.
        """
        found = [*self.out.values()]
        self.out.clear()
        if self._groups:
            found = self._groups.pop()
        calls = list({line.call: None for line in found})
        if len(calls) > 1:
            half = len(found) // 2
            self._groups += [found[:half], found[half:]]
        return calls if len(calls) == 1 else []

    def _in_turn(self, kind: Hashable, *, urgent: bool) -> Line[C] | None:
        for place, call in enumerate(self._calls):
            if call.waiting and call.urgent == urgent and call.kind == kind:  # most wait for nothing
                self._calls.append(self._calls.pop(place))
                asked = call.waiting.popleft()
                return Line(call, asked, copy(asked), self._landed)
        return None

    def _overtaken(self, room: int) -> bool:
        first = next((line for line in self.out.values() if line.call.urgent), None)
        return first is not None and self._landed - first.since > OVERTAKEN * room
