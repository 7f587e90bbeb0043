"""The chapters that are assembled as their plans ask for, with the times of their lines: one after another."""

import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from narrate.chapters.ffmpeg import find_ffmpeg
from narrate.chapters.files import Chapter, chapter_keys, chapters_in
from narrate.chapters.mix import sound_lengths
from narrate.chapters.plan import ChapterPlan, Mastering
from narrate.chapters.timeline import TimedChapter, timeline


def assembled_chapters(
    plans: Sequence[ChapterPlan], settings: Mastering, out: Path
) -> Iterator[tuple[Chapter, TimedChapter] | None]:
    """For each plan its chapter in `out`; None for one without takes, or that is not assembled as it is now.

    Raises TakeError for a take that is missing.
    """
    there, start = chapters_in(out / "chapters"), 0
    with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as scratch:
        lengths = sound_lengths(find_ffmpeg, Path(scratch))
        for plan, key in zip(plans, chapter_keys(plans, settings), strict=True):
            chapter = there.get(key)
            if chapter is None:
                yield None
                continue
            rate = chapter.sample_rate
            lines = tuple(timeline(plan, settings, rate, partial(lengths, rate)))
            yield chapter, TimedChapter(plan.title, start, chapter.frames, rate, lines)
            start += chapter.frames
