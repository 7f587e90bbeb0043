"""Times in a transcript's rows: how they are written, and transcripts that hold them but name nobody.

[00:02] Welcome.        0:00
[00:07] Glad to be      welcome back to the channel
"""

import re
from collections.abc import Sequence

from narrate.readers.labels import Row

TIME = r"(?<![\d:])(?>(?:\d{1,2}:){0,2}\d{1,3}:[0-5]\d(?:[.,;]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\b\.?)?)(?!\d)"
DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
TO = r"\s*(?:-->|->|–|—|-)\s*"
BRACKETED = rf"[\[(<]\s*(?:{DATE},?\s)?{TIME}(?:{TO}{TIME}|,?\s{DATE})?\s*[\])>]"
STAMP = rf"(?P<stamp>{BRACKETED}|(?:{DATE},?[T\s])?{TIME}(?:{TO}{TIME})?)"
_TIMED = re.compile(rf"(?P<stamp>{BRACKETED})\s*(?P<text>.*)")
_BRACKETS = ("[", "(", "<")
_LEAST_UNNAMED, _NEARLY_ALL = 3, 0.9
_LEAST_ALONE = 2
_TIMED_ROWS = 4  # rows a time, at most, where times stand alone
_HEAD_ROWS = 3  # above the first of them
_FIRST_SECONDS = 60.0  # in which it is
_ALONE = re.compile(rf"{STAMP}")
OPENS_STAMP = "[(<0123456789"


def rows_with_times(rows: Sequence[tuple[int, str]]) -> list[Row] | None:
    """The rows of a transcript that names nobody: a time in brackets opens nearly all paragraphs, or rows are times."""
    if between := _rows_between_times(rows):
        return between
    found = [_TIMED.fullmatch(row.strip()) if row.lstrip()[:1] in _BRACKETS else None for _, row in rows]
    times = [seconds(match["stamp"]) for match in found if match]
    opening = sum(
        bool(row.strip()) and (match is not None or not rows[index - 1][1].strip())
        for index, ((_, row), match) in enumerate(zip(rows, found, strict=True))
    )
    if len(times) < _LEAST_UNNAMED or len(times) < _NEARLY_ALL * opening or times != sorted(times):
        return None
    return [Row(number, match["text"] if match else row) for (number, row), match in zip(rows, found, strict=True)]


def _rows_between_times(rows: Sequence[tuple[int, str]]) -> list[Row] | None:
    """The rows of a transcript in which every few rows are a time alone, from the first seconds on, as players show."""
    told = [(number, row.strip()) for number, row in rows]
    times = [seconds(row) for _, row in told if is_time_alone(row)]
    filled = sum(row != "" for _, row in told)
    if len(times) < _LEAST_UNNAMED or _TIMED_ROWS * len(times) < filled:
        return None
    first = next(index for index, (_, row) in enumerate(row for row in told if row[1]) if is_time_alone(row))
    if first > _HEAD_ROWS or times[0] >= _FIRST_SECONDS or times != sorted(times):
        return None
    return [Row(number, row) for number, row in told if not is_time_alone(row)]


def without_times(rows: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """The rows without those that are a time alone, if several are: a transcript's, every few minutes."""
    kept = [(number, row) for number, row in rows if not is_time_alone(row.strip())]
    return kept if len(rows) - len(kept) >= _LEAST_ALONE else list(rows)


def is_time_alone(row: str) -> bool:
    return row[:1] in OPENS_STAMP and row != "" and _ALONE.fullmatch(row) is not None


def seconds(stamp: str) -> float:
    """When a stamp begins, in seconds, or in minutes of the day: they are only compared with each other."""
    first = re.search(TIME, stamp)
    parts = re.findall(r"\d+(?:[.,]\d+)?", first[0]) if first else []
    return sum(float(part.replace(",", ".")) * float(60**power) for power, part in enumerate(reversed(parts)))
