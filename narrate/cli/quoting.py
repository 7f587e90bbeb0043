"""Who speaks, as commands ask for it: what a person wants, and a book's scripts made by it."""

from collections.abc import Sequence
from dataclasses import dataclass

from narrate.adapt import adapt
from narrate.attribution.model import Server, label
from narrate.attribution.table import entries_of, format_table
from narrate.attribution.voicing import CONFIDENTLY, OFF, guess_speakers, paragraphs_of, parts_of, voices
from narrate.book import Book
from narrate.cli.progress import say
from narrate.script import NARRATOR, Script


@dataclass(frozen=True, slots=True)
class Attributing:
    """`quotes` as project.toml has it, the language model to ask, and whether either was asked for."""

    quotes: str = CONFIDENTLY
    server: Server | None = None
    asked: bool = False


def scripts_of(book: Book, attributing: Attributing) -> tuple[Sequence[Script], str]:
    """The book's scripts with their speakers, and the table of its quotations ("" when there are none)."""
    if attributing.quotes == OFF:
        return adapt(book), ""
    guesses = guess_speakers(book)
    if attributing.server and guesses:
        labelled = label(attributing.server, guesses, paragraphs_of(book)[0])
        guesses = list(labelled.guesses)
        for told in labelled.told:
            say(told)
    speakers = voices([guess.likely for guess in guesses], attributing.quotes)
    scripts = adapt(book, parts_of(guesses, speakers))
    if not guesses:
        return scripts, ""
    spoken = sum(speaker != NARRATOR for speaker in speakers)
    say(f"{spoken} of {len(guesses)} quotations have a speaker; `narrate cast --review` shows the least sure.")
    return scripts, format_table(entries_of(guesses, speakers, scripts))
