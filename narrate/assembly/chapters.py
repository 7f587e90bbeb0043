"""Chapters: takes in, one lossless file a chapter out, and its AAC packets.

Everything streams: pydub cuts and fades a take at a time, ffmpeg measures the loudness of
what it is handed and keeps it on disk, then levels that. Memory does not grow with the
chapter, let alone with the book.

A chapter's file is named after a digest of what went into it, its sample rate and its length
in frames: `3f9a….24000.1234944.flac`. One look at the folder therefore tells which chapters
are there and how long they are; no index can fall out of step with it.

A chapter is a whole number of AAC frames long and ends in at least two frames of silence.
That lets every chapter be encoded on its own, in parallel, and its packets be joined without
a gap: see `aac_packets`.
"""

import math
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from narrate.assembly.ffmpeg import Ffmpeg, placed, run
from narrate.assembly.plan import ChapterPlan, Settings
from narrate.errors import AssemblyError, StorageError
from narrate.files import digest, storage

if TYPE_CHECKING:
    from pydub import AudioSegment

AAC_FRAME = 1024  # samples in one packet of AAC-LC
VERSION = 1  # raise it when the same plan would give other samples
LIMIT_DB = 12.0  # what the limiter may take off the highest peak
BITEXACT = ("-fflags", "+bitexact", "-flags:a", "+bitexact")  # no versions of ffmpeg inside the files
SILENCE_LUFS = -70.0  # BS.1770's absolute gate: what ebur128 says when nothing passed it


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
        folder.mkdir(parents=True, exist_ok=True)
        names = os.listdir(folder)  # noqa: PTH208
    found = (m for name in names if (m := _FLAC_NAME.fullmatch(name)))
    return {m["key"]: Chapter(m["key"], folder / m[0], int(m["rate"]), int(m["frames"])) for m in found}


def chapter_keys(plans: Sequence[ChapterPlan], settings: Settings) -> list[str]:
    """A digest for every chapter of what decides its samples; empty for a chapter without takes.

    A take's name is its content's key; its size and time are in the digest too, so that a take
    that was damaged and made again counts as another. Raises TakeError for one that is missing.
    """
    stamps: dict[Path, tuple[str, int, int]] = {}
    for take in {take for plan in plans for take in plan.takes}:
        try:
            stat = take.stat()
        except OSError as error:
            raise TakeError(
                f"the take is missing: {error.strerror}", where=take, do="`narrate render` makes it again"
            ) from error
        stamps[take] = take.name, stat.st_size, stat.st_mtime_ns
    sound = (settings.loudness_lufs, settings.peak_dbfs, settings.fade_ms, settings.head_ms, settings.tail_ms)
    return [
        digest(VERSION, sound, [(s.pause_ms, stamps[s.take] if s.take else None) for s in plan.segments])
        if plan.takes
        else ""
        for plan in plans
    ]


def make_chapter(ffmpeg: Ffmpeg, plan: ChapterPlan, key: str, folder: Path, settings: Settings) -> Chapter:
    """The chapter's file, made now. Raises TakeError, AssemblyError and StorageError."""
    rate = _rate(plan)
    level = _Level()
    raw = ["-f", "s16le", "-ar", str(rate), "-ac", "1"]
    with placed(folder / f"{key}.raw", keep=False) as joined:
        # framelog=verbose gets a summary alone out of old and new ffmpegs alike
        measure = ["-v", "info", *raw, "-i", "pipe:0", "-map", "0:a", "-af", "ebur128=framelog=verbose", *raw]
        pieces = level.watch(_pieces(plan, settings, rate))
        said = run(ffmpeg, [*measure, f"file:{joined}"], pieces, making=f"chapter {plan.title!r}")
        path = folder / f"{key}.{rate}.{level.frames}.flac"
        with placed(path) as part:
            source = ["-v", "error", *raw, "-i", f"file:{joined}", "-map", "0:a", "-threads", "1"]
            filters = level.filters(_integrated(said), settings)
            flac = [*BITEXACT, "-c:a", "flac", "-sample_fmt", "s16", "-f", "flac", f"file:{part}"]
            run(ffmpeg, [*source, "-af", filters, *flac], making=path)
    return Chapter(key, path, rate, level.frames)


@dataclass(slots=True)
class _Level:
    """Counts the frames and finds the peak of what passes by."""

    frames: int = 0
    peak: int = 0

    def watch(self, pieces: "Iterable[AudioSegment]") -> Iterator[bytes]:
        for piece in pieces:
            self.frames += int(piece.frame_count())
            self.peak = max(self.peak, piece.max)
            yield piece.raw_data

    def filters(self, loudness_lufs: float, settings: Settings) -> str:
        """One gain to the target loudness, then a limiter if the peaks would pass the ceiling.

        A limiter, because one loud consonant would otherwise hold a whole chapter 6 dB below its
        neighbours. It may take LIMIT_DB at most: what would need more stays below the target.
        Silence is left alone.
        """
        if not self.peak or loudness_lufs <= SILENCE_LUFS:
            return "anull"
        headroom_db = settings.peak_dbfs - 20 * math.log10(self.peak / 32768)
        gain_db = min(settings.loudness_lufs - loudness_lufs, headroom_db + LIMIT_DB)
        gain = f"volume={gain_db:.3f}dB:precision=double"
        if gain_db <= headroom_db:
            return gain
        return f"{gain},alimiter=limit={10 ** (settings.peak_dbfs / 20):.6f}:attack=5:release=50:level=disabled"


def _integrated(said: str) -> float:
    """The integrated loudness out of ebur128's summary, in LUFS."""
    found = re.findall(r"^\s*I:\s+(-?[\d.]+|-?inf|nan) LUFS", said, re.MULTILINE)
    if not found:
        raise AssemblyError("ffmpeg measured no loudness", do="`narrate doctor` shows which ffmpeg it is")
    loudness = float(found[-1])
    return SILENCE_LUFS if math.isnan(loudness) else max(loudness, SILENCE_LUFS)


def _pieces(plan: ChapterPlan, settings: Settings, rate: int) -> "Iterator[AudioSegment]":
    """The chapter in little pieces, silences and takes in turn."""
    segment = partial(_pydub().AudioSegment, sample_width=2, frame_rate=rate, channels=1)
    frames = 0
    for pause_ms, take in [(settings.head_ms, None), *((s.pause_ms, s.take) for s in plan.segments)]:
        # our own count of frames: pydub's silent(9) at 24 kHz is a frame short
        if pause := round(pause_ms * rate / 1000):
            frames += pause
            yield segment(bytes(2 * pause))
        if take is None:
            continue
        sound = segment(_samples(take, rate))
        if fade_ms := min(settings.fade_ms, len(sound) // 2):
            sound = sound.fade_in(fade_ms).fade_out(fade_ms)
        frames += int(sound.frame_count())
        yield sound
    tail = max(round(settings.tail_ms * rate / 1000), 2 * AAC_FRAME)
    yield segment(bytes(2 * (tail + -(frames + tail) % AAC_FRAME)))


def _samples(take: Path, rate: int) -> bytes:
    """A take's samples, filled up with silence to a whole millisecond, in which pydub counts."""
    from narrate.audio import read_flac

    try:
        audio = read_flac(take)
    except StorageError as error:
        raise TakeError("the take is damaged", where=take, do="`narrate render` makes it again") from error
    if audio.sample_rate != rate:
        raise TakeError(
            f"the take has {audio.sample_rate} Hz where the chapter's first has {rate} Hz",
            where=take,
            do="render the whole book with one engine",
        )
    missing = math.ceil(math.ceil(audio.seconds * 1000) * rate / 1000) - len(audio.samples)
    return audio.samples.tobytes() + bytes(2 * max(missing, 0))


def _rate(plan: ChapterPlan) -> int:
    """The sample rate of the chapter's first take."""
    from narrate.audio import flac_comment

    take = plan.takes[0]
    try:
        return flac_comment(take)[2]
    except StorageError as error:
        raise TakeError("the take is damaged", where=take, do="`narrate render` makes it again") from error


def _pydub() -> ModuleType:
    """pydub, without what it says while it is imported (regular expressions, no ffmpeg, audioop's end)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pydub.audio_segment
    return pydub  # type: ignore[no-any-return]


def encode_aac(ffmpeg: Ffmpeg, chapter: Chapter, bitrate_kbps: int) -> None:
    """Encode a chapter on its own, to where `chapter.aac` says. Raises AssemblyError and StorageError.

    The "fast" coder: on speech at 64 kb/s it comes 1 dB nearer to the original than the default
    one, in a third of the time.
    """
    path = chapter.aac(bitrate_kbps)
    with placed(path) as part:
        source = ["-v", "error", "-f", "flac", "-i", f"file:{chapter.flac}", "-map", "0:a", "-threads", "1"]
        run(
            ffmpeg,
            [
                *source,
                *BITEXACT,
                "-c:a",
                "aac",
                "-aac_coder",
                "fast",
                "-b:a",
                f"{bitrate_kbps}k",
                "-f",
                "adts",
                str(part),
            ],
            making=path,
        )


def aac_packets(chapters: Sequence[Chapter], bitrate_kbps: int) -> Iterator[bytes]:
    """The chapters' AAC as one stream without gaps, in blocks of bytes.

    Packet j of a chapter of k frames covers frames j-1 and j; packet k is there only to end the
    last frame. That frame is silent (two are, at the end of every chapter), so the first packet
    of the next chapter ends it as well, and packet k is left out of all chapters but the last.
    """
    for position, chapter in enumerate(chapters, start=1):
        path = chapter.aac(bitrate_kbps)
        with storage(path), path.open("rb") as file:
            left = path.stat().st_size - (0 if position == len(chapters) else _last_packet(path))
            while left and (block := file.read(min(left, 1 << 20))):
                left -= len(block)
                yield block


def _last_packet(path: Path) -> int:
    """The length in bytes of an ADTS file's last packet: the one whose length reaches the end."""
    with path.open("rb") as file:
        head = file.read(3)
        file.seek(max(0, path.stat().st_size - 8192))  # 13 bits hold a packet's length
        end = file.read()
    at = end.rfind(head[:2])
    while at >= 0:
        packet = end[at:]
        if len(packet) >= 7 and ((packet[3] & 3) << 11 | packet[4] << 3 | packet[5] >> 5) == len(packet):
            return len(packet)
        at = end.rfind(head[:2], 0, at + 1)
    raise AssemblyError("is damaged", where=path, do="delete the folder it is in and run the same command again")


def sweep_chapters(folder: Path, wanted: set[str], keep_aac: str) -> None:
    """Remove the chapters' files that belong to no chapter of the book any more."""
    for path in folder.iterdir():
        key, _, rest = path.name.partition(".")
        stale_aac = rest.endswith("k.aac") and keep_aac and rest != keep_aac
        if path.suffix in (".flac", ".aac") and (key not in wanted or stale_aac):
            with suppress(OSError):
                path.unlink()
