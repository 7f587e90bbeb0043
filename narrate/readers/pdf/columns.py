"""Lines of a page in the order in which they are read: one column, or several side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from narrate.readers.pdf.lines import CELL, Line

_LEAST = 5  # lines of a column
_FULL = 0.6  # of its column's width that a usual line of text has
_USUAL = 0.6  # of the lines are no longer than that one: others end paragraphs, or are somebody's few words
_MIDDLE = 0.2  # of the width at both sides, in which no gap parts columns
_MOST_ACROSS = 0.4  # of the lines that may run across both columns
_STEPS = 60
_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Region:
    """Lines under one another on a page, from the top down, between its edges `left` and `right`.

    `place` tells it from the others of its page: "" for a page of one column, else which column it is.
    """

    lines: tuple[Line, ...]
    page: int
    place: str = ""
    left: float = 0.0
    right: float = 0.0


def regions(lines: Sequence[Line], page: int) -> list[Region]:
    """A page's regions in reading order."""
    return [Region(tuple(found), page, place) for place, found in _parted(lines, "", 0) if found]


def _parted(lines: Sequence[Line], place: str, depth: int) -> list[tuple[str, list[Line]]]:
    down = sorted(lines, key=lambda line: (-line.y, line.x0))
    gutter = _gutter(down) if depth < _DEPTH else None
    if gutter is None:
        return [(place, _in_rows(down))]
    found: list[tuple[str, list[Line]]] = []
    left: list[Line] = []
    right: list[Line] = []
    across: list[Line] = []

    def close() -> None:
        for side, name in ((left, "l"), (right, "r")):
            if side:
                found.extend(_parted(side, place + name, depth + 1))
                side.clear()

    for line in down:
        crosses = line.x0 < gutter < line.x1
        if not crosses and across:
            found.append((place, _in_rows(across)))
            across = []
        if crosses:
            close()
            across.append(line)
        else:
            (left if line.x1 <= gutter else right).append(line)
    close()
    if across:
        found.append((place, _in_rows(across)))
    return found


def _gutter(lines: Sequence[Line]) -> float | None:
    """The middle of the gap between two columns, None where the lines are one."""
    if len(lines) < 2 * _LEAST:
        return None
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    width = right - left
    best: tuple[int, float] | None = None
    for step in range(_STEPS + 1):
        x = left + width * (_MIDDLE + (1 - 2 * _MIDDLE) * step / _STEPS)
        across = sum(line.x0 < x < line.x1 for line in lines)
        if best is None or across < best[0]:
            best = (across, x)
    assert best is not None
    across, x = best
    before, after = [line for line in lines if line.x1 <= x], [line for line in lines if line.x0 >= x]
    if min(len(before), len(after)) < _LEAST or across > _MOST_ACROSS * len(lines):
        return None
    end, start = max(line.x1 for line in before), min(line.x0 for line in after)
    if not (_is_filled(before, left, end) and _is_filled(after, start, right)):
        return None
    together = min(before[0].y, after[0].y) - max(before[-1].y, after[-1].y)
    return (end + start) / 2 if together > 0 else None


def _is_filled(lines: Sequence[Line], left: float, right: float) -> bool:
    """Whether rows fill the width between two edges as running text does, and not as cells of a table."""
    widths = sorted(row.x1 - row.x0 for row in _in_rows(lines))
    usual = widths[int(_USUAL * len(widths))]
    return usual >= _FULL * (right - left) > 6 * median(line.size for line in lines)


def _in_rows(lines: Sequence[Line]) -> list[Line]:
    """Lines of one column, those of one baseline put together from left to right."""
    kept: list[Line] = []
    for line in lines:
        before = kept[-1] if kept else None
        if before and abs(before.y - line.y) <= 0.25 * max(before.size, line.size):
            one, two = sorted((before, line), key=lambda part: part.x0)
            kept[-1] = Line(
                f"{one.text} {two.text}",
                one.page,
                one.x0,
                max(one.x1, two.x1),
                one.y if one.size >= two.size else two.y,
                max(one.size, two.size),
                one.bold and two.bold,
                one.first,
                (*one.starts, *(two.starts if two.x0 - one.x1 > CELL * max(one.size, two.size) else ())),
            )
        else:
            kept.append(line)
    return kept
