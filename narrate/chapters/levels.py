"""Levels of assembled chapters: measured once, and kept beside them.

Measured on the chapter's samples as its file has them, not worked out from its gain: a limiter or sounds may have
changed it.
"""

import json
import math
import re
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from narrate.chapters.ffmpeg import ALOUD, Ffmpeg, run
from narrate.chapters.files import Chapter
from narrate.chapters.measure import SILENT_DB
from narrate.chapters.mix import integrated
from narrate.chapters.plan import Level
from narrate.errors import AssemblyError
from narrate.files import write_text

if TYPE_CHECKING:
    from pathlib import Path

# What has ffmpeg, told to say what is of "info", measure the samples that pass: `level_said` reads it.
LEVEL_FILTERS = "ebur128=framelog=verbose,astats=measure_perchannel=none:measure_overall=RMS_level+Peak_level"


def level_file(chapter: Chapter) -> "Path":
    """Where a chapter's level is kept."""
    return chapter.flac.with_name(f"{chapter.key}.level.json")


def read_level(chapter: Chapter) -> Level | None:
    """The level that is kept; None when there is none, or none that can be read."""
    with suppress(OSError, ValueError, TypeError):
        return Level(**{name: float(value) for name, value in json.loads(level_file(chapter).read_bytes()).items()})
    return None


def write_level(chapter: Chapter, level: Level) -> None:
    """Keep a chapter's level. Raises StorageError."""
    write_text(level_file(chapter), json.dumps(asdict(level)) + "\n")


def keep_level(ffmpeg: Ffmpeg, chapter: Chapter) -> None:
    """Measure the level of a chapter that is there and keep it, unless that was done.

    Raises AssemblyError and StorageError.
    """
    if read_level(chapter) is None:
        source = [*ALOUD, "-f", "flac", "-i", f"file:{chapter.flac}", "-map", "0:a"]
        said = run(ffmpeg, [*source, "-af", LEVEL_FILTERS, "-f", "null", "-"], making=chapter.flac)
        write_level(chapter, level_said(said))


def level_said(said: str) -> Level:
    """The level out of what ffmpeg said through LEVEL_FILTERS. Raises AssemblyError where it is not in it."""
    return Level(
        lufs=round(integrated(said), 1),
        rms_db=round(_decibels("RMS", said), 2),
        peak_db=round(_decibels("Peak", said), 2),
    )


def _decibels(name: str, said: str) -> float:
    """A level of astats' summary."""
    found = re.findall(rf"\b{name} level dB: (-?[\d.]+|-?inf|nan)", said)
    if not found:
        raise AssemblyError("ffmpeg measured no level", do="`narrate doctor` shows which ffmpeg it is")
    level = float(found[-1])
    return max(level, SILENT_DB) if math.isfinite(level) else SILENT_DB
