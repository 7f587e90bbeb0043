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
from narrate.work.cards import Finding, card_findings

NEEDED = (f"{next(iter(ENGINES))} engine", "ffmpeg", "home")  # for a book to be made at all


def examine(home: Path, memory: int | None = None) -> list[Finding]:
    """What this machine has. `memory`: bytes of a GPU's that an engine may have."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [
        Finding("narrate", True, f"{__version__}, Python {platform.python_version()}, {cores} cores"),
        *map(_engine, ENGINES.values()),
        *card_findings(memory),
        _recogniser(),
        _ffmpeg(),
        _home(home),
        _voices(home),
    ]


def can_make_books(findings: Sequence[Finding]) -> bool:
    """Whether there is all that a book needs on the embedded voice."""
    return all(finding.ok for finding in findings if finding.what in NEEDED)


def _engine(engine: EngineFacts) -> Finding:
    what = f"{engine.name} engine"
    try:
        lacking = missing(engine.name)
        found = ", ".join(f"{package} {version(package)}" for package in engine.packages.values())
    except PackageNotFoundError as error:
        lacking = f"{error.name} is not installed"
    return Finding(what, False, f"{lacking}: {engine.install}") if lacking else Finding(what, True, found)


def _recogniser() -> Finding:
    if find_spec("faster_whisper") is not None:
        return Finding("recogniser", True, "faster-whisper is installed")
    need = "for --check full and --transcribe; faster-whisper is not installed"
    return Finding("recogniser", False, f"{need}: {install_command('asr')}")


def _ffmpeg() -> Finding:
    try:
        found = find_ffmpeg()
    except AssemblyError as error:
        return Finding("ffmpeg", False, str(error))
    return Finding("ffmpeg", True, f"{found.version} ({found.origin})")


def _home(home: Path) -> Finding:
    free = shutil.disk_usage(home).free / 1e9 if home.is_dir() else 0.0
    return Finding("home", home.is_dir() and os.access(home, os.W_OK), f"{home.resolve()}, {free:.1f} GB free")


def _voices(home: Path) -> Finding:
    try:
        names = [voice.name for voice in list_voices(shelves_of(home))]
    except VoiceError as error:
        return Finding("voices", False, str(error))
    return Finding("voices", True, ", ".join(dict.fromkeys([EMBEDDED, *names])))
