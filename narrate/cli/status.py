"""`narrate status`: how far, how fast, what is wrong."""

from pathlib import Path
from typing import Any

import click


@click.command("status")
@click.argument("projects", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One list, an entry a project.")
@click.pass_obj
def status_command(home: Path, projects: tuple[Path, ...], as_json: bool) -> int:
    """Show how far each PROJECT is; without one, every project under projects/."""
    import json

    from narrate.cli.opening import open_project
    from narrate.errors import NarrateError

    folders = projects or tuple(sorted(p.parent for p in (home / "projects").glob("*/project.toml")))
    if not folders:
        click.echo(f"No projects under {home / 'projects'}; `narrate BOOK` makes one.", err=True)
    rows, failed = [], False
    for folder in folders:
        try:
            rows.append(_row(folder, open_project(folder, home)))
        except NarrateError as error:
            if projects:
                raise
            failed = True
            click.echo(f"narrate: {error}", err=True)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            click.echo(_sentence(row))
    return 1 if failed else 0


def _row(folder: Path, project: Any) -> dict[str, Any]:
    from narrate.check.quarantine import quarantined
    from narrate.cli.rendering import nothing_rendered
    from narrate.engine import Wanted
    from narrate.report import read_report

    state = nothing_rendered(project, Wanted(), quiet=True)
    report = read_report(project.out / "report.json") or {}
    missing = {request.key for request in state.work.missing}
    chapters = [
        not any(line.request and line.request.key in missing for line in chapter.lines) for chapter in state.chapters
    ]
    characters = sum(len(request.text) for request in state.work.missing)
    rtf = report.get("rtf")
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
            for q in quarantined(project, state.chapters)
        ],
        "audio_s": report.get("audio_s"),
        "made_at": report.get("made_at"),
        "files": report.get("files", []),
    }


def _sentence(row: dict[str, Any]) -> str:
    from narrate.cli.progress import clock

    share = row["takes_kept"] / row["lines"] if row["lines"] else 1.0
    text = (
        f"{row['project']}: {row['title']}: {row['takes_kept']} of {row['lines']} lines ({share:.0%}), "
        f"{row['chapters_done']} of {row['chapters']} chapters"
    )
    if row["takes_missing"]:
        text += f", about {clock(row['audio_left_s'])} of audio to make"
        text += f" in {clock(row['time_left_s'])}" if row["time_left_s"] is not None else ""
    elif row["files"]:
        text += f", {clock(row['audio_s'])} in {', '.join(row['files'][:3])}"
        text += f" and {len(row['files']) - 3} more" if len(row["files"]) > 3 else ""
    if row["quarantined"]:
        text += f", {len(row['quarantined'])} quarantined"
    return text + "."
