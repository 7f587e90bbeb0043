"""Metadata of a book, its authors and series among it, from the package document."""

import re
from typing import Any

from narrate.readers.characters import clean
from narrate.readers.dates import year_in
from narrate.readers.epub.package import Package, dublin_core, metas


def title_of(package: Package) -> str:
    """The main title, or ""."""
    titles = _titles(package.metadata)
    plain = [title for title, kind in titles if kind != "subtitle"]
    return next((title for title, kind in titles if kind == "main"), (plain or [""])[0])


def _titles(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Every title, and what its refinement says it is ("main", "subtitle", "short", …)."""
    kinds = {a.get("refines", "")[1:]: text for text, a in metas(data) if a.get("property") == "title-type"}
    return [(title, kinds.get(a.get("id", ""), "")) for title, a in dublin_core(data, "title")]


def metadata_of(package: Package) -> dict[str, Any]:
    """The Book's fields that the package document fills."""
    data = package.metadata
    roles = {a.get("refines", "")[1:]: t for t, a in metas(data) if a.get("property") == "role"}
    creators = dublin_core(data, "creator")
    authors = [t for t, a in creators if (a.get("role") or roles.get(a.get("id", "")) or "aut") == "aut"]
    dates = dublin_core(data, "date")
    dates.sort(key=lambda d: d[1].get("event", "publication") not in ("publication", "original-publication"))
    series, index = _series(data)
    subtitle = next((clean(title) for title, kind in _titles(data) if kind == "subtitle"), "")
    return {
        "subtitle": subtitle,
        "author": ", ".join(dict.fromkeys(authors or [t for t, _ in creators])),
        "language_said": next((t for t, _ in dublin_core(data, "language")), ""),
        "series": series,
        "series_index": index,
        "year": next(filter(None, (year_in(text) for text, _ in dates)), ""),
        "publisher": next((t for t, _ in dublin_core(data, "publisher")), ""),
        "description": clean(re.sub(r"<[^<>]*>", " ", next((t for t, _ in dublin_core(data, "description")), ""))),
        "isbn": next(filter(None, (isbn_of(text) for text, _ in dublin_core(data, "identifier"))), ""),
        "copyright": clean(next((t for t, _ in dublin_core(data, "rights")), "")),
    }


def isbn_of(text: str) -> str:
    """The ISBN that a text is, whatever its hyphens and what stands before it (`urn:isbn:`); "" for any other."""
    found = re.fullmatch(
        r"(?:urn:)?(?:isbn(?:-1[03])?:?)? *((?:\d[- ]?){9}[\dX]|(?:\d[- ]?){12}\d)", text.strip(), re.I
    )
    digits = re.sub("[- ]", "", found[1]).upper() if found else ""
    values = [10 if c == "X" else int(c) for c in digits]
    if len(values) == 10:
        return digits if sum(value * (10 - n) for n, value in enumerate(values)) % 11 == 0 else ""
    right = values and digits[:3] in ("978", "979") and sum(v * (1, 3)[n % 2] for n, v in enumerate(values)) % 10 == 0
    return digits if right else ""


def _series(data: dict[str, Any]) -> tuple[str, str]:
    """Series and place in it: EPUB 3's collections, of type `series` first, or calibre's own metas."""
    refined: dict[tuple[str, str], str] = {
        (a.get("refines", "")[1:], a.get("property", "")): text for text, a in metas(data)
    }
    best = ("", "")
    for text, attributes in metas(data):
        if attributes.get("property") == "belongs-to-collection" and text:
            kind = refined.get((attributes.get("id", ""), "collection-type"), "")
            place = refined.get((attributes.get("id", ""), "group-position"), "")
            if kind == "series":
                return text, place
            best = best if best[0] or kind else (text, place)
    named = {a.get("name", ""): a.get("content", "") for _, a in metas(data)}
    index = named.get("calibre:series_index", "").removesuffix(".0")
    return best if best[0] else (named.get("calibre:series", ""), index)
