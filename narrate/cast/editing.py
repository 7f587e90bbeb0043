"""cast.toml made and changed: whatever else a person wrote in it stays as it is, comments too."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from narrate.cast.casting import AUTO, PARTS
from narrate.script import NARRATOR
from narrate.toml import edited


def new_cast(speakers: Iterable[str], narrator: str) -> str:
    """A new cast.toml: the narrator's voice, and everybody else left open."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("Who speaks with which voice. A voice is a name from voices/, a path, or"))
    document.add(tomlkit.comment('"auto": nobody has chosen yet. `narrate cast PROJECT --auto` proposes voices.'))
    document.add(NARRATOR, tomlkit.item(narrator))
    for speaker in speakers:
        if speaker != NARRATOR:
            document.add(speaker, tomlkit.item(AUTO))
    return tomlkit.dumps(document)


def set_voices(path: Path, voices: Mapping[str, str | Mapping[str, str]]) -> None:
    """Give speakers other voices in a cast.toml, its comments, their directions and all else kept.

    A voice is a name, or an entry such as `{"speaker": "ryan"}`, or `{"alias": "Dracula"}` for the same person.
    An entry with a direction changes that too, "" takes it away; one with nothing else leaves the voice as it is.
    """
    from tomlkit import inline_table

    with edited(path) as document:
        for speaker, voice in voices.items():
            entry = {"voice": voice} if isinstance(voice, str) else dict(voice)
            if not isinstance(document.get(speaker), dict):
                if isinstance(voice, str):
                    document[speaker] = voice
                    continue
                document[speaker] = inline_table()
            part = document[speaker]
            if entry.keys() & PARTS:
                for key in set(PARTS) - entry.keys():
                    part.pop(key, None)
            part.update(entry)
            if not part.get("direction", "-"):
                del part["direction"]
