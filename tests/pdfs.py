"""PDFs for tests, set with reportlab: pages of lines at their places, and a little typesetter for running text."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 360, 540
LEFT, RIGHT = 50, 310
FONT, SIZE, LEADING = "Times-Roman", 10, 12.5


@dataclass
class Press:
    """A PDF while it is set: text goes down the page, and a new page begins where it is full.

    `head` and `foot` get the number of a page and give what is printed above and below its text.
    """

    title: str = ""
    author: str = ""
    left: float = LEFT
    right: float = RIGHT
    top: float = 480
    bottom: float = 70
    indent: float = 14
    gap: float = 0
    encrypted: tuple[str, str] | None = None
    head: str = ""  # with {n}, the page's number
    foot: str = ""
    held: io.BytesIO = field(default_factory=io.BytesIO)

    def __post_init__(self) -> None:
        encryption = StandardEncryption(*self.encrypted) if self.encrypted else None
        self.canvas = Canvas(self.held, pagesize=(WIDTH, HEIGHT), encrypt=encryption, invariant=1)
        self.canvas.setTitle(self.title)
        self.canvas.setAuthor(self.author)
        self.page = 1
        self.y = self.top

    def line(self, text: str, x: float, y: float, size: float = SIZE, font: str = FONT) -> None:
        """`text` at its place, whatever is there."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text)

    def heading(self, text: str, size: float = 16, font: str = "Times-Bold", level: int | None = None) -> None:
        """A heading in the middle, and an entry of the outline at `level` where one is given."""
        if level is not None:
            self.canvas.bookmarkHorizontal(text, 0, self.y + size)
            self.canvas.addOutlineEntry(text, text, level)
        self.y -= size
        x = (self.left + self.right - stringWidth(text, font, size)) / 2
        self.line(text, x, self.y, size, font)
        self.y -= 2 * LEADING

    def paragraph(self, text: str, *, indent: float | None = None) -> None:
        """A paragraph, its lines as full as they can be; `text` has ^12^ for a raised figure. A word with a `|` may be
        cut there with a hyphen."""
        for n, row in enumerate(rows(text, self.right - self.left, self.indent if indent is None else indent)):
            if self.y < self.bottom:
                self.turn()
            first = self.indent if indent is None else indent
            self._row(row, self.left + (first if n == 0 else 0), self.y)
            self.y -= LEADING
        self.y -= self.gap

    def note(self, rows: Sequence[str], *, size: float = 7.5) -> None:
        """Lines in small letters at the foot of this page, below a rule."""
        y = self.bottom - 4 - (len(rows) - 1) * 9
        self.canvas.line(self.left, y + len(rows) * 9 + 2, self.left + 60, y + len(rows) * 9 + 2)
        for row in reversed(rows):
            self._row(row, self.left, y, size)
            y += 9

    def turn(self) -> None:
        """The page ends."""
        for text, y in ((self.head, self.top + 30), (self.foot, 30)):
            said = text.format(n=self.page)
            if said:
                self.line(said, self.left if self.page % 2 else self.right - stringWidth(said, FONT, 8), y, 8)
        self.canvas.showPage()
        self.page += 1
        self.y = self.top

    def done(self) -> bytes:
        """The PDF's bytes."""
        self.turn()
        self.canvas.save()
        return self.held.getvalue()

    def _row(self, row: str, x: float, y: float, size: float = SIZE) -> None:
        for n, part in enumerate(row.split("^")):
            own = size if n % 2 == 0 else 0.6 * size
            self.line(part, x, y + (0 if n % 2 == 0 else 0.35 * size), own)
            x += stringWidth(part, FONT, own)


def rows(text: str, width: float, indent: float) -> Iterable[str]:
    """The lines of a paragraph of this width, the first of them shorter by `indent`."""
    row, room = "", width - indent
    for word in text.split():
        whole, before = word.replace("|", ""), f"{row} " if row else ""
        if _width(before + whole) <= room:
            row = before + whole
            continue
        cut = next((at for at in range(len(word)) if word[at] == "|"), 0)
        if cut and _width(f"{before}{word[:cut]}-") <= room:
            yield f"{before}{word[:cut]}-"
            row = word[cut:].replace("|", "")
        else:
            yield row
            row = whole
        room = width
    yield row


def _width(text: str) -> float:
    return sum(
        float(stringWidth(part, FONT, SIZE if n % 2 == 0 else 0.6 * SIZE)) for n, part in enumerate(text.split("^"))
    )
