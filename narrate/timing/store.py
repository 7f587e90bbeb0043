"""What was found of takes' words: `words.jsonl` beside the takes, a row each. It may be deleted and made again.

A row holds only while its take has the sound that was aligned, as a row of `verdicts.jsonl` does.
"""

from itertools import pairwise
from pathlib import Path

from narrate.takes import Verdicts
from narrate.timing.alignment import Alignment, Span

FILE = "words.jsonl"
VERSION = 1  # raise it when the words of a text, or their times, would be others


class TimeStore:
    """The alignments of one folder of takes. Methods may be called on several threads."""

    def __init__(self, folder: Path) -> None:
        self._rows, self._file = Verdicts(folder, FILE), folder / FILE

    @property
    def is_there(self) -> bool:
        """Whether any word was ever timed here."""
        return self._file.is_file()

    def of(self, key: str, take: Path) -> Alignment | None:
        """The alignment of the take `key` in the file `take`; None where that was not aligned as it is."""
        found = self._rows.of(key, take)
        spans, why = _spans(found.get("spans")), found.get("why")
        if found.get("version") != VERSION or spans is None or not isinstance(why, str):
            return None
        return Alignment(spans, why) if spans or why else None

    def put(self, key: str, take: Path, found: Alignment, by: str) -> None:
        """Keep what the aligner `by` found of a take. Raises StorageError."""
        row = {"version": VERSION, "by": by, "why": found.why, "spans": [list(span) for span in found.spans]}
        self._rows.add(key, take, row)

    def tidy(self) -> None:
        """Leave out rows that no longer count, where there are many. Nobody else may be adding any."""
        self._rows.tidy()


def _spans(given: object) -> tuple[Span, ...] | None:
    """Spans as a row has them; None where they are none, or out of order."""
    if not isinstance(given, list):
        return None
    spans: list[Span] = []
    for span in given:
        match span:
            case [int() | float() as start, int() | float() as end] if 0 <= start < end < 1e6:
                spans.append((float(start), float(end)))
            case _:
                return None
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        return None
    return tuple(spans)
