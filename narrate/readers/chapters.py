"""Finishing a chapter's blocks, the same for every reader."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median_high

from narrate.book import Block, BlockKind, Chapter
from narrate.readers.heads import with_head

# A blank paragraph, as readers find it: a scene break or mere spacing, which only the whole book tells.
BLANK = Block("")
_SCENE_BREAK = Block("", BlockKind.SCENE_BREAK)
_MOST_WIDE = 3  # of so many gaps between paragraphs one may be a scene break; where more are wide, it is layout


def finished(chapters: Iterable[Chapter], title: str) -> tuple[Chapter, ...]:
    """Chapters as they were gathered, made whole: blank paragraphs told, heads known as such, idle breaks dropped.

    A chapter that nothing names has the book's `title`.
    """
    gathered = list(chapters)
    runs = _with_blanks_told([chapter.blocks for chapter in gathered])
    return tuple(
        _finished(replace(chapter, title=chapter.title or title), run, named=chapter.title != "")
        for chapter, run in zip(gathered, runs, strict=True)
    )


def _finished(chapter: Chapter, blocks: Sequence[Block], *, named: bool) -> Chapter:
    return replace(chapter, blocks=_without_idle_breaks(with_head(blocks, chapter.title, named=named)))


def _with_blanks_told(runs: Sequence[Sequence[Block]]) -> Iterator[Sequence[Block]]:
    """Each run of blocks with scene breaks for the blank paragraphs that are none of the book's usual spacing.

    Usual is what parts most paragraphs, in the book and in the chapter: nothing, as a rule, or one blank.
    """
    gaps = [[blanks for blanks, before, block in _spaced(run) if _are_paragraphs(before, block)] for run in runs]
    all_gaps = [blanks for found in gaps for blanks in found]
    usual = median_high(all_gaps) if all_gaps else 0
    told = 0 < _MOST_WIDE * sum(blanks > usual for blanks in all_gaps) <= len(all_gaps)
    for run, found in zip(runs, gaps, strict=True):
        here = max(usual, median_high(found)) if found else usual
        blocks: list[Block] = []
        for blanks, before, block in _spaced(run):
            if told and blanks > here and _are_paragraphs(before, block):
                blocks.append(_SCENE_BREAK)
            blocks.append(block)
        yield blocks


def _spaced(run: Iterable[Block]) -> Iterator[tuple[int, Block, Block]]:
    """Every block with the number of blank paragraphs before it, and the block before those."""
    blanks, before = 0, _SCENE_BREAK
    for block in run:
        if block == BLANK:
            blanks += 1
            continue
        yield blanks, before, block
        blanks, before = 0, block


def _are_paragraphs(*blocks: Block) -> bool:
    return all(block.kind is BlockKind.PARAGRAPH for block in blocks)


def _without_idle_breaks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """`blocks` without scene breaks at the ends, twice in a row or beside a heading: they part no two scenes."""
    kept: list[Block] = []
    for block in blocks:
        idle = block.kind is BlockKind.SCENE_BREAK
        if idle and (not kept or kept[-1].kind in (BlockKind.SCENE_BREAK, BlockKind.HEADING)):
            continue
        if block.kind is BlockKind.HEADING and kept and kept[-1].kind is BlockKind.SCENE_BREAK:
            kept.pop()
        kept.append(block)
    return tuple(kept[:-1] if kept and kept[-1].kind is BlockKind.SCENE_BREAK else kept)
