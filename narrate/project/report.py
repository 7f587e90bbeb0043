"""The report of a run: `out/report.json`, whose keys scripts rely on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from narrate.errors import StorageError
from narrate.files import write_text

PACE_POINTS = 240
NOT_THE_SAME = (
    "On this GPU a line's last bits depend on what is made beside it: made again, it may be another take "
    "(docs/engine.md, What is the same)."
)


@dataclass(frozen=True, slots=True)
class ChapterReport:
    """A chapter in the assembled book; `lines` counts those that are spoken.

    Loudness, RMS and highest sample are the assembled chapter's, null where nothing is heard.
    """

    title: str
    start_s: float
    duration_s: float
    lines: int
    lufs: float | None
    rms_db: float | None
    peak_db: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """A speaker, the voice that speaks for them, and how much: lines, and seconds of takes."""

    speaker: str
    voice: str
    lines: int
    audio_s: float


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A line whose take is not trusted."""

    line: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Untimely:
    """A line that does not fit the time that the script gives it: how late it starts, and how late it ends."""

    line: str
    text: str
    starts_late_s: float
    ends_late_s: float

    @property
    def why(self) -> str:
        """What is wrong, for a person."""
        late = f"starts {self.starts_late_s:.2f} s late" if self.starts_late_s else ""
        over = f"ends {self.ends_late_s:.2f} s late" if self.ends_late_s else ""
        return " and ".join(filter(None, (late, over)))


@dataclass(frozen=True, slots=True)
class Times:
    """How the lines fit that have a time: how many there are, how many were heard faster for it, `tempo` times at
    most, and which of them do not fit."""

    lines: int
    faster: int
    tempo: float
    untimely: Sequence[Untimely]


@dataclass(frozen=True, slots=True)
class UntimedLine:
    """A line whose words have no times of their own."""

    line: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class WordsReport:
    """Word times: how many lines have them, of how many written words, and the lines that have none."""

    timed: int
    words: int
    untimed: Sequence[UntimedLine]


@dataclass(frozen=True, slots=True)
class Report:
    """One run of a project. `audio_s` is the assembled book's length; `times` is of lines that the script gives a time.

    `shares` says who speaks how much; `words` which lines have word times, null where nobody asked for any.
    `watermark` is what the chapters' watermark says, in 8 hexadecimal digits, null for none. `rtf`
    is seconds of audio made in this run per second of rendering, null when none was made.
    """

    title: str
    engine: str
    model: str
    revision: str
    voices: Mapping[str, str]
    shares: Sequence[Share]
    chapters: Sequence[ChapterReport]
    watermark: str | None
    lines: int
    takes_made: int
    takes_kept: int
    audio_s: float
    render_wall_s: float
    rtf: float | None
    made_at: str
    quarantined: Sequence[Quarantined]
    files: Sequence[str]
    run: Mapping[str, Any] | None  # the last run that made takes, see RunReport
    provenance: str = ""  # who signed the files, or why nobody did; "" where no file of these forms is ever signed
    times: Times | None = None
    words: WordsReport | None = None


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


@dataclass(frozen=True, slots=True)
class Worst:
    """A take of a run, and its verdict's score: from 1 it failed a check."""

    line: str
    text: str
    score: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class RunReport:
    """`out/run.json`: the last run over a project, written again and again while it lasts.

    `state` is running, done, stopped or failed, and `why` says more of the last two. Of the lines, `made`
    are takes of this run and `kept` were there. `rtf` is seconds of audio a second of rendering; `pace`
    holds wall time and audio made by then, in seconds, at times along the run. `same_in_any_batch` says whether
    the engine's check found that a line has the same bits whatever is made beside it; null where it was not looked at.
    """

    state: str
    why: str
    pid: int
    host: str
    started_at: str
    updated_at: str
    lines: int
    kept: int
    made: int
    audio_s: float
    wall_s: float
    rtf: float | None
    left_s: float | None
    losses: int  # engines, workers or GPUs that were lost or stuck, and replaced
    ended_late: int = 0  # takes that an end-of-speech outside the top-k ended, of all attempts
    pace: Sequence[tuple[float, float]] = ()
    worst: Sequence[Worst] = ()
    log: str = ""
    same_in_any_batch: bool | None = None


class Pace:
    """The pace of a run: PACE_POINTS at most, about evenly spaced in time however long it lasts."""

    def __init__(self) -> None:
        self._apart_s = 1.0
        self._last = (0.0, 0.0)
        self._points: list[tuple[float, float]] = []

    def add(self, wall_s: float, audio_s: float) -> None:
        """Add a point: `audio_s` were made after `wall_s`; neither ever falls."""
        self._last = (round(wall_s, 3), round(audio_s, 3))
        if wall_s - (self._points[-1][0] if self._points else 0.0) < self._apart_s:
            return
        self._points.append(self._last)
        if len(self._points) >= PACE_POINTS:
            self._points = self._points[1::2]
            self._apart_s *= 2

    @property
    def points(self) -> list[tuple[float, float]]:
        """Wall time and audio made by then, the last that was added among them."""
        return [*self._points, *([self._last] if self._last[0] and self._last not in self._points[-1:] else [])]


def write_run(folder: Path, run: RunReport) -> None:
    """Write `run` to `folder`, whole or not at all; with its end, also as text."""
    write_text(folder / "run.json", json.dumps(asdict(run), ensure_ascii=False, indent=2) + "\n")
    if run.state != "running":
        write_text(folder / "run.txt", run_text(run))


def run_text(run: RunReport) -> str:
    """The report of a run as text: what was made, at what speed, and the worst takes."""
    hours, speed = run.audio_s / 3600, f"{run.rtf:.1f} times real time" if run.rtf else "no speed"
    missing = run.lines - run.kept - run.made
    rows = [
        f"{run.state}{f' ({run.why})' if run.why else ''}: {run.started_at} to {run.updated_at}",
        f"made {run.made} of {run.lines} lines, {hours:.2f} h of audio, at {speed}; {run.kept} were there, "
        f"{missing} {'is' if missing == 1 else 'are'} missing",
    ]
    if run.losses:
        rows.append(f"the engine was lost {run.losses} times and started anew")
    if run.ended_late:
        rows.append(f"{run.ended_late} ended late, by an end-of-speech outside the top-k")
    if run.same_in_any_batch is False:
        rows.append(NOT_THE_SAME)
    if run.worst:
        rows.append("the worst takes of this run, by how far they are from what is right (1 fails a check):")
        rows += [f"  {w.line:>7}  {w.score:.2f}  {w.text[:70]}{f'  [{w.why}]' if w.why else ''}" for w in run.worst]
    return "\n".join(rows) + "\n"
