"""`narrate status`: how far, how fast, what is wrong."""

from pathlib import Path
from typing import Any

import click

from narrate import work

WATCH_S = 2.0


@click.command("status")
@click.argument("projects", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One list, an entry a project; with --watch, a line a look.")
@click.option("--watch", is_flag=True, help="Look again every two seconds, until nothing is rendered any more.")
@click.pass_obj
def status_command(home: Path, projects: tuple[Path, ...], as_json: bool, watch: bool) -> int:
    """Show how far each PROJECT is; without one, every project under projects/."""
    import sys
    import time

    if not watch:
        return _show(home, projects, as_json)
    while True:
        began = time.monotonic()
        if sys.stdout.isatty() and not as_json:
            click.clear()
        over = not any(is_worked_on(folder) for folder in _folders(home, projects))
        code = _show(home, projects, as_json, watched=True)
        if over:  # before that look, which therefore shows the end
            return code
        time.sleep(max(WATCH_S, 2 * (time.monotonic() - began)))  # a long book is not for looking at all the time


def _folders(home: Path, projects: tuple[Path, ...]) -> tuple[Path, ...]:

    if projects:
        return tuple(work.open_project(folder, home).folder for folder in projects)
    return tuple(sorted(p.parent for p in (home / "projects").glob("*/project.toml")))


def is_worked_on(folder: Path) -> bool:
    """Whether a process renders or assembles the project just now."""
    from narrate.takes import is_locked

    return is_locked(folder / "takes")


def _show(home: Path, projects: tuple[Path, ...], as_json: bool, *, watched: bool = False) -> int:
    import json

    from narrate.errors import NarrateError

    folders = projects or tuple(sorted(p.parent for p in (home / "projects").glob("*/project.toml")))
    if not folders:
        click.echo(f"No projects under {home / 'projects'}; `narrate BOOK` makes one.", err=True)
    rows, failed = [], False
    for folder in folders:
        try:
            rows.append(_row(folder, work.open_project(folder, home)))
        except NarrateError as error:
            if projects:
                raise
            failed = True
            click.echo(f"narrate: {error}", err=True)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=None if watched else 2))
    else:
        for row in rows:
            click.echo(_sentence(row))
    return 1 if failed else 0


def _row(folder: Path, project: Any) -> dict[str, Any]:
    from dataclasses import asdict

    from narrate.cli.outdated import outdated
    from narrate.engine import Wanted
    from narrate.project import read_report
    from narrate.work import quarantined_lines, standing, take_inventory

    state = take_inventory(project, Wanted())
    found = standing(project, state)
    report = read_report(project.out / "report.json") or {}
    last = read_report(project.out / "run.json") or {}
    live = last if is_worked_on(project.folder) and last.get("state") == "running" else None
    missing = {request.key for request in state.work.missing}
    chapters = [
        not any(line.request and line.request.key in missing for line in chapter.lines) for chapter in state.chapters
    ]
    characters = sum(len(request.text) for request in state.work.missing)
    rtf = (live or report).get("rtf") or last.get("rtf")
    audio_left_s = characters / 14.5
    return {
        "project": str(folder),
        "title": project.settings.title,
        "engine": state.manner.engine,
        "model": state.manner.model,
        "chapters": len(chapters),
        "chapters_done": sum(chapters),
        "lines": len(state.work.requests),
        "takes_kept": state.work.kept,
        "takes_missing": len(state.work.missing),
        "audio_left_s": round(audio_left_s, 1),
        "rtf": rtf,
        "time_left_s": round(audio_left_s / rtf, 1) if rtf else None,
        "quarantined": [
            {"line": q.line.place, "text": q.line.line.text, "why": q.verdict.why}
            for q in quarantined_lines(project, state.chapters)
        ],
        "audio_s": report.get("audio_s"),
        "made_at": report.get("made_at"),
        "files": report.get("files", []),
        "deliverables": [asdict(it) for it in found],
        "outdated": outdated(str(folder), found, takes_missing=bool(state.work.missing)),
        "run": live,
    }


def _sentence(row: dict[str, Any]) -> str:
    from narrate.cli.outputs import output_rows
    from narrate.figures import clock

    share = row["takes_kept"] / row["lines"] if row["lines"] else 1.0
    text = (
        f"{row['project']}: {row['title']}: {row['takes_kept']} of {row['lines']} lines ({share:.0%}), "
        f"{row['chapters_done']} of {row['chapters']} chapters"
    )
    if row["takes_missing"]:
        text += f", about {clock(row['audio_left_s'])} of audio to make"
        text += f" in {clock(row['time_left_s'])}" if row["time_left_s"] is not None else ""
    elif row["files"]:
        text += f", {clock(row['audio_s'])} in {', '.join(output_rows(map(Path, row['files']), Path('out')))}"
    if row["quarantined"]:
        text += f", {len(row['quarantined'])} quarantined"
    text += f"; {row['outdated']}" if row["outdated"] else ""
    if row["run"]:
        run = row["run"]
        speed = f", RTF {run['rtf']:.0f}" if run["rtf"] else ""
        text += f"; process {run['pid']} has made {run['made']} since {run['started_at'][11:16]}{speed}"
    return text + "."
