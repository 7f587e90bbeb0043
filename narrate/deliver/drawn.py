"""A cover for a book that has none: shapes drawn from its title and author, and both in type.

What is drawn depends on the words alone, so a book keeps its cover. The type is Source Serif,
which comes with us; words that it cannot set are set in a font of this machine that has every
one of their characters. Where there is none, or nothing to shape Arabic or Devanagari with, the
cover has no text: never boxes in place of letters.
"""

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.book import Cover
from narrate.deliver.cover import SIDE as GIVEN_SIDE, Picture, prepare_cover, square_cover, written
from narrate.deliver.lettering import Lettering, lettering_for
from narrate.deliver.tags import one_line
from narrate.errors import AssemblyError
from narrate.files import digest

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Colour = str  # "#rrggbb"
SIDE = 2000  # square, as audiobooks' and podcasts' covers are
FINE = 2  # shapes are drawn this much larger and made smaller, for soft edges
MARGIN = 150
TEXT_TOP = 1200  # what is below is for the words
LARGEST, SMALLEST = 220, 76  # the title's type, in pixels
LINES = 4  # of the title, at most
NAME = 72  # the author's type


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one mood, from dark to light, and one that stands out."""

    ink: Colour
    deep: Colour
    middle: Colour
    pale: Colour
    paper: Colour
    bright: Colour


PALETTES = (
    Palette("#14213d", "#1f3a5f", "#4a7c94", "#a9c6c4", "#f3ead8", "#e4a03a"),
    Palette("#2b1d2e", "#5a2a4a", "#a1466b", "#dd9a8b", "#f7e7d6", "#f0b541"),
    Palette("#12302b", "#1f5147", "#4f8a6d", "#b3cfa4", "#f2eedb", "#d9683c"),
    Palette("#30202a", "#6b2d2f", "#b5533c", "#e3a871", "#f8ecd9", "#3f7d83"),
    Palette("#1c1f2b", "#3a3f58", "#717a99", "#bcc1cf", "#f1efe9", "#d8503f"),
    Palette("#232a1a", "#47552c", "#85904d", "#ccc98c", "#f5f0dc", "#a8432f"),
    Palette("#0f2a3a", "#155263", "#2d8c8f", "#9bd0bd", "#f5f1e0", "#ff8552"),
    Palette("#33263f", "#57407c", "#8f78b5", "#cfbfe0", "#f4eff4", "#e9a23b"),
)


class Dice:
    """Numbers that come from the words alone, one after another."""

    def __init__(self, *words: str) -> None:
        self._words, self._drawn = words, 0

    def next(self) -> float:
        """The next number, from 0 to below 1."""
        self._drawn += 1
        return int(digest("cover", self._drawn, *self._words)[:12], 16) / 16**12

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.next()

    def below(self, count: int) -> int:
        return int(self.next() * count)


def book_picture(
    given: Cover | None, drawn: tuple[str, str] | None, folder: Path, side: int = GIVEN_SIDE
) -> tuple[Picture | None, str]:
    """The cover as a file in `folder`: the `given` one, else one that is drawn of title and author, if any is to be.

    With it, what is wrong with the given one; "" for nothing. `side` as for `prepare_cover`.
    """
    wrong = ""
    if given:
        try:
            return prepare_cover(given, folder, side), ""
        except AssemblyError as error:
            wrong = error.what
    return draw_cover(*drawn, folder) if drawn else None, wrong


@dataclass(frozen=True, slots=True)
class SizedCover:
    """A cover as a square JPEG, and the sides of the picture that it was made of, in pixels."""

    data: bytes
    width: int
    height: int


def sized_cover(given: Cover | None, drawn: tuple[str, str] | None, side: int, folder: Path) -> SizedCover | None:
    """The cover with a `side` that a shop asks for, by way of a file in `folder`; None where there is none.

    One that is drawn fits any side.
    """
    from PIL import Image

    picture, wrong = book_picture(given, drawn, folder, side)
    if picture is None:
        return None
    data = square_cover(picture, side)
    if given is None or wrong:
        return SizedCover(data, side, side)
    with Image.open(picture.path) as image:
        return SizedCover(data, *image.size)


def draw_cover(title: str, author: str, folder: Path) -> Picture:
    """The cover as a PNG in `folder`."""
    out = io.BytesIO()
    cover_image(one_line(title), one_line(author)).save(out, "PNG", optimize=True)
    return written(out.getvalue(), "image/png", folder)


def cover_image(title: str, author: str) -> "Image":
    """The cover, SIDE pixels square; its words are on one line each."""
    from PIL import Image, ImageDraw

    dice = Dice(title.casefold(), author.casefold())
    palette = PALETTES[dice.below(len(PALETTES))]
    letters = lettering_for(f"{title} {author}") if title.strip() else None
    fine = Image.new("RGB", (SIDE * FINE, SIDE * FINE), palette.paper)
    horizon = (TEXT_TOP if letters else SIDE) * FINE
    (hills, tiles, scales, rays)[dice.below(4)](ImageDraw.Draw(fine), dice, palette, horizon)
    image = fine.reduce(FINE)
    if letters:
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, TEXT_TOP, SIDE, SIDE), palette.ink)
        draw.rectangle((0, TEXT_TOP, SIDE, TEXT_TOP + 14), palette.bright)
        _set_words(draw, title, author, palette, letters)
    return image


def hills(draw: "ImageDraw", dice: Dice, palette: Palette, horizon: int) -> None:
    """A sun or moon over ranges of hills."""
    width = SIDE * FINE
    night = dice.below(2)
    sky = (palette.pale, palette.deep)[night]
    draw.rectangle((0, 0, width, horizon), sky)
    radius, x, y = dice.between(0.12, 0.2) * width, dice.between(0.25, 0.75) * width, dice.between(0.3, 0.45) * horizon
    _disc(draw, x, y, radius, (palette.bright, palette.paper)[night])
    colours = [palette.middle, palette.deep, palette.ink]
    colours = [palette.middle, palette.pale, palette.middle, palette.ink] if night else [palette.paper, *colours]
    for layer, colour in enumerate(colours):
        base = horizon * (0.5 + 0.42 * layer / (len(colours) - 1))
        waves = [(dice.between(0.6, 2.4), dice.between(0, 6.3), dice.between(0.03, 0.08)) for _ in range(3)]
        line = []
        for step in range(0, width + 1, 16):
            rise = sum(high * math.sin(often * step / width * 2 * math.pi + at) for often, at, high in waves)
            line.append((step, base - rise * horizon * 0.8))
        draw.polygon([(0, horizon), *line, (width, horizon)], colour)


def tiles(draw: "ImageDraw", dice: Dice, palette: Palette, horizon: int) -> None:
    """A grid of quarter circles, half circles and discs."""
    columns = 5
    side = SIDE * FINE // columns
    colours = [palette.deep, palette.middle, palette.pale, palette.bright, palette.paper]
    for row in range(-(-horizon // side)):
        for column in range(columns):
            x, y = column * side, row * side
            ground = colours[dice.below(len(colours))]
            shape = colours[(colours.index(ground) + 1 + dice.below(len(colours) - 1)) % len(colours)]
            draw.rectangle((x, y, x + side, y + side), ground)
            kind, turn = dice.below(5), dice.below(4)
            if kind < 3:
                cx, cy = x + side * (turn in (1, 2)), y + side * (turn >= 2)
                draw.pieslice((cx - side, cy - side, cx + side, cy + side), 90 * turn, 90 * turn + 90, shape)
            elif kind == 3:
                draw.pieslice((x, y, x + side, y + side), 90 * turn, 90 * turn + 180, shape)
            else:
                _disc(draw, x + side / 2, y + side / 2, side * 0.3, shape)


def scales(draw: "ImageDraw", dice: Dice, palette: Palette, horizon: int) -> None:
    """Rows of overlapping waves, as on Japanese cloth, under a disc."""
    width = SIDE * FINE
    draw.rectangle((0, 0, width, horizon), palette.paper)
    _disc(draw, dice.between(0.3, 0.7) * width, horizon * 0.36, width * dice.between(0.17, 0.22), palette.bright)
    across = 6 + dice.below(3)
    radius = width / across / 2
    rings = [palette.ink, palette.pale, palette.deep, palette.pale, palette.middle]
    row, y = 0, horizon * dice.between(0.42, 0.55)
    while y < horizon + radius:
        for column in range(-1, across + 1):
            x = (column + (row % 2) / 2 + 0.5) * 2 * radius
            for ring, colour in enumerate(rings):
                _disc(draw, x, y + radius, radius * (1 - ring / len(rings)), colour)
        row, y = row + 1, y + radius / 2


def rays(draw: "ImageDraw", dice: Dice, palette: Palette, horizon: int) -> None:
    """Rays from a low sun, in rings."""
    width = SIDE * FINE
    x, y = dice.between(0.3, 0.7) * width, horizon * dice.between(0.7, 1.0)
    count, turn, far = 10 + 2 * dice.below(7), dice.between(0, 6.3), 2 * width
    draw.rectangle((0, 0, width, horizon), palette.pale)
    for n in range(count):
        edges = (turn + (2 * n + side) * math.pi / count for side in (0, 1))
        ends = [(x + far * math.cos(edge), y + far * math.sin(edge)) for edge in edges]
        draw.polygon([(x, y), *ends], (palette.middle, palette.deep)[n % 2])
    for size, colour in ((0.34, palette.ink), (0.28, palette.bright), (0.2, palette.paper), (0.12, palette.bright)):
        _disc(draw, x, y, size * width, colour)


def _disc(draw: "ImageDraw", x: float, y: float, radius: float, colour: Colour) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)


def _set_words(draw: "ImageDraw", title: str, author: str, palette: Palette, letters: Lettering) -> None:
    """The title as large as it can be, the author under it."""
    top, width = TEXT_TOP + 90, SIDE - 2 * MARGIN
    bottom = SIDE - (230 if author else 90)
    for size in range(LARGEST, SMALLEST - 1, -4):
        lines = letters.wrapped(title, size, width)
        leading = round(size * 1.16)
        if len(lines) <= LINES and len(lines) * leading <= bottom - top:
            break
    else:
        lines = letters.shortened(lines, min(LINES, (bottom - top) // leading), size, width)
    y = top + (bottom - top - len(lines) * leading) // 2
    for line in lines:
        letters.write(draw, line, size, (MARGIN, y, SIDE - MARGIN), palette.paper)
        y += leading
    if author:
        (name, *more) = letters.wrapped(author, NAME, width, title=False)
        name = letters.shortened([name, *more], 1, NAME, width, title=False)[0]
        letters.write(draw, name, NAME, (MARGIN, SIDE - 180, SIDE - MARGIN), palette.pale, title=False)
