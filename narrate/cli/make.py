"""Making audiobooks: the main job, and its steps as commands of their own."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from narrate.project import Project

_project = click.option(
    "--project",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The project's folder.  [default: projects/<book's name> under --home]",
)
_voice = click.option("--voice", help="The narrator: a voice's name, or a path to a .pt, .safetensors or voice folder.")
_engine = click.option("--engine", help="draft (CPU, embedded voice) or qwen (GPU).  [default: what the voices need]")
_model = click.option("--model", envvar="NARRATE_MODEL", help="A Qwen3-TTS checkpoint: a folder or a hub name.")
_formats = click.option(
    "--format", "formats", multiple=True, help="m4b, mp3, flac, opus or wav; repeat it, or list with commas."
)


@click.command("book", hidden=True)
@click.argument("book", type=click.Path(path_type=Path, allow_dash=True))
@_project
@_voice
@_engine
@_model
@_formats
@click.pass_obj
def book_command(
    home: Path,
    book: Path,
    folder: Path | None,
    voice: str | None,
    engine: str | None,
    model: str | None,
    formats: tuple[str, ...],
) -> int:
    """Make, or go on making, the whole audiobook of BOOK."""
    from narrate.cli.assembling import assemble_project, wanted_formats
    from narrate.cli.opening import open_or_create
    from narrate.cli.rendering import render_project

    project = open_or_create(book, home, folder, voice, engine, model)
    wanted_formats(project, formats)  # a typo is told now, not in the morning
    rendered = render_project(project, engine, model)
    if rendered.stopped:
        return 130
    return assemble_project(project, rendered, formats)


@click.command("new")
@click.argument("book", type=click.Path(path_type=Path, allow_dash=True))
@_project
@_voice
@_engine
@_model
@click.pass_obj
def new_command(
    home: Path, book: Path, folder: Path | None, voice: str | None, engine: str | None, model: str | None
) -> None:
    """Only make the project of BOOK: script and cast, ready to edit."""
    from narrate.cli.opening import create_project, describe

    project = create_project(book, home, folder, voice, engine, model)
    describe(project)


@click.command("render")
@click.argument("project", type=click.Path(path_type=Path))
@_engine
@_model
@click.pass_obj
def render_command(home: Path, project: Path, engine: str | None, model: str | None) -> int:
    """Fill in the takes that PROJECT misses."""
    from narrate.cli.opening import open_project
    from narrate.cli.rendering import render_project, tell_rendered

    rendered = render_project(open_project(project, home), engine, model)
    if rendered.stopped:
        return 130
    tell_rendered(rendered)
    return 0


@click.command("assemble")
@click.argument("project", type=click.Path(path_type=Path))
@_engine
@_model
@_formats
@click.pass_obj
def assemble_command(home: Path, project: Path, engine: str | None, model: str | None, formats: tuple[str, ...]) -> int:
    """Turn PROJECT's takes into chapters and deliverables."""
    from narrate.cli.assembling import assemble_project
    from narrate.cli.opening import open_project
    from narrate.cli.rendering import nothing_rendered

    opened: Project = open_project(project, home)
    return assemble_project(opened, nothing_rendered(opened, engine, model), formats)
