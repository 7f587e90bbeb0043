"""Which shelves a command looks at, and voices that stand on one."""

from pathlib import Path

from narrate.errors import NarrateError, ProjectError, VoiceError, nearest
from narrate.voices import (
    EMBEDDED,
    Details,
    Shelved,
    own_shelves,
    packaged_shelf,
    read_shelved,
    shelves_of,
    voice_path,
    voice_paths,
)


def shelves_with(home: Path, project: Path | None) -> tuple[Path, ...]:
    """The shelves of the project, if one was named, and of the home. Raises ProjectError for what is no project."""
    if project is not None and not (project / "project.toml").is_file():
        raise ProjectError("is not a project", where=project, do="make one with `narrate new BOOK`")
    return shelves_of(home, project)


def own_voice(name: str, home: Path, project: Path | None) -> Shelved:
    """The voice called `name` to be changed, damaged or not. Raises VoiceError when it is on none of one's shelves."""
    shelves = shelves_with(home, project)
    if (packaged := packaged_shelf()) not in own_shelves(home, project):
        shelves = tuple(shelf for shelf in shelves if shelf != packaged)
    paths = voice_paths(shelves)
    if name not in paths:
        if name == EMBEDDED:
            raise VoiceError(f'"{name}" is the embedded voice, which stays as it is')
        if voice_path(name, [packaged]) is not None:
            do = f"put one of your own beside it: a folder {name} in {shelves[0]}"
            raise VoiceError(f'"{name}" came with narrate, and stays as it is', do=do)
        raise VoiceError(f'no voice called "{name}"', where=shelves[0], do=nearest(name, paths))
    try:
        return read_shelved(name, paths[name])
    except NarrateError as error:
        return Shelved(name, paths[name], Details(""), damage=str(error))
