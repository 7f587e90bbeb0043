"""HTML inside Markdown: its text, cut where block tags stand."""

import re
from collections.abc import Iterator
from html import unescape

from narrate.readers.characters import clean
from narrate.readers.ornaments import is_ornament, names_scene_break

SCENE_BREAK = "***"
_UNREAD = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?(?P<name>[A-Za-z][\w-]*)(?:\s[^<>]*)?/?>")
_INLINE = frozenset("a abbr b big cite code em font i kbd mark q s small span strong sub sup u var wbr".split())
# Every element of HTML, those of old pages too: what else is in angle brackets is words.
_KNOWN = _INLINE | frozenset(
    "address area article aside audio base basefont bdi bdo big blockquote body br button canvas caption center "
    "circle code col colgroup data datalist dd del details dfn dialog dir div dl dt embed fieldset figcaption "
    "figure footer form frame frameset g h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe image img input ins "
    "label legend li line link main map marquee math menu meta meter nav nobr noscript object ol optgroup option "
    "output p param path picture polygon pre progress rb rect rp rt rtc ruby samp script search section select slot "
    "source strike style summary svg table tbody td template textarea text tfoot th thead time title tr track tt ul "
    "use video".split()
)
_UNCLOSED = frozenset("area base br col embed hr img input li link meta p param source tr td th wbr dt dd".split())
_FLAGS = frozenset("hidden open disabled checked controls autoplay loop muted async defer reversed selected".split())
_RULE = re.compile(r"<hr\b[^<>]*>", re.IGNORECASE)
_LINE_END = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_EMPTY = re.compile(r"<(p|div)\b([^<>]*)>((?:[ \t\n]|&nbsp;|&#160;|\xa0){0,200})</\1[ \t]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(class|id|src|alt)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""", re.IGNORECASE)


def html_texts(html: str) -> Iterator[str]:
    """A block of HTML as its paragraphs: `***` is a scene break, an empty text a blank paragraph."""
    html = _RULE.sub(f"\n\n{SCENE_BREAK}\n\n", _UNREAD.sub(" ", html))
    html = _EMPTY.sub(_empty, _PICTURE.sub(_picture, _LINE_END.sub("&nbsp;", html)))
    for part in re.split(r"\n[ \t\n]*\n", _TAG.sub(lambda m: "" if _is_inline(m) else "\n\n", html)):
        text = unescape(part)
        if clean(text) or "\xa0" in text:
            yield clean(text)


def words_of_tag(tag: str, around: str) -> str | None:
    """What stands in angle brackets, where it is words and no tag, as `<REBIRTH>` is; None for a tag.

    `around` are all tags of the block in small letters: an element that is unknown there but closed is a tag as well.
    """
    match = _TAG.fullmatch(tag)
    if match is None or tag.startswith("</") or tag.endswith("/>"):
        return None
    name, inside = match["name"], tag[1:-1]
    flags = [word for word in inside[len(name) :].lower().split() if word not in _FLAGS]
    closed = f"</{name.lower()}" in around
    if closed or "=" in inside or (name.lower() in _UNCLOSED and not flags):
        return None
    if name.lower() in _KNOWN and not flags and not (name[0].isupper() and len(name) > 1):
        return None
    return inside


def is_html(row: str) -> bool:
    """Whether a row that opens with `<` opens a block of HTML, and not of words."""
    tag = _TAG.match(row)
    return tag is None or words_of_tag(tag[0], row.lower()) is None


def tag_space(tag: str) -> str:
    """What stands in a tag's place inside a paragraph: nothing where it only marks words."""
    match = _TAG.match(tag)
    return "" if match and _is_inline(match) else " "


def _is_inline(tag: re.Match[str]) -> bool:
    return tag["name"].lower() in _INLINE


def _picture(tag: re.Match[str]) -> str:
    found = _attributes(tag[0])
    names = (found.get("class", ""), found.get("id", ""))
    return f"\n\n{SCENE_BREAK}\n\n" if is_ornament(found.get("src", ""), clean(found.get("alt", "")), *names) else ""


def _empty(block: re.Match[str]) -> str:
    if any(names_scene_break(name) for key, name in _attributes(block[2]).items() if key in ("class", "id")):
        return f"\n\n{SCENE_BREAK}\n\n"
    return "\n\n&nbsp;\n\n" if block[1].lower() == "p" or block[3].strip(" \t\n") else ""


def _attributes(tag: str) -> dict[str, str]:
    return {key.lower(): unescape(double or single) for key, double, single in _ATTRIBUTE.findall(tag)}
