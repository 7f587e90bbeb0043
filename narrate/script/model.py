"""The script: one file a chapter, one sentence a line, in a form that people edit.

    # Jonathan Harker's Journal

    narrator: The Count smiled.
    Dracula (softly): Welcome to my house.
    Dracula [take 2]: Enter freely and of your own will!

    narrator: A blank line opens a paragraph.

    ***

    narrator: Three stars alone are a scene break.

    narrator: Tyger Tyger, burning bright,
    | narrator: In the forests of the night;
    narrator [fr]: Un beau vers.

`# …` opens the chapter and `## …` a section in it; both are read aloud by the narrator.
`# [silent] …` names the chapter's mark without reading it (a book whose contents say
"1. Loomings" while its page says "Chapter One", which is then a `##`). `|` opens a further
line of verse, after a short pause; `[fr]` is a line's language where it is not the book's.
`{Siobhán|/ʃɪˈvɔːn/}` says words inside a line otherwise than they are written: see narrate/script/saying.py.
A row may be a cue (`[pause 2s]`, `[music: theme.mp3]`, `[sfx: door.wav]`): see narrate/script/cue.py.

`parse(format(script)) == script` for every Script: Line refuses what the form cannot hold.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from narrate.book import squeeze
from narrate.errors import ProjectError
from narrate.script.cue import Cue, parse_cue
from narrate.script.saying import Saying, carried_over, check_sayings, marked, part_of, unmarked

NARRATOR = "narrator"


class Opening(StrEnum):
    """The unit that a line opens (a sentence, a paragraph, a scene …), which sets the pause before it."""

    SENTENCE = "sentence"
    VERSE = "verse"  # a further line of a stanza
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    SCENE = "scene"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence to be spoken: the book's own words, who says them and how.

    `take` counts readings: 2 asks for another one. A `silent` heading is a chapter mark only.
    `language` is a BCP 47 tag where it is not the book's. A line with a `cue` is one row of the
    script but no speech: `text` is the cue's own, see `Line.of`. `sayings`: words of the text that are said
    otherwise than they are written.
    Raises ValueError for what the script form cannot hold.
    """

    text: str
    speaker: str = NARRATOR
    direction: str = ""
    take: int = 1
    opens: Opening = Opening.SENTENCE
    level: int = 0  # 1 for a chapter's title, 2 to 6 for headings inside, 0 for all else
    silent: bool = False
    language: str = ""
    cue: Cue | None = None
    sayings: tuple[Saying, ...] = ()

    @classmethod
    def of(cls, cue: Cue, opens: Opening = Opening.SENTENCE) -> "Line":
        """The line that is a cue."""
        return cls(str(cue), opens=opens, cue=cue)

    def __post_init__(self) -> None:
        if not self.text or self.text != " ".join(self.text.split()):
            raise ValueError(f"not one line of squeezed text: {self.text!r}")
        if not _SPEAKER.fullmatch(self.speaker):
            raise ValueError(f"not a speaker's name: {self.speaker!r}")
        if self.direction and not _DIRECTION.fullmatch(self.direction):
            raise ValueError(f"not a direction: {self.direction!r}")
        if self.language and not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"not a language's tag: {self.language!r}")
        if self.take < 1 or not 0 <= self.level <= 6:
            raise ValueError("take counts from 1, level from 0 to 6")
        check_sayings(self.text, self.sayings)
        heading = self.opens is Opening.HEADING
        if heading != (self.level > 0) or (self.silent and not heading):
            raise ValueError("a heading has a level, other lines have none and are not silent")
        if heading and (self.speaker != NARRATOR or self.direction or self.language):
            raise ValueError("headings are the narrator's, without direction and in the book's language")
        if self.cue and (
            (self.text, self.speaker, self.direction, self.take, self.level, self.language, self.sayings)
            != (str(self.cue), NARRATOR, "", 1, 0, "", ())
            or self.opens is Opening.VERSE
        ):
            raise ValueError("a cue has its row and nothing else")

    def part(self, start: int, end: int) -> "Line":
        """The line with the part of its text from `start` to `end`, without space around it."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        return replace(self, text=text, sayings=part_of(self.sayings, start, start + len(text)))

    def parts(self, texts: Iterable[str]) -> Iterator["Line"]:
        """The line in parts: `texts` are its own, in order. Words that are said otherwise are not parted."""
        start = at = 0
        for text in texts:
            at = self.text.index(text, at) + len(text)
            if not any(saying.start < at < saying.end for saying in self.sayings):
                yield self.part(start, at)
                start = at

    def anew(self, text: str) -> "Line":
        """The line with another text, as a script's file would have it.

        Where that has no marks, words that are said otherwise still are. Raises ValueError.
        """
        plain, sayings = unmarked(text)
        return replace(self, text=plain, take=1, sayings=sayings or carried_over(self.text, self.sayings, plain))

    @property
    def speakable(self) -> bool:
        """Whether an engine may see it: it holds a letter or a digit, and is neither silent nor a cue."""
        return not self.silent and self.cue is None and any(c.isalnum() for c in self.text)


@dataclass(frozen=True, slots=True)
class Script:
    """One chapter's lines, in order; the first level-1 heading is its title."""

    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        """The chapter's mark; empty when the script has no `#` heading."""
        return next((line.text for line in self.lines if line.level == 1), "")


# A name may hold anything that cannot be taken for the form's own marks; `speaker_name` makes one of any text.
_NAME = r"[^\s:()\[\]#*|](?:[^:()\[\]\s]| (?! ))*(?<! )"
_SPEAKER = re.compile(_NAME)
_DIRECTION = re.compile(r"[^\s()](?:[^()\s]| (?! ))*(?<! )")
_TAG = r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"
_LANGUAGE = re.compile(_TAG)
_LINE = re.compile(
    rf"(?P<verse>\| )?(?P<speaker>{_NAME})(?: \((?P<direction>[^()]*)\))?"
    rf"(?: \[(?P<language>{_TAG})\])?(?: \[take (?P<take>\d+)\])?:(?P<text>.*)"
)
_HEADING = re.compile(r"(?P<marks>#{1,6}) (?:\[(?P<silent>silent)\] )?(?:\[take (?P<take>\d+)\] )?(?P<text>.*)")
_MARKED = re.compile(r"\[(silent|take \d+)\] ")
SCENE_BREAK = "***"


def speaker_name(text: str, marks: str = "") -> str:
    """A text as the name of a line's speaker: without the form's own marks, and without `marks`; "" where none is left.

    `[Mr. Pell]: ` is `Mr. Pell`.
    """
    return squeeze(text.translate(dict.fromkeys(map(ord, ":()[]|" + marks), " "))).lstrip("#* ")


def format_script(script: Script) -> str:
    """The script as its file's text."""
    parts: list[str] = []
    for line in script.lines:
        if line.opens is Opening.SCENE:
            parts.append(f"\n{SCENE_BREAK}\n\n")
        elif line.opens not in (Opening.SENTENCE, Opening.VERSE):
            parts.append("\n")
        parts.append(_format_line(line) + "\n")
    text = "".join(parts)
    # A first line that opens a paragraph keeps its blank line, or it would be read back as none.
    return text if script.lines and script.lines[0].opens is Opening.PARAGRAPH else text.removeprefix("\n")


def _format_line(line: Line) -> str:
    if line.cue:
        return line.text
    if line.level:
        silent = "[silent] " if line.silent else ""
        # A title that itself starts with one of our marks gets its take spelt out, which shields it.
        take = f"[take {line.take}] " if line.take > 1 or _MARKED.match(line.text) else ""
        return f"{'#' * line.level} {silent}{take}{marked(line.text, line.sayings)}"
    direction = f" ({line.direction})" if line.direction else ""
    language = f" [{line.language}]" if line.language else ""
    take = f" [take {line.take}]" if line.take > 1 else ""
    verse = "| " if line.opens is Opening.VERSE else ""
    return f"{verse}{line.speaker}{direction}{language}{take}: {marked(line.text, line.sayings)}"


def replace_line(text: str, number: int, line: Line) -> str:
    """A script file's text with its row `number` (from 1) replaced by `line`, and nothing else touched."""
    rows = text.split("\n")
    end = "\r" if rows[number - 1].endswith("\r") else ""
    rows[number - 1] = _format_line(line) + end
    return "\n".join(rows)


def line_at(text: str, number: int) -> Line | None:
    """The line in row `number` (from 1) of a script file's text, by itself; None where there is none."""
    row = text.removeprefix("\ufeff").split("\n")[number - 1 : number]
    try:
        return next((line for _, line in parse_rows(enumerate(row, start=number), "")), None)
    except ProjectError:
        return None


def parse_script(text: str, path: Path | str = "script") -> Script:
    """A script file's text as a Script. Raises ProjectError naming `path` and the line."""
    return Script(tuple(line for _, line in numbered_lines(text, path)))


def numbered_lines(text: str, path: Path | str = "script") -> Iterator[tuple[int, Line]]:
    """Every line with its number in the file, for errors and for editors."""
    return parse_rows(enumerate(text.removeprefix("\ufeff").split("\n"), start=1), path)


def parse_rows(rows: Iterable[tuple[int, str]], path: Path | str) -> Iterator[tuple[int, Line]]:
    """The lines of numbered rows."""
    opens = Opening.SENTENCE
    for number, raw in rows:
        row = " ".join(raw.split())
        if not row:
            opens = Opening.PARAGRAPH if opens is Opening.SENTENCE else opens
            continue
        if row == SCENE_BREAK:
            opens = Opening.SCENE
            continue
        try:
            yield number, _parse_line(row, opens)
        except ValueError as error:
            raise ProjectError(
                f"not a script line: {row[:60]!r}",
                where=path,
                line=number,
                do=f"write `speaker: text`, `speaker (how): text`, `# heading`, `[pause 2s]` or `***`; {error}",
            ) from error
        opens = Opening.SENTENCE


def _parse_line(row: str, opens: Opening) -> Line:
    if cue := parse_cue(row):
        return Line.of(cue, opens)
    if heading := _HEADING.fullmatch(row):
        text, sayings = unmarked(heading["text"])
        return Line(
            text,
            take=int(heading["take"] or 1),
            opens=Opening.HEADING,
            level=len(heading["marks"]),
            silent=bool(heading["silent"]),
            sayings=sayings,
        )
    if spoken := _LINE.fullmatch(row):
        text, sayings = unmarked(spoken["text"].strip())
        return Line(
            text,
            speaker=spoken["speaker"],
            direction=(spoken["direction"] or "").strip(),
            take=int(spoken["take"] or 1),
            opens=Opening.VERSE if spoken["verse"] and opens is Opening.SENTENCE else opens,
            language=spoken["language"] or "",
            sayings=sayings,
        )
    raise ValueError("a colon follows the speaker's name")
