"""`script/attribution.tsv`: every quotation, who is taken to speak it, how surely and why.

Columns, parted by tabs: `line` (chapter:line when it was written), `speaker` (as the script has
it), `who` (the likeliest speaker), `chance` (of that, 0 to 1), `kind` (how the text tells it:
explicit, described, pronoun, implicit; model; person once a person has said so), `review` (a rank among the
least sure, 1 first; empty for the others), `why` (tags and beats after and before it, leads in the
paragraph before, or only whose turn it is), and the `quotation` itself. It is a report that
`narrate cast --review` works from; the script alone says who speaks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from narrate.errors import ProjectError
from narrate.script import Script, format_script, numbered_lines
from narrate.speakers.lines import Finder
from narrate.speakers.speakers import CONFIDENT
from narrate.speakers.voicing import Guess

TABLE = "attribution.tsv"
COLUMNS = ("line", "speaker", "who", "chance", "kind", "review", "why", "quotation")
PERSON = "person"
_REVIEWED = 300  # the longest list that a person may be expected to walk through


@dataclass(frozen=True, slots=True)
class Quotation:
    """One row of the table. `review` is 0 where there is nothing to review."""

    chapter: int
    line: int
    speaker: str
    who: str
    confidence: float
    kind: str
    review: int
    reason: str
    text: str

    @property
    def place(self) -> str:
        """`3:14`, as all commands have it."""
        return f"{self.chapter}:{self.line}"


def ranked(entries: Sequence[Quotation]) -> list[Quotation]:
    """The entries with their review ranks: the least sure of those below the threshold first."""
    unsure = [i for i, entry in enumerate(entries) if entry.confidence < CONFIDENT and entry.kind != PERSON]
    unsure.sort(key=lambda i: (not entries[i].who, entries[i].confidence))
    ranks = {index: rank for rank, index in enumerate(unsure[:_REVIEWED], start=1)}
    return [replace(entry, review=ranks.get(i, 0)) for i, entry in enumerate(entries)]


def entries_of(guesses: Sequence[Guess], speakers: Sequence[str], scripts: Sequence[Script]) -> list[Quotation]:
    """The table of a book's quotations, each with its line in the scripts just made."""
    entries: list[Quotation] = []
    by_chapter: dict[int, list[tuple[Guess, str]]] = {}
    for guess, speaker in zip(guesses, speakers, strict=True):
        by_chapter.setdefault(guess.place[0], []).append((guess, speaker))
    for chapter, script in enumerate(scripts):
        own = by_chapter.get(chapter, [])
        finder = Finder([*numbered_lines(format_script(script))])
        for (guess, speaker), found in zip(own, finder.find_all((g.text, 0) for g, _ in own), strict=True):
            line = finder.lines[found.first][0] if found else 0
            why = (guess.confidence, guess.kind, 0, guess.reason)
            entries.append(Quotation(chapter + 1, line, speaker, guess.who, *why, " ".join(guess.text.split())))
    return ranked(entries)


def format_table(entries: Iterable[Quotation]) -> str:
    """The table as its file's text."""
    rows = ["\t".join(COLUMNS)]
    for e in entries:
        review = str(e.review) if e.review else ""
        cells = (e.place, e.speaker, e.who, f"{e.confidence:.2f}", e.kind, review, e.reason, e.text)
        rows.append("\t".join(" ".join(cell.split()) for cell in cells))
    return "\n".join(rows) + "\n"


def parse_table(text: str, path: Path | str = TABLE) -> list[Quotation]:
    """A table's text as entries. Raises ProjectError with the line for what is no table of ours."""
    entries = []
    for number, row in enumerate(text.rstrip("\n").split("\n"), start=1):
        cells = row.rstrip("\r").split("\t")
        if number == 1 and tuple(cells) == COLUMNS:
            continue
        try:
            place, speaker, who, chance, kind, review, reason, quotation = cells
            chapter, line = place.split(":")
            entries.append(
                Quotation(
                    int(chapter), int(line), speaker, who, float(chance), kind, int(review or 0), reason, quotation
                )
            )
        except ValueError as error:
            do = f"its columns are {', '.join(COLUMNS)}"
            raise ProjectError("not a row of the attribution table", where=path, line=number, do=do) from error
    return entries
