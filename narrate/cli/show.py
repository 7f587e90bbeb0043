"""Events of `narrate.work` shown on the terminal."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from narrate.cli.progress import Bars, say
from narrate.work.events import Event, Notice, Progress, Stage, Telling, follow

R = TypeVar("R")


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
