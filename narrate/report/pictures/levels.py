"""Levels of the assembled chapters: loudness, RMS and peak of each, and those that stand out."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from xml.etree.ElementTree import Element

from narrate.report.pictures.drawing import (
    COLOURS,
    LEFT,
    RIGHT,
    Scale,
    across,
    add,
    cut,
    decibels,
    markup,
    number,
    picture,
    tell,
    ticks,
    upright,
)

HEIGHT, TOP, BOTTOM = 300.0, 60.0, 248.0
COLUMNS = 120  # more chapters than that share columns
LOWEST_DB = -60.0  # what is quieter is drawn here
APART_DB = 1.5  # from the book's middle loudness: heard as louder or quieter
NAMED = 5


@dataclass(frozen=True, slots=True)
class ChapterLevel:
    """A chapter as it was assembled: integrated loudness, RMS, and peak."""

    title: str
    lufs: float
    rms_db: float
    peak_db: float


def draw_levels(levels: Sequence[ChapterLevel]) -> str:
    """A column a chapter in the book's order; many chapters share columns, which then show a range.

    Empty when there is no chapter.
    """
    if not levels:
        return ""
    middle = median(level.lufs for level in levels)
    apart = [(n, level) for n, level in enumerate(levels, 1) if abs(level.lufs - middle) > APART_DB]
    apart.sort(key=lambda found: -abs(found[1].lufs - middle))
    said = (
        f"{len(levels)} chapters. Loudness {_range([v.lufs for v in levels])} LUFS, RMS "
        f"{_range([v.rms_db for v in levels])} dB, peaks {_range([v.peak_db for v in levels])} dB."
    )
    named = "; ".join(f"{n} {level.title}: {decibels(level.lufs)} LUFS" for n, level in apart[:NAMED])
    more = f", and {len(apart) - NAMED} more" if len(apart) > NAMED else ""
    said += f" Apart from the rest: {named}{more}." if apart else " None is louder or quieter than the rest."
    height = HEIGHT + 18 * min(len(apart), NAMED + 1)
    svg = picture("levels", "Levels of the chapters", said, height)
    lowest = max(min(min(v.lufs, v.rms_db, v.peak_db) for v in levels), LOWEST_DB)
    rows = ticks(lowest, max(0.0, *(v.peak_db for v in levels)), 8)
    y = Scale(rows[0], rows[-1], BOTTOM, TOP)
    upright(svg, y, rows, "dB, LUFS", lambda db: f"{db:g}".replace("-", "−"))
    _legend(svg)
    x = Scale(0.5, len(levels) + 0.5, LEFT, RIGHT)
    marks = [at for at in ticks(1, len(levels), 10, _WHOLE) if 1 <= at <= len(levels)]
    across(svg, x, [1.0, *(at for at in marks if at > 1)], BOTTOM, "chapter", lambda at: f"{at:g}")
    each = -(-len(levels) // COLUMNS)
    for first in range(0, len(levels), each):
        _column(svg, levels[first : first + each], first + 1, x, y)
    for row, (n, level) in enumerate(apart[:NAMED]):
        off = level.lufs - middle
        text = f"{n} {cut(level.title, 60)}: {decibels(level.lufs)} LUFS, {abs(off):.1f} "
        text += "louder than the middle chapter" if off > 0 else "quieter than the middle chapter"
        add(svg, "text", text, x=LEFT, y=HEIGHT + 10 + 18 * row, class_="apart")
    if len(apart) > NAMED:
        add(svg, "text", f"and {len(apart) - NAMED} more", x=LEFT, y=HEIGHT + 10 + 18 * NAMED)
    return markup(svg)


_WHOLE = [step * 10**power for power in range(7) for step in (1, 2, 5)]


def _range(values: Sequence[float]) -> str:
    low, high = decibels(min(values)), decibels(max(values))
    return low if low == high else f"{low} to {high}"


def _legend(svg: Element) -> None:
    for at, (name, text) in enumerate((("peak", "peak"), ("lufs", "loudness"), ("rms", "RMS"))):
        x = RIGHT - 250 + 94 * at
        _mark(svg, name, x, 22, 22)
        add(svg, "text", text, x=x + 10, y=26)


def _column(svg: Element, levels: Sequence[ChapterLevel], first: int, x: Scale, y: Scale) -> None:
    """The marks of one chapter, or the ranges of several, and what they are in words."""
    last = first + len(levels) - 1
    at = x((first + last) / 2)
    group = add(svg, "g", class_="chapter")
    values = {
        "peak": [level.peak_db for level in levels],
        "lufs": [level.lufs for level in levels],
        "rms": [level.rms_db for level in levels],
    }
    which = f"{first} {levels[0].title}" if first == last else f"{first} to {last}"
    loud, rms, peak = (_range(values[name]) for name in ("lufs", "rms", "peak"))
    tell(group, f"{which}: loudness {loud} LUFS, RMS {rms} dB, peak {peak} dB")
    for name, found in values.items():
        low, high = (y(max(bound, y.low)) for bound in (min(found), max(found)))
        _mark(group, name, at, low, high)


def _mark(parent: Element, name: str, x: float, low: float, high: float) -> None:
    """A mark that its shape tells apart, not its colour alone; drawn long for a range."""
    if high < low:
        colour = {"peak": COLOURS[2], "lufs": COLOURS[0], "rms": COLOURS[1]}[name]
        add(parent, "path", d=f"M{number(x)} {number(low)}V{number(high)}", stroke=colour, stroke_width=3, opacity=0.6)
    middle = (low + high) / 2
    if name == "peak":
        add(parent, "path", d=f"M{number(x - 3)} {number(middle)}h6", stroke=COLOURS[2], stroke_width=2, class_=name)
    elif name == "lufs":
        add(parent, "circle", cx=x, cy=middle, r=3, fill=COLOURS[0], class_=name)
    else:
        add(parent, "circle", cx=x, cy=middle, r=2.5, fill="none", stroke=COLOURS[1], stroke_width=1.5, class_=name)
