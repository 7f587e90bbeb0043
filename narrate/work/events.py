"""Events that the application yields while it works, which a command line prints and a page or a notebook may show.

A function of `work` that takes time is a generator of events that returns its result: `yield from` it, or `follow` it.
One that is done at once returns its result and tells nothing.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

R = TypeVar("R")


class Event:
    """One thing that happened. Each kind is a frozen dataclass beside the work that tells it."""

    __slots__ = ()


Telling = Generator[Event, None, R]  # events, and then the result


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """A line for the person, ready to be read: what was chosen, kept, left out or is waited for."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """How far a render is: lines `done` of `lines`, audio made and expected in all, and at what pace.

    `rtf` is seconds of audio a second; `left_s` is what the rest will take at that, None before the first take.
    """

    done: int
    lines: int
    audio_s: float
    expected_s: float
    rtf: float
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Stage(Event):
    """How far an assembly is: chapters `done` of `of` in one of its stages. Several stages may be at work."""

    name: str
    done: int
    of: int


def follow(events: Telling[R], on_event: Callable[[Event], None] = lambda event: None) -> R:
    """Do the work to its end, handing each event to `on_event`. The result.

    What `on_event` raises, an interruption say, is raised in the work, which may have something in hand to finish.
    """
    try:
        event = next(events)
        while True:
            try:
                on_event(event)
            except BaseException as error:
                event = events.throw(error)
            else:
                event = next(events)
    except StopIteration as done:
        result: R = done.value
        return result
