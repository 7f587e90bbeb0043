"""`narrate cast`: who speaks in a project, how often and with which voice; and voices given to them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.cast import AUTO, Cast, set_voices, take_over, voice_called
from narrate.engine import deaf_to_direction
from narrate.errors import ProjectError, nearest
from narrate.project import Labels, Project, set_setting
from narrate.project.quotations import relabel
from narrate.script import NARRATOR, Script
from narrate.speakers import NumberedLines, Role, roles_of
from narrate.voices import find_voice, given_path, put_voice
from narrate.work.events import Notice

VOICE_CHARACTERS = 30  # of a name or a direction, where it is told


@dataclass(frozen=True, slots=True)
class CastRow:
    """Somebody of a cast: `also` are their other names, `voice` is None for who has none.

    `share` is of the book's words, `first` the place of the first line, and `sample` begins with that line.
    """

    speaker: str
    also: list[str]
    voice: str | None
    direction: str
    lines: int
    words: int
    share: float
    first: str
    sample: str


@dataclass(frozen=True, slots=True)
class CastTable:
    """Everybody who speaks, then who is cast and does not; `unheard` says which directions will not be heard."""

    rows: list[CastRow]
    unheard: str


def cast_table(project: Project, models: Sequence[str]) -> CastTable:
    """Who speaks, with which voice; `models` are the checkpoints that there are for them."""
    cast = project.cast()
    roles = roles_of(scripts_of(project), cast.aliases)
    speaking = {role.speaker for role in roles}
    silent = [Role(name) for name in cast.parts if name not in cast.aliases and name not in speaking]
    return CastTable([_row(role, cast) for role in (*roles, *silent)], _unheard(roles, cast, models))


def scripts_of(project: Project) -> list[NumberedLines]:
    """Every chapter's lines with their numbers."""
    return [lines for _, lines in project.numbered_scripts()]


def _row(role: Role, cast: Cast) -> CastRow:
    part = cast.parts.get(role.speaker)
    return CastRow(
        speaker=role.speaker,
        also=list(role.also),
        voice=part.voice.name if part else None,
        direction=part.direction if part else "",
        lines=role.lines,
        words=role.words,
        share=round(role.share, 4),
        first=role.first,
        sample=role.sample,
    )


def _unheard(roles: Sequence[Role], cast: Cast, models: Sequence[str]) -> str:
    """Which directions will not be heard, by whom they are asked for and why; empty when all will."""
    told: dict[str, list[str]] = {}
    for role in roles:
        part = cast.parts.get(role.speaker)
        if part is None or not (why := deaf_to_direction(part.voice, models)):
            continue
        counts = dict(role.directions or {})
        if part.direction and (rest := role.lines - sum(counts.values())):
            counts[part.direction] = counts.get(part.direction, 0) + rest
        if counts:
            shown = ", ".join(f"{cut(words, VOICE_CHARACTERS)} ({n})" for words, n in list(counts.items())[:3])
            more = f" and {len(counts) - 3} more" if len(counts) > 3 else ""
            told.setdefault(why, []).append(f"{role.speaker}: {shown}{more}")
    parts = [f"{'; '.join(who)}: {why}" for why, who in told.items()]
    return f"Directions that will not be heard: {'. '.join(parts)}." if parts else ""


def cut(text: str, characters: int) -> str:
    """`text`, or as much of it as `characters` hold with an ellipsis behind."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def assign(project: Project, voices: Mapping[str, str]) -> None:
    """Give speakers their voices in cast.toml, after every one of them has been found good.

    A voice is a name, a path, AUTO, or another speaker who is the same person. Raises ProjectError, VoiceError.
    """
    given: dict[str, str] = {}
    cast = project.cast()
    known = {*_speakers(project), *cast.parts}
    for speaker, voice in voices.items():
        if speaker not in known:
            do = nearest(speaker, known) or f"known: {', '.join(sorted(known))}"
            raise ProjectError(f'nobody called "{speaker}" speaks', where=project.folder / "script", do=do)
        if voice != AUTO and voice not in cast.parts:
            voice_called(voice, cast.parts, project.shelves)
            voice = str(given_path(voice, project.shelves) or voice)
        given[speaker] = voice
    set_voices(project.cast_file, given)


def take_parts(project: Project, series: Path) -> str:
    """Take over the parts of everybody who speaks here too from another project, or from its cast.toml.

    How many there were and who is not there, in a sentence.
    """
    other = series / "cast.toml" if series.is_dir() else series
    if not other.is_file():
        raise ProjectError("no such cast", where=other, do="give a project's folder, or its cast.toml")
    speakers = _speakers(project)
    taken = take_over(project.cast_file, other, speakers, project.shelves)
    left = [speaker for speaker in speakers if speaker not in taken]
    return f"Took {len(taken)} parts from {other}." + (f" Not in it: {', '.join(left)}." if left else "")


def _speakers(project: Project) -> list[str]:
    """Everybody who speaks in the script, in order of appearance."""
    lines = (line for numbered in scripts_of(project) for _, line in numbered if not line.silent)
    return list(dict.fromkeys(line.speaker for line in lines))


def set_narrator(project: Project, voice: str) -> None:
    """Cast `voice` as the narrator; one that is given by its path is copied into the project, which may be moved."""
    if (path := given_path(voice, project.shelves)) is not None:
        find_voice(voice, ())  # a voice indeed
        voice = put_voice(path, project.folder / "voices")
    find_voice(voice, project.shelves)
    set_voices(project.cast_file, {NARRATOR: voice})


def cast_newcomers(project: Project, scripts: Sequence[Script]) -> Iterator[Notice]:
    """Give everybody in `scripts` whom the cast does not know an entry that says "auto"."""
    speakers = dict.fromkeys(line.speaker for script in scripts for line in script.lines)
    known = project.cast().parts
    if new := {speaker: AUTO for speaker in speakers if speaker not in known}:
        set_voices(project.cast_file, new)
        yield Notice(f"New in {project.cast_file.name}: {', '.join(new)}.")


def change_quotes(project: Project, quotes: str) -> str:
    """Set project.toml's `quotes` and give the quotations their speakers by it. What was changed, in a sentence."""
    labels = Labels(project)
    changed, left = relabel(labels, quotes)
    labels.save(ours=True)
    set_setting(project.folder / "project.toml", "quotes", quotes)
    yours = f" {left} were left as you changed them." if left else ""
    return f'quotes = "{quotes}": {changed} quotations have another speaker.{yours}'
