"""A book's scripts with its quotations given to speakers, as far as a person wants that."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from narrate.book import Book
from narrate.errors import ProjectError
from narrate.script import NARRATOR, Script
from narrate.speakers import (
    CONFIDENTLY,
    OFF,
    QUOTES,
    Guess,
    Server,
    Unsure,
    entries_of,
    format_table,
    guess_speakers,
    label,
    paragraphs_of_book,
    parts_of,
    unsure_speaker,
    voices,
)
from narrate.speakers.adapt import adapt

_NAMED = 4  # speakers


@dataclass(frozen=True, slots=True)
class Attributing:
    """`quotes` as project.toml has it, the language model to ask, and whether either was asked for."""

    quotes: str = CONFIDENTLY
    server: Server | None = None
    asked: bool = False

    @classmethod
    def wished(cls, quotes: str | None, url: str = "", llm: str = "") -> "Attributing":
        """What a person asked for: None, and no `url` of a server with the model `llm`, where nothing was said.

        Raises ValueError where one of the two lacks the other.
        """
        if bool(url) != bool(llm):
            raise ValueError("--attribute-with and --llm go together")
        if quotes and quotes not in QUOTES:
            raise ProjectError(f'unknown quotes "{quotes}"', do=f"one of {', '.join(QUOTES)}")
        return cls(quotes or CONFIDENTLY, Server(url, llm) if url else None, asked=bool(quotes or url))


@dataclass(frozen=True, slots=True)
class Attributed:
    """A book's scripts; the `table` of its quotations, "" when it has none; `notes` on how they were given away."""

    scripts: Sequence[Script]
    table: str = ""
    notes: tuple[str, ...] = ()


def attribute(book: Book, attributing: Attributing) -> Attributed:
    """The book's scripts, each quotation with its speaker."""
    if attributing.quotes == OFF:
        return Attributed(adapt(book))
    guesses = guess_speakers(book)
    told: Sequence[str] = ()
    if attributing.server and guesses:
        labelled = label(attributing.server, guesses, paragraphs_of_book(book)[0])
        guesses, told = list(labelled.guesses), labelled.told
    speakers = voices([guess.likely for guess in guesses], attributing.quotes)
    scripts = adapt(book, parts_of(guesses, speakers))
    if not guesses:
        return Attributed(scripts)
    notes = (*told, _who_speaks(guesses, speakers, attributing.quotes))
    return Attributed(scripts, format_table(entries_of(guesses, speakers, scripts)), notes)


def _who_speaks(guesses: Sequence[Guess], speakers: Sequence[str], quotes: str) -> str:
    """Who has a voice, or why nobody has."""
    unsure = unsure_speaker([guess.likely for guess in guesses]) if quotes == CONFIDENTLY else None
    if unsure is not None:
        return (
            f"Read by the narrator alone: {_why(unsure)}; `narrate cast PROJECT --quotes all` casts whoever is likely."
        )
    voiced = Counter(speaker for speaker in speakers if speaker != NARRATOR)
    names = [name for name, _ in voiced.most_common()]
    if not names:
        return "Read by the narrator alone: nobody else is quoted."
    who = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return (
        f"Cast: {who}, with {voiced.total():,} of {len(guesses):,} quotations; the narrator reads all else "
        "(`narrate cast PROJECT --review` shows the least sure)."
    )


def _why(unsure: Unsure) -> str:
    who, said, surely = unsure.who, unsure.said, unsure.surely
    if not who:
        return f"only {surely:,} of {said:,} quotations have a speaker who is sure and speaks often"
    if 2 * surely < said:
        return f"of {who}, a main speaker, only {surely:,} of {said:,} quotations are sure"
    return f"{who}, a main speaker, has only {surely:,} sure quotation{'s' * (surely != 1)}"
