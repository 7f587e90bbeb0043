"""Progress on stderr: two bars on a terminal, one plain line a minute anywhere else."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from narrate.errors import AssemblyError
from narrate.work.counts import chapters_of as chapters_of, counted as counted, lines_of as lines_of
from narrate.work.events import Progress

if TYPE_CHECKING:
    from narrate.chapters import Assembled, Step

PLAIN_EVERY_S = 60.0

log = logging.getLogger(__name__)


class Bars:
    """The progress that is shown just now, if any."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._bars: tuple[Any, Any] | None = None
        self._told: float | None = None

    def draw(self, progress: Progress) -> None:
        """Show lines, hours of audio, time left and real-time factor (RTF)."""
        if sys.stderr.isatty():
            self._draw_bars(progress)
        elif self._told is None:
            self._told = time.monotonic()
        elif time.monotonic() - self._told >= PLAIN_EVERY_S:
            self._told = time.monotonic()
            lines, hours = f"{progress.done} of {progress.lines} lines", f"{progress.audio_s / 3600:.2f} h of audio"
            click.echo(f"{lines}, {hours}, RTF {progress.rtf:.0f}, {clock(progress.left_s)} left", err=True)

    def close(self) -> None:
        """What is drawn stays; what comes next begins below it."""
        self._open.close()
        self._bars = self._told = None

    def _draw_bars(self, progress: Progress) -> None:
        if self._bars is None:
            self._bars = self._open_bars(progress)
        count, hours = self._bars
        count.update(progress.done - count.n)
        hours.total = progress.expected_s / 3600
        if progress.audio_s:
            hours.set_postfix_str(f"RTF {progress.rtf:.0f}, {clock(progress.left_s)} left", refresh=False)
        hours.update(progress.audio_s / 3600 - hours.n)

    def _open_bars(self, progress: Progress) -> tuple[Any, Any]:
        from tqdm import tqdm

        style = {"dynamic_ncols": True, "file": sys.stderr, "mininterval": 0.2}
        count = tqdm(total=progress.lines, initial=progress.done, desc="lines", unit="line", position=0, **style)
        hours = tqdm(
            total=round(progress.expected_s / 3600, 2),
            desc="audio",
            position=1,
            bar_format="{desc}: {percentage:3.0f}%|{bar}| {n:.2f}/{total:.2f} h{postfix}",
            **style,
        )
        self._open.callback(count.close)
        self._open.callback(hours.close)
        return count, hours


def clock(seconds: float) -> str:
    """Seconds as `1:02:03` or `2:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def say(message: str) -> None:
    """See `narrate.cli.show.say`."""
    click.echo(message, err=True)
    log.info("%s", message.strip())


def watched(steps: "Iterable[Step | Assembled]") -> "Assembled":
    """Run an assembly to its end, with a bar for each stage on a terminal. What it came to."""
    from tqdm import tqdm

    from narrate.chapters import Assembled

    bars: dict[str, tqdm] = {}  # stages at work: several may be
    try:
        for step in steps:
            if isinstance(step, Assembled):
                return step
            if step.stage not in bars:
                bars[step.stage] = tqdm(desc=step.stage, total=step.of, unit="chapter", disable=None, leave=False)
            bars[step.stage].update(step.done - bars[step.stage].n)
            if step.done == step.of:
                bars.pop(step.stage).close()
    finally:
        for bar in bars.values():
            bar.close()
    raise AssertionError("an assembly ends with what it assembled")


def followed(steps: "Iterable[Step | Assembled]", tell: "Callable[[Step], None]", stop: threading.Event) -> "Assembled":
    """Run an assembly to its end, telling its steps. Raises AssemblyError where it is to stop before."""
    from narrate.chapters import Assembled

    for step in steps:
        if isinstance(step, Assembled):
            return step
        tell(step)
        if stop.is_set():
            if isinstance(steps, Generator):
                steps.close()
            raise AssemblyError("stopped; what was finished is kept")
    raise AssertionError("an assembly ends with what it assembled")
