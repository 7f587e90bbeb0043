"""`narrate say`: one line now."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.options import engine_options

if TYPE_CHECKING:
    from narrate.engine import Wanted


@click.command("say")
@click.argument("text")
@click.option("--voice", help="A voice's name or a path to one.  [default: narrator, the embedded voice]")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A .wav or .flac file.")
@click.option("--direction", default="", help="How to say it, for voices that take direction.")
@click.option("--language", default="en", show_default=True)
@engine_options
@click.pass_obj
def say_command(
    home: Path,
    text: str,
    voice: str | None,
    output: Path | None,
    direction: str,
    language: str,
    wanted: "Wanted",
) -> None:
    """Say TEXT with a voice, to a file whose path is printed."""
    path = work.say_text(text, home, wanted, voice=voice, direction=direction, language=language, output=output)
    click.echo(str(path))
