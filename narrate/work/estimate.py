"""Estimates of a book before it is rendered: audio, time and disk. Numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass

from narrate.chapters import ChapterPlan
from narrate.engine.speed import Speed
from narrate.project import CHARACTERS_A_SECOND, PlacedChapter
from narrate.takes import Request
from narrate.work.inventory import Work

TAKE_BYTES_PER_S = 28_000.0  # of FLAC, until this machine's own takes tell
SAMPLE_BYTES_PER_S = 48_000.0  # 24 kHz, 16 bits
MARGIN = 1.1  # estimates are that good
CALIBRATION_LINES = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """`audio_s` is the whole book's with its pauses, `audio_left_s` what has still to be spoken.

    `time_s` is of rendering, with `load_s` of loading; None where no speed is known. `skipped` counts
    lines that are never spoken (silent headings, ornaments).
    """

    chapters: int
    lines: int
    skipped: int
    words: int
    takes_there: int
    takes_missing: int
    audio_s: float
    audio_left_s: float
    time_s: float | None
    load_s: float | None
    takes_bytes: int
    output_bytes: int
    free_bytes: int

    @property
    def fits(self) -> bool:
        """Whether the disk holds what has still to be made."""
        return (self.takes_bytes + self.output_bytes) * MARGIN <= self.free_bytes


def estimate(
    chapters: Sequence[PlacedChapter],
    plans: Sequence[ChapterPlan],
    work: Work,
    formats: Sequence[str],
    bitrate_kbps: int,
    speed: Speed | None,
    free_bytes: int,
) -> Estimate:
    """The estimate for a book: its `plans` say its pauses, `speed` how fast and how wordy its audio is."""
    pace = speed.characters_per_s if speed else CHARACTERS_A_SECOND
    take_bytes = speed.take_bytes_per_s if speed else TAKE_BYTES_PER_S
    lines = [line for chapter in chapters for line in chapter.lines]
    spoken = [line.request for line in lines if line.request is not None]
    spoken_s = sum(len(request.text) for request in spoken) / pace
    pauses_s = sum(segment.pause_ms for plan in plans for segment in plan.segments) / 1000
    audio_s = spoken_s + pauses_s if spoken else 0.0
    left_s = sum(len(request.text) for request in work.missing) / pace
    longest_s = max(
        (sum(len(line.request.text) for line in c.lines if line.request) / pace for c in chapters), default=0
    )
    return Estimate(
        chapters=len(chapters),
        lines=len(spoken),
        skipped=len(lines) - len(spoken),
        words=sum(len(line.line.text.split()) for line in lines if line.request is not None),
        takes_there=work.kept,
        takes_missing=len(work.missing),
        audio_s=audio_s,
        audio_left_s=left_s,
        time_s=0.0 if not work.missing else speed.load_s + left_s / speed.rtf if speed else None,
        load_s=speed.load_s if speed else None,
        takes_bytes=round(left_s * take_bytes),
        output_bytes=round(
            output_bytes_per_s(formats, bitrate_kbps, take_bytes) * audio_s + longest_s * SAMPLE_BYTES_PER_S
        ),
        free_bytes=free_bytes,
    )


def output_bytes_per_s(formats: Sequence[str], bitrate_kbps: int, take_bytes_per_s: float) -> float:
    """Bytes on disk for each second of the book: the chapters' files, which are kept, and the deliverables."""
    coded = bitrate_kbps * 125.0
    sizes = {"m4b": 2 * coded, "mp3": coded, "opus": coded, "flac": take_bytes_per_s, "wav": SAMPLE_BYTES_PER_S}
    return take_bytes_per_s + sum(sizes.get(name, coded) for name in formats)


def calibration_lines(requests: Sequence[Request], count: int) -> list[Request]:
    """`count` of the lines at most, spread evenly over their lengths: together they are like the book."""
    ordered = sorted(requests, key=lambda request: (len(request.text), request.key))
    if len(ordered) <= count:
        return ordered
    return [ordered[int((n + 0.5) * len(ordered) / count)] for n in range(count)]
