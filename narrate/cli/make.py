"""Making audiobooks: the main job, and its steps as commands of their own."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate.cli.options import (
    book_argument,
    check_options,
    engine_options,
    folder_option,
    formats_option,
    narrator_option,
    project_argument,
)

if TYPE_CHECKING:
    from narrate.engine import Wanted


@click.command("book", hidden=True)
@book_argument
@folder_option
@narrator_option
@engine_options
@check_options
@formats_option
@click.pass_obj
def book_command(
    home: Path, book: Path, folder: Path | None, voice: str | None, formats: tuple[str, ...], wanted: "Wanted"
) -> int:
    """Make, or go on making, the whole audiobook of BOOK."""
    from narrate.cli.assembling import assemble_project, wanted_formats
    from narrate.cli.opening import open_or_create
    from narrate.cli.rendering import render_project

    project = open_or_create(book, home, folder, voice, wanted)
    wanted_formats(project, formats)  # a typo is told now, not in the morning
    rendered = render_project(project, wanted)
    if rendered.stopped:
        return 130
    return assemble_project(project, rendered, formats)


@click.command("new")
@book_argument
@folder_option
@narrator_option
@click.option(
    "--again", is_flag=True, help="Read BOOK anew into its project; chapters that you edited stay as they are."
)
@engine_options
@click.pass_obj
def new_command(home: Path, book: Path, folder: Path | None, voice: str | None, again: bool, wanted: "Wanted") -> None:
    """Only make the project of BOOK: script and cast, ready to edit."""
    from narrate.cli.opening import create_project, describe
    from narrate.cli.renewing import renew_project

    make = renew_project if again else create_project
    describe(make(book, home, folder, voice, wanted))


@click.command("render")
@project_argument
@engine_options
@check_options
@click.pass_obj
def render_command(home: Path, project: Path, wanted: "Wanted") -> int:
    """Fill in the takes that PROJECT misses."""
    from narrate.cli.opening import open_project
    from narrate.cli.rendering import finish_rendering, render_project

    opened = open_project(project, home)
    return finish_rendering(opened, render_project(opened, wanted))


@click.command("assemble")
@project_argument
@engine_options
@formats_option
@click.pass_obj
def assemble_command(home: Path, project: Path, formats: tuple[str, ...], wanted: "Wanted") -> int:
    """Turn PROJECT's takes into chapters and deliverables."""
    from narrate.cli.assembling import assemble_project
    from narrate.cli.opening import open_project
    from narrate.cli.rendering import nothing_rendered

    opened = open_project(project, home)
    return assemble_project(opened, nothing_rendered(opened, wanted), formats)
