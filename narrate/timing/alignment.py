"""What an aligner finds of a take."""

from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[float, float]  # seconds of the take: a word's start and end
SHORTEST_S = 0.01  # of a word; no speech sound is shorter
NOTHING = "there are no words in it"


@dataclass(frozen=True, slots=True)
class Alignment:
    """The spans of a take's words, one each, in order and inside the take; none where `why` says what is not sure."""

    spans: tuple[Span, ...] = ()
    why: str = ""


def settled(spans: Iterable[Span], words: int, seconds: float) -> Alignment:
    """`spans` as an Alignment of a take of so many `seconds`: in order, none outside it, none empty.

    Not sure where there are not as many as `words`, or no room for one.
    """
    found: list[Span] = []
    reached = 0.0
    given = list(spans)
    if len(given) != words:
        return Alignment(why="not every word was found in it")
    for start, end in given:
        start = max(reached, start)
        end = min(max(end, start + SHORTEST_S), seconds)
        if end - start < SHORTEST_S / 2:
            return Alignment(why="its last words have no room in it")
        found.append((round(start, 3), round(end, 3)))
        reached = end
    return Alignment(tuple(found))
