"""Fountain (fountain.io/syntax) to a show.

Characters speak their dialogue; the narrator reads scene headings, action, transitions and the
parentheticals that say what happens ("(Hands them on a salver.)"). One that says how the next
words are said ("(softly)", "(Languidly.)") is that line's direction. With `directions="skip"`
only dialogue is read. Notes, boneyard, synopses and page breaks are dropped. Sections are
chapters; without any, the headings of acts and parts are.
"""

import re
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from narrate.files import titled
from narrate.readers.dates import year_in
from narrate.readers.marks import is_continued, is_sound
from narrate.readers.show import Show, Stage, numbered_rows
from narrate.script import is_like_a_cue


class Kind(StrEnum):
    """The kinds of element in a screenplay."""

    SECTION = "section"
    SCENE = "scene"
    ACTION = "action"
    CHARACTER = "character"
    PARENTHETICAL = "parenthetical"
    DIALOGUE = "dialogue"


@dataclass(frozen=True, slots=True)
class Element:
    """One row's meaning: its line in the file, its text without marks, a section's level."""

    kind: Kind
    number: int
    text: str = ""
    level: int = 0
    opens: bool = False  # after a blank row


_QUOTED = re.compile(r"[\"“]([^\"“”]*)[\"”]")
_GONE = "\x01"  # where a note or boneyard was: a row of nothing else is no blank row
_KEY = re.compile(r"(?P<key>[A-Za-z][\w /-]{0,30}):[ \t]*(?P<value>.*)")
_KEYS = frozenset(
    "title credit author authors source notes date contact copyright language revision episode series".split()
) | {"draft date"}
_PEOPLE = ("author", "authors")  # a row each, as a rule
_GOES_ON, _WENT_ON = re.compile(r"(?:[,;&]|\band)\Z", re.IGNORECASE), re.compile(r"[,;&]|and\b", re.IGNORECASE)
_SCENE = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|EXT\.?/INT|I/E)[. ]", re.IGNORECASE)
_SCENE_NUMBER = re.compile(r"\s*#[\w.-]+#\s*$")
_CHARACTER = re.compile(r"(?P<name>[^()（）^]*[^()（）^\s])\s*(?:[(（][^()（）]*[)）]\s*)*\^?")
_LONGEST_NAME = 120  # characters of a character's row
_LONGEST_BARE_NAME = 24  # of one in letters without capitals, which nothing but its place and length tells
_EMPHASIS = re.compile(r"(?<!\\)\*{1,3}(?=\S)([^*]*?[^\s\\])\*{1,3}|(?<![\w\\])_(?=\S)([^_]*?[^\s\\])_(?!\w)")
_ESCAPED = re.compile(r"\\([*_\\])")
_ACT = re.compile(r"(?:ACT|PART|CHAPTER|EPISODE|SEGMENT|AKT|ACTE|ACTO|ATTO|ATO|TEIL|KAPITEL|CHAPITRE)\b", re.IGNORECASE)
_MANNER = re.compile(r"(?:in|with) (?:an?|his|her)\b[^.!?]{1,40}|very \w+", re.IGNORECASE)


def read_fountain(text: str, path: Path, directions: str = "read") -> Show:
    """The show in a Fountain file's text; `directions` is "read" or "skip".

    Raises SourceError when nobody speaks, ProjectError for a cue that is written wrong.
    """
    rows = list(numbered_rows(_without_notes(text)))
    fields = _title_page(rows)
    stage = Stage(path.name)
    groups = list(_grouped(_elements(rows)))
    sections = any(group[0].kind is Kind.SECTION and group[0].level == 1 for group in groups)
    for group in groups:
        first = group[0]
        if first.kind is Kind.CHARACTER:
            _speech(stage, group, directions == "read")
        elif first.kind is Kind.SECTION:
            stage.heading(first.text, first.level if sections else first.level - 1 or 1)
        elif first.kind is Kind.ACTION:
            stage.paragraph()
            for element in filter(_is_sound, group):
                stage.leave(element.text)
            stage.say(_rows([one for one in group if not _is_sound(one)]), only_cues=directions != "read")
        elif not sections and _ACT.match(first.text):
            stage.heading(first.text, 1)
        elif directions == "read":
            stage.heading(first.text, 2)
        else:
            stage.scene()
    title = fields.get("title", "").strip()
    quoted = _QUOTED.fullmatch(title)  # all of it, not “Yes” and “No”
    title = (quoted[1].strip() if quoted else title) or titled(path.stem, "Show")
    dated = " ".join(fields.get(key, "") for key in ("draft date", "date", "copyright"))
    return stage.show(
        title,
        author=fields.get("author") or fields.get("authors") or "",
        language=fields.get("language", ""),
        year=year_in(dated),
        description=fields.get("notes", ""),
    )


def _without_notes(text: str) -> str:
    """The text without boneyard (`/* … */`) and notes (`[[ … ]]`, across no blank row), its rows kept."""
    for opener, closer in (("/*", "*/"), ("[[", "]]")):
        parts: list[str] = []
        start = 0
        while (begin := text.find(opener, start)) >= 0:
            end = text.find(closer, begin + 2)
            blank = text.find("\n\n", begin, end if end >= 0 else None) if opener == "[[" else -1
            if end < 0 and opener == "[[" and blank < 0:
                break
            if blank >= 0:  # no note before that row
                parts.append(text[start:blank])
                start = blank
                continue
            end = len(text) if end < 0 else end + 2
            parts += [text[start:begin], _GONE, "\n" * text.count("\n", begin, end)]
            start = end
        text = "".join([*parts, text[start:]])
    return text


def _title_page(rows: list[tuple[int, str]]) -> dict[str, str]:
    """The `Key: value` rows before the first blank one, taken off `rows`; values may go on, indented."""
    first = _KEY.match(rows[0][1]) if rows else None
    if first is None or first["key"].casefold() not in _KEYS:
        return {}
    fields: dict[str, str] = {}
    key = ""
    while rows and rows[0][1].strip():
        _, row = rows.pop(0)
        found = None if row[:1].isspace() else _KEY.match(row)
        key, value = (found["key"].casefold(), found["value"]) if found else (key, row)
        before, value = fields.get(key, ""), " ".join(_plain(value).split())
        apart = key in _PEOPLE and before and value and not (_GOES_ON.search(before) or _WENT_ON.match(value))
        fields[key] = f"{before} & {value}" if apart else f"{before} {value}".strip()
    return fields


def _elements(rows: list[tuple[int, str]]) -> Iterator[Element]:
    """What each row is."""
    bare = _bare_names(rows)
    after_blank, speaking = True, False
    for at, (number, raw) in enumerate(rows):
        row = raw.replace(_GONE, "").strip()
        if not row and _GONE in raw:
            continue
        if not row:
            # Two spaces are a blank row inside a speech.
            speaking = speaking and len(raw) >= 2
            after_blank = not speaking
            continue
        if speaking:
            if is_continued(row) and row[0] in "(（":
                continue
            parenthetical = row[0] in "(（" and row[-1] in ")）"
            kind = Kind.PARENTHETICAL if parenthetical else Kind.DIALOGUE
            yield Element(kind, number, _plain(row[1:-1] if parenthetical else row.lstrip("~")))
            continue
        followed = at + 1 < len(rows) and bool(rows[at + 1][1].strip())
        element = _element(number, row, after_blank, followed, bare)
        if element is not None:
            yield element
            speaking = element.kind is Kind.CHARACTER
        after_blank = False


def _element(number: int, row: str, after_blank: bool, followed: bool, bare: Set[str]) -> Element | None:
    """What a row outside of speeches is; None for what is dropped. `bare`: names in letters without capitals."""
    if row[0] == "=" or _is_page_end(row):  # a synopsis, a page break, (CONTINUED)
        return None
    if row[0] == "#":
        text = row.lstrip("#")
        return Element(Kind.SECTION, number, _plain(text), len(row) - len(text), after_blank)
    if row[0] == "@" and followed:
        return _character(number, row[1:])
    if (row[0] == "." and row[1:2] not in ("", ".")) or (after_blank and _SCENE.match(row)):
        return Element(Kind.SCENE, number, _plain(_SCENE_NUMBER.sub("", row.removeprefix("."))))
    if row[0] not in "!>~" and after_blank and followed and (_is_character(row) or _name(row) in bare):
        return _character(number, row)
    text = row[1:].removesuffix("<") if row[0] == ">" else row[1:] if row[0] in "!~@" else row
    return Element(Kind.ACTION, number, _plain(text), opens=after_blank)


def _is_page_end(row: str) -> bool:
    """Whether a row is what a printer puts at a page's ends where a scene goes on: `(CONTINUED)`, `CONTINUED:`."""
    return row == row.upper() and (row[0] in "(（" or row[-1] == ":") and is_continued(row)


def _is_character(row: str) -> bool:
    """Whether a row is a name in capitals, perhaps with (V.O.) and the ^ of dual dialogue."""
    found = _CHARACTER.fullmatch(row) if len(row) <= _LONGEST_NAME else None
    name = found["name"] if found else ""
    if name != name.upper() or not any(c.isupper() for c in name) or not (name[0].isalnum() or name[0] == "#"):
        return False
    # Where letters have no capitals, `_bare_names` has to tell a name from a sentence.
    return not any(unicodedata.category(c) == "Lo" and c not in "ªº" for c in name)


def _bare_names(rows: list[tuple[int, str]]) -> frozenset[str]:
    """The names of characters in a script whose letters have no capitals (Chinese, Hebrew, Japanese…), without an @.

    A name is short, has no mark of a sentence and opens a paragraph of several rows. It may be action all the same, so
    names are taken for such only where they show that this script has them: one comes again, or a (parenthetical)
    follows it. Whoever writes @ before one knows of the rule, and writes it before all.
    """
    found, shown = list[str](), False
    for (_, above), (_, row), (_, below) in zip([(0, ""), *rows], rows, rows[1:], strict=False):
        if row.startswith("@") and below.strip():
            return frozenset()
        name = _name(row)
        if above.strip() or not below.strip() or not _is_bare(name):
            continue
        shown = shown or name in found or below.strip()[0] in "(（"
        found.append(name)
    return frozenset(found) if shown else frozenset()


def _is_bare(name: str) -> bool:
    """Whether these are words in letters without capitals alone, few enough for a name."""
    kinds = {unicodedata.category(c) for c in name if c not in " ·・־׳״-"}
    return 0 < len(name) <= _LONGEST_BARE_NAME and "Lo" in kinds and kinds <= {"Lo", "Lm", "Mn", "Mc", "Nd", "Nl"}


def _name(row: str) -> str:
    found = _CHARACTER.fullmatch(row.strip()) if len(row) <= _LONGEST_NAME else None
    return found["name"] if found else row.strip()


def _character(number: int, row: str) -> Element:
    return Element(Kind.CHARACTER, number, _plain(_name(row)))


def _grouped(elements: Iterator[Element]) -> Iterator[list[Element]]:
    """A character with all that it says; the rows of one paragraph of action; all else alone."""
    group: list[Element] = []
    for element in elements:
        inside = element.kind in (Kind.PARENTHETICAL, Kind.DIALOGUE)
        goes_on = element.kind is Kind.ACTION and not element.opens and group and group[-1].kind is Kind.ACTION
        if group and not (inside or goes_on):
            yield group
            group = []
        group.append(element)
    if group:
        yield group


def _speech(stage: Stage, group: list[Element], read: bool) -> None:
    """A character's speech. Its own first words open a paragraph, whatever the narrator says before them."""
    name, *rest = group
    direction, words, spoken = "", list[Element](), False
    stage.paragraph()
    for at, element in enumerate([*rest, None]):
        if element is not None and element.kind is Kind.DIALOGUE:
            words.append(element)
            continue
        if words:
            if not spoken:
                stage.paragraph()
            stage.say(_rows(words), name.text, direction)
            direction, words, spoken = "", [], True
        if element is not None and _is_manner(element.text) and at + 1 < len(rest):
            direction = element.text
        elif element is not None:
            stage.say(_rows([element]), only_cues=not read)


def _is_sound(element: Element) -> bool:
    """Whether a row of action is a sound of another house's: [APPLAUSE]."""
    return element.text[:1] in ("[", "(", "（") and not is_like_a_cue(element.text) and is_sound(element.text)


def _is_manner(text: str) -> bool:
    """Whether a parenthetical says how something is said: `softly`, `Languidly.`, `In a low voice.`"""
    bare = text.rstrip(".!")
    if " " not in bare or _MANNER.fullmatch(bare):
        return True
    return bare[0].islower() and not re.search(r"[.!?]\s", bare)


def _rows(elements: list[Element]) -> list[tuple[int, str]]:
    return [(element.number, element.text) for element in elements]


def _plain(text: str) -> str:
    """A row without emphasis and escapes."""
    text = text.replace(_GONE, "")
    for _ in range(3):
        text = _EMPHASIS.sub(lambda m: m[1] or m[2], text)
    return _ESCAPED.sub(r"\1", text).strip()
