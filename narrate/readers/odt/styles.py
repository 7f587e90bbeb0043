"""Styles of an OpenDocument text, as far as they change what is read: language, hidden text, lists, their names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from narrate.languages import is_tag
from narrate.readers.epub.markup import name_of

_NO_LANGUAGE = frozenset(("", "none", "zxx", "und"))
_DEEPEST = 30  # styles that one is made from


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says: the names of itself and of those that it is made from, a language ("" for none), whether its
    text is hidden, and the list that its paragraphs stand in."""

    names: tuple[str, ...] = ()
    language: str = ""
    hidden: bool = False
    list_name: str = ""


@dataclass(slots=True)
class Styles:
    """The styles of a document by family and name; `language` is what its text is in where nothing else is said."""

    language: str = ""
    numbered: dict[str, str] = field(default_factory=dict)  # list style → the form of its first level's numbers
    _elements: dict[tuple[str, str], Any] = field(default_factory=dict)
    _found: dict[tuple[str, str], Style] = field(default_factory=dict)

    def of(self, family: str, name: str) -> Style:
        """The style of that name; an empty one where there is none."""
        key = family, name
        if key not in self._found:
            self._found[key] = self._made(family, name)
        return self._found[key]

    def _made(self, family: str, name: str) -> Style:
        names: list[str] = []
        language = listed = ""
        hidden: bool | None = None
        while name and len(names) < _DEEPEST and (element := self._elements.get((family, name))) is not None:
            names.append((attribute(element, "display-name") or name).replace("_20_", " ").casefold())
            language = language or language_said(element)
            listed = listed or attribute(element, "list-style-name")
            display = next((attribute(p, "display") for p in element if name_of(p) == "text-properties"), "")
            hidden = display == "none" if hidden is None and display else hidden
            name = attribute(element, "parent-style-name")
        return Style(tuple(names or [name.replace("_20_", " ").casefold()]), language, bool(hidden), listed)


def read_styles(roots: Iterable[Any]) -> Styles:
    """The styles that the parts of a document have, the first of a name counting."""
    found = Styles()
    for root in roots:
        for element in root.iter("{*}style", "{*}default-style", "{*}list-style"):
            kind, family, name = name_of(element), attribute(element, "family"), attribute(element, "name")
            if kind == "style":
                found._elements.setdefault((family, name), element)
            elif kind == "default-style" and family == "paragraph":
                found.language = found.language or language_said(element)
            elif kind == "list-style":
                form = next((attribute(e, "num-format") for e in element if name_of(e).endswith("-number")), "")
                found.numbered.setdefault(name, form)
    return found


def language_said(style: Any) -> str:
    """The language that a style itself gives its text, as a tag, or ""."""
    for properties in style:
        if name_of(properties) == "text-properties":
            language, country = attribute(properties, "language"), attribute(properties, "country")
            tag = language if country.casefold() in _NO_LANGUAGE else f"{language}-{country}"
            return tag if language.casefold() not in _NO_LANGUAGE and is_tag(tag) else ""
    return ""


def attribute(element: Any, name: str) -> str:
    """An attribute by its local name, in whichever of OpenDocument's namespaces, or ""."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
