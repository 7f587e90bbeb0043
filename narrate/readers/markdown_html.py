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
