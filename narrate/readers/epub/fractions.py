"""Fractions that a page builds of small figures: 1, a raised 1, a stroke and a lowered 2 are 1½."""

import re
from typing import Any

from narrate.readers import figures
from narrate.readers.epub.around import text_before
from narrate.readers.epub.marks import shift
from narrate.readers.epub.markup import name_of, text_of

_FIGURES = re.compile(r"\d{1,3}")
_STROKE = re.compile(r"\s?[/⁄∕]\s?")
_UNDER = re.compile(r"\s?[/⁄∕]\s?(\d{1,3})(?![\w/⁄∕])")
_WHOLE = re.compile(r"\d{1,3}[/⁄∕]\d{1,3}")
_INLINE = frozenset("sub span small font i em b sup".split())
_CLASSES = frozenset("num numerator fracnum frac fraction".split())


def fractions_of(body: Any) -> dict[Any, str]:
    """What is said for the elements of each fraction: all of it for the first, nothing for the others.

    What stands between these, and after a raised figure, is taken off the page's text.
    """
    said: dict[Any, str] = {}
    for element in body.iter("{*}sup", "{*}span", "{*}small"):
        if element in said or not (shift(element) > 0 or _is_called(element)):
            continue
        text = text_of(element).strip()
        if len(text) > 7:
            continue
        before = text_before(element)
        if before[-1:].isalpha():
            continue
        if _WHOLE.fullmatch(text):
            if before[-1:].isdecimal():
                said[element] = figures.fraction(before, *re.split("[/⁄∕]", text))
        elif _FIGURES.fullmatch(text):
            _built(element, text, before, said)
    return said


def _is_called(element: Any) -> bool:
    classes = (element.get("class") or "").casefold()
    return bool(classes) and not _CLASSES.isdisjoint(re.split(r"[\s_-]+", classes))


def _built(element: Any, over: str, before: str, said: dict[Any, str]) -> None:
    """A fraction whose upper figure is `element`."""
    tail = element.tail or ""
    if under := _UNDER.match(tail):
        said[element] = figures.fraction(before, over, under[1])
        element.tail = tail[under.end() :]
        return
    parts = [element]
    between = tail
    while len(parts) < 3:
        following = parts[-1].getnext()
        if following is None or not isinstance(following.tag, str) or name_of(following) not in _INLINE:
            return
        text = text_of(following).strip()
        parts.append(following)
        if _FIGURES.fullmatch(text):
            break
        between += text + (following.tail or "")
    lower = parts[-1]
    stroke = _STROKE.fullmatch(between)
    stacked = not between.strip() and shift(lower) < 0 and int(over) < int(text_of(lower) or 0)
    if lower is element or not _FIGURES.fullmatch(text_of(lower).strip()) or not (stroke or stacked):
        return
    said |= dict.fromkeys(parts, "")
    said[element] = figures.fraction(before, over, text_of(lower).strip())
    for part in parts[:-1]:
        part.tail = ""
