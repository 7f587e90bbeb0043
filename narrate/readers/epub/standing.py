"""The surroundings of a text: what the elements around it make of it."""

from dataclasses import dataclass, replace
from typing import Any

from narrate.languages import code_of
from narrate.readers.epub.markup import language_of, name_of
from narrate.readers.epub.meaning import HEADINGS, Meaning, level_inside
from narrate.readers.epub.styled import Styled

_LISTED = frozenset("li dt dd table figcaption caption".split())


@dataclass(frozen=True, slots=True)
class Standing:
    """The surroundings of a text. `language` is empty for the book's own; `heading` is the level, 0 outside."""

    language: str = ""
    heading: int = 0
    verse: bool = False
    direction: bool = False
    preformatted: bool = False  # line ends show
    rows: bool = False  # set in rows, as an address is
    notes: bool = False  # a section of notes
    lines: bool = False  # a group of lines: what stands in it is one each
    line: bool = False  # a line of verse
    listed: bool = False  # an item of a list, a table, a caption


def standing_in(
    here: Standing, element: Any, meant: frozenset[Meaning], look: Styled, book_language: str | None
) -> Standing:
    """The surroundings of the text inside `element`, which stands in `here`.

    `book_language` is the code beside which its language is another; None where the element's own is the book's.
    """
    name = name_of(element)
    language = language_of(element) if book_language is not None else ""
    if language:
        here = replace(here, language=language if code_of(language) != book_language else "")
    if name in HEADINGS:
        here = replace(here, heading=int(name[1]) if name[1:].isdigit() else level_inside(element))
    if name == "pre" or element in look.line_ends:
        here = replace(here, preformatted=look.line_ends.get(element, True))
    if name == "address":
        here = replace(here, rows=True)
    if name in _LISTED:
        here = replace(here, listed=True)
    return _meant(here, element, name, meant) if meant else here


def _meant(here: Standing, element: Any, name: str, meant: frozenset[Meaning]) -> Standing:
    """What an element's types and classes make of the text inside."""
    if Meaning.HEADING in meant and name in ("p", "div") and not here.heading:
        here = replace(here, heading=level_inside(element))
    if Meaning.VERSE in meant and not here.heading:
        here = replace(here, verse=True, lines=Meaning.LINES in meant)
    if Meaning.DIRECTION in meant:
        here = replace(here, direction=True)
    if Meaning.NOTES in meant:
        here = replace(here, notes=True)
    if Meaning.ROWS in meant:
        here = replace(here, rows=True)
    if Meaning.CAPTION in meant:
        here = replace(here, listed=True)
    return here
