"""Numbered lists and headings: how far each has counted, and what a page shows before its paragraphs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from narrate.readers.docx.parts import child, value
from narrate.readers.epub.markup import name_of
from narrate.words.roman import numeral

_TYPES = {
    "decimal": "1",
    "decimalzero": "1",
    "lowerletter": "a",
    "upperletter": "A",
    "lowerroman": "i",
    "upperroman": "I",
}
_UNNUMBERED = frozenset(("bullet", "none", ""))
_MOST_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: the form of its numbers (a `type` of HTML's lists, "" for bullets), its label, its start."""

    form: str = ""
    label: str = ""  # %1. for the first level's number and a point
    start: int = 1


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paragraph's place in a list: the list's id, the level from 0 on, the number there, the whole label."""

    list_id: str
    level: int
    form: str
    number: int
    label: str

    @property
    def has_words(self) -> bool:
        """Whether the label says more than numbers: `Chapter 3`."""
        return re.search(r"[^\W\d_]{2}|§", re.sub(r"\b[IVXLCDM]+\b", "", self.label)) is not None


@dataclass(slots=True)
class Numbers:
    """The lists of a document. Counts while paragraphs are asked for in their order."""

    _levels: Mapping[str, tuple[str, Mapping[int, Level]]] = field(default_factory=dict)  # by the id of the list
    _styled: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # list → style's id → level
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)  # by what lists are made of

    def next(self, list_id: str, level: str, style_id: str) -> Numbered | None:
        """The next paragraph of a list; None for what is no list."""
        if list_id not in self._levels:
            return None
        own, levels = self._levels[list_id]
        at = int(level) if level.isdecimal() else self._styled.get(list_id, {}).get(style_id, 0)
        at = min(at, _MOST_LEVELS - 1)
        found = levels.get(at, Level())
        self._counts[own, at] = self._counts.get((own, at), found.start - 1) + 1
        for deeper in range(at + 1, _MOST_LEVELS):
            self._counts.pop((own, deeper), None)
        label = re.sub(r"%(\d)", lambda m: self._shown(own, levels, int(m[1]) - 1), found.label) if found.form else ""
        return Numbered(list_id, at, found.form, self._counts[own, at], label.strip())

    def _shown(self, own: str, levels: Mapping[int, Level], at: int) -> str:
        level = levels.get(at, Level("1"))
        number = self._counts.get((own, at), level.start)
        if level.form in ("a", "A") and 1 <= number <= 26:
            return chr(ord(level.form) + number - 1)
        if level.form in ("i", "I") and 1 <= number < 4000:
            return numeral(number) if level.form == "I" else numeral(number).lower()
        return str(number)


def read_numbers(root: Any) -> Numbers:
    """The lists of a numbering part; none for None."""
    if root is None:
        return Numbers()
    abstract = {value(e, "abstractNumId"): e for e in root if name_of(e) == "abstractnum"}
    levels: dict[str, tuple[str, Mapping[int, Level]]] = {}
    styled: dict[str, Mapping[str, int]] = {}
    for element in root:
        if name_of(element) != "num":
            continue
        list_id, base = value(element, "numId"), value(child(element, "abstractnumid"))
        made = [e for e in abstract.get(base, ()) if name_of(e) == "lvl"]
        own = {_index(e): _level(e) for e in made}
        changed = [e for e in element if name_of(e) == "lvloverride"]
        for e in changed:
            own[_index(e)] = _overridden(e, own.get(_index(e), Level()))
        levels[list_id] = (f"{base}.{list_id}" if changed else base, own)
        styled[list_id] = {value(child(e, "pstyle")): _index(e) for e in made}
    return Numbers(levels, styled)


def _index(element: Any) -> int:
    said = value(element, "ilvl")
    return int(said) if said.isdecimal() else 0


def _level(element: Any) -> Level:
    said = value(child(element, "numfmt")).casefold()
    form = "" if said in _UNNUMBERED else _TYPES.get(said, "1")
    return Level(form, value(child(element, "lvltext")), _start(child(element, "start"), 1))


def _overridden(element: Any, level: Level) -> Level:
    made = child(element, "lvl")
    level = level if made is None else _level(made)
    return Level(level.form, level.label, _start(child(element, "startoverride"), level.start))


def _start(element: Any, default: int) -> int:
    said = value(element)
    return int(said) if re.fullmatch(r"\d{1,6}", said) else default
