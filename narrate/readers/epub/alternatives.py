"""Either this or that: branches of a switch, words for readers that lack something, text that is there twice.

A listener hears one of them: the branch that is in words, never what stands in for a thing that cannot be shown, and
of text that is hidden from screen readers and of the reading beside it that is for them, the reading.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from narrate.languages import code_of
from narrate.readers.epub.markup import name_of, text_of
from narrate.readers.ornaments import is_scene_break

# Classes by which pages hide words from the eye and leave them for screen readers.
_FOR_SCREEN_READERS = re.compile(
    r"(?:^|[\s_-])(?:sr-?_?only|(?:visually|visibly|visual)-?_?hidden|screen-?_?readers?(?:-?_?(?:text|only))?|a11y(?:-?_?\w+)?|"
    r"hidden-?_?visually|assistive(?:-?_?text)?|accessib(?:le|ly|ility)(?:-?_?\w+)?|off-?_?screen|spoken|audible)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SKIPS = re.compile(
    r"(?:^|\s)skip(?:[-_]?(?:links?|nav|navigation|main|content|to[-_]?(?:main|content|main[-_]?content)))?(?:$|\s)",
    re.IGNORECASE,
)
_MATH = "http://www.w3.org/1998/Math/MathML"
_PRESSED = frozenset("button select datalist textarea dialog".split())
_MOST_PIECES = 500  # of text that are compared
_MOST_LONGER = 8  # letters by which what is hidden from screen readers may be longer than the reading for them


def choose(switch: Any, language: str) -> None:
    """Leave one branch of a switch: what is in words as a rule, else the formula; of a drawing's, what fits."""
    branches = [e for e in switch if isinstance(e.tag, str) and name_of(e) != "trigger"]
    if not branches:
        return
    if any(name_of(e) in ("case", "default") for e in branches):
        worded = [e for e in branches if name_of(e) == "default" and _has_words(e)]
        formulas = [e for e in branches if e.get("required-namespace") == _MATH]
        chosen = next(iter(worded + formulas + [e for e in branches if name_of(e) == "default"] + branches))
    else:
        chosen = next((e for e in branches if _fits(e, language)), branches[-1])
    for e in branches:
        if e is not chosen:
            _empty(e)


def _has_words(element: Any) -> bool:
    return any(c.isalpha() for text in element.itertext() for c in text)


def _fits(element: Any, language: str) -> bool:
    wanted = element.get("systemLanguage")
    return wanted is None or any(code_of(tag.strip()) == code_of(language) for tag in wanted.split(","))


def left_out(elements: Iterable[Any]) -> Iterable[str]:
    """Empty what stands in for a thing and what is there to be pressed; yields what each of them was."""
    for element in elements:
        name = name_of(element)
        if name == "object" and not (element.get("data") or element.get("classid") or element.get("type")):
            element.tag = element.tag[: -len("object")] + "div"  # it shows nothing but what is inside
            continue
        if name == "dialog" and element.get("open") is not None:
            continue
        if (element.get("type") or "").startswith("image/"):
            yield "pictures"
        elif _has_words(element):
            yield "controls" if name in _PRESSED else "stand-ins"
        _empty(element)


def say_once(elements: Iterable[Any]) -> None:
    """Empty each of those hidden from screen readers that has a reading for them beside it."""
    done: set[Any] = set()
    for element in elements:
        if element in done:
            continue
        run = [element]
        while not (run[-1].tail or "").strip() and _is_unheard(after := run[-1].getnext()):
            run.append(after)
        done.update(run)
        words = "".join(_letters(e) for e in run)
        ornament = not words and is_scene_break(text_of(run[0]).strip()) and _stands_in_text(run)
        if ornament or any(_reads(e, words) for e in _beside(run)):
            for e in run:
                _empty(e)
                if name_of(e) == "img":
                    e.tag = f"{e.tag[: -len('img')]}span"  # nor is it described


def is_skip_link(element: Any) -> bool:
    """Whether it is a link by which screen readers pass over what stands before a page's text."""
    called = element.get("class") or ""
    return "#" in (element.get("href") or "") and "skip" in called.casefold() and _SKIPS.search(called) is not None


def pass_over(links: Iterable[Any]) -> None:
    """Take away the words of links that are no text."""
    for link in links:
        _empty(link)


def _stands_in_text(run: Sequence[Any]) -> bool:
    """Whether words stand right before or after a run of inline elements."""
    before, parent = run[0].getprevious(), run[0].getparent()
    ahead = before.tail if before is not None else parent.text if parent is not None else ""
    return any(map(str.isalnum, f"{ahead or ''}{run[-1].tail or ''}"))


def _is_unheard(element: Any) -> bool:
    return element is not None and element.get("aria-hidden") == "true"


def _beside(run: list[Any]) -> Iterable[Any]:
    """The elements right before and after, with nothing but white space between."""
    before, after = run[0].getprevious(), run[-1].getnext()
    if before is not None and not (before.tail or "").strip() and not _is_unheard(before):
        yield before
    if after is not None and not (run[-1].tail or "").strip():
        yield after


def _reads(element: Any, words: str) -> bool:
    """Whether an element says the `words` again, or is for screen readers and says them in its own way."""
    if any(name_of(e) == "math" for e in islice(element.iter("*"), _MOST_PIECES)):
        return True  # a formula that is drawn, and the formula
    own = _letters(element)
    if words and (own == words or (len(own) == len(words) + 1 and own.endswith(words))):  # its first letter is drawn
        return True
    named = _FOR_SCREEN_READERS.search(element.get("class") or "") is not None
    return named and own != "" and len(words) <= 2 * len(own) + _MOST_LONGER


def _letters(element: Any) -> str:
    """The letters and digits that it says, as far as they are needed to compare."""
    return "".join(c for text in islice(element.itertext(), _MOST_PIECES) for c in text.casefold() if c.isalnum())


def _empty(element: Any) -> None:
    del element[:]
    element.text = None
