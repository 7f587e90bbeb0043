"""A speaker's part in cast.toml, changed as a page asks for it: its voice, whose other name it is, its direction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from narrate.cast import AUTO, Cast, set_voices
from narrate.cast.casting import entries_of
from narrate.errors import ProjectError, nearest
from narrate.project import Project
from narrate.script import NARRATOR
from narrate.work.cast import scripts_of
from narrate.work.hear import candidate_called, cast_to_mend
from narrate.work.refusals import RefusedError, UnknownError


@dataclass(frozen=True, slots=True)
class PartChange:
    """What is to be another: the `voice`, one of those of `cast_by_ear` or AUTO; or the speaker of whom this is another
    name, `same_as`; and the `direction`, "" for none. None and "" else leave it as it is."""

    voice: str = ""
    same_as: str = ""
    direction: str | None = None


def change_part(project: Project, speaker: str, change: PartChange, models: Sequence[str]) -> None:
    """Change a speaker's part in cast.toml; `models` are the checkpoints that there are. Raises ProjectError,
    RefusedError, UnknownError."""
    cast, entries = cast_to_mend(project, []), entries_of(project.cast_file)
    known = {line.speaker for numbered in scripts_of(project) for _, line in numbered if not line.silent}
    known |= {*entries}
    _check_known(speaker, known)
    if not (change.voice or change.same_as or change.direction is not None):
        raise RefusedError("nothing is asked for", do="give a voice, same_as or a direction")
    if change.voice and change.same_as:
        raise RefusedError("a voice of their own, or another's: not both")
    entry: str | Mapping[str, str]
    if change.voice:
        entry = _voice(project, cast, speaker, change.voice, models)
    elif change.same_as:
        entry = {"alias": _person(cast, entries, speaker, change.same_as, known)}
    else:
        entry = _as_it_is(project, cast, entries, speaker)
    if change.direction is not None:
        entry = {"voice": entry} if isinstance(entry, str) else entry
        entry = {**entry, "direction": " ".join(change.direction.split())}
    set_voices(project.cast_file, {speaker: entry})


def _check_known(speaker: str, known: set[str]) -> None:
    if speaker not in known:
        raise UnknownError(f'nobody called "{speaker[:60]}" speaks', do=nearest(speaker, known) or "look at the cast")


def _voice(project: Project, cast: Cast, speaker: str, voice: str, models: Sequence[str]) -> str | Mapping[str, str]:
    """What cast.toml says of a voice."""
    if voice == AUTO and speaker == NARRATOR:
        raise ProjectError("the narrator needs a voice", where=project.cast_file, do="choose one")
    entry = AUTO if voice == AUTO else candidate_called(project, cast, voice, models).entry
    others = {*cast.parts, *cast.aliases} - {speaker, NARRATOR}
    return {"voice": entry} if isinstance(entry, str) and entry in others else entry  # its name alone is a speaker's


def _person(cast: Cast, entries: Mapping[str, object], speaker: str, other: str, known: set[str]) -> str:
    """The speaker whose part somebody has who is the same person as `other`."""
    _check_known(other, known)
    if other == speaker:
        raise RefusedError(f"{speaker} is nobody else", do="choose another speaker")
    person = cast.aliases.get(other, other)
    if person == speaker:
        raise RefusedError(f"{other} is another name of {speaker} already")
    if person not in entries and person not in cast.parts:
        raise RefusedError(f"{person} has no part in the cast yet", do="give them a voice first")
    return person


def _as_it_is(project: Project, cast: Cast, entries: Mapping[str, object], speaker: str) -> Mapping[str, str]:
    """What an entry has to say beside a direction, which needs a table to stand in."""
    entry = entries.get(speaker)
    if isinstance(entry, str):
        return {"alias" if speaker in cast.aliases else "voice": entry}
    if entry is None:
        raise ProjectError(
            f"has no part of {speaker}'s own", where=project.cast_file, do="give them a voice here first"
        )
    return {}
