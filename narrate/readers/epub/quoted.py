"""The quotation marks that a page shows around `<q>` and does not hold as text."""

import re
from itertools import islice
from typing import Any

from narrate.languages import find_language
from narrate.readers.epub.markup import language_of, name_of, text_of

_OPENS = re.compile(r"\s*[“”„‟\"‘‚'«»‹›「『〝—–―]")
_CLOSES = re.compile(r"[“”\"‘’'«»‹›」』〞〟][\s.,;:!?…]*$")
_OPENED = re.compile(r"[“„‟\"‘‚'«»‹›「『〝]\s*$")
_MOST = 8  # quotations inside one another that are marked
_LOOKED_AT = 60  # elements around one
_BESIDE = 12  # elements before one in its paragraph


def mark(element: Any, language: str) -> None:
    """Write the marks of its language around a `q`, unless they are written in it or around it."""
    around = list(islice(element.iterancestors(), _LOOKED_AT))
    depth = sum(name_of(e) == "q" for e in around)
    if depth > _MOST or not (inside := text_of(element).strip()) or _is_marked(element, inside):
        return
    said = next(filter(None, (language_of(e) for e in (element, *around))), language)
    marks = find_language(said).quotation_marks
    if depth == 0 and len(marks) > 1 and _is_inside(element, marks[0]):
        depth = 1
    opening, closing = marks[depth % len(marks)].split("…")
    element.text = opening + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + closing
    else:
        element.text += closing


def _is_inside(element: Any, marks: str) -> bool:
    """Whether marks that are written before it in its paragraph are still open."""
    opening, closing = (mark.strip() for mark in marks.split("…"))
    before = list(islice(element.itersiblings(preceding=True), _BESIDE))
    parent = element.getparent() if len(before) < _BESIDE else None
    text = (parent.text or "") if parent is not None else ""
    text += "".join(text_of(e) + (e.tail or "") for e in before if len(e) <= _BESIDE)
    return text.count(opening) > text.count(closing)


def _is_marked(element: Any, inside: str) -> bool:
    """Whether the text has the marks: at its own ends, or right before and after the element."""
    if _OPENS.match(inside) and (_CLOSES.search(inside) or inside[0] in "—–―"):
        inner = next(iter(element), None)
        # A quotation that opens with another one has that one's marks.
        return inner is None or name_of(inner) != "q" or bool((element.text or "").strip())
    before, parent = element.getprevious(), element.getparent()
    text = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    return _OPENED.search(text[-3:]) is not None
