"""Parts of a page that are not the book's own text, taken out before it is read, each told.

Contents and lists of pictures, imprints, notes of who prepared the file, other books, praise, newsletters. A title
alone makes none: what stands under it must be such a thing. "The Contents of the Box" is a chapter.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from narrate.book import Reading
from narrate.readers.epub import contents_lists, frame, imprint
from narrate.readers.epub.drawn_titles import write_out_titles
from narrate.readers.epub.epigraphs import free_epigraphs, has_epigraph, is_epigraph
from narrate.readers.epub.evidence import About, bears_out, is_index, is_newsletter, is_title_page
from narrate.readers.epub.markup import types_of
from narrate.readers.epub.page import Apart
from narrate.readers.epub.units import Unit, rows_of, take_out, units_of
from narrate.readers.heads import plain
from narrate.readers.matter import EVIDENT, LISTS, kept, skipped_part
from narrate.readers.titled import opens_with, titled

_NOTE = "transcriber-note"
_NOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:trans(?:criber)?['’]?s?[-_]?notes?|transnotes?|tnotes?|tnbox|transcriber)(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_IMPRINTS = frozenset(("copyright-page", "imprint", "colophon"))
_MOST_WORDS = 1500  # of what is left out by a title
_MOST_WORDS_UNTITLED = 250  # that a mere paragraph may leave out under it
_IMPRINT_WORDS = 300  # under such a title, without another sign
_MOST_PARTS = 40  # that a page may have with titles
_FARTHEST = 2000  # units that are looked through for the end of one


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    units: Sequence[Unit]


def take_apart(body: Any, file: str, about: About, reading: Reading) -> Apart:
    """Take out of the page under `body` what is not read; `reading` may keep it."""
    if about.unnamed:
        write_out_titles(body)
    apart = Apart(epigraph=has_epigraph(body))
    if apart.epigraph:
        free_epigraphs(body)
    units = [unit for unit in units_of(body) if not (apart.epigraph and is_epigraph(unit))]
    header, licence = frame.frame_of(units, about.frame, begun=about.begun)
    gone: set[int] = set()
    for kind, found in ((frame.HEADER, header), (frame.LICENCE, licence)):
        if found and not kept(reading, {kind}, file, ""):
            apart.frame.add(kind)
            _take(_Part(kind, found), file, apart, gone)
    units = [unit for unit in units if id(unit) not in gone]
    for part in _parts(units, about):
        title = part.units[0].text
        if not kept(reading, {part.kind}, file, title) and not any(id(unit) in gone for unit in part.units):
            _take(part, file, apart, gone)
    return apart


def _take(part: _Part, file: str, apart: Apart, gone: set[int]) -> None:
    told = skipped_part(file, part.kind)
    if told not in apart.skipped:
        apart.skipped.append(told)
    gone.update(map(id, part.units))
    apart.ids.update(anchor for unit in part.units for anchor in unit.ids)
    apart.ids.update(filter(None, (e.get("id") for unit in part.units for e in unit.parents[-1:])))
    take_out(part.units)


def _parts(units: Sequence[Unit], about: About) -> Iterator[_Part]:
    """The parts, from the most certain to the least; some may overlap."""
    yield from _called_notes(units)
    if is_title_page(units, about):
        yield _Part("titlepage", units)
        return
    if is_index(units):
        yield _Part("index", units)
        return
    if is_newsletter(units):
        yield _Part("newsletter", units)
    if about.titles and units and (found := titled(about.titles, EVIDENT)):
        under = units[1:] if titled(units[0].text, EVIDENT) else units
        listed = found.kind in LISTS and not any(contents_lists.is_prose(unit, about.names) for unit in under)
        if _words(units) <= _MOST_WORDS and (listed or (found.kind not in LISTS and bears_out(found, under, about))):
            yield _Part(found.kind, units)
            return
    titled_parts = (part for at in range(len(units)) for part in _titled_part(units, at, about))
    yield from islice(titled_parts, _MOST_PARTS)
    yield from (_Part("toc", units[start:end]) for start, end in contents_lists.untitled_lists(units, about.names))
    yield from _imprints(units, about)


def _called_notes(units: Sequence[Unit]) -> Iterator[_Part]:
    """What is called a transcriber's note by its class."""
    found = [unit for unit in units if any(_NOTE_CLASS.search(e.get("class") or "") for e in unit.parents)]
    if found and _words(found) <= _MOST_WORDS:
        yield _Part(_NOTE, found)


def _titled_part(units: Sequence[Unit], at: int, about: About) -> Iterator[_Part]:
    """The part whose title the unit `at` is, or which it opens with its title."""
    unit = units[at]
    after = units[at + 1] if at + 1 < len(units) else None
    found = titled(unit.text, EVIDENT)
    if after and unit.level and after.level:
        found = found or titled(f"{unit.text} {after.text}", EVIDENT)
    if found is None:
        rows = rows_of(unit) if unit.words <= _MOST_WORDS else []
        listed = titled(rows[0], LISTS) if len(rows) > 1 and contents_lists.are_rows(rows[1:], about.names) else None
        if listed:
            yield _Part(listed.kind, [unit])
        yield from _opened_note(units, at)
        return
    if found.kind == "toc" and unit.inner_links and unit.linked == unit.letters:
        yield _Part("toc", [unit])  # it leads back to them
        return
    end = _end_of_title(units, at)
    if found.kind in LISTS:
        end = min(end, _end_of_list(units, at))
        end = contents_lists.end_of_rows(units, at + 1, end, about.names, about.stops)
        sure = unit.level or sum(contents_lists.is_row(row, about.names) for row in units[at + 1 : end]) > 1
        if end > at + 1 and sure:
            yield _Part(found.kind, units[at:end])
        return
    box = _box(units, at)
    part = units[at : box or end]
    most = _MOST_WORDS if unit.level or box else _MOST_WORDS_UNTITLED
    if _words(part) <= most and bears_out(found, part[1:], about):
        yield _Part(found.kind, part)


def _opened_note(units: Sequence[Unit], at: int) -> Iterator[_Part]:
    """`Transcriber’s Note: …`: the box that it opens, or the paragraph, or all up to its closing bracket."""
    if not opens_with(units[at].text, frozenset((_NOTE,))):
        return
    end = _box(units, at) or at + 1
    if units[at].text.startswith("["):
        closed = (n for n in range(at, min(at + 12, len(units))) if units[n].text.endswith("]"))
        end = max(end, next(closed, at) + 1)
    yield _Part(_NOTE, units[at:end])


def _end_of_title(units: Sequence[Unit], at: int) -> int:
    """Where the text under a title ends: at the next heading that is not below it and no row of a list."""
    level = units[at].level
    last = min(len(units), at + _FARTHEST)
    for n in range(at + 1, last):
        unit = units[n]
        under = (
            level
            and unit.level > level
            and not (n + 1 < len(units) and units[n + 1].level == 0 and _runs(units[n + 1]))
        )
        if unit.level and not under and not unit.inner_links and not (n == at + 1 and unit.level >= level):
            return n
    return last


def _end_of_list(units: Sequence[Unit], at: int) -> int:
    """Where the element ends that calls itself a list of what the book holds, if the unit `at` stands in one."""
    box = next((e for e in units[at].parents if types_of(e) & LISTS), None)
    if box is None:
        return len(units)
    return next((n for n in range(at, len(units)) if box not in units[n].parents), len(units))


def _runs(unit: Unit) -> bool:
    """Whether a unit is running text."""
    return unit.words > 25 and not unit.links


def _box(units: Sequence[Unit], at: int) -> int:
    """Where the smallest box ends that the unit `at` opens with others in it; 0 for none."""
    for box in reversed(units[at].parents[:-1] if units[at].parents else ()):
        if at and box in units[at - 1].parents:
            return 0
        end = next((n for n in range(at, len(units)) if box not in units[n].parents), len(units))
        if end > at + 1:
            return end if _words(units[at:end]) <= _MOST_WORDS // 2 else 0
    return 0


def _imprints(units: Sequence[Unit], about: About) -> Iterator[_Part]:
    """Pages of rights and printing, under a heading or none."""
    starts = [0, *(at for at, unit in enumerate(units) if unit.level and at), len(units)]
    for start, end in pairwise(starts):
        own = start + (start < end and units[start].level > 0)
        title = units[start].text if own > start else ""
        page = start == 0 and end == len(units) and (not title or plain(title) == plain(about.title))
        called = titled(title, _IMPRINTS)
        named = about.titles or any(anchor in about.stops for unit in units[start:own] for anchor in unit.ids)
        if called and own < end and not named and _words(units[start:end]) <= _IMPRINT_WORDS:
            yield _Part(called.kind, units[start:end])
            continue
        first, last = imprint.imprint_in(units[own:end], whole=page or bool(called), alone=page and not about.titles)
        if last:
            yield _Part("copyright-page", units[start if called and first == 0 else own + first : own + last])


def _words(units: Collection[Unit]) -> int:
    return sum(unit.words for unit in units)
