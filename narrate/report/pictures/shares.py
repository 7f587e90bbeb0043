"""The picture of speakers' shares of the book."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from narrate.project import Share
from narrate.project.figures import clock
from narrate.report.pictures.drawing import COLOURS, RIGHT, add, cut, markup, picture, tell
from narrate.report.pictures.lengths import Length

ROWS = 14  # more are one row together
ROW_PX = 24.0
BARS = 236.0  # where they begin, right of the names


def find_shares(lengths: Iterable[Length]) -> list[Share]:
    """Who speaks how much, the longest first."""
    lines: Counter[tuple[str, str]] = Counter()
    seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
    for length in lengths:
        lines[length.speaker, length.voice] += 1
        seconds[length.speaker, length.voice] += length.seconds
    shares = [Share(*who, lines[who], round(total, 3)) for who, total in seconds.items()]
    return sorted(shares, key=lambda share: (-share.audio_s, share.speaker))


def draw_shares(shares: Sequence[Share]) -> str:
    """A bar a speaker, the longest first. Empty when nobody speaks."""
    ordered = sorted((s for s in shares if s.audio_s > 0), key=lambda s: (-s.audio_s, s.speaker))
    total = sum(share.audio_s for share in ordered)
    if not ordered:
        return ""
    shown = ordered if len(ordered) <= ROWS else ordered[: ROWS - 1]
    rest = ordered[len(shown) :]
    if rest:
        others = Share(f"{len(rest)} others", "", sum(s.lines for s in rest), sum(s.audio_s for s in rest))
        shown = [*shown, others]
    said = "; ".join(f"{share.speaker} {share.audio_s / total:.1%}" for share in shown)
    svg = picture("shares", "Who speaks how much", f"Of {clock(total)} of speech: {said}.", 40 + ROW_PX * len(shown))
    longest = max(share.audio_s for share in shown)
    add(svg, "text", "speaker, and voice", x=8, y=20)
    add(svg, "text", "time, share, lines", x=BARS, y=20)
    for row, share in enumerate(shown):
        y = 32 + ROW_PX * row
        width = (RIGHT - 180 - BARS) * share.audio_s / longest
        group = add(svg, "g", class_="share")
        lines = f"{share.lines:,} {'line' if share.lines == 1 else 'lines'}"
        figures = f"{clock(share.audio_s)}, {share.audio_s / total:.1%}, {lines}"
        voice = f" ({share.voice})" if share.voice and share.voice != share.speaker else ""
        tell(group, f"{share.speaker}{voice}: {figures}")
        add(group, "text", cut(f"{share.speaker}{voice}", 34), x=8, y=y + 13)
        add(group, "rect", x=BARS, y=y, width=max(width, 1), height=ROW_PX - 7, rx=2, fill=COLOURS[0], class_="bar")
        add(group, "text", figures, x=BARS + max(width, 1) + 8, y=y + 13)
    return markup(svg)
