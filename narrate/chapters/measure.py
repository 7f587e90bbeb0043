"""Measurements of a finished file, as a retailer's own check would find them: by decoding it.

Levels are those of ffmpeg's astats (RMS, peak) and ebur128 (loudness, true peak); the noise
floor is the quietest half second between the silences at the ends, as ACX's tool has it.
MP3 frames are read one by one, because "192 kb/s" in a header says nothing of the next frame.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.chapters.ffmpeg import Ffmpeg, local, run, streamed
from narrate.chapters.frames import id3_bytes, mp3_frame
from narrate.errors import AssemblyError
from narrate.files import storage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_S = 0.5  # of the noise floor
FINE_S = 0.01  # in which speech is looked for at the ends
SPEECH_DB = -45.0  # louder than this is speech, when head and tail are measured
SILENT_DB = -120.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One file. `bit_rate_kbps` of its audio, on average; `constant` whether all frames have it (None: not an MP3)."""

    path: Path
    seconds: float
    sample_rate: int
    channels: int
    bit_rate_kbps: float
    constant: bool | None
    rms_db: float
    peak_db: float
    floor_db: float
    head_s: float  # before the first sound
    tail_s: float  # after the last one


def measure(ffmpeg: Ffmpeg, path: Path) -> Measured:
    """Decode the first audio stream of `path` and measure it, in constant memory. Raises AssemblyError."""
    sample_rate, channels = _stream(ffmpeg, path)
    levels = _Levels(sample_rate)
    source = ["-v", "error", *local(path), "-map", "0:a:0"]
    for block in streamed(ffmpeg, [*source, "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"], making=path):
        levels.add(block, channels)
    if not levels.frames:
        raise AssemblyError("holds no sound", where=path)
    seconds = levels.frames / sample_rate
    size, constant = mp3_frames(path) if path.suffix.lower() == ".mp3" else (path.stat().st_size, None)
    head_s, tail_s = levels.ends()
    return Measured(
        path=path,
        seconds=seconds,
        sample_rate=sample_rate,
        channels=channels,
        bit_rate_kbps=size * 8 / seconds / 1000,
        constant=constant,
        rms_db=decibels(math.sqrt(levels.squares / levels.samples)),
        peak_db=decibels(levels.peak),
        floor_db=levels.floor_db(),
        head_s=head_s,
        tail_s=tail_s,
    )


def loudness(ffmpeg: Ffmpeg, path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP (ITU-R BS.1770). Raises AssemblyError."""
    said = run(ffmpeg, ["-v", "info", *local(path), "-map", "0:a:0", "-af",
                        "ebur128=framelog=verbose:peak=true", "-f", "null", "-"], making=path)  # fmt: skip
    found = [re.findall(rf"^\s*{name}:\s+(-?[\d.]+|-?inf|nan) ", said, re.MULTILINE) for name in ("I", "Peak")]
    if not all(found):
        raise AssemblyError("ffmpeg measured no loudness", where=path)
    lufs, peak = (float(values[-1]) for values in found)
    return lufs, peak


def _stream(ffmpeg: Ffmpeg, path: Path) -> tuple[int, int]:
    """Sample rate and channels of the first audio stream."""
    said = run(ffmpeg, ["-v", "info", *local(path), "-map", "0:a:0", "-t", "0", "-f", "null", "-"], making=path)
    found = re.search(r"Stream #0:\d+.*?: Audio: .*?, (\d+) Hz, (mono|stereo|\d+ channels)", said)
    if found is None:
        raise AssemblyError("ffmpeg does not say what sound it holds", where=path)
    channels = {"mono": 1, "stereo": 2}.get(found[2]) or int(found[2].split()[0])
    return int(found[1]), channels


class _Levels:
    """Sums over what passes by."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._left: bytes = b""
        self._fine: list[float] = []  # mean squares of FINE_S
        self._rest: NDArray[np.float64] | None = None
        self.squares, self.samples, self.frames, self.peak = 0.0, 0, 0, 0.0

    def add(self, block: bytes, channels: int) -> None:
        import numpy as np

        block = self._left + block
        whole = len(block) - len(block) % (4 * channels)
        self._left = block[whole:]
        samples = np.frombuffer(block[:whole], "<f4").reshape(-1, channels).astype(np.float64)
        if not len(samples):
            return
        squares = (samples * samples).mean(1)
        self.squares += float(squares.sum())
        self.samples += len(squares)
        self.frames += len(squares)
        self.peak = max(self.peak, float(np.abs(samples).max()))
        joined = squares if self._rest is None else np.concatenate([self._rest, squares])
        size = max(1, round(FINE_S * self._rate))
        pieces = len(joined) // size
        self._fine += joined[: pieces * size].reshape(pieces, size).mean(1).tolist()
        self._rest = joined[pieces * size :]

    def ends(self) -> tuple[float, float]:
        """Seconds before the first speech and after the last; all of it where there is none."""
        loud = [at for at, square in enumerate(self._fine) if square > 10 ** (SPEECH_DB / 10)]
        if not loud:
            return self.frames / self._rate, self.frames / self._rate
        return loud[0] * FINE_S, self.frames / self._rate - (loud[-1] + 1) * FINE_S

    def floor_db(self) -> float:
        """The RMS of the quietest WINDOW_S."""
        import numpy as np

        fine = np.array(self._fine or [0.0])
        count = min(len(fine), round(WINDOW_S / FINE_S))
        sums = np.convolve(fine, np.ones(count) / count, "valid")
        return decibels(math.sqrt(max(float(sums.min()), 0.0)))


def decibels(amplitude: float) -> float:
    """An amplitude of at most 1 in dBFS."""
    return max(20 * math.log10(amplitude), SILENT_DB) if amplitude > 0 else SILENT_DB


def mp3_frames(path: Path) -> tuple[int, bool]:
    """The bytes of an MP3's frames, and whether all have one bit rate. Raises StorageError, AssemblyError."""
    rates: set[int] = set()
    total = 0
    for rate, size, first in _frames(path):
        if first is not None and (b"Xing" in first or b"Info" in first):
            continue  # a header for players, in a frame of its own
        rates.add(rate)
        total += size
    if not rates:
        raise AssemblyError("holds no MP3 frames", where=path)
    return total, len(rates) == 1


def _frames(path: Path) -> Iterator[tuple[int, int, bytes | None]]:
    """Bit rate and size of every frame; the first one's bytes too."""
    with storage(path), path.open("rb") as file:
        head = file.read(10)
        file.seek(10 + id3_bytes(head[6:]) if head[:3] == b"ID3" else 0)
        number = 0
        while len(header := file.read(4)) == 4:
            if (frame := mp3_frame(header)) is None:
                return  # a tag behind the sound
            rate, size = frame
            body = file.read(size - 4)
            yield rate, size, body if number == 0 else None
            number += 1
