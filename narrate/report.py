"""The report of a run: `out/report.json`, whose keys scripts rely on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from narrate.errors import StorageError
from narrate.files import write_text


@dataclass(frozen=True, slots=True)
class ChapterReport:
    """A chapter in the assembled book; `lines` counts those that are spoken."""

    title: str
    start_s: float
    duration_s: float
    lines: int


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A line whose take is not trusted."""

    line: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """One run of a project. `audio_s` is the assembled book's length.

    `rtf` is seconds of audio made in this run per second of rendering, null when none was made.
    """

    title: str
    engine: str
    model: str
    revision: str
    voices: Mapping[str, str]
    chapters: Sequence[ChapterReport]
    lines: int
    takes_made: int
    takes_kept: int
    audio_s: float
    render_wall_s: float
    rtf: float | None
    made_at: str
    quarantined: Sequence[Quarantined]
    files: Sequence[str]


def write_report(path: Path, report: Report) -> None:
    """Write `report` as JSON, whole or not at all."""
    write_text(path, json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n")


def read_report(path: Path) -> dict[str, Any] | None:
    """The last report, or None when there is none yet. Raises StorageError for a damaged one."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StorageError(f"cannot be read: {error}", where=path, do="`narrate assemble` makes it again") from error
    if not isinstance(found, dict):
        raise StorageError("is not a report", where=path, do="`narrate assemble` makes it again")
    return found
