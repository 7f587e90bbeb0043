"""Dialogue as people type it, in plain text and Markdown, to a show.

    ANNA: A line, which may            **Anna:** A line.              <Person1>A line.</Person1>
    go on in the next rows.            **Ben (softly):** Another.     <Person2>Another.</Person2>
    Ben (softly): Another.

A paragraph without a name goes on with its speaker; one in brackets is a stage direction and
the narrator's, as is all that stands before the first name or right after a heading. What
counts as a name is settled once for the whole file, from its rows: bold ones, those in
capitals, and capitalised ones that come back. `Remember this: …` inside a speech is none.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from narrate.files import titled
from narrate.readers.dates import year_in
from narrate.readers.markdown import front_matter, plain_text
from narrate.readers.ornaments import is_scene_break
from narrate.readers.show import Show, Stage, numbered_rows, speaker_of
from narrate.script import is_like_a_cue

_BOLD = r"(?:\*\*|__)"
_NAMED = re.compile(
    rf"(?:[-*] )?(?P<bold>{_BOLD})?(?P<name>[^\W\d_][\w.’'&-]*(?: [\w.’'&-]+){{0,3}}) ?{_BOLD}?"
    rf" ?(?:[(\[](?P<aside>[^()\[\]]{{1,80}})[)\]])?{_BOLD}? ?:{_BOLD}?(?:\s+(?P<text>.*)|$)"
)
_PERSON = re.compile(r"<(?P<name>Person ?\d+)>(?P<text>.*?)(?:</(?P=name)>|(?=<Person ?\d+>)|\Z)", re.DOTALL | re.I)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.*)")
_CLOSING = re.compile(r"(?<=\s)#+$")
_PART = re.compile(
    r"(?:act|scene|part|chapter|episode|segment)\s+(?:\d+|[ivxlc]+|one|two|three|four|five|six)\b.*", re.I
)
_ASIDE = re.compile(r"[_*]{0,3}[(\[](?P<text>[^()\[\]]+)[)\]][_*]{0,3}")
_FIELD = re.compile(r"(?P<key>title|author|language|date|description)[ \t]*:[ \t]*(?P<value>.*\S)", re.I)
_ENOUGH = 4  # speeches, by two speakers of two at least, before a text counts as a show
_SHARE = 0.6  # of its paragraphs


def looks_like_show(text: str) -> bool:
    """Whether a text is clearly dialogue: speakers that come back open most of its paragraphs."""
    if len(_PERSON.findall(text)) > 1:
        return True
    rows = [row for _, row in numbered_rows(front_matter(text)[1])]
    names = _names(rows)
    speakers: Counter[str] = Counter()
    paragraphs = opened = 0
    for before, row in zip(["", *rows], rows, strict=False):
        found = _named(row.strip(), names)
        if found:
            speakers[found["name"]] += 1
        if row.strip() and (found or not before.strip()) and not _HEADING.fullmatch(row.strip()):
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
    stage = Stage(path.name)
    if _PERSON.search(body):
        _tagged(stage, rows, directions == "read")
    else:
        _Dialogue(stage, _names(row for _, row in rows), directions == "read").read(rows)
    headings = [line.text for line in stage.lines if line.level == 1]
    title = fields.get("title") or (headings[0] if len(headings) == 1 else titled(path.stem, "Show"))
    return stage.show(
        title,
        author=fields.get("author", ""),
        language=fields.get("language", ""),
        year=year_in(fields.get("date", "")),
        description=fields.get("description", ""),
    )


def _names(rows: "Iterator[str] | list[str]") -> frozenset[str]:
    """The names in a file: what stands before colons and is plainly somebody's."""
    counts: Counter[str] = Counter()
    sure: set[str] = set()
    for row in rows:
        if (found := _NAMED.fullmatch(row.strip())) and not _PART.fullmatch(row.strip()):
            name = found["name"]
            counts[name] += 1
            if found["bold"] or (name == name.upper() and sum(c.isalpha() for c in name) > 1):
                sure.add(name)
    again = {
        name
        for name, count in counts.items()
        if count > 1 and all(w[0].isupper() or w[0].isdigit() for w in name.split())
    }
    once = {name for name in counts if " " not in name and name[0].isupper() and len(again | sure) > 1}
    return frozenset(sure | again | once)


def _named(row: str, names: Set[str]) -> re.Match[str] | None:
    found = _NAMED.fullmatch(row)
    return found if found and found["name"] in names else None


@dataclass(slots=True)
class _Speech:
    """What one speaker says up to the next blank row or name."""

    speaker: str
    direction: str
    rows: list[tuple[int, str]]


class _Dialogue:
    """Reads rows one by one, and puts a speech on the stage when it ends."""

    def __init__(self, stage: Stage, names: Set[str], read_directions: bool) -> None:
        self.stage, self.names, self.read_directions = stage, names, read_directions
        self.speaker = ""
        self.speech: _Speech | None = None

    def read(self, rows: list[tuple[int, str]]) -> None:
        for number, raw in rows:
            self._row(number, raw.strip())
        self._end()

    def _row(self, number: int, row: str) -> None:
        heading = _HEADING.fullmatch(row)
        if not row:
            self._end()
        elif heading or _PART.fullmatch(row):
            self._end()
            self.speaker = ""
            text = _CLOSING.sub("", heading["text"]).rstrip() if heading else row
            self.stage.heading(plain_text(text), len(heading["marks"]) if heading else 1)
        elif is_scene_break(row):
            self._end()
            self.stage.scene()
        elif found := _named(row, self.names):
            self._end()
            self.speaker = speaker_of(found["name"])
            rows = [(number, found["text"])] if found["text"] else []
            self.speech = _Speech(self.speaker, found["aside"] or "", rows)
        elif self.speech is None and (aside := _ASIDE.fullmatch(row)) and not is_like_a_cue(row):
            self.stage.paragraph()
            self.stage.say([(number, aside["text"])], only_cues=not self.read_directions)
        elif self.speech is None:
            self.speech = _Speech(self.speaker, "", [(number, row)])
        else:
            self.speech.rows.append((number, row))

    def _end(self) -> None:
        speech, self.speech = self.speech, None
        if speech is not None and speech.rows:
            self.stage.paragraph()
            rows = [(number, plain_text(row)) for number, row in speech.rows]
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
