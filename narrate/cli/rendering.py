"""Takes made for a project: what is missing, the run, and how it stops."""

import logging
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType

import click

from narrate.casting import Manner
from narrate.cli.progress import clock, lines_of, say, shown
from narrate.engine import Model, Wanted, choose_engine, find_models, kinds_needed, open_lasting
from narrate.project import PlacedChapter, Project
from narrate.render import Work, find_work, render


@dataclass(frozen=True, slots=True)
class Rendered:
    """What rendering found and did. `models` by kind of voice; `wall_s` counts speaking alone, not loading."""

    chapters: list[PlacedChapter]
    work: Work
    manner: Manner
    models: Mapping[str, Model]
    wanted: Wanted
    made: int = 0
    audio_s: float = 0.0
    wall_s: float = 0.0
    stopped: bool = False


def nothing_rendered(project: Project, wanted: Wanted, *, quiet: bool = False) -> Rendered:
    """The project's lines and takes as they are."""
    cast = project.cast()
    scripts = list(project.numbered_scripts())
    used = {line.speaker for _, lines in scripts for _, line in lines if line.speakable}
    voices = {name: part.voice for name, part in cast.parts.items() if name in used}
    choice = choose_engine(wanted.engine or project.settings.engine, voices.values(), wanted.device)
    if choice.note and not quiet:
        say(choice.note)
    models = find_models(choice.name, kinds_needed(voices), wanted.models, project.settings.model)
    manner = Manner(project.settings.language, choice.name, {kind: model.name for kind, model in models.items()})
    chapters = project.chapters(scripts, manner, cast)
    return Rendered(chapters, find_work(chapters, project.takes), manner, models, wanted)


def render_project(project: Project, wanted: Wanted) -> Rendered:
    """Make the takes that are missing. ^C finishes what is in hand."""
    project.takes.sweep()
    state = nothing_rendered(project, wanted)
    if not state.work.missing:
        return state
    total, kept = len(state.work.requests), state.work.kept
    made, audio_s, started = 0, 0.0, time.monotonic()
    with _stopping() as stop, _told():
        speaker = open_lasting(
            state.manner.engine,
            [model.path for model in state.models.values()],
            device=wanted.device,
            eager=wanted.eager,
        )
        try:
            takes = render(speaker, state.work.missing, project.takes, stop)
            characters = sum(len(request.text) for request in state.work.missing)
            started = time.monotonic()
            for take in shown(takes, lines=total, kept=kept, characters=characters):
                made += 1
                audio_s += take.seconds
        except KeyboardInterrupt:
            stop.set()
        finally:
            wall_s = time.monotonic() - started
            speaker.close()
    stopped = stop.is_set() and kept + made < total
    if stopped:
        say(f"Stopped. {kept + made} of {total} lines are kept; run the same command to go on.")
    return replace(state, made=made, audio_s=audio_s, wall_s=wall_s, stopped=stopped)


class _Messages(logging.Handler):
    """What an engine logs as a warning (fewer slots, say), told to the person."""

    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


@contextmanager
def _told() -> Iterator[None]:
    logger, handler = logging.getLogger("narrate"), _Messages(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that ^C and SIGTERM set; a second ^C interrupts at once."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        say("\nFinishing what is in hand; ^C again stops at once.")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tell_rendered(rendered: Rendered) -> None:
    """One line on what rendering did."""
    total = len(rendered.work.requests)
    if not rendered.made:
        click.echo(f"All {total} lines are there; nothing to make.")
        return
    click.echo(
        f"Made {lines_of(rendered.made)}, kept {total - rendered.made}: {clock(rendered.audio_s)} of audio "
        f"in {clock(rendered.wall_s)}, RTF {rendered.audio_s / rendered.wall_s:.1f}."
    )
