"""`narrate status`: how far, how fast, what is wrong."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.errors import NarrateError
from narrate.project.figures import clock

if TYPE_CHECKING:
    from narrate.work import Status

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
        rows = [asdict(status) for status in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=None if watched else 2))
    else:
        for status in found:
            click.echo(_sentence(status))
    return 1 if failed else 0


def _sentence(status: "Status") -> str:
    share = status.takes_kept / status.lines if status.lines else 1.0
    text = (
        f"{status.project}: {status.title}: {status.takes_kept} of {status.lines} lines ({share:.0%}), "
        f"{status.chapters_done} of {status.chapters} chapters"
    )
    if status.takes_missing:
        text += f", about {clock(status.audio_left_s)} of audio to make"
        text += f" in {clock(status.time_left_s)}" if status.time_left_s is not None else ""
    elif status.files:
        files = ", ".join(work.output_rows(map(Path, status.files), Path("out")))
        text += f", {clock(status.audio_s or 0)} in {files}"
    if status.quarantined:
        text += f", {len(status.quarantined)} quarantined"
    text += f"; {status.outdated}" if status.outdated else ""
    if run := status.run:
        speed = f", RTF {run['rtf']:.0f}" if run["rtf"] else ""
        text += f"; process {run['pid']} has made {run['made']} since {run['started_at'][11:16]}{speed}"
    return text + "."
