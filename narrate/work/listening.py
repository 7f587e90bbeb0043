"""Whether a watermark is heard in a file, and whose it is."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from narrate.chapters import Ffmpeg, streamed
from narrate.chapters.ffmpeg import local
from narrate.errors import AssemblyError, NarrateError
from narrate.project import Project
from narrate.watermark import hear, payload_of
from narrate.work.opening import projects_in

RATE = 24_000  # Hz at which files are listened to
PLACES_S = (0.0, 120.0)  # where it is listened,
PIECE_S = 40.0  # and how long: a mark is in every 20 s


@dataclass(frozen=True, slots=True)
class Mark:
    """A watermark that is heard: its payload in hexadecimal digits, and the project of this home that it names, or "".

    `false_alarm` is the probability, at most, that sound without a mark would be taken for marked.
    """

    payload: str
    false_alarm: float
    project: str


def heard_in(ffmpeg: Ffmpeg, path: Path, home: Path) -> Mark | None:
    """The watermark in a file, as far as PLACES_S tell; None for one without, or without sound that ffmpeg reads."""
    import numpy as np

    for place in PLACES_S:
        piece = ["-v", "error", "-ss", str(place), *local(path.resolve()), "-t", str(PIECE_S), "-map", "0:a:0"]
        try:
            sound = b"".join(streamed(ffmpeg, [*piece, "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]))
        except AssemblyError:
            return None
        found = hear(np.frombuffer(sound, "<i2").astype(np.float32) / 32768, RATE) if sound else None
        if found is not None:
            return Mark(f"{found.payload:08x}", found.false_alarm, _project(found.payload, home))
    return None


def _project(payload: int, home: Path) -> str:
    """The folder of the project under `home` whose chapters carry this payload."""
    for folder in projects_in(home):
        with suppress(NarrateError):
            if payload_of(Project(folder, home).settings.identity) == payload:
                return str(folder)
    return ""
