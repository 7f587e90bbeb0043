"""Chances that mean what they say: how often what the chain holds to be likely is right, by kind of evidence.

The chain of turns is surer than it ought to be: what it does not know, it does not doubt. Its chance, how many take
part in the talk around and how far off the next tag is are weighed by a logistic regression for each kind of
evidence, fitted by benchmarks/attribution_fit.py on labels of books (see there), whose figures stand below.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p

from narrate.speakers.characters import Character
from narrate.speakers.passages import DESCRIBED, EXPLICIT, IMPLICIT, Span
from narrate.speakers.turns import NARRATOR_SPEAKS, SOMEBODY_ELSE, Who

_WINDOW = 5  # turns either way in which those who talk together are counted
_SURE = 0.7  # from here on somebody is held to take part
_FARTHEST = 8.0


@dataclass(frozen=True, slots=True)
class Grounds:
    """What tells how sure an answer is: the chain's chance of it, the number of people who talk around, the turns to
    the next one with a tag, and whether the answer is the narrator or somebody without a name."""

    kind: str
    chance: float
    people: int = 2
    distance: float = 0.0
    narrator: bool = False
    nameless: bool = False
    tags: int = 0  # of a nameless one, in the book

    def features(self) -> tuple[float, ...]:
        """The grounds as the regression has them."""
        return (
            1.0,
            _odds(self.chance),
            float(min(self.people, 6) - 2),
            log1p(self.distance),
            float(self.narrator),
            float(self.nameless),
            log1p(self.tags),
        )


def _odds(chance: float) -> float:
    bounded = min(max(chance, 0.02), 0.998)
    return log(bounded / (1.0 - bounded))


# Of each kind of evidence: at nothing, for the log odds of the chain, for each person beyond two, for the distance,
# where the narrator speaks, where a nameless one does, and for how often that one is said to speak.
_WEIGHTS: Mapping[str, tuple[float, ...]] = {
    "explicit": (0.85, 0.54, 0.00, 0.00, 0.00, 0.00, 0.40),
    "described": (-0.45, 0.44, -0.12, 0.00, 0.00, -1.16, 0.28),
    "pronoun": (0.58, 0.68, -0.44, -0.07, 0.00, -1.01, 0.34),
    "implicit": (1.13, 0.39, -0.33, -0.01, -1.72, -1.25, 0.27),
}


def chance_of(grounds: Grounds) -> float:
    """How often an answer on these grounds is right."""
    weights = _WEIGHTS.get(grounds.kind)
    if weights is None:
        return grounds.chance
    return 1.0 / (1.0 + exp(-sum(w * x for w, x in zip(weights, grounds.features(), strict=True))))


def grounds_of(
    spans: Sequence[Span],
    chances: Sequence[Mapping[Who, float]],
    people: Sequence[Character],
) -> list[Grounds]:
    """The grounds of the likeliest answer for each turn."""
    best = [max(chance, key=lambda who, of=chance: of[who], default=SOMEBODY_ELSE) for chance in chances]  # type: ignore[misc]
    distances = _distances(spans, [chance.get(who, 0.0) for chance, who in zip(chances, best, strict=True)])
    tags = Counter(who for span in spans for who in {t.mention.who for t in span.tags if t.strength > 0.8})
    found = []
    for number, (span, who) in enumerate(zip(spans, best, strict=True)):
        around = {
            best[other]
            for other in range(max(0, number - _WINDOW), min(len(spans), number + _WINDOW + 1))
            if spans[other].scene == span.scene and chances[other].get(best[other], 0.0) >= _SURE
        }
        found.append(
            Grounds(
                span.kind,
                chances[number].get(who, 0.0),
                max(1, len(around - {SOMEBODY_ELSE})),
                distances[number],
                who == NARRATOR_SPEAKS,
                who >= 0 and not people[who].named,
                tags[who] if who >= 0 and not people[who].named else 0,
            )
        )
    return found


def _distances(spans: Sequence[Span], chances: Sequence[float]) -> list[float]:
    """For each turn, how many turns off the next one is that a tag settles, in its scene."""
    distances = [_FARTHEST] * len(spans)
    for numbers in (range(len(spans)), range(len(spans) - 1, -1, -1)):
        near, scene = _FARTHEST, -1
        for number in numbers:
            span = spans[number]
            if span.scene != scene:
                near, scene = _FARTHEST, span.scene
            settled = span.kind in (EXPLICIT, DESCRIBED) or (span.kind != IMPLICIT and chances[number] > 0.9)
            near = 0.0 if settled else min(_FARTHEST, near + 1.0)
            distances[number] = min(distances[number], near)
    return distances
