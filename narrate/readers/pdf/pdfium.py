"""PDFium: the words of a PDF's pages in their places, its outline, and what it says of itself.

All that is asked of the library is asked here. It is the parser of Chromium (BSD-3), in the extra `pdf`.
"""

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from narrate.errors import SourceError

MAX_PAGES = 10_000
MAX_CHARACTERS = 40_000_000  # of a book; the longest novels have 5 million
MAX_PAGE_CHARACTERS = 200_000  # of a page; a newspaper's has 40,000
_MAX_ENTRIES = 5_000  # of the outline
_MAX_OBJECTS = 5_000  # of a page, that are looked at for rules and pictures
_MAX_DEPTH = 6
_PICTURE = 0.5  # of a page that a picture of it covers, at least
_THIN = 3.0  # points of a rule
_SHORTEST_RULE = 20.0  # points
_SPACES = frozenset((0, 9, 10, 13, 32, 160, 0x3000))
# What PDFium gives for the hyphen of a word that is cut is 2 or U+FFFE; a font may have a soft hyphen for its hyphen,
# and on paper every hyphen is seen. Ligatures are letters.
_LETTERS = str.maketrans(
    {
        "\u00ad": "-", "\ufffe": "-", "\x02": "-", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
        "ﬅ": "st", "ﬆ": "st",
        # A font without names for its letters has them where TeX does.
        "\x10": "“", "\x11": "”", "\x12": "„", "\x13": "«", "\x14": "»", "\x15": "–", "\x16": "—",
        "\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl",
    }
)  # fmt: skip
_LETTERED = frozenset(map(chr, _LETTERS))


@dataclass(frozen=True, slots=True)
class Word:
    """Letters without a space between them: from `x0` to `x1` in points on the baseline `y`, which grows upwards.

    `top` is the upper edge of its line in that font, `size` the font's in points.
    """

    text: str
    x0: float
    x1: float
    y: float
    top: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as it is printed: words in the order of the file. `number` counts from 1, `label` is what it is called.

    `rules` are thin horizontal lines (x0, x1, y). `pictured`: a picture covers it. `unknown` counts letters whose font
    does not say what they are, `turned` those that run in another direction than the page.
    """

    number: int
    label: str
    width: float
    height: float
    words: Sequence[Word]
    rules: Sequence[tuple[float, float, float]] = ()
    pictured: bool = False
    unknown: int = 0
    turned: int = 0


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: its title, how deep it lies (0 is the top), and the page and height it leads to."""

    title: str
    depth: int
    page: int  # from 1; 0 for none
    y: float | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a PDF says of itself; "" where it says nothing."""

    title: str = ""
    author: str = ""
    language: str = ""
    bookmarks: Sequence[Bookmark] = field(default_factory=tuple)


class Document:
    """An open PDF. Pages are read one by one, and each is closed before the next is opened."""

    def __init__(self, data: bytes, where: Path | str) -> None:
        """Raises SourceError for what is encrypted, damaged or too long."""
        import pypdfium2
        import pypdfium2.raw

        self._raw: Any = pypdfium2.raw
        try:
            self._pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise _refused(error, where) from None
        self._where = where
        self.count = len(self._pdf)
        if not 0 < self.count <= MAX_PAGES:
            what = f"has {self.count:,} pages, more than {MAX_PAGES:,}" if self.count else "has no pages"
            self.close()
            raise SourceError(what, where=where, do="give it in parts" if self.count else "get the file again")

    def close(self) -> None:
        self._pdf.close()

    def about(self) -> About:
        """What the file says of itself."""
        given = self._pdf.get_metadata_dict()
        language = self._text_of(self._raw.FPDFCatalog_GetLanguage, self._pdf.raw)
        return About(given.get("Title", ""), given.get("Author", ""), language, tuple(self._bookmarks()))

    def sheets(self, first: int = 1) -> Iterator[Sheet | None]:
        """Each page from the `first` on, or None for one that is damaged."""
        yield from map(self._sheet, range(first, self.count + 1))

    def _sheet(self, number: int) -> Sheet | None:
        import pypdfium2

        try:
            page = self._pdf.get_page(number - 1)
        except pypdfium2.PdfiumError:
            return None
        try:
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            page.close()
            return None
        try:
            label = self._pdf.get_page_label(number - 1) or ""
            left, bottom, right, top = page.get_bbox()
            words, unknown = _Letters(self._raw, text.raw).words(self._where, number)
            rules, pictured = self._drawn(page.raw, (right - left) * (top - bottom))
        finally:
            text.close()
            page.close()
        upright, turn = _upright(words)
        inside = [w for w in upright if _is_inside(w, _turned((left, bottom, right, top), turn))]
        across = turn % 2 == 1
        width, height = (top - bottom, right - left) if across else (right - left, top - bottom)
        kept = rules if turn == 0 else ()
        turned = sum(len(word.text) for _, word in words) - sum(len(word.text) for word in upright)
        return Sheet(number, label, width, height, inside, tuple(kept), pictured, unknown, turned)

    def _drawn(self, page: Any, area: float) -> tuple[list[tuple[float, float, float]], bool]:
        """A page's thin horizontal rules, and whether a picture covers it."""
        raw, rules, pictured = self._raw, [], False
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        for at in range(min(raw.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
            drawn = raw.FPDFPage_GetObject(page, at)
            kind = raw.FPDFPageObj_GetType(drawn)
            if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
                continue
            if not raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
                continue
            wide, high = right.value - left.value, top.value - bottom.value
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                pictured = pictured or wide * high >= _PICTURE * area
            elif high <= _THIN and wide >= _SHORTEST_RULE:
                rules.append((left.value, right.value, (top.value + bottom.value) / 2))
        return rules, pictured

    def _bookmarks(self) -> Iterator[Bookmark]:
        """The outline in its order; what leads in a circle ends."""
        for count, mark in enumerate(self._pdf.get_toc(max_depth=_MAX_DEPTH)):
            if count >= _MAX_ENTRIES:
                return
            dest = mark.get_dest()
            place, page = None, None
            if dest is not None:
                page = dest.get_index()
                _, view = dest.get_view()
                place = view[1] if len(view) > 1 else None
            yield Bookmark(" ".join(mark.get_title().split()), mark.level, 0 if page is None else page + 1, place)

    def _text_of(self, ask: Any, *of: Any) -> str:
        """What a function of PDFium's writes into a buffer of UTF-16."""
        size = ask(*of, None, 0)
        if not 2 < size < 1000:
            return ""
        buffer = ctypes.create_string_buffer(size)
        ask(*of, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
        return buffer.raw[: size - 2].decode("utf-16-le", "ignore")


def _refused(error: Exception, where: Path | str) -> SourceError:
    said = str(error).casefold()
    if "password" in said or "security" in said:
        return SourceError(
            "is encrypted with a password",
            where=where,
            do="if it is yours, take the password off: `qpdf --decrypt --password=… FILE OPEN.pdf`",
        )
    return SourceError("is a damaged PDF", where=where, do="get the file again")


class _Letters:
    """The letters of one page's text, gathered into words."""

    def __init__(self, raw: Any, text: Any) -> None:
        self._raw, self._text = raw, text
        self._x, self._y, self._flags = ctypes.c_double(), ctypes.c_double(), ctypes.c_int()
        self._box, self._first, self._matrix = raw.FS_RECTF(), raw.FS_RECTF(), raw.FS_MATRIX()
        self._name = ctypes.create_string_buffer(128)
        self._kinds: dict[tuple[str, int, int], bool] = {}

    def words(self, where: Path | str, number: int) -> tuple[list[tuple[int, Word]], int]:
        """Words with the quarter turns that each stands in, and how many letters are unknown."""
        count = self._raw.FPDFText_CountChars(self._text)
        if count > MAX_PAGE_CHARACTERS:
            raise SourceError(f"page {number} has more than {MAX_PAGE_CHARACTERS:,} letters", where=where)
        words: list[tuple[int, Word]] = []
        letters: list[str] = []
        unknown = first = 0
        edges, box = (0.0, 0.0), self._box
        left = right = 0.0
        unicode_of, box_of, text = self._raw.FPDFText_GetUnicode, self._raw.FPDFText_GetLooseCharBox, self._text
        for at in range(count):
            code = unicode_of(text, at)
            space = code in _SPACES
            if not space:
                box_of(text, at, box)
                if letters and (box.bottom, box.top) != edges and box.top - box.bottom > 0:
                    words.append(self._word("".join(letters), first, left, right))
                    letters = []
            elif letters:
                words.append(self._word("".join(letters), first, left, right))
                letters = []
            if space:
                continue
            if not letters:
                first, edges, left, right = at, (box.bottom, box.top), box.left, box.right
            elif box.left < left:
                left = box.left
            if box.right > right:
                right = box.right
            letter = chr(code) if code < 0x110000 else "\ufffd"
            unknown += letter == "\ufffd" or (code < 32 and letter not in _LETTERED)
            letters.append(letter)
        if letters:
            words.append(self._word("".join(letters), first, left, right))
        return words, unknown

    def _word(self, letters: str, first: int, left: float, right: float) -> tuple[int, Word]:
        """The word that opens with the letter `first`, and its quarter turns."""
        raw, matrix = self._raw, self._matrix
        raw.FPDFText_GetCharOrigin(self._text, first, self._x, self._y)
        raw.FPDFText_GetLooseCharBox(self._text, first, self._first)
        raw.FPDFText_GetMatrix(self._text, first, matrix)
        size = raw.FPDFText_GetFontSize(self._text, first) * (math.hypot(matrix.c, matrix.d) or 1.0)
        length = raw.FPDFText_GetFontInfo(self._text, first, self._name, 128, self._flags)
        name = self._name.raw[: max(0, min(length, 128) - 1)].lower()
        bold = any(word in name for word in (b"bold", b"black", b"heavy", b"-bd")) and b"semibold" not in name
        turn = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
        if turn:
            box = self._first
            word = Word(letters.translate(_LETTERS), left, right, self._y.value, box.top, size, bold)
            return turn, _quarter(word, turn, self._x.value, (left, box.bottom, right, box.top))
        return 0, Word(letters.translate(_LETTERS), left, right, self._y.value, self._first.top, size, bold)


def _quarter(word: Word, turn: int, x: float, box: tuple[float, float, float, float]) -> Word:
    """A word that runs up, backwards or down as it stands when the page is turned so that it runs to the right."""
    left, _, right, top = _turned(box, turn)
    y = (word.y, -x, -word.y, x)[turn]
    return Word(word.text, left, right, y, top, word.size, word.bold)


def _turned(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    """A box (left, bottom, right, top) on a page that is turned back by so many quarters."""
    left, bottom, right, top = box
    return (box, (bottom, -right, top, -left), (-right, -top, -left, -bottom), (-top, left, -bottom, right))[turn]


def _upright(words: Sequence[tuple[int, Word]]) -> tuple[list[Word], int]:
    """The words that run as most do, and in how many quarter turns."""
    counts = [sum(len(word.text) for turn, word in words if turn == way) for way in range(4)]
    most = counts.index(max(counts))
    return [word for turn, word in words if turn == most], most


def _is_inside(word: Word, page: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = page
    return left - 1 <= (word.x0 + word.x1) / 2 <= right + 1 and bottom - 1 <= word.y <= top + 1
