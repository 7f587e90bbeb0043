"""Dialogue as people type it, in plain text and Markdown, to a show.

    ANNA: A line, which may            **Anna:** A line.              <Person1>A line.</Person1>
    go on in the next rows.            **Ben (softly):** Another.     <Person2>Another.</Person2>
    Ben (softly): Another.

A paragraph without a name goes on with its speaker; one in brackets is a stage direction and
the narrator's, as is all that stands before the first name or right after a heading. Which
labels name somebody is settled once for the whole file, see `labels`; a transcript's times and
numbers go first, see `transcripts`. Sounds ("[MUSIC FADES]") are not read, and are named.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from narrate.files import titled
from narrate.readers.dates import year_in
from narrate.readers.front_matter import front_matter
from narrate.readers.labels import LABEL, PART, Row, named, names_of
from narrate.readers.markdown_inline import plain_text
from narrate.readers.marks import is_continued, is_sound, is_sound_label, without_tags
from narrate.readers.ornaments import is_scene_break
from narrate.readers.show import Show, Stage, numbered_rows, speaker_of
from narrate.readers.times import without_times
from narrate.readers.transcripts import transcript_rows
from narrate.script import is_like_a_cue

_PERSON = re.compile(r"<(?P<name>Person ?\d+)>(?P<text>.*?)(?:</(?P=name)>|(?=<Person ?\d+>)|\Z)", re.DOTALL | re.I)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.*)")
_CLOSING = re.compile(r"(?<=\s)#+$")
_ASIDE = re.compile(r"[_*]{0,3}[(\[](?P<text>[^()\[\]]+)[)\]][_*]{0,3}")
_FIELD = re.compile(r"(?P<key>title|author|language|date|description)[ \t]*:[ \t]*(?P<value>.*\S)", re.I)
_VOICE = re.compile(r"v\.?\s?o\.?|o\.?\s?[sc]\.?", re.I)  # a voice over, off the scene or off camera: no manner
TIMES_NOTE = "Left out the times and numbers of a transcript."
_ENOUGH = 4  # speeches, by two speakers of two at least, before a text counts as a show
_SHARE = 0.6  # of its paragraphs


def looks_like_show(text: str) -> bool:
    """Whether a text is clearly dialogue: speakers that come back open most of its paragraphs."""
    if len(_PERSON.findall(text)) > 1:
        return True
    numbered = list(numbered_rows(front_matter(text)[1]))
    if transcript_rows(numbered):
        return True
    numbered = without_times(numbered)
    names = names_of([Row(number, row) for number, row in numbered])
    rows = [row for _, row in numbered]
    speakers: Counter[str] = Counter()
    paragraphs = opened = 0
    for before, row in zip(["", *rows], rows, strict=False):
        found = named(row.strip(), names)
        if found:
            speakers[found["name"]] += 1
        other = LABEL.fullmatch(row.strip()) if not found else None
        beside = _HEADING.fullmatch(row.strip()) or _ASIDE.fullmatch(row.strip()) or other
        if row.strip() and (found or not before.strip()) and not beside:
            paragraphs += 1
            opened += found is not None
    twice = sum(count > 1 for count in speakers.values())
    return twice >= 2 and speakers.total() >= _ENOUGH and opened >= _SHARE * paragraphs


def read_dialogue(text: str, path: Path, directions: str = "read") -> Show:
    """The show in a text's dialogue; `directions` is "read" or "skip".

    Raises SourceError when nobody speaks, ProjectError for a cue that is written wrong.
    """
    fields, body = front_matter(text.removeprefix("\ufeff"))
    skipped = text.removeprefix("\ufeff").removesuffix(body).count("\n")
    rows = [(number + skipped, row) for number, row in numbered_rows(body)]
    given = 0
    while given < len(rows) and (field := _FIELD.fullmatch(rows[given][1].strip())):
        fields[field["key"].casefold()] = field["value"]
        given += 1
    del rows[:given]
    if _PERSON.search(body):
        stage = Stage(path.name)
        _tagged(stage, rows, directions == "read")
    else:
        stage = Stage(path.name, plain_text)
        told, timed = _rows_of(rows)
        stage.notes += [TIMES_NOTE] * timed
        _Dialogue(stage, names_of(told), directions == "read").read(told)
    headings = [line.text for line in stage.lines if line.level == 1]
    title = fields.get("title") or (headings[0] if len(headings) == 1 else titled(path.stem, "Show"))
    return stage.show(
        title,
        author=fields.get("author", ""),
        language=fields.get("language_said") or fields.get("language", ""),
        year=fields.get("year") or year_in(fields.get("date", "")),
        description=fields.get("description", ""),
    )


def _rows_of(numbered: Sequence[tuple[int, str]]) -> tuple[list[Row], bool]:
    """A text's rows, a transcript's without its times, and whether it has any."""
    if rows := transcript_rows(numbered):
        return rows, True
    rows = [Row(number, row) for number, row in without_times(numbered)]
    return rows, len(rows) < len(numbered)


@dataclass(slots=True)
class _Speech:
    """What one speaker says up to the next blank row or name; without a speaker it is a sound."""

    speaker: str | None
    direction: str
    rows: list[tuple[int, str]]


class _Dialogue:
    """Reads rows one by one, and puts a speech on the stage when it ends."""

    def __init__(self, stage: Stage, names: Set[str], read_directions: bool) -> None:
        self.stage, self.names, self.read_directions = stage, names, read_directions
        self.speaker = ""
        self.speech: _Speech | None = None

    def read(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._row(row, row.text.strip())
        self._end()

    def _row(self, told: Row, row: str) -> None:
        heading = _HEADING.fullmatch(row)
        if told.name:
            self._begins(told.number, told.name, told.aside, row)
        elif not row:
            self._end()
        elif heading or PART.fullmatch(row):
            self._end()
            self.speaker = ""
            text = _CLOSING.sub("", heading["text"]).rstrip() if heading else row
            self.stage.heading(plain_text(text), len(heading["marks"]) if heading else 1)
        elif is_scene_break(row):
            self._end()
            self.stage.scene()
        elif found := named(row, self.names):
            self._begins(told.number, found["name"], found["aside"] or "", found["text"])
        elif self.speech is None and not is_like_a_cue(row) and self._is_sound(row):
            self.stage.leave(row)
        elif self.speech is None and (aside := _ASIDE.fullmatch(row)) and not is_like_a_cue(row):
            self.stage.paragraph()
            self.stage.say([(told.number, aside["text"])], only_cues=not self.read_directions)
        elif self.speech is None:
            self.speech = _Speech(self.speaker, "", [(told.number, row)])
        else:
            self.speech.rows.append((told.number, row))

    def _begins(self, number: int, name: str, aside: str, text: str) -> None:
        self._end()
        if is_sound_label(name):
            self.speech = _Speech(None, "", [(number, f"{name}: {text}")])
            return
        self.speaker = speaker_of(name)
        how = "" if is_continued(aside) or _VOICE.fullmatch(aside) else aside
        self.speech = _Speech(self.speaker, how, [(number, text)] if text else [])

    def _is_sound(self, row: str) -> bool:
        label = LABEL.fullmatch(row)
        return is_sound(row, self.names) or (label is not None and is_sound_label(label["name"]))

    def _end(self) -> None:
        speech, self.speech = self.speech, None
        if speech is None or not speech.rows:
            return
        if speech.speaker is None:
            self.stage.leave(" ".join(row for _, row in speech.rows))
            return
        self.stage.paragraph()
        rows = [(number, without_tags(row)) for number, row in speech.rows if not is_continued(row)]
        self.stage.say(rows, speech.speaker, speech.direction)


def _tagged(stage: Stage, rows: list[tuple[int, str]], read_rest: bool) -> None:
    """`<Person1>…</Person1>`; what stands outside of the tags is the narrator's."""
    number = rows[0][0]
    text = "\n".join(row for _, row in rows)
    reached = 0
    for person in [*_PERSON.finditer(text), None]:
        outside = text[reached : person.start() if person else len(text)]
        if (rest := _untagged(outside)).strip():
            stage.paragraph()
            stage.say(_from(number, rest), only_cues=not read_rest)
        number += outside.count("\n")
        if person is not None:
            reached = person.end()
            stage.paragraph()
            stage.say(_from(number, _untagged(person["text"])), person["name"])
            number += person[0].count("\n")


def _untagged(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def _from(number: int, text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.split("\n"), start=number)
