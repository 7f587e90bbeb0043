"""Words inside drawings: what an SVG's text elements say, row by row, as text of the page.

A drawing's title and description stand beside it for those who do not see it, so they are no text; words inside
definitions, clips and masks are drawn only where something uses them.
"""

import re
from collections.abc import Iterator
from typing import Any

from narrate.book import Reading
from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, walk

_UNDRAWN = frozenset(
    "defs symbol clippath mask marker pattern title desc metadata style script lineargradient radialgradient".split()
)
_NUMBER = re.compile(r"\s*(-?\d{1,9}(?:\.\d{1,9})?)")
_STYLED_OUT = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:fill-)?opacity\s*:\s*0(?:\.0+)?\s*(?:;|$))"
)
_MOST_ROWS = 2_000


def write_out(drawing: Any, reading: Reading) -> bool:
    """Make a drawing that shows words an element of text, row by row; whether it is a picture that is left out.

    One without words is said as it is described, where the reading has pictures described.
    """
    described = clean(drawing.get("aria-label") or next((e.text or "" for e in drawing.iter("{*}title")), ""))
    pictured = described != "" or next(drawing.iter("{*}image"), None) is not None
    if reading.figures == "skip":
        return pictured
    foreign = [e for e in drawing.iter("*") if name_of(e) == "foreignobject" and not _is_unseen(e, drawing)]
    rows = [*_rows(drawing), *_used(drawing)]
    if not foreign and not any(c.isalpha() for row in rows for c in row):
        if reading.figures != "alt" or not any(c.isalnum() for c in described):
            return pictured  # what has nothing but figures is the scale of a chart
        foreign, rows = [], [described]
    space = drawing.tag[: -len("svg")] if drawing.tag.endswith("svg") else ""
    within = _is_within_text(drawing)
    apart = " " if within and len("".join(rows)) > 1 else ""  # a letter alone is a drop cap
    del drawing[:]
    drawing.tag = f"{space}{'span' if within else 'div'}"
    drawing.text = apart + (rows[0] if rows else "")
    for row in rows[1:]:
        line = drawing.makeelement(f"{space}br")
        line.tail = row
        drawing.append(line)
    for element in foreign:
        element.tail, element.tag = None, f"{space}div"
        drawing.append(element)
    if apart:
        drawing.tail = apart + (drawing.tail or "")
    return False


def _used(drawing: Any) -> Iterator[str]:
    """The rows of what is defined and then used, each once."""
    named = {
        value.removeprefix("#")
        for e in drawing.iter("{*}use")
        for key, value in e.attrib.items()
        if key.rpartition("}")[2].rpartition(":")[2] == "href"
    }
    if named:
        for element in drawing.iter("*"):
            if element.get("id") in named and (name_of(element) == "symbol" or _is_unseen(element, drawing)):
                yield from _rows(element)


def _is_within_text(drawing: Any) -> bool:
    """Whether text stands right before or after it in the same element."""
    parent, before = drawing.getparent(), drawing.getprevious()
    around = "" if parent is None else (before.tail if before is not None else parent.text) or ""
    return bool((around + (drawing.tail or "")).strip())


def _is_unseen(element: Any, drawing: Any) -> bool:
    for e in element.iterancestors():
        if e is drawing:
            return False
        if name_of(e) in _UNDRAWN:
            return True
    return False


def _rows(drawing: Any) -> Iterator[str]:
    """The words of each row: of each text element, and of what stands at another height inside it."""
    pieces: list[str] = []
    height: float | None = None
    skipped: Any = None
    depth = 0  # text elements that are open
    count = 0
    for event, element in walk(drawing):
        name = name_of(element)
        if event == "start":
            if skipped is not None:
                continue
            if element is not drawing and (name in _UNDRAWN | {"foreignobject"} or _is_hidden(element)):
                skipped = element
                continue
            if name == "text" or (depth and name == "tspan"):
                here = _height(element, height)
                if pieces and here != height:
                    yield from _row(pieces)
                    count += 1
                    if count >= _MOST_ROWS:
                        return
                    pieces = []
                elif pieces and (name == "text" or (element.get("x") and len((element.text or "").strip()) > 1)):
                    pieces.append(" ")
                height = here
            depth += name == "text"
            if depth:
                pieces.append(element.text or "")
            continue
        if skipped is element:
            skipped = None
        elif skipped is not None:
            continue
        elif name == "text":
            depth -= 1
        if depth and element is not drawing:
            pieces.append(element.tail or "")
    yield from _row(pieces)


def _row(pieces: list[str]) -> Iterator[str]:
    if text := clean("".join(pieces)):
        yield text


def _height(element: Any, before: float | None) -> float | None:
    """Where its row stands: at its own y, else by its dy below the row before."""
    if (y := _NUMBER.match(element.get("y") or "")) is not None:
        return float(y[1])
    if (dy := _NUMBER.match(element.get("dy") or "")) is not None and float(dy[1]):
        return (before or 0.0) + float(dy[1])
    if name_of(element) == "text" and element.get("transform"):
        return None if before is not None else -1.0
    return before


def _is_hidden(element: Any) -> bool:
    style = element.get("style")
    return (
        element.get("display") == "none"
        or element.get("visibility") in ("hidden", "collapse")
        or (element.get("opacity") or element.get("fill-opacity") or "1").strip() in ("0", "0.0")
        or (style is not None and _STYLED_OUT.search(style.lower()) is not None)
    )
