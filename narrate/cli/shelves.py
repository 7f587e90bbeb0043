"""Which shelves a command looks at, and voices that stand on one."""

from pathlib import Path

from narrate.errors import NarrateError, ProjectError, VoiceError, nearest
from narrate.shelf import Shelved, read_shelved
from narrate.voice import EMBEDDED, voice_paths
from narrate.voice_folder import Details


def shelves_of(home: Path, project: Path | None) -> tuple[Path, ...]:
    """The project's own shelf, if one was named, then the home's. Raises ProjectError for what is no project."""
    if project is None:
        return (home / "voices",)
    if not (project / "project.toml").is_file():
        raise ProjectError("is not a project", where=project, do="make one with `narrate new BOOK`")
    return (project / "voices", home / "voices")


def on_a_shelf(name: str, shelves: tuple[Path, ...]) -> Shelved:
    """The voice called `name`, damaged or not. Raises VoiceError when it stands on none of the shelves."""
    paths = voice_paths(shelves)
    if name not in paths:
        if name == EMBEDDED:
            raise VoiceError(f'"{name}" is the embedded voice, which stays as it is')
        raise VoiceError(f'no voice called "{name}"', where=shelves[0], do=nearest(name, paths))
    try:
        return read_shelved(name, paths[name])
    except NarrateError as error:
        return Shelved(name, paths[name], Details(""), damage=str(error))
