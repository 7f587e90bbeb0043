"""Drawing for the pictures: SVG elements, scales, ticks, axes.

Built as elements and written out by the standard library, so that no name can break the markup.
Ink is the page's own (`currentColor`), and the few colours are readable on light and dark: a picture
serves in a page of either kind and as a file. They are attributes, which any CSS rule overrules.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

WIDTH = 720
LEFT, RIGHT = 64.0, 690.0  # where plots begin and end
TEXT_PX = 12
COLOURS = ("#4579c4", "#cf6a17", "#2e8b57")  # each 3.6:1 or more against white and #111
ALARM = "#d23c3c"


def picture(name: str, title: str, description: str, height: float) -> Element:
    """An empty picture, WIDTH by `height`: `name` makes its ids, the rest is what a screen reader says."""
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {number(height)}",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-text",
            "class": f"picture {name}",
            "font-family": "system-ui, sans-serif",
            "font-size": str(TEXT_PX),
            "fill": "currentColor",
        },
    )
    add(svg, "title", title, id=f"{name}-title")
    add(svg, "desc", description, id=f"{name}-text")
    return svg


def add(parent: Element, tag: str, text: str = "", /, **attributes: str | float) -> Element:
    """A new element in `parent`; `font_size=9.5` becomes `font-size="9.5"`, a trailing underscore goes."""
    named = {
        name.rstrip("_").replace("_", "-"): value if isinstance(value, str) else number(value)
        for name, value in attributes.items()
    }
    element = ElementTree.SubElement(parent, tag, named)
    element.text = clean(text) or None
    return element


def tell(element: Element, text: str) -> None:
    """What a pointer over `element`, or a screen reader in it, is told."""
    add(element, "title", text)


def markup(svg: Element) -> str:
    """The picture as text: well-formed XML, and as it is in HTML."""
    return ElementTree.tostring(svg, encoding="unicode")


def number(value: float) -> str:
    """A coordinate to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def clean(text: str) -> str:
    """Without what XML cannot hold: control characters, lone surrogates."""
    return "".join(c if unicodedata.category(c) not in ("Cc", "Cs") and c not in "￾￿" else " " for c in text)


def cut(text: str, columns: int) -> str:
    """At most that many columns of `text`: a Chinese character takes two."""
    text = " ".join(clean(text).split())
    used = 0
    for at, c in enumerate(text):
        used += 2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1
        if used > columns:
            return text[: max(at - 1, 0)].rstrip() + "…"
    return text


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high`, laid on the pixels from `start` to `end`; with `log`, their logarithms."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high = (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)
        return self.start + ((math.log(value) if self.log else value) - low) / (high - low) * (self.end - self.start)


def ticks(low: float, high: float, most: int, steps: Iterable[float] | None = None) -> list[float]:
    """Round values that cover `low` to `high`, about `most`: the first at most `low`, the last at least `high`.

    `steps` are the distances to choose from, ascending; otherwise 1, 2 and 5 times any power of ten.
    """
    high = high if high > low else low + 1
    step = next(s for s in steps or _decimal((high - low) / most) if (high - low) / s <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [n * step for n in range(first, last + 1)]


def _decimal(least: float) -> Iterator[float]:
    power = math.floor(math.log10(least))
    return (step * 10.0 ** (power + more) for more in count() for step in (1, 2, 5))


def across(svg: Element, scale: Scale, at: Sequence[float], y: float, label: str, told: Callable[[float], str]) -> None:
    """A horizontal axis at `y` with a mark at each of `at`, and what it counts."""
    add(svg, "path", d=f"M{number(scale.start)} {number(y)}H{number(scale.end)}", stroke="currentColor", opacity=0.6)
    for value in at:
        x = scale(value)
        add(svg, "path", d=f"M{number(x)} {number(y)}v5", stroke="currentColor", opacity=0.6)
        add(svg, "text", told(value), x=x, y=y + 18, text_anchor="middle", class_="x-tick")
    add(svg, "text", label, x=(scale.start + scale.end) / 2, y=y + 36, text_anchor="middle")


def upright(svg: Element, scale: Scale, at: Sequence[float], label: str, told: Callable[[float], str]) -> None:
    """A vertical axis at the left with a line across the plot at each of `at`; `label` stands above it."""
    for value in at:
        y = scale(value)
        add(svg, "path", d=f"M{number(LEFT)} {number(y)}H{number(RIGHT)}", stroke="currentColor", opacity=0.15)
        add(svg, "text", told(value), x=LEFT - 8, y=y + 4, text_anchor="end", class_="y-tick")
    add(svg, "text", label, x=8, y=min(scale.start, scale.end) - 14)


def plain(value: float) -> str:
    """A number as people write it: no digits that say nothing, thousands in groups."""
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def decibels(value: float) -> str:
    """A level to a tenth, with a minus that is one."""
    return f"{value:.1f}".replace("-", "−")


# Distances of marks on an axis of time, in seconds.
TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, *(3600 * h for h in (1, 2, 3, 6, 12, 24, 48, 96, 240, 960)))
