"""Events of `narrate.work` shown on the terminal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from narrate.cli.progress import Bars, say
from narrate.work.events import Event, Notice, Progress, Telling

R = TypeVar("R")


def show(events: Telling[R]) -> R:
    """The result of the work, after each of its events is shown.

    An interruption while one is shown is the work's, which may have something in hand.
    """
    bars = Bars()
    try:
        event = next(events)
        while True:
            try:
                tell(event, bars)
            except BaseException as error:
                event = events.throw(error)
            else:
                event = next(events)
    except StopIteration as done:
        result: R = done.value
        return result
    finally:
        bars.close()


def tell(event: Event, bars: Bars) -> None:
    """Show one event on standard error."""
    if isinstance(event, Progress):
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
