"""A retail sample: the book from its first words on, without its credits, as long as a shop takes."""

from collections.abc import Sequence

from narrate.audio import flac_comment
from narrate.chapters import ChapterPlan, Mastering, Segment
from narrate.project import Project
from narrate.project.edits import is_credit
from narrate.shops import Rule
from narrate.work.inventory import Inventory

LONGEST_S = 300.0  # where a shop says nothing
ROOM_S = 2.0  # under a shop's longest


def sample_plan(
    project: Project, book: Inventory, plans: Sequence[ChapterPlan], rule: Rule | None, settings: Mastering
) -> ChapterPlan | None:
    """The plan of a sample: whole lines, nothing beside the voices; None for a book without any."""
    most_s = rule.most if rule is not None and rule.most is not None else LONGEST_S
    left_s = most_s - ROOM_S - (settings.head_ms + settings.tail_ms) / 1000
    kept: list[Segment] = []
    for chapter, plan in zip(book.chapters, plans, strict=True):
        if chapter.lines and is_credit(project, chapter.lines[0]):
            continue
        for segment in plan.segments:
            if segment.take is None:
                continue
            _, frames, rate = flac_comment(segment.take)
            pause_ms = segment.pause_ms if kept else 0
            left_s -= pause_ms / 1000 + frames / rate
            if left_s < 0:
                return ChapterPlan("Sample", tuple(kept)) if kept else None
            kept.append(Segment(pause_ms, segment.take, said=segment.said))
    return ChapterPlan("Sample", tuple(kept)) if kept else None
