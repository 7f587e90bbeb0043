"""The order in which lines are spoken: the beginning first, the end of short lines, nothing lost on the way."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heapreplace
from itertools import pairwise
from pathlib import Path

import faults
import numpy as np
from hypothesis import given, strategies as st

from narrate.audio import Audio
from narrate.cli.show import show
from narrate.cli.signals import running
from narrate.engine import Wanted
from narrate.project import CHARACTERS_A_SECOND, PlacedChapter, PlacedLine, Project, Settings, create
from narrate.script import Line, Script
from narrate.takes import Request
from narrate.voices import DraftVoice
from narrate.work import by_chapter, in_turn, render_project
from narrate.work.order import LATE, OPENING_LINES, OPENING_S, TAIL, lines_alike

VOICE = DraftVoice("narrator")
LONG_ENOUGH = round(OPENING_S * CHARACTERS_A_SECOND)


def chapters_of(lengths: Sequence[Sequence[int]], models: Sequence[str] = ("a",)) -> list[list[Request]]:
    """Chapters of lines of so many characters; their checkpoints take turns."""
    chapters: list[list[Request]] = []
    number = 0
    for chapter in lengths:
        chapters.append([])
        for length in chapter:
            number += 1
            chapters[-1].append(Request("x" * length, VOICE, take=number, model=models[number % len(models)]))
    return chapters


books = st.lists(st.lists(st.integers(1, 400), max_size=60), min_size=1, max_size=12)
slots_of = st.integers(1, 20)


def opening(chapters: Sequence[Sequence[Request]]) -> list[Request]:
    lines: list[Request] = []
    for chapter in chapters:
        lines += chapter
        if sum(len(request.text) for request in lines) >= LONG_ENOUGH:
            break
    return lines


@given(books, slots_of, st.sampled_from([("a",), ("a", "b"), ("b", "a", "c")]))
def test_every_line_once_and_the_same_every_time(book: list[list[int]], slots: int, models: tuple[str, ...]) -> None:
    chapters = chapters_of(book, models)
    turns = list(in_turn(chapters, lambda: slots))
    assert sorted(request.take for request in turns) == list(range(1, sum(map(len, book)) + 1))
    assert turns == list(in_turn(chapters, lambda: slots))


@given(books, slots_of)
def test_the_first_chapter_comes_before_all_others(book: list[list[int]], slots: int) -> None:
    """In the book's order, but for the lines that the end is made of."""
    chapters = chapters_of(book)
    first, turns = opening(chapters), list(in_turn(chapters, lambda: slots))
    assert sorted(turns[: len(first)], key=lambda request: request.take) == first
    in_order = max(0, min(len(first), len(turns) - TAIL * slots))
    assert turns[:in_order] == first[:in_order]


def begins(lines: Sequence[Request], slots: int) -> dict[int, float]:
    """When each line's turn comes, or when it must begin if that is earlier, in characters that a slot has spoken."""
    ends = sum(len(request.text) for request in lines) / slots
    turns = {request.take: sum(len(before.text) for before in lines[:at]) / slots for at, request in enumerate(lines)}
    return {request.take: min(turns[request.take], ends - LATE * len(request.text)) for request in lines}


@given(st.lists(st.integers(1, 400), min_size=1, max_size=600), slots_of)
def test_a_line_is_spoken_in_its_turn_or_when_it_must_begin(lengths: list[int], slots: int) -> None:
    """Up to as many lines as are spoken side by side by their lengths."""
    chapters = chapters_of([[LONG_ENOUGH], lengths])
    turns = list(in_turn(chapters, lambda: slots))[1:]
    wanted, size = begins(chapters[1], slots), lines_alike(slots)
    parts = [turns[at : at + size] for at in range(0, len(turns), size)]
    for part in parts:
        assert all(len(before.text) >= len(after.text) for before, after in pairwise(part))
    for part, later in pairwise(parts):
        assert max(wanted[request.take] for request in part) <= min(wanted[request.take] for request in later)


@given(st.integers(1, 400), st.integers(2, 40), slots_of)
def test_chapters_of_like_lines_are_finished_one_after_the_other(length: int, count: int, slots: int) -> None:
    chapters = chapters_of([[length] * 30] * count)
    turns = [request.take for request in in_turn(chapters, lambda: slots)]
    assert all(abs(at - take) < lines_alike(slots) for at, take in enumerate(turns, start=1))


def ends_at(lines: Iterable[Request], slots: int) -> float:
    """When the last line is over, in characters: a slot that is free speaks the next one."""
    free = [0] * slots
    for request in lines:
        heapreplace(free, free[0] + len(request.text))
    return max(free)


def test_a_long_line_at_the_end_keeps_nobody_waiting() -> None:
    chapters = chapters_of([[400] * 20, *[[20, 30, 40] * 40] * 30, [20, 40, 400]])
    lines, slots = [request for chapter in chapters for request in chapter], 16
    least = sum(len(request.text) for request in lines) / slots
    assert ends_at(lines, slots) > least + 300
    turns = list(in_turn(chapters, lambda: slots))
    assert ends_at(turns, slots) < least + 40
    assert turns[:20] == chapters[0], "and the beginning stays where it is"
    places = {request.take: at for at, request in enumerate(turns)}
    assert max(places[request.take] for request in chapters[10]) < len(turns) / 2


@given(st.lists(st.integers(100, 400), min_size=1, max_size=300))
def test_of_a_long_first_chapter_the_beginning_is_read_in_order(lengths: list[int]) -> None:
    (chapter,) = chapters_of([lengths * 4])
    turns = list(in_turn([chapter], lambda: 2))
    in_order = max(0, min(OPENING_LINES, len(chapter) - TAIL * 2))
    assert turns[:in_order] == chapter[:in_order]


def test_a_title_page_is_no_first_chapter() -> None:
    chapters = chapters_of([[10], [20], [100] * 200, [400] * 2000])
    assert [request.take for request in in_turn(chapters, lambda: 64)][:202] == list(range(1, 203))


def test_a_checkpoint_is_changed_for_the_opening_and_then_once() -> None:
    chapters = chapters_of([[100] * 100, *([[50] * 100] * 20)], models=("a", "b"))
    models = [request.model for request in in_turn(chapters, lambda: 4)]
    assert [after for before, after in pairwise(["", *models]) if before != after] == ["a", "b", "a"]


def test_workers_that_join_have_long_lines_begin_earlier() -> None:
    chapters, slots = chapters_of([[300] * 20, *([[1, 2] * 50] * 40)]), 1
    turns = in_turn(chapters, lambda: slots)
    got = [next(turns) for _ in range(20 + lines_alike(1))]
    slots = 10_000
    rest = [len(request.text) for request in turns]
    assert sorted(got, key=lambda request: request.take)[-1].take == 20 + lines_alike(1)
    assert rest == sorted(rest, reverse=True)


def test_a_line_that_two_chapters_ask_for_is_the_firsts() -> None:
    one, two, silent = (Request(text, VOICE) for text in ("One.", "Two.", "There already."))
    chapters = [
        PlacedChapter("", tuple(PlacedLine(at, n, Line(request.text), request) for n, request in enumerate(lines)))
        for at, lines in enumerate([[one, silent], [two, one], [one]])
    ]
    assert by_chapter(chapters, [two, one]) == [[one], [two], []]


def test_a_render_asks_for_the_books_first_lines_first(tmp_path: Path) -> None:
    words = ["Fog", "Rain", "Snow", "Hail", "Wind", "Frost"]
    texts = [f"{first} and {then}{' again' * (n % 4)}." for n, first in enumerate(words) for then in words[:5]]
    scripts = [Script(tuple(Line(text) for text in texts[at : at + 15])) for at in (0, 15)]
    create(tmp_path / "p", Settings("A Book"), scripts, ("a.txt", b"-"), narrator="narrator")
    spoken = [(Request(text, VOICE), Audio(np.zeros(2400, np.int16), 24_000)) for text in texts]
    with running() as run:
        engine = Asked(spoken)
        run.engine = lambda *which: engine  # type: ignore[method-assign]
        project = Project(tmp_path / "p", tmp_path)
        assert show(render_project(project, Wanted(engine="draft", check="off"), run)).made == 30
    assert engine.asked[: 30 - TAIL] == texts[: 30 - TAIL]
    assert engine.asked[30 - TAIL :] == sorted(texts[30 - TAIL :], key=lambda text: (-len(text), text))


class Asked(faults.Recorded):
    """An engine that remembers what it was asked, in order."""

    def __init__(self, takes: Sequence[tuple[Request, Audio]]) -> None:
        super().__init__(takes)
        self.asked: list[str] = []

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        for request, audio in super().speak(requests):
            self.asked.append(request.text)
            yield request, audio
