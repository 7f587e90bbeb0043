"""The numbers of ordered lists, which a page shows but does not hold as text."""

import re
from dataclasses import dataclass
from typing import Any

from narrate.readers.epub.markup import name_of, text_of
from narrate.words.roman import numeral

_OWN_NUMBER = re.compile(r"\W*(?:\d+|[ivxlc]+|\w)[.)\]]", re.IGNORECASE)


@dataclass(slots=True)
class _List:
    kind: str  # 1, a, A, i or I; "" for no numbers
    next: int
    step: int = 1


class Lists:
    """The lists that are open, and how far each has counted."""

    def __init__(self) -> None:
        self._open: list[_List] = []

    def open(self, element: Any) -> None:
        """An ol or ul opens."""
        style = (element.get("style") or "").replace(" ", "").lower()
        shown = name_of(element) == "ol" and "none" not in style and element.get("role") not in ("presentation", "none")
        kind = (element.get("type") or "1")[:1] if shown else ""
        items = [e for e in element if isinstance(e.tag, str) and name_of(e) == "li"]
        backwards = element.get("reversed") is not None
        start = _number(element.get("start"), len(items) if backwards else 1)
        self._open.append(_List(kind, start, -1 if backwards else 1))

    def close(self) -> None:
        if self._open:
            self._open.pop()

    def item(self, element: Any) -> str:
        """What is said before an item's text: `3. `, or nothing where none is shown or the text has its own."""
        if not self._open or not self._open[-1].kind:
            return ""
        current = self._open[-1]
        number = _number(element.get("value"), current.next)
        current.next = number + current.step
        text = text_of(element)
        return "" if not text.strip() or _OWN_NUMBER.match(text) else f"{_shown(number, current.kind)}. "


def _number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\s*-?\d{1,6}\s*", text) else default


def _shown(number: int, kind: str) -> str:
    if kind in "aA" and 1 <= number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in "iI" and 1 <= number < 400:
        return numeral(number) if kind == "I" else numeral(number).lower()
    return str(number)
