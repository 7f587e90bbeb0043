"""The package document of an EPUB 3, given what overlays need: put into its source, as with pages."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from narrate.deliver.readalong.access import Meta
from narrate.deliver.readalong.page_text import TAG
from narrate.deliver.readalong.smil import ACTIVE
from narrate.deliver.timestamp import timestamp
from narrate.readers import Archive, name_of, package_name, parse

SOUND_TYPE = "audio/mp4"
SMIL_TYPE = "application/smil+xml"


class UnfitError(Exception):
    """Why a book cannot carry overlays; the message ends a sentence."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file that the package lists: its id, its name in the archive, its type, where its tag's name ends."""

    identity: str
    name: str
    media_type: str
    is_nav: bool
    at: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """The overlay of a page: the page's item, the overlay's file, and how long it is."""

    item: Item
    name: str
    duration_us: int


@dataclass(frozen=True, slots=True)
class Opf:
    """A package document: its own name, its source, its files, and those of the reading order."""

    name: str
    source: str
    items: tuple[Item, ...]
    spine: tuple[Item, ...]
    prefix: str  # of its elements, with the colon
    metadata_end: int
    manifest_end: int

    def relative(self, name: str) -> str:
        """A file's address from here."""
        return relative(name, self.name)


def relative(name: str, base: str) -> str:
    """The address of the file `name` from the file `base`, unquoted."""
    return posixpath.relpath(name, posixpath.dirname(base) or ".")


def read_opf(archive: Archive) -> Opf:
    """The package document. Raises UnfitError."""
    name = package_name(archive)
    member = archive.read(name) if name else None
    if member is None or member.problem:
        raise UnfitError("it has no package document")
    try:
        source = member.data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnfitError("its package document is not UTF-8") from error
    markup = parse(member.data)
    if markup.root is None or markup.problem:
        raise UnfitError("its package document is damaged")
    version = markup.root.get("version") or "2.0"
    if not version.startswith("3"):
        raise UnfitError(f"it is EPUB {version}, and overlays need EPUB 3")
    nodes = list(markup.root.iter())
    if any(e.get("media-overlay") for e in nodes):
        raise UnfitError("it has overlays of its own")
    tags = [tag for tag in TAG.finditer(source) if tag["name"]]
    starts = [tag for tag in tags if not tag["end"]]
    ends = {_local(tag): tag.start() for tag in tags if tag["end"]}
    if len(starts) != len(nodes) or not {"metadata", "manifest"} <= ends.keys():
        raise UnfitError("its package document is damaged")
    items = tuple(_items(archive, name, nodes, starts))
    by_id = {item.identity: item for item in items}
    refs = [e.get("idref") or "" for e in nodes if name_of(e) == "itemref"]
    spine = tuple(by_id[ref] for ref in dict.fromkeys(refs) if ref in by_id)
    prefix = starts[0]["name"].rpartition(":")
    return Opf(name, source, items, spine, prefix[0] + prefix[1], ends["metadata"], ends["manifest"])


def _local(tag: re.Match[str]) -> str:
    return tag["name"].rpartition(":")[2].lower()


def _items(archive: Archive, opf: str, nodes: Sequence[Any], starts: Sequence[re.Match[str]]) -> Iterator[Item]:
    for node, tag in zip(nodes, starts, strict=True):
        if name_of(node) == "item" and node.get("id") and (place := archive.place(opf, node.get("href") or "")):
            is_nav = "nav" in (node.get("properties") or "").split()
            yield Item(node.get("id"), place[0], node.get("media-type") or "", is_nav, tag.end("name"))


def with_overlays(
    opf: Opf, overlays: Sequence[Overlay], files: Mapping[str, str], more: Sequence[Meta], modified: datetime
) -> str:
    """The package document with overlays, the other `files` (name → media type) that they need, and `more` to say."""
    taken = {item.identity for item in opf.items}
    stem = next(s for s in ("narrate", *(f"narrate{n}" for n in range(2, 999))) if f"{s}-1" not in taken)
    edits: list[tuple[int, str]] = []
    items = []
    durations = {}
    for count, overlay in enumerate(overlays, start=1):
        identity = f"{stem}-{count}"
        edits.append((overlay.item.at, f' media-overlay="{identity}"'))
        items.append(_item(opf, identity, overlay.name, SMIL_TYPE))
        durations[identity] = overlay.duration_us
    items += [_item(opf, f"{stem}-file-{n}", name, kind) for n, (name, kind) in enumerate(files.items(), start=1)]
    metas = [*overlay_metas(durations), *more]
    edits.append((opf.metadata_end, "".join(_meta(opf.prefix, meta) for meta in metas)))
    edits.append((opf.manifest_end, "".join(items)))
    pieces, at = [], 0
    for where, text in sorted(edits):
        pieces += [opf.source[at:where], text]
        at = where
    return _modified("".join([*pieces, opf.source[at:]]), modified)


def overlay_metas(durations: Mapping[str, int]) -> list[Meta]:
    """Durations (EPUB 3.3, 9.3.5), and the class of what is heard."""
    metas = [("media:duration", identity, timestamp(us, 6)) for identity, us in durations.items()]
    metas += [("media:duration", "", timestamp(sum(durations.values()), 6)), ("media:active-class", "", ACTIVE)]
    return metas


def narrator_metas(narrator: str) -> list[Meta]:
    """Who reads, where that is known."""
    return [("media:narrator", "", narrator)] if narrator else []


def meta(kind: str, refines: str, value: str) -> str:
    """A `meta` element without its brackets and name."""
    of = f" refines={quoteattr('#' + refines)}" if refines else ""
    return f'property="{kind}"{of}>{escape(value)}'


def _meta(prefix: str, entry: tuple[str, str, str]) -> str:
    return f"<{prefix}meta {meta(*entry)}</{prefix}meta>\n"


def _item(opf: Opf, identity: str, name: str, media_type: str) -> str:
    address = quoteattr(quote(opf.relative(name)))
    return f'<{opf.prefix}item id="{identity}" href={address} media-type="{media_type}"/>\n'


def _modified(source: str, modified: datetime) -> str:
    """The package document with a new time of its last change."""
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ")
    return re.sub(r"""(<[\w:]*meta\b[^<>]*property=["']dcterms:modified["'][^<>]*>)[^<]*""", rf"\g<1>{stamp}", source)
