"""Bytes to characters: a byte order mark, UTF-8, what the file declares, or what its bytes are most like.

What is left, the encodings of one country or one maker, is told by chardet among those that books are in.
No guess is taken on trust: its text must read like one, or the file is refused rather than read as mojibake.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from narrate.errors import SourceError
from narrate.languages import settled_language

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What is declared, and what files that declare it are really in.
_LARGER = {
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949",
    "iso8859-1": "cp1252", "latin_1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254",
}  # fmt: skip
_OF_TWO_BYTES = ("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949")
_CANDIDATES = (
    *_OF_TWO_BYTES,
    *"cp1251 koi8-r koi8-u cp866 iso8859-5 cp1252 cp1250 iso8859-2 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258".split(),
    "cp874",
)
_OF_OTHER_LATIN = ("cp1250", "iso8859-2", "cp1254", "cp1257", "cp1258")
_WESTERN = "en de fr es it pt nl da no sv fi".split()
_FEW_ACCENTS = 9
_OF_OLD_MACHINES = ("mac-roman", "mac-cyrillic", "cp850", "cp1252")  # looked for where none of the others will do
_JAPANESE = ("cp932", "euc-jp")
_SHORT = 200  # characters of a text in which a broken one is a sign of another encoding
_MOST_BROKEN = 0.005  # of the bytes of a text that has signs of two bytes may be lost
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc]")
_LETTERS_OF_KANA = 0.2  # of a Japanese text's characters; chance makes none
_HEAD = 65536  # characters that tell whether a text is one
_CONTROL = re.compile("[\x80-\x84\x86-\x9f]")
_ODD = re.compile("[¢¤¥¦¨¬®¯¶¸ƒˆ˜‰†‡]")
_MOST_ODD = 0.03  # of a text's characters are such signs
_MOST_FOREIGN = 0.1  # of the words in Latin letters are nearly all accents
_WORD = re.compile(r"[^\W\d_]{2,}")
_LATIN = re.compile("[\u00c0-\u024f]")
_ASCII, _OTHER = "[A-Za-z]", "[\u0370-\u06ff]"
_LEAST_HANGUL = 3  # times as many of them as of Chinese signs are in a Korean text
_MOST_ASCII = 0.6  # of the letters of a text in Greek, Cyrillic, Hebrew or Arabic
# Two alphabets in a word, a sign of the upper half of Latin-1 in the middle of one, the rulings of old screens:
# all three come of misreading.
_TORN = re.compile(
    f"{_ASCII}{_OTHER}|{_OTHER}{_ASCII}|(?<=[^\\W\\d_])[¡-©¬®¯±¶¸¿×÷№](?=[^\\W\\d_])|[\u2500-\u259f]|(?<=[\\w'’])[‚„]"
)
_MOST_MIXED = 0.1  # of the words may have a capital after a small letter: McLeod


def text_of(data: bytes, where: Path | str) -> str:
    """The text of a file of plain text or Markdown.

    Raises SourceError for what is no text, and for an encoding that cannot be told.
    """
    text = _settled(data) or ""
    if looks_binary(text):
        raise SourceError("is not text", where=where, do="save it as UTF-8 text, or as EPUB")
    if data and not text:
        raise SourceError("is in an encoding that cannot be told", where=where, do="save it as UTF-8 text")
    return text.replace("\0", "")


def decode(data: bytes, declared: str = "") -> str:
    """`data` as text. `declared` is the encoding that the file names for itself, if any.

    Never fails: bytes that are not what they should be are read as Windows-1252.
    """
    text = _settled(data, declared)
    return _windows_1252(data) if text is None else text


def _settled(data: bytes, declared: str = "") -> str | None:
    """`data` as text, or None where no encoding makes one of it."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    # UTF-8 is tried before what is declared: text that happens to be valid UTF-8 nearly always is.
    text = _decoded(data, "iso2022_jp" if b"\x1b$" in data[:_HEAD] else "utf-8")
    if text is not None and "\0" not in text[:_HEAD]:
        return text
    if wide := _wide(data):
        return data.decode(wide, "replace")
    if text is None and declared:
        text = _decoded(data, _larger(declared))
    if text is None:
        text = _mended(data)
    if text is None and (found := _found(data)):
        text = data.decode(found, "replace")
    return text


def _decoded(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _larger(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return declared
    return _LARGER.get(name, name)


def _wide(data: bytes) -> str:
    """`utf-16-le` or `utf-16-be` where that makes a text of bytes with NULs, which no other encoding has."""
    head = data[: _HEAD & ~1][: len(data) & ~1]
    for name, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        found = _decoded(head, name)
        # The high bytes of a text are few: of Latin, Cyrillic or kana one, of Chinese those below 0xA0.
        if found and high.count(0) and _is_even(found):
            return name
    return ""


def _is_even(text: str) -> bool:
    """Whether a text that was decoded two bytes at a time is one: no controls, and what parts words."""
    spaces = sum(text.count(c) for c in " \n\r\u3000。，、")
    wrong = sum(unicodedata.category(c) in ("Cc", "Cn", "Co") and c not in "\t\n\r\f\ufeff" for c in text)
    return spaces > 0 and wrong <= 0.01 * len(text) and _has_few_scripts(text)


def _mended(data: bytes) -> str | None:
    """UTF-8 with a few bytes out of place, only those read as Windows-1252; None for what is no UTF-8."""
    text = data.decode("utf-8", "surrogateescape")
    wrong = len(text) - len(data.decode("utf-8", "ignore"))
    right = len(text) - wrong - len(data.translate(None, bytes(range(128, 256))))
    if right < wrong:
        return None
    return re.sub("[\udc80-\udcff]+", lambda m: _windows_1252(m[0].encode("utf-8", "surrogateescape")), text)


def _windows_1252(data: bytes) -> str:
    return _decoded(data, "cp1252") or data.decode("latin-1")  # five bytes mean nothing in the first


@lru_cache(maxsize=4)  # a file is looked at by several readers before one reads it
def _found(data: bytes) -> str:
    """The encoding that the bytes are in, of those that books are in; "" where none makes a text of them."""
    for name in _JAPANESE:
        head = data[:_HEAD].decode(name, "replace")
        if _is_nearly_whole(head) and len(_KANA.findall(head)) > _LETTERS_OF_KANA * len(head):
            return name
    likeliest = _likeliest(data)
    if likeliest in _OF_OTHER_LATIN and _is_western(data.decode(likeliest)):
        likeliest = "cp1252"
    if likeliest not in _OF_TWO_BYTES:
        for name in _OF_TWO_BYTES:  # of which one wrong byte makes another encoding the likeliest
            text = data.decode(name, "ignore")
            if _is_nearly_whole(data.decode(name, "replace")) and _likeliest(text.encode(name)) == name:
                return name
    for name in (likeliest, "cp1252", _likeliest(data, _OF_OLD_MACHINES)):
        whole = _decoded(data, name) if name else None
        if whole and reads_like_text(whole[:_HEAD]):
            return name
    return ""


def _likeliest(data: bytes, candidates: Iterable[str] = _CANDIDATES) -> str:
    from chardet import detect

    return detect(data, include_encodings=candidates, compat_names=False)["encoding"] or ""


def _is_western(text: str) -> bool:
    """Whether a text with some accents is in a language of Western Europe; where they are few, only that tells them."""
    found = settled_language([text], "")[1]
    return found in _WESTERN or (not found and sum(not c.isascii() for c in text) <= _FEW_ACCENTS)


def _is_nearly_whole(text: str) -> bool:
    return text.count("\ufffd") <= (3 if len(text) > _SHORT else 0) + _MOST_BROKEN * len(text)


def reads_like_text(text: str) -> bool:
    """Whether a guess made words: few scripts, few signs among them, capitals and accents where they belong."""
    words = _WORD.findall(text)
    mixed = sum(any(a.islower() and b.isupper() for a, b in pairwise(w)) for w in words)
    wrong = mixed + 5 * len(_TORN.findall(text))
    foreign = sum(len(w) > 3 and 4 * sum(map(str.isascii, w)) < len(w) for w in words if _LATIN.search(w))
    if re.search(_OTHER, text) and text.islower():
        return False  # Russian in capitals, misread: no book opens without one
    return not (looks_binary(text) or _CONTROL.search(text)) and (
        wrong <= _MOST_MIXED * len(words)
        and foreign <= _MOST_FOREIGN * len(words)
        and len(_ODD.findall(text)) <= _MOST_ODD * len(text)
        and _has_few_scripts(text)
    )


def _has_few_scripts(text: str) -> bool:
    """Whether nearly all letters are of a text's four commonest scripts: Japanese has three, and Latin.

    A text in Latin letters has none of another alphabet: what looks like one is an accent misread.
    """
    scripts = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    if scripts["LATIN"] > _MOST_ASCII * scripts.total() and re.search(_OTHER, text):
        return False
    if scripts["HANGUL"] and scripts["HANGUL"] < scripts["CJK"] * _LEAST_HANGUL:
        return False
    return sum(count for _, count in scripts.most_common(4)) >= 0.97 * scripts.total()


def looks_binary(text: str) -> bool:
    """Whether decoded text is no text at all: a picture, a program, a compressed file."""
    head = text[:_HEAD]
    controls = sum((c < " " and c not in "\0\t\n\r\f\v\x1a") or "\x7f" <= c <= "\x84" for c in head)
    return controls > 0.02 * len(head)
