"""The input and output of assembly: plans, tags, settings; steps, marks, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from narrate.book import Cover
from narrate.project import Episode, Podcast
from narrate.script import Line
from narrate.timing import TimedWord


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a take: the script's line, its place there (`3:14`), and its words' times where known."""

    place: str
    line: Line
    words: tuple[TimedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """When the segments that follow are heard, in milliseconds from the chapter's start; until the next one's start
    where `until_ms` is 0."""

    at_ms: int
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class Segment:
    """A pause of `pause_ms` and then a take's file, or a sound that plays alone; with neither, only the pause.

    `bed` starts before the pause and goes on under what follows, until it is at its end or
    another segment starts one or `stops_bed`. With a `window` it is the silence up to the window's start. The take is
    heard `tempo` times as fast as it was spoken.
    """

    pause_ms: int
    take: Path | None
    sound: Path | None = None
    bed: Path | None = None
    stops_bed: bool = False
    window: Window | None = None
    tempo: float = 1.0
    said: Said | None = None  # for captions and the like; nothing of it changes the sound


@dataclass(frozen=True, slots=True)
class ChapterPlan:
    """A chapter: its mark's `title` and what is heard, in order."""

    title: str
    segments: tuple[Segment, ...]

    @property
    def takes(self) -> tuple[Path, ...]:
        return tuple(segment.take for segment in self.segments if segment.take is not None)

    @property
    def sounds(self) -> tuple[Path, ...]:
        """The files of beds and of sounds that play alone, each once."""
        files = (file for segment in self.segments for file in (segment.sound, segment.bed))
        return tuple(dict.fromkeys(file for file in files if file is not None))


def chapter_titles(plans: Sequence[ChapterPlan]) -> list[str]:
    """The titles of chapters that are heard, each on one line; `Chapter 3` for one without."""
    return [" ".join(plan.title.split()) or f"Chapter {number}" for number, plan in enumerate(plans, start=1)]


@dataclass(frozen=True, slots=True)
class Tags:
    """What players show. An empty string leaves a tag out; `language` is a BCP 47 tag.

    `author` is one line, `authors` are its people where they are known apart; `genres` are the book's subjects.
    `made_with` says how the narration was made; `voices` are the names and fingerprints of those heard.
    """

    title: str
    subtitle: str = ""
    author: str = ""
    authors: tuple[str, ...] = ()
    translator: str = ""
    narrator: str = ""
    year: str = ""
    description: str = ""
    genres: tuple[str, ...] = ()
    series: str = ""
    series_index: str = ""
    publisher: str = ""
    language: str = ""
    isbn: str = ""
    copyright: str = ""
    made_with: str = ""
    voices: tuple[tuple[str, str], ...] = ()
    cover: Cover | None = None


@dataclass(frozen=True, slots=True)
class Mastering:
    """How chapters sound and deliverables are encoded.

    A chapter gets one gain; a limiter catches the few peaks that would then pass the ceiling.
    The defaults meet ACX's rules for audiobooks (peaks below -3 dBFS, RMS of -23 to -18 dBFS).
    """

    loudness_lufs: float = -18.0  # integrated loudness of a chapter, ITU-R BS.1770
    rms_db: float | None = None  # RMS of a chapter, in loudness' place
    peak_dbfs: float = -3.0  # highest true peak of a chapter
    fade_ms: int = 5  # at both edges of every take, against clicks
    head_ms: int = 500  # silence before a chapter's first segment
    tail_ms: int = 1500  # silence after its last one, at least
    room_tone: bool = False  # pauses hold the voices' own noise instead of nothing
    watermark: int | None = None  # what it says, 32 bits; None for none
    bitrate_kbps: int = 64  # AAC, MP3 and Opus
    aac: str = "lc"  # the M4B's: "lc", or "he" where the ffmpeg can
    mp3_kbps: int | None = None  # MP3, where a shop wants another
    mp3_rate: int | None = None  # and another sample rate than the takes'
    channels: int = 1  # of MP3, FLAC, Opus and WAV; 2 are alike
    podcast: Podcast = Podcast()  # noqa: RUF009 (frozen)
    episodes: Mapping[str, Episode] = field(default_factory=dict)  # of the podcast, by title
    drawn_cover: bool = False  # a book without a cover gets one made of title and author
    by_word: bool = False  # a read-along lights up words, where their times are known, and else lines


@dataclass(frozen=True, slots=True)
class Step:
    """Progress: `done` chapters `of` all are through a stage ("chapters", "m4b", "mp3", …)."""

    stage: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a chapter is: integrated loudness (ITU-R BS.1770), RMS, and its highest sample against full scale."""

    lufs: float
    rms_db: float
    peak_db: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a chapter lies in the book, and how loud it is; `level` is None where nothing is heard."""

    title: str
    start_s: float
    duration_s: float
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Assembled:
    """What there is at the end.

    `marks` has one entry a plan, in order; a chapter without takes has a duration of 0 and is in
    no deliverable. `files` are all deliverables asked for, made now or kept. `notes` say what a
    person should know (a cover left out, an empty chapter). `provenance` says who signed the files, or why nobody did.
    """

    files: tuple[Path, ...]
    marks: tuple[Mark, ...]
    chapters_made: int
    chapters_kept: int
    seconds: float
    notes: tuple[str, ...] = field(default=())
    provenance: str = ""
