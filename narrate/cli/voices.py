"""`narrate voices`: the shelf, shown and kept in order. What makes voices is in voices_making."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from narrate.cli.options import engine_options, json_option, models_option, shelf_option, with_home
from narrate.cli.voices_making import add_command, design_command, export_command, import_command

if TYPE_CHECKING:
    from narrate.engine import Wanted
    from narrate.voices import Shelved


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
    import json

    from narrate.cli.shelves import shelves_with
    from narrate.voices import projects_under, read_shelves

    projects = projects_under(home) | ({project.name: project} if project else {})
    rows = [_row(voice, projects) for voice in read_shelves(shelves_with(home, project))]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = [("name", "kind", "languages", "models", "recording", "used by")]
    for row in rows:
        seconds = row["reference_s"]
        table.append(
            (
                row["name"],
                row["kind"] if not row["damage"] else "damaged",
                " ".join(row["languages"]),
                row["models"],
                f"{seconds:.1f} s" if seconds is not None else "",
                ", ".join(row["used_by"]),
            )
        )
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for cells in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    for row in rows:
        if row["damage"]:
            click.echo(f"{row['name']}: {row['damage']}", err=True)


def _row(voice: "Shelved", projects: dict[str, Path]) -> dict[str, Any]:
    from narrate.voices import SIZES, users

    return {
        "name": voice.name,
        "kind": voice.details.kind,
        "languages": list(voice.details.languages),
        "description": voice.details.description,
        "models": _models(voice),
        "sizes": [SIZES.get(width, str(width)) for width in voice.widths],
        "reference_s": None if voice.reference_s is None else round(voice.reference_s, 2),
        "used_by": users(voice, projects),
        "fingerprint": voice.voice.fingerprint if voice.voice else None,
        "path": str(voice.path),
        "damage": voice.damage,
    }


def _models(voice: "Shelved") -> str:
    """What speaks it: model sizes, or a kind of model."""
    from narrate.voices import MODEL_KINDS, SIZES, DraftVoice, StoredVoice

    if not isinstance(voice.voice, StoredVoice):
        return "" if voice.voice is None or isinstance(voice.voice, DraftVoice) else MODEL_KINDS[voice.voice.model_kind]
    sizes = [SIZES.get(width, f"{width} wide") for width in voice.widths]
    return ", ".join([*sizes, "any"] if voice.reference_s is not None else sizes)


@voices_command.command("show")
@click.argument("name")
@shelf_option
@json_option
@click.pass_obj
def show_command(home: Path, name: str, project: Path | None, as_json: bool) -> None:
    """Show all that is known of a voice."""
    import json
    from dataclasses import asdict

    from narrate.cli.shelves import shelves_with
    from narrate.voices import find_shelved, projects_under, transcript

    voice = find_shelved(name, shelves_with(home, project))
    row = _row(voice, projects_under(home) | ({project.name: project} if project else {}))
    text = transcript(voice.path) if voice.path.is_dir() and voice.reference_s is not None else ""
    shown = {"name": voice.name} | asdict(voice.details) | row | {"transcript": text}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    shown["recording"] = "" if voice.reference_s is None else f"{voice.reference_s:.1f} s"
    width = max(map(len, shown))
    for key, value in shown.items():
        if value not in ("", [], (), 0, None) and key not in ("reference_s", "sizes"):
            told = ", ".join(value) if isinstance(value, list | tuple) else value
            click.echo(f"{key.replace('_', ' '):<{width}}  {told}")


@voices_command.command("speakers")
@models_option
@json_option
def speakers_command(models: tuple[str, ...], as_json: bool) -> None:
    """List a CustomVoice model's own speakers."""
    import json
    from dataclasses import asdict

    from narrate.cli.progress import say
    from narrate.engine.qwen.checkpoint import find_checkpoint
    from narrate.engine.qwen.speakers import RELEASED, speakers_of

    if models:
        named = [model for model in models if find_checkpoint(model).kind == "custom_voice"] or models
        speakers = speakers_of(named[0])
    else:
        speakers = list(RELEASED)
        say("The speakers of the released CustomVoice models; --model M lists another's.")
    if as_json:
        click.echo(json.dumps([asdict(speaker) for speaker in speakers], ensure_ascii=False, indent=2))
        return
    width = max((len(speaker.name) for speaker in speakers), default=0)
    for speaker in speakers:
        click.echo(f"{speaker.name:<{width}}  {speaker.language:<20}  {speaker.description}".rstrip())


@voices_command.command("hear", short_help="Hear a voice say something.")
@click.argument("name")
@click.argument("text", required=False)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A .wav or .flac file.")
@click.option("--direction", default="", help="How to say it, for voices that take direction.")
@click.option("--language", help="Two letters.  [default: the voice's first]")
@click.option("--recording", is_flag=True, help="Hear the recording that it was made from.")
@shelf_option
@engine_options
@click.pass_obj
def hear_command(
    home: Path,
    name: str,
    text: str | None,
    output: Path | None,
    direction: str,
    language: str | None,
    recording: bool,
    project: Path | None,
    wanted: "Wanted",
) -> None:
    """Hear a voice say TEXT, or a passage in its language; prints the file, and plays it where it can."""
    from narrate.audio import write_audio
    from narrate.cast import Part
    from narrate.cli.playing import play
    from narrate.cli.shelves import shelves_with
    from narrate.cli.speaking import spoken
    from narrate.errors import VoiceError
    from narrate.files import slug
    from narrate.languages import passage
    from narrate.voices import REFERENCE, find_shelved
    from narrate.words import load_lexicon

    voice = find_shelved(name, shelves_with(home, project))
    if recording:
        if voice.reference_s is None:
            raise VoiceError(f'"{voice.name}" has no recording', where=voice.path, do="leave --recording out")
        path = voice.path / REFERENCE
    else:
        assert voice.voice is not None
        language = language or next(iter(voice.details.languages), "en")
        path = output or Path(f"{slug(voice.name, 'voice')}.wav")
        part, lexicon = Part(voice.voice, direction), load_lexicon([home / "lexicon.toml"])
        write_audio(path, spoken(text or passage(language), part, language, wanted, lexicon))
    click.echo(str(path))
    play(path)


@voices_command.command("rename", short_help="Give a voice another name.")
@click.argument("name")
@click.argument("new_name")
@shelf_option
@click.pass_obj
def rename_command(home: Path, name: str, new_name: str, project: Path | None) -> None:
    """Give a voice another name, also in the casts that name it; no take is made again."""
    from narrate.cast import set_voices
    from narrate.cli.progress import say
    from narrate.cli.shelves import own_voice
    from narrate.voices import projects_under, rename_voice, speakers_with

    voice = own_voice(name, home, project)
    projects = projects_under(home) | ({project.name: project} if project else {})
    casts = {folder: found for folder in projects.values() if (found := speakers_with(voice, folder))}
    click.echo(str(rename_voice(voice, new_name)))
    for folder, speakers in casts.items():
        set_voices(folder / "cast.toml", dict.fromkeys(speakers, new_name))
        say(f"{folder / 'cast.toml'} now says {new_name}.")


@voices_command.command("remove")
@click.argument("name")
@click.option("--force", is_flag=True, help="Although a project casts it.")
@shelf_option
@click.pass_obj
def remove_command(home: Path, name: str, force: bool, project: Path | None) -> None:
    """Remove a voice that no project casts."""
    from narrate.cli.shelves import own_voice
    from narrate.errors import VoiceError
    from narrate.voices import projects_under, remove_voice, users

    voice = own_voice(name, home, project)
    casting = users(voice, projects_under(home) | ({project.name: project} if project else {}))
    if casting and not force:
        do = "cast another voice there first, or say --force"
        raise VoiceError(f'"{voice.name}" speaks in {", ".join(casting)}', where=voice.path, do=do)
    remove_voice(voice)
    click.echo(f"Removed {voice.path}.")


for _command in (add_command, design_command, export_command, import_command):
    voices_command.add_command(_command)
