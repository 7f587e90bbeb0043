"""Events of `narrate.work` and messages, shown on standard error.

Progress is bars on a terminal; anywhere else a plain line a minute of a render, and nothing of assembly.
"""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Any, TypeVar

import click

from narrate.project.figures import clock
from narrate.work.events import Event, Notice, Progress, Stage, Telling, follow

PLAIN_EVERY_S = 60.0
R = TypeVar("R")

log = logging.getLogger(__name__)


def say(message: str) -> None:
    """A message to the person, beside the results, and to the log."""
    click.echo(message, err=True)
    log.info("%s", message.strip())


def print_json(value: object, indent: int | None = 2) -> None:
    """A result as JSON; a dataclass is an object of its fields."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=asdict))


def print_columns(rows: Iterable[Sequence[str]]) -> None:
    """A table, each column as wide as its widest cell."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_named(rows: Iterable[tuple[str, str]], width: int) -> None:
    """Rows of a name and what is said of it, which begins at the column `width`."""
    for name, text in rows:
        click.echo(f"{name:<{width}}{text}")


class Bars:
    """The progress that is shown just now, if any."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._bars: tuple[Any, Any] | None = None
        self._stages: dict[str, Any] = {}  # those at work: several may be
        self._told: float | None = None

    def draw(self, event: Progress | Stage) -> None:
        """Show how far a render or an assembly is."""
        if isinstance(event, Progress):
            self._draw_render(event)
            return
        if self._bars is not None:  # a render is over before its chapters are assembled
            self.close()
        self._draw_stage(event)

    def _draw_render(self, progress: Progress) -> None:
        """Show lines, hours of audio, time left and real-time factor (RTF)."""
        if sys.stderr.isatty():
            self._draw_bars(progress)
        elif self._told is None:
            self._told = time.monotonic()
        elif time.monotonic() - self._told >= PLAIN_EVERY_S:
            self._told = time.monotonic()
            lines, hours = f"{progress.done} of {progress.lines} lines", f"{progress.audio_s / 3600:.2f} h of audio"
            click.echo(f"{lines}, {hours}, RTF {progress.rtf:.0f}{_left(progress)}", err=True)

    def close(self) -> None:
        """What is drawn stays; what comes next begins below it."""
        self._open.close()
        self._bars = self._told = None
        self._stages.clear()

    def _draw_stage(self, stage: Stage) -> None:
        from tqdm import tqdm

        if stage.name not in self._stages:
            bar = tqdm(desc=stage.name, total=stage.of, unit="chapter", disable=None, leave=False)
            self._stages[stage.name] = bar
            self._open.callback(bar.close)
        bar = self._stages[stage.name]
        bar.update(stage.done - bar.n)
        if stage.done == stage.of:
            self._stages.pop(stage.name).close()

    def _draw_bars(self, progress: Progress) -> None:
        if self._bars is None:
            self._bars = self._open_bars(progress)
        count, hours = self._bars
        count.update(progress.done - count.n)
        hours.total = progress.expected_s / 3600
        if progress.audio_s:
            hours.set_postfix_str(f"RTF {progress.rtf:.0f}{_left(progress)}", refresh=False)
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


def show(events: Telling[R], on_event: Callable[[Event], None] = lambda event: None) -> R:
    """The result of the work, after each of its events is shown; `on_event` shows those that are its caller's own."""
    bars = Bars()

    def shown(event: Event) -> None:
        tell(event, bars)
        on_event(event)

    try:
        return follow(events, shown)
    finally:
        bars.close()


def tell(event: Event, bars: Bars) -> None:
    """Show one event on standard error."""
    if isinstance(event, Progress | Stage):
        bars.draw(event)
        return
    bars.close()
    if isinstance(event, Notice):
        say(event.text)


class _Warnings(logging.Handler):
    """What is logged as a warning (an engine that was lost, say), told to the person."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(record.getMessage(), err=True)


@contextmanager
def warnings_shown() -> Iterator[None]:
    """Within, warnings of narrate are shown on standard error."""
    logger, handler = logging.getLogger("narrate"), _Warnings(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _left(progress: Progress) -> str:
    """What a render will still take, where there is something to reckon from."""
    return "" if progress.left_s is None else f", {clock(progress.left_s)} left"
