"""Making audiobooks: the main job, and its steps as commands of their own."""

import time
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import click

from narrate import engine, project as projects, work
from narrate.cli import options
from narrate.cli.results import tell_audiobook, tell_quarantined
from narrate.cli.show import say, show
from narrate.cli.signals import running
from narrate.project.figures import lines_of

CODES = {"failed": 1, "stopped": 130, "quarantined": 3, "done": 0}  # an error before a stop before a quarantine
WORDS = {0: "done", 1: "failed", 3: "done, with lines in quarantine", 130: "stopped"}


class MainJob(click.Command):
    """Called by its book, so its usage has no name before it."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece for piece in super().collect_usage_pieces(ctx) if piece != ctx.info_name]


@click.command("book", hidden=True, cls=MainJob)
@options.book_argument
@options.folder_option
@options.narrator_option
@options.engine_options
@options.cluster_options
@options.check_options
@options.words_option
@options.quotes_options
@options.formats_option
@options.sample_options
@options.run_options
@click.pass_obj
def book_command(
    home: Path,
    book: Path,
    folder: Path | None,
    voice: str | None,
    formats: tuple[str, ...],
    wanted: "engine.Wanted",
    sample: "projects.Sample | None",
    overnight: options.Overnight,
    attributing: "work.Attributing",
) -> int:
    """Make, or go on making, the whole audiobook of BOOK."""

    def opened() -> "work.Telling[projects.Project]":
        source = options.read_book_file(book)
        return (yield from work.open_or_create(source, home, folder, voice, wanted, attributing, sample))

    return work_through([(str(book), opened)], wanted, overnight, formats, assemble=True)


@click.command("new")
@options.book_argument
@options.folder_option
@options.narrator_option
@click.option(
    "--again", is_flag=True, help="Read BOOK anew into its project; chapters that you edited stay as they are."
)
@click.option(
    "--into", type=options.folder_type, metavar="PROJECT", help="Add BOOK to a show that is there, as its next episode."
)
@options.engine_options
@options.quotes_options
@click.pass_obj
def new_command(
    home: Path,
    book: Path,
    folder: Path | None,
    voice: str | None,
    again: bool,
    into: Path | None,
    wanted: "engine.Wanted",
    attributing: "work.Attributing",
) -> None:
    """Only make the project of BOOK: script and cast, ready to edit."""
    if into is not None and (again or folder is not None or voice is not None or attributing.asked):
        raise click.UsageError("--into goes with no --again, --project, --voice or --quotes")
    source = options.read_book_file(book)
    making: work.Telling[projects.Project]
    if into is not None:
        making = work.join_project(source, work.open_project(into, home))
    elif again:
        making = work.renew_project(source, home, folder, voice, attributing)
    else:
        making = work.create_project(source, home, folder, voice, wanted, attributing)
    made = show(making)
    click.echo(str(made.folder))
    say(f"Edit {made.folder}/script/*.txt and {made.cast_file}, then run `narrate render {made.folder}`.")


@click.command("render")
@click.argument("projects", metavar="[PROJECT|BOOK]...", nargs=-1)
@click.option(
    "--queue",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A text file with a project or a book a line; lines may be added while it is worked through.",
)
@click.option("--assemble", is_flag=True, help="Assemble each one too, when its takes are made.")
@options.engine_options
@options.cluster_options
@options.check_options
@options.words_option
@options.formats_option
@options.sample_options
@options.run_options
@click.pass_obj
def render_command(
    home: Path,
    projects: tuple[str, ...],
    queue: Path | None,
    assemble: bool,
    formats: tuple[str, ...],
    wanted: "engine.Wanted",
    sample: "projects.Sample | None",
    overnight: options.Overnight,
) -> int:
    """Fill in the takes that each PROJECT misses, one after the other."""
    if not projects and queue is None:
        raise click.UsageError("Missing argument '[PROJECT|BOOK]...', or --queue")
    names = chain(projects, () if queue is None else work.queued(queue))
    return work_through(work.to_open(names, home, wanted, sample), wanted, overnight, formats, assemble=assemble)


@click.command("assemble")
@options.project_argument
@options.engine_options
@options.words_option
@options.formats_option
@options.sample_options
@click.pass_obj
def assemble_command(
    home: Path, project: Path, formats: tuple[str, ...], wanted: "engine.Wanted", sample: "projects.Sample | None"
) -> int:
    """Turn PROJECT's takes into chapters and deliverables."""
    opened = work.open_project(project, home, sample)
    with running() as run:
        now = work.take_inventory(opened, wanted)
        for note in now.notes:
            say(note)
        made = show(work.assemble_project(opened, work.Rendered(now), formats, run))
    return 130 if made is None else tell_audiobook(opened.folder, made)


def work_through(
    books: "Iterable[tuple[str, work.Opening]]",
    wanted: "engine.Wanted",
    overnight: options.Overnight,
    formats: Sequence[str] = (),
    *,
    assemble: bool,
) -> int:
    """Render the books one after the other, assemble them too where asked, and tell of it. The exit code."""
    outcomes: list[work.Outcome] = []

    def heard(event: "work.Event") -> None:
        if isinstance(event, work.Outcome):
            outcomes.append(event)
            tell_outcome(event)

    began = time.monotonic()
    why, code = "", 1  # where it ends by an error that is not told of a book
    try:
        if told := overnight.limits.told(time.time()):
            say(told)
        with running(overnight.limits, disk_wait_s=overnight.disk_wait_s) as run:
            run.ahead.start(wanted)
            try:
                show(work.work_through(books, wanted, run, formats, assemble=assemble), heard)
            finally:
                why = run.stop.why
        found = {outcome.end for outcome in outcomes}
        code = next((code for end, code in CODES.items() if end in found), 0)
    finally:
        try:
            if len(outcomes) > 1:
                _tell_all(outcomes)
        finally:
            if overnight.notify:
                wall_s = time.monotonic() - began
                if wrong := work.notify(overnight.notify, outcomes, WORDS[code], code, why, wall_s):
                    say(wrong)
    return code


def tell_outcome(outcome: "work.Outcome") -> None:
    """What became of one book, as soon as that is known."""
    if outcome.traceback:
        click.echo(outcome.traceback, err=True, nl=False)
    if outcome.end == "failed":
        click.echo(f"narrate: {f'{outcome.name}: ' if outcome.defect else ''}{outcome.message}", err=True)
    elif outcome.project is not None and outcome.rendered is not None and outcome.end != "stopped":
        if outcome.audiobook is not None:
            tell_audiobook(outcome.project.folder, outcome.audiobook)
        else:
            click.echo(outcome.rendered.sentence)
            tell_quarantined(outcome.project.folder, outcome.quarantined)


def _tell_all(outcomes: "Sequence[work.Outcome]") -> None:
    """A line a book."""
    for outcome in outcomes:
        text = f"{outcome.name}: {WORDS[CODES[outcome.end]]}"
        if (rendered := outcome.rendered) is not None:
            text += f"; {lines_of(rendered.made)} made, {rendered.pace}"
        click.echo(f"{text}; {outcome.message}" if outcome.message else text)
