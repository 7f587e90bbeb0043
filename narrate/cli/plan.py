"""`narrate plan`: the time, disk space and voices that a book will take."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.options import cluster_options, engine_options, formats_option, project_argument, sample_options
from narrate.cli.show import print_json, show
from narrate.project.figures import chapters_of, clock, lines_of

if TYPE_CHECKING:
    from narrate.engine import Wanted
    from narrate.project import Sample
    from narrate.work import Plan


@click.command("plan")
@project_argument
@engine_options
@cluster_options
@formats_option
@sample_options
@click.option("--again", is_flag=True, help="Measure this machine's speed again.")
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON.")
@click.pass_obj
def plan_command(
    home: Path,
    project: Path,
    wanted: "Wanted",
    formats: tuple[str, ...],
    sample: "Sample | None",
    again: bool,
    as_json: bool,
) -> int:
    """Say what PROJECT will take: audio, time, disk, voices. Exit code 1 when it cannot be made as it is.

    The time is this machine's own: twenty lines of the book are spoken once, and the speed is remembered.
    """
    opened = work.open_project(project, home, sample)
    plan = show(work.plan_book(opened, wanted, formats, again=again, quiet=as_json))
    if isinstance(plan, list):
        if as_json:
            print_json({"project": str(project), "problems": [str(problem) for problem in plan]})
        else:
            for problem in plan:
                click.echo(f"missing    {problem}")
        return 1
    title, found = opened.settings.title, plan.estimate
    if as_json:
        rows = {"project": str(project), "title": title, "engine": plan.engine} | asdict(found)
        rows |= {"fits": found.fits, "problems": [], "formats": plan.formats, "skipped_parts": plan.skipped}
        rows |= {"speed": plan.speed, "card": plan.card}
        print_json(rows)
    else:
        _print_table(title, plan)
    return 0 if found.fits else 1


def _print_table(title: str, plan: "Plan") -> None:
    found = plan.estimate
    rows = [
        ("title", title),
        ("text", f"{chapters_of(found.chapters)}, {lines_of(found.lines)}, {found.words:,} words"),
        ("audio", f"{clock(found.audio_s)} in all; {clock(found.audio_left_s)} of speech is still to be made"),
        ("takes", f"{found.takes_there} there, {found.takes_missing} missing"),
        ("voices", f"{', '.join(plan.voices)}; none is missing"),
        ("engine", plan.engine + (f", {plan.model}" if plan.model else "")),
    ]
    rows += [("this card", text) for text in plan.card]
    if found.time_s is not None and plan.speed is not None:
        speed = f"RTF {plan.speed.rtf:.0f} as measured here ({plan.measured_in})"
        rows.append(("time", f"{clock(found.time_s)}, at {speed}"))
    rows.append(("takes need", _size(found.takes_bytes)))
    rows.append(("output needs", f"{_size(found.output_bytes)} for {', '.join(plan.formats)} and the chapters"))
    rows.append(("disk has", f"{_size(found.free_bytes)}{'' if found.fits else ': NOT ENOUGH'}"))
    rows.append(("never spoken", f"{lines_of(found.skipped)} of the script (silent headings, ornaments)"))
    rows += [("left out", part) for part in plan.skipped]
    for name, value in rows:
        click.echo(f"{name:<13} {value}")


def _size(count: float) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
