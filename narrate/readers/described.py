"""Plain paragraphs out of what catalogues hold: HTML and entities, often escaped more than once."""

import re
from html import unescape

from narrate.readers.characters import clean

_MOST = 100_000  # characters of a description that are looked at
_BLOCKS = "p div hr li ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote pre section article table tr center"
_INLINE = "a abbr acronym b big cite code del dfn em font i img ins kbd mark q s small span strike strong sub sup u var"
_BLOCK = re.compile(rf"</?(?:{_BLOCKS.replace(' ', '|')})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_LINE_END = re.compile(r"<br(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(rf"</?(?:{_INLINE.replace(' ', '|')}|html|body|o:p|td|th|tbody)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_UNREAD = re.compile(
    r"<!\[CDATA\[|\]\]>|<!--.*?(?:-->|\Z)|<(script|style|head)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ENDED = re.compile(r"""[.!?…。！？:]["'”’»)\]]{0,3}\Z""")


def plain_paragraphs(text: str) -> str:
    """A description as its paragraphs, a blank line between two, without tags and entities.

    `<br>` ends a line. What only looks like a tag ("AC/DC <next>") are words. Where there are no tags a blank line
    parts paragraphs, and each row is one if they all end as sentences do.
    """
    text = re.sub("\r\n?", "\n", re.sub(r"[ \t\f\v]+", " ", text[:_MOST])).replace("\u2029", "\n\n")
    for _ in range(3):  # the second time of what was escaped twice
        if _BLOCK.search(text) or _LINE_END.search(text):
            text = _LINE_END.sub("\u2028", re.sub(r"\n+ ?", " ", _UNREAD.sub(" ", text)))
        text = _TAG.sub("", _BLOCK.sub("\n\n", text))
        again = _ENTITY.sub(lambda m: unescape(m[0]), text)
        if again == text:
            break
        text = again
    parts = [part for part in re.split(r"\n[ \xa0]*\n|\u2028[\s\xa0]*\u2028", text) if part.strip()]
    rows = [row.strip() for row in text.split("\n") if row.strip()]
    if len(parts) == 1 and all(_ENDED.search(row[-4:]) for row in rows):
        parts = rows
    return "\n\n".join(filter(None, ("\n".join(filter(None, map(clean, part.split("\u2028")))) for part in parts)))


def plain_line(text: str) -> str:
    """The same on one line: a title or publisher."""
    return clean(plain_paragraphs(text))
