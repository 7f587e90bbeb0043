"""Pictures in the report, as SVG: the run's speed, the takes' lengths, the chapters' levels, the speakers' shares.

Pure functions from values to text: the same values give the same bytes. `report_pictures` makes
all of them from what `out/report.json` holds and the lengths of the takes.

drawing.py  elements, scales, ticks, axes
speed.py  lengths.py  levels.py  shares.py  one picture each
"""

from collections.abc import Iterable, Mapping
from typing import Any

from narrate.project import Share
from narrate.report.pictures.lengths import Length, Outlier, draw_lengths, find_outliers, take_lengths
from narrate.report.pictures.levels import ChapterLevel, draw_levels
from narrate.report.pictures.shares import draw_shares, find_shares
from narrate.report.pictures.speed import draw_speed

__all__ = [
    "ChapterLevel",
    "Length",
    "Outlier",
    "draw_lengths",
    "draw_levels",
    "draw_shares",
    "draw_speed",
    "find_outliers",
    "find_shares",
    "report_pictures",
    "take_lengths",
]


def report_pictures(report: Mapping[str, Any], lengths: Iterable[Length]) -> dict[str, str]:
    """The pictures of a report (as `read_report` gives it, or `asdict` of one) and its book's takes.

    By name, in the order in which they are shown, titles and descriptions inside; what an older
    report does not hold is left out.
    """
    run = report.get("run") or {}
    levels = [
        ChapterLevel(chapter["title"], chapter["lufs"], chapter["rms_db"], chapter["peak_db"])
        for chapter in report["chapters"]
        if chapter.get("lufs") is not None
    ]
    drawn = {
        "speed": draw_speed([(wall_s, audio_s) for wall_s, audio_s in run.get("pace") or ()]),
        "lengths": draw_lengths(lengths),
        "levels": draw_levels(levels),
        "shares": draw_shares([Share(**share) for share in report.get("shares") or ()]),
    }
    return {name: svg for name, svg in drawn.items() if svg}
