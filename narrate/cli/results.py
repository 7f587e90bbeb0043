"""The results of a render, printed on the terminal, and the exit code."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.show import say
from narrate.project.figures import clock, lines_of

if TYPE_CHECKING:
    from narrate.check import Quarantined
    from narrate.work import Audiobook, Rendered

SHOWN_QUARANTINED = 20


def tell_rendered(rendered: "Rendered") -> None:
    """One line on what rendering did."""
    total = len(rendered.book.work.requests)
    if not rendered.made:
        click.echo(f"All {total} lines are there; nothing to make.")
        return
    click.echo(
        f"Made {lines_of(rendered.made)}, kept {total - rendered.made}: {clock(rendered.audio_s)} of audio "
        f"in {clock(rendered.wall_s)}, RTF {rendered.audio_s / rendered.wall_s:.1f}."
    )


def tell_audiobook(folder: Path, author: str, made: "Audiobook") -> int:
    """The closing lines: what there is now, how fast it came about, what is not trusted. The exit code."""
    report, assembled, rendered = made.report, made.assembled, made.rendered
    takes = f"{report.takes_made} made, {report.takes_kept} kept"
    chapters = f"{assembled.chapters_made} assembled, {assembled.chapters_kept} kept"
    rows = [
        ("title", f"{report.title}, by {author}" if author else report.title),
        ("length", clock(report.audio_s)),
        ("chapters", f"{len(report.chapters)} ({chapters})"),
        ("lines", f"{report.lines} (takes: {takes})"),
    ]
    if report.rtf is not None:
        speed = f"{clock(rendered.audio_s)} of audio in {clock(rendered.wall_s)}, RTF {report.rtf:.1f}"
        rows.append(("rendering", speed))
    rows += [("file", row) for row in work.output_rows(assembled.files, made.page.parent)]
    rows.append(("page", str(made.page)))
    click.echo("\n".join(f"{name:<10} {value}" for name, value in rows))
    return tell_quarantined(folder, made.quarantined)


def tell_quarantined(folder: Path, lines: "Sequence[Quarantined]") -> int:
    """The lines that are not trusted and what can be done about them. The exit code."""
    for q in lines[:SHOWN_QUARANTINED]:
        say(f"Quarantined {q.line.place}: {q.verdict.why}: {q.line.line.text[:60]}")
    if len(lines) > SHOWN_QUARANTINED:
        say(f"and {len(lines) - SHOWN_QUARANTINED} more; `narrate check {folder}` lists them all")
    if lines:
        say("Listen, then `narrate retake` or `narrate accept` them.")
    return 3 if lines else 0
