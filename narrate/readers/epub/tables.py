"""Tables' ditto marks, which stand for what the cell above says."""

import re
from collections.abc import Iterator
from typing import Any

from narrate.readers.characters import clean
from narrate.readers.epub.markup import name_of, text_of

_DITTO = re.compile(
    r"(?:[-–—]{0,3} ?(?:[\"“”„″〃〞‟ʺ]|''|,,|’’|‚‚|‘‘) ?[-–—]{0,3} ?){1,4}|[Dd]o\.|[Dd]itto\.?|[Dd]to\.|同上|仝"
)
_LONGEST = 24  # characters of a cell that may be one
_MOST_CELLS = 20_000


def fill_dittos(table: Any, _language: str) -> None:
    """Write in place of each ditto mark of a table what the cell above it says; one below nothing is taken out."""
    above: dict[int, str] = {}
    count = 0
    for row in _rows(table):
        column = 0
        for cell in row:
            if not isinstance(cell.tag, str) or name_of(cell) not in ("td", "th"):
                continue
            count += 1
            if count > _MOST_CELLS:
                return
            text = clean(text_of(cell)) if _may_be_ditto(cell) else ""
            if _DITTO.fullmatch(text):
                del cell[:]
                cell.text = above.get(column, "")
            else:
                above[column] = clean(text_of(cell))
            column += _span(cell)


def _rows(table: Any) -> Iterator[Any]:
    """The table's own rows, not those of tables in its cells."""
    for element in table:
        if isinstance(element.tag, str) and name_of(element) in ("thead", "tbody", "tfoot"):
            yield from element
        else:
            yield element


def _may_be_ditto(cell: Any) -> bool:
    return len(cell) <= 3 and len(cell.text or "") <= 4 * _LONGEST


def _span(cell: Any) -> int:
    width = cell.get("colspan") or ""
    return int(width) if width.isdecimal() and len(width) <= 3 else 1
