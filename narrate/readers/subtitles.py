"""Subtitles (SubRip, WebVTT) to a show whose lines start at the captions' times.

    1                                            [at 0:00:02.000 to 0:00:04.500]
    00:00:02,000 --> 00:00:04,500                Anna: Welcome back.
    ANNA: Welcome back.

Each caption has a `[at … to …]` of its own, so nothing is joined over two of them. A name before a colon and `>>`
hold until another, `<v Anna>` in its own caption; a dash opens the words of somebody whom nobody names. Captions that
roll, each with the row of the one before, say every row once.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from narrate.errors import SourceError
from narrate.files import titled
from narrate.languages import is_tag, language_tag, languages
from narrate.readers.captions import Caption, captions, timing, voiced, without_caption_marks, without_header
from narrate.readers.characters import clean
from narrate.readers.labels import Row, names_of
from narrate.readers.marks import without_marks
from narrate.readers.show import Show, Stage, numbered_rows, speaker_of
from narrate.script import MAX_AT_MS, Cue, CueKind

LATE_MS = 600_000  # before the first line, from which on it is told
_TIMED = re.compile(r"[\[(]?\s*\d[\d:.,;]*\s*-{1,3}>")
_DASH = re.compile(r"(?:<[^<>]{1,80}>|\{\\[^{}]{1,60}\})*\s*(?:[-–—‐]\s?|>>+\s*)(?=\S)")
_VOICE = re.compile(r"<v[.\s]")
_NOTES = re.compile(r"[♪♫♩♬#]+")
_LANGUAGE = re.compile(r"Language:\s*(?P<tag>\S+)", re.IGNORECASE)
_TITLE = re.compile(r"WEBVTT\s*(?:[-–—:]\s*)?(?P<title>\S.*)?")
_ABUTTING_S = 0.2
_LEAST_ROLLING = 3
_ROLLING = 0.5  # of the captions that abut one with words


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one person says in a caption; `speaker` is "" where nobody is named."""

    speaker: str
    direction: str
    text: str


def read_subtitles(text: str, path: Path) -> Show:
    """The show in the text of subtitles. Raises SourceError with the line of a time that cannot be read."""
    rows = list(numbered_rows(text))
    header = _header(rows)
    shown = _unrolled(sorted(_captions(rows[len(header) :], path), key=lambda caption: caption.start))
    told = [row for one in shown for row in ("", *(without_caption_marks(row) for _, row in one.rows))]
    names = names_of([Row(0, row) for row in told], least=0)
    stage = Stage(path.name)
    _play(stage, shown, names, path)
    stem, said = _named_language(path.stem)
    title = next((found["title"] for _, row in header[:1] if (found := _TITLE.fullmatch(row.strip()))), None)
    language = next((found["tag"] for _, row in header if (found := _LANGUAGE.fullmatch(row.strip()))), said)
    return stage.show(title or titled(stem, "Show"), language=language)


def _header(rows: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """WebVTT's header, up to its first blank row or time."""
    if not rows or not rows[0][1].strip().startswith("WEBVTT"):
        return []
    end = next((n for n, (_, row) in enumerate(rows) if not row.strip() or timing(row)), len(rows))
    return list(rows[:end])


def _captions(rows: Sequence[tuple[int, str]], path: Path) -> Iterator[Caption]:
    """The captions in their file's order."""
    for number, row in rows:
        found = timing(row)
        if _TIMED.match(row.strip()) and (not found or max(found["start"].count(":"), found["end"].count(":")) > 2):
            do = "write it as 00:01:02,500 --> 00:01:04,000"
            raise SourceError(f"has a time that cannot be read: {row.strip()[:40]!r}", where=path, line=number, do=do)
    times = {number for number, row in rows if timing(row)}
    if not times:
        do = "subtitles have 00:01:02,500 --> 00:01:04,000 above their words"
        raise SourceError("has no times", where=path, do=do)
    for caption in captions(without_header(rows)):
        if caption.number not in times:
            raise SourceError("has words before the first time", where=path, line=caption.number)
        if caption.start * 1000 > MAX_AT_MS:
            what = f"has a caption after {MAX_AT_MS // 3_600_000} hours"
            raise SourceError(what, where=path, line=caption.number, do="correct its time")
        yield caption
    if not times:
        raise SourceError(
            "has no times", where=path, do="subtitles have 00:01:02,500 --> 00:01:04,000 above their words"
        )


def _unrolled(shown: Sequence[Caption]) -> list[Caption]:
    """Captions of which none says again what the one before has said, where most of the file is such."""
    beside = [(a, b) for a, b in pairwise(shown) if a.rows and b.rows and b.start - a.end <= _ABUTTING_S]
    said = [(_words(a.rows), _words(b.rows)) for a, b in beside]
    rolling = sum(a != b and a[-1:] == b[:1] for a, b in said)
    if rolling < _LEAST_ROLLING or rolling <= _ROLLING * len(beside):
        return list(shown)
    found: list[Caption] = []
    before: list[str] = []
    for caption in shown:
        rows = _words(caption.rows)
        again = next((n for n in range(min(len(rows), len(before)), 0, -1) if before[-n:] == rows[:n]), 0)
        found.append(replace(caption, rows=[row for row in caption.rows if _words([row])][again:]))
        before = rows or before
    return found


def _words(rows: Iterable[tuple[int, str]]) -> list[str]:
    """The rows' words as they are said, without rows that have none."""
    return [said for _, row in rows if (said := without_caption_marks(row))]


def _play(stage: Stage, shown: Sequence[Caption], names: Set[str], path: Path) -> None:
    """Put what is said on the stage, each caption at its time; those that start together share one."""
    holding = ""
    last_ms = -1
    backwards = 0
    for caption in shown:
        turns = []
        for turn in _turns(caption, names, holding):
            holding = turn.speaker if not _scoped(caption) else ""
            said = without_marks(turn.text)
            if any(c.isalnum() for c in said.text):
                turns.append(turn)
            else:
                stage.leave(turn.text)
        if not turns:
            continue
        at_ms, until_ms = round(caption.start * 1000), min(round(caption.end * 1000), MAX_AT_MS)
        backwards += until_ms <= at_ms
        if at_ms != last_ms:
            stage.at(caption.number, Cue(CueKind.AT, at_ms=at_ms, until_ms=until_ms if until_ms > at_ms else 0))
        if last_ms < 0 and at_ms >= LATE_MS:
            stage.notes.append(
                f"The first line is {at_ms / 60_000:.0f} minutes after the start: so long is the silence."
            )
        last_ms = at_ms
        for turn in turns:
            stage.words(turn.text, speaker_of(turn.speaker), turn.direction)
    if backwards:
        stage.notes.append(f"{backwards} captions of {path.name} end before they start: only their starts count.")


def _turns(caption: Caption, names: Set[str], holding: str) -> Iterator[_Turn]:
    """Who says what in a caption; `holding` spoke last, and goes on where nobody else is named."""
    turn = _Turn(holding, "", "")
    for number, row in caption.rows:
        if _DASH.match(row):
            yield from [turn] if turn.text else []
            turn = _Turn("", "", "")
        for said in voiced(number, row, names):
            if said.name:
                yield from [turn] if turn.text else []
                turn = _Turn(said.name, said.aside, _spelt(said.text))
            else:
                turn = replace(turn, text=f"{turn.text} {_spelt(said.text)}".strip())
    yield from [turn] if turn.text else []


def _spelt(text: str) -> str:
    """A caption's words without notes of music, and with the characters that WebVTT writes by name."""
    return clean(_NOTES.sub(" ", html.unescape(text)))


def _scoped(caption: Caption) -> bool:
    return any(_VOICE.search(row) for _, row in caption.rows)


def _named_language(stem: str) -> tuple[str, str]:
    """A file's name without the language at its end, and that: "film.de" is "film" in "de"."""
    name, _, tag = stem.rpartition(".")
    known = language_tag(tag)
    return (name, known) if name and is_tag(known) and known.split("-")[0] in languages() else (stem, "")
