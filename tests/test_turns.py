"""Whose line is next: in turn, the urgent first; what is refused ends one call; nothing is lost or said twice."""

from collections import Counter

from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from narrate.engine.turns import OVERTAKEN, Call, Turns
from narrate.takes import Request
from narrate.voices import DraftVoice

VOICE = DraftVoice("hum")


def line(number: int, text: str = "line") -> Request:
    return Request(f"{text} {number}", VOICE)


def given_out(turns: Turns[Call], count: int, room: int = 1000, kind: str = "a") -> list[Request]:
    lines = [turns.next(kind, room) for _ in range(count)]
    return [line.request for line in lines if line is not None]


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6))
def test_calls_are_served_in_turn(lengths: list[int]) -> None:
    """Of two calls that both wait, none gets more than one line more than the other."""
    turns: Turns[Call] = Turns()
    calls = [Call("a") for _ in lengths]
    for call, length in zip(calls, lengths, strict=True):
        turns.enter(call)
        for number in range(length):
            turns.add(call, line(number))
    got: Counter[Call] = Counter()
    for _ in range(sum(lengths)):
        found = turns.next("a", 1000)
        assert found is not None
        got[found.call] += 1
        waiting = [got[call] for call in calls if call.waiting]
        assert max(waiting, default=0) - min(waiting, default=0) <= 1
    assert [got[call] for call in calls] == lengths
    assert turns.next("a", 1000) is None


def test_urgent_lines_go_first_and_need_no_room() -> None:
    turns: Turns[Call] = Turns()
    book, short = Call("a"), Call("a", urgent=True)
    turns.enter(book)
    for number in range(6000):
        turns.add(book, line(number))
    assert len(given_out(turns, 50, room=8)) == 8
    turns.enter(short)
    turns.add(short, line(0, "short"))
    assert [request.text for request in given_out(turns, 5, room=8)] == ["short 0"]


def test_another_engine_waits_until_nobody_speaks_and_the_urgent_are_nobody_s_last() -> None:
    turns: Turns[Call] = Turns()
    book, other, short = Call("a"), Call("b"), Call("b", urgent=True)
    for call in (book, other):
        turns.enter(call)
        turns.add(call, line(0))
    assert turns.next("b", 9) is None
    turns.enter(short)
    assert turns.kind == "b", "an urgent call is not kept waiting by a book"
    assert turns.next("a", 9) is None
    kinds = []
    for call in (short, book, other):
        turns.leave(call)
        kinds.append(turns.kind)
    assert kinds == ["a", "b", None]


def test_the_same_request_asked_twice_is_two_lines() -> None:
    turns: Turns[Call] = Turns()
    one, two, asked = Call("a"), Call("a"), line(0)
    for call in (one, two, one):
        if call not in turns.calls:
            turns.enter(call)
        turns.add(call, asked)
    lines = [turns.landed(request) for request in given_out(turns, 3)]
    assert [found.call for found in lines if found] == [one, two, one]
    assert all(found.asked is asked for found in lines if found)
    assert one.left == two.left == 0


def test_an_urgent_line_that_many_overtook_is_waited_for() -> None:
    turns: Turns[Call] = Turns()
    book, short = Call("a"), Call("a", urgent=True)
    turns.enter(book)
    turns.enter(short)
    turns.add(short, line(0, "very long"))
    (long,) = given_out(turns, 1)
    for number in range(100):
        turns.add(book, line(number))
    landed = 0
    while requests := given_out(turns, 4, room=4):
        for request in requests:
            turns.landed(request)
            landed += 1
    assert OVERTAKEN * 4 < landed <= OVERTAKEN * 4 + 4
    turns.landed(long)
    assert given_out(turns, 4, room=4)


class Engine(RuleBasedStateMachine):
    """Any order of coming, asking, taking, landing, leaving and refusing: what is asked of a call that stays is landed
    once, or the call held the line that is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: Turns[Call] = Turns()
        self.calls: list[Call] = []
        self.asked: Counter[Call] = Counter()
        self.landed: Counter[Call] = Counter()
        self.poisoned: set[Call] = set()
        self.ended: list[Call] = []
        self.at_engine: list[Request] = []

    @rule(urgent=st.booleans())
    def enter(self, urgent: bool) -> None:
        self.calls.append(Call("a", urgent))
        self.turns.enter(self.calls[-1])

    @rule(pick=st.integers(0, 99), count=st.integers(1, 5), poison=st.integers(0, 9))
    @precondition(lambda self: self.calls)
    def ask(self, pick: int, count: int, poison: int) -> None:
        call = self.calls[pick % len(self.calls)]
        for number in range(count):
            bad = poison == number == 0
            self.turns.add(call, line(number, "poison" if bad else "line"))
            self.asked[call] += 1
            if bad:
                self.poisoned.add(call)

    @rule(count=st.integers(1, 8), room=st.integers(1, 12))
    def take(self, count: int, room: int) -> None:
        for _ in range(count):
            found = self.turns.next("a", room)
            if found is not None:
                assert found.call in self.calls
                self.at_engine.append(found.request)
                if "poison" in found.request.text:
                    self.refuse()
                    return

    def refuse(self) -> None:
        """As an engine does: it drops what it has."""
        self.at_engine.clear()
        for call in self.turns.refused():
            assert call in self.poisoned, "a call without such a line was ended"
            self.ended.append(call)
            self.calls.remove(call)
            self.turns.leave(call)

    @rule(pick=st.integers(0, 99))
    @precondition(lambda self: self.at_engine)
    def land(self, pick: int) -> None:
        found = self.turns.landed(self.at_engine.pop(pick % len(self.at_engine)))
        if found is not None:
            self.landed[found.call] += 1

    @rule(pick=st.integers(0, 99))
    @precondition(lambda self: self.calls)
    def leave(self, pick: int) -> None:
        call = self.calls.pop(pick % len(self.calls))
        self.turns.leave(call)

    def teardown(self) -> None:
        steps = 0
        while any(call.left for call in self.calls):
            self.take(3, 5)
            while self.at_engine:
                self.land(0)
            steps += 1
            assert steps < 2000, "it never ends"
        while self.at_engine:
            self.land(0)
        for call in self.calls:
            assert self.landed[call] == self.asked[call]
            assert call not in self.poisoned
        assert not self.turns.out
        assert all(call in self.poisoned for call in self.ended)


Engine.TestCase.settings = settings(max_examples=100, stateful_step_count=30)
TestEngine = Engine.TestCase
