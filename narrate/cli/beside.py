"""What others do to a project while it is open here: a person with an editor, and a process that renders."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from narrate.errors import StorageError
from narrate.project import LEXICON, Project
from narrate.report import read_report


def edited_at(folder: Path) -> int:
    """When the person's files were changed last, in nanoseconds; 0 where none can be looked at."""
    latest = 0
    for path in (folder / "project.toml", folder / "cast.toml", folder / LEXICON, *(folder / "script").glob("*")):
        with suppress(OSError):
            latest = max(latest, path.stat().st_mtime_ns)
    return latest


def rendering_of(project: Project) -> dict[str, Any] | None:
    """How far the process is that renders the project, as its out/run.json has it."""
    with suppress(StorageError):
        run = read_report(project.out / "run.json") or {}
        if run.get("state") == "running":
            done = int(run.get("kept") or 0) + int(run.get("made") or 0)
            return {"done": done, "total": run.get("lines"), "audio_s": run.get("audio_s"), "rtf": run.get("rtf")}
    return None
