"""Sounds under and between the takes: decoded once, levelled, mixed a second at a time.

A chapter's speech is put together first, with silence where a sound plays alone, and its
loudness is measured. Then speech and sounds are added up here, in blocks, so that memory does
not grow with the chapter. A sound's own loudness decides its gain: a sting is as loud as
speech, a bed BED_LU lower, and DUCK_LU lower while somebody speaks.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.chapters.ffmpeg import Ffmpeg, decode_sound
from narrate.chapters.plan import Mastering
from narrate.errors import AssemblyError
from narrate.files import placed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BED_LU = 8.0  # a bed alone, below the speech
DUCK_LU = 12.0  # a bed under speech, below the bed alone
FALL_MS = 400  # a bed goes down before a line starts,
RISE_MS = 900  # and comes up after it ended,
HOLD_MS = 2000  # but stays down in pauses shorter than this
FADE_OUT_MS = 2000  # at a bed's end
EDGE_MS = 10  # at a sound's edges, against clicks
SILENCE_LUFS = -70.0  # BS.1770's absolute gate: what ebur128 says when nothing passed it


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file as it was decoded: `raw` holds `frames` int16 samples, mono, at the chapter's rate."""

    raw: Path
    frames: int
    loudness_lufs: float
    peak: float  # of 1.0

    def gain(self, target_lufs: float, peak_dbfs: float) -> float:
        """What to multiply with for `target_lufs`. Clicks too short for a loudness go by their peak."""
        if not self.peak:
            return 0.0
        highest = 10 ** (peak_dbfs / 20) / self.peak
        if self.loudness_lufs <= SILENCE_LUFS:
            return highest / 2
        return float(min(10 ** ((target_lufs - self.loudness_lufs) / 20), highest))


def sound_of(ffmpeg: Ffmpeg, file: Path, raw: Path, rate: int) -> Sound:
    """Any file that ffmpeg reads, as samples in `raw`. Raises AssemblyError naming the file."""
    import numpy as np

    try:
        said = decode_sound(ffmpeg, file, raw, rate, filters="ebur128=framelog=verbose")
    except AssemblyError as error:
        raise AssemblyError("is no sound that ffmpeg can read", where=file, do="give a WAV, FLAC or MP3") from error
    frames = raw.stat().st_size // 2
    if not frames:
        raise AssemblyError("holds no sound", where=file)
    peak = max(int(np.abs(_read(raw, at, at + rate).astype(np.int32)).max()) for at in range(0, frames, rate))
    return Sound(raw, frames, integrated(said), peak / 32768)


def sound_lengths(find: Callable[[], Ffmpeg], scratch: Path) -> Callable[[int, Path], int]:
    """How many frames a cue's file has at a rate; each is decoded once, in `scratch`."""

    @cache
    def frames(rate: int, file: Path) -> int:
        with placed(scratch / f"{file.name}.raw", keep=False) as raw:
            return sound_of(find(), file, raw, rate).frames

    return frames


def _read(raw: Path, start: int, end: int) -> "NDArray[np.int16]":
    """Samples `start` to `end` of a raw file, or what there is of them."""
    import numpy as np

    return np.fromfile(raw, np.int16, max(end - start, 0), offset=2 * start)


def integrated(said: str) -> float:
    """The integrated loudness out of ebur128's summary, in LUFS."""
    found = re.findall(r"^\s*I:\s+(-?[\d.]+|-?inf|nan) LUFS", said, re.MULTILINE)
    if not found:
        raise AssemblyError("ffmpeg measured no loudness", do="`narrate doctor` shows which ffmpeg it is")
    loudness = float(found[-1])
    return max(loudness, SILENCE_LUFS) if loudness == loudness else SILENCE_LUFS


@dataclass(frozen=True, slots=True)
class Played:
    """A sound in a chapter: from frame `start` to frame `end`, a bed or alone."""

    sound: Sound
    start: int
    end: int
    bed: bool


@dataclass(slots=True)
class Track:
    """Where speech and sounds lie in a chapter, written down while it is put together."""

    rate: int
    speech: list[tuple[int, int]] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)
    bed: tuple[Sound, int] | None = None

    def spoke(self, start: int, end: int) -> None:
        self.speech.append((start, end))

    def play(self, sound: Sound, start: int) -> None:
        """A sound alone, whole."""
        self.played.append(Played(sound, start, start + sound.frames, bed=False))

    def begin_bed(self, sound: Sound | None, start: int) -> None:
        """Another bed, or none, from `start` on; the one before fades out from there."""
        if self.bed is not None:
            before, began = self.bed
            end = min(began + before.frames, start + FADE_OUT_MS * self.rate // 1000)
            self.played.append(Played(before, began, end, bed=True))
        self.bed = (sound, start) if sound is not None else None

    def ducks(self) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Frames and decibels between which a bed's level goes straight."""
        import numpy as np

        fall, rise, hold = (ms * self.rate // 1000 for ms in (FALL_MS, RISE_MS, HOLD_MS))
        spans: list[list[int]] = []
        for start, end in self.speech:
            if spans and start - spans[-1][1] < hold:
                spans[-1][1] = end
            else:
                spans.append([start, end])
        points = [
            (at, db) for a, b in spans for at, db in ((a - fall, 0.0), (a, -DUCK_LU), (b, -DUCK_LU), (b + rise, 0.0))
        ]
        frames, levels = zip(*points, strict=True) if points else ((0,), (0.0,))
        return np.array(frames, np.float64), np.array(levels, np.float64)


def mixed(joined: Path, speech_gain: float, track: Track, settings: Mastering) -> "Iterator[NDArray[np.float32]]":
    """The chapter a second at a time: its speech (`joined`, int16 samples) and its sounds, levelled and added."""
    import numpy as np

    frames = joined.stat().st_size // 2
    ducks = track.ducks()
    players = [_Player(played, track.rate, settings, ducks, frames) for played in track.played]
    for start in range(0, frames, track.rate):
        block = _read(joined, start, start + track.rate).astype(np.float32) * np.float32(speech_gain / 32768)
        for player in players:
            player.add_to(block, start)
        yield block


class _Player:
    """One sound's samples, by the chapter's frames."""

    def __init__(
        self,
        played: Played,
        rate: int,
        settings: Mastering,
        ducks: "tuple[NDArray[np.float64], NDArray[np.float64]]",
        frames: int,
    ) -> None:
        sound = played.sound
        self.raw = sound.raw
        self.start, self.end = played.start, min(played.end, frames)
        target = settings.loudness_lufs - (BED_LU if played.bed else 0.0)
        self.gain = sound.gain(target, settings.peak_dbfs)
        self.ducks = ducks if played.bed else None
        edge = EDGE_MS * rate // 1000
        whole = self.end - self.start >= sound.frames
        self.fades = edge, edge if whole or not played.bed else FADE_OUT_MS * rate // 1000

    def add_to(self, block: "NDArray[np.float32]", at: int) -> None:
        """Add what sounds in the block that starts at frame `at`."""
        import numpy as np

        first, last = max(self.start, at), min(self.end, at + len(block))
        if first >= last:
            return
        frames = np.arange(first, last, dtype=np.float64)
        level = np.minimum((frames - self.start) / self.fades[0], (self.end - frames) / self.fades[1]).clip(0, 1)
        if self.ducks is not None:
            level *= 10 ** (np.interp(frames, *self.ducks) / 20)
        samples = _read(self.raw, first - self.start, last - self.start).astype(np.float32) / 32768
        block[first - at : last - at] += samples * (self.gain * level).astype(np.float32)


def peak_of(blocks: "Iterator[NDArray[np.float32]]") -> float:
    """The highest sample of 1.0."""
    return max((float(abs(block).max()) for block in blocks), default=0.0)
