"""The chapter marks of a file, as ffmpeg reads them, and their digest."""

import hashlib
from fractions import Fraction
from pathlib import Path

from narrate.chapters import Ffmpeg, streamed
from narrate.chapters.ffmpeg import local
from narrate.errors import AssemblyError
from narrate.files import storage
from narrate.provenance.sound import form_of, overlays_digest

HEAD = 1 << 24  # bytes of an MP3 in which its tag is looked for chapters


def marks_digest(ffmpeg: Ffmpeg, path: Path) -> str:
    """SHA-256 of where the chapters begin, in milliseconds, and of their titles; of a read-along, of its overlays.

    Empty for a file that has no chapters.
    """
    form = form_of(path)
    if form == "epub":
        return overlays_digest(path)
    if form not in ("mp4", "mp3") or (form == "mp3" and not _names_chapters(path)):
        return ""
    rows = [f"{start} {title}\n" for start, title in _chapters(ffmpeg, path)]
    return hashlib.sha256("".join(rows).encode()).hexdigest() if rows else ""


def metadata_of(ffmpeg: Ffmpeg, path: Path) -> str:
    """A file's tags and chapters as ffmpeg's ffmetadata; empty for a file that ffmpeg does not read."""
    try:
        told = b"".join(streamed(ffmpeg, ["-v", "error", *local(path.resolve()), "-f", "ffmetadata", "-"]))
    except AssemblyError:
        return ""
    return told.decode("utf-8", "replace")


def _names_chapters(path: Path) -> bool:
    """Whether an MP3's tag has a frame for a chapter, so that ffmpeg need not be asked of every other one."""
    with storage(path), path.open("rb") as file:
        return b"CHAP" in file.read(HEAD)


def _chapters(ffmpeg: Ffmpeg, path: Path) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for part in metadata_of(ffmpeg, path).split("[CHAPTER]\n")[1:]:
        values = dict(line.partition("=")[::2] for line in part.splitlines() if "=" in line)
        start = Fraction(values.get("TIMEBASE", "1/1000")) * int(values.get("START", "0"))
        found.append((round(start * 1000), values.get("title", "")))
    return found
