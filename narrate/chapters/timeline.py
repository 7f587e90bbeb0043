"""The timeline of a chapter: when each line is spoken, to the sample.

Counted, not looked for: pauses and takes are of known length, so nothing is aligned or decoded,
but for sounds that play alone, whose length only their decoder knows. A test holds this count
against what `chapters` writes.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.chapters.plan import ChapterPlan, Mastering, Said, Segment
from narrate.timing import TimedWord


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line and the frames of its chapter, from `start` to before `end`, in which it is heard, `tempo` times as fast
    as its take."""

    said: Said
    start: int
    end: int
    tempo: float = 1.0

    def words(self, sample_rate: int) -> Iterator[tuple[TimedWord, int, int]]:
        """Its words whose times are known, in order, with the frames of the chapter in which each is heard."""
        for word in self.said.words:
            start, end = (round(seconds / self.tempo * sample_rate) for seconds in (word.start_s, word.end_s))
            yield word, min(self.start + start, self.end), min(self.start + end, self.end)


@dataclass(frozen=True, slots=True)
class TimedChapter:
    """A chapter in the book: its first frame there, its length, and its lines in order."""

    title: str
    start: int
    frames: int
    sample_rate: int
    lines: tuple[Spoken, ...]

    def seconds(self, frame: int) -> float:
        """A frame of the chapter as seconds of the chapter."""
        return frame / self.sample_rate

    def book_seconds(self, frame: int) -> float:
        """A frame of the chapter as seconds of the book."""
        return (self.start + frame) / self.sample_rate


def timeline(
    plan: ChapterPlan, settings: Mastering, sample_rate: int, sound_frames: Callable[[Path], int]
) -> Iterator[Spoken]:
    """The lines of a chapter as `chapters` places them; `sound_frames` tells how long a sound alone is.

    Raises StorageError for a take that cannot be read.
    """
    from narrate.audio import flac_comment  # numpy

    at = 0
    for segment in headed(plan, settings):
        at += pause_frames(segment, at, sample_rate)
        if segment.sound is not None:
            at += sound_frames(segment.sound)
        if segment.take is not None:
            _, frames, _ = flac_comment(segment.take)
            end = at + padded(frames_at(segment.tempo, frames), sample_rate)
            if segment.said is not None:
                yield Spoken(segment.said, at, end, segment.tempo)
            at = end


def headed(plan: ChapterPlan, settings: Mastering) -> tuple[Segment, ...]:
    """A chapter's segments with the silence before the first; one that has its time is heard at that."""
    timed = plan.segments[:1] and plan.segments[0].window is not None
    return plan.segments if timed else (Segment(settings.head_ms, None), *plan.segments)


def pause_frames(segment: Segment, at: int, sample_rate: int) -> int:
    """The silence before a segment in frames, where what comes before ends at frame `at`."""
    if segment.window is None:
        return frames_of(segment.pause_ms, sample_rate)
    return max(0, frames_of(segment.window.at_ms, sample_rate) - at)


def frames_at(tempo: float, frames: int) -> int:
    """A take's frames when it is heard `tempo` times as fast."""
    return frames if tempo == 1.0 else math.ceil(frames / tempo)


def frames_of(pause_ms: int, sample_rate: int) -> int:
    """A pause in frames."""
    return round(pause_ms * sample_rate / 1000)


def padded(frames: int, sample_rate: int) -> int:
    """A take's frames, filled up to a whole millisecond, in which pydub counts."""
    return max(frames, math.ceil(math.ceil(frames / sample_rate * 1000) * sample_rate / 1000))


def timed_book(
    plans: Sequence[ChapterPlan],
    frames: Sequence[int],
    settings: Mastering,
    sample_rate: int,
    sound_frames: Callable[[Path], int],
) -> list[TimedChapter]:
    """The chapters that are heard, with their lines. `frames` are the chapters' lengths, 0 where nothing is."""
    chapters, start = [], 0
    for plan, length in zip(plans, frames, strict=True):
        if length:
            lines = tuple(timeline(plan, settings, sample_rate, sound_frames))
            chapters.append(TimedChapter(plan.title, start, length, sample_rate, lines))
            start += length
    return chapters
