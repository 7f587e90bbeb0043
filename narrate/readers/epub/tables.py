"""Tables' ditto marks, which stand for what the cell above says."""

import re
from collections.abc import Iterator
from typing import Any

from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, text_of

_DITTO = re.compile(
    r"(?:[-–—]{0,3} ?(?:[\"“”„″〃〞‟ʺ»«]|''|,,|’’|‚‚|‘‘|//) ?[-–—]{0,3} ?){1,4}|"
    r"[Dd]o\.|[Dd]itto\.?|[Dd]to\.|[Ii]d\.|[Íí]d\.|同上|仝"
)
_PARTLY = re.compile(r"[\"”″〃]\s+(?=\w[^\"“”„«»]*$)")  # `" Street`: the first word of the cell above
_LONGEST = 24  # characters of a cell that may be one
_MOST_CELLS = 20_000


def fill_dittos(table: Any, _language: str) -> None:
    """Write in place of each ditto mark of a table what the cell above it says; one below nothing is taken out."""
    above: dict[int, str] = {}
    reaching: dict[int, int] = {}  # columns that a cell of an earlier row reaches down into, and how many rows more
    count = 0
    for row in _rows(table):
        column = 0
        for cell in row:
            if not isinstance(cell.tag, str) or name_of(cell) not in ("td", "th"):
                continue
            count += 1
            if count > _MOST_CELLS:
                return
            while reaching.get(column, 0):
                reaching[column] -= 1
                column += 1
            above[column] = _filled(cell, above.get(column, ""))
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for reached in range(column, column + width):
                reaching[reached] = height - 1
            column += width
        for reached in [other for other in reaching if other >= column]:
            reaching[reached] = max(0, reaching[reached] - 1)


def _filled(cell: Any, above: str) -> str:
    """What a cell says, where its ditto marks are written out."""
    text = clean(text_of(cell))
    if len(text) > _LONGEST or len(cell) > 3:
        return text
    if _DITTO.fullmatch(text):
        text = above
    elif _PARTLY.match(text):
        text = _PARTLY.sub(f"{above.partition(' ')[0]} " if above else "", text, count=1)
    else:
        return text
    del cell[:]
    cell.text = text
    return text


def _rows(table: Any) -> Iterator[Any]:
    """The table's own rows, not those of tables in its cells."""
    for element in table:
        if isinstance(element.tag, str) and name_of(element) in ("thead", "tbody", "tfoot"):
            yield from element
        else:
            yield element


def _span(cell: Any, name: str) -> int:
    written = cell.get(name) or ""
    return max(1, int(written)) if written.isdecimal() and len(written) <= 3 else 1
