"""The lines of the book as the proof page shows them: words, times, verdicts, and the takes there are.

One function makes a line for the page on disk and for the server that changes it. What a take's
checks found is in its own comment, so there is nothing to keep beside the takes.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from narrate.chapters import TimedChapter
from narrate.check import noted_verdict
from narrate.errors import StorageError
from narrate.project import PlacedChapter, PlacedLine
from narrate.takes import Request, TakeStore

GOOD, QUARANTINED, ACCEPTED, UNCHECKED, MISSING = "good", "quarantined", "accepted", "unchecked", "missing"
SILENT = "silent"  # nothing of the line is spoken


@dataclass(frozen=True, slots=True)
class ProofTake:
    """A reading of a line: `number` as in `[take 2]`; `score` from 1 fails, None where nothing was checked."""

    key: str
    number: int
    kept: bool
    score: float | None
    why: tuple[str, ...]
    audio_s: float


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A line of the script. Times are seconds of its chapter, None where it is not in the assembled audio.

    `text`, `speaker` and `direction` are the script's own; `spoken` is what the engine was asked to say,
    empty where that is the text. `voice` and `take` (a key) are empty for what nobody speaks.
    `verdict` is one of good, accepted, quarantined, unchecked, missing and silent.
    """

    place: str
    speaker: str
    text: str
    direction: str
    spoken: str
    voice: str
    opens: str
    level: int
    start_s: float | None
    end_s: float | None
    take: str
    verdict: str
    score: float | None
    why: tuple[str, ...]
    takes: tuple[ProofTake, ...]

    @property
    def data(self) -> dict[str, Any]:
        """For JSON. `asdict` copies all of it, which a book of 10,000 lines notices."""
        return _named(self) | {"takes": [_named(take) for take in self.takes]}


def _named(value: ProofLine | ProofTake) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def proof_lines(
    chapter: PlacedChapter, timed: TimedChapter | None, store: TakeStore, accepted: Container[str]
) -> Iterator[ProofLine]:
    """The lines of a chapter with their times in `timed`, None for a chapter that is not assembled.

    `accepted` are the keys of the takes that a listener trusts (`read_trusted`).
    """
    times: dict[str, tuple[float, float]] = {}
    if timed is not None:
        times = {s.said.place: (timed.seconds(s.start), timed.seconds(s.end)) for s in timed.lines}
    for placed in chapter.lines:
        yield proof_line(placed, store, accepted, times.get(placed.place))


def proof_line(
    placed: PlacedLine, store: TakeStore, accepted: Container[str], times: tuple[float, float] | None = None
) -> ProofLine:
    """One line; `times` are its start and end in its chapter's audio, in seconds."""
    line, request = placed.line, placed.request
    takes = tuple(_takes(request, store)) if request else ()
    kept = next((take for take in takes if take.kept), None)
    start_s, end_s = (round(times[0], 6), round(times[1], 6)) if times else (None, None)
    return ProofLine(
        place=placed.place,
        speaker=line.speaker,
        text=line.text,
        direction=line.direction,
        spoken=request.text if request and request.text != line.text else "",
        voice=request.voice.name if request else "",
        opens=line.opens.value,
        level=line.level,
        start_s=start_s,
        end_s=end_s,
        take=kept.key if kept else "",
        verdict=_verdict(kept, accepted) if request else SILENT,
        score=kept.score if kept else None,
        why=kept.why if kept else (),
        takes=takes,
    )


def _verdict(kept: ProofTake | None, accepted: Container[str]) -> str:
    if kept is None:
        return MISSING
    if kept.why:
        return ACCEPTED if kept.key in accepted else QUARANTINED
    return UNCHECKED if kept.score is None else GOOD


def _takes(request: Request, store: TakeStore) -> Iterator[ProofTake]:
    """The readings that there are of a line as it is now, by number. A damaged one counts as none."""
    for reading in store.readings(request):
        try:
            comment, seconds = store.told(reading.key)
        except StorageError:
            continue  # missing, or damaged: the assembly has it made again
        found = noted_verdict(comment)
        why = tuple(finding.why for finding in found.failed) if found else ()
        score, kept = found.score if found else None, reading.take == request.take
        yield ProofTake(reading.key, reading.take, kept, score, why, round(seconds, 3))
