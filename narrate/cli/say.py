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
    import numpy as np

    from narrate.adapt import split_lines
    from narrate.audio import Audio, silence, write_audio
    from narrate.casting import Manner, Part, request_for
    from narrate.engine import choose_engine, find_models, kinds_needed, open_engine
    from narrate.errors import EngineError, ProjectError
    from narrate.files import slug
    from narrate.lexicon import load_lexicon
    from narrate.script import Line, Script
    from narrate.voice import EMBEDDED, find_voice

    if not any(c.isalnum() for c in text):
        raise ProjectError("there is nothing to say", do="give a text with words in it")
    part = Part(find_voice(voice or EMBEDDED, (home / "voices",)), direction)
    choice = choose_engine(wanted.engine or "auto", [part.voice], wanted.device)
    models = find_models(choice.name, kinds_needed({"say": part.voice}), wanted.models)
    names = {kind: model.name for kind, model in models.items()}
    lexicon = load_lexicon([home / "lexicon.toml"])
    manner = Manner(language, choice.name, names, lexicon=lexicon, plain=wanted.plain)
    script = split_lines(Script((Line(" ".join(text.split())),)))
    requests = [request_for(line, part, manner) for line in script.lines]
    speaker = open_engine(choice.name, [m.path for m in models.values()], device=wanted.device, eager=wanted.eager)
    try:
        spoken = {request.key: audio for request, audio in speaker.speak(requests)}
    finally:
        speaker.close()
    if len(spoken) < len({request.key for request in requests}):
        raise EngineError("the engine gave no audio")
    pause = silence(300, speaker.sample_rate)
    pieces = [piece for request in requests for piece in (spoken[request.key].samples, pause)][:-1]
    path = output or Path(slug(" ".join(text.split()[:6]), "line") + ".wav")
    write_audio(path, Audio(np.concatenate(pieces), speaker.sample_rate))
    click.echo(str(path))
