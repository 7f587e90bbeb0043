"""A page of HTML as XHTML, as an EPUB's pages are, without what a site puts around its text.

What stands outside the one `main` of a page is the site's by HTML's own definition of it; where a page has none, menus
and what calls itself a banner, a search or a site's foot are. A `nav` that is a table of contents stays, as one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from narrate.book import Skipped
from narrate.readers.epub.markup import CONTROLS, HostileMarkupError, name_of, parse_html, text_of, types_of
from narrate.readers.epub.meaning import HEADINGS
from narrate.readers.html.about import about_page

_XHTML = "http://www.w3.org/1999/xhtml"
_EPUB = "http://www.idpf.org/2007/ops"
_XML = "http://www.w3.org/XML/1998/namespace"
_KEPT_PREFIXES = {"xml:lang": f"{{{_XML}}}lang", "epub:type": f"{{{_EPUB}}}type"}
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")
_SITE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
_HEADS = frozenset(("header", "footer"))
_SITE_CLASS = re.compile(
    r"(?:^|\s)(?:no-?print|d-print-none|print:hidden|mw-editsection|mw-jump-link|navbox|printfooter)(?:$|\s)"
)
_CONTENTS = re.compile(r"(?:^|[\s_-])(?:toc|table-?of-?contents|contents)(?:$|[\s_-])", re.IGNORECASE)
_TITLE_BLOCK = frozenset(("title-block-header",))  # pandoc's: title, authors and date of the whole
_UNSHOWN = frozenset("script style template noscript link meta title".split())
_MOST_OUTSIDE = 0.5  # of a page's letters: where more stands outside its `main`, that is not the text


@dataclass(frozen=True, slots=True)
class Tidied:
    """A page of HTML as XHTML: its bytes, what was wrong with it, and what it says of the book (Dublin Core).

    `links` are what its links lead to, the site's among them; `menus` counts the parts of the site that were left out.
    """

    data: bytes
    problem: str
    said: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()
    menus: int = 0


def tidied(data: bytes) -> Tidied:
    """A page's bytes as XHTML. Raises HostileMarkupError for an entity bomb."""
    markup = parse_html(data)
    root = markup.root
    if root is None:
        return Tidied(b"", markup.problem)
    if name_of(root) == "svg":
        raise HostileMarkupError("is a drawing and no page")
    links = tuple(href for link in root.iter("{*}a") if (href := link.get("href")))
    menus = _without_site(root)
    said = about_page(root)
    _make_fit(root)
    return Tidied(_as_bytes(root), markup.problem, said, links, menus)


def menus_left_out(count: int) -> tuple[Skipped, ...]:
    """What a person is told of the parts of a site that were left out."""
    if not count:
        return ()
    what = "1 part" if count == 1 else f"{count} parts"
    return (Skipped(f"{what} of the site around the text", "menus, heads and feet are not the text"),)


# --- the site -------------------------------------------------------------------------------------


def _without_site(root: Any) -> int:
    """Take out what is the site's and not the text; how many parts it were."""
    body = next((e for e in root.iter("{*}body")), root)
    gone = list(_site(body))
    for element in gone:
        _drop(element)
    for link in [e for e in body.iter("{*}a") if _is_link_to_heading(e)]:
        _drop(link)
    return len(gone)


def _site(body: Any) -> Iterator[Any]:
    """The elements that are the site's, none inside another."""
    main = _main(body)
    around = set() if main is None else {body, *main.iterancestors()}
    waiting = [body]
    while waiting:
        parent = waiting.pop()
        for child in [e for e in parent if isinstance(e.tag, str)]:
            inside = child is main or child in around
            if not inside and (parent in around or _is_site(child)):
                if _shows(child):
                    yield child
            else:
                waiting.append(child)


def _shows(element: Any) -> bool:
    """Whether there are words in an element that are shown."""
    return name_of(element) not in _UNSHOWN and any(c.isalnum() for c in text_of(element))


def _main(body: Any) -> Any:
    """The one element that is the page's main part and has most of its text; None where there is none such."""
    found = [e for e in body.iter("*") if name_of(e) == "main" or e.get("role") == "main"]
    outer = [e for e in found if not any(other in found for other in e.iterancestors())]
    shown = [e for e in outer if e.get("hidden") is None]
    if len(shown) != 1:
        return None
    return shown[0] if _letters(shown[0]) >= _MOST_OUTSIDE * _letters(body) else None


def _letters(element: Any) -> int:
    """How many characters an element shows."""
    count = 0
    for e in element.iter("*"):
        count += len(e.text or "") if name_of(e) not in _UNSHOWN else 0
        count += len(e.tail or "") if e is not element else 0
    return count


def _is_site(element: Any) -> bool:
    """Whether an element says of itself that it is a part of the site; a table of contents is made one."""
    if element.get("id") in _TITLE_BLOCK:
        element.set(f"{{{_EPUB}}}type", "titlepage")
        return False
    if name_of(element) == "nav" or element.get("role") in ("navigation", "doc-toc"):
        called = f"{element.get('id') or ''} {element.get('class') or ''}"
        if "toc" not in types_of(element) and not _CONTENTS.search(called):
            return True
        _make_contents(element)
        return False
    if name_of(element) == "div" and element.get("title") in _HEADS:
        return True  # of a printed page, as LibreOffice writes them
    return element.get("role") in _SITE_ROLES or _SITE_CLASS.search(element.get("class") or "") is not None


def _make_contents(element: Any) -> None:
    """Make it what an EPUB's page has where it lists its contents."""
    element.tag = f"{element.tag[: -len(name_of(element))]}section"
    element.attrib.pop("role", None)
    element.set(f"{{{_EPUB}}}type", "toc")


def _is_link_to_heading(element: Any) -> bool:
    """Whether it is the sign beside a heading by which others link to it (`¶`)."""
    if "#" not in (element.get("href") or ""):
        return False
    text = text_of(element).strip()
    if any(c.isalnum() for c in text) or len(text) > 2 or any(name_of(e) == "img" for e in element.iter("*")):
        return False
    return any(name_of(e) in HEADINGS for e in element.iterancestors()) and text != ""


def _drop(element: Any) -> None:
    """Take an element out, and leave what stands after it."""
    parent, before = element.getparent(), element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


# --- a tree that XML can hold ----------------------------------------------------------------------


def _make_fit(root: Any) -> None:
    """Rename or leave out what HTML may be called and XML may not."""
    for element in root.iter("*"):
        if not str(element.tag).startswith("{") and not _PLAIN_NAME.fullmatch(element.tag):
            name = name_of(element)
            element.tag = name if _PLAIN_NAME.fullmatch(name) else "span"
        for key, value in list(element.attrib.items()):
            if key.startswith("{") or _PLAIN_NAME.fullmatch(key):
                if CONTROLS.search(value):
                    element.set(key, CONTROLS.sub(" ", value))
                continue
            del element.attrib[key]
            if key in _KEPT_PREFIXES:
                element.set(_KEPT_PREFIXES[key], CONTROLS.sub(" ", value))
        if element.text and CONTROLS.search(element.text):
            element.text = CONTROLS.sub(" ", element.text)
        if element.tail and CONTROLS.search(element.tail):
            element.tail = CONTROLS.sub(" ", element.tail)


def _as_bytes(root: Any) -> bytes:
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False))
