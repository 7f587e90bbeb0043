"""The order in which lines are spoken: the beginning first, the end of short lines, nothing lost on the way."""

from collections.abc import Iterable, Iterator, Sequence
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
from narrate.work.order import OPENING_LINES, OPENING_S, TAIL, WINDOW

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


@given(st.lists(st.integers(1, 400), min_size=2 * WINDOW, max_size=9 * WINDOW), st.integers(1, 3))
def test_chapters_are_finished_in_order_up_to_a_window(lengths: list[int], slots: int) -> None:
    chapters = chapters_of([lengths[n : n + 10] for n in range(0, len(lengths), 10)])
    turns = list(in_turn(chapters, lambda: slots))
    at = {request.take: n for n, request in enumerate(turns)}
    ends = [max(at[request.take] for request in chapter) for chapter in chapters]
    # Two windows at most: the last one takes what would be left over.
    assert all(later - earlier > -2 * WINDOW * slots for n, earlier in enumerate(ends) for later in ends[n:])
    assert all(abs(n + 1 - request.take) < 2 * WINDOW * slots for n, request in enumerate(turns))


@given(books, slots_of)
def test_the_last_lines_are_short(book: list[list[int]], slots: int) -> None:
    """They go from long to short, from the first line that a slot could still be waiting for."""
    chapters = chapters_of(book)
    turns = list(in_turn(chapters, lambda: slots))
    rest = turns[len(opening(chapters)) :]
    last = rest[-TAIL * slots :] if rest else turns[-TAIL * slots :]
    assert all(len(before.text) >= len(after.text) for before, after in pairwise(last))
    # No line that is as likely to come late is shorter than these.
    others = rest[max(0, len(rest) - WINDOW * slots) : len(rest) - len(last)]
    assert all(len(request.text) >= len(last[0].text) for request in others)


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


def test_workers_that_join_make_longer_windows() -> None:
    chapters, slots = chapters_of([[300] * 20, *([[1, 2] * 50] * 40)]), 1
    turns = in_turn(chapters, lambda: slots)
    got = [next(turns) for _ in range(20 + WINDOW)]
    slots = 1000
    rest = [len(request.text) for request in turns]
    assert sorted(got, key=lambda request: request.take)[-1].take == 20 + WINDOW
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
