"""The cast of a series: parts taken over from another book's cast.toml, with their voices."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from narrate.casting import AUTO, entries_of, load_cast, set_voices
from narrate.errors import ProjectError, VoiceError, nearest
from narrate.files import copy_file, placed_folder, storage
from narrate.voice import find_voice


def take_over(path: Path, other: Path, speakers: Iterable[str], shelves: Sequence[Path]) -> list[str]:
    """Copy the parts of `speakers` that another cast.toml has into `path`; who was found there.

    Voices that only stand beside the other cast.toml are copied onto the first of `shelves`.
    Raises ProjectError for a speaker whom neither lists, VoiceError where another voice of the
    same name would be heard; nothing is written then.
    """
    theirs = load_cast(other, (other.parent / "voices", *shelves))
    entries = entries_of(other)
    listed = entries_of(path)
    taken: dict[str, str | Mapping[str, str]] = {}
    for speaker in speakers:
        if speaker not in entries:
            if speaker not in listed:
                do = nearest(speaker, entries) or f"add them to {path.name}"
                raise ProjectError(f'has no "{speaker}"', where=other, do=do)
            continue
        person = theirs.aliases.get(speaker, speaker)
        if person != speaker:
            taken[speaker] = {"alias": person}
        taken[person] = entries[person]
    bring: dict[Path, Path] = {}
    for speaker, entry in taken.items():
        name = entry if isinstance(entry, str) else entry.get("voice", AUTO)
        if name == AUTO or "/" in name or "\\" in name:
            continue
        voice = theirs.parts[speaker].voice
        try:
            mine = find_voice(name, shelves)
        except VoiceError:
            beside = [p for p in (other.parent / "voices").iterdir() if name in (p.name, p.stem)]
            bring[beside[0]] = shelves[0] / beside[0].name
            continue
        if mine.fingerprint != voice.fingerprint:
            raise VoiceError(f'"{name}" is another voice here', where=other, do="rename one of the two")
    for source, target in bring.items():
        _copy(source, target)
    set_voices(path, taken)
    return list(taken)


def _copy(source: Path, target: Path) -> None:
    """A voice's file or folder, whole or not at all."""
    if source.is_file():
        copy_file(source, target)
        return
    with placed_folder(target) as draft, storage(target):
        shutil.copytree(source, draft, dirs_exist_ok=True)
