"""`narrate doctor`: what this machine has, and what is missing for what."""

import os
import platform
import shutil
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from narrate import __version__
from narrate.chapters import find_ffmpeg
from narrate.engine import ENGINES, EngineFacts, missing
from narrate.errors import AssemblyError, VoiceError
from narrate.install import install_command
from narrate.voices import EMBEDDED, list_voices, shelves_of
from narrate.work.cards import Diagnosis, card_findings

NEEDED = (f"{next(iter(ENGINES))} engine", "ffmpeg", "home")  # for a book to be made at all


def examine(home: Path, memory: int | None = None) -> list[Diagnosis]:
    """What this machine has. `memory`: bytes of a GPU's that an engine may have."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [
        Diagnosis("narrate", True, f"{__version__}, Python {platform.python_version()}, {cores} cores"),
        *map(_engine, ENGINES.values()),
        *card_findings(memory),
        _recogniser(),
        _ffmpeg(),
        _home(home),
        _voices(home),
    ]


def can_make_books(findings: Sequence[Diagnosis]) -> bool:
    """Whether there is all that a book needs on the embedded voice."""
    return all(finding.ok for finding in findings if finding.what in NEEDED)


def _engine(engine: EngineFacts) -> Diagnosis:
    what = f"{engine.name} engine"
    try:
        lacking = missing(engine.name)
        found = ", ".join(f"{package} {version(package)}" for package in engine.packages.values())
    except PackageNotFoundError as error:
        lacking = f"{error.name} is not installed"
    return Diagnosis(what, False, f"{lacking}: {engine.install}") if lacking else Diagnosis(what, True, found)


def _recogniser() -> Diagnosis:
    if find_spec("faster_whisper") is not None:
        return Diagnosis("recogniser", True, "faster-whisper is installed")
    need = "for --check full and --transcribe; faster-whisper is not installed"
    return Diagnosis("recogniser", False, f"{need}: {install_command('asr')}")


def _ffmpeg() -> Diagnosis:
    try:
        found = find_ffmpeg()
    except AssemblyError as error:
        return Diagnosis("ffmpeg", False, str(error))
    return Diagnosis("ffmpeg", True, f"{found.version} ({found.origin})")


def _home(home: Path) -> Diagnosis:
    free = shutil.disk_usage(home).free / 1e9 if home.is_dir() else 0.0
    return Diagnosis("home", home.is_dir() and os.access(home, os.W_OK), f"{home.resolve()}, {free:.1f} GB free")


def _voices(home: Path) -> Diagnosis:
    try:
        names = [voice.name for voice in list_voices(shelves_of(home))]
    except VoiceError as error:
        return Diagnosis("voices", False, str(error))
    return Diagnosis("voices", True, ", ".join(dict.fromkeys([EMBEDDED, *names])))
