"""Bytes to characters, and the characters that no page is meant to show.

No detector library: a byte order mark, the NULs of UTF-16, what the file itself declares and
whether the bytes are UTF-8 settle nearly every book; what is left is Windows-1252, the
superset of Latin-1 that old text files are really in.
"""

import codecs
import re

from narrate.book import squeeze

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Soft hyphens, zero-width spaces, direction marks, halves of characters, controls that are no white space.
_UNSEEN = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+"
)
# Joiners shape Persian, Indic scripts and emoji, so they go only from beside Latin letters.
_JOINERS = re.compile("[\u200c\u200d]+")


def decode(data: bytes, declared: str = "") -> str:
    """`data` as text. `declared` is the encoding that the file names for itself, if any.

    Never fails: bytes that are not what they should be are read as Windows-1252.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if wide := _utf16_without_mark(data[:4096]):
        return data.decode(wide, "replace")
    # UTF-8 is tried before what is declared: text that happens to be valid UTF-8 nearly always is.
    for name in ("utf-8", declared):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    text = data.decode("utf-8", "surrogateescape")
    wrong = len(text) - len(data.decode("utf-8", "ignore"))
    right = len(text) - wrong - len(data.translate(None, bytes(range(128, 256))))
    if right < wrong:
        return _windows_1252(data)
    # UTF-8 with a few bytes out of place: only those are read as Windows-1252.
    return re.sub("[\udc80-\udcff]+", lambda m: _windows_1252(m[0].encode("utf-8", "surrogateescape")), text)


def _windows_1252(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing in it
        return data.decode("latin-1")


def _utf16_without_mark(head: bytes) -> str:
    """`utf-16-le` or `utf-16-be` when every other byte of `head` is mostly NUL."""
    half = len(head) // 2
    if half < 2:
        return ""
    even, odd = head[0 : half * 2 : 2].count(0), head[1 : half * 2 : 2].count(0)
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.1 * half else ""


def clean(text: str) -> str:
    """`text` on one line, white space squeezed, without characters that no page shows."""
    if not text.isascii():
        text = _JOINERS.sub(_joiners, text)
    return squeeze(_UNSEEN.sub("", text))


def _joiners(found: re.Match[str]) -> str:
    """Joiners as they are, or nothing beside a Latin letter."""
    text, beside = found.string, (found.start() - 1, found.end())
    return "" if any(0 <= at < len(text) and text[at].isascii() and text[at].isalpha() for at in beside) else found[0]


def looks_binary(text: str) -> bool:
    """Whether decoded text is no text at all: a picture, a program, a compressed file."""
    head = text[:65536]
    controls = sum((c < " " and c not in "\0\t\n\r\f\v\x1a") or "\x7f" <= c <= "\x84" for c in head)
    return controls > 0.02 * len(head)
