"""The files of chapters: which are there, what decides whether a chapter is still of its lines.

A chapter's file is named after a digest of what went into it, its sample rate and its length
in frames: `3f9a….24000.1234944.flac`. One look at the folder therefore tells which chapters
are there and how long they are; no index can fall out of step with it.
"""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from narrate.chapters.plan import ChapterPlan, Mastering, Segment
from narrate.errors import AssemblyError
from narrate.files import digest, make_folder, storage
from narrate.watermark import VERSION as WATERMARK_VERSION

VERSION = 3  # raise it when the same plan would give other samples


class TakeError(AssemblyError):
    """A take that is missing or damaged; `where` is its file, so a caller may have it made again."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter that is there: `flac` holds `frames` samples at `sample_rate`, mono, 16 bits."""

    key: str
    flac: Path
    sample_rate: int
    frames: int

    def aac(self, bitrate_kbps: int) -> Path:
        """Where its AAC packets (an ADTS stream) are kept."""
        return self.flac.with_name(f"{self.key}.{bitrate_kbps}k.aac")


_FLAC_NAME = re.compile(r"(?P<key>[0-9a-f]{40})\.(?P<rate>[1-9]\d*)\.(?P<frames>[1-9]\d*)\.flac")


def chapters_in(folder: Path) -> dict[str, Chapter]:
    """The chapters that `folder` holds, by key."""
    with storage(folder):
        make_folder(folder)
        names = os.listdir(folder)  # noqa: PTH208
    found = (m for name in names if (m := _FLAC_NAME.fullmatch(name)))
    return {m["key"]: Chapter(m["key"], folder / m[0], int(m["rate"]), int(m["frames"])) for m in found}


def chapter_keys(plans: Sequence[ChapterPlan], settings: Mastering) -> list[str]:
    """A digest for every chapter of what decides its samples; empty for a chapter without takes.

    A take counts by the digest of its samples, which every FLAC file holds: another verdict in its
    comment leaves a chapter as it is. Raises TakeError for one that is missing.
    """
    stamps: dict[Path, tuple[object, ...]] = {}
    for take in {take for plan in plans for take in plan.takes}:
        try:
            stamps[take] = _take_stamp(take)
        except OSError as error:
            raise TakeError(
                f"the take is missing: {error.strerror}", where=take, do="`narrate render` makes it again"
            ) from error
    for file in {file for plan in plans for file in plan.sounds}:
        with storage(file):
            stamps[file] = _stamp(file)
    level = (settings.loudness_lufs, settings.rms_db, settings.peak_dbfs)
    sound: tuple[object, ...] = (*level, settings.fade_ms, settings.head_ms, settings.tail_ms, settings.room_tone)
    if settings.watermark is not None:
        sound = (*sound, WATERMARK_VERSION, settings.watermark)
    return [
        digest(VERSION, sound, [_segment_key(segment, stamps) for segment in plan.segments]) if plan.takes else ""
        for plan in plans
    ]


def _take_stamp(take: Path) -> tuple[str, str]:
    """Its name and the MD5 of its samples, from its header (narrate.audio would load numpy for this)."""
    with take.open("rb") as file:
        head = file.read(42)
    return take.name, head[26:].hex()


def _stamp(file: Path) -> tuple[str, int, int]:
    stat = file.stat()
    return file.name, stat.st_size, stat.st_mtime_ns


def _segment_key(segment: Segment, stamps: Mapping[Path, object]) -> tuple[object, ...]:
    key: tuple[object, ...] = (segment.pause_ms, stamps[segment.take] if segment.take else None)
    cued = [stamps[file] if file else None for file in (segment.sound, segment.bed)]
    if any(cued) or segment.stops_bed:
        key = (*key, *cued, segment.stops_bed)
    timed = (segment.window.at_ms if segment.window else None, segment.tempo)
    return key if timed == (None, 1.0) else (*key, "timed", *timed)


def sweep_chapters(folder: Path, wanted: set[str], keep_aac: str) -> None:
    """Remove the chapters' files that belong to no chapter of the book any more."""
    for path in folder.iterdir():
        key, _, rest = path.name.partition(".")
        stale_aac = rest.endswith("k.aac") and keep_aac and rest != keep_aac
        ours = path.suffix in (".flac", ".aac") or rest == "level.json"
        if ours and (key not in wanted or stale_aac):
            with suppress(OSError):
                path.unlink()
