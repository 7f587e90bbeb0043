"""`narrate status` and `narrate doctor`: how far projects are, and what this machine has for them."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from narrate import work
from narrate.cli.options import memory_type
from narrate.cli.show import print_json
from narrate.errors import NarrateError

WATCH_S = 2.0


@click.command("status")
@click.argument("projects", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One list, an entry a project; with --watch, a line a look.")
@click.option("--watch", is_flag=True, help="Look again every two seconds, until nothing is rendered any more.")
@click.pass_obj
def status_command(home: Path, projects: tuple[Path, ...], as_json: bool, watch: bool) -> int:
    """Show how far each PROJECT is; without one, every project under projects/."""
    if not watch:
        return _look(home, projects, as_json)
    while True:
        began = time.monotonic()
        if sys.stdout.isatty() and not as_json:
            click.clear()
        opened = [work.open_project(folder, home).folder for folder in projects] or work.projects_in(home)
        over = not any(work.is_worked_on(folder) for folder in opened)
        code = _look(home, projects, as_json, watched=True)
        if over:  # before that look, which therefore shows the end
            return code
        time.sleep(max(WATCH_S, 2 * (time.monotonic() - began)))  # a long book is not for looking at all the time


def _look(home: Path, projects: Sequence[Path], as_json: bool, *, watched: bool = False) -> int:
    folders = projects or work.projects_in(home)
    if not folders:
        click.echo(f"No projects under {home / 'projects'}; `narrate BOOK` makes one.", err=True)
    found, failed = [], False
    for folder in folders:
        try:
            found.append(work.status_of(work.open_project(folder, home), folder))
        except NarrateError as error:
            if projects:
                raise
            failed = True
            click.echo(f"narrate: {error}", err=True)
    if as_json:
        print_json(found, indent=None if watched else 2)
    else:
        for status in found:
            click.echo(status.sentence)
    return 1 if failed else 0


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
@click.option(
    "--memory", type=memory_type, metavar="6GB", help="What the GPU does when the qwen engine has so much of it."
)
@click.pass_obj
def doctor_command(home: Path, as_json: bool, memory: int | None) -> int:
    """Show what this machine has: engines, GPU, ffmpeg, voices, free space. Exit code 1 when it cannot make a book."""
    findings = work.examine(home, memory)
    if as_json:
        print_json(findings)
    else:
        width = max(len(finding.what) for finding in findings)
        for finding in findings:
            click.echo(f"{'ok ' if finding.ok else 'no '} {finding.what:<{width}}  {finding.found}")
    return 0 if work.can_make_books(findings) else 1
