"""`narrate cast`: who speaks, how often, with which voice."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from narrate.project import Project


@click.command("cast")
@click.argument("project", type=click.Path(path_type=Path))
@click.argument("assignments", metavar="[SPEAKER=VOICE]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="The table as JSON.")
@click.pass_obj
def cast_command(home: Path, project: Path, assignments: tuple[str, ...], as_json: bool) -> None:
    """Show who speaks in PROJECT and with which voice; SPEAKER=VOICE sets it."""
    import json

    from narrate.cli.opening import open_project

    opened = open_project(project, home)
    lines, words, samples = _count(opened)
    if assignments:
        _assign(opened, assignments, set(lines))
    rows = _rows(opened, lines, words, samples)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _table(rows)


def _count(project: "Project") -> tuple[Counter[str], Counter[str], dict[str, str]]:
    """Lines, words and a telling sample (the first line of five words or more) of each speaker."""
    lines: Counter[str] = Counter()
    words: Counter[str] = Counter()
    samples: dict[str, str] = {}
    for _, numbered in project.numbered_scripts():
        for _, line in numbered:
            if not line.silent:
                count = len(line.text.split())
                lines[line.speaker] += 1
                words[line.speaker] += count
                if count >= 5 or line.speaker not in samples:
                    samples.setdefault(line.speaker, line.text)
    return lines, words, samples


def _assign(project: "Project", assignments: tuple[str, ...], speakers: set[str]) -> None:
    """Write SPEAKER=VOICE pairs into cast.toml, after every one of them has been found good."""
    from narrate.casting import AUTO, set_voices
    from narrate.errors import ProjectError, nearest
    from narrate.voice import find_voice

    voices: dict[str, str] = {}
    known = speakers | set(project.cast().parts)
    for assignment in assignments:
        speaker, equals, voice = assignment.partition("=")
        if not equals or not speaker or not voice:
            raise click.UsageError(f'"{assignment}" is not SPEAKER=VOICE')
        if speaker not in known:
            do = nearest(speaker, known) or f"known: {', '.join(sorted(known))}"
            raise ProjectError(f'nobody called "{speaker}" speaks', where=project.folder / "script", do=do)
        if voice != AUTO:
            find_voice(voice, project.shelves)
        voices[speaker] = str(Path(voice).resolve()) if Path(voice).is_file() else voice
    set_voices(project.cast_file, voices)


def _rows(
    project: "Project", lines: Counter[str], words: Counter[str], samples: dict[str, str]
) -> list[dict[str, Any]]:
    parts = project.cast().parts
    total = sum(words.values()) or 1
    return [
        {
            "speaker": speaker,
            "voice": parts[speaker].voice.name if speaker in parts else None,
            "direction": parts[speaker].direction if speaker in parts else "",
            "lines": lines[speaker],
            "words": words[speaker],
            "share": round(words[speaker] / total, 4),
            "sample": samples.get(speaker, ""),
        }
        for speaker in sorted(set(lines) | set(parts), key=lambda name: (-words[name], name))
    ]


def _table(rows: list[dict[str, Any]]) -> None:
    width = max(len("speaker"), *(len(row["speaker"]) for row in rows))
    voice_width = max(len("voice"), *(len(row["voice"] or "(none)") for row in rows))
    click.echo(f"{'speaker':<{width}}  {'voice':<{voice_width}}  {'lines':>6}  {'words':>7}  {'share':>6}  sample")
    for row in rows:
        sample = row["sample"] if len(row["sample"]) <= 50 else row["sample"][:49] + "…"
        click.echo(
            f"{row['speaker']:<{width}}  {row['voice'] or '(none)':<{voice_width}}  {row['lines']:>6}  "
            f"{row['words']:>7}  {row['share']:>6.1%}  {sample}"
        )
