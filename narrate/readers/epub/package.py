"""The package of an EPUB: files, reading order, table of contents, metadata, cover.

EbookLib reads the package document, but only after it has been put in order here: by itself it
stops at the first missing file, a stray comment or an unknown namespace, and it would load
every picture. The contents (nav and ncx) are read here, because it drops entries it did not expect.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from narrate.book import Cover, Pronunciation, Skipped
from narrate.errors import SourceError
from narrate.readers.characters import clean
from narrate.readers.epub.archive import Archive
from narrate.readers.epub.fallbacks import page_for
from narrate.readers.epub.files import Files, resolve
from narrate.readers.epub.markup import Markup, name_of, parse, refused, text_of, types_of, walk
from narrate.readers.epub.spoken import lexicon

_OPF = "http://www.idpf.org/2007/opf"
_DC = "http://purl.org/dc/elements/1.1/"
_OPF_NAMES = frozenset("package metadata manifest item spine itemref guide reference meta link".split())
_EMPTY_ZIP = b"PK\5\6" + bytes(18)
_PAGE_SUFFIXES = (".xhtml", ".html", ".htm", ".xml")
_OBFUSCATED_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
MAX_COVER = 32 << 20  # bytes, half of what any file may have: a larger one is left out, not the book
_PICTURES = (
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"GIF8", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
)
MAX_PARTS = 4  # levels of the contents that are told above a chapter


@dataclass(slots=True)
class TocEntry:
    """One entry of the table of contents; a leaf has no entries below it. Built while reading."""

    title: str = ""
    file: str = ""
    anchor: str = ""
    leaf: bool = True
    parts: tuple[str, ...] = ()  # the titles that it stands under, outermost first


@dataclass(frozen=True, slots=True)
class Package:
    """The package document, with every file as its name in the archive."""

    spine: tuple[tuple[str, bool], ...]  # (file, linear)
    contents: tuple[TocEntry, ...]
    roles: dict[str, frozenset[str]]  # file → what landmarks and guide call it
    metadata: dict[str, Any]  # namespace → name → [(text, attributes)], as EbookLib has it
    cover: Cover | None = None
    skipped: tuple[Skipped, ...] = ()
    pronunciations: tuple[Pronunciation, ...] = ()


@dataclass(slots=True)
class _Raw:
    """What is taken out of the package document before EbookLib sees it."""

    nav: str = ""
    ncx: str = ""
    fallbacks: dict[str, str] = field(default_factory=dict)  # manifest id → what stands in for it
    skipped: list[Skipped] = field(default_factory=list)


def refuse_drm(archive: Archive) -> None:
    """Raises SourceError when the book is encrypted; obfuscated fonts are not encryption."""
    if (name := archive.find("META-INF/encryption.xml")) is not None:
        data = archive.read(name).data
        root = parse_safely(archive, name, data).root
        methods = [] if root is None else [e for e in root.iter() if name_of(e) == "encryptionmethod"]
        # The key's own encryption is listed too; what matters is that anything but fonts is encrypted.
        if any(e.get("Algorithm", "") not in _OBFUSCATED_FONTS for e in methods):
            raise _drm(archive)
    if archive.find("META-INF/rights.xml") or archive.find("META-INF/sinf.xml"):
        raise _drm(archive)


def _drm(archive: Archive) -> SourceError:
    return SourceError(
        "is encrypted (DRM) and cannot be read", where=archive.where, do="ask where you got it for a copy without DRM"
    )


def parse_safely(archive: Archive, name: str, data: bytes) -> Markup:
    """The file `name` parsed. Raises SourceError for an entity bomb."""
    with refused(archive.where, name):
        return parse(data)


def read_package(archive: Archive) -> Package:
    """The archive's package. Without a package document the pages are taken in the order of their names."""
    opf = package_name(archive)
    member = archive.read(opf) if opf else None
    root = parse_safely(archive, opf, member.data).root if opf and member else None
    if root is None:
        return _without_package(archive)
    raw = _Raw()
    tidy = _tidy(root, raw)
    book = _ebooklib(tidy)
    ids: dict[str, tuple[str, Any]] = {}  # manifest id → (file, EbookLib's item)
    for item in book.get_items():
        target = archive.place(opf, item.file_name)
        if target is None:
            raw.skipped.append(Skipped(item.file_name, "points outside the book"))
        elif item.id not in ids:
            ids[item.id] = (target[0], item)
    spine, stand_ins = _pages(archive, book.spine, ids, raw)
    missing = [i for i, _ in book.spine if i not in ids]
    raw.skipped += [Skipped(f"spine item {i!r}", "the book's list of files does not have it") for i in missing]
    if not spine:
        pages = _without_package(archive)
        return Package(pages.spine, (), {}, book.metadata, None, (*raw.skipped, *pages.skipped))
    contents, roles = _read_contents(archive, ids, raw)
    for entry in contents:
        entry.file = stand_ins.get(entry.file, entry.file)
    for reference in book.guide:
        if (place := archive.place(opf, reference.get("href") or "")) and not place[1]:
            kind = (reference.get("type") or "").lower()
            roles[place[0]] = roles.get(place[0], frozenset()) | {kind.replace("title-page", "titlepage")}
    cover = _cover(archive, opf, book, ids, raw)
    sounds = tuple(_lexicons(archive, ids, book.language or "en"))
    return Package(tuple(spine), tuple(contents), roles, book.metadata, cover, tuple(raw.skipped), sounds)


def _pages(
    archive: Archive, spine: list[tuple[str, str]], ids: dict[str, tuple[str, Any]], raw: _Raw
) -> tuple[list[tuple[str, bool]], dict[str, str]]:
    """The pages of the reading order, each once and whether it is linear; and for each file the one that is read."""
    files = {i: (file, str(item.media_type or "")) for i, (file, item) in ids.items()}
    pages: dict[str, bool] = {}
    stand_ins: dict[str, str] = {}
    for i, linear in spine:
        if i not in ids:
            continue
        file, kind = files[i]
        found = page_for(i, files, raw.fallbacks, lambda name: archive.read(name).data)
        if not found:
            raw.skipped.append(Skipped(file, f"is no page ({kind}), and none stands in for it"))
            continue
        stand_ins[file] = files[found][0]
        pages[files[found][0]] = pages.get(files[found][0], False) or linear != "no"
    return list(pages.items()), stand_ins


def _lexicons(archive: Archive, ids: dict[str, tuple[str, Any]], language: str) -> Iterator[Pronunciation]:
    """The entries of every PLS lexicon that the book names."""
    for file, item in ids.values():
        if item.media_type == "application/pls+xml" or file.lower().endswith(".pls"):
            root = parse_safely(archive, file, archive.read(file).data).root
            if root is not None:
                yield from lexicon(root, language)


def package_name(archive: Archive) -> str:
    """The member that is the package document: the first that the container names, else any `.opf`; "" for none."""
    container = archive.read("META-INF/container.xml")
    root = parse_safely(archive, "META-INF/container.xml", container.data).root
    named = [] if root is None else [e.get("full-path") or "" for e in root.iter() if name_of(e) == "rootfile"]
    present = [found for name in named if (found := archive.find(name))]
    return next(iter(present + [n for n in archive.names if n.lower().endswith(".opf")]), "")


def _without_package(archive: Archive) -> Package:
    pages = [n for n in archive.names if n.lower().endswith(_PAGE_SUFFIXES[:3]) and not n.startswith("META-INF/")]
    if not pages:
        raise SourceError("is a zip, but not an EPUB: it holds no package and no pages", where=archive.where)
    pages.sort(key=in_order)
    note = Skipped("the package document", "missing or damaged; pages are read in the order of their names")
    return Package(tuple((p, True) for p in pages), (), {}, {}, None, (note,))


def in_order(name: str) -> list[int | str]:
    """The key by which files stand in the order of their names, numbers as numbers: 2 before 10."""
    return [int(s) if s.isdecimal() else s for s in re.split(r"(\d+)", name.casefold())]


def _tidy(root: Any, raw: _Raw) -> bytes:
    """The package document as EbookLib can read it: known names, namespaces and parts, nothing else."""
    names: Any = {None: _OPF, "dc": _DC}
    package = etree.Element(f"{{{_OPF}}}package", nsmap=names)
    for key in ("version", "unique-identifier"):
        package.set(key, root.get(key) or "")
    parts = {
        name: etree.SubElement(package, f"{{{_OPF}}}{name}") for name in ("metadata", "manifest", "spine", "guide")
    }
    for element in root.iter():
        name = name_of(element)
        attributes = _attributes(element)
        if name == "spine":
            raw.ncx = attributes.get("toc", "")
        elif name == "item" and attributes.get("href") and attributes.get("id"):
            properties = attributes.pop("properties", "").split()
            raw.fallbacks.setdefault(attributes["id"], attributes.pop("fallback", ""))
            if "nav" in properties:
                raw.nav = raw.nav or attributes["id"]
            if "ncx" in attributes.get("media-type", ""):
                raw.ncx = raw.ncx or attributes["id"]
            kept = "cover-image" if "cover-image" in properties else "page"
            etree.SubElement(parts["manifest"], f"{{{_OPF}}}item", {**attributes, "properties": kept})
        elif name == "itemref" and attributes.get("idref"):
            etree.SubElement(parts["spine"], f"{{{_OPF}}}itemref", attributes)
        elif name == "reference":
            etree.SubElement(parts["guide"], f"{{{_OPF}}}reference", attributes)
        elif name == "meta" or (name not in _OPF_NAMES and _in_metadata(element)):
            copy = etree.SubElement(parts["metadata"], f"{{{_OPF if name == 'meta' else _DC}}}{name}", attributes)
            copy.text = _lines_of(element) if name == "description" else clean(text_of(element))
    return bytes(etree.tostring(package))


def _lines_of(element: Any) -> str:
    """What an element holds with its line ends, its tags among it: a description's paragraphs."""
    whole = etree.tostring(element, encoding="unicode", with_tail=False) if len(element) else ""
    text = whole[whole.find(">") + 1 : whole.rfind("<")] if whole else element.text or ""
    return "\n".join(map(clean, text.split("\n")))


def _attributes(element: Any) -> dict[str, str]:
    """An element's attributes without namespaces; those that damage has made unnameable are left out."""
    plain = ((str(key).rpartition("}")[2].rpartition(":")[2], value) for key, value in element.attrib.items())
    return {key: clean(value) for key, value in plain if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", key)}


def _in_metadata(element: Any) -> bool:
    tag = str(element.tag)
    known = tag.startswith((f"{{{_DC}}}", "dc:", "{http://purl.org/dc/elements/1.0/}"))
    return known and re.fullmatch(r"[a-z][\w.-]*", name_of(element)) is not None


def _ebooklib(package: bytes) -> Any:
    """EbookLib's view of a tidied package document; it is shown no other file."""
    from ebooklib import epub

    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
        'full-path="package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    files = {"META-INF/container.xml": container.encode(), "package.opf": package}
    reader = epub.EpubReader(io.BytesIO(_EMPTY_ZIP), {"ignore_ncx": True})
    reader.read_file = lambda name: files.get(name, b"")
    return reader.load()


def _read_contents(
    archive: Archive, ids: dict[str, tuple[str, Any]], raw: _Raw
) -> tuple[list[TocEntry], dict[str, frozenset[str]]]:
    """The table of contents, from the nav or else the ncx; and what the landmarks call each file."""
    entries: list[TocEntry] = []
    roles: dict[str, frozenset[str]] = {}
    if raw.nav in ids:
        file = ids[raw.nav][0]
        roles[file] = frozenset(("toc",))
        root = parse_safely(archive, file, archive.read(file).data).root
        navs = [] if root is None else [e for e in root.iter() if name_of(e) == "nav"]
        toc = [e for e in navs if "toc" in types_of(e)] or [e for e in navs if not types_of(e)]
        if toc:
            entries = list(entries_of(toc[0], file, archive))
        for element in (a for n in navs if "landmarks" in types_of(n) for a in n.iter() if name_of(a) == "a"):
            if (place := archive.place(file, element.get("href") or "")) and not place[1]:
                roles[place[0]] = roles.get(place[0], frozenset()) | types_of(element)
    if not entries and raw.ncx in ids:
        file = ids[raw.ncx][0]
        root = parse_safely(archive, file, archive.read(file).data).root
        maps = [] if root is None else [e for e in root.iter() if name_of(e) == "navmap"]
        entries = list(entries_of(maps[0], file, archive)) if maps else []
    if not entries:
        raw.skipped.append(Skipped("the table of contents", "missing or damaged; headings name the chapters"))
    return entries, roles


def entries_of(top: Any, base: str, files: Files) -> Iterator[TocEntry]:
    """The entries of a nav, a list of links or a navMap, in order. Those that lead nowhere in the book are left out."""
    found: list[TocEntry] = []
    open_: list[TocEntry] = []
    for event, element in walk(top):
        name = name_of(element)
        if name in ("li", "navpoint"):
            if event == "start":
                found.append(TocEntry(parts=tuple(e.title for e in open_[-MAX_PARTS:])))
                open_.append(found[-1])
            elif open_:
                open_.pop()
        elif event == "start" and open_:
            entry = open_[-1]
            if name in ("a", "span", "navlabel") and not entry.title:
                entry.title = clean(text_of(element))
            link = element.get("href") if name == "a" else element.get("src") if name == "content" else None
            if link and not entry.file and (place := files.place(base, link)):
                entry.file, entry.anchor = place
                for parent in open_[:-1]:
                    parent.leaf = False
    return (entry for entry in found if entry.file)


def _cover(archive: Archive, opf: str, book: Any, ids: dict[str, tuple[str, Any]], raw: _Raw) -> Cover | None:
    """The cover picture by EPUB 3's property, EPUB 2's meta, or the name; JPEG, PNG, GIF and WebP."""
    named = [a.get("content", "") for _, a in metas(book.metadata) if a.get("name") == "cover"]
    files = [file for file, item in ids.values() if type(item).__name__ == "EpubCover"]
    for name in named:
        linked = resolve(opf, name)
        files += [ids[name][0]] if name in ids else [linked[0]] if linked else []
    pictures = [(i, file) for i, (file, item) in ids.items() if (item.media_type or "").startswith("image/")]
    files += [file for i, file in pictures if "cover" in i.lower() or "cover" in file.lower().rpartition("/")[2]]
    problems: list[str] = []
    for file in dict.fromkeys(files):
        member = archive.read(file, MAX_COVER)
        kind = next((kind for start, kind in _PICTURES if re.match(start, member.data, re.DOTALL)), "")
        if kind:
            return Cover(member.data, kind)
        problems.append(member.problem)
    if files:
        why = problems[0] or "is not a JPEG, PNG, GIF or WebP picture"
        raw.skipped.append(Skipped(f"the cover {files[0]}", why))
    return None


def metas(metadata: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Every `meta` of the package: text and attributes."""
    return [(text or "", attributes) for text, attributes in metadata.get(_OPF, {}).get("meta", [])]


def dublin_core(metadata: dict[str, Any], name: str) -> list[tuple[str, dict[str, str]]]:
    """Every `dc:name` of the package that has text, with its attributes."""
    return [(text, attributes) for text, attributes in metadata.get(_DC, {}).get(name, []) if text]


def as_dublin_core(said: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The metadata of a form that has no package: names of Dublin Core ("creator"), each with what is said by it."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for name, text in said:
        if clean(text):
            found.setdefault(name, []).append((text, {}))
    return {_DC: found}
