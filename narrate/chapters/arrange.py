"""The arrangement of a chapter's lines in the order in which they are heard: pauses, takes, sounds and beds."""

from collections.abc import Callable
from pathlib import Path

from narrate.chapters.plan import ChapterPlan, Said, Segment, Window
from narrate.project import PlacedChapter, PlacedLine
from narrate.script import CueKind, Line, Pauses, pause_before
from narrate.timing import TimedWord


def arrange(
    chapter: PlacedChapter,
    pauses: Pauses,
    take_of: Callable[[str], Path],
    words_of: Callable[[PlacedLine], tuple[TimedWord, ...]] = lambda line: (),
) -> ChapterPlan:
    """The plan of a chapter; `take_of` gives a request key's file, `words_of` what is known of a line's word times.

    A line that nothing speaks (an ellipsis alone) is its pause. A bed takes no time: it starts
    where the line before ends, and the pause that its own row asks for comes before the next
    line. A pause cue stands for the usual pause, and so does a time.
    """
    segments: list[Segment] = []
    previous: Line | None = None
    owed_ms = 0  # by rows that take no time
    exact_ms: int | None = None  # by pause cues
    for placed in chapter.lines:
        line, cue = placed.line, placed.line.cue
        if line.silent:
            continue
        # What comes before the first line is the chapter's own head.
        pause_ms = max(owed_ms, pause_before(line, previous, pauses) if previous else 0)
        previous = line
        if cue is not None and cue.kind is CueKind.PAUSE:
            exact_ms = (exact_ms or 0) + cue.pause_ms
        elif cue is not None and cue.kind is CueKind.AT:
            segments.append(Segment(0, None, window=Window(cue.at_ms, cue.until_ms)))
            owed_ms, exact_ms = 0, 0
        elif cue is not None and cue.kind is CueKind.MUSIC:
            if exact_ms:
                segments.append(Segment(exact_ms, None))
                exact_ms = 0
            segments.append(Segment(0, None, bed=placed.sound, stops_bed=not cue.file))
            owed_ms = pause_ms
        else:
            take = take_of(placed.request.key) if placed.request else None
            said = Said(placed.place, line, words_of(placed)) if take else None
            segments.append(Segment(pause_ms if exact_ms is None else exact_ms, take, placed.sound, said=said))
            owed_ms, exact_ms = 0, None
    if exact_ms:
        segments.append(Segment(exact_ms, None))
    return ChapterPlan(chapter.title, tuple(segments))
