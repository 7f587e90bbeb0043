"""The cover of the example book, drawn with numpy: shapes as signed distances, letters as strokes.

A distance of a pixel or less becomes a soft edge, so nothing needs a drawing library or a font.
"""

import struct
import zlib
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1000, 1600
Picture = NDArray[np.float64]  # [height, width, 3], 0 to 255
Field = NDArray[np.float64]  # [height, width], pixels outside a shape (negative inside)
Point = tuple[float, float]

NIGHT, DUSK, CREAM, RED = (16, 28, 54), (104, 96, 126), (246, 236, 214), (176, 58, 46)
LAMP, SEA, FOAM, INK = (255, 222, 140), (18, 52, 74), (92, 134, 150), (40, 36, 44)

# Letters on a grid 4 wide and 6 high, origin top left: each a list of strokes.
LETTERS: dict[str, list[list[Point]]] = {
    "A": [[(0, 6), (2, 0), (4, 6)], [(0.8, 4), (3.2, 4)]],
    "C": [[(4, 1), (3, 0), (1, 0), (0, 1.2), (0, 4.8), (1, 6), (3, 6), (4, 5)]],
    "E": [[(3.6, 0), (0, 0), (0, 6), (3.6, 6)], [(0, 3), (2.8, 3)]],
    "F": [[(3.6, 0), (0, 0), (0, 6)], [(0, 3), (2.8, 3)]],
    "G": [[(4, 1), (3, 0), (1, 0), (0, 1.2), (0, 4.8), (1, 6), (3, 6), (4, 4.8), (4, 3.4), (2.4, 3.4)]],
    "H": [[(0, 0), (0, 6)], [(4, 0), (4, 6)], [(0, 3), (4, 3)]],
    "I": [[(2, 0), (2, 6)]],
    "K": [[(0, 0), (0, 6)], [(3.8, 0), (0, 3.6)], [(1.3, 2.5), (4, 6)]],
    "L": [[(0, 0), (0, 6), (3.6, 6)]],
    "N": [[(0, 6), (0, 0), (4, 6), (4, 0)]],
    "O": [[(1, 0), (3, 0), (4, 1.2), (4, 4.8), (3, 6), (1, 6), (0, 4.8), (0, 1.2), (1, 0)]],
    "P": [[(0, 6), (0, 0), (3, 0), (4, 0.9), (4, 2.3), (3, 3.2), (0, 3.2)]],
    "R": [[(0, 6), (0, 0), (3, 0), (4, 0.9), (4, 2.3), (3, 3.2), (0, 3.2)], [(2, 3.2), (4, 6)]],
    "S": [
        [(3.9, 0.9), (3, 0), (1, 0), (0, 0.9), (0, 2), (1, 2.9), (3, 3.1), (4, 4), (4, 5.1), (3, 6), (1, 6), (0, 5.1)]
    ],
    "T": [[(0, 0), (4, 0)], [(2, 0), (2, 6)]],
    "U": [[(0, 0), (0, 4.8), (1, 6), (3, 6), (4, 4.8), (4, 0)]],
    "Y": [[(0, 0), (2, 3), (4, 0)], [(2, 3), (2, 6)]],
}

Y, X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)


def paint(picture: Picture, field: Field, colour: tuple[int, int, int], strength: float = 1.0) -> None:
    """Lay `colour` where `field` is negative, with an edge one pixel soft."""
    cover = (np.clip(0.5 - field, 0, 1) * strength)[..., None]
    picture += cover * (np.array(colour, dtype=np.float64) - picture)


def draw_line(picture: Picture, a: Point, b: Point, width: float, colour: tuple[int, int, int]) -> None:
    """A line with round ends; only where it may be is looked at."""
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    reach = width / 2 + 2
    rows = slice(max(0, int(top - reach)), max(0, int(bottom + reach) + 2))
    columns = slice(max(0, int(left - reach)), max(0, int(right + reach) + 2))
    x, y = X[rows, columns], Y[rows, columns]
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
    field = np.hypot(x - a[0] - along * dx, y - a[1] - along * dy) - width / 2
    paint(picture[rows, columns], field, colour)


def disc(x: float, y: float, radius: float) -> Field:
    return np.asarray(np.hypot(X - x, Y - y) - radius)


def box(left: float, top: float, right: float, bottom: float) -> Field:
    return np.asarray(np.maximum(np.maximum(left - X, X - right), np.maximum(top - Y, Y - bottom)))


def text(picture: Picture, words: str, top: float, unit: float, weight: float, colour: tuple[int, int, int]) -> None:
    """A centred line of letters, `unit` pixels to the grid's step."""
    advance = {"I": 3.0, " ": 3.6}
    widths = [advance.get(c, 6.0) for c in words]
    left = WIDTH / 2 - (sum(widths) - 2) * unit / 2
    for letter, width in zip(words, widths, strict=True):
        start = left - (1.5 * unit if letter == "I" else 0)
        for stroke in LETTERS.get(letter, []):
            points = [(start + x * unit, top + y * unit) for x, y in stroke]
            for a, b in pairwise(points):
                draw_line(picture, a, b, weight, colour)
        left += width * unit


def draw() -> Picture:
    rows = (np.linspace(0, 1, HEIGHT) ** 1.4)[:, None, None]
    picture = np.array(NIGHT) * (1 - rows) + np.array(DUSK) * rows + np.zeros((HEIGHT, WIDTH, 1))
    stars = np.random.default_rng(11)
    places = (stars.uniform(30, 970, 80), stars.uniform(30, 1000, 80), stars.uniform(1, 2.6, 80))
    for x, y, size in zip(*places, strict=True):
        if not (80 < x < 920 and 120 < y < 480):  # where the title stands
            paint(picture, disc(x, y, size), CREAM, 0.8)
    centre, lamp = 500.0, 650.0
    for side in (-1, 1):  # two beams, wider with distance
        reach = side * (X - centre)
        paint(picture, np.maximum(np.abs(Y - lamp + 0.1 * reach) - 0.13 * reach - 14, -reach), LAMP, 0.28)
    sway = 8 * np.sin(X / 70)
    paint(picture, 1370 + sway - Y, SEA)
    for number in range(4):
        crest = 1405 + 38 * number + 7 * np.sin(X / (55 + 6 * number) + 2 * number)
        paint(picture, np.abs(Y - crest) - 1.6, FOAM, 0.7)
    rock = 1330 + 0.00075 * (X - centre) ** 2 + 9 * np.sin(X / 23)
    paint(picture, np.maximum(rock - Y, Y - 1420 - sway), INK)
    half = 74 + (Y - 720) * 0.075  # the tower widens to its foot
    tower = np.maximum(np.abs(X - centre) - half, np.maximum(720 - Y, Y - 1345))
    paint(picture, tower, CREAM)
    for top in (770, 1140):
        paint(picture, np.maximum(tower, np.maximum(top - Y, Y - top - 84)), RED)
    paint(picture, np.maximum(tower, 0.35 * half - (X - centre)), INK, 0.16)  # the side in shade
    paint(picture, box(centre - 28, 1262, centre + 28, 1345), INK)
    paint(picture, disc(centre, 1262, 28), INK)
    paint(picture, box(centre - 104, 702, centre + 104, 724), INK)
    paint(picture, box(centre - 52, 596, centre + 52, 704), LAMP)
    for x in (-52, -18, 18, 52):
        paint(picture, box(centre + x - 3, 596, centre + x + 3, 704), INK)
    paint(picture, np.maximum(np.abs(X - centre) - (Y - 530) * 1.05, np.maximum(530 - Y, Y - 598)), RED)
    paint(picture, disc(centre, 528, 10), RED)
    clock(picture, centre, 985)
    text(picture, "THE", 150, 9, 6, CREAM)
    text(picture, "LIGHTHOUSE", 240, 14, 11, CREAM)
    text(picture, "CLOCK", 362, 14, 11, CREAM)
    text(picture, "A STORY IN FOUR CHAPTERS", 1545, 4.5, 3.2, CREAM)
    return picture


def clock(picture: Picture, x: float, y: float) -> None:
    """A face whose hands stand at eleven minutes past ten."""
    paint(picture, disc(x, y, 76), INK)
    paint(picture, disc(x, y, 68), CREAM)
    for hour in range(12):
        a = hour * np.pi / 6
        inner = 52 if hour % 3 else 46
        ends = [(x + r * np.sin(a), y - r * np.cos(a)) for r in (inner, 60)]
        draw_line(picture, ends[0], ends[1], 4, INK)
    for turn, length, width in ((10.18 / 12, 34, 8), (11 / 60, 52, 5)):
        a = 2 * np.pi * turn
        draw_line(picture, (x, y), (x + length * np.sin(a), y - length * np.cos(a)), width, INK)
    paint(picture, disc(x, y, 6), RED)


def png(picture: Picture) -> bytes:
    """The picture as a PNG of 8 bits a colour."""
    rows = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
    up = np.diff(rows, axis=0, prepend=np.zeros((1, WIDTH, 3), np.uint8))  # filter 2: less the row above
    raw = np.concatenate([np.full((HEIGHT, 1), 2, np.uint8), up.reshape(HEIGHT, -1)], axis=1).tobytes()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
