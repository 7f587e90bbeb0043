"""The picture of takes' lengths against how much they say, with those far too long or too short.

Each voice is held to its own pace: a constant for breath, and seconds a character, fitted to the
ratio of lengths so that a book's many short lines count as its long ones do. Where lines are many the
picture counts them in cells, so that it stays as light for ten thousand as for ten.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from xml.etree.ElementTree import Element

from narrate.errors import StorageError
from narrate.project import PlacedChapter
from narrate.project.figures import clock
from narrate.report.pictures.drawing import (
    ALARM,
    COLOURS,
    LEFT,
    RIGHT,
    Scale,
    across,
    add,
    cut,
    markup,
    number,
    picture,
    plain,
    tell,
    upright,
)
from narrate.takes import TakeStore

HEIGHT, TOP, BOTTOM = 320.0, 44.0, 268.0
CELL = 6.0  # pixels
SHADES = 5
NAMED = 10
ENOUGH = 12  # lines that tell a voice's own pace
FAR = 5.0  # deviations from the voice's pace
LEAST = math.log(1.35)  # what nobody would notice, however even a voice is
LEAST_S = 0.25


@dataclass(frozen=True, slots=True)
class Length:
    """A line's take: who speaks it with which voice, `characters` of its text as it is spoken, and seconds."""

    place: str
    text: str
    speaker: str
    voice: str
    characters: int
    seconds: float


def take_lengths(chapters: Iterable[PlacedChapter], takes: TakeStore) -> Iterator[Length]:
    """The book's takes in order, as often as they are heard; one that cannot be read is left out."""
    seconds: dict[str, float] = {}
    for placed in (line for chapter in chapters for line in chapter.lines):
        if (request := placed.request) is None:
            continue
        if request.key not in seconds:
            with suppress(StorageError):
                seconds[request.key] = takes.seconds(request.key)
        if request.key in seconds:
            line, voice = placed.line, request.voice.name
            yield Length(placed.place, line.text, line.speaker, voice, len(request.text), seconds[request.key])


@dataclass(frozen=True, slots=True)
class Outlier:
    """A take whose length is not what its voice would need, and what that would be."""

    length: Length
    expected_s: float

    @property
    def off(self) -> float:
        """The logarithm of how many times too long it is."""
        return math.log(self.length.seconds / self.expected_s)


def find_outliers(lengths: Iterable[Length]) -> list[Outlier]:
    """The takes that are far too long or short for their voice, the farthest first."""
    found = [length for length in lengths if length.characters > 0 and length.seconds > 0]
    if not found:
        return []
    paces = _paces(found)
    judged = [Outlier(length, _expected(paces[length.voice], length.characters)) for length in found]
    spread = 1.4826 * median(abs(outlier.off) for outlier in judged)
    limit = max(FAR * spread, LEAST)
    far = [o for o in judged if abs(o.off) > limit and abs(o.length.seconds - o.expected_s) > LEAST_S]
    return sorted(far, key=lambda o: (-abs(o.off), o.length.place))


def _paces(lengths: Sequence[Length]) -> Mapping[str, tuple[float, float]]:
    """Seconds for nothing and for a character, by voice; a voice with few lines has the book's."""
    by_voice: dict[str, list[Length]] = defaultdict(list)
    for length in lengths:
        by_voice[length.voice].append(length)
    book = _fit(lengths)
    return {voice: _fit(own) if len(own) >= ENOUGH else book for voice, own in by_voice.items()}


def _fit(lengths: Sequence[Length]) -> tuple[float, float]:
    """The line through the lengths with the least relative error, fitted again without what lies far off it."""
    pace = (0.0, median(length.seconds / length.characters for length in lengths))
    for far in (1.0, 0.5):
        near = [v for v in lengths if abs(math.log(v.seconds / _expected(pace, v.characters))) < far]
        # Least squares of (a + b·characters)/seconds against 1, by its two normal equations.
        u = [1 / v.seconds for v in near]
        w = [v.characters / v.seconds for v in near]
        uu, uw, ww = (sum(p * q for p, q in zip(a, b, strict=True)) for a, b in ((u, u), (u, w), (w, w)))
        determinant = uu * ww - uw * uw
        if determinant > 1e-9 * uu * ww:
            a, b = (sum(u) * ww - sum(w) * uw) / determinant, (sum(w) * uu - sum(u) * uw) / determinant
            if a < 0:
                a, b = 0.0, sum(w) / ww
            if b > 0:
                pace = a, b
    return pace


def _expected(pace: tuple[float, float], characters: int) -> float:
    return pace[0] + pace[1] * characters


def draw_lengths(lengths: Iterable[Length]) -> str:
    """Both axes logarithmic, so that a short take twice too long stands out as a long one does.

    Outliers are ringed and named. Empty when there are no takes.
    """
    found = [length for length in lengths if length.characters > 0 and length.seconds > 0]
    if not found:
        return ""
    outliers = find_outliers(found)
    named = outliers[:NAMED]
    total, characters = sum(v.seconds for v in found), sum(v.characters for v in found)
    said = f"{len(found):,} takes, {clock(total)}, {plain(characters / total)} characters a second. "
    if outliers:
        more = f"; and {len(outliers) - NAMED} more." if len(outliers) > NAMED else "."
        said += f"{len(outliers)} {'is' if len(outliers) == 1 else 'are'} far too long or short: "
        said += "; ".join(map(_told, named)) + more
    else:
        said += "None is far too long or short for its text."
    svg = picture("lengths", "Lengths of the takes against their texts", said, HEIGHT + 18 * len(named) + 8)
    columns, rows = _powers([v.characters for v in found]), _powers([v.seconds for v in found])
    x, y = Scale(columns[0], columns[-1], LEFT, RIGHT, log=True), Scale(rows[0], rows[-1], BOTTOM, TOP, log=True)
    upright(svg, y, rows, "seconds", plain)
    across(svg, x, columns, BOTTOM, "characters, as spoken", plain)
    _cells(svg, found, x, y)
    boxes: list[tuple[float, float]] = []
    for row, outlier in enumerate(named):
        length = outlier.length
        at, up = x(length.characters), y(length.seconds)
        ring = add(svg, "circle", cx=at, cy=up, r=5, fill="none", stroke=ALARM, stroke_width=2, class_="outlier")
        tell(ring, _told(outlier))
        label = _label(at, up, boxes, outlier.off > 0)
        if abs(boxes[-1][1] - up) > 10:
            lead = f"M{number(at)} {number(up)}L{number(boxes[-1][0])} {number(boxes[-1][1] - 4)}"
            add(svg, "path", d=lead, stroke="currentColor", opacity=0.5)
        add(svg, "text", length.place, **label, class_="place")
        text = f"{_told(outlier)}: {cut(length.text, 60)}"
        add(svg, "text", text, x=LEFT, y=HEIGHT + 10 + 18 * row, class_="named")
    if len(outliers) > NAMED:
        more = f"○ {len(outliers)} outliers, the farthest named"
        add(svg, "text", more, x=RIGHT, y=TOP - 14, text_anchor="end")
    return markup(svg)


def _powers(values: Sequence[float]) -> list[float]:
    """The marks of a logarithmic axis that holds `values`: 1, 2 and 5 times powers of ten, two at least."""
    marks = [step * 10.0**power for power in range(-3, 7) for step in (1, 2, 5)]
    low = max((n for n, mark in enumerate(marks) if mark <= min(values)), default=0)
    high = next((n for n, mark in enumerate(marks) if mark >= max(values) and n > low), len(marks) - 1)
    return marks[low : high + 1]


def _told(outlier: Outlier) -> str:
    return f"{outlier.length.place} {outlier.length.seconds:.1f} s, where {outlier.expected_s:.1f} s would do"


def _cells(svg: Element, lengths: Sequence[Length], x: Scale, y: Scale) -> None:
    """How many takes lie where: a path a shade, the darkest last."""
    cells = Counter((int((x(v.characters) - LEFT) // CELL), int((BOTTOM - y(v.seconds)) // CELL)) for v in lengths)
    most = max(cells.values())
    shades: dict[int, list[str]] = defaultdict(list)
    for (column, row), count in sorted(cells.items()):
        shade = math.ceil(SHADES * math.log1p(count) / math.log1p(most))
        left, top = LEFT + CELL * column, BOTTOM - CELL * (row + 1)
        shades[shade].append(f"M{number(left)} {number(top)}h{CELL:g}v{CELL:g}h-{CELL:g}z")
    for shade, paths in sorted(shades.items()):
        opacity = 0.25 + 0.7 * shade / SHADES
        add(svg, "path", d="".join(paths), fill=COLOURS[0], opacity=opacity, class_="cells")


def _label(x: float, y: float, boxes: list[tuple[float, float]], above: bool) -> dict[str, float | str]:
    """Where a ring's label goes, away from the cloud and from other labels; noted in `boxes`."""
    left = x > RIGHT - 60 or (above and x > LEFT + 60)
    side = -1 if left else 1
    for up in (4, -10, -24, -38) if above else (4, 18, -10, 32):
        at = (x + 30 * side, min(y + up, BOTTOM - 4))
        if all(abs(at[0] - bx) > 50 or abs(at[1] - by) > 12 for bx, by in boxes):
            break
    boxes.append(at)
    return {"x": x + 9 * side, "y": at[1], "text_anchor": "end" if left else "start"}
