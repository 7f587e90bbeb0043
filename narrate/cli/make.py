"""Making audiobooks: the main job, and its steps as commands of their own."""

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.options import (
    Overnight,
    book_argument,
    check_options,
    cluster_options,
    engine_options,
    folder_option,
    folder_type,
    formats_option,
    narrator_option,
    project_argument,
    quotes_options,
    read_book_file,
    run_options,
    sample_options,
)
from narrate.cli.show import say, show

if TYPE_CHECKING:
    from narrate.engine import Wanted
    from narrate.project import Project, Sample
    from narrate.work import Attributing, Telling


class MainJob(click.Command):
    """Called by its book, so its usage has no name before it."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece for piece in super().collect_usage_pieces(ctx) if piece != ctx.info_name]


@click.command("book", hidden=True, cls=MainJob)
@book_argument
@folder_option
@narrator_option
@engine_options
@cluster_options
@check_options
@quotes_options
@formats_option
@sample_options
@run_options
@click.pass_obj
def book_command(
    home: Path,
    book: Path,
    folder: Path | None,
    voice: str | None,
    formats: tuple[str, ...],
    wanted: "Wanted",
    sample: "Sample | None",
    overnight: Overnight,
    attributing: "Attributing",
) -> int:
    """Make, or go on making, the whole audiobook of BOOK."""
    from narrate.cli.overnight import work_through

    def opened() -> "Telling[Project]":
        return (yield from work.open_or_create(read_book_file(book), home, folder, voice, wanted, attributing, sample))

    return work_through([(str(book), opened)], wanted, overnight, formats, assemble=True)


@click.command("new")
@book_argument
@folder_option
@narrator_option
@click.option(
    "--again", is_flag=True, help="Read BOOK anew into its project; chapters that you edited stay as they are."
)
@click.option(
    "--into", type=folder_type, metavar="PROJECT", help="Add BOOK to a show that is there, as its next episode."
)
@engine_options
@quotes_options
@click.pass_obj
def new_command(
    home: Path,
    book: Path,
    folder: Path | None,
    voice: str | None,
    again: bool,
    into: Path | None,
    wanted: "Wanted",
    attributing: "Attributing",
) -> None:
    """Only make the project of BOOK: script and cast, ready to edit."""
    if into is not None and (again or folder is not None or voice is not None or attributing.asked):
        raise click.UsageError("--into goes with no --again, --project, --voice or --quotes")
    source = read_book_file(book)
    making: Telling[Project]
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
@engine_options
@cluster_options
@check_options
@formats_option
@sample_options
@run_options
@click.pass_obj
def render_command(
    home: Path,
    projects: tuple[str, ...],
    queue: Path | None,
    assemble: bool,
    formats: tuple[str, ...],
    wanted: "Wanted",
    sample: "Sample | None",
    overnight: Overnight,
) -> int:
    """Fill in the takes that each PROJECT misses, one after the other."""
    from narrate.cli.overnight import work_through

    if not projects and queue is None:
        raise click.UsageError("Missing argument '[PROJECT|BOOK]...', or --queue")
    names = chain(projects, () if queue is None else work.queued(queue))
    return work_through(work.to_open(names, home, wanted, sample), wanted, overnight, formats, assemble=assemble)


@click.command("assemble")
@project_argument
@engine_options
@formats_option
@sample_options
@click.pass_obj
def assemble_command(
    home: Path, project: Path, formats: tuple[str, ...], wanted: "Wanted", sample: "Sample | None"
) -> int:
    """Turn PROJECT's takes into chapters and deliverables."""
    from narrate.cli.results import tell_audiobook
    from narrate.cli.signals import running

    opened = work.open_project(project, home, sample)
    with running() as run:
        now = work.take_inventory(opened, wanted)
        for note in now.notes:
            say(note)
        made = show(work.assemble_project(opened, work.Rendered(now), formats, run))
    return 130 if made is None else tell_audiobook(opened, made)
