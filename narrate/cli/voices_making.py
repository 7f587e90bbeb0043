"""`narrate voices add | design | import | export`: voices made from recordings, words and files, and handed on."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from narrate.cli.options import engine_options, shelf_option

if TYPE_CHECKING:
    from narrate.engine import Wanted

consent_option = click.option("--consent", default="", help="Whose voice it is, and how they agreed to this.")
licence_option = click.option("--licence", default="", help="What the voice may be used for.")
description_option = click.option("--description", default="", help="A few words about the voice.")


@click.command("add", short_help="Make a voice from a recording.")
@click.argument("name")
@click.argument("clip", required=False, type=click.Path(path_type=Path))
@click.option("--text", help="What is said in the clip: the voice then goes on as the clip does.")
@click.option("--transcribe", is_flag=True, help="Have Whisper write down what is said.")
@click.option("--asr-model", envvar="NARRATE_ASR_MODEL", help="For --transcribe: faster-whisper's, a folder or a name.")
@click.option("--xvector", is_flag=True, help="Keep only how the speaker sounds, not how the clip is read.")
@click.option("--speaker", help="Instead of a clip: a CustomVoice model's own speaker.")
@click.option("--language", help="Two letters.  [default: the text's]")
@click.option("--anyway", is_flag=True, help="Take the clip although something speaks against it.")
@consent_option
@licence_option
@description_option
@shelf_option
@engine_options
@click.pass_obj
def add_command(
    home: Path,
    name: str,
    clip: Path | None,
    text: str | None,
    transcribe: bool,
    asr_model: str | None,
    xvector: bool,
    speaker: str | None,
    language: str | None,
    anyway: bool,
    consent: str,
    licence: str,
    description: str,
    project: Path | None,
    wanted: "Wanted",
) -> None:
    """Make the voice NAME from a recording, with its speaker's consent."""
    from narrate.cli.recording import Recorded, add_recording, add_speaker
    from narrate.cli.shelves import shelves_with

    if (clip is None) == (speaker is None):
        raise click.UsageError("give a CLIP, or --speaker")
    if text is not None and transcribe:
        raise click.UsageError("give --text or --transcribe, not both")
    shelf = shelves_with(home, project)[0]
    if speaker is not None:
        click.echo(str(add_speaker(shelf, name, speaker, language or "", description, wanted)))
        return
    assert clip is not None
    recorded = Recorded(clip, text, transcribe, asr_model or "", xvector, language or "", anyway)
    click.echo(str(add_recording(shelf, name, recorded, (consent, licence, description), wanted)))


@click.command("design", short_help="Design a voice in words.")
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
    wanted: "Wanted",
) -> None:
    """Design the voice NAME in WORDS: candidates to hear, then --pick one of them."""
    from narrate.cli.progress import say
    from narrate.cli.shelves import shelves_with
    from narrate.cli.show import show
    from narrate.languages import check_language
    from narrate.voices import SUFFIX, Details, check_free, check_name, check_prompt, new_voice, read_audition
    from narrate.work.design import audition, bake

    shelf = shelves_with(home, project)[0]
    if words is None and (pick is None or live):
        raise click.UsageError("say in WORDS what the voice is like, or --pick a candidate that is there")
    if pick is not None or live:
        check_free(shelf, name)
    folder, language = shelf / f"{check_name(name)}{SUFFIX}", check_language(language)
    if live:
        assert words is not None
        details = Details("design", (language,), description, "design", prompt=check_prompt(words))
        with new_voice(shelf, name, details):
            pass
        say(f"{name}: the words alone, so it may sound like another person in every line.")
        click.echo(str(shelf / name))
        return
    if words is not None:
        page = audition(folder, name, words, language, max(takes, pick or 0), wanted)
        if pick is None:
            click.echo(str(page))
            say(f"Hear them, then: narrate voices design {name} --pick N")
    if pick is not None:
        design, audio = read_audition(folder, pick)
        click.echo(str(show(bake(shelf, name, design, pick, audio, wanted, description))))
        say(f"The other candidates stay in {folder}.")


@click.command("import", short_help="Make a voice from somebody's file.")
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
    home: Path,
    name: str,
    file: Path,
    language: str,
    consent: str,
    licence: str,
    description: str,
    project: Path | None,
    wanted: "Wanted",
) -> None:
    """Make the voice NAME from somebody's .pt or .safetensors file."""
    from narrate.cli.recording import import_file
    from narrate.cli.shelves import shelves_with

    shelf = shelves_with(home, project)[0]
    click.echo(str(import_file(shelf, name, file, language, (consent, licence, description), wanted)))


@click.command("export", short_help="Write a clone to a file.")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--size", help="The model size, 0.6B or 1.7B, where the voice has several.")
@shelf_option
@click.pass_obj
def export_command(home: Path, name: str, file: Path, size: str | None, project: Path | None) -> None:
    """Write the clone NAME to a .pt file, as qwen-tts reads it, or to a .safetensors file, which needs no torch."""
    from narrate.cli.recording import export_file
    from narrate.cli.shelves import shelves_with

    export_file(name, shelves_with(home, project), file, size)
    click.echo(str(file))
