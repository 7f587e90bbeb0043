"""Blocks of lines: handed out as workers ask, taken back when they die, shared out at the tail.

No Ray and no clock here, so that every order of events can be tested. The source is sorted by
length for long stretches (narrate/work/order.py), and a block is a run of it: lines of like length, which end together.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Worker = TypeVar("Worker", bound=Hashable)

COPIES = 2  # workers that may have the same line at once, at the tail


@dataclass(slots=True)
class _Pending(Generic[Item, Worker]):
    """An item that is out, and who has it, in order."""

    item: Item
    workers: list[Worker] = field(default_factory=list)


class Blocks(Generic[Item, Worker]):
    """Items of a source, each finished once; a number stands for each. None in it: no more for now.

    Once the source is dry and nothing waits, a worker that asks gets copies of the lines that the
    one with the most has had for the shortest time: half of them. Whoever is first has finished a
    line; the other's result is worth nothing.
    """

    def __init__(self, source: Iterable[Item | None]) -> None:
        self._source: Iterator[Item | None] = iter(source)
        self._dry = False
        self._count = 0
        self._again: deque[int] = deque()  # taken back from workers that died
        self._pending: dict[int, _Pending[Item, Worker]] = {}
        self._held: dict[Worker, dict[int, None]] = {}  # numbers, in the order in which they were handed out

    def done(self) -> bool:
        """Whether every item of the source is finished. Pulls one if that is what it takes to know."""
        if not self._pending and not self._dry:
            self._pull()
        return self._dry and not self._pending

    def holds(self, worker: Worker) -> int:
        """How many items the worker has in hand."""
        return len(self._held.get(worker, ()))

    def ask(self, worker: Worker, most: int, *, copies: bool = True) -> list[tuple[int, Item]]:
        """A block of up to `most` items for `worker`, with their numbers; without `copies` none that another has."""
        block: list[int] = []
        while len(block) < most:
            if not self._again and not self._pull():
                break
            block.append(self._again.popleft())
        if copies and self._dry and not block and most > 0 and not self.holds(worker):
            block = self._half_of_the_slowest(worker, most)
        held = self._held.setdefault(worker, {})
        for number in block:
            held[number] = None
            self._pending[number].workers.append(worker)
        return [(number, self._pending[number].item) for number in block]

    def item(self, number: int) -> Item | None:
        """The item of a number, while it is not done."""
        pending = self._pending.get(number)
        return None if pending is None else pending.item

    def finish(self, worker: Worker, number: int) -> Item | None:
        """The item, if the worker is the first to finish it; None for one that is done already."""
        self._held.get(worker, {}).pop(number, None)
        pending = self._pending.pop(number, None)
        if pending is None:
            return None
        for other in pending.workers:
            self._held.get(other, {}).pop(number, None)
        if not pending.workers:
            self._again.remove(number)  # taken back in the meantime, and now it has come after all
        return pending.item

    def lose(self, worker: Worker) -> list[Item]:
        """Take back what a worker that is gone had in hand. What is to be handed out again, the oldest first."""
        numbers = self._held.pop(worker, {})
        alone = []
        for number in numbers:
            workers = self._pending[number].workers
            workers.remove(worker)
            if not workers:
                alone.append(number)
        self._again.extendleft(reversed(alone))
        return [self._pending[number].item for number in alone]

    def drop(self, items: Collection[Item]) -> dict[Worker, list[int]]:
        """Have done with `items`, these very objects, which nobody waits for: those that workers hold."""
        gone = {id(item) for item in items}
        held: dict[Worker, list[int]] = {}
        for number in [number for number, pending in self._pending.items() if id(pending.item) in gone]:
            workers = self._pending.pop(number).workers
            if not workers:
                self._again.remove(number)
            for worker in workers:
                del self._held[worker][number]
                held.setdefault(worker, []).append(number)
        return held

    def _pull(self) -> bool:
        """Have one more item of the source wait. False when there is none."""
        for item in self._source:
            if item is None:
                return False
            self._pending[self._count] = _Pending(item)
            self._again.append(self._count)
            self._count += 1
            return True
        self._dry = True
        return False

    def _half_of_the_slowest(self, worker: Worker, most: int) -> list[int]:
        """Numbers for a worker with nothing to do: the later half of what the one with the most has."""
        mine = self._held.get(worker, {})
        best: list[int] = []
        for other, numbers in self._held.items():
            if other != worker:
                single = [n for n in numbers if len(self._pending[n].workers) < COPIES and n not in mine]
                if len(single) > len(best):
                    best = single
        return best[len(best) // 2 :][:most]
