"""Epigraphs on pages that are not read: on a title page the author's choice, and not the publisher's."""

import re
from typing import Any

from narrate.readers.epub.markup import name_of, types_of
from narrate.readers.epub.page import Apart
from narrate.readers.epub.units import Unit, take_out, units_of

_TYPES = frozenset(("epigraph", "dedication"))
_CLASS = re.compile(r"(?:^|[\s_-])(?:epigraphs?|epi|motto|dedication|dedicace|widmung)(?:$|[\s_-]|\d)", re.IGNORECASE)
_PLACES = frozenset(("titlepage", "halftitlepage", "copyright-page", "imprint", "cover"))


def only_epigraphs(body: Any) -> Apart:
    """Take all out of a page but its epigraphs and dedications; nothing is told of it here."""
    take_out([unit for unit in units_of(body) if not is_epigraph(unit)])
    for element in body.iter("*"):
        for key in [key for key in element.attrib if key.rpartition("}")[2] in ("type", "role", "epub:type")]:
            if types_of(element) & _PLACES:
                del element.attrib[key]
    for element in [e for e in body.iter("*") if name_of(e) in ("img", "hr")]:
        element.tag = "span"
    return Apart()


def has_epigraph(body: Any) -> bool:
    """Whether a page has an epigraph or a dedication that says so."""
    return any(_says_so(element) for element in body.iter("*"))


def free_epigraphs(body: Any) -> None:
    """Put epigraphs that stand in a part of a page that is not read, as a title page is, after that part."""
    found = [e for e in body.iter("*") if _says_so(e)]
    for element in found:
        places = [e for e in element.iterancestors() if types_of(e) & _PLACES and e is not body]
        if places and body in places[-1].iterancestors():
            element.tail = None
            places[-1].addnext(element)


def is_epigraph(unit: Unit) -> bool:
    """Whether a unit stands in an epigraph or a dedication."""
    return any(map(_says_so, unit.parents))


def _says_so(element: Any) -> bool:
    return bool(types_of(element) & _TYPES) or _CLASS.search(element.get("class") or "") is not None
