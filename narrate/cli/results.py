"""What a render came to, told on the terminal, and the exit code of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.show import say
from narrate.figures import clock, lines_of
from narrate.project import FORMATS

if TYPE_CHECKING:
    from narrate.check import Quarantined
    from narrate.project import Project
    from narrate.work import Audiobook, Rendered

SHOWN_QUARANTINED = 20
SINGLE = {"mp3": "mp3-single"}  # what makes a file beside the folders, where its suffix says otherwise


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


def finish_rendering(project: "Project", rendered: "Rendered") -> int:
    """What rendering did, and what of it is not trusted. The exit code."""
    if rendered.stopped:
        return 130
    tell_rendered(rendered)
    return tell_quarantined(project, work.quarantined_lines(project, rendered.book.chapters))


def tell_audiobook(project: "Project", made: "Audiobook") -> int:
    """The closing lines: what there is now, how fast it came about, what is not trusted. The exit code."""
    report, assembled, rendered = made.report, made.assembled, made.rendered
    takes = f"{report.takes_made} made, {report.takes_kept} kept"
    chapters = f"{assembled.chapters_made} assembled, {assembled.chapters_kept} kept"
    rows = [
        ("title", f"{report.title}, by {project.settings.author}" if project.settings.author else report.title),
        ("length", clock(report.audio_s)),
        ("chapters", f"{len(report.chapters)} ({chapters})"),
        ("lines", f"{report.lines} (takes: {takes})"),
    ]
    if report.rtf is not None:
        speed = f"{clock(rendered.audio_s)} of audio in {clock(rendered.wall_s)}, RTF {report.rtf:.1f}"
        rows.append(("rendering", speed))
    rows += [("file", row) for row in output_rows(assembled.files, project.out)]
    rows.append(("page", str(made.page)))
    click.echo("\n".join(f"{name:<10} {value}" for name, value in rows))
    return tell_quarantined(project, made.quarantined)


def tell_quarantined(project: "Project", lines: "Sequence[Quarantined]") -> int:
    """The lines that are not trusted and what can be done about them. The exit code."""
    for q in lines[:SHOWN_QUARANTINED]:
        say(f"Quarantined {q.line.place}: {q.verdict.why}: {q.line.line.text[:60]}")
    if len(lines) > SHOWN_QUARANTINED:
        say(f"and {len(lines) - SHOWN_QUARANTINED} more; `narrate check {project.folder}` lists them all")
    if lines:
        say("Listen, then `narrate retake` or `narrate accept` them.")
    return 3 if lines else 0


def output_rows(files: Iterable[Path], out: Path) -> list[str]:
    """The paths of deliverables in `out`: a folder with several of them once, with their number.

    In the order of FORMATS, so that the M4B comes first.
    """
    folders: dict[Path, list[Path]] = {}
    for file in files:
        parts = file.relative_to(out).parts
        folders.setdefault(out / parts[0] if len(parts) > 1 else file, []).append(file)
    return [_row(place, folders[place]) for place in sorted(folders, key=lambda place: _rank(place, folders[place]))]


def _rank(place: Path, files: list[Path]) -> tuple[int, bool, str]:
    suffix = place.suffix[1:]
    form = SINGLE.get(suffix, suffix) if files == [place] else place.name
    return FORMATS.index(form) if form in FORMATS else len(FORMATS), files != [place], place.name


def _row(place: Path, files: list[Path]) -> str:
    return str(files[0]) if len(files) == 1 else f"{place} ({len(files)} files)"
