"""The shelf: voice folders put there, listed, renamed and removed, and who casts them.

A new voice is put together in a folder beside its place, hidden by a dot, and renamed when it
is whole: killed half way, there is no voice. Its folder's name is its name.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from narrate.audio import flac_comment
from narrate.errors import NarrateError, VoiceError, nearest
from narrate.files import copy_file, file_name, placed_folder, storage, write_text
from narrate.toml import parse_toml
from narrate.voices.embedded import EmbeddedVoice
from narrate.voices.folder import (
    CLONES,
    REFERENCE,
    SETTINGS,
    TENSOR_SUFFIXES,
    Details,
    format_details,
    read_contents,
    read_details,
    set_name,
    stored_tensors,
)
from narrate.voices.installed import installed_models
from narrate.voices.kinds import load_voice
from narrate.voices.lookup import (
    EMBEDDED,
    beside,
    find_path,
    given_path,
    packaged_shelf,
    voice_path,
    voice_paths,
)
from narrate.voices.voice import Voice

RESERVED = ("auto",)  # what cast.toml understands otherwise


@dataclass(frozen=True, slots=True)
class Shelved:
    """A voice and what its folder tells of it; `damage` says why there is no voice."""

    name: str
    path: Path
    details: Details
    voice: Voice | None = None
    widths: tuple[int, ...] = ()  # of the embeddings that are there
    reference_s: float | None = None
    damage: str = ""


def read_shelves(shelves: Sequence[Path]) -> Iterator[Shelved]:
    """Every voice on the shelves by name, the damaged ones too; the first shelf wins where two share a name.

    After them come the embedded voices that are installed.
    """
    for name, path in sorted((installed_models() | voice_paths(shelves)).items()):
        yield _read_or_damaged(name, path)


def find_shelved(name: str, shelves: Sequence[Path]) -> Shelved:
    """The voice called `name`, or at a path. Raises VoiceError with the nearest name, or when it is damaged."""
    path = find_path(name, shelves)
    return read_shelved(path.stem if path.is_file() else path.name, path)


def own_voice(name: str, shelves: Sequence[Path]) -> Shelved:
    """The voice called `name` on a person's own `shelves`, to be changed, damaged or not.

    Raises VoiceError when it is on none of them.
    """
    path = voice_path(name, shelves)
    if path is None:
        if name == EMBEDDED:
            raise VoiceError(f'"{name}" is the embedded voice, which stays as it is')
        if voice_path(name, [packaged_shelf()]) is not None:
            do = f"put one of your own beside it: a folder {name} in {shelves[0]}"
            raise VoiceError(f'"{name}" came with narrate, and stays as it is', do=do)
        raise VoiceError(f'no voice called "{name}"', where=shelves[0], do=nearest(name, voice_paths(shelves)))
    return _read_or_damaged(name, path)


def _read_or_damaged(name: str, path: Path) -> Shelved:
    try:
        return read_shelved(name, path)
    except NarrateError as error:
        return Shelved(name, path, Details(""), damage=str(error))


def read_shelved(name: str, path: Path) -> Shelved:
    """The voice at `path`. Raises VoiceError, or StorageError for its recording, when it is damaged."""
    voice = load_voice(path)
    if isinstance(voice, EmbeddedVoice) and not (path / SETTINGS).is_file():
        details = Details(
            "embedded", voice.spoken, voice.description, voice.gender, origin="embedded", source=path.name
        )
        return Shelved(voice.name, path, details, voice)
    if path.is_file():
        tensors = stored_tensors(path) if path.suffix.lower() == ".safetensors" else {}
        widths = {tensor.shape[-1] for key, tensor in tensors.items() if tensor.shape and "code" not in key}
        return Shelved(name, path, Details("file", origin="file", source=path.name), voice, tuple(sorted(widths)))
    details = read_details(path)
    if voice.spoken:
        details = replace(details, languages=voice.spoken)
    widths_here = read_contents(path, details.kind).widths if details.kind in CLONES else ()
    reference = path / REFERENCE
    seconds = None
    if voice.tensors and reference.is_file():
        _, frames, sample_rate = flac_comment(reference)
        seconds = frames / sample_rate
    return Shelved(name, path, details, voice, widths_here, seconds)


def check_name(name: str) -> str:
    """`name`, when a voice may be called that. Raises VoiceError for paths, file names and reserved words."""
    if "/" in name or "\\" in name or name in (".", ".."):
        raise VoiceError(f'"{name}" is a path, not a name for a voice', do="give a plain name, such as old-count")
    if name.lower().endswith(TENSOR_SUFFIXES):
        raise VoiceError(f'"{name}" is the name of a file, not of a voice', do="leave the ending out")
    if not name or name != file_name(name, "") or name.startswith((".", "-")) or name.casefold() in RESERVED:
        raise VoiceError(f"a voice cannot be called {name!r}", do="take letters, digits, hyphens and spaces")
    return name


def check_free(shelf: Path, name: str) -> Path:
    """Where a new voice `name` will lie. Raises VoiceError for a name that cannot be one or is taken."""
    place = shelf / check_name(name)
    if place.exists() or voice_path(name, [shelf]) is not None:
        do = f"choose another name, or `narrate voices remove {name}` first"
        raise VoiceError(f'there is already a voice called "{name}"', where=place, do=do)
    if voice_path(name, [packaged_shelf()]) is not None:
        # It would speak in its stead in every cast that names that one, and nobody would have been told.
        raise VoiceError(f'narrate comes with a voice called "{name}"', do="choose another name")
    return place


def put_voice(source: Path, shelf: Path) -> str:
    """Copy a voice's file or folder onto `shelf`, whole or not at all: what the voice is called there.

    A file that is there is replaced by one of the same name. Raises VoiceError for a name that cannot be a voice's,
    and where another voice of the shelf has it already; StorageError.
    """
    name = check_name(source.stem if source.is_file() else source.name)
    target, there = shelf / source.name, voice_path(name, [shelf])
    if there is not None and there != target:
        do = f"rename {source.name}, or `narrate voices remove {name}` first"
        raise VoiceError(f'there is already a voice called "{name}"', where=there, do=do)
    if source.is_file():
        copy_file(source, target)
    elif there is None:
        with placed_folder(target) as draft, storage(target):
            shutil.copytree(source, draft, dirs_exist_ok=True)
    elif load_voice(there).fingerprint != load_voice(source).fingerprint:
        do = f"rename {source.name}, or `narrate voices remove {name}` first"
        raise VoiceError(f'"{name}" is another voice there', where=there, do=do)
    return name


@contextmanager
def new_voice(shelf: Path, name: str, details: Details) -> Iterator[Path]:
    """A hidden folder to put the voice's files into; it becomes the voice `name` when the block ends.

    When the block raises there is no voice and no trace. Raises VoiceError for a name that
    cannot be one or is taken, StorageError for a full disk and its like.
    """
    place = check_free(shelf, name)
    with storage(place):
        for left in shelf.glob(f".{name}.*.part"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
    with placed_folder(place) as draft:
        yield draft
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        write_text(draft / SETTINGS, format_details(name, replace(details, made_at=made_at)))


def rename_voice(voice: Shelved, name: str) -> Path:
    """Give a voice on a shelf another name, which changes no take. Raises VoiceError, StorageError."""
    place = check_free(voice.path.parent, name)
    if voice.path.is_file():
        place = place.with_name(name + voice.path.suffix)
    else:
        set_name(voice.path, name)
    with storage(place):
        voice.path.rename(place)
    return place


def remove_voice(voice: Shelved) -> None:
    """Take a voice off its shelf. Raises StorageError."""
    with storage(voice.path):
        if voice.path.is_file():
            voice.path.unlink()
            return
        # Out of sight first, so that a removal cut short leaves no half voice.
        gone = Path(tempfile.mkdtemp(prefix=f".{voice.path.name}.", suffix=".part", dir=voice.path.parent))
        voice.path.rename(gone / voice.path.name)
        shutil.rmtree(gone)


def users(voice: Shelved, projects: Mapping[str, Path]) -> list[str]:
    """Which of the `projects` (name to folder) cast the voice; a cast.toml that cannot be read counts for none."""
    return [project for project, folder in projects.items() if speakers_with(voice, folder)]


def projects_under(home: Path) -> dict[str, Path]:
    """The projects in the home's projects/ by name."""
    return {file.parent.name: file.parent for file in sorted((home / "projects").glob("*/cast.toml"))}


def speakers_with(voice: Shelved, project: Path) -> list[str]:
    """Who speaks with the voice in a project: those whom its cast.toml gives the voice's name or path."""
    try:
        entries = parse_toml((project / "cast.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    names = {who: entry.get("voice") if isinstance(entry, dict) else entry for who, entry in entries.items()}
    # The project's own shelf is looked at first, so a voice of that name there is the one it casts.
    own = voice_path(voice.name, [project / "voices"]) or voice.path
    found = []
    for who, name in names.items():
        if not isinstance(name, str):
            continue
        place = own if name == voice.name else given_path(beside(name, project))
        if place is not None and place.resolve() == voice.path.resolve():
            found.append(who)
    return found
