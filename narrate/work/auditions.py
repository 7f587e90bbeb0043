"""Auditions on a shelf: the candidates of voices that were designed in words, listed, heard and forgotten."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from narrate.audio import flac_comment
from narrate.errors import NarrateError, VoiceError
from narrate.files import storage
from narrate.voices import SUFFIX, candidate_file, check_name, read_design, voice_path


@dataclass(frozen=True, slots=True)
class Audition:
    """The candidates for the voice `name`: what they were made of, and how long each is, by its number.

    `capped` are those that read on after the passage and were stopped. `made`: one of them is a voice. `damage` says
    why there is nothing to hear.
    """

    name: str
    words: str = ""
    language: str = ""
    passage: str = ""
    seconds: dict[int, float] | None = None
    capped: tuple[int, ...] = ()
    made: bool = False
    damage: str = ""


def list_auditions(shelf: Path) -> list[Audition]:
    """The auditions on a shelf by name, the damaged ones too."""
    folders = sorted(shelf.glob(f"*{SUFFIX}")) if shelf.is_dir() else []
    return [_read(folder, shelf) for folder in folders if not folder.name.startswith(".")]


def show_audition(shelf: Path, name: str) -> Audition:
    """The audition of the voice `name`. Raises VoiceError, StorageError."""
    folder = _folder(shelf, name)
    design = read_design(folder)
    seconds = {number: _seconds(folder / f"{number}.flac") for number in sorted(design.seeds)}
    made = voice_path(name, [shelf]) is not None
    return Audition(name, design.prompt, design.language, design.passage, seconds, tuple(design.capped), made)


def candidate_of(shelf: Path, name: str, number: int) -> Path:
    """The file of a candidate. Raises VoiceError."""
    return candidate_file(_folder(shelf, name), number)


def forget_audition(shelf: Path, name: str) -> Path:
    """Remove the candidates for the voice `name`; where they lay. Raises VoiceError, StorageError."""
    folder = _folder(shelf, name)
    if not folder.is_dir():
        raise VoiceError("there are no candidates", where=folder)
    with storage(folder):
        shutil.rmtree(folder)
    return folder


def _folder(shelf: Path, name: str) -> Path:
    return shelf / f"{check_name(name)}{SUFFIX}"


def _read(folder: Path, shelf: Path) -> Audition:
    name = folder.name.removesuffix(SUFFIX)
    try:
        return show_audition(shelf, name)
    except NarrateError as error:
        return Audition(name, damage=str(error))


def _seconds(file: Path) -> float:
    _, frames, sample_rate = flac_comment(file)
    return round(frames / sample_rate, 2)
