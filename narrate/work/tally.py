"""The tally of a render so far: for the person who watches, and for `out/run.json`."""

import heapq
import logging
import os
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from narrate.audio import Sound
from narrate.engine import Engine
from narrate.errors import StorageError
from narrate.project import CHARACTERS_A_SECOND, Pace, PlacedChapter, Project, RunReport, Worst, write_run
from narrate.project.figures import clock
from narrate.takes import TakeStore
from narrate.work.events import Progress, Telling
from narrate.work.loop import Made
from narrate.work.run import Run

LIVE_S = 5.0  # between two writings of out/run.json
LOGGED_S = 60.0
SETTLED_S = 60.0  # of audio, after which a run's own takes tell what the remaining text is worth
WORST = 20

log = logging.getLogger(__name__)


class Tally:
    """The counts of one render of `lines`, of which `kept` were there; `characters` are to be spoken."""

    def __init__(
        self,
        project: Project,
        run: Run,
        chapters: Sequence[PlacedChapter],
        *,
        lines: int,
        kept: int,
        characters: int,
    ) -> None:
        self._project, self._run, self._chapters = project, run, chapters
        self.lines, self.kept = lines, kept
        self.keys: set[str] = set()
        self.audio_s = 0.0  # of the lines, each once
        self.spoken_s = 0.0  # of all attempts at them
        self.ended_late = 0  # attempts
        self._characters, self._spoken = characters, 0
        self._pace = Pace()
        self._began = time.monotonic()
        self._started_at = _now()
        self._wall_s: float | None = None

    def started(self) -> None:
        """The engine is ready: what counts as rendering begins."""
        self._began = time.monotonic()

    def ended(self) -> None:
        """No more is rendered."""
        self._wall_s = self.wall_s

    @property
    def wall_s(self) -> float:
        return time.monotonic() - self._began if self._wall_s is None else self._wall_s

    @property
    def rtf(self) -> float | None:
        return self.audio_s / self.wall_s if self.keys and self.wall_s else None

    @property
    def progress(self) -> Progress:
        """How far the render is, and what is left at its own pace."""
        pace = self._spoken / self.audio_s if self.audio_s > SETTLED_S else CHARACTERS_A_SECOND
        coming_s = (self._characters - self._spoken) / pace
        rtf = self.audio_s / max(self.wall_s, 1e-6)
        left_s = max(coming_s, 0.0) / rtf if rtf else None
        return Progress(self.kept + len(self.keys), self.lines, self.audio_s, self.audio_s + coming_s, rtf, left_s)

    def watch(self, takes: Iterable[Made], engine: Engine[Sound]) -> Telling[None]:
        """Count takes as they land; the file is kept up to date, and a line a minute logged."""
        self.save("running", "", engine)
        yield self.progress
        saved = logged = time.monotonic()
        for take in takes:
            self.spoken_s += take.seconds
            self.ended_late += take.ended_late
            new = take.request.key not in self.keys
            if new:
                self.keys.add(take.request.key)
                self.audio_s += take.seconds
                self._spoken += len(take.request.text)
            self._pace.add(self.wall_s, self.audio_s)
            progress, now = self.progress, time.monotonic()
            if now - saved >= LIVE_S:
                saved = now
                self.save("running", "", engine, progress.left_s)
                if now - logged >= LOGGED_S:
                    logged = now
                    log.info(
                        "%d of %d lines, RTF %.1f, %s left",
                        progress.done,
                        self.lines,
                        progress.rtf,
                        clock(progress.left_s or 0.0),
                    )
            if new:
                yield progress

    def save(self, state: str, why: str, engine: Engine[Sound] | None, left_s: float | None = None) -> RunReport:
        """Write `out/run.json`, where that can be done."""
        log_file = self._run.log_file
        there = log_file is not None and log_file.exists()
        report = RunReport(
            state=state,
            why=why,
            pid=os.getpid(),
            host=socket.gethostname(),
            started_at=self._started_at,
            updated_at=_now(),
            lines=self.lines,
            kept=self.kept,
            made=len(self.keys),
            audio_s=round(self.audio_s, 3),
            wall_s=round(self.wall_s, 3),
            rtf=None if self.rtf is None else round(self.rtf, 2),
            left_s=None if left_s is None else round(left_s, 1),
            losses=getattr(engine, "losses", 0),
            ended_late=self.ended_late,
            same_in_any_batch=getattr(engine, "steady", None),
            pace=self._pace.points,
            worst=() if state == "running" else self._worst(),
            log=str(log_file.relative_to(self._project.folder)) if there and log_file else "",
        )
        with suppress(StorageError):
            write_run(self._project.out, report)
        return report

    def _worst(self) -> list[Worst]:
        """The takes of this run that are farthest from what is right, the worst first."""
        places = {
            line.request.key: line for chapter in self._chapters for line in chapter.lines if line.request is not None
        }
        scored = []
        for key in self.keys & places.keys():
            verdict = _verdict(self._project.takes, key)
            if verdict is not None:
                scored.append((*verdict, key))
        worst = heapq.nlargest(WORST, scored)
        return [Worst(places[key].place, places[key].line.text, score, why) for score, why, key in worst]


def _verdict(takes: TakeStore, key: str) -> tuple[float, str] | None:
    """The score and the reasons in a take's comment; None for one that was not judged."""
    with suppress(StorageError):
        noted = takes.asked(key).get("verdict")
        if isinstance(noted, dict) and isinstance(noted.get("score"), int | float):
            return float(noted["score"]), "; ".join(str(why) for _, _, why in noted.get("failed", ()))
    return None


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
