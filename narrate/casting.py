"""Who speaks with which voice: `cast.toml` read, checked and changed.

    narrator = "narrator"
    Dracula = { voice = "old-count", direction = "slow, amused" }
    Mina = { design = "a young woman, warm and quick" }
    Renfield = "auto"

"auto" is a draft voice made from the speaker's name: the same in every book. There is no
default for a speaker that is not listed; a wrong voice that nobody noticed is worse than a stop.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from narrate.errors import NarrateError, ProjectError, nearest
from narrate.files import storage, write_text
from narrate.script import NARRATOR, Line
from narrate.take import Request, Sampling
from narrate.voice import DesignVoice, SpeakerVoice, Voice, draft_voice_for, find_voice

AUTO = "auto"
_KEYS = ("voice", "design", "speaker", "direction")


@dataclass(frozen=True, slots=True)
class Part:
    """A speaker's voice and the direction that holds unless a line gives its own."""

    voice: Voice
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Cast:
    """Every speaker's part, by the name the script uses."""

    parts: Mapping[str, Part]
    path: Path

    def part(self, line: Line, where: Path, number: int) -> Part:
        """The part that speaks `line`. Raises ProjectError naming the line and the nearest name."""
        try:
            return self.parts[line.speaker]
        except KeyError:
            hint = nearest(line.speaker, self.parts) or f"add it to {self.path.name}"
            raise ProjectError(
                f'speaker "{line.speaker}" is not in {self.path.name}', where=where, line=number, do=hint
            ) from None


@dataclass(frozen=True, slots=True)
class Manner:
    """What all requests of a project share: `models` has the name of the checkpoint for each kind of voice."""

    language: str
    engine: str
    models: Mapping[str, str]
    sampling: Sampling = field(default_factory=Sampling)

    @property
    def model(self) -> str:
        """All checkpoints' names, for people."""
        return ", ".join(sorted(set(self.models.values())))


def request_for(line: Line, part: Part, manner: Manner) -> Request:
    """What is asked of the engine for `line`."""
    return Request(
        text=line.text,
        voice=part.voice,
        language=manner.language,
        direction=line.direction or part.direction,
        take=line.take,
        engine=manner.engine,
        model=manner.models[part.voice.model_kind],
        sampling=manner.sampling,
    )


def load_cast(path: Path, shelves: Sequence[Path]) -> Cast:
    """The cast in `path`, its voices found on `shelves`. Raises ProjectError or VoiceError with the line."""
    with storage(path):
        text = path.read_text("utf-8")
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"is not valid TOML: {error}", where=path) from error
    parts: dict[str, Part] = {}
    for speaker, entry in entries.items():
        number = key_line(text, speaker)
        try:
            parts[speaker] = _part(speaker, entry, shelves)
        except NarrateError as error:
            inner = "" if error.where is None else f"{error.where}: "
            what = f'"{speaker}": {inner}{error.what}'
            raise type(error)(what, where=path, line=number, do=error.do) from error
    if NARRATOR not in parts:
        raise ProjectError(f'has no "{NARRATOR}"', where=path, do=f'add {NARRATOR} = "narrator"')
    return Cast(parts, path)


def _part(speaker: str, entry: object, shelves: Sequence[Path]) -> Part:
    if isinstance(entry, str):
        return Part(_voice(speaker, entry, shelves))
    if not isinstance(entry, dict):
        raise ProjectError(f"{entry!r} is not a voice", do='write "name" or { voice = "name" }')
    for key, value in entry.items():
        if key not in _KEYS:
            raise ProjectError(f'unknown key "{key}"', do=nearest(key, _KEYS) or f"known: {', '.join(_KEYS)}")
        if not isinstance(value, str) or not value.strip():
            raise ProjectError(f"{key} = {value!r} is not a text")
    given = [key for key in ("voice", "design", "speaker") if key in entry]
    if len(given) != 1:
        raise ProjectError("needs one of voice, design and speaker", do='such as { voice = "name" }')
    direction = " ".join(entry.get("direction", "").split())
    match given[0]:
        case "voice":
            return Part(_voice(speaker, entry["voice"], shelves), direction)
        case "design":
            return Part(DesignVoice(" ".join(entry["design"].split())), direction)
        case _:
            return Part(SpeakerVoice(entry["speaker"].strip()), direction)


def _voice(speaker: str, name: str, shelves: Sequence[Path]) -> Voice:
    return draft_voice_for(speaker) if name == AUTO else find_voice(name, shelves)


def key_line(text: str, key: str) -> int | None:
    """The line on which a TOML text sets `key`, for messages; None when it cannot be told."""
    for number, row in enumerate(text.splitlines(), start=1):
        name = row.split("=", 1)[0].strip().strip("\"'")
        if "=" in row and name in (key, key.replace("\\", "\\\\").replace('"', '\\"')):
            return number
    return None


def new_cast(speakers: Iterable[str], narrator: str) -> str:
    """A new cast.toml: the narrator's voice, and one made from the name for everybody else."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("Who speaks with which voice. A voice is a name from voices/, a path, or"))
    document.add(tomlkit.comment('"auto": a draft voice made from the speaker\'s name.'))
    document.add(NARRATOR, tomlkit.item(narrator))
    for speaker in speakers:
        if speaker != NARRATOR:
            document.add(speaker, tomlkit.item(AUTO))
    return tomlkit.dumps(document)


def set_voices(path: Path, voices: Mapping[str, str]) -> None:
    """Give speakers other voices in a cast.toml, its comments and all else kept."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    with storage(path):
        text = path.read_text("utf-8")
    try:
        document: Any = tomlkit.parse(text)
    except TOMLKitError as error:
        raise ProjectError(f"is not valid TOML: {error}", where=path) from error
    for speaker, voice in voices.items():
        entry = document.get(speaker)
        if isinstance(entry, dict):
            for key in ("design", "speaker"):
                entry.pop(key, None)
            entry["voice"] = voice
        else:
            document[speaker] = voice
    write_text(path, tomlkit.dumps(document))
