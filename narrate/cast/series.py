"""The cast of a series: parts taken over from another book's cast.toml, with their voices."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from narrate.cast.casting import AUTO, entries_of, load_cast
from narrate.cast.editing import set_voices
from narrate.errors import ProjectError, VoiceError, nearest
from narrate.voices import beside, find_voice, given_path, put_voice, voice_path


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
    bring: list[Path] = []
    for speaker, entry in taken.items():
        name = beside(entry if isinstance(entry, str) else entry.get("voice", AUTO), other.parent)
        if name == AUTO:
            continue
        if (given := given_path(name, (other.parent / "voices", *shelves))) is not None:
            taken[speaker] = str(given) if isinstance(entry, str) else {**entry, "voice": str(given)}
            continue
        voice = theirs.parts[speaker].voice
        try:
            mine = find_voice(name, shelves)
        except VoiceError:
            if (theirs_at := voice_path(name, [other.parent / "voices"])) is not None:
                bring.append(theirs_at)
            continue
        if mine.fingerprint != voice.fingerprint:
            raise VoiceError(f'"{name}" is another voice here', where=other, do="rename one of the two")
    for source in bring:
        put_voice(source, shelves[0])
    set_voices(path, taken)
    return list(taken)
