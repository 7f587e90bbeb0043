"""The pace asked of an engine for lines that have a time, before anybody knows how long their takes are.

A guess by the length of the text: what it leaves, the assembly makes up for (narrate/chapters/fit.py).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from narrate.languages import reading_s
from narrate.script import CueKind, Line, end_ms

FASTEST = 1.25
STEP = 0.05  # paces are few, so that an edit nearby leaves most takes as they are
# Seconds that a line takes at a narrator's own pace, and of that for each that a reader would take.
LEAST_S, SHARE = 0.3, 0.87

NumberedLine = tuple[int, Line]


def paces_of(lines: Sequence[NumberedLine]) -> Mapping[int, float]:
    """The pace of each line, by its number, that would not be done in its time at 1; FASTEST at most."""
    found: dict[int, float] = {}
    times = [at for at, (_, line) in enumerate(lines) if line.cue and line.cue.kind is CueKind.AT]
    for first, last in pairwise([*times, len(lines)]):
        cue = lines[first][1].cue
        following = lines[last][1].cue if last < len(lines) else None
        assert cue is not None
        room_ms = end_ms(cue.at_ms, cue.until_ms, following.at_ms if following else 0) - cue.at_ms
        spoken = [(number, line) for number, line in lines[first + 1 : last] if line.speakable]
        if spoken:
            pace = _pace((line.text for _, line in spoken), room_ms / 1000)
            found |= {number: pace for number, _ in spoken if pace > 1}
    return found


def _pace(texts: Iterable[str], room_s: float) -> float:
    need_s = sum(LEAST_S + SHARE * reading_s(text) for text in texts)
    return min(FASTEST, round(math.ceil(need_s / room_s / STEP) * STEP, 2))
