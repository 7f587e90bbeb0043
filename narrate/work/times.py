"""How a project's lines fit the times that its script gives them."""

from collections.abc import Iterator
from pathlib import Path

from narrate.chapters import ChapterPlan, Misfit, assembled_chapters, misfits
from narrate.project import Times, Untimely
from narrate.project.figures import lines_of
from narrate.work.events import Notice
from narrate.work.output import Planned

SHOWN = 10


def times_of(planned: Planned, out: Path) -> Times | None:
    """The figures of the chapters in `out` whose lines have times; None where none has."""
    plans, settings = planned
    if not any(segment.window for plan in plans for segment in plan.segments):
        return None
    found: list[Misfit] = []
    tempos: list[float] = []
    for plan, made in zip(plans, assembled_chapters(plans, settings, out), strict=True):
        if made is not None:
            found += misfits(plan, made[1].lines, made[0].sample_rate)
            tempos += _tempos(plan)
    faster = [tempo for tempo in tempos if tempo > 1]
    untimely = [Untimely(one.place, one.text, one.late_ms / 1000, one.over_ms / 1000) for one in found]
    return Times(len(tempos), len(faster), max(tempos, default=1.0), untimely)


def told_times(times: Times | None) -> Iterator[Notice]:
    """How the lines fit, for a person: those that do not by name, SHOWN of them at most."""
    if times is None:
        return
    if times.faster:
        at_most = f"by {times.tempo - 1:.0%} at most"
        yield Notice(f"Heard faster than spoken, {at_most}: {lines_of(times.faster)} of {times.lines}.")
    for late in times.untimely[:SHOWN]:
        yield Notice(f"Does not fit its time, {late.line}: {late.why}: {late.text[:60]}")
    if len(times.untimely) > SHOWN:
        yield Notice(f"and {len(times.untimely) - SHOWN} more, in report.json under times.")


def _tempos(plan: ChapterPlan) -> Iterator[float]:
    """The tempo of each line that has a time."""
    timed = False
    for segment in plan.segments:
        timed = timed or segment.window is not None
        if timed and segment.take is not None:
            yield segment.tempo
