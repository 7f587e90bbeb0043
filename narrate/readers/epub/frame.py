"""What Project Gutenberg puts around a book: its header, its licence, who prepared the file.

New files have it in elements that are called so, old ones in preformatted blocks or plain paragraphs, between
which `*** START OF …` and `*** END OF …` stand. All of it is in English, whatever the book is in.
"""

import re
from collections.abc import Collection, Sequence

from narrate.readers.epub.units import Unit, cut_text, own_text

HEADER, LICENCE = "pg-header", "pg-footer"
_EARLY_WORDS = 2500  # a header ends before so many
_START = re.compile(
    r"\*{3}\s*START OF (?:THE|THIS) PROJECT GUTENBERG\b[^*]{0,400}\*{3}|"
    r"\*?\*?END\s?\*?\s?THE SMALL PRINT\b[^\n]{0,120}",
    re.IGNORECASE,
)
_END = re.compile(
    r"\*{3}\s*END OF (?:THE|THIS) PROJECT GUTENBERG\b|\*{3}\s*START: FULL LICEN[SC]E|"
    r"^(?-i:E)ND OF (?:THE |THIS )?PROJECT GUTENBERG(?:['’]S)?\b|\ATHE FULL PROJECT GUTENBERG(?:-TM)? LICEN[SC]E",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_WORDS = re.compile(
    r"\A\W*(?:The )?Project Gutenberg(?:['’]s\b|(?:-tm)? e-?(?:book|text)s?\b)|"
    r"This e?-?(?:Book|text) is for the use of anyone anywhere|"
    r"almost no restrictions whatsoever|\AThis (?:file|etext) (?:was|should be)\b.{0,80}\bgutenberg\b|"
    r"\A(?:Title|Author|Editor|Translator|Illustrator|Release Date|Posting Date|Last Updated|Most recently updated|"
    r"Language|Character set encoding|Original publication|Credits)\s*:|\[e-?(?:Book|text) #\s*\d+\]|"
    r"Small Print|\bPLEASE READ THIS BEFORE|Project Gutenberg Literary Archive",
    re.IGNORECASE,
)
_PREPARED = re.compile(
    r"\A\W*(?:(?:This (?:e-?(?:text|book)|file) (?:was )?)?(?:produced|prepared|transcribed|scanned|digiti[sz]ed)|"
    r"e-?text prepared|HTML version)\b.{0,40}\b(?:by|from)\b",
    re.IGNORECASE | re.DOTALL,
)
_PREPARERS = re.compile(
    r"distributed proofread|gutenberg|pgdp\.net|internet archive|proofreading team|archive\.org|faded ?page|"
    r"google (?:books|print)|hathitrust",
    re.IGNORECASE,
)
_CREDIT_WORDS = 40  # of who prepared it, where only a header stands before
_CREDITS = 3  # such units after a header
_PREPARED_WORDS = 120
_PREPARED_UNITS = 12  # of a book's first
_OPENING = 3000  # characters
_GAP = 4  # units between two of a header
_CALLED = re.compile(
    r"(?:^|\s)(?:pg[-_]?(?:boiler-?plate|header|footer|machine-header|start-separator|end-separator|small-?print)|"
    r"pgheader|pgfooter)(?:$|\s|[-_])",
    re.IGNORECASE,
)


def called(unit: Unit) -> str:
    """The part of the frame that an element round a unit is called: the header or the licence; "" for none."""
    for element in unit.parents:
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        if "pg" in names.casefold() and _CALLED.search(names):
            inside = " ".join(f"{e.get('id') or ''} {e.get('class') or ''}" for e in unit.parents)
            return LICENCE if re.search(r"pg-?_?footer|end-separator", inside, re.IGNORECASE) else HEADER
    return ""


def frame_of(units: Sequence[Unit], known: Collection[str], *, begun: bool) -> tuple[list[Unit], list[Unit]]:
    """A page's units that are the header and the licence. What has either and text of the book loses its frame here.

    `known` are the parts of it that pages before had; `begun`: they had text of the book.
    """
    header = [unit for unit in units if called(unit) == HEADER]
    licence = [unit for unit in units if called(unit) == LICENCE]
    rest = [unit for unit in units if not called(unit)] if header or licence else units
    if LICENCE in known and any(map(_mentions, rest)):
        return header, [*licence, *rest]
    framed = bool(header) or HEADER in known or (not begun and any(map(_mentions, rest[:_PREPARED_UNITS])))
    start, cut = (0, []) if begun else _header_end(rest)
    end, cut_off = _licence_start(rest, start)
    after_header = not begun and (bool(header or cut) or start > 0 or HEADER in known)
    last = start + _CREDITS if after_header else 0
    while start < min(end, _PREPARED_UNITS) and (
        (framed and _is_prepared(rest[start])) or (start < last and _is_credit(rest[start]))
    ):
        start += 1
    return [*header, *rest[:start], *cut], [*licence, *cut_off, *rest[end:]]


def _header_end(units: Sequence[Unit]) -> tuple[int, list[Unit]]:
    """How many units are the header: all up to the line of stars, or those that say what only it says.

    And what stands for its last part, where that was cut from a unit that goes on.
    """
    words = 0
    for at, unit in enumerate(units):
        if _mentions(unit) and (mark := _START.search(own_text(unit))):
            end = mark.end() + _credits_end(own_text(unit)[mark.end() :])
            if any(map(str.isalnum, own_text(unit)[end:])):
                cut_text(unit, 0, end)
                return at, [Unit(unit.element)]
            return at + 1, []
        words += unit.words
        if words > _EARLY_WORDS:
            break
    if not any(_mentions(unit) and _HEADER_WORDS.search(unit.text[:_OPENING]) for unit in units[:4]):
        return 0, []
    end = 0
    for at, unit in enumerate(units):
        if _HEADER_WORDS.search(unit.text[:_OPENING]) or _is_prepared(unit):
            end = at + 1
        elif at - end > _GAP:
            break
    return end, []


def _credits_end(text: str) -> int:
    """Where those who prepared the file end, if a text opens with them: paragraphs of a preformatted block."""
    end = 0
    for paragraph in re.finditer(r"\s*(\S.*?)(?=\n[ \t]*\n|\Z)", text[:_OPENING], re.DOTALL):
        if len(paragraph[1].split()) > _CREDIT_WORDS or not _PREPARED.search(paragraph[1]):
            break
        end = paragraph.end()
    return end


def _licence_start(units: Sequence[Unit], start: int) -> tuple[int, list[Unit]]:
    """The first unit of the licence, as many as there are for none; and what stands for its part cut from a unit."""
    for at in range(start, len(units)):
        unit = units[at]
        if _mentions(unit) and (mark := _END.search(own_text(unit).lstrip())):
            before = len(own_text(unit)) - len(own_text(unit).lstrip()) + mark.start()
            if any(map(str.isalnum, own_text(unit)[:before])):
                cut_text(unit, before, len(own_text(unit)))
                return at + 1, [Unit(unit.element)]
            return at, []
    return len(units), []


def _mentions(unit: Unit) -> bool:
    return any(name in unit.text for name in ("Gutenberg", "GUTENBERG", "SMALL PRINT"))


def _is_credit(unit: Unit) -> bool:
    """Whether a unit right after a header says who prepared the file, whoever that is."""
    return not unit.level and unit.words <= _CREDIT_WORDS and _PREPARED.search(unit.text) is not None


def _is_prepared(unit: Unit) -> bool:
    """Whether a unit says who made the file: `Produced by Ann Hale and the Online Distributed Proofreading Team`."""
    if unit.words > _PREPARED_WORDS or unit.level:
        return False
    return _PREPARED.search(unit.text) is not None and _PREPARERS.search(unit.text) is not None
