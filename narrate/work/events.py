"""What the application tells while it works: events, which a command line prints and a page or a notebook may show.

A function of `work` that takes time is a generator of events that returns its result: `yield from` it, or hand it to
`narrate.cli.show`. One that is done at once returns its result and tells nothing.
"""

from collections.abc import Generator
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

    `rtf` is seconds of audio a second; `left_s` is what the rest will take at that.
    """

    done: int
    lines: int
    audio_s: float
    expected_s: float
    rtf: float
    left_s: float
