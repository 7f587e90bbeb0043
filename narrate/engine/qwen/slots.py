"""The schedule of slots: which line is in which row of the batch. No torch, so that it can be tested by itself.

Lines are admitted, run and finished; a freed row is filled again while its neighbours go on.
What the device knows of a row arrives late, with a snapshot of some step: a row is only
judged by snapshots of steps that it was there for.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

Line = TypeVar("Line")

GROUP = 16  # free rows that are worth a prefill


def group_of(slots: int) -> int:
    """The rows that are free before lines are admitted: of few slots an eighth, since they stand empty until then."""
    return max(1, min(GROUP, slots // 8))


@dataclass(slots=True)
class _Seat(Generic[Line]):
    line: Line
    since: int  # steps made before it sat here


class Schedule(Generic[Line]):
    """Lines, pulled as there is room for them, in `slots` rows.

    `group`: rows that must be free before lines are admitted, unless nothing runs; one prefill
    of many costs little more than one of one. `ahead`: lines pulled before there is room. None among the lines: there
    is none for now.
    """

    def __init__(self, lines: Iterable[Line | None], slots: int, *, group: int = 1, ahead: int = 0) -> None:
        self._lines: Iterator[Line | None] = iter(lines)
        self._waiting: deque[Line] = deque()
        self._exhausted = self._lull = False
        self._seats: dict[int, _Seat[Line]] = {}
        self._free = list(range(slots))  # a heap: the lowest row first
        self._ahead = ahead
        self._group = group
        self.slots = slots
        self.steps = 0

    @property
    def rows(self) -> int:
        """Rows that a step has to cover: one more than the highest that is taken."""
        return max(self._seats, default=-1) + 1

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits. Pulls a line if that is what it takes to know."""
        if not self._seats and not self._waiting:
            self._pull(1)
        return bool(self._seats or self._waiting)

    def look_ahead(self) -> None:
        """Pull what may wait, while the device works."""
        self._pull(self._ahead)

    def admit(self, most: int | None = None) -> list[tuple[int, Line]]:
        """Lines and the free rows that they now have, lowest first, `most` of them; none while too few are free."""
        free = len(self._free)
        if free < min(self._group, self.slots) and self._seats:
            return []
        count = free if most is None else min(free, most)
        self._pull(count)
        admitted: list[tuple[int, Line]] = []
        while self._waiting and len(admitted) < count:
            row = heapq.heappop(self._free)
            line = self._waiting.popleft()
            self._seats[row] = _Seat(line, self.steps)
            admitted.append((row, line))
        return admitted

    def stepped(self) -> int:
        """Count a step; its number is what its snapshot goes by."""
        self.steps += 1
        return self.steps

    def finish(self, step: int, done: Iterable[int]) -> Iterator[tuple[int, Line]]:
        """Lines that the snapshot of `step` shows as done, with their rows.

        A row is free once the caller asks for the next one: when taking what the line said out of its row
        fails, the line is still seated there, and is not lost.
        """
        for row in done:
            seat = self._seats.get(row)
            if seat is not None and seat.since < step:
                yield row, seat.line
                del self._seats[row]
                heapq.heappush(self._free, row)

    def moves(self) -> list[tuple[int, int]]:
        """When no line is to come for now, none waits and half the rows are free: (source, target), to close ranks."""
        if not (self._exhausted or self._lull) or self._waiting or len(self._seats) * 2 > self.rows:
            return []
        count = len(self._seats)
        targets = [row for row in range(count) if row not in self._seats]
        sources = [row for row in sorted(self._seats) if row >= count]
        for source, target in zip(sources, targets, strict=True):
            # Snapshots on their way still show the old rows, so the new ones start afresh.
            self._seats[target] = _Seat(self._seats.pop(source).line, self.steps)
        self._free = [row for row in range(self.slots) if row not in self._seats]
        return list(zip(sources, targets, strict=True))

    def drop(self, unwanted: Callable[[Line], bool]) -> list[int]:
        """Forget the lines that nobody waits for; the rows that are free now."""
        self._waiting = deque(line for line in self._waiting if not unwanted(line))
        rows = [row for row, seat in self._seats.items() if unwanted(seat.line)]
        for row in rows:
            del self._seats[row]
            heapq.heappush(self._free, row)
        return rows

    def recall(self, slots: int) -> None:
        """Put every running line back in front of those that wait, and go on with `slots` rows."""
        self._waiting.extendleft(seat.line for _, seat in sorted(self._seats.items(), reverse=True))
        self._seats.clear()
        self.slots = slots
        self._free = list(range(slots))

    def _pull(self, count: int) -> None:
        """Have `count` lines wait, or all there are by now."""
        missing = count - len(self._waiting)
        if missing <= 0 or self._exhausted:
            return
        self._lull = False
        for line in islice(self._lines, missing):
            if line is None:
                self._lull = True
                return
            self._waiting.append(line)
        self._exhausted = len(self._waiting) < count
