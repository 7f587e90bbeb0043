"""Turn-taking: the likeliest speakers of a dialogue's turns, and how likely each is.

A chain of turns in which each speaker depends on the two before (in a dialogue of two people
they alternate), read forwards and backwards: what a tag says at its end also settles its start.
Exact (sum-product over pairs of neighbours), no sampling, no learnt weights.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import mul

NARRATOR_SPEAKS = -1  # the "I" who tells the story
SOMEBODY_ELSE = -2  # nobody of the candidates

Who = int


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: for each candidate its score (log odds), and how far it stands from the turn before.

    `gap` counts the paragraphs of narration in between; 0 follows at once, None opens a scene.
    """

    scores: dict[Who, float]
    gap: int | None = 0


# Log odds by the narration in between: the same speaker again, and the one before the last.
_SAME = (-2.72, -0.76, -0.16, -0.08)
_BACK = (2.04, 0.72, 0.34, 0.08)


def odds_of(gap: int | None, gap_before: int | None) -> tuple[float, float]:
    """Log odds of "the same again" and of "the one before the last"."""
    if gap is None:
        return 0.0, 0.0
    near = min(gap, len(_SAME) - 1)
    return _SAME[near], 0.0 if gap_before is None else _BACK[max(near, min(gap_before, len(_BACK) - 1))]


def likeliest(turns: Sequence[Turn]) -> list[dict[Who, float]]:
    """The probability of each candidate of each turn; every turn has at least one."""
    if not turns:
        return []
    people = [list(turn.scores) for turn in turns]
    unary = [_exp(turn.scores) for turn in turns]
    forward = _forward(turns, people, unary)
    backward = _backward(turns, people, unary)
    result: list[dict[Who, float]] = []
    for whos, rows, after in zip(people, forward, backward, strict=True):
        totals = [
            sum(map(mul, column, weights)) for column, weights in zip(zip(*rows, strict=True), after, strict=True)
        ]
        whole = sum(totals) or 1.0
        result.append({who: value / whole for who, value in zip(whos, totals, strict=True)})
    return result


_Rows = list[list[float]]


def _exp(scores: dict[Who, float]) -> list[float]:
    top = max(scores.values(), default=0.0)
    return [math.exp(score - top) for score in scores.values()]


def _weights(turns: Sequence[Turn], number: int) -> tuple[float, float]:
    """The factors of "the same again" and "the one before the last" into turn `number`."""
    same, back = odds_of(turns[number].gap, turns[number - 1].gap if number > 1 else None)
    return math.exp(same), math.exp(back)


def _shared(ones: Sequence[Who], others: Sequence[Who]) -> list[tuple[int, int]]:
    """Where somebody who is in both stands in each; SOMEBODY_ELSE is never the same person twice."""
    places = {who: place for place, who in enumerate(others) if who != SOMEBODY_ELSE}
    return [(place, places[who]) for place, who in enumerate(ones) if who in places]


def _forward(turns: Sequence[Turn], people: Sequence[list[Who]], unary: Sequence[list[float]]) -> list[_Rows]:
    """For each turn, the weight of everything up to it: a row for each speaker before (one row at the
    start), in it each speaker. Whoever is neither again nor back weighs what all before the last weigh."""
    messages: list[_Rows] = [[unary[0]]]
    for number in range(1, len(turns)):
        same, back = _weights(turns, number)
        own, last = unary[number], messages[-1]
        totals = [sum(column) for column in zip(*last, strict=True)]
        rows = [[value * total for value in own] for total in totals]
        if number > 1:
            for first, j in _shared(people[number - 2], people[number]):
                for row, total, weight in zip(rows, totals, last[first], strict=True):
                    row[j] = own[j] * (total + weight * (back - 1.0))
        for i, j in _shared(people[number - 1], people[number]):
            rows[i][j] = own[j] * (totals[i] * same)
        messages.append(_normalised(rows))
    return messages


def _backward(turns: Sequence[Turn], people: Sequence[list[Who]], unary: Sequence[list[float]]) -> list[_Rows]:
    """For each turn, the weight of everything after it: a row for each speaker, in it each speaker before."""
    count = len(turns)
    messages: list[_Rows] = [[]] * count
    for number in range(count - 1, -1, -1):
        width = len(people[number - 1]) if number else 1
        rows: _Rows = [[1.0] * width for _ in people[number]]
        if number < count - 1:
            same, back = _weights(turns, number + 1)
            again = dict(_shared(people[number], people[number + 1]))
            returning = _shared(people[number - 1], people[number + 1]) if number else []
            for i, column in enumerate(zip(*messages[number + 1], strict=True)):
                plain = list(map(mul, unary[number + 1], column))
                j_again = again.get(i, -1)
                if j_again < 0:
                    total = sum(plain)
                else:
                    total = sum([*plain[:j_again], plain[j_again] * same, *plain[j_again + 1 :]])
                rows[i] = [total] * width
                for before, j in returning:
                    if j != j_again:
                        rows[i][before] = total + plain[j] * (back - 1.0)
        messages[number] = _normalised(rows)
    return messages


def _normalised(rows: _Rows) -> _Rows:
    whole = sum(chain.from_iterable(rows))
    return [[value / whole for value in row] for row in rows] if whole > 0 else rows
