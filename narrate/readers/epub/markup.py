"""Markup of any quality as an lxml tree, with nothing that lxml could be talked into.

Every document type is cut out before lxml sees the file, wherever it stands, so that the parser
knows no entity and fetches no DTD: the named characters (`&nbsp;`) and short texts that a file
declares for itself are put in here, within `MAX_EXPANDED`. A tree that has a document type all
the same is refused. libxml2 has a limit of its own: past a megabyte (2.14) it stops where entities
make a file five times longer. But in attributes it expands entities even when told to resolve
none, and its limit differs between versions, so it is never what we rely on. What is not XML is
read as libxml2 can recover it, by its XML and by its HTML parser, whichever saves more of the text.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.entities import html5
from pathlib import Path
from typing import Any

from lxml import etree

from narrate.errors import SourceError
from narrate.languages import language_tag
from narrate.readers.encodings import decode

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
MAX_ENTITY = 200  # characters of an entity that a file declares for itself
MAX_EXPANDED = 1 << 20  # characters that all references to such entities come to
_RECOVERED = "is not well-formed; read as far as it could be recovered"
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML may not hold
_XML_OWN = frozenset(("amp", "lt", "gt", "quot", "apos"))
_REFERENCE = re.compile(r"&([A-Za-z][\w.-]{0,60});")
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(?:(SYSTEM|PUBLIC)\b|\"([^\"]*)\"|'([^']*)')")
_DECLARED = re.compile(rb"""^[^<]{0,16}<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_APART = re.compile(r"<!--|<!\[CDATA\[|<!DOCTYPE", re.IGNORECASE)
_DOCTYPE_MARK = re.compile(r"<!--|[\"'\[\]<>]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SELF_CLOSED = re.compile(r"<([A-Za-z][\w:.-]*)(\s[^<>]*)?/>")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCK_TAG = re.compile(r"</?(?:div|section|article|blockquote|ul|ol|table|tbody|aside|main|center)\b[^<>]*>", re.I)
_INLINE_TAG = re.compile(r"</?(?:span|i|b|em|strong|font|a|small|big|sup|sub|u|s|q|cite|code|tt)\b[^<>]*>", re.I)


class HostileMarkupError(Exception):
    """Entities that expand to entities or to megabytes, or that are declared where none may be: a bomb."""


@contextmanager
def refused(where: Path | str, name: str = "") -> Iterator[None]:
    """Has the block raise SourceError for an entity bomb in the file at `where`, or in its part `name`."""
    try:
        yield
    except HostileMarkupError as error:
        raise SourceError(f"{name}: {error}: refused" if name else f"{error}: refused", where=where) from error


@dataclass(frozen=True, slots=True)
class Markup:
    """A parsed file: its root element (None when nothing is left), and what was wrong with it."""

    root: Any  # lxml.etree._Element | None
    problem: str = ""


def parse(data: bytes) -> Markup:
    """Parse a page, a package or a contents file. Raises HostileMarkupError for an entity bomb."""
    text, dropped = _decoded(data)
    if not text.strip():
        return Markup(None, "is empty")
    root = _xml(text, recover=False)
    if root is not None:
        return Markup(root, dropped)
    return Markup(_best([_xml(text, recover=True), _html(text)], text), _RECOVERED)


def parse_xml(data: bytes) -> Markup:
    """Parse XML of any other vocabulary, damaged or not. Raises HostileMarkupError for an entity bomb."""
    text, dropped = _decoded(data)
    root = _xml(text, recover=False)
    return Markup(root, dropped) if root is not None else Markup(_xml(text, recover=True), _RECOVERED)


def parse_html(data: bytes) -> Markup:
    """Parse a page that is called HTML: as XML only where it is, and as HTML otherwise, which is no damage there.

    Raises HostileMarkupError for an entity bomb.
    """
    text, dropped = _decoded(data)
    text = CONTROLS.sub(" ", text)
    if not text.strip():
        return Markup(None, "is empty")
    root = _xml(text, recover=False)
    return Markup(_best([_html(text)], text) if root is None else root, dropped)


def _decoded(data: bytes) -> tuple[str, str]:
    """A file's text, plain, and a note of what that lost."""
    declared = _DECLARED.search(data[:512]) or _META_CHARSET.search(data[:2048])
    text = decode(data, declared[1].decode("ascii", "replace") if declared else "")
    return _plain(text.replace("\0", ""))


def _best(found: list[Any], text: str) -> Any:
    """Of the trees that were made of a `text` the one that has most of it."""
    if max(map(_amount, found)) < _rough_amount(text):
        # Nested deeper than libxml2 goes: without the containers, keeping the breaks they make.
        flat = _INLINE_TAG.sub("", _BLOCK_TAG.sub("<hr class='flattened'/>", text))
        found.append(_html(flat))
    return max(found, key=_amount)


def _plain(text: str) -> tuple[str, str]:
    """`text` without declaration, document types and named entities; and a note of what that lost."""
    text = text[match.end() :] if (match := _DECLARATION.match(text)) else text
    declared: dict[str, str] = {}
    kept: list[str] = []
    dropped = ""
    at = 0
    for start, end in doctypes(text):
        entities, note = _entities(text[start:end])
        declared = entities | declared
        dropped = dropped or note
        kept.append(text[at:start])
        at = end
    text = "".join([*kept, text[at:]])
    expanded = 0

    def character(match: re.Match[str]) -> str:
        nonlocal expanded
        name = match[1]
        if name in _XML_OWN:
            return match[0]
        if name in declared:
            expanded += len(declared[name])
            if expanded > MAX_EXPANDED:
                raise HostileMarkupError("its own entities expand to far more than a page holds")
        found = declared.get(name, html5.get(f"{name};"))
        return f"&amp;{name};" if found is None else escape(found)

    return (_REFERENCE.sub(character, text) if "&" in text else text), dropped


def doctypes(text: str) -> Iterator[tuple[int, int]]:
    """Where each document type starts and ends, in any place and any case; those in comments and CDATA are none.

    One that is broken, and any after it, ends at its first `>`, so that it does not take the page with it.
    """
    at, whole = 0, True
    while match := _APART.search(text, at):
        start, at = match.span()
        if match[0] == "<!--":
            at = _past(text, "-->", at)
        elif match[0] == "<![CDATA[":
            at = _past(text, "]]>", at)
        else:
            end = _doctype_end(text, start) if whole else None
            whole = end is not None
            at = _past(text, ">", at) if end is None else end
            yield start, at


def _past(text: str, mark: str, at: int) -> int:
    """Where the next `mark` ends; the text's end where there is none."""
    found = text.find(mark, at)
    return found + len(mark) if found >= 0 else len(text)


def _doctype_end(text: str, start: int) -> int | None:
    """Where the document type that starts at `start` ends, past its `>`; None where it is broken.

    An identifier that holds a tag is one whose quotation mark is missing.
    """
    depth, at = 0, start
    while match := _DOCTYPE_MARK.search(text, at):
        mark, at = match[0], match.end()
        if mark == "<!--":
            at = _past(text, "-->", at)
        elif mark in "\"'":
            begin, at = at, _past(text, mark, at)
            if depth == 1 and text.find("<", begin, at) >= 0:
                return None
        elif mark in "<[":
            depth += 1
        else:
            depth -= 1
            if mark == ">" and depth <= 0:
                return at
    return None


def _entities(doctype: str) -> tuple[dict[str, str], str]:
    """The short plain entities that a document type declares, and a note of those left out."""
    declared: dict[str, str] = {}
    dropped = ""
    for match in _ENTITY.finditer(doctype):
        parameter, name, external, *values = match.groups()
        value = values[0] or values[1] or ""
        if re.search(r"&[A-Za-z]|%[A-Za-z]", value):
            raise HostileMarkupError(f"entity {name[:40]!r} expands to other entities")
        value = re.sub(r"&#(x[0-9A-Fa-f]{1,6}|\d{1,7});", _numbered, value)
        if external or parameter or len(value) > MAX_ENTITY or "<" in value:
            declared.setdefault(name, "")  # the first to declare a name is right, as in XML
            dropped = "uses entities from outside or overlong ones; they were left out"
        else:
            declared.setdefault(name, value)
    return declared, dropped


def _numbered(match: re.Match[str]) -> str:
    code = int(match[1][1:], 16) if match[1].startswith("x") else int(match[1])
    return chr(code) if code < 0x110000 else ""


def _xml(text: str, *, recover: bool) -> Any:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # depth to 2,048 and long text; the archive bounds the size
        remove_comments=True,
        remove_pis=True,
    )
    return _root(text, parser)


def _html(text: str) -> Any:
    opened = _SELF_CLOSED.sub(lambda m: m[0] if m[1].lower() in _VOID else f"<{m[1]}{m[2] or ''}></{m[1]}>", text)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    return _root(opened, parser)


def _root(text: str, parser: Any) -> Any:
    try:
        root: Any = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if root is not None and (dtd := root.getroottree().docinfo.internalDTD) is not None and any(dtd.iterentities()):
        raise HostileMarkupError("declares entities where no document type may stand")
    return root


def _amount(root: Any) -> int:
    """Characters of text in a tree, without white space."""
    return -1 if root is None else sum(len("".join(piece.split())) for piece in root.itertext())


def _rough_amount(text: str) -> int:
    """What `_amount` would be, had nothing been lost: all that is no tag."""
    return len(re.sub(r"<[^<>]*>|\s+", "", re.sub(r"&#?\w+;", "x", text)))


def name_of(element: Any) -> str:
    """An element's name without namespace or prefix, in lower case."""
    return _local_name(element.tag)


@lru_cache(maxsize=1024)
def _local_name(tag: Any) -> str:
    return str(tag).rpartition("}")[2].rpartition(":")[2].lower()


def types_of(element: Any) -> frozenset[str]:
    """Its `epub:type` values and ARIA roles, without prefixes (`z3998:`, `doc-`), in lower case."""
    values: list[str] = []
    for key, value in element.attrib.items():
        if key in ("{http://www.idpf.org/2007/ops}type", "epub:type", "role"):
            values += value.lower().split()
    return frozenset(v.rpartition(":")[2].removeprefix("doc-") for v in values)


def page_types(body: Any) -> frozenset[str]:
    """What a page says of itself: the types of its body and of what alone fills that."""
    types = types_of(body)
    inner = [e for e in body if isinstance(e.tag, str)]
    while len(inner) == 1 and name_of(inner[0]) in ("section", "article", "div", "main", "nav", "aside"):
        types |= types_of(inner[0])
        inner = [e for e in inner[0] if isinstance(e.tag, str)]
    return types


def language_of(element: Any) -> str:
    """The BCP 47 tag that it says of itself (`xml:lang`, else `lang`), or ""; nothing that names no language."""
    tag = element.get("{http://www.w3.org/XML/1998/namespace}lang") or element.get("lang") or ""
    primary, _, rest = language_tag(tag).partition("-")
    return f"{primary.lower()}-{rest}".rstrip("-") if _TAG.fullmatch(f"{primary}-{rest}".rstrip("-")) else ""


def walk(element: Any) -> Iterator[tuple[str, Any]]:
    """("start" | "end", element) through a tree of any depth, without recursion."""
    return iter(etree.iterwalk(element, events=("start", "end")))


def text_of(element: Any) -> str:
    """All text inside, with a space for each line break."""
    parts = []
    for event, e in walk(element):
        if event == "start":
            parts.append(f" {e.text or ''}" if name_of(e) == "br" else e.text or "")
        elif e is not element:
            parts.append(e.tail or "")
    return "".join(parts)
