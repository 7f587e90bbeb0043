"""A page's tree, made what the page shows: one of several branches, no words for other readers, marks that are drawn.

The page reader walks text. What a browser makes of elements that are no text (a formula, a drawing, marks of
quotation, a style sheet's rows) is put into the tree here, in the element's own place, before that walk; an element
keeps its id and the text after it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from narrate.book import Reading
from narrate.readers.epub import alternatives, drawn, quoted, tables
from narrate.readers.epub.markup import name_of


@dataclass(frozen=True, slots=True)
class Shown:
    """What was seen while the tree was made ready: `left` counts what the page has and no listener hears."""

    left: Counter[str] = field(default_factory=Counter)


def make_shown(root: Any, language: str, reading: Reading) -> Shown:
    """Change the tree under `root` to what it shows; `language` is the book's."""
    shown = Shown()
    found: dict[str, list[Any]] = {}
    unheard: list[Any] = []
    skips: list[Any] = []
    for element in root.iter("*"):
        name = name_of(element)
        if name in _NAMES:
            found.setdefault(name, []).append(element)
        if element.get("aria-hidden") == "true":
            unheard.append(element)
        if name == "a" and alternatives.is_skip_link(element):
            skips.append(element)
    for switch in found.get("switch", ()):
        alternatives.choose(switch, language)
    for name in _UNSHOWN:
        shown.left.update(alternatives.left_out(found.get(name, ())))
    alternatives.say_once(unheard)
    alternatives.pass_over(skips)
    shown.left["controls"] += len(skips)
    for name, change in _CHANGES.items():
        for element in reversed(found.get(name, ())):  # what is inside another comes before it
            change(element, language)
    for drawing in found.get("svg", ()):
        shown.left["pictures"] += drawn.write_out(drawing, reading)
    return shown


_CHANGES: dict[str, Callable[[Any, str], None]] = {"table": tables.fill_dittos, "q": quoted.mark}
_UNSHOWN = tuple(
    "object noscript applet noembed noframes progress meter button select datalist textarea dialog".split()
)
_NAMES = frozenset(("switch", "svg", *_UNSHOWN, *_CHANGES))
