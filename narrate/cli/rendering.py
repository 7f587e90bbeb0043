"""Takes made for a project: what is missing, the run, and how it stops."""

import logging
import shutil
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime

import click

from narrate.audio import Finish, Sound, encoded
from narrate.cast import Cast, Manner, language_for
from narrate.check import Quarantined, Watch, measured, quarantined, read_accepted
from narrate.cli.designing import bake_cast
from narrate.cli.progress import clock, lines_of, say, shown
from narrate.cli.running import Run, Tally, running
from narrate.cli.watching import check_level, watch_for
from narrate.engine import Engine, Model, Wanted, check_spoken, choose_engine, find_models, kinds_needed
from narrate.engine.finishing import Finishers, finishers_here
from narrate.engine.speed import Speed, recall, remember, speed_key
from narrate.errors import NarrateError, StorageError
from narrate.project import CHARACTERS_A_SECOND, NOT_THE_SAME, NumberedScript, PlacedChapter, Project, Wishes
from narrate.takes import Request
from narrate.work import TAKE_BYTES_PER_S, Made, Work, by_chapter, find_work, in_turn, render_checked
from narrate.work.render import render

LEARNT_LINES, LEARNT_S = 200, 20.0  # a render that teaches of this machine's speed


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


@dataclass(frozen=True, slots=True)
class Ready:
    """The script, and what speaks it."""

    scripts: list[NumberedScript]
    cast: Cast
    manner: Manner
    models: Mapping[str, Model]


def make_ready(project: Project, wanted: Wanted, *, quiet: bool = False) -> Ready:
    """The script read, and the engine and models chosen that speak its voices."""
    cast = project.cast()
    scripts = list(project.numbered_scripts())
    used = {line.speaker for _, lines in scripts for _, line in lines if line.speakable}
    voices = {name: part.voice for name, part in cast.parts.items() if name in used}
    choice = choose_engine(wanted.engine or project.settings.engine, voices.values(), wanted.place)
    if choice.note and not quiet:
        say(choice.note)
    if (uncast := [name for name in voices if name in cast.open]) and choice.name != "draft" and not quiet:
        what = f"The narrator's voice also speaks for {len(uncast)} whom nobody has cast"
        say(f"{what}; `narrate cast {project.folder} --auto` proposes voices.")
    exact = wanted.exact_upstream or project.settings.exact_upstream
    models = find_models(choice.name, kinds_needed(voices), wanted.models, project.settings.model, exact_upstream=exact)
    manner = Manner(
        project.settings.language,
        choice.name,
        {kind: model.name for kind, model in models.items()},
        {kind: model.sampling for kind, model in models.items()},
        lexicon=project.lexicon(),
        plain=wanted.plain or project.settings.plain,
    )
    return Ready(scripts, cast, manner, models)


def nothing_rendered(project: Project, wanted: Wanted, *, quiet: bool = False) -> Rendered:
    """The project's lines and takes as they are."""
    ready = make_ready(project, wanted, quiet=quiet)
    chapters = project.chapters(ready.scripts, ready.manner, ready.cast)
    if not quiet:
        _tell_languages(chapters, ready.manner)
    if project.sample is not None:
        chapters = project.sample.cut(chapters)
    return Rendered(chapters, find_work(chapters, project.takes), ready.manner, ready.models, wanted)


def _tell_languages(chapters: Iterable[PlacedChapter], manner: Manner) -> None:
    """Say which lines are marked with a language that the engine does not speak, and how they are read."""
    lines = [placed.line for chapter in chapters for placed in chapter.lines if placed.line.language]
    unspoken = Counter(line.language for line in lines if language_for(line, manner) != line.language)
    for language, count in unspoken.items():
        what = f"{lines_of(count)} in {language}, which the {manner.engine} engine does not speak"
        say(f"{what}: read as {manner.language}.")


def render_project(
    project: Project, wanted: Wanted, run: Run | None = None, *, only: Collection[str] | None = None
) -> Rendered:
    """Make the takes that are missing (of `only` these keys) and check them. ^C finishes what is in hand.

    Within `run`, whose engine is used; without one, this is a run of its own. While another process
    renders the project, this one waits.
    """
    if run is None:
        with running() as own:
            return render_project(project, wanted, own, only=only)
    with run.on(project) as held:
        if not held:
            return replace(nothing_rendered(project, wanted), stopped=True)
        bake_cast(project, wanted)
        state = nothing_rendered(project, wanted)
        if state.work.missing:
            check_spoken(state.manner.engine, state.manner.language)
        watch = watch_for(project, state.wanted, state.manner.engine, state.models, state.work)
        accepted = read_accepted(project.folder)
        missing = [
            replace(request, attempt=accepted[request.key].attempt) if request.key in accepted else request
            for request in state.work.missing
            if only is None or request.key in only
        ]
        return _render(project, state, missing, watch, run) if missing or (watch and watch.busy) else state


def _render(project: Project, state: Rendered, missing: Sequence[Request], watch: Watch | None, run: Run) -> Rendered:
    total, kept = len(state.work.requests), state.work.kept
    _check_space(project, missing)
    tally = Tally(project, state.chapters, total, kept)
    wishes = _wishes(project, state, missing, watch)
    ended, why = "failed", ""
    speaker: Engine[Sound] | None = None
    with run.stop.on_signals(), told(), finishing(state.manner.engine, state.wanted, watch is not None) as finish:
        try:
            began = time.monotonic()
            speaker = run.engine(state.manner.engine, list(state.models.values()), state.wanted)
            load_s = time.monotonic() - began
            characters = sum(len(request.text) for request in missing)
            tally.started()
            if getattr(speaker, "steady", None) is False:
                say(NOT_THE_SAME)
            in_turn = _in_turn(state, missing, speaker)
            with wishes.taken():
                takes = _takes(speaker, in_turn, project, run.stop.event, watch, finish, wishes)
                counted = tally.watch(takes, characters, speaker, run)
                for _ in shown(counted, lines=total, kept=kept, characters=characters):
                    pass
            ended = "done"
            _learn_speed(state, tally, load_s)
        except KeyboardInterrupt:
            run.stop.set("interrupted")
            run.close()
        except NarrateError as error:
            why = str(error)
            raise
        finally:
            tally.ended()
            if watch:
                watch.close(run.stop.left_s)
            made = len(tally.keys)
            if run.stop.event.is_set():
                asked = {request.key for request in missing}
                made = len(project.takes.keys() & asked)
                ended = "stopped" if made < len(asked) or (watch and watch.busy) else "done"
            tally.save(ended, why or run.stop.why, speaker, run, None)
    if tally.ended_late:
        say(f"{lines_of(tally.ended_late)} ended late, by an end-of-speech outside the top-k (docs/engine.md).")
    if ended == "stopped":
        say(f"Stopped. {kept + made} of {total} lines are kept; run the same command to go on.")
    elif wishes.keys:
        state = _as_asked(project, state)
    return replace(state, made=made, audio_s=tally.audio_s, wall_s=tally.wall_s, stopped=ended == "stopped")


def _as_asked(project: Project, state: Rendered) -> Rendered:
    """The book with what listeners asked for meanwhile, where all of it is there: what is assembled next has it."""
    with suppress(NarrateError):  # the script is being edited: the book is what it was when the render began
        now = nothing_rendered(project, state.wanted, quiet=True)
        if not now.work.missing:
            return replace(state, chapters=now.chapters, work=replace(now.work, missing=state.work.missing))
    return state


def _check_space(project: Project, missing: Sequence[Request]) -> None:
    """Raise StorageError when the disk cannot hold the takes, by an estimate that errs on the hopeful side."""
    need = 0.7 * sum(len(request.text) for request in missing) / CHARACTERS_A_SECOND * TAKE_BYTES_PER_S
    free = shutil.disk_usage(project.takes.folder).free
    if need > free:
        what = f"the takes need about {need / 0.7e6:.0f} MB, and {free / 1e6:.0f} MB are free"
        raise StorageError(what, where=project.takes.folder, do="free some space; `narrate plan` says how much")


def _learn_speed(state: Rendered, tally: Tally, load_s: float) -> None:
    """A render of some length says more of this machine's speed than a calibration: it is remembered."""
    if len(tally.keys) < LEARNT_LINES or tally.wall_s < LEARNT_S:
        return
    key = speed_key(state.manner.engine, state.manner.model, state.wanted)
    before = recall(key)
    characters = sum(len(request.text) for request in state.work.requests if request.key in tally.keys)
    speed = Speed(
        rtf=round(tally.spoken_s / tally.wall_s, 2),
        load_s=round(max(load_s, before.load_s if before else 0.0), 2),
        characters_per_s=round(characters / tally.audio_s, 3),
        take_bytes_per_s=before.take_bytes_per_s if before else TAKE_BYTES_PER_S,
        lines=len(tally.keys),
        measured_at=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
    remember(key, speed)


def _in_turn(state: Rendered, missing: Iterable[Request], speaker: Engine[Sound]) -> Iterator[Request]:
    return in_turn(by_chapter(state.chapters, missing), lambda: speaker.slots)


def _takes(
    speaker: Engine[Sound],
    requests: Iterable[Request],
    project: Project,
    stop: threading.Event,
    watch: Watch | None,
    finish: Finish | None,
    wishes: Wishes,
) -> Iterator[Made]:
    """The takes of the run's own lines as they land; those of `wishes` are made as well, and are none of them."""
    if watch is None:
        made = render(speaker, requests, project.takes, stop, finish=finish, wished=wishes.come)
    else:
        made = render_checked(speaker, requests, project.takes, stop, watch, finish, wishes.come)
    yield from (take for take in made if take.request.key not in wishes.keys)
    while wishes.waiting and not stop.is_set():  # asked for while the last lines were spoken
        for _ in render(speaker, (), project.takes, stop, watch, finish=finish, wished=wishes.come):
            pass


def _wishes(project: Project, state: Rendered, missing: Iterable[Request], watch: Watch | None) -> Wishes:
    wishes = Wishes(project, project.cast(), state.manner, {request.key for request in missing})
    wishes.attempts = {key: accepted.attempt for key, accepted in read_accepted(project.folder).items()}
    if watch is not None:
        wishes.foreign = watch.tell_foreign
    return wishes


@contextmanager
def finishing(engine: str, wanted: Wanted, checked: bool) -> Iterator[Finish | None]:
    """What encodes the takes of an engine, and measures them where they are `checked`: processes beside a GPU.

    None where it is nothing to an engine that is as slow as a core, or is done elsewhere.
    """
    if engine == "draft" or wanted.device == "cpu" or wanted.gpus or wanted.ray:
        yield None
        return
    with Finishers(measured if checked else encoded, finishers_here()) as finish:
        yield finish


def judge_again(project: Project, wanted: Wanted) -> tuple[Rendered, int]:
    """Every take that is there judged anew, and how many were. Damaged ones are removed: they are missing then."""
    with running() as run, run.on(project):  # verdicts go into the takes' own files
        return _judge_again(project, wanted)


def _judge_again(project: Project, wanted: Wanted) -> tuple[Rendered, int]:
    level = check_level(project, wanted)
    state = nothing_rendered(project, replace(wanted, check="light" if level == "off" else level), quiet=True)
    watch = watch_for(project, state.wanted, state.manner.engine, state.models, state.work)
    assert watch is not None
    with told():
        judged = watch.judge_again(state.work.there)
        watch.close()
    return replace(state, work=find_work(state.chapters, project.takes)), judged


class _Messages(logging.Handler):
    """What an engine logs as a warning (fewer slots, say), told to the person."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(record.getMessage(), err=True)


@contextmanager
def told() -> Iterator[None]:
    logger, handler = logging.getLogger("narrate"), _Messages(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


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
