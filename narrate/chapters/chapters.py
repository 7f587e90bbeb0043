"""Chapters: takes in, one lossless file a chapter out, and its AAC packets.

Everything streams: pydub cuts and fades a take at a time, ffmpeg measures the loudness of
what it is handed and keeps it on disk, then levels that and writes all that is made of it in one
pass; where a script has cues, `mix` adds sounds in between. Memory does not grow with the chapter,
let alone with the book.

A chapter is a whole number of AAC frames long and ends in at least two frames of silence.
That lets every chapter be encoded on its own, in parallel, and its packets be joined without
a gap: see `aac_packets`.
"""

import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from narrate.chapters.aac import AAC_FRAME, BITEXACT, aac_coding
from narrate.chapters.ffmpeg import ALOUD, Ffmpeg, run
from narrate.chapters.files import Chapter, TakeError
from narrate.chapters.levels import LEVEL_FILTERS, level_said, write_level
from narrate.chapters.marking import marked
from narrate.chapters.mix import SILENCE_LUFS, Sound, Track, integrated, mixed, peak_of, sound_of
from narrate.chapters.plan import ChapterPlan, Mastering, Segment
from narrate.chapters.stretch import stretched
from narrate.chapters.timeline import frames_of, headed, padded, pause_frames
from narrate.chapters.tone import room_tone
from narrate.errors import StorageError
from narrate.files import placed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pydub import AudioSegment

    from narrate.audio import Audio

LIMIT_DB = 12.0  # what the limiter may take off the highest peak
OVERSAMPLED = 4  # BS.1770's own factor for true peaks
BETWEEN_DB = 1.0  # how much higher than its samples speech may be between them
WAY_BACK_DB = 0.2
ATTACK_MS = 5
SHORT_DB = 2.0


def make_chapter(
    ffmpeg: Ffmpeg, plan: ChapterPlan, key: str, folder: Path, settings: Mastering, *, aac: bool = False
) -> Chapter:
    """The chapter's file, made now, with its level and, where asked for, its AAC packets beside it.

    Raises TakeError, AssemblyError and StorageError.
    """
    rate = _rate(plan)
    level = _Level()
    track = Track(rate)
    raw = ["-f", "s16le", "-ar", str(rate), "-ac", "1"]
    with ExitStack() as scratch:
        sounds = {file: _sound(ffmpeg, file, rate, folder, scratch) for file in plan.sounds}
        joined = scratch.enter_context(placed(folder / f"{key}.raw", keep=False))
        # framelog=verbose gets a summary alone out of old and new ffmpegs alike
        measure = [*ALOUD, *raw, "-i", "pipe:0", "-map", "0:a", "-af", "ebur128=framelog=verbose", *raw]
        tone = room_tone(plan.takes, _read) if settings.room_tone else None
        spoken = _pieces(
            plan, settings, track, sounds, tone, partial(stretched, ffmpeg, scratch=folder / f"{key}.faster")
        )
        if settings.watermark is not None:
            spoken = marked(spoken, settings.watermark, rate)
        pieces = level.watch(spoken)
        said = run(ffmpeg, [*measure, f"file:{joined}"], pieces, making=f"chapter {plan.title!r}", into=joined)
        gain_db = level.gain_db(integrated(said), settings, rate)
        feed: Iterable[bytes] = ()
        if track.played:
            gain = 10 ** (gain_db / 20)
            peak = peak_of(mixed(joined, gain, track, settings))
            feed = (block.tobytes() for block in mixed(joined, gain, track, settings))
            source = ["-f", "f32le", "-ar", str(rate), "-ac", "1", "-i", "pipe:0"]
            filters = _limiter(settings, rate) if peak > 10 ** (settings.peak_dbfs / 20) else "anull"
        else:
            source = [*raw, "-i", f"file:{joined}"]
            filters = level.filters(gain_db, settings, rate)
        chapter = Chapter(key, folder / f"{key}.{rate}.{level.frames}.flac", rate, level.frames)
        _encode(ffmpeg, chapter, source, filters, feed, settings.bitrate_kbps if aac else None)
    return chapter


def _encode(
    ffmpeg: Ffmpeg, chapter: Chapter, source: Sequence[str], filters: str, feed: Iterable[bytes], aac_kbps: int | None
) -> None:
    """Write all that is made of a chapter's levelled samples in one pass over them; the FLAC file is in place last."""
    sinks = {chapter.flac: ["-c:a", "flac", "-sample_fmt", "s16", "-f", "flac"]}
    if aac_kbps is not None:
        sinks[chapter.aac(aac_kbps)] = aac_coding(aac_kbps)
    with ExitStack() as parts:
        outputs: list[str] = []
        for number, (path, coding) in enumerate(sinks.items()):
            part = parts.enter_context(placed(path))
            outputs += ["-map", f"[{number}]", "-threads", "1", *BITEXACT, *coding, f"file:{part}"]
        # In the 16 bits of the files, so that what is measured is what they hold.
        split = f"asplit={len(sinks)}" + "".join(f"[{number}]" for number in range(len(sinks)))
        graph = f"[0:a]{filters},aformat=sample_fmts=s16,{LEVEL_FILTERS},{split}"
        arguments = [*ALOUD, *source, "-filter_complex", graph, *outputs]
        said = run(ffmpeg, arguments, feed, making=chapter.flac, into=chapter.flac)
        write_level(chapter, level_said(said))


@dataclass(slots=True)
class _Level:
    """Counts the frames and finds the peak and the RMS of what passes by."""

    frames: int = 0
    peak: int = 0
    squares: float = 0.0

    def watch(self, pieces: "Iterable[AudioSegment]") -> Iterator[bytes]:
        for piece in pieces:
            self.frames += int(piece.frame_count())
            self.peak = max(self.peak, piece.max)
            self.squares += piece.rms**2 * piece.frame_count()
            yield piece.raw_data

    def headroom_db(self, settings: Mastering) -> float:
        """How far the highest peak is below the ceiling."""
        return settings.peak_dbfs - 20 * math.log10(self.peak / 32768)

    def gain_db(self, loudness_lufs: float, settings: Mastering, rate: int) -> float:
        """One gain to the target loudness or RMS, as far as a limiter can hold the peaks.

        A limiter, because one loud consonant would otherwise hold a whole chapter 6 dB below its
        neighbours. It may take LIMIT_DB at most: what would need more stays below the target.
        Silence is left alone.
        """
        if not self.peak or loudness_lufs <= SILENCE_LUFS:
            return 0.0
        wanted = settings.loudness_lufs - loudness_lufs
        if settings.rms_db is not None:
            # The silence at the ends does not count, or a short chapter would be much louder than a
            # long one; but a shop measures it all, so it may pull the whole SHORT_DB down at most.
            ends = frames_of(settings.head_ms + settings.tail_ms, rate)
            whole = 10 * math.log10(self.squares / self.frames / 32768**2)
            spoken = whole + 10 * math.log10(self.frames / max(self.frames - ends, 1))
            wanted = settings.rms_db - min(spoken, whole + SHORT_DB)
        return min(wanted, self.headroom_db(settings) + LIMIT_DB)

    def filters(self, gain_db: float, settings: Mastering, rate: int) -> str:
        """That gain, then the limiter if the peaks would pass the ceiling."""
        if not gain_db:
            return "anull"
        gain = f"volume={gain_db:.3f}dB:precision=double"
        # Between samples a peak can be higher than at them: by how much is only known at a higher rate.
        return gain if gain_db <= self.headroom_db(settings) - BETWEEN_DB else f"{gain},{_limiter(settings, rate)}"


def _limiter(settings: Mastering, rate: int) -> str:
    """A true-peak limiter: at OVERSAMPLED times the rate, with a little room for the way back."""
    limit = 10 ** ((settings.peak_dbfs - WAY_BACK_DB) / 20)
    limiter = f"alimiter=limit={limit:.6f}:attack={ATTACK_MS}:release=50:level=disabled"
    # It looks ahead, and so is late by its attack (older ffmpegs have no `latency` option). What is lost
    # at the end is silence.
    late = OVERSAMPLED * rate * ATTACK_MS // 1000
    return f"aresample={OVERSAMPLED * rate},{limiter},atrim=start_sample={late},apad=pad_len={late},aresample={rate}"


def _sound(ffmpeg: Ffmpeg, file: Path, rate: int, folder: Path, scratch: ExitStack) -> Sound:
    """A cue's file, decoded to a scratch file in `folder`."""
    return sound_of(ffmpeg, file, scratch.enter_context(placed(folder / f"{file.name}.raw", keep=False)), rate)


def _pieces(
    plan: ChapterPlan,
    settings: Mastering,
    track: Track,
    sounds: Mapping[Path, Sound],
    tone: "NDArray[np.int16] | None" = None,
    faster: "Callable[[Audio, float], Audio] | None" = None,
) -> "Iterator[AudioSegment]":
    """The chapter in little pieces, silences and takes in turn; where sounds play goes to `track`.

    `faster` makes what is heard so many times as fast as it was spoken.
    """
    rate = track.rate
    segment = partial(_pydub().AudioSegment, sample_width=2, frame_rate=rate, channels=1)
    frames = 0
    for planned in headed(plan, settings):
        if planned.bed or planned.stops_bed:
            track.begin_bed(sounds[planned.bed] if planned.bed else None, frames)
        alone = sounds[planned.sound] if planned.sound else None
        # our own count of frames: pydub's silent(9) at 24 kHz is a frame short
        pause = pause_frames(planned, frames, rate)
        if alone:
            track.play(alone, frames + pause)
            pause += alone.frames
        for quiet in _quiet(pause, frames, rate, tone):
            yield segment(quiet)
        frames += pause
        if planned.take is None:
            continue
        spoken = segment(_samples(planned, rate, faster))
        if fade_ms := min(settings.fade_ms, len(spoken) // 2):
            spoken = spoken.fade_in(fade_ms).fade_out(fade_ms)
        track.spoke(frames, frames + int(spoken.frame_count()))
        frames += int(spoken.frame_count())
        yield spoken
    track.begin_bed(None, frames)
    tail = max(round(settings.tail_ms * rate / 1000), 2 * AAC_FRAME)
    last = 2 * AAC_FRAME  # silent, see `aac_packets`
    for quiet in _quiet(tail + -(frames + tail) % AAC_FRAME - last, frames, rate, tone):
        yield segment(quiet)
    yield segment(bytes(2 * last))


def _quiet(frames: int, at: int, rate: int, tone: "NDArray[np.int16] | None") -> Iterator[bytes]:
    """That many frames of silence or room tone from frame `at` on, ten seconds at a time."""
    for start in range(at, at + frames, 10 * rate):
        count = min(10 * rate, at + frames - start)
        yield bytes(2 * count) if tone is None else tone.take(range(start, start + count), mode="wrap").tobytes()


def _read(take: Path) -> "Audio":
    from narrate.audio import read_flac

    try:
        return read_flac(take)
    except StorageError as error:
        raise TakeError("the take is damaged", where=take, do="`narrate render` makes it again") from error


def _samples(planned: Segment, rate: int, faster: "Callable[[Audio, float], Audio] | None") -> bytes:
    """The samples of a segment's take, filled up with silence to a whole millisecond, in which pydub counts."""
    take = planned.take
    assert take is not None
    audio = _read(take)
    if audio.sample_rate != rate:
        raise TakeError(
            f"the take has {audio.sample_rate} Hz where the chapter's first has {rate} Hz",
            where=take,
            do="render the whole book with one engine",
        )
    if faster is not None and planned.tempo != 1.0:
        audio = faster(audio, planned.tempo)
    missing = padded(len(audio.samples), rate) - len(audio.samples)
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
