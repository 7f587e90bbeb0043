"""What style sheets make of a page's elements: which are hidden, which are rows of their own, where line ends show.

The usual cascade: what is important, then the element's own style, then the more specific selector, then the later.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from narrate.readers.epub.markup import name_of, types_of
from narrate.readers.epub.meaning import BLOCKS, Meaning, meanings
from narrate.readers.epub.sheets import Rule, Sheets, declarations

_MOST = 10_000_000  # elements that the selectors of one page look at: no book's
_DEPTHS = (12, 25, 50, 100, 200)  # elements inside one another; on a deeper page no selector is looked for
_FEW = 3_000  # elements of a page on which places among siblings may be counted
_ROWS = frozenset("block list-item table table-row table-caption flex grid flow-root".split())
_SHIFTS = {"super": 1, "sub": -1}
_OPEN = frozenset("pre pre-wrap pre-line break-spaces".split())
_NO_TEXT = frozenset("img image svg object br hr wbr input math table audio video rt rp ruby rb".split())
_Weight = tuple[bool, bool, tuple[int, int, int], int]  # important, own style, specificity, order


@dataclass(frozen=True, slots=True)
class Styled:
    """Elements of one page that nobody sees; those inside a paragraph that are rows; whether their line ends show.

    `shifted` are those that stand above (1) or below (-1) their line.
    """

    hidden: frozenset[Any] = frozenset()
    rows: frozenset[Any] = frozenset()
    line_ends: dict[Any, bool] = field(default_factory=dict)
    shifted: dict[Any, int] = field(default_factory=dict)


def styled(root: Any, file: str, sheets: Sheets | None) -> Styled:
    """What the sheets of the page in `file` and its elements' own styles make of it."""
    rules = sheets.of_page(root, file) if sheets else []
    found: dict[Any, dict[str, tuple[_Weight, str]]] = {}
    for order, (elements, rule) in enumerate(_matched(root, rules) if rules else ()):
        for element in elements:
            _declare(found, element, rule.declared, (False, rule.specificity, order))
    for element in root.iterfind(".//*[@style]"):
        if any(
            word in (style := element.get("style")).lower() for word in ("display", "visib", "white-space", "speak")
        ):
            _declare(found, element, declarations(style), (True, (0, 0, 0), 0))
    if not found:
        return Styled()
    shown = {element: {name: value for name, (_, value) in said.items()} for element, said in found.items()}
    return Styled(
        frozenset(_hidden(root, shown)),
        frozenset(e for e, said in shown.items() if _is_row(e, said)),
        {e: said["white-space"] in _OPEN for e, said in shown.items() if "white-space" in said},
        {e: _SHIFTS[said["vertical-align"]] for e, said in shown.items() if said.get("vertical-align") in _SHIFTS},
    )


def _matched(root: Any, rules: list[Rule]) -> Iterable[tuple[Any, Rule]]:
    """The elements of each rule that finds any."""
    classes = {word for value in set(root.xpath("//@class")) for word in value.split()}
    ids = set(root.xpath("//@id")) if any(rule.ids for rule in rules) else set()
    asked = [rule for rule in rules if rule.classes <= classes and rule.ids <= ids]
    deep = next((depth for depth in _DEPTHS if not root.xpath("boolean(/" + "*/" * depth + "*)")), 0) if asked else 0
    count = int(root.xpath("count(//*)")) if deep else 0
    looked_at = 0
    for rule in asked:
        looked_at += (cost := count * deep**rule.descents)
        if looked_at > _MOST:
            looked_at -= cost  # this one is left out, and not those that cost less
        elif deep and not (rule.counts_siblings and count > _FEW):
            yield rule.find(root), rule


def _declare(
    found: dict[Any, dict[str, tuple[_Weight, str]]],
    element: Any,
    declared: Iterable[tuple[str, str, bool]],
    weight: tuple[bool, tuple[int, int, int], int],
) -> None:
    said = found.setdefault(element, {})
    for name, value, important in declared:
        whole = (important, *weight)
        if name not in said or said[name][0] <= whole:
            said[name] = (whole, value)


def _hidden(root: Any, shown: dict[Any, dict[str, str]]) -> Iterable[Any]:
    unseen = [e for e, said in shown.items() if _is_unseen(said) and name_of(e) not in ("html", "body", "br", "hr")]
    if not unseen:
        return
    visible = {up for e, said in shown.items() if said.get("visibility") == "visible" for up in e.iterancestors()}
    # Pages hide notes to show them where their marks are touched; notes have rules of their own.
    notes = [e for e in root.iter("*") if not meanings(e, types_of(e)).isdisjoint((Meaning.NOTE, Meaning.NOTES))]
    kept = {up for note in notes for up in (note, *note.iterancestors())}
    for element in unseen:
        if element not in kept and (shown[element].get("display") == "none" or element not in visible):
            yield element


def _is_unseen(said: dict[str, str]) -> bool:
    return (
        said.get("display") == "none"
        or said.get("visibility") in ("hidden", "collapse")
        or said.get("speak") in ("none", "never")
        or said.get("-epub-speak") in ("none", "never")
    )


def _is_row(element: Any, said: dict[str, str]) -> bool:
    """Whether an element inside a paragraph stands on a row of its own, and does not float beside the text."""
    name = name_of(element)
    return (
        said.get("display") in _ROWS
        and said.get("float", "none") == "none"
        and said.get("position") not in ("absolute", "fixed")
        and name not in BLOCKS
        and name not in _NO_TEXT
    )
