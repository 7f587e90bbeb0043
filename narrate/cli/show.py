"""Events of `narrate.work` shown on the terminal."""

from typing import TypeVar

import click

from narrate.work.events import Event, Notice, Telling

R = TypeVar("R")


def show(events: Telling[R]) -> R:
    """The result of the work, after each of its events is shown."""
    while True:
        try:
            event = next(events)
        except StopIteration as done:
            result: R = done.value
            return result
        tell(event)


def tell(event: Event) -> None:
    """Show one event on standard error."""
    if isinstance(event, Notice):
        click.echo(event.text, err=True)
