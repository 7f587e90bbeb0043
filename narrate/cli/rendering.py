"""Takes made for a project: what is missing, the run, and how it stops."""

import logging
import signal
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType

import click

from narrate.casting import Manner
from narrate.check.quarantine import Quarantined, quarantined, read_accepted
from narrate.check.watch import Watch
from narrate.cli.designing import bake_cast
from narrate.cli.progress import clock, lines_of, say, shown
from narrate.engine import Engine, Model, Wanted, choose_engine, draws, find_models, kinds_needed, open_lasting
from narrate.project import PlacedChapter, Project
from narrate.render import Made, Work, find_work, render, render_checked
from narrate.take import Request


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
    manner = Manner(
        project.settings.language,
        choice.name,
        {kind: model.name for kind, model in models.items()},
        lexicon=project.lexicon(),
        plain=wanted.plain or project.settings.plain,
    )
    chapters = project.chapters(scripts, manner, cast)
    return Rendered(chapters, find_work(chapters, project.takes), manner, models, wanted)


def render_project(project: Project, wanted: Wanted, only: Collection[str] | None = None) -> Rendered:
    """Make the takes that are missing (of `only` these keys) and check them. ^C finishes what is in hand."""
    project.takes.sweep()
    bake_cast(project, wanted)
    state = nothing_rendered(project, wanted)
    watch = _watch(project, state)
    accepted = read_accepted(project.folder)
    missing = [
        replace(request, attempt=accepted.get(request.key, 1))
        for request in state.work.missing
        if only is None or request.key in only
    ]
    if not missing and not (watch and watch.again()):
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
            takes = _takes(speaker, missing, project, stop, watch)
            characters = sum(len(request.text) for request in missing)
            started = time.monotonic()
            for take in shown(takes, lines=total, kept=kept, characters=characters):
                made += not take.again
                audio_s += take.seconds
        except KeyboardInterrupt:
            stop.set()
        finally:
            wall_s = time.monotonic() - started
            speaker.close()
    stopped = stop.is_set() and bool(made < len(missing) or (watch and watch.again()))
    if stopped:
        say(f"Stopped. {kept + made} of {total} lines are kept; run the same command to go on.")
    return replace(state, made=made, audio_s=audio_s, wall_s=wall_s, stopped=stopped)


def _takes(
    speaker: Engine, missing: Sequence[Request], project: Project, stop: threading.Event, watch: Watch | None
) -> Iterator[Made]:
    if watch is None:
        return render(speaker, missing, project.takes, stop)
    return render_checked(speaker, missing, project.takes, stop, watch)


def _watch(project: Project, state: Rendered) -> Watch | None:
    """The checks that are wanted, knowing the takes that are there; None when they are off."""
    checks, wanted = project.settings.check, state.wanted
    if (wanted.check or checks.level) == "off":
        return None
    attempts = (wanted.attempts or checks.attempts) if draws(state.manner.engine) else 1
    watch = Watch(project.takes, attempts=attempts, accepted=read_accepted(project.folder))
    watch.recall(_there(state))
    return watch


def _there(state: Rendered) -> list[Request]:
    missing = {request.key for request in state.work.missing}
    return [request for request in state.work.requests if request.key not in missing]


def judge_again(project: Project, wanted: Wanted) -> tuple[Rendered, int]:
    """Every take that is there judged anew, and how many were. Damaged ones are removed: they are missing then."""
    level = wanted.check or project.settings.check.level
    state = nothing_rendered(project, replace(wanted, check="light" if level == "off" else level), quiet=True)
    watch = _watch(project, state)
    assert watch is not None
    with _told():
        judged = watch.judge_again(_there(state))
    return replace(state, work=find_work(state.chapters, project.takes)), judged


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


def finish_rendering(project: Project, rendered: Rendered) -> int:
    """What rendering did, and what of it is not trusted. The exit code."""
    if rendered.stopped:
        return 130
    tell_rendered(rendered)
    return tell_quarantined(project, quarantined(project, rendered.chapters))


SHOWN_QUARANTINED = 20


def tell_quarantined(project: Project, lines: Sequence[Quarantined]) -> int:
    """The lines that are not trusted and what can be done about them. The exit code."""
    for q in lines[:SHOWN_QUARANTINED]:
        say(f"Quarantined {q.line.place}: {q.verdict.why}: {q.line.line.text[:60]}")
    if len(lines) > SHOWN_QUARANTINED:
        say(f"and {len(lines) - SHOWN_QUARANTINED} more; `narrate check {project.folder}` lists them all")
    if lines:
        say("Listen, then `narrate retake` or `narrate accept` them.")
    return 3 if lines else 0
