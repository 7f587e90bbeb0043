"""`narrate say`: one line now."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

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
    from narrate.audio import write_audio
    from narrate.cast import Part
    from narrate.cli.speaking import spoken
    from narrate.files import slug
    from narrate.voices import EMBEDDED, find_voice, shelves_of
    from narrate.words import load_lexicon

    part = Part(find_voice(voice or EMBEDDED, shelves_of(home)), direction)
    audio = spoken(text, part, language, wanted, load_lexicon([home / "lexicon.toml"]))
    path = output or Path(slug(" ".join(text.split()[:6]), "line") + ".wav")
    write_audio(path, audio)
    click.echo(str(path))
