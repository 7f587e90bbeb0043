"""Styles: what a paragraph or a run is, by its style and those that it is based on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from narrate.readers.docx.parts import child, is_on, value
from narrate.readers.epub.markup import name_of

_HEADING = re.compile(r"heading (\d)")
_DEEPEST = 30  # styles that one may be based on
_BODY_LEVEL = 9  # an outline level that is none


@dataclass(frozen=True, slots=True)
class Look:
    """The look of letters, as far as it matters to the ear; None and "" where nothing is said of it."""

    hidden: bool | None = None
    italic: bool | None = None
    bold: bool | None = None
    vertical: str = ""  # superscript, subscript
    languages: tuple[str, str, str] = ("", "", "")  # of Latin, East Asian and right-to-left letters

    def over(self, under: "Look") -> "Look":
        """This look, and where it says nothing the one `under` it."""
        first, second, third = (a or b for a, b in zip(self.languages, under.languages, strict=True))
        return Look(
            under.hidden if self.hidden is None else self.hidden,
            under.italic if self.italic is None else self.italic,
            under.bold if self.bold is None else self.bold,
            self.vertical or under.vertical,
            (first, second, third),
        )


@dataclass(frozen=True, slots=True)
class Style:
    """A style with all that it is based on. `level` is that of the outline, 1 for the highest, 0 for none."""

    name: str = ""
    level: int = 0
    list_id: str = ""
    list_level: str = ""
    look: Look = field(default_factory=Look)


@dataclass(frozen=True, slots=True)
class Styles:
    """A document's styles by their ids; `usual` is that of a paragraph that names none."""

    by_id: Mapping[str, Style] = field(default_factory=dict)
    usual: Style = Style()
    default: Look = Look()

    def of(self, style_id: str) -> Style:
        """The style of that id, of a paragraph."""
        return self.by_id.get(style_id, self.usual)


def look_of(properties: Any) -> Look:
    """What run properties say of the look."""
    if properties is None:
        return Look()
    said: dict[str, Any] = {}
    for element in properties:
        name = name_of(element)
        if name in _SWITCHES:
            said[_SWITCHES[name]] = is_on(element)
        elif name == "vertalign":
            said["vertical"] = value(element)
        elif name == "lang":
            said["languages"] = (value(element), value(element, "eastAsia"), value(element, "bidi"))
    return Look(**said)


_SWITCHES = {"vanish": "hidden", "i": "italic", "b": "bold"}


def read_styles(root: Any) -> Styles:
    """The styles of a styles part; none for None."""
    if root is None:
        return Styles()
    elements = {value(e, "styleId"): e for e in root if name_of(e) == "style"}
    defaults = child(child(child(root, "docdefaults"), "rprdefault"), "rpr")
    found = {style_id: _style(style_id, elements) for style_id in elements}
    usual = next(
        (i for i, e in elements.items() if value(e, "default") in ("1", "true") and value(e, "type") == "paragraph"), ""
    )
    return Styles(found, found.get(usual, Style()), look_of(defaults))


def _style(style_id: str, elements: Mapping[str, Any]) -> Style:
    made = Style()
    for element in reversed(list(_chain(style_id, elements))):
        name = value(child(element, "name")) or value(element, "styleId")
        paragraph = child(element, "ppr")
        numbers = child(paragraph, "numpr")
        made = replace(
            made,
            name=name.casefold(),
            level=_level(name, paragraph, made.level),
            list_id=value(child(numbers, "numid")) or made.list_id,
            list_level=value(child(numbers, "ilvl")) or made.list_level,
            look=look_of(child(element, "rpr")).over(made.look),
        )
    return made


def _chain(style_id: str, elements: Mapping[str, Any]) -> Iterator[Any]:
    """A style and what it is based on, outwards."""
    seen: set[str] = set()
    while style_id in elements and style_id not in seen and len(seen) < _DEEPEST:
        seen.add(style_id)
        yield elements[style_id]
        style_id = value(child(elements[style_id], "basedon"))


def _level(name: str, paragraph: Any, inherited: int) -> int:
    said = outline_level(paragraph)
    if said is not None:
        return said
    named = _HEADING.fullmatch(name.casefold())
    return int(named[1]) if named else inherited


def outline_level(paragraph: Any) -> int | None:
    """The level of the outline that paragraph properties say, 1 for the highest, 0 for none; None where they do not."""
    said = value(child(paragraph, "outlinelvl"))
    return (int(said) + 1 if int(said) < _BODY_LEVEL else 0) if said.isdecimal() else None
