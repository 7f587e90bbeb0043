"""Levels of assembled chapters: measured once, and kept beside them.

Measured on the chapter's file, not worked out from its gain: a limiter or sounds may have changed it.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from math import sqrt
from typing import TYPE_CHECKING

from narrate.chapters.ffmpeg import Ffmpeg, run
from narrate.chapters.files import Chapter
from narrate.chapters.measure import decibels
from narrate.chapters.mix import integrated
from narrate.chapters.plan import Level
from narrate.files import storage, write_text

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = 1 << 18  # samples read at a time


def level_file(chapter: Chapter) -> "Path":
    """Where a chapter's level is kept."""
    return chapter.flac.with_name(f"{chapter.key}.level.json")


def read_level(chapter: Chapter) -> Level | None:
    """The level that is kept; None when there is none, or none that can be read."""
    with suppress(OSError, ValueError, TypeError):
        return Level(**{name: float(value) for name, value in json.loads(level_file(chapter).read_bytes()).items()})
    return None


def keep_level(ffmpeg: Ffmpeg, chapter: Chapter) -> None:
    """Measure a chapter's level and keep it, unless that was done. Raises AssemblyError and StorageError."""
    if read_level(chapter) is None:
        write_text(level_file(chapter), json.dumps(asdict(_measured(ffmpeg, chapter))) + "\n")


def _measured(ffmpeg: Ffmpeg, chapter: Chapter) -> Level:
    """RMS and peak are counted here while ffmpeg, which is handed the samples, weighs their loudness."""
    import numpy as np
    import soundfile

    squares, peak = 0.0, 0

    def blocks() -> Iterator[bytes]:
        nonlocal squares, peak
        with storage(chapter.flac), soundfile.SoundFile(str(chapter.flac)) as file:
            for samples in file.blocks(BLOCK, dtype="int16"):
                wide = samples.astype(np.float64)
                squares += float(np.dot(wide, wide))
                peak = max(peak, int(np.abs(samples.astype(np.int32)).max()))
                yield samples.tobytes()

    source = ["-v", "info", "-f", "s16le", "-ar", str(chapter.sample_rate), "-ac", "1", "-i", "pipe:0", "-map", "0:a"]
    said = run(ffmpeg, [*source, "-af", "ebur128=framelog=verbose", "-f", "null", "-"], blocks(), making=chapter.flac)
    return Level(
        lufs=round(integrated(said), 1),
        rms_db=round(decibels(sqrt(squares / chapter.frames) / 32768), 2),
        peak_db=round(decibels(peak / 32768), 2),
    )
