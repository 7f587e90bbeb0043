"""What is inside a block of Markdown, as text: links by theirs, marks gone, raised and lowered figures as such.

What pandoc, Quarto, Obsidian and CriticMarkup write into a paragraph without being text goes here, too: attributes,
shortcodes, comments, citations. Code keeps every sign.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from narrate.readers.characters import clean
from narrate.readers.figures import lowered, raised
from narrate.readers.formulas import said_formula
from narrate.readers.markdown_html import tag_space, words_of_tag
from narrate.readers.markdown_parser import ATTRIBUTES, inline_parser
from narrate.readers.ornaments import is_ornament

_LONG_ROW = 10_000  # characters of a row of dialogue that is parsed
_MARKED = re.compile(r"[*_`\\\[\]<>&!]")
_CODE = "\2"  # stands for a piece of code while the text around it is looked over
_SHORTCODE = re.compile(r"\{\{[<%][^{}\n]{0,500}[%>]\}\}")
_COMMENT = re.compile(r"%%[^%\n]{1,500}%%")
_DROPPED = re.compile(r"\{>>[^<>{}\n]{0,500}<<\}|\{--[^{}\n]{0,500}?--\}")
_SUBSTITUTED = re.compile(r"\{~~[^{}~\n]{0,500}~>([^{}~\n]{0,500})~~\}|\{(==|\+\+)([^{}\n]{0,500}?)\2\}")
_HIGHLIGHT = re.compile(r"(?<![=\w])==(?=[^\s=])([^=\n]{1,1000})(?<=\S)==(?![=\w])")
_BRACKETED = re.compile(r"(?<![\w=/\\<])<{1,3}(?=[^\s<>=/!-])([^<>\n]{1,200})(?<=[^\s-])>{1,3}(?!\w)")
_AFTER_LINK = re.compile(r"\{[^{}\n]{1,200}\}")  # sizes and such, as pandoc has them
_PICTURE_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp)$", re.IGNORECASE)
_CITATION = re.compile(
    r"[ \t]?\[(?:[^\[\]@\n]{0,80}(?<=[\s\[;-]))?-?@[^\W_][\w:.#$%&+?~/-]{0,80}(?:[ \t,;][^\[\]\n]{0,300})?\](?!\()"
)
_NARRATIVE = re.compile(
    r"(?<![\w/.@])@(?P<name>[^\W\d_]+(?:[_:-][^\W\d_]+){0,3})[_:-]?(?P<year>(?:1[5-9]|20)\d\d)[a-z]?\b"
    r"(?:[ \t]\[[^\[\]\n]{0,100}\])?"
)
_REFERENCE = re.compile(r"(?<![\w/.@])@(?:fig|tbl|tab|sec|eq|lst|thm)[-:]([\w-]{1,80})")
_BLOCK_ID = re.compile(r"[ \t]\^(?:[0-9a-f]{6}|[A-Za-z0-9]{1,40}(?:-[A-Za-z0-9]{1,40}){1,9})$")
_RAW = re.compile(r"\{=\w+\}")


def inline_text(children: Sequence[Token], *, pictures: bool, left: Counter[str] | None = None) -> str:
    """The text of what is inside a block; pictures by theirs or by nothing. `left` counts what cannot be read."""
    code: list[str] = []
    around = "".join(child.content for child in children if child.type == "html_inline").lower()
    shift = ""
    parts: list[str] = []
    for before_it, child, after in zip([None, *children], children, [*children[1:], None], strict=False):
        if child.type in ("sub_open", "sup_open", "sub_close", "sup_close"):
            shift = child.type.removesuffix("_open") if child.nesting > 0 else ""
        elif child.type == "code_inline":
            code.append("" if after and _RAW.match(after.content) else child.content)
            parts.append(_CODE)
        elif shift and child.type == "text":
            before = parts[-1][-1:] if parts else ""
            found = (lowered if shift == "sub" else raised)(child.content) if before.strip() else None
            parts.append(child.content if found is None else found)
        elif child.type == "text" and before_it and before_it.type in ("image", "link_close"):
            parts.append(_AFTER_LINK.sub("", child.content, count=1) if child.content[:1] == "{" else child.content)
        else:
            parts += _parts(child, around, pictures, left)
    return _restored(_without_signs("".join(parts)), code)


def _parts(child: Token, around: str, pictures: bool, left: Counter[str] | None) -> Iterator[str]:
    if child.type in ("text", "text_special"):
        yield child.content
    elif child.type in ("softbreak", "hardbreak"):
        yield " "
    elif child.type == "image" and pictures and not is_picture_ornament(child):
        yield child.content
    elif child.type == "html_inline":
        words = words_of_tag(child.content, around)
        yield tag_space(child.content) if words is None else words
    elif child.type.startswith("math_inline"):
        said = said_formula(child.content)
        if said is None and left is not None:
            left["formula"] += 1
        yield said or ""
    elif child.type == "embedded" and left is not None:
        left["picture" if _PICTURE_FILE.search(child.content) else "embedded file"] += 1


def _restored(text: str, code: list[str]) -> str:
    if not code:
        return text
    first, *rest = text.split(_CODE)
    return first + "".join(piece + part for piece, part in zip(code, rest, strict=False))


def _without_signs(text: str) -> str:
    """A text without what is an instruction, a comment or a mark in it."""
    if "{" in text:
        text = ATTRIBUTES.sub("", _RAW.sub("", _SHORTCODE.sub("", text)))
    if "%%" in text:
        text = _COMMENT.sub("", text)
    if "==" in text:
        text = _HIGHLIGHT.sub(r"\1", text)
    if "<" in text:
        text = _BRACKETED.sub(r"\1", text)
    if "@" in text:
        text = _REFERENCE.sub(_referred, _NARRATIVE.sub(_cited, _CITATION.sub("", text)))
    return _BLOCK_ID.sub("", text) if "^" in text else text


def _cited(found: re.Match[str]) -> str:
    """A work that the sentence names by its key, as it is printed: @reed2020 → Reed (2020)."""
    names = re.split(r"[_:-]", found["name"])
    return f"{' '.join(name if name[0].isupper() else name.title() for name in names)} ({found['year']})"


def _referred(found: re.Match[str]) -> str:
    return found[1].replace("-", " ").replace("_", " ")


def changed(content: str) -> str:
    """A block's content with an editor's changes made, as CriticMarkup writes them: {~~old~>new~~}, {--gone--}."""
    return _SUBSTITUTED.sub(r"\1\3", _DROPPED.sub("", content)) if "{" in content else content


def plain_text(text: str) -> str:
    """Markdown's text without its marks: emphasis, links, escapes. A huge one stays as it is."""
    if len(text) > _LONG_ROW or not _MARKED.search(text):
        return clean(text)
    parser = inline_parser()
    children: list[Token] = []
    parser.inline.parse(text, parser, {}, children)
    return clean(inline_text(children, pictures=False))


def is_picture_ornament(picture: Token) -> bool:
    """Whether a picture is an ornament between scenes."""
    source, title = (str(picture.attrGet(name) or "") for name in ("src", "title"))
    return is_ornament(source, clean(picture.content), title)
