"""Every request handed out and finished once, whatever workers do: die, join, lag behind, answer twice."""

from collections.abc import Iterator

from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from narrate.engine.blocks import COPIES, Blocks

COUNT = 40


class Workers(RuleBasedStateMachine):
    """Any order of asking, finishing, dropping, dying and joining; at the end, those who live finish what is left."""

    def __init__(self) -> None:
        super().__init__()
        self.pulled = 0
        self.lulls = 0  # how often there is no item for now
        self.blocks: Blocks[int, int] = Blocks(self.source())
        self.at: dict[int, list[int]] = {0: [], 1: []}  # numbers at each living worker, finished ones too
        self.items: dict[int, int] = {}
        self.finished: list[int] = []
        self.dropped: set[int] = set()
        self.next_worker = 2

    def source(self) -> Iterator[int | None]:
        for item in range(COUNT):
            while self.lulls and self.pulled > len(self.finished) + len(self.dropped):
                self.lulls -= 1
                yield None
            self.pulled += 1
            yield item

    @rule(times=st.integers(1, 5))
    def lull(self, times: int) -> None:
        self.lulls += times

    @rule(pick=st.integers(0, 99), most=st.integers(0, 12))
    @precondition(lambda self: self.at)
    def ask(self, pick: int, most: int) -> None:
        worker = sorted(self.at)[pick % len(self.at)]
        block = self.blocks.ask(worker, most)
        assert len(block) <= most
        for number, item in block:
            assert self.items.setdefault(number, item) == item
            assert item not in self.finished
            assert item not in self.dropped
            assert number not in self.at[worker], "handed to the same worker twice"
            self.at[worker].append(number)

    @rule(pick=st.integers(0, 99), which=st.integers(0, 99))
    @precondition(lambda self: any(self.at.values()))
    def finish(self, pick: int, which: int) -> None:
        busy = [worker for worker in sorted(self.at) if self.at[worker]]
        worker = busy[pick % len(busy)]
        number = self.at[worker].pop(which % len(self.at[worker]))
        item = self.blocks.finish(worker, number)
        if item is not None:
            assert item == self.items[number]
            self.finished.append(item)
        else:
            assert self.items[number] in self.finished, "refused, and nobody else has done it"

    @rule(picks=st.sets(st.integers(0, 99), min_size=1, max_size=5))
    def drop(self, picks: set[int]) -> None:
        out = sorted({*self.items.values()} - {*self.finished} - self.dropped)
        unwanted = {out[pick % len(out)] for pick in picks if out}
        held = self.blocks.drop(unwanted)
        self.dropped |= unwanted
        for worker, numbers in self.at.items():
            mine = [number for number in numbers if self.items[number] in unwanted]
            assert sorted(held.get(worker, [])) == sorted(mine)
            numbers[:] = [number for number in numbers if number not in mine]

    @rule(pick=st.integers(0, 99))
    @precondition(lambda self: self.at)
    def die(self, pick: int) -> None:
        worker = sorted(self.at)[pick % len(self.at)]
        del self.at[worker]
        self.blocks.lose(worker)

    @rule()
    def join(self) -> None:
        self.at[self.next_worker] = []
        self.next_worker += 1

    @invariant()
    def nothing_is_finished_twice(self) -> None:
        assert len(self.finished) == len(set(self.finished))

    @invariant()
    def no_line_has_more_workers_than_copies(self) -> None:
        for number, item in self.items.items():
            if item not in self.finished and item not in self.dropped:
                assert sum(number in numbers for numbers in self.at.values()) <= COPIES

    def teardown(self) -> None:
        self.join()
        steps = 0
        while not self.blocks.done():
            for worker in sorted(self.at):
                self.ask(sorted(self.at).index(worker), 5)
                while self.at[worker]:
                    number = self.at[worker].pop()
                    item = self.blocks.finish(worker, number)
                    if item is not None:
                        self.finished.append(item)
            steps += 1
            assert steps < 10 * COUNT, "it never ends"
        assert sorted([*self.finished, *self.dropped]) == list(range(COUNT))


Workers.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
TestWorkers = Workers.TestCase


@given(st.integers(1, 30), st.integers(1, 9))
def test_lines_are_pulled_as_they_are_asked_for(count: int, most: int) -> None:
    pulled = 0

    def source() -> Iterator[int]:
        nonlocal pulled
        for item in range(count):
            pulled += 1
            yield item

    blocks: Blocks[int, str] = Blocks(source())
    assert [item for _, item in blocks.ask("a", most)] == list(range(min(most, count)))
    assert pulled == min(most, count)


def test_a_stragglers_block_is_split_at_the_tail() -> None:
    blocks: Blocks[str, str] = Blocks("abcdefgh")
    slow = blocks.ask("slow", 8)
    quick = blocks.ask("quick", 8)
    assert [item for _, item in quick] == list("efgh"), "the later half"
    assert blocks.ask("third", 8) == slow[2:4]
    assert blocks.ask("quick", 8) == [], "it has something to do"
    for number, item in quick:
        assert blocks.finish("quick", number) == item
        assert blocks.finish("slow", number) is None, "too late"
    assert blocks.holds("slow") == 4
    assert len(blocks.lose("slow")) == 2, "the other two are with the third"
    assert [item for _, item in blocks.ask("quick", 8)] == ["a", "b"]


def test_lines_of_a_dead_worker_are_handed_out_first() -> None:
    blocks: Blocks[int, str] = Blocks(range(10))
    blocks.ask("a", 3)
    blocks.ask("b", 3)
    assert blocks.lose("a") == [0, 1, 2]
    assert [item for _, item in blocks.ask("b", 4)] == [0, 1, 2, 6]
    assert not blocks.done()


def test_a_lull_is_no_end_and_hands_out_no_copies() -> None:
    blocks: Blocks[str, str] = Blocks(iter(["a", "b", None, "c"]))
    assert [item for _, item in blocks.ask("slow", 8)] == ["a", "b"]
    assert not blocks.done()
    assert [item for _, item in blocks.ask("quick", 8)] == ["c"]
    lull: Blocks[str, str] = Blocks(iter(["a", "b", "c", "d", None, None]))
    lull.ask("slow", 4)
    assert lull.ask("quick", 8) == [], "others may come, and are no copies"


def test_no_lines_make_no_blocks() -> None:
    blocks: Blocks[int, str] = Blocks(())
    assert blocks.done()
    assert blocks.ask("a", 3) == []
