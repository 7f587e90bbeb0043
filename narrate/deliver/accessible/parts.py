"""A book as talking books have it: parts of clips, and the headings by which a listener goes about in them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from narrate.chapters import Tags, TimedChapter
from narrate.deliver.press import VERSION, Press
from narrate.deliver.readalong.marks import Piece
from narrate.deliver.readalong.plain import WHOLE, identity_of
from narrate.deliver.readalong.printed import Starts
from narrate.deliver.readalong.smil import Marked, Par, clips
from narrate.deliver.tags import one_line
from narrate.deliver.timestamp import timestamp
from narrate.files import digest
from narrate.words import roman

DEEPEST = 6  # of headings, in every form
_ARABIC = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a listener can go to: its text, its depth (1 for a chapter, at most one more than the one before it),
    and the clip that it leads to."""

    text: str
    depth: int
    par: Par


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page of the print book begins: its label, the id of its mark, and the clip of the line that begins it
    or goes on from the page before."""

    label: str
    identity: str
    par: Par

    @property
    def kind(self) -> str:
        """DAISY's word for it: "normal" (12), "front" (xiv) or "special" (A-3)."""
        return "normal" if _ARABIC.fullmatch(self.label) else "front" if roman.value(self.label) else "special"


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter in files of one `name` ("01"): its clips follow each other without a gap and are all of it."""

    name: str
    title: str
    chapter: TimedChapter
    pars: tuple[Par, ...]
    headings: tuple[Heading, ...]
    pages: tuple[PageStart, ...] = ()

    @property
    def places(self) -> list[Heading | PageStart]:
        """Headings and pages in the order in which they are heard."""
        order = {par: index for index, par in enumerate(self.pars)}
        return sorted([*self.headings, *self.pages], key=lambda place: order[place.par])

    def page_marks(self, mark: Callable[[PageStart], str]) -> dict[str, str]:
        """The marks of pages by the id of the line before which they stand."""
        found: dict[str, str] = {}
        for page in self.pages:
            found[page.par.identity] = found.get(page.par.identity, "") + mark(page)
        return found

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


def clock(us: int) -> str:
    """`0:01:02.345`: in milliseconds, as players expect it, or in microseconds where those would not be exact."""
    return timestamp(us // 1000, 3) if us % 1000 == 0 else timestamp(us, 6)


def total_us(parts: Sequence[Part]) -> int:
    """The length of the whole book."""
    last = parts[-1].chapter
    return microseconds(last.start + last.frames, last.sample_rate)


def parts_of(chapters: Sequence[TimedChapter], starts: Starts = MappingProxyType({})) -> list[Part]:
    """The book's parts, a chapter each. `starts` are the labels of printed pages by chapter and line, from 0."""
    width, before = max(2, len(str(len(chapters)))), 0
    parts = []
    for number, chapter in enumerate(chapters):
        parts.append(_part(f"{number + 1:0{width}d}", number, chapter, starts, before))
        before += len(parts[-1].pages)
    return parts


def _part(name: str, number: int, chapter: TimedChapter, starts: Starts, before: int) -> Part:
    marked = [Marked(index, number, (Piece(identity_of(line), 1),)) for index, line in enumerate(chapter.lines)]
    whole = Par(number, WHOLE, number, 0, microseconds(chapter.frames, chapter.sample_rate))
    pars = tuple(clips(number, chapter, marked)) or (whole,)  # sound without a word
    title = one_line(chapter.title)
    labels = [(one_line(label), par) for i, par in enumerate(pars) for label in starts.get((number, i), ())]
    pages = tuple(PageStart(label, f"page{n}", par) for n, (label, par) in enumerate(labels, start=before + 1))
    return Part(name, title, chapter, pars, tuple(_headings(title, chapter, pars)), pages)


def _headings(title: str, chapter: TimedChapter, pars: Sequence[Par]) -> Iterator[Heading]:
    """The chapter's title, which leads to its first clip whether it is said or not, and the headings inside."""
    yield Heading(title, 1, pars[0])
    depth = 1
    for spoken, par in list(zip(chapter.lines, pars, strict=False))[1:]:
        if level := spoken.said.line.level:
            depth = deeper(level, depth)
            yield Heading(one_line(spoken.said.line.text), depth, par)


def highest_page(parts: Sequence[Part]) -> int:
    """The highest number of a page that has an Arabic one; 0 for none."""
    return max((int(page.label) for part in parts for page in part.pages if page.kind == "normal"), default=0)


def deeper(level: int, before: int) -> int:
    """The depth of a heading inside a chapter after one of depth `before`."""
    return max(2, min(level, before + 1, DEEPEST))


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
