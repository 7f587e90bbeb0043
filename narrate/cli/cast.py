"""`narrate cast`: who speaks, how often, with which voice."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from narrate.cli.options import Setting, named_models

if TYPE_CHECKING:
    from narrate.cast import Cast
    from narrate.project import Project
    from narrate.speakers import Role

SAMPLE_CHARACTERS = 50
VOICE_CHARACTERS = 30


@click.command("cast")
@click.argument("project", type=click.Path(path_type=Path))
@click.argument("assignments", metavar="[SPEAKER=VOICE]...", nargs=-1)
@click.option(
    "--from",
    "series",
    type=click.Path(path_type=Path),
    help="Another project, or its cast.toml: take over the parts of everybody who speaks here too.",
)
@click.option("--auto", is_flag=True, help="Propose voices by who the speakers are and whom they meet.")
@click.option("--yes", is_flag=True, help="Write what --auto proposes.")
@click.option("--review", "reviewing", is_flag=True, help="Walk through the quotations whose speaker is least sure.")
@click.option(
    "--quotes",
    type=Setting("quotes"),
    metavar="[off|confident|all]",
    help="Change whose quotations have a voice of their own; lines that you changed stay.",
)
@click.option("--json", "as_json", is_flag=True, help="The table as JSON.")
@click.pass_obj
def cast_command(
    home: Path,
    project: Path,
    assignments: tuple[str, ...],
    series: Path | None,
    auto: bool,
    yes: bool,
    reviewing: bool,
    quotes: str | None,
    as_json: bool,
) -> None:
    """Show who speaks in PROJECT and with which voice; SPEAKER=VOICE sets it.

    VOICE is a voice's name or path, "auto", or the name of another speaker who is the same person.
    """
    import json

    from narrate.cli.opening import open_project
    from narrate.cli.progress import say
    from narrate.speakers import roles_of

    if yes and not auto:
        raise click.UsageError("--yes writes what --auto proposes")
    opened = open_project(project, home)
    if quotes:
        from narrate.cli.review import change_quotes

        change_quotes(opened, quotes)
    if reviewing:
        from narrate.cli.review import review

        review(opened)
        return
    scripts = [lines for _, lines in opened.numbered_scripts()]
    speakers = {line.speaker: None for lines in scripts for _, line in lines if not line.silent}
    if series is not None:
        _take_over(opened, series, list(speakers))
    if assignments:
        _assign(opened, assignments, set(speakers))
    if auto:
        from narrate.cli.autocast import autocast

        autocast(opened, scripts, write=yes, as_json=as_json)
        return
    cast = opened.cast()
    roles = roles_of(scripts, cast.aliases)
    if as_json:
        click.echo(json.dumps(_rows(roles, cast), ensure_ascii=False, indent=2))
    else:
        _table(_rows(roles, cast))
    if unheard := _unheard(roles, cast, named_models(opened.settings.model)):
        say(unheard)


def _take_over(project: "Project", series: Path, speakers: Sequence[str]) -> None:
    """Copy parts of another cast.toml, and say who was not there."""
    from narrate.cast import take_over
    from narrate.cli.progress import say
    from narrate.errors import ProjectError

    other = series / "cast.toml" if series.is_dir() else series
    if not other.is_file():
        raise ProjectError("no such cast", where=other, do="give a project's folder, or its cast.toml")
    taken = take_over(project.cast_file, other, speakers, project.shelves)
    left = [speaker for speaker in speakers if speaker not in taken]
    say(f"Took {len(taken)} parts from {other}." + (f" Not in it: {', '.join(left)}." if left else ""))


def _assign(project: "Project", assignments: tuple[str, ...], speakers: set[str]) -> None:
    """Write SPEAKER=VOICE pairs into cast.toml, after every one of them has been found good."""
    from narrate.cast import AUTO, set_voices, voice_called
    from narrate.errors import ProjectError, nearest
    from narrate.voices import given_path

    voices: dict[str, str] = {}
    cast = project.cast()
    known = speakers | set(cast.parts)
    for assignment in assignments:
        speaker, equals, voice = assignment.partition("=")
        if not equals or not speaker or not voice:
            raise click.UsageError(f'"{assignment}" is not SPEAKER=VOICE')
        if speaker not in known:
            do = nearest(speaker, known) or f"known: {', '.join(sorted(known))}"
            raise ProjectError(f'nobody called "{speaker}" speaks', where=project.folder / "script", do=do)
        if voice != AUTO and voice not in cast.parts:
            voice_called(voice, cast.parts, project.shelves)
            voice = str(given_path(voice, project.shelves) or voice)
        voices[speaker] = voice
    set_voices(project.cast_file, voices)


def _rows(roles: Sequence["Role"], cast: "Cast") -> list[dict[str, Any]]:
    """Everybody who speaks, then who is cast and does not."""
    from narrate.speakers import Role

    silent = [Role(name) for name in cast.parts if name not in cast.aliases and name not in {r.speaker for r in roles}]
    return [
        {
            "speaker": role.speaker,
            "also": list(role.also),
            "voice": part.voice.name if (part := cast.parts.get(role.speaker)) else None,
            "direction": part.direction if part else "",
            "lines": role.lines,
            "words": role.words,
            "share": round(role.share, 4),
            "first": role.first,
            "sample": role.sample,
        }
        for role in [*roles, *silent]
    ]


def _table(rows: list[dict[str, Any]]) -> None:
    names = [", also ".join((row["speaker"], *row["also"])) for row in rows]
    voices = [_cut(row["voice"] or "(none)", VOICE_CHARACTERS) for row in rows]
    width = max(len("speaker"), *map(len, names))
    voice_width = max(len("voice"), *map(len, voices))
    columns = f"{'lines':>6}  {'words':>7}  {'share':>6}  {'first':>7}  sample"
    click.echo(f"{'speaker':<{width}}  {'voice':<{voice_width}}  {columns}")
    for row, name, voice in zip(rows, names, voices, strict=True):
        click.echo(
            f"{name:<{width}}  {voice:<{voice_width}}  {row['lines']:>6}  {row['words']:>7}  {row['share']:>6.1%}  "
            f"{row['first']:>7}  {_cut(row['sample'], SAMPLE_CHARACTERS)}".rstrip()
        )


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1] + "…"


def _unheard(roles: Sequence["Role"], cast: "Cast", models: Sequence[str]) -> str:
    """Which directions will not be heard, by whom they are asked for and why; empty when all will."""
    from narrate.engine import deaf_to_direction

    told: dict[str, list[str]] = {}
    for role in roles:
        part = cast.parts.get(role.speaker)
        if part is None or not (why := deaf_to_direction(part.voice, models)):
            continue
        counts = dict(role.directions or {})
        if part.direction and (rest := role.lines - sum(counts.values())):
            counts[part.direction] = counts.get(part.direction, 0) + rest
        if counts:
            shown = ", ".join(f"{_cut(words, VOICE_CHARACTERS)} ({n})" for words, n in list(counts.items())[:3])
            more = f" and {len(counts) - 3} more" if len(counts) > 3 else ""
            told.setdefault(why, []).append(f"{role.speaker}: {shown}{more}")
    parts = [f"{'; '.join(who)}: {why}" for why, who in told.items()]
    return f"Directions that will not be heard: {'. '.join(parts)}." if parts else ""
