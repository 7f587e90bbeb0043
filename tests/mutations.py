"""EPUBs damaged at random: the zip's bytes, its files, and its pages' markup with the text kept.

Every mutation is drawn from a seed, so that one that fails can be looked at again. `Mutant.pages`
holds each page's text as its letters and digits, for those mutations that must not lose any.
"""

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

Files = dict[str, bytes]

_TAG = re.compile(r"<[^<>]+>")
_BODY = re.compile(r"<body\b[^>]*>(.*)</body>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s[\w:.-]+\s*=\s*"[^"<>]*\"""")
_WORD = re.compile(r">[^<>]*?\b(\w+)\b")
_INLINE = ("span", "b", "i", "em", "custom-x", "font", "bdi", "ins")
_BLOCK = ("div", "section", "blockquote", "center", "x-y")


@dataclass(frozen=True)
class Mutant:
    """A damaged EPUB: what was done, its bytes, and its pages' letters where none may be lost."""

    what: str
    data: bytes
    pages: dict[str, str] | None


def letters(text: str) -> str:
    """Letters and digits alone."""
    return "".join(c for c in text if c.isalnum())


def page_letters(data: bytes) -> str:
    """Letters and digits of a page's body."""
    body = _BODY.search(data.decode("utf-8"))
    return letters(unescape(_TAG.sub("", body[1]))) if body else ""


def unpack(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def mutate(data: bytes, body: list[str], seed: str) -> Mutant:
    """One mutation of the EPUB in `data`, whose pages of text are the files `body`."""
    noise = random.Random(seed)
    draw = noise.randrange(8)
    if draw == 0:
        return Mutant("the zip's bytes", _damage(data, noise), None)
    files = unpack(data)
    if draw == 1:
        name = noise.choice([*files])
        files[name] = _damage(files[name], noise)
        return Mutant(f"bytes of {name}", pack(files), None)
    change = noise.choice(_KEEPING)
    what = f"{change.__name__.strip('_')}: {change(files, body, noise)}"
    return Mutant(what, pack(files), {name: page_letters(files[name]) for name in body})


def _damage(data: bytes, noise: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(noise.randrange(1, 8)):
        at, size = noise.randrange(len(broken) + 1), noise.randrange(1, 200)
        match noise.randrange(5):
            case 0:
                broken[at : at + size] = noise.randbytes(size)
            case 1:
                del broken[at : at + size]
            case 2:
                broken[at:at] = broken[at : at + size]
            case 3:
                broken[at : at + 1] = bytes([noise.randrange(256)])
            case 4 if noise.random() < 0.2:
                del broken[at:]
    return bytes(broken) or b"\0"


# --- mutations that keep all text -----------------------------------------------------------------


def _page(files: Files, body: list[str], noise: random.Random) -> tuple[str, str]:
    name = noise.choice(body)
    return name, files[name].decode("utf-8")


def _drop_attributes(files: Files, body: list[str], noise: random.Random) -> str:
    name, text = _page(files, body, noise)
    head, body_tag, rest = text.partition("<body")
    rest = _ATTRIBUTE.sub(lambda m: "" if noise.random() < 0.2 else m[0], rest)
    files[name] = (head + body_tag + rest).encode()
    return name


def _rename_tags(files: Files, body: list[str], noise: random.Random) -> str:
    name, text = _page(files, body, noise)
    old = noise.choice(("p", "i", "em", "b", "h2", "section", "blockquote", "abbr", "td", "table", "span"))
    new = noise.choice(_INLINE if old in ("i", "em", "b", "abbr", "span") else _BLOCK)
    files[name] = re.sub(rf"<(/?){old}(?=[\s/>])", rf"<\1{new}", text).encode()
    return f"{name}: {old} to {new}"


def _wrap_words(files: Files, body: list[str], noise: random.Random) -> str:
    name, text = _page(files, body, noise)
    start = text.index("<body")

    def wrap(match: re.Match[str]) -> str:
        if noise.random() > 0.02:
            return match[0]
        tag, cut = noise.choice(_INLINE), noise.randrange(len(match[1]) + 1)
        word = f"<{tag}>{match[1][:cut]}</{tag}>{match[1][cut:]}"
        return match[0][: len(match[0]) - len(match[1])] + word

    files[name] = (text[:start] + _WORD.sub(wrap, text[start:])).encode()
    return name


def _drop_tags(files: Files, body: list[str], noise: random.Random) -> str:
    """Some tags of a page gone, opening or closing: no XML any more."""
    name, text = _page(files, body, noise)
    start, end = text.index(">", text.index("<body")) + 1, text.index("</body>")
    kept = _TAG.sub(lambda m: "" if noise.random() < 0.01 else m[0], text[start:end])
    files[name] = (text[:start] + kept + text[end:]).encode()
    return name


def _insert_marks(files: Files, body: list[str], noise: random.Random) -> str:
    """Soft hyphens, joiners, comments and line ends where they change nothing."""
    name, text = _page(files, body, noise)
    start = text.index("<body")
    mark = noise.choice(("\u00ad", "\u2060", "<!-- c -->", "\r\n", "&#173;", "<?pi x?>", "<wbr/>"))

    def insert(match: re.Match[str]) -> str:
        return match[0] + (mark if noise.random() < 0.02 else "")

    files[name] = (text[:start] + re.sub(r"\s(?=[^<>]*<)(?![^<]*>)", insert, text[start:])).encode()
    return f"{name}: {mark!r}"


def _nest(files: Files, body: list[str], noise: random.Random) -> str:
    """A page's body deep inside other elements."""
    name, text = _page(files, body, noise)
    tag, depth = noise.choice(("div", "section", "blockquote", "span")), noise.choice((3, 50, 300))
    inside = text.index(">", text.index("<body")) + 1
    end = text.index("</body>")
    files[name] = (text[:inside] + f"<{tag}>" * depth + text[inside:end] + f"</{tag}>" * depth + text[end:]).encode()
    return f"{name}: {depth} {tag}"


def _break_contents(files: Files, body: list[str], noise: random.Random) -> str:
    name = next(n for n in files if n.endswith(("toc.xhtml", "nav.xhtml", "contents.xhtml")))
    match noise.randrange(3):
        case 0:
            files[name] = b"<nav"
        case 1:
            files[name] = re.sub(rb"href=\"[^\"]*\"", lambda m: m[0] if noise.random() < 0.7 else b"", files[name])
        case _:
            del files[name]
    return name


_KEEPING: tuple[Callable[[Files, list[str], random.Random], str], ...] = (
    _drop_attributes,
    _rename_tags,
    _wrap_words,
    _drop_tags,
    _insert_marks,
    _nest,
    _break_contents,
)
