"""A book as talking books have it: parts of clips, and the headings by which a listener goes about in them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from narrate.chapters import Tags, TimedChapter
from narrate.deliver.press import VERSION, Press
from narrate.deliver.readalong.marks import Piece
from narrate.deliver.readalong.plain import WHOLE, identity_of
from narrate.deliver.readalong.smil import Marked, Par, clips
from narrate.deliver.tags import one_line
from narrate.files import digest

DEEPEST = 6  # of headings, in every form


@dataclass(frozen=True, slots=True)
class Heading:
    """What a listener can go to: its text, its depth (1 for a chapter, at most one more than the one before it),
    and the clip that it leads to."""

    text: str
    depth: int
    par: Par


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter in files of one `name` ("01"): its clips follow each other without a gap and are all of it."""

    name: str
    title: str
    chapter: TimedChapter
    pars: tuple[Par, ...]
    headings: tuple[Heading, ...]

    @property
    def duration_us(self) -> int:
        """The length of the sound in microseconds, of which every sample has more than one."""
        return microseconds(self.chapter.frames, self.chapter.sample_rate)

    @property
    def before_us(self) -> int:
        """What is heard before it, counted in samples: lengths that are rounded one by one would drift."""
        return microseconds(self.chapter.start, self.chapter.sample_rate)

    def file(self, suffix: str) -> str:
        return f"{self.name}{suffix}"


def microseconds(frames: int, sample_rate: int) -> int:
    return round(frames * 1_000_000 / sample_rate)


def total_us(parts: Sequence[Part]) -> int:
    """The length of the whole book."""
    last = parts[-1].chapter
    return microseconds(last.start + last.frames, last.sample_rate)


def parts_of(chapters: Sequence[TimedChapter]) -> list[Part]:
    """The book's parts, a chapter each."""
    width = max(2, len(str(len(chapters))))
    return [_part(f"{number + 1:0{width}d}", number, chapter) for number, chapter in enumerate(chapters)]


def _part(name: str, number: int, chapter: TimedChapter) -> Part:
    marked = [Marked(index, number, (Piece(identity_of(line), 1),)) for index, line in enumerate(chapter.lines)]
    whole = Par(number, WHOLE, number, 0, microseconds(chapter.frames, chapter.sample_rate))
    pars = tuple(clips(number, chapter, marked)) or (whole,)  # sound without a word
    title = one_line(chapter.title)
    return Part(name, title, chapter, pars, tuple(_headings(title, chapter, pars)))


def _headings(title: str, chapter: TimedChapter, pars: Sequence[Par]) -> Iterator[Heading]:
    """The chapter's title, which leads to its first clip whether it is said or not, and the headings inside."""
    yield Heading(title, 1, pars[0])
    depth = 1
    for spoken, par in list(zip(chapter.lines, pars, strict=False))[1:]:
        if level := spoken.said.line.level:
            depth = max(2, min(level, depth + 1, DEEPEST))
            yield Heading(one_line(spoken.said.line.text), depth, par)


def people(tags: Tags) -> list[str]:
    """The authors, each on one line; every form wants one at least."""
    return [name for name in map(one_line, tags.authors or (tags.author,)) if name] or ["Unknown"]


def write_dated(press: Press, form: str, path: Path, text_of: Callable[[str], str]) -> Path:
    """Have a deliverable be the text that `text_of` makes of a day: of today, where anything else of it is new."""
    key = digest(form, VERSION, text_of(""))
    if not press.is_delivered(path, key):
        with press.placing(form, path, key) as part:
            part.write_text(text_of(datetime.now(UTC).date().isoformat()), encoding="utf-8", newline="\n")
    return path
