"""Audiobooks in one archive with a manifest: W3C Audiobooks (Recommendation, 10 November 2020) as LPF, and Readium's.

The chapters' AAC with headings at their times. The first has each chapter's words beside its sound, as a transcript;
the second has no place for them.
"""

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from narrate.deliver.accessible.parts import Heading, PageStart, Part, parts_of, people, total_us
from narrate.deliver.media import chapter_m4a
from narrate.deliver.press import VERSION, Press
from narrate.deliver.readalong.access import hazards
from narrate.deliver.readalong.package import SOUND_TYPE
from narrate.deliver.readalong.plain import PLAIN_STYLE, book_identity, page_mark, page_of, shows_speakers, xhtml
from narrate.deliver.tags import description, one_line
from narrate.deliver.zipped import add_bytes, add_file
from narrate.files import storage

LPF, READIUM = "lpf", "audiobook"
PAGE_TYPE = "application/xhtml+xml"
CONTENTS, PAGES = "index.html", "pages.html"
FEATURES = ("readingOrder", "structuralNavigation", "tableOfContents", "unlocked")
Manifest = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Book:
    """What a manifest is made of; `cover` is the picture's name, empty for none."""

    press: Press
    parts: Sequence[Part]
    cover: str
    cover_type: str
    modified: str

    @property
    def language(self) -> str:
        return self.press.tags.language or "en"


def lpf(press: Press) -> Iterator[Path]:
    """`<stem>.lpf`, W3C's Lightweight Packaging Format."""
    yield _packed(press, LPF, "publication.json", _w3c, _pages)


def audiobook(press: Press) -> Iterator[Path]:
    """`<stem>.audiobook`, Readium's packaging."""
    yield _packed(press, READIUM, "manifest.json", _readium, lambda _: {})


def _packed(
    press: Press,
    form: str,
    name: str,
    manifest: Callable[[_Book], Manifest],
    pages: Callable[[_Book], Mapping[str, str]],
) -> Path:
    """The archive: its manifest first, then pages, cover and sound."""
    path, picture = press.out / f"{press.stem}.{form}", press.picture
    cover = ("cover.png" if picture.media_type == "image/png" else "cover.jpg") if picture else ""
    kind, parts = picture.media_type if picture else "", parts_of(press.timed, press.page_starts)
    of = [chapter.key for _, chapter in press.chapters]
    still = _Book(press, parts, cover, kind, "")
    key = press.signed(
        form, VERSION, press.settings.bitrate_kbps, manifest(still), pages(still), press.cover_digest, of
    )
    if press.is_delivered(path, key):
        return path
    book = _Book(press, parts, cover, kind, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    with press.placing(form, path, key) as part, storage(path), zipfile.ZipFile(part, "w") as target:
        add_bytes(target, name, (json.dumps(manifest(book), ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
        for page, text in pages(book).items():
            add_bytes(target, page, text.encode("utf-8"))
        if picture:
            add_bytes(target, cover, picture.path.read_bytes(), zipfile.ZIP_STORED)
        for one, (_, chapter) in zip(parts, press.chapters, strict=True):
            file = press.scratch / f"{form}.m4a"
            chapter_m4a(press, chapter, file)
            press.sign(file, Path(one.file(".m4a")))
            add_file(target, one.file(".m4a"), file)
    return path


def _w3c(book: _Book) -> Manifest:
    tags = book.press.tags
    listed = [{"url": CONTENTS, "encodingFormat": "text/html", "name": "Contents", "rel": ["contents"]}]
    listed += [{"url": part.file(".xhtml"), "encodingFormat": PAGE_TYPE} for part in book.parts]
    listed += [{"url": "style.css", "encodingFormat": "text/css"}]
    paged = any(part.pages for part in book.parts)
    if paged:
        listed += [{"url": PAGES, "encodingFormat": "text/html", "name": "Pages", "rel": ["pagelist"]}]
    listed += [{"url": book.cover, "encodingFormat": book.cover_type, "name": "Cover", "rel": ["cover"]}] * bool(
        book.cover
    )
    found = {
        "@context": ["https://schema.org", "https://www.w3.org/ns/pub-context", {"language": book.language}],
        "conformsTo": "https://www.w3.org/TR/audiobooks/",
        "type": "Audiobook",
        "id": book_identity(tags),
        "name": one_line(tags.title),
        "author": people(tags),
        "readBy": one_line(tags.narrator),
        "publisher": one_line(tags.publisher),
        "description": description(tags),
        "inLanguage": book.language,
        "dateModified": book.modified,
        "abridged": False,
        "duration": f"PT{_seconds(total_us(book.parts))}S",
        "accessMode": ["auditory", "textual"],
        "accessModeSufficient": [
            {"type": "ItemList", "itemListElement": ["auditory"]},
            {"type": "ItemList", "itemListElement": ["textual"]},
        ],
        "accessibilityFeature": [
            *FEATURES,
            "transcript",
            *(["pageBreakMarkers", "pageNavigation"] if paged else []),
        ],
        "accessibilityHazard": hazards(book.press.plans),
        "accessibilitySummary": {"value": f"{SUMMARY} {TRANSCRIBED}", "language": "en"},
        "readingOrder": [_linked(part) for part in book.parts],
        "resources": [{"type": "LinkedResource", **one} for one in listed],
    }
    return {name: value for name, value in found.items() if value not in ("", [])}


SUMMARY = "The whole book is read by a synthetic voice; its headings can be gone to."
TRANSCRIBED = "All that is said is there as text as well."


def _linked(part: Part) -> Manifest:
    text = {"type": "LinkedResource", "url": part.file(".xhtml"), "encodingFormat": PAGE_TYPE}
    return {
        "type": "LinkedResource",
        "url": part.file(".m4a"),
        "encodingFormat": SOUND_TYPE,
        "name": part.title,
        "duration": f"PT{_seconds(part.duration_us)}S",
        "alternate": [text],
    }


def _readium(book: _Book) -> Manifest:
    tags = book.press.tags
    pages = [{"title": page.label, "href": _place(part, page)} for part in book.parts for page in part.pages]
    told: dict[str, object] = {
        "@type": "http://schema.org/Audiobook",
        "conformsTo": "https://readium.org/webpub-manifest/profiles/audiobook",
        "identifier": book_identity(tags),
        "title": one_line(tags.title),
        "subtitle": one_line(tags.subtitle),
        "author": people(tags),
        "narrator": one_line(tags.narrator),
        "translator": one_line(tags.translator),
        "publisher": one_line(tags.publisher),
        "description": description(tags),
        "subject": [one_line(genre) for genre in tags.genres],
        "language": book.language,
        "modified": book.modified,
        "duration": float(_seconds(total_us(book.parts))),
        "abridged": False,
        "belongsTo": _series(book),
        "accessibility": {
            "accessMode": ["auditory"],
            "accessModeSufficient": ["auditory"],
            "feature": [*FEATURES, *(["pageNavigation"] if pages else [])],
            "hazard": hazards(book.press.plans),
            "summary": SUMMARY,
        },
    }
    order = [
        {
            "href": part.file(".m4a"),
            "type": SOUND_TYPE,
            "title": part.title,
            "duration": float(_seconds(part.duration_us)),
            "bitrate": book.press.settings.bitrate_kbps,
        }
        for part in book.parts
    ]
    toc = _nested(book.parts, lambda part, heading: {"title": heading.text, "href": _place(part, heading)})
    cover = [{"rel": "cover", "href": book.cover, "type": book.cover_type}] if book.cover else []
    return {
        "@context": "https://readium.org/webpub-manifest/context.jsonld",
        "metadata": {name: value for name, value in told.items() if value not in ("", [], {})},
        "readingOrder": order,
        **({"resources": cover} if cover else {}),
        "toc": toc,
        **({"pageList": pages} if pages else {}),
    }


def _series(book: _Book) -> Manifest:
    tags = book.press.tags
    if not tags.series.strip():
        return {}
    place = {"position": int(tags.series_index)} if tags.series_index.isdecimal() else {}
    return {"series": {"name": one_line(tags.series), **place}}


def _nested(parts: Sequence[Part], entry: Callable[[Part, Heading], Manifest]) -> list[dict[str, object]]:
    """The headings as entries, each with those below it as its `children`."""
    top: list[dict[str, object]] = []
    for part in parts:
        above: list[list[dict[str, object]]] = [top]
        for heading in part.headings:
            del above[heading.depth :]
            children: list[dict[str, object]] = []
            above[-1].append({**entry(part, heading), "children": children})
            above.append(children)
    return [_pruned(one) for one in top]


def _pruned(entry: dict[str, object]) -> dict[str, object]:
    children = entry.pop("children")
    assert isinstance(children, list)
    return {**entry, "children": [_pruned(one) for one in children]} if children else entry


def _place(part: Part, place: Heading | PageStart) -> str:
    """Where a heading is said, or a page begins: a file, and the second in it (W3C Media Fragments)."""
    at = place.par.begin_us
    return part.file(".m4a") + (f"#t={_seconds(at)}" if at else "")


def _seconds(us: int) -> str:
    """Seconds to the microsecond, which tells samples apart, without zeros at the end."""
    return f"{us // 1_000_000}.{us % 1_000_000:06}".rstrip("0").rstrip(".")


def _pages(book: _Book) -> Mapping[str, str]:
    """The contents, each chapter's words, and their style."""
    speakers = shows_speakers(book.press.source)
    toc = _nested(book.parts, lambda part, heading: {"title": heading.text, "href": _place(part, heading)})
    title = one_line(book.press.tags.title)
    body = [f"<h1>{escape(title)}</h1>", '<nav role="doc-toc">', *_list(toc), "</nav>"]
    link = '<link rel="publication" type="application/ld+json" href="publication.json"/>'
    pages = {CONTENTS: xhtml(title, book.language, "\n".join(body), link), "style.css": PLAIN_STYLE}
    listed = [{"title": page.label, "href": _place(part, page)} for part in book.parts for page in part.pages]
    if listed:
        nav = "\n".join(['<nav role="doc-pagelist">', "<h1>Pages</h1>", *_list(listed), "</nav>"])
        pages[PAGES] = xhtml(title, book.language, nav)
    for part in book.parts:
        marks = part.page_marks(lambda page: page_mark(page.identity, page.label))
        pages[part.file(".xhtml")] = page_of(part.chapter, book.language, speakers=speakers, pages=marks)
    return pages


def _list(entries: Sequence[Mapping[str, object]]) -> Iterator[str]:
    yield "<ol>"
    for entry in entries:
        yield f'<li><a href="{entry["href"]}">{escape(str(entry["title"]))}</a>'
        children = entry.get("children")
        if isinstance(children, list):
            yield from _list(children)
        yield "</li>"
    yield "</ol>"


__all__ = ["audiobook", "lpf"]
