"""Media overlays: which clip of which chapter goes with which id, and the SMIL that says so.

The clips of a chapter follow each other without a gap: the first begins with the chapter, each
other on the first frame of its line, and each lasts until the next, so that pauses are heard,
no reading system has to seek, and what no page shows (a title, credits, a line that was added)
is heard after the line before it. Times are whole microseconds: sums are exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from narrate.chapters import TimedChapter
from narrate.deliver.readalong.marks import Piece
from narrate.deliver.timestamp import timestamp

ACTIVE = "-epub-media-overlay-active"
STYLE = f"""/* The sentence that is being read. Colours only: the layout stays the book's. */
.{ACTIVE} {{
\tbackground-color: #ffe9a8;
\tcolor: #1a1a1a;
}}
@media (prefers-color-scheme: dark) {{
\t.{ACTIVE} {{
\t\tbackground-color: #5a4a12;
\t\tcolor: #f5f0e1;
\t}}
}}
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """A line of a chapter that a page shows: its index there, the page, and its ids in it."""

    line: int
    page: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Par:
    """An id of a page, and the clip of a chapter's sound (microseconds of the chapter) that goes with it."""

    page: int
    identity: str
    chapter: int
    begin_us: int
    end_us: int


def clips(number: int, chapter: TimedChapter, marked: Sequence[Marked]) -> Iterator[Par]:
    """The pars of chapter `number`, in order. A line in several pieces has its time shared out by characters."""

    def us(frame: float) -> int:
        return round(frame * 1_000_000 / chapter.sample_rate)

    for position, line in enumerate(marked):
        spoken = chapter.lines[line.line]
        after = marked[position + 1] if position + 1 < len(marked) else None
        begin = us(spoken.start) if position else 0
        total, shown = sum(piece.weight for piece in line.pieces), 0
        for piece in line.pieces:
            shown += piece.weight
            end = us(spoken.start + (spoken.end - spoken.start) * shown / total)
            if piece is line.pieces[-1]:
                end = us(chapter.lines[after.line].start if after else chapter.frames)
            yield Par(line.page, piece.identity, number, begin, end)
            begin = end


def smil(page: str, pars: Sequence[Par], sounds: Sequence[str], kinds: str = "") -> str:
    """The overlay of one page. `page` and `sounds` (by chapter) are addresses from where it will lie.

    `kinds` is the page's epub:type, space-separated.
    """
    address = quoteattr(quote(page))
    kind = f" epub:type={quoteattr(kinds)}" if kinds else ""
    rows = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0">',
        f'<body id="body" epub:textref={address}{kind}>',
    ]
    for count, par in enumerate(pars, start=1):
        text = quoteattr(f"{quote(page)}#{quote(par.identity)}")
        rows += [
            f'<par id="par{count}">',
            f"<text src={text}/>",
            f'<audio src="{escape(quote(sounds[par.chapter]))}" '
            f'clipBegin="{timestamp(par.begin_us, 6)}" clipEnd="{timestamp(par.end_us, 6)}"/>',
            "</par>",
        ]
    return "\n".join([*rows, "</body>", "</smil>", ""])


def duration_us(pars: Sequence[Par]) -> int:
    return sum(par.end_us - par.begin_us for par in pars)
