"""Who wrote a book and where it belongs, out of the package document."""

import re
from typing import Any

from narrate.ingest.characters import clean
from narrate.ingest.epub.package import Package, dublin_core, metas


def title_of(package: Package) -> str:
    """The main title, or ""."""
    titles = dublin_core(package.metadata, "title")
    main = {a.get("refines", "")[1:] for text, a in metas(package.metadata) if text == "main"}
    return next((t for t, a in titles if a.get("id") in main), titles[0][0] if titles else "")


def metadata_of(package: Package) -> dict[str, Any]:
    """The Book's fields that the package document fills."""
    data = package.metadata
    roles = {a.get("refines", "")[1:]: t for t, a in metas(data) if a.get("property") == "role"}
    creators = dublin_core(data, "creator")
    authors = [t for t, a in creators if (a.get("role") or roles.get(a.get("id", "")) or "aut") == "aut"]
    dates = dublin_core(data, "date")
    dates.sort(key=lambda d: d[1].get("event", "publication") not in ("publication", "original-publication"))
    years = [m[0] for text, _ in dates if (m := re.search(r"(?<!\d)[012]\d{3}(?!\d)", text))]
    series, index = _series(data)
    return {
        "author": ", ".join(dict.fromkeys(authors or [t for t, _ in creators])),
        "language": next((t for t, _ in dublin_core(data, "language")), "en").replace("_", "-"),
        "series": series,
        "series_index": index,
        "year": years[0] if years else "",
        "publisher": next((t for t, _ in dublin_core(data, "publisher")), ""),
        "description": clean(re.sub(r"<[^<>]*>", " ", next((t for t, _ in dublin_core(data, "description")), ""))),
    }


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
