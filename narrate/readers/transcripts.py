"""Transcripts to rows of speech: the times and numbers that services and machines write go, the names stay.

    [00:00:02] Anna: Welcome.    Anna (00:02): Welcome.    **Anna:** [00:02] Welcome.
    Anna Hale  0:02              00:00:02 Anna Hale        [Anna Hale] 10:02:33     WEBVTT and SubRip, with their
    Welcome.                     Welcome.                  Welcome.                 counters, headers and <v Anna>

A file is a transcript when such heads open most of its paragraphs, name somebody again and again, and their
times go on: a timetable or a diary is none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from narrate.readers.captions import LEAST, SHARE, caption_rows, is_captions
from narrate.readers.labels import Row
from narrate.readers.times import BRACKETED, DATE, OPENS_STAMP, STAMP, TIME, is_time_alone, rows_with_times, seconds

_NAME = (
    r"(?P<bold>\*\*|__)?\[?(?P<name>[^\W_][^:\[\]()<>*|\t]{0,50}?)\]?"
    r"(?:\s?\((?P<aside>[^()\d:]{1,40})\))?(?:\*\*|__)?"
)
_APART = r"(?:\s*[-–—|·,@•]\s*|\s*)"
_HEADS = (
    re.compile(rf"{STAMP}{_APART}{_NAME}\s?[:：](?:\*\*|__)?(?P<colon>)\s*(?P<text>.*)"),
    re.compile(rf"{_NAME}{_APART}{STAMP}\s?[:：](?:\*\*|__)?(?P<colon>)\s*(?P<text>.*)"),
    re.compile(rf"{_NAME}\s?[:：](?:\*\*|__)?(?P<colon>)\s*(?P<stamp>{BRACKETED}):?(?:\*\*|__)?\s*(?P<text>.*)"),
    re.compile(rf"{_NAME}\s?:?(?:\s*[-–—|·,@•]\s*|\s+|(?=[\[(<])){STAMP}(?:\*\*|__)?"),
    re.compile(rf"{STAMP}(?:\s*[-–—|·,]\s*|\s+){_NAME}"),
)
_MADE_BY = re.compile(r"transcribed by https?://\S{1,60}", re.IGNORECASE)
_TIME = re.compile(r"\d:[0-5]\d")
_TIME_COLON = re.compile(r"\d\s?(?:[AaPp]\.?[Mm]\.?)?\s?[\])>]?[*_]{0,3}\s?[:：](?!\d)")
_COLON_TIME = re.compile(r"[:：][*_]{0,3}\s*[\[(<]\s*\d")
_ENDS_STAMP = frozenset("0123456789mM.")
_YEAR = re.compile(r"\s(?:19|20)\d\d,?\Z")
_PARTICLES = frozenset("de la le van von der den di da dos du del al bin el y e".split())
_RECORDED = re.compile(
    rf"[^:]{{3,30}}\b(?:19|20)\d\d,?\s(?:at\s)?{TIME}|(?:\d{{1,2}}h )?\d{{1,3}}m(?: \d{{1,2}}s)?|\d{{1,2}}s"
)
_EARLIEST = 300.0  # an hour of the day, as minutes
_LONGEST_ROW = 120  # characters of a head that stands alone
_FARTHEST = 110  # characters from a row's start to where its time ends
_NAME_WORDS = 5


@dataclass(frozen=True, slots=True)
class _Head:
    """A head in row `index`: who speaks, from when, what stands in the same row, and how it is written."""

    index: int
    form: int
    name: str
    aside: str
    start: float
    bracketed: bool
    text: str


def transcript_rows(rows: Sequence[tuple[int, str]]) -> list[Row] | None:
    """The rows of a transcript, with who begins to speak in them; None where the file is none."""
    if is_captions(rows):
        return caption_rows(rows)
    heads = list(_heads(rows))
    if not _is_transcript(rows, heads):
        return rows_with_times(rows)
    by_index = {head.index: head for head in heads}
    found: list[Row] = []
    for index, (number, row) in enumerate(rows):
        if head := by_index.get(index):
            found.append(Row(number, head.text, head.name, head.aside))
        elif not _is_left_out(row.strip(), above=index < heads[0].index):
            found.append(Row(number, row))
    return found


def _is_left_out(row: str, *, above: bool) -> bool:
    """Whether a row is a time, who made the file, or, `above` the first head, when and how long was recorded."""
    return (
        is_time_alone(row)
        or _MADE_BY.fullmatch(row) is not None
        or (above and len(row) <= _LONGEST_ROW and _RECORDED.fullmatch(row) is not None)
    )


def _heads(rows: Sequence[tuple[int, str]]) -> Iterator[_Head]:
    """Every row that may be a head, in the forms that come again."""
    found = [head for index, (_, row) in enumerate(rows) if (head := _head(index, row.strip()))]
    found += list(_heads_of_two_rows(rows))
    found.sort(key=lambda head: head.index)
    names = Counter(head.name for head in found)
    forms = Counter(head.form for head in found)
    for head in found:
        if forms[head.form] >= LEAST and (names[head.name] > 1 or _is_named(head.name)):
            yield head


def _head(index: int, row: str) -> _Head | None:
    for form in _forms(row):
        pattern = _HEADS[form]
        has_text = "colon" in pattern.groupindex
        found = pattern.fullmatch(row if has_text else row.replace("*", "").lstrip("# "))
        if found and _may_name(found["name"]) and not _is_verse(found):
            stamp = found["stamp"]
            text = found["text"] if has_text else ""
            aside = found["aside"] or ""
            return _Head(
                index,
                form,
                " ".join(found["name"].split()).strip(" -–—,"),
                aside if aside[:1].islower() and "/" not in aside else "",
                seconds(stamp),
                not stamp[0].isdigit(),
                text,
            )
    return None


def _forms(row: str) -> Iterator[int]:
    """Which forms a row may be a head in, by its first and last signs: of most rows that is none."""
    time = _TIME.search(row, 0, _FARTHEST)
    if time is None:
        return
    alone = len(row) <= _LONGEST_ROW and row.rstrip("*_ ])>:")[-1:] in _ENDS_STAMP
    if row[0] in OPENS_STAMP:
        yield 0
    if _TIME_COLON.search(row, time.start(), _FARTHEST):
        yield 1
    if _COLON_TIME.search(row, 0, _FARTHEST):
        yield 2
    if alone:
        yield 3
    if row[0] in OPENS_STAMP and len(row) <= _LONGEST_ROW:
        yield 4


def _heads_of_two_rows(rows: Sequence[tuple[int, str]]) -> Iterator[_Head]:
    """A name on a row of its own, and the time on the next or on the one before: the time's row goes by itself."""
    for index, ((_, one), (_, other)) in enumerate(pairwise(rows)):
        one, other = one.strip("*_ "), other.strip("*_ ")
        for form, (name, stamp) in enumerate(((one, other), (other, one))):
            if is_time_alone(stamp) and _may_name(name) and _is_named(name) and ":" not in name:
                yield _Head(index + form, len(_HEADS) + form, name, "", seconds(stamp), False, "")


def _may_name(name: str) -> bool:
    ends = name[-1:] not in ".!?…" or name.endswith((" Jr.", " Sr."))
    dated = _YEAR.search(name) is not None  # March 4, 2024
    return 0 < len(name.split()) <= _NAME_WORDS and any(c.isalpha() for c in name) and ends and not dated


def _is_verse(head: re.Match[str]) -> bool:
    """Whether a head is rather a chapter and verse after a book's name: John 3:16."""
    stamp = head["stamp"]
    between = head.string[head.end("name") : head.start("stamp")]
    return between == " " and stamp[0] in "123456789" and stamp.count(":") == 1


def _is_named(name: str) -> bool:
    """Whether every word of a name has a capital, a number, or letters without capitals."""
    return all(not word[0].islower() or word in _PARTICLES for word in name.split())


def _is_transcript(rows: Sequence[tuple[int, str]], heads: Sequence[_Head]) -> bool:
    if len(heads) < LEAST:
        return False
    dated = re.search(DATE, rows[heads[0].index][1]) is not None
    back = 0 if dated else sum(before.start > after.start for before, after in pairwise(heads))
    if back > len(heads) // 20:
        return False
    if len(heads) > 2 and not any(head.bracketed for head in heads) and _is_timetable(heads):
        return False
    starts = {head.index for head in heads}
    paragraphs = sum(
        bool(row.strip()) and (index in starts or not rows[index - 1][1].strip()) and row.strip()[0] != "#"
        for index, (_, row) in enumerate(rows)
    )
    if len(heads) < SHARE * paragraphs:
        return False
    counts = Counter(head.name for head in heads)
    again = sum(count for count in counts.values() if count > 1)
    return again >= SHARE * len(heads) or (len(heads) == paragraphs and all(head.bracketed for head in heads))


def _is_timetable(heads: Sequence[_Head]) -> bool:
    """Whether all times are whole numbers of five, none of them near the start: the hours of a programme."""
    return heads[0].start >= _EARLIEST and all(head.start % 5 == 0 for head in heads)
