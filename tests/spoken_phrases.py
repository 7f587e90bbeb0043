"""Everyday phrases and how they are read: `tests/spoken/<language>.txt`, one a line.

A phrase marks what is read otherwise than written, the written first and then every right reading:
`am {3.|dritten} Mai`. The readings are from grammars, not from what the rules say.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "spoken"
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))
Verdict = Literal["right", "left alone", "wrong"]

_MARKED = re.compile(r"\{([^{}|]+)\|([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """`written` as it stands in a book; `marked` as it stands in the file."""

    marked: str

    @property
    def written(self) -> str:
        return _MARKED.sub(r"\1", self.marked)

    def verdict(self, said: str) -> Verdict:
        """Whether all that is marked is read right, some of it is still as written, or something is neither."""
        if self._matches(said, with_written=False):
            return "right"
        return "left alone" if self._matches(said, with_written=True) else "wrong"

    def _matches(self, said: str, *, with_written: bool) -> bool:
        pattern, at = "", 0
        for part in _MARKED.finditer(self.marked):
            readings = part[2].split("|") + [part[1]] * with_written
            choices = "|".join(re.escape(_heard(reading)) for reading in readings)
            pattern += re.escape(_heard(self.marked[at : part.start()])) + f"(?:{choices})"
            at = part.end()
        return re.fullmatch(pattern + re.escape(_heard(self.marked[at:])), _heard(said)) is not None


def phrases(language: str) -> list[Phrase]:
    """The phrases of a language; lines that begin with # say what kind follows."""
    lines = (FOLDER / f"{language}.txt").read_text("utf-8").splitlines()
    return [Phrase(line) for line in lines if line and not line.startswith("#")]


def counted(verdicts: list[Verdict]) -> dict[str, int]:
    """How many phrases there are and how many got each verdict: a row of the table."""
    counts = Counter(verdicts)
    return {"phrases": len(verdicts), **{key: counts[key] for key in ("right", "left alone", "wrong")}}


def _heard(text: str) -> str:
    """`text` without what nobody hears: case, spaces and commas, hyphens between letters, the dots of ё, 〇 for 零."""
    plain = text.casefold().translate(str.maketrans("ё〇’", "е零'", "\u00ad"))
    return re.sub(r",?\s|(?<=[^\W\d])[-‐](?=[^\W\d])", "", plain)
