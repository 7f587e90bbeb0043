"""`narrate plan`: what a book will take, before a night is spent on it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from narrate import work
from narrate.cli.options import cluster_options, engine_options, formats_option, project_argument, sample_options

if TYPE_CHECKING:
    from narrate.engine import Wanted
    from narrate.engine.speed import Speed
    from narrate.errors import NarrateError
    from narrate.project import Project, Sample
    from narrate.work import Estimate, Inventory


@click.command("plan")
@project_argument
@engine_options
@cluster_options
@formats_option
@sample_options
@click.option("--again", is_flag=True, help="Measure this machine's speed again.")
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON.")
@click.pass_obj
def plan_command(
    home: Path,
    project: Path,
    wanted: "Wanted",
    formats: tuple[str, ...],
    sample: "Sample | None",
    again: bool,
    as_json: bool,
) -> int:
    """Say what PROJECT will take: audio, time, disk, voices. Exit code 1 when it cannot be made as it is.

    The time is this machine's own: twenty lines of the book are spoken once, and the speed is remembered.
    """
    import json
    import shutil

    from narrate.chapters.arrange import arrange
    from narrate.cli.progress import say
    from narrate.cli.show import show
    from narrate.engine import check_spoken
    from narrate.work import check_level, check_output, recogniser_for, take_inventory
    from narrate.work.estimate import estimate

    opened = work.open_project(project, home, sample)
    names = show(check_output(opened, formats, assemble=True))
    if problems := _problems(opened):
        if as_json:
            click.echo(json.dumps({"project": str(project), "problems": [str(p) for p in problems]}, indent=2))
        else:
            for problem in problems:
                click.echo(f"missing    {problem}")
        return 1
    state = take_inventory(opened, wanted)
    if not as_json:
        for note in state.notes:
            say(note)
    check_spoken(state.manner.engine, state.manner.language)
    if check_level(opened, wanted) == "full":
        recogniser_for(opened, wanted)  # it says where it cannot listen here
    speed = _speed(state, again)
    plans = [arrange(chapter, opened.settings.pauses_ms, opened.takes.path) for chapter in state.chapters]
    free = shutil.disk_usage(opened.folder).free
    bitrate = opened.settings.output.bitrate_kbps
    found = estimate(state.chapters, plans, state.work, names, bitrate, speed, free)
    skipped = _skipped(opened)
    if as_json:
        rows: dict[str, Any] = {"project": str(project), "title": opened.settings.title, "engine": state.manner.engine}
        rows |= asdict(found) | {"fits": found.fits, "problems": [], "formats": names, "skipped_parts": skipped}
        rows |= {"speed": None if speed is None else asdict(speed), "card": _card(state)}
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _table(opened, state, found, speed, names, skipped)
    return 0 if found.fits else 1


def _problems(project: "Project") -> "list[NarrateError]":
    """Voices that are missing, and speakers without a part: each once."""
    from narrate.cast import cast_problems
    from narrate.errors import NarrateError

    problems = cast_problems(project.cast_file, project.shelves, project.series_cast)
    if problems:
        return problems
    cast, seen = project.cast(), set()
    for path, lines in project.numbered_scripts():
        for row, line in lines:
            if line.speaker not in seen:
                seen.add(line.speaker)
                try:
                    cast.part(line, path, row)
                except NarrateError as error:
                    problems.append(error)
    return problems


def _skipped(project: "Project") -> list[str]:
    """The parts of the source that are left out by the project's [reading], and why."""
    from narrate.errors import NarrateError
    from narrate.files import inside
    from narrate.readers import read_book

    if not project.settings.source:
        return []
    try:
        source = inside(project.folder, project.settings.source)
        book = read_book(source, reading=project.settings.reading, language=project.settings.language)
    except (NarrateError, OSError):
        return []  # a script of scenes, or a source that was taken away
    return [f"{part.what}: {part.why}" for part in book.skipped]


def _speed(state: "Inventory", again: bool) -> "Speed | None":
    """This machine's speed: remembered, else measured on lines of the book. None when nothing has to be made."""
    from narrate.cli.progress import say
    from narrate.engine.speed import recall, remember, speed_key
    from narrate.work import calibrate

    key = speed_key(state.manner.engine, state.manner.model, state.wanted)
    speed = None if again else recall(key)
    if speed is None and state.work.missing:
        say("Measuring this machine's speed on lines of the book.")
        speed = calibrate(state)
        if speed is not None:
            remember(key, speed)
    return speed


def _card(state: "Inventory") -> list[str]:
    """What this machine's card does with the models that the book needs, each once; nothing for other engines."""
    from narrate.engine.qwen.facts import QWEN

    wanted = state.wanted
    if state.manner.engine != QWEN.name or wanted.ray or wanted.device == "cpu":
        return []
    from narrate.engine.qwen.checkpoint import find_checkpoint
    from narrate.work.cards import outlooks

    return outlooks((find_checkpoint(model.path).size for model in state.models.values()), wanted)


def _table(
    project: "Project",
    state: "Inventory",
    found: "Estimate",
    speed: "Speed | None",
    formats: Sequence[str],
    skipped: Sequence[str],
) -> None:
    from narrate.cli.progress import chapters_of, lines_of
    from narrate.engine.speed import speed_file
    from narrate.figures import clock

    def size(count: float) -> str:
        return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"

    voices = {line.request.voice.name for c in state.chapters for line in c.lines if line.request is not None}
    rows = [
        ("title", project.settings.title),
        ("text", f"{chapters_of(found.chapters)}, {lines_of(found.lines)}, {found.words:,} words"),
        ("audio", f"{clock(found.audio_s)} in all; {clock(found.audio_left_s)} of speech is still to be made"),
        ("takes", f"{found.takes_there} there, {found.takes_missing} missing"),
        ("voices", f"{', '.join(sorted(voices))}; none is missing"),
        ("engine", state.manner.engine + (f", {state.manner.model}" if state.manner.model else "")),
    ]
    rows += [("this card", text) for text in _card(state)]
    if found.time_s is not None and speed is not None:
        rows.append(("time", f"{clock(found.time_s)}, at RTF {speed.rtf:.0f} as measured here ({speed_file()})"))
    rows.append(("takes need", size(found.takes_bytes)))
    rows.append(("output needs", f"{size(found.output_bytes)} for {', '.join(formats)} and the chapters"))
    rows.append(("disk has", f"{size(found.free_bytes)}{'' if found.fits else ': NOT ENOUGH'}"))
    rows.append(("never spoken", f"{lines_of(found.skipped)} of the script (silent headings, ornaments)"))
    rows += [("left out", part) for part in skipped]
    for name, value in rows:
        click.echo(f"{name:<13} {value}")
