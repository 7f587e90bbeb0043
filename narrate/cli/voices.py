"""`narrate say`, and `narrate voices`: made from recordings, words and files, heard, and kept in order on the shelf."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from narrate import engine, work
from narrate.cli.options import engine_options, json_option, models_option, shelf_option, with_home
from narrate.cli.show import print_columns, print_json, show
from narrate.cli.signals import stopping
from narrate.work.stop import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrate.audio import Audio

STANDARD_OUTPUT = Path("-")
CHUNK_FRAMES = 4  # of a stream: it is heard soon, and goes on fast (benchmarks/stream.py)
output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A .wav or .flac file."
)
direction_option = click.option("--direction", default="", help="How to say it, for voices that take direction.")
consent_option = click.option("--consent", default="", help="Whose voice it is, and how they agreed to this.")
licence_option = click.option("--licence", default="", help="What the voice may be used for.")
description_option = click.option("--description", default="", help="A few words about the voice.")


@click.command("say")
@click.argument("text")
@click.option("--voice", help="A voice's name or a path to one.  [default: narrator, the embedded voice]")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="A .wav or .flac file; with --stream a .wav file, or - for standard output.",
)
@direction_option
@click.option("--language", default="en", show_default=True)
@click.option("--stream", is_flag=True, help="Hear it while it is spoken: play it, or write it to -o as it is made.")
@click.option(
    "--chunk",
    "chunk_frames",
    type=click.IntRange(1),
    metavar="FRAMES",
    help=f"With --stream and qwen: how many frames of 80 ms come at once.  [default: {CHUNK_FRAMES}]",
)
@engine_options
@click.pass_obj
def say_command(
    home: Path,
    /,
    text: str,
    output: Path | None,
    stream: bool,
    chunk_frames: int | None,
    wanted: "engine.Wanted",
    **how: Any,
) -> None:
    """Say TEXT with a voice, to a file whose path is printed, or to hear it at once with --stream."""
    if not stream:
        if chunk_frames is not None or output == STANDARD_OUTPUT:
            raise click.UsageError(f"{'-o -' if chunk_frames is None else '--chunk'} goes with --stream")
        with engine.Ahead() as ahead:
            ahead.start(wanted)
            click.echo(str(work.say_text(text, home, wanted, output=output, ahead=ahead, **how)))
        return
    player = work.find_player() if output is None else []  # before a model is loaded for nothing
    coming = work.stream_text(text, home, wanted, chunk_frames=chunk_frames or CHUNK_FRAMES, **how)
    # A signal is heard also where a script has it ignored, as that of everything it starts in the background.
    with stopping(Limits()), closing(coming) as pieces:
        if output is None:
            work.play_stream(pieces, player)
        elif output == STANDARD_OUTPUT:
            _write_out(pieces)
        else:
            work.save_stream(pieces, output)
            click.echo(str(output))


def _write_out(pieces: "Iterable[Audio]") -> None:
    if sys.stdout is None or sys.stdout.isatty():
        raise click.UsageError("-o - writes sound: send it to a program, as in -o - | ffplay -")
    try:
        work.write_stream(pieces, sys.stdout.buffer)
    except BrokenPipeError:  # who listened has gone, and click would take it for a failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class VoiceCommands(click.Group):
    """Commands that also take --home after their own name."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        return None if command is None else with_home(command)


@click.group("voices", cls=VoiceCommands)
def voices_command() -> None:
    """Make, keep and hear voices."""


@voices_command.command("list")
@shelf_option
@json_option
@click.pass_obj
def list_command(home: Path, project: Path | None, as_json: bool) -> None:
    """List the voices on the shelf."""
    voices = work.list_voices(home, project)
    if as_json:
        print_json(voices)
        return
    table = [("name", "kind", "languages", "models", "recording", "used by")]
    for voice in voices:
        kind, languages, used_by = voice.kind, " ".join(voice.languages), ", ".join(voice.used_by)
        recording = "" if voice.reference_s is None else f"{voice.reference_s:.1f} s"
        table.append((voice.name, "damaged" if voice.damage else kind, languages, voice.models, recording, used_by))
    print_columns(table)
    for voice in voices:
        if voice.damage:
            click.echo(f"{voice.name}: {voice.damage}", err=True)
    spoken = work.languages_without_gpu(home, project)
    said = ", ".join(f"{language}: {count}" for language, count in spoken.items()) or "nothing"
    click.echo(f"Voices that speak without a GPU here: {said}.", err=True)


@voices_command.command("show")
@click.argument("name")
@shelf_option
@json_option
@click.pass_obj
def show_command(home: Path, name: str, project: Path | None, as_json: bool) -> None:
    """Show all that is known of a voice."""
    shown = work.show_voice(name, home, project)
    if as_json:
        print_json(shown)
        return
    seconds = shown.pop("reference_s")
    shown["recording"] = "" if seconds is None else f"{seconds:.1f} s"
    width = max(map(len, shown))
    for key, value in shown.items():
        if value not in ("", (), 0, None) and key != "sizes":
            told = ", ".join(value) if isinstance(value, tuple) else value
            click.echo(f"{key.replace('_', ' '):<{width}}  {told}")


@voices_command.command("speakers")
@models_option
@json_option
def speakers_command(models: tuple[str, ...], as_json: bool) -> None:
    """List a CustomVoice model's own speakers."""
    speakers = work.model_speakers(models)
    if not models:
        click.echo("The speakers of the released CustomVoice models; --model M lists another's.", err=True)
    if as_json:
        print_json(speakers)
        return
    width = max((len(speaker.name) for speaker in speakers), default=0)
    for speaker in speakers:
        click.echo(f"{speaker.name:<{width}}  {speaker.language:<20}  {speaker.description}".rstrip())


@voices_command.command("hear", short_help="Hear a voice say something.")
@click.argument("name")
@click.argument("text", default="")
@output_option
@direction_option
@click.option("--language", default="", help="Two letters.  [default: the voice's first]")
@click.option("--recording", is_flag=True, help="Hear the recording that it was made from.")
@shelf_option
@engine_options
@click.pass_obj
def hear_command(
    home: Path, /, name: str, project: Path | None, wanted: "engine.Wanted", recording: bool, **said: Any
) -> None:
    """Hear a voice say TEXT, or a passage in its language; prints the file, and plays it where it can."""
    path = work.recording_of(name, home, project) if recording else work.hear_voice(name, home, project, wanted, **said)
    click.echo(str(path))
    if sys.stdout.isatty():  # nothing is played for a script or a pipe
        work.play_file(path)


@voices_command.command("rename", short_help="Give a voice another name.")
@click.argument("name")
@click.argument("new_name")
@shelf_option
@click.pass_obj
def rename_command(home: Path, name: str, new_name: str, project: Path | None) -> None:
    """Give a voice another name, also in the casts that name it; no take is made again."""
    click.echo(str(show(work.rename_voice(name, new_name, home, project))))


@voices_command.command("remove")
@click.argument("name")
@click.option("--force", is_flag=True, help="Although a project casts it.")
@shelf_option
@click.pass_obj
def remove_command(home: Path, name: str, force: bool, project: Path | None) -> None:
    """Remove a voice that no project casts."""
    click.echo(f"Removed {work.remove_voice(name, home, project, force=force)}.")


@voices_command.command("add", short_help="Make a voice from a recording.")
@click.argument("name")
@click.argument("clip", required=False, type=click.Path(path_type=Path))
@click.option("--text", help="What is said in the clip: the voice then goes on as the clip does.")
@click.option("--transcribe", is_flag=True, help="Have Whisper write down what is said.")
@click.option(
    "--asr-model",
    default="",
    envvar="NARRATE_ASR_MODEL",
    help="For --transcribe: faster-whisper's, a folder or a name.",
)
@click.option("--xvector", is_flag=True, help="Keep only how the speaker sounds, not how the clip is read.")
@click.option("--speaker", help="Instead of a clip: a CustomVoice model's own speaker.")
@click.option("--language", default="", help="Two letters.  [default: the text's]")
@click.option("--anyway", is_flag=True, help="Take the clip although something speaks against it.")
@consent_option
@licence_option
@description_option
@shelf_option
@engine_options
@click.pass_obj
def add_command(
    home: Path,
    /,
    name: str,
    clip: Path | None,
    speaker: str | None,
    consent: str,
    licence: str,
    description: str,
    project: Path | None,
    wanted: "engine.Wanted",
    **of_clip: Any,
) -> None:
    """Make the voice NAME from a recording, with its speaker's consent."""
    if (clip is None) == (speaker is None):
        raise click.UsageError("give a CLIP, or --speaker")
    if of_clip["text"] is not None and of_clip["transcribe"]:
        raise click.UsageError("give --text or --transcribe, not both")
    shelf = work.shelves_with(home, project)[0]
    if speaker is not None:
        made = work.add_speaker(shelf, name, speaker, of_clip["language"], description, wanted)
    else:
        assert clip is not None
        terms = work.Terms(consent, licence, description)
        made = work.add_recording(shelf, name, work.Recorded(clip, **of_clip), terms, wanted)
    click.echo(str(show(made)))


@voices_command.command("design", short_help="Design a voice in words.")
@click.argument("name")
@click.argument("words", required=False)
@click.option("--language", default="en", show_default=True, help="Of the passage that is read.")
@click.option("--takes", type=click.IntRange(1, 20), default=4, show_default=True, help="How many candidates.")
@click.option("--pick", type=click.IntRange(1), help="Make the voice from this candidate.")
@click.option("--live", is_flag=True, help="Keep only the words: a VoiceDesign model reads each line anew.")
@description_option
@shelf_option
@engine_options
@click.pass_obj
def design_command(
    home: Path,
    name: str,
    words: str | None,
    language: str,
    takes: int,
    pick: int | None,
    live: bool,
    description: str,
    project: Path | None,
    wanted: "engine.Wanted",
) -> None:
    """Design the voice NAME in WORDS: candidates to hear, then --pick one of them."""
    if words is None and (pick is None or live):
        raise click.UsageError("say in WORDS what the voice is like, or --pick a candidate that is there")
    shelf = work.shelves_with(home, project)[0]
    if live:
        assert words is not None
        click.echo(str(show(work.design_live(shelf, name, words, language, description))))
    elif pick is not None:
        made = work.pick(shelf, name, pick, wanted, words or "", language, takes, description)
        click.echo(str(show(made)))
    else:
        assert words is not None
        click.echo(str(work.audition(shelf, name, words, language, takes, wanted)))
        click.echo(f"Hear them, then: narrate voices design {name} --pick N", err=True)


@voices_command.command("import", short_help="Make a voice from somebody's file.")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", default="", help="Two letters.")
@consent_option
@licence_option
@description_option
@shelf_option
@engine_options
@click.pass_obj
def import_command(
    home: Path, /, name: str, file: Path, language: str, project: Path | None, wanted: "engine.Wanted", **terms: str
) -> None:
    """Make the voice NAME from somebody's .pt or .safetensors file."""
    shelf = work.shelves_with(home, project)[0]
    click.echo(str(show(work.import_file(shelf, name, file, language, work.Terms(**terms), wanted))))


@voices_command.command("export", short_help="Write a clone to a file.")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--size", help="The model size, 0.6B or 1.7B, where the voice has several.")
@shelf_option
@click.pass_obj
def export_command(home: Path, name: str, file: Path, size: str | None, project: Path | None) -> None:
    """Write the clone NAME to a .pt file, as qwen-tts reads it, or to a .safetensors file, which needs no torch."""
    work.export_file(name, work.shelves_with(home, project), file, size)
    click.echo(str(file))
