"""Media overlays: which clip of which chapter goes with which id, and the SMIL that says so.

The clips of a chapter follow each other without a gap: the first begins with the chapter, each
other on the first frame of its line, and each lasts until the next, so that pauses are heard,
no reading system has to seek, and what no page shows (a title, credits, a line that was added)
is heard after the line before it. Times are whole microseconds: sums are exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from narrate.chapters import TimedChapter
from narrate.deliver.readalong.marks import Piece
from narrate.deliver.timestamp import timestamp

ACTIVE = "-epub-media-overlay-active"
STYLE = f"""/* The sentence or word that is being read. Colours only: the layout stays the book's. */
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
    """A line of a chapter that a page shows: its index there, the page, and its ids in it.

    `kind` and `within` are the epub:type and the id of the structure it stands in ("" for none), `breaks` the ids of
    marks of printed pages that stand before it.
    """

    line: int
    page: int
    pieces: tuple[Piece, ...]
    kind: str = ""
    within: str = ""
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Par:
    """An id of a page, and the clip of a chapter's sound (microseconds of the chapter) that goes with it."""

    page: int
    identity: str
    chapter: int
    begin_us: int
    end_us: int
    kind: str = ""  # epub:type of it, or of the structure that it stands in
    within: str = ""  # the id of that structure


def clips(number: int, chapter: TimedChapter, marked: Sequence[Marked]) -> Iterator[Par]:
    """The pars of chapter `number`, in order.

    A line in several pieces has its time shared out by characters, where it is not known when each is heard. A page
    mark has the pause before its line, so that nothing is lost where it is skipped; without one it has no par.
    """

    def us(frame: float) -> int:
        return round(frame * 1_000_000 / chapter.sample_rate)

    pauses = [_pause(chapter, line, first=not position) for position, line in enumerate(marked)]
    for position, line in enumerate(marked):
        spoken = chapter.lines[line.line]
        after = marked[position + 1] if position + 1 < len(marked) else None
        begin = us(pauses[position][0]) if position else 0
        for mark, until in zip(line.breaks, _shares(*pauses[position], len(line.breaks)), strict=False):
            yield Par(line.page, mark, number, begin, us(until), "pagebreak")
            begin = us(until)
        total, shown = sum(piece.weight for piece in line.pieces), 0
        for piece, following in zip_longest(line.pieces, line.pieces[1:]):
            shown += piece.weight
            end = us(spoken.start + (spoken.end - spoken.start) * shown / total)
            if following is not None and following.at is not None:
                end = us(following.at)
            elif following is None:
                end = us(pauses[position + 1][0] if after else chapter.frames)
            yield Par(line.page, piece.identity, number, begin, end, line.kind, line.within)
            begin = end


def _pause(chapter: TimedChapter, line: Marked, *, first: bool) -> tuple[int, int]:
    """The frames that the page marks before a line have; none where it has no marks, or no pause stands before it."""
    start = chapter.lines[line.line].start
    begin = chapter.lines[line.line - 1].end if line.line else 0
    return (begin, start) if line.breaks and begin < start and not (first and line.line) else (start, start)


def _shares(begin: int, end: int, count: int) -> list[int]:
    """Where each of `count` like parts of a pause ends; none where they would be less than a frame."""
    return [begin + (end - begin) * n // count for n in range(1, count + 1)] if end - begin >= count > 0 else []


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
    numbered = enumerate(pars, start=1)
    for (kind, within), group in groupby(numbered, key=lambda one: (one[1].kind, one[1].within)):
        together = list(group)
        if within:
            reference = quoteattr(f"{quote(page)}#{quote(within)}")
            rows.append(f'<seq id="seq{together[0][0]}" epub:textref={reference} epub:type="{kind}">')
        for count, par in together:
            own = f' epub:type="{kind}"' if kind and not within else ""
            text = quoteattr(f"{quote(page)}#{quote(par.identity)}")
            rows += [
                f'<par id="par{count}"{own}>',
                f"<text src={text}/>",
                f'<audio src="{escape(quote(sounds[par.chapter]))}" '
                f'clipBegin="{timestamp(par.begin_us, 6)}" clipEnd="{timestamp(par.end_us, 6)}"/>',
                "</par>",
            ]
        rows += ["</seq>"] if within else []
    return "\n".join([*rows, "</body>", "</smil>", ""])


def duration_us(pars: Sequence[Par]) -> int:
    return sum(par.end_us - par.begin_us for par in pars)
