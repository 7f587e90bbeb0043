"""What every reader does with a chapter's blocks, whatever file they come from."""

import re
from collections.abc import Iterable

from narrate.book import Block, BlockKind

_ASTERISM = re.compile(r"(?:[*⁂#~•·∗✱✻❦❧☙⁕◆◇※] ?){1,40}|(?:[-–—_=] ?){3,80}")


def is_scene_break(text: str) -> bool:
    """Whether a paragraph is only an ornament: `* * *`, `⁂`, `#`, `———`."""
    return _ASTERISM.fullmatch(text) is not None


def without_idle_breaks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """`blocks` without scene breaks at the ends or twice in a row: they part two scenes, or nothing."""
    kept: list[Block] = []
    for block in blocks:
        if block.kind is not BlockKind.SCENE_BREAK or (kept and kept[-1].kind is not BlockKind.SCENE_BREAK):
            kept.append(block)
    return tuple(kept[:-1] if kept and kept[-1].kind is BlockKind.SCENE_BREAK else kept)
