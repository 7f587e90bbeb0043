"""Cues: sounds, music and silences beside the spoken lines, each on a row of its own in a script.

    [pause 2s]            silence, instead of the usual pause
    [sfx: door.wav]       a sound alone; speech goes on after it
    [music: theme.mp3]    a bed: goes on under the lines that follow, lower while somebody speaks
    [music: stop]         the bed fades out; so it does at the next [music: …] and at the chapter's end
    [at 0:01:02.500]      what follows starts then, from the chapter's start; [at … to 0:01:05.200]: and ends by then

A file is named by its path inside the project's `source/`, where it was copied when the project
was made. No cue says how loud a sound is: it is levelled, so that any file suits any voice.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path

from narrate.errors import ProjectError, StorageError, nearest
from narrate.files import inside

MAX_PAUSE_MS = 600_000
MAX_AT_MS = 24 * 3_600_000
STOP = "stop"
MOST_SEEN = 2000  # files, for a hint
SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aiff", ".aif")


class CueKind(StrEnum):
    """The kinds of cue: a silence, a bed under speech, a sound alone, a time at which to go on."""

    PAUSE = "pause"
    MUSIC = "music"
    SFX = "sfx"
    AT = "at"


def end_ms(at_ms: int, until_ms: int, following_ms: int) -> float:
    """When what starts at `at_ms` has to end: at its own end (0 for none) or where the next starts; infinity for never.

    What starts together with the next may take its time.
    """
    return min((ms for ms in (until_ms, following_ms) if ms > at_ms), default=math.inf)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue; `str(cue)` is its row. Music without a file stops the bed. Raises ValueError for what has no row.

    `at_ms` and `until_ms` are a time's, from the chapter's start; 0 as its end is none.
    """

    kind: CueKind
    file: str = ""  # a relative path with `/`
    pause_ms: int = 0
    at_ms: int = 0
    until_ms: int = 0

    def __post_init__(self) -> None:
        silent = self.kind in (CueKind.PAUSE, CueKind.AT)
        if (silent and self.file) or (self.kind is CueKind.SFX and not self.file):
            raise ValueError("music and sounds name a file, a pause and a time have none")
        if (self.at_ms or self.until_ms) and self.kind is not CueKind.AT:
            raise ValueError("only a time has one")
        if self.until_ms and not self.at_ms < self.until_ms:
            raise ValueError("a time ends after it starts")
        if not 0 <= self.at_ms <= MAX_AT_MS or not 0 <= self.until_ms <= MAX_AT_MS:
            raise ValueError(f"a chapter has {MAX_AT_MS // 3_600_000} hours at most")
        if not 0 <= self.pause_ms <= (MAX_PAUSE_MS if self.kind is CueKind.PAUSE else 0):
            raise ValueError(f"a pause is {MAX_PAUSE_MS // 60_000} minutes at most")
        if self.file and not _FILE.fullmatch(self.file):
            raise ValueError(f"not a file's path: {self.file!r}")
        if self.kind is CueKind.MUSIC and self.file.casefold() == STOP:
            raise ValueError(f"a bed's file is not called {STOP!r}")

    def __str__(self) -> str:
        if self.kind is CueKind.PAUSE:
            exact = self.pause_ms % 10 == 0
            return f"[pause {self.pause_ms / 1000:g}s]" if exact else f"[pause {self.pause_ms}ms]"
        if self.kind is CueKind.AT:
            return f"[at {_clock(self.at_ms)}{f' to {_clock(self.until_ms)}' if self.until_ms else ''}]"
        return f"[{self.kind}: {self.file or STOP}]"


_FILE = re.compile(r"[^\s\[\]\\](?:[^\[\]\\\s]| (?! ))*(?<! )")
_PAUSE = re.compile(
    r"\[ ?pause ?:? ?(?P<number>\d{1,6}(?:\.\d{1,3})?) ?(?P<unit>s|sec|seconds?|ms)? ?\]", re.IGNORECASE
)
_SOUND = re.compile(r"\[ ?(?P<kind>music|sfx) ?: ?(?P<file>[^\[\]]*?) ?\]", re.IGNORECASE)
_TIME = r"(?:\d{1,2}:[0-5]\d:[0-5]\d(?:\.\d{1,3})?|\d{1,6}(?:\.\d{1,3})? ?s)"
_AT = re.compile(rf"\[ ?at (?P<at>{_TIME})(?: ?(?:to|-|–) ?(?P<until>{_TIME}))? ?\]", re.IGNORECASE)
# "[at 5:30]" may be anybody's words; a time to the second is ours.
_LIKE_A_CUE = re.compile(rf"\[ ?(?:(?:pause|music|sfx)\b|at {_TIME}(?![\w:]))[^\[\]]*\]", re.IGNORECASE)


def parse_cue(row: str) -> Cue | None:
    """The cue that a row is; None for any other row. Raises ValueError for a cue that is written wrong."""
    if pause := _PAUSE.fullmatch(row):
        factor = 1 if (pause["unit"] or "").casefold() == "ms" else 1000
        return Cue(CueKind.PAUSE, pause_ms=round(float(pause["number"]) * factor))
    if sound := _SOUND.fullmatch(row):
        kind = CueKind(sound["kind"].casefold())
        stops = kind is CueKind.MUSIC and sound["file"].casefold() == STOP
        if sound["file"]:
            return Cue(kind, "" if stops else sound["file"])
    if time := _AT.fullmatch(row):
        return Cue(CueKind.AT, at_ms=_ms(time["at"]), until_ms=_ms(time["until"] or "0s"))
    if _LIKE_A_CUE.fullmatch(row):
        raise ValueError(
            "a cue is [pause 2s], [music: file.mp3], [music: stop], [sfx: file.wav] or [at 0:01:02.5 to 0:01:05]"
        )
    return None


def _clock(ms: int) -> str:
    """A time as `h:mm:ss.mmm`."""
    return f"{ms // 3_600_000}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _ms(time: str) -> int:
    """Milliseconds of a time in hours, minutes and seconds, or in seconds."""
    parts = time.casefold().rstrip("s ").split(":")
    return round(sum(float(part) * 60.0**power for power, part in enumerate(reversed(parts))) * 1000)


def is_like_a_cue(row: str) -> bool:
    """Whether a row is meant as a cue, be it written right or wrong."""
    return _LIKE_A_CUE.fullmatch(row.strip()) is not None


def cut_at_cues(text: str) -> list[str]:
    """`text` and the cues inside it as rows of their own, in order."""
    rows, start = [], 0
    for cue in _LIKE_A_CUE.finditer(text):
        rows += [text[start : cue.start()], cue[0]]
        start = cue.end()
    return [row for part in [*rows, text[start:]] if (row := " ".join(part.split()))]


def find_sound(folder: Path, cue: Cue | None, path: Path | str, row: int) -> Path | None:
    """The file in `folder` that a cue names, if it names one.

    Raises ProjectError with the cue's place (line `row` of `path`) when it is not in there.
    """
    if cue is None or not cue.file:
        return None
    name = cue.file
    try:
        file = inside(folder, name)
    except StorageError as error:
        raise ProjectError(
            f'"{name}" lies outside {folder.name}/', where=path, line=row, do="put it beside the script"
        ) from error
    if file.is_file() and file.suffix.casefold() not in SOUND_SUFFIXES:
        known = ", ".join(suffix.lstrip(".") for suffix in SOUND_SUFFIXES)
        raise ProjectError(f'"{name}" is no sound', where=path, line=row, do=f"a sound is one of {known}")
    if file.is_file():
        return file
    do = nearest(name, _sounds_near(folder.resolve(), file)) or f"put it into {folder}"
    raise ProjectError(f'there is no sound "{name}"', where=path, line=row, do=do)


def _sounds_near(folder: Path, file: Path) -> list[str]:
    """The sounds beside where `file` would be, in `folder` and one level below, by their names in `folder`.

    Beside a script there may be all that somebody has: no more than MOST_SEEN files are looked at.
    """
    files = chain(file.parent.glob("*"), folder.glob("*"), folder.glob("*/*"))
    sounds = (path for path in islice(files, MOST_SEEN) if path.suffix.casefold() in SOUND_SUFFIXES)
    return [path.relative_to(folder).as_posix() for path in sounds]
