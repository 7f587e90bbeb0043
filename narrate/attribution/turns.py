"""Turn-taking: the likeliest speakers of a dialogue's turns, and how likely each is.

A chain of turns in which each speaker depends on the two before (in a dialogue of two people
they alternate), read forwards and backwards: what a tag says at its end also settles its start.
Exact (sum-product over pairs of neighbours), no sampling, no learnt weights.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

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
_SAME = (-3.2, -1.0, -0.4, -0.2)
_BACK = (1.8, 0.9, 0.4, 0.2)


def transition(before: Who | None, last: Who | None, who: Who, gap: int | None, gap_before: int | None) -> float:
    """Log odds that `who` speaks after `before` and `last`, with `gap` paragraphs since the last turn.

    `gap_before` lies between the two before. This is what `likeliest` sums over, in factors.
    """
    same, back = _odds(gap, gap_before)
    if last is None or who == SOMEBODY_ELSE:
        return 0.0
    if who == last:
        return same
    return back if who == before else 0.0


def _odds(gap: int | None, gap_before: int | None) -> tuple[float, float]:
    """Log odds of "the same again" and of "the one before the last"."""
    if gap is None:
        return 0.0, 0.0
    near = min(gap, len(_SAME) - 1)
    return _SAME[near], 0.0 if gap_before is None else _BACK[max(near, min(gap_before, len(_BACK) - 1))]


def likeliest(turns: Sequence[Turn]) -> list[dict[Who, float]]:
    """The probability of each candidate of each turn. An empty turn has none."""
    if not turns:
        return []
    unary = [_exp(turn.scores) for turn in turns]
    forward = _forward(turns, unary)
    backward = _backward(turns, unary)
    result: list[dict[Who, float]] = []
    for number in range(len(turns)):
        totals: dict[Who, float] = {}
        for (before, who), value in forward[number].items():
            totals[who] = totals.get(who, 0.0) + value * backward[number].get((before, who), 0.0)
        whole = sum(totals.values()) or 1.0
        result.append({who: value / whole for who, value in totals.items()})
    return result


_Pairs = dict[tuple[Who | None, Who], float]


def _exp(scores: dict[Who, float]) -> dict[Who, float]:
    top = max(scores.values(), default=0.0)
    return {who: math.exp(score - top) for who, score in scores.items()}


def _weights(turns: Sequence[Turn], number: int) -> tuple[float, float]:
    """The factors of "the same again" and "the one before the last" into turn `number`."""
    same, back = _odds(turns[number].gap, turns[number - 1].gap if number > 1 else None)
    return math.exp(same), math.exp(back)


def _forward(turns: Sequence[Turn], unary: Sequence[dict[Who, float]]) -> list[_Pairs]:
    """For each turn, the weight of (speaker before, speaker) given everything up to it."""
    messages: list[_Pairs] = [{(None, who): value for who, value in unary[0].items()}]
    for number in range(1, len(turns)):
        same, back = _weights(turns, number)
        merged: _Pairs = {}
        totals: dict[Who, float] = {}
        returning: dict[tuple[Who, Who], float] = {}
        for (first, last), value in messages[-1].items():
            totals[last] = totals.get(last, 0.0) + value
            if first is not None:
                returning[last, first] = value
        for last, total in totals.items():
            for who, own in unary[number].items():
                merged[last, who] = own * _mixed(total, returning.get((last, who), 0.0), last, who, same, back)
        messages.append(_normalised(merged))
    return messages


def _mixed(total: float, returning: float, last: Who, who: Who, same: float, back: float) -> float:
    """`total` over everyone before the last, of whom `returning` is the weight of `who` himself."""
    if who == SOMEBODY_ELSE:
        return total
    if who == last:
        return total * same
    return total + returning * (back - 1.0)


def _backward(turns: Sequence[Turn], unary: Sequence[dict[Who, float]]) -> list[_Pairs]:
    """For each turn, the weight of everything after it given (speaker before, speaker)."""
    count = len(turns)
    messages: list[_Pairs] = [{} for _ in range(count)]
    befores = [[None]] + [list(unary[number]) for number in range(count - 1)]
    for number in range(count - 1, -1, -1):
        values: _Pairs = {}
        if number == count - 1:
            values = {(before, who): 1.0 for before in befores[number] for who in unary[number]}
        else:
            same, back = _weights(turns, number + 1)
            ahead = messages[number + 1]
            for last in unary[number]:
                plain = {who: own * ahead.get((last, who), 0.0) for who, own in unary[number + 1].items()}
                total = 0.0
                for who, value in plain.items():
                    total += value * (same if who == last and who != SOMEBODY_ELSE else 1.0)
                for before in befores[number]:
                    extra = 0.0
                    if before is not None and before != last and before != SOMEBODY_ELSE:
                        extra = plain.get(before, 0.0) * (back - 1.0)
                    values[before, last] = total + extra
        messages[number] = _normalised(values)
    return messages


def _normalised(pairs: _Pairs) -> _Pairs:
    whole = sum(pairs.values())
    return {pair: value / whole for pair, value in pairs.items()} if whole > 0 else pairs
