"""Words set in type: in Source Serif, or in the first font of this machine that has all of their characters.

Pillow tells nothing of a font's characters, so each is drawn alone and compared with what the font
draws for none. Where words need shaping (Arabic joins its letters, Devanagari moves them), libraqm
and FriBiDi have to be there.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

FONTS_TRIED = 400
_PROBE = 32  # pixels: the size at which characters are looked for
# Not for words, or not upright, or drawing something for every character whatever it is.
_UNFIT = re.compile("italic|oblique|mono|condensed|narrow|light|thin|emoji|symbol|math|lastresort|blank", re.I)
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]|[\u0e00-\u0eff]")


@dataclass(frozen=True, slots=True)
class Lettering:
    """Fonts for a title and for a name."""

    title: Path
    name: Path

    def wrapped(self, text: str, size: int, width: int, *, title: bool = True) -> list[str]:
        """`text` in lines of `width` pixels at most: broken at spaces, and inside words where those are too long."""
        font = _font(self.title if title else self.name, size)
        lines = [""]
        for piece in _pieces(text):
            if font.getlength((lines[-1] + piece).strip()) <= width:
                lines[-1] += piece
            elif font.getlength(piece.strip()) <= width:
                lines.append(piece)
            else:
                for character in piece:
                    if font.getlength((lines[-1] + character).strip()) > width:
                        lines.append("")
                    lines[-1] += character
        return [line.strip() for line in lines if line.strip()]

    def shortened(self, lines: Sequence[str], count: int, size: int, width: int, *, title: bool = True) -> list[str]:
        """The first `count` lines; an ellipsis says that there are more."""
        if len(lines) <= count:
            return list(lines)
        font, last = _font(self.title if title else self.name, size), lines[count - 1]
        while last and font.getlength(f"{last}…") > width:
            last = last[:-1].rstrip()
        return [*lines[: count - 1], f"{last}…"]

    def write(
        self,
        draw: "ImageDraw",
        text: str,
        size: int,
        place: tuple[int, int, int],
        colour: str,
        *,
        title: bool = True,
    ) -> None:
        """One line; `place` is left edge, top and right edge. What is read from the right is set at the right."""
        left, top, right = place
        from_right = next((_from_right(c) for c in text if unicodedata.bidirectional(c) in ("L", "R", "AL")), False)
        font = _font(self.title if title else self.name, size)
        draw.text((right if from_right else left, top), text, colour, font, "ra" if from_right else "la")


def lettering_for(text: str) -> Lettering | None:
    """Fonts that have every character of `text`, and can be made to set it; None where there are none."""
    from PIL import features

    wanted = {c for c in f"{text}…" if not _unseen(c)}
    if any(map(_odd, wanted)) or "\u200d" in text:  # joined or coloured pictures
        return None
    shaped = any(_from_right(c) or unicodedata.category(c) in ("Mn", "Mc") for c in wanted)
    if shaped and not (features.check("raqm") and features.check("fribidi")):
        return None
    found = next((own for own in _ours() if _has(own.title, wanted) and _has(own.name, wanted)), None)
    if found or not wanted:
        return found
    file = next((file for file in _installed() if _has(file, wanted)), None)
    return Lettering(file, file) if file else None


def _pieces(text: str) -> Iterator[str]:
    """What a line may be broken before: words, and characters of scripts that are written without spaces."""
    for word in re.findall(r"\s*\S+", text):
        yield from re.findall(r"\s*\S", word) if _WIDE.search(word) else (word,)


def _unseen(c: str) -> bool:
    return unicodedata.category(c) in ("Cf", "Zs", "Zl", "Zp") or "\ufe00" <= c <= "\ufe0f"


def _odd(c: str) -> bool:
    """Halves of flags, and tones of skin: pictures only together with others."""
    return "\U0001f1e6" <= c <= "\U0001f1ff" or "\U0001f3fb" <= c <= "\U0001f3ff"


def _from_right(c: str) -> bool:
    return unicodedata.bidirectional(c) in ("R", "AL", "AN")


@cache
def _font(file: Path, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(str(file), size)


def _ours() -> Iterator[Lettering]:
    spec = find_spec("font_source_serif_pro")  # found, not imported: it would look for all of its files
    for folder in spec.submodule_search_locations or () if spec else ():
        files = Path(folder) / "files"
        yield Lettering(files / "SourceSerifPro-Semibold.ttf", files / "SourceSerifPro-Regular.ttf")


@cache
def _installed() -> tuple[Path, ...]:
    """The fonts of this machine, those for a title first."""
    home = Path.home()
    folders = {
        "darwin": [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"],
        "win32": [
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
            home / "AppData/Local/Microsoft/Windows/Fonts",
        ],
    }.get(sys.platform, [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts"])
    files = [f for folder in folders for f in folder.rglob("*") if f.suffix.lower() in (".ttf", ".otf", ".ttc")]

    def order(file: Path) -> tuple[bool, bool, str]:
        name = file.stem.lower()
        return "serif" not in name.replace("sansserif", ""), "bold" not in name, name

    return tuple(sorted((f for f in files if not _UNFIT.search(f.stem)), key=order)[:FONTS_TRIED])


def _has(file: Path, characters: set[str]) -> bool:
    """Whether a font draws something of its own for each of them."""
    from PIL import ImageFont

    try:
        font = ImageFont.truetype(str(file), _PROBE, layout_engine=ImageFont.Layout.BASIC)
        none = _drawn(font, "\U0010ffff")
        return all(_drawn(font, c) not in (none, b"") for c in characters)
    except (OSError, ValueError):
        return False


def _drawn(font: "FreeTypeFont", text: str) -> bytes:
    mask = font.getmask(text)
    return bytes(mask) and repr(mask.size).encode() + bytes(mask)


__all__ = ["Lettering", "lettering_for"]
