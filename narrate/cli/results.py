"""What a render came to, told on the terminal, and the exit code of it."""

from collections.abc import Sequence

import click

from narrate.check import Quarantined
from narrate.cli.progress import say
from narrate.project import Project
from narrate.work import Rendered, quarantined_lines
from narrate.work.counts import lines_of
from narrate.work.tally import clock

SHOWN_QUARANTINED = 20


def tell_rendered(rendered: Rendered) -> None:
    """One line on what rendering did."""
    total = len(rendered.book.work.requests)
    if not rendered.made:
        click.echo(f"All {total} lines are there; nothing to make.")
        return
    click.echo(
        f"Made {lines_of(rendered.made)}, kept {total - rendered.made}: {clock(rendered.audio_s)} of audio "
        f"in {clock(rendered.wall_s)}, RTF {rendered.audio_s / rendered.wall_s:.1f}."
    )


def finish_rendering(project: Project, rendered: Rendered) -> int:
    """What rendering did, and what of it is not trusted. The exit code."""
    if rendered.stopped:
        return 130
    tell_rendered(rendered)
    return tell_quarantined(project, quarantined_lines(project, rendered.book.chapters))


def tell_quarantined(project: Project, lines: Sequence[Quarantined]) -> int:
    """The lines that are not trusted and what can be done about them. The exit code."""
    for q in lines[:SHOWN_QUARANTINED]:
        say(f"Quarantined {q.line.place}: {q.verdict.why}: {q.line.line.text[:60]}")
    if len(lines) > SHOWN_QUARANTINED:
        say(f"and {len(lines) - SHOWN_QUARANTINED} more; `narrate check {project.folder}` lists them all")
    if lines:
        say("Listen, then `narrate retake` or `narrate accept` them.")
    return 3 if lines else 0
