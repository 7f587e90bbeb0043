"""Captions: WebVTT, SubRip, and the same times before each row, to rows with who says them."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from narrate.readers.labels import Row, named, names_of
from narrate.readers.times import TIME, seconds

LEAST = 2  # heads of a transcript
SHARE = 0.5  # of its paragraphs that they open, and of them that name somebody again
_TIMING = re.compile(rf"[\[(]?\s*(?P<start>{TIME})\s*-->\s*(?P<end>{TIME})\s*[\])]?\s*(?P<text>.*)")
_SETTINGS = re.compile(r"(?:(?:align|line|position|size|region|vertical|[XY][12]):\S+\s*)*")
_VOICED = re.compile(r"<v(?:\.[\w.-]+)?\s+(?P<name>[^<>]{1,80})>")
_ID_NAMES = re.compile(r"\d+\s+\"(?P<name>[^\"]{1,60})\"\s*(?:\(\d+\))?")
_CAPTION_TAG = re.compile(r"</?(?:v|c|i|b|u|ruby|rt|lang|font)\b[^<>]{0,100}>|<[\d:.]{5,14}>|\{\\[^{}]{1,60}\}")
_SPOKEN_BY = re.compile(r"\A(?:>>+\s*|-\s+)(?=\S)")
_SPEAKER_TAG = re.compile(r"\[(?P<name>[^\W\d_]+[_ ]\d{1,3})\]:?\s+(?P<text>\S.*)")
_NUMBER = re.compile(r"\d{1,6}")
_LONG_GAP_S = 2.0  # between two captions of one speaker: a new paragraph


def timing(row: str) -> re.Match[str] | None:
    return _TIMING.match(row.strip()) if "-->" in row else None


def is_captions(rows: Sequence[tuple[int, str]]) -> bool:
    """Whether times with an arrow open most paragraphs."""
    timed = sum(timing(row) is not None for _, row in rows)
    paragraphs = sum(
        bool(row.strip()) and (not index or not rows[index - 1][1].strip()) for index, (_, row) in enumerate(rows)
    )
    return timed >= LEAST and timed >= SHARE * paragraphs


def caption_rows(rows: Sequence[tuple[int, str]]) -> list[Row]:
    """The words of captions with who says them: one paragraph as long as the same speaker goes on without a gap."""
    read = list(captions(without_header(rows)))
    told = [row for one in read for row in ("", *(without_caption_marks(text) for _, text in one.rows))]
    names = names_of([Row(0, row) for row in told], least=0)
    found: list[Row] = []
    speaker, ended = "", 0.0
    for one in read:
        if found and one.start - ended >= _LONG_GAP_S:
            found.append(Row(one.number, ""))
        ended = one.end
        for number, text in one.rows:
            for said in voiced(number, text, names):
                if said.name and said.name != speaker:
                    speaker = said.name
                    found += [Row(number, ""), said]
                elif said.text:
                    found.append(replace(said, name=""))
    return _joined(found)


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption: from when to when it is shown, the row of its time, its own rows."""

    start: float
    end: float
    number: int
    rows: list[tuple[int, str]]


def captions(rows: Sequence[tuple[int, str]]) -> Iterator[Caption]:
    caption: Caption | None = None
    for index, (number, row) in enumerate(rows):
        row = row.strip()
        following = rows[index + 1][1] if index + 1 < len(rows) else ""
        if found := timing(row):
            if caption:
                yield caption
            caption = Caption(seconds(found["start"]), seconds(found["end"]), number, [])
            text = "" if _SETTINGS.fullmatch(found["text"]) else found["text"]
            if named := _ID_NAMES.fullmatch(rows[index - 1][1].strip()) if index else None:
                text = f"<v {named['name']}>{text}"
            if text:
                caption.rows.append((number, text))
        elif timing(following) and (_NUMBER.fullmatch(row) or not index or not rows[index - 1][1].strip()):
            continue  # a caption's number or name
        elif row:
            caption = caption or Caption(0.0, 0.0, number, [])
            caption.rows.append((number, row))
    if caption:
        yield caption


def _joined(rows: Iterable[Row]) -> list[Row]:
    """Captions without a blank row in the middle of a sentence."""
    found: list[Row] = []
    for row in rows:
        broken = len(found) > 1 and not row.name and not found[-1].text and not found[-1].name
        if broken and row.text and found[-2].text[-1:].isalnum():
            found.pop()
        found.append(row)
    return found


def without_header(rows: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """The rows without WebVTT's header, notes and styles."""
    kept: list[tuple[int, str]] = []
    header = False
    for index, (number, row) in enumerate(rows):
        word = row.strip().split(" ")[0]
        if word in ("WEBVTT", "NOTE", "STYLE", "REGION") and (not index or not rows[index - 1][1].strip()):
            header = True
        header = header and bool(row.strip()) and not timing(row)
        if not header:
            kept.append((number, row))
    return kept


def without_caption_marks(row: str) -> str:
    """A caption's row without its tags and what stands before who speaks: `>> ANNA: <i>Well.</i>`"""
    return _SPOKEN_BY.sub("", " ".join(_CAPTION_TAG.sub("", row).split()), count=1)


def voiced(number: int, row: str, names: Set[str]) -> Iterator[Row]:
    """A caption's row, cut where another voice is named in it."""
    voices = [*_VOICED.finditer(row)]
    starts = [0, *(voice.start() for voice in voices)]
    for voice, start, end in zip([None, *voices], starts, [*starts[1:], len(row)], strict=True):
        text = without_caption_marks(row[start:end])
        if voice:
            yield Row(number, text, " ".join(voice["name"].split()))
        elif tagged := _SPEAKER_TAG.fullmatch(text):
            yield Row(number, tagged["text"], tagged["name"])
        elif label := named(text, names):
            yield Row(number, label["text"], label["name"], label["aside"] or "")
        elif text:
            yield Row(number, text)
