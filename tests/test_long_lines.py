"""One line of a megabyte: what reading it costs grows with its length, not with its square.

Counted are the lines of Python that run and the characters that are sliced out of the text; no clock is looked at.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from narrate.book import Block, Book, Chapter, Marks, Span
from narrate.book.quotes import quotes_in
from narrate.readers.characters import clean
from narrate.readers.dialogue import read_dialogue
from narrate.readers.markdown import read_markdown
from narrate.readers.text import read_text
from narrate.script import format_script
from narrate.sentences import split_sentences
from narrate.speakers import entries_of, format_table, guess_speakers, parts_of, voices
from narrate.speakers.adapt import adapt
from narrate.speakers.characters import find_characters
from narrate.speakers.speakers import attribute

sliced = 0


class Text(str):
    """A text that counts the characters sliced out of it."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> str:
        global sliced
        piece = super().__getitem__(key)
        sliced += len(piece)
        return piece


def work(function: Callable[[], object]) -> int:
    """Lines of Python that run in `function`, and characters sliced out of a Text there."""
    global sliced
    lines = sliced = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    split_sentences("One. Two.")  # what is imported for the first time is not counted
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return lines + sliced


def book_of(text: str, language: str = "en") -> Book:
    return Book(title="T", chapters=(Chapter("C", (Block(text),)),), language=language)


def scripts(text: str, language: str) -> None:
    """All that becomes of a paragraph, up to the files of a project."""
    book = book_of(Text(text.strip()), language)
    guesses = guess_speakers(book)
    speakers = voices([guess.likely for guess in guesses], "all")
    made = adapt(book, parts_of(guesses, speakers))
    format_table(entries_of(guesses, speakers, made))
    for script in made:
        format_script(script)


UNITS = {
    "no quotation": ("en", "He went on to the next house, which was open. Mrs. Pell had seen Tom there. "),
    "no space": ("en", "abcdefghij"),
    "letters and stops": ("en", "A.B.C."),
    "quotations": ("en", "“Come,” said Tom Harding. He went on. “Is it open?” she asked. “No, Tom,” said Mrs. Pell. "),
    "straight marks": ("en", '"Come," said Tom. He didn\'t go. "Is it \'open\'?" she asked. "No," said Mrs. Pell. '),
    "single marks": ("en", "‘Come here,’ said Tom Harding. He didn’t go to the boys’ house. ‘Is it open’ she asked. "),
    "quotations without a space": ("en", "“Come”‘here’"),
    "marks that are never closed": ("en", "“Come here said Tom. "),
    "marks inside their own kind": ("en", "“the “word” "),
    "apostrophes in a quotation": ("en", "‘Come to the boys’ the boys’ "),
    "pronouns": ("en", "“Yes,” he said. Tom and Mary and Mrs. Pell saw Anna. “No,” she said. "),
    "French": ("fr", "« Bonjour, dit-il, comment ça va ? » Jean regarda Marie. "),
    "dashes": ("es", "—¿Qué? —dijo él—. No sé. "),
    "Japanese": ("ja", "「はい」と言った。"),
}  # fmt: skip


@pytest.mark.parametrize(("language", "unit"), UNITS.values(), ids=UNITS)
def test_a_paragraph_of_any_length_is_read_in_proportion(language: str, unit: str) -> None:
    small = 2000 // len(unit)
    once, again = (work(lambda n=n: scripts(unit * n, language)) for n in (small, 4 * small))  # type: ignore[misc]
    assert again < 5 * once


@pytest.mark.parametrize("said", ["“Yes,” said Tom {}. He went.", "“Yes,” said Tom {} Harding. He went."])
def test_names_without_end_are_read_in_proportion(said: str) -> None:
    """People of one given name and ever other surnames, or one person of ever other middle names."""

    def text(count: int) -> str:
        letters = "abcdefghij"
        names = ("".join(letters[int(digit)] for digit in f"{number:05}").title() for number in range(count))
        return " ".join(said.format(name) for name in names)

    once, again = (work(lambda n=n: find_characters([Text(text(n))])) for n in (150, 600))  # type: ignore[misc]
    assert again < 5 * once


def test_a_paragraph_in_two_languages_is_read_in_proportion() -> None:
    def mixed(count: int) -> None:
        text = Text(" ".join(["He said so!", "Il le dit!"] * count))
        spans = tuple(Span(at, at + 10, "fr") for at in range(12, len(text), 23))
        [script] = adapt(Book(title="T", chapters=(Chapter("C", (Block(text, spans=spans),)),)))
        assert [line.language for line in script.lines[1:]] == ["", "fr"] * count

    once, again = (work(lambda n=n: mixed(n)) for n in (60, 240))  # type: ignore[misc]
    assert again < 5 * once


def test_headings_without_text_are_read_in_proportion() -> None:
    def headings(reader: Callable[..., Book], unit: str, count: int) -> None:
        assert reader((unit * count + "\n\nText.").encode(), "t", "t").chapters

    for reader, unit in ((read_text, "CHAPTER I\n\n"), (read_markdown, "# One\n\n")):
        once, again = (work(lambda n=n, r=reader, u=unit: headings(r, u, n)) for n in (100, 400))  # type: ignore[misc]
    assert again < 5 * once


def test_adverbs_without_end_have_one_reading() -> None:
    """Each of them is an adverb in two ways, so that forty of them had 2⁴⁰."""
    [said], _ = attribute([f"“Hm,” he {'only ' * 40}walked away."])
    assert said.kind == "pronoun"


def test_long_runs_of_one_character() -> None:
    """Runs that a pattern must not begin again at each of their characters."""
    joiners = "\u200d" * 200_000
    assert clean(f"\u0627{joiners}\u0627") == f"\u0627{joiners}\u0627"
    assert clean(f"a{joiners}b") == "ab"
    assert clean(f"a{joiners}\u0627") == "a\u0627"
    blanks = " " * 200_000
    text = f"# A{blanks}B ##\n\nAnna: One.\n\nBen: Two.\n"
    show = read_dialogue(text, Path("t.md"))
    assert show.scripts[0].title == "A B"


def test_a_long_text_loses_nothing() -> None:
    unit = UNITS["quotations"][1]
    text = (unit * 400).strip()
    guesses = guess_speakers(book_of(text))
    assert len(guesses) == 1200
    assert {guess.who for guess in guesses} <= {"Tom", "Tom Harding", "Mrs. Pell", ""}
    [script] = adapt(book_of(text), parts_of(guesses, voices([g.likely for g in guesses], "all")))
    assert "".join("".join(line.text.split()) for line in script.lines[1:]) == "".join(text.split())
    assert max(len(guess.reason) for guess in guesses) < 1000, "a reason is read by a person"


def test_sentences_of_a_long_line_are_those_of_its_parts() -> None:
    unit = UNITS["no quotation"][1].strip()
    assert split_sentences(" ".join([unit] * 300)) == split_sentences(unit) * 300


def test_quotations_of_a_long_line_are_those_of_its_parts() -> None:
    for name in ("quotations", "straight marks", "single marks"):
        unit = UNITS[name][1]
        marks = Marks(single=name == "single marks")
        alone = [(q.start, q.end) for q in quotes_in(unit, marks)]
        many = [(q.start, q.end) for q in quotes_in(unit * 100, marks)]
        assert many == [(n * len(unit) + s, n * len(unit) + e) for n in range(100) for s, e in alone]
