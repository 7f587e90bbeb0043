"""Measurements of sound files, as a shop would make them, kept beside the files: each is decoded once."""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from narrate.chapters import Measured, find_ffmpeg
from narrate.chapters.measure import measure
from narrate.files import parse_json, write_text

VERSION = 1  # raise it when the same file would be measured otherwise
NAMES = [part.name for part in fields(Measured) if part.name != "path"]


def measured_files(files: Iterable[Path]) -> list[Measured]:
    """Sound files as a shop would measure them, in their order. Raises AssemblyError."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(partial(measure, find_ffmpeg()), files))


def kept_measured(files: Sequence[Path], note: Path) -> list[Measured]:
    """The same, where only those are measured that `note` does not have as they are; it is a file of ours."""
    stamps = {file: f"{VERSION} {file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files}
    kept = _read(note)
    missing = [file for file in files if stamps[file] not in kept]
    for found in measured_files(missing):
        kept[stamps[found.path]] = [getattr(found, name) for name in NAMES]
    if missing:
        now = {stamp: kept[stamp] for stamp in stamps.values()}
        write_text(note, json.dumps(now, ensure_ascii=False, indent=1) + "\n")
    return [Measured(file, *kept[stamps[file]]) for file in files]


def _read(note: Path) -> dict[str, list[Any]]:
    try:
        found = parse_json(note.read_bytes())
    except (OSError, ValueError):
        return {}
    return {k: v for k, v in found.items() if len(v) == len(NAMES)} if isinstance(found, dict) else {}
