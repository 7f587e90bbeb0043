"""The schedule by itself, against a device that is only counters. No torch."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import given, settings, strategies as st

from narrate.engine.qwen.slots import Schedule


@dataclass
class Device:
    """Rows that count frames down, seen through snapshots that arrive `late` steps later."""

    rows: int
    left: dict[int, int] = field(default_factory=dict)
    who: dict[int, int] = field(default_factory=dict)

    def prefill(self, row: int, line: int, frames: int) -> None:
        assert 0 <= row < self.rows
        assert self.left.get(row, 0) == 0, "a row that is still speaking was given away"
        self.left[row], self.who[row] = frames, line

    def step(self, rows: int) -> set[int]:
        """One frame for the rows below `rows`; the rows that are done."""
        for row in self.left:
            assert self.left[row] == 0 or row < rows, "a live row was left out of the step"
            self.left[row] = max(0, self.left[row] - 1)
        return {row for row in range(self.rows) if self.left.get(row, 0) == 0}

    def move(self, source: int, target: int) -> None:
        assert self.left.get(target, 0) == 0
        self.left[target], self.who[target] = self.left[source], self.who[source]
        self.left[source] = 0


@dataclass
class Run:
    """What happened to lines whose wanted frames are `frames`, with at most `cap` each."""

    frames: list[int]
    slots: int
    group: int
    ahead: int
    late: int
    cap: int
    pauses: list[int] = field(default_factory=list)  # how often there is no line yet, before each
    pulled: int = 0
    admitted: list[int] = field(default_factory=list)
    finished: list[int] = field(default_factory=list)
    widest: int = 0
    steps: int = 0
    made: dict[int, int] = field(default_factory=dict)

    def lines(self) -> Iterator[int | None]:
        for line in range(len(self.frames)):
            for _ in range(self.pauses[line] if self.pauses else 0):
                if self.pulled > len(self.finished):
                    yield None
            self.pulled += 1
            yield line

    def go(self, *, halve_at: int = -1) -> Iterator[int]:
        schedule = Schedule(self.lines(), self.slots, group=self.group, ahead=self.ahead)
        device, snapshots = Device(self.slots), list[tuple[int, set[int]]]()
        while schedule.busy:
            for row, line in schedule.admit():
                device.prefill(row, line, min(self.frames[line], self.cap))
                self.admitted.append(line)
                self.made[line] = 0
            running = [device.who[row] for row, left in device.left.items() if left]
            assert len(running) == len(set(running)) <= schedule.slots
            for line in running:
                self.made[line] += 1
            done = device.step(schedule.rows)
            snapshots.append((schedule.stepped(), done))
            schedule.look_ahead()
            assert self.pulled <= len(self.finished) + 2 * self.slots + self.ahead + 1, "pulled without room"
            self.widest, self.steps = max(self.widest, schedule.rows), self.steps + 1
            if self.steps == halve_at and schedule.slots > 1:
                schedule.recall(schedule.slots // 2)
                device, snapshots = Device(schedule.slots), []
                continue
            while len(snapshots) > self.late:
                step, rows = snapshots.pop(0)
                for row, line in schedule.finish(step, rows):
                    assert device.who[row] == line
                    self.finished.append(line)
                    yield line
            for source, target in schedule.moves():
                device.move(source, target)


runs = st.builds(
    Run,
    frames=st.lists(st.integers(1, 30), max_size=40),
    slots=st.integers(1, 9),
    group=st.integers(1, 4),
    ahead=st.integers(0, 6),
    late=st.integers(0, 2),
    cap=st.integers(1, 20),
)


@settings(max_examples=200)
@given(runs)
def test_every_line_gets_a_slot_once_and_no_more_frames_than_its_cap(run: Run) -> None:
    """Admitted once, finished once, in no slot that serves another; never more frames than the cap."""
    assert sorted(run.go()) == list(range(len(run.frames)))
    assert sorted(run.admitted) == list(range(len(run.frames)))
    assert run.widest <= run.slots
    assert run.made == {line: min(frames, run.cap) for line, frames in enumerate(run.frames)}
    # Lockstep at its worst: no line waits for more than the lines before it.
    assert run.steps <= sum(min(f, run.cap) + run.late for f in run.frames)


@settings(max_examples=200)
@given(runs, st.data())
def test_lines_that_come_over_time_get_their_slots_too(run: Run, data: st.DataObject) -> None:
    """Each once and whole, however often there is none for now; nobody in a row waits for one that is not there."""
    count = len(run.frames)
    run.pauses = data.draw(st.lists(st.integers(0, 40), min_size=count, max_size=count))
    assert sorted(run.go()) == list(range(count))
    assert run.made == {line: min(frames, run.cap) for line, frames in enumerate(run.frames)}
    assert run.widest <= run.slots


@settings(max_examples=100)
@given(runs, st.integers(0, 10))
def test_a_consumer_that_stops_early(run: Run, wanted: int) -> None:
    """Whatever was handed out was handed out once, and no more was pulled than there was room for."""
    lines = run.go()
    got = [line for line, _ in zip(lines, range(wanted), strict=False)]
    lines.close()  # type: ignore[attr-defined]
    assert len(got) == len(set(got)) == min(wanted, len(run.frames))
    assert run.pulled <= len(run.finished) + 2 * run.slots + run.ahead + 1


@settings(max_examples=100)
@given(runs, st.integers(1, 30))
def test_no_line_is_lost_when_slots_halve(run: Run, at: int) -> None:
    assert sorted(run.go(halve_at=at)) == list(range(len(run.frames)))


def test_ranks_close_where_there_is_no_line_for_now() -> None:
    schedule: Schedule[str] = Schedule(iter(["a", "b", "c", None, None, "d"]), 4)
    schedule.admit()
    assert list(schedule.finish(schedule.stepped(), [0, 1])) == [(0, "a"), (1, "b")]
    assert schedule.admit() == []
    assert schedule.moves() == [(2, 0)]
    assert schedule.admit() == [(1, "d")]


def test_ranks_close_at_the_tail() -> None:
    """With nothing waiting, the last long line moves to row 0, and a step covers one row."""
    schedule = Schedule(["a", "b", "c", "d"], 4)
    assert [row for row, _ in schedule.admit()] == [0, 1, 2, 3]
    schedule.busy  # noqa: B018
    assert list(schedule.finish(schedule.stepped(), [0, 1, 2])) == [(0, "a"), (1, "b"), (2, "c")]
    assert schedule.admit() == []
    assert schedule.moves() == [(3, 0)]
    assert schedule.moves() == []
    assert schedule.rows == 1
    assert list(schedule.finish(schedule.steps, [0])) == []  # that step's snapshot shows the old row 0
    assert list(schedule.finish(schedule.stepped(), [0])) == [(0, "d")]
    assert not schedule.busy


def test_a_row_whose_line_is_dropped_is_the_next_one_s() -> None:
    schedule: Schedule[str] = Schedule(iter(["a", "b", "c", "d", "e", None]), 2, ahead=2)
    schedule.admit()
    schedule.look_ahead()
    before = schedule.stepped()
    assert schedule.drop({"a", "c"}.__contains__) == [0]
    assert schedule.admit() == [(0, "d")]
    assert list(schedule.finish(before, [0, 1])) == [(1, "b")]  # a snapshot of then says nothing of the new line
    assert schedule.admit() == [(1, "e")]
    assert schedule.drop({"d", "e"}.__contains__) == [0, 1]
    assert not schedule.busy
