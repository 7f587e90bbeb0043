"""The light checks: a take's measures against what its text and its voice lead us to expect.

Every rule is a score and a reason. A limit is a number of deviations from the voice's own middle,
and never tighter than what no listener would mind.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from narrate.check.findings import MAX_SCORE, Finding
from narrate.check.measures import FRAME_S, MIN_PAUSE_BLOCKS, PAUSE_DB, STEPS, Measures
from narrate.check.norms import ENOUGH, ENOUGH_BANDS, Norms, counts, has_vowels
from narrate.check.pace import NOTICED, Drift

DEVIATIONS = 5.0
SHORT_S = 1.5  # a line of a word or three
LETTER_S, MOST_LETTERS_S = 0.2, 1.0  # what it takes more to say a letter, or all of them
LENGTH_DEVIATIONS = 3.0
CAPPED = Finding("end", 2.0, "stopped at its frame cap: it may run on")
LEAST_PAUSE_S, LEAST_STOP_S = 0.48, 0.6  # which nobody minds: within a clause, and between two
STEEP_DEVIATIONS = 4.0
STEEP_FALL_DB, STEEP_RISE_DB = 35.0, 58.0  # within 20 ms
TIMBRE_DEVIATIONS = 4.2
AGAIN = 0.72  # how alike a stretch and the next may be by chance
ECHO = 1.05  # and two stretches as far apart as the take is too long, with SURPLUS for each of the odds of that
SURPLUS, LEAST_ODDS, MOST_ODDS = 0.015, 2.0, 16.0
SPELT = 4  # letters in a row that sound alike
DIRECTED = 1.5  # how much wider the limits are where a line was directed: a whisper is quiet, and slow
_STOP = re.compile(r"[;:—–]")
_WORD = re.compile(r"\w+(?:['’]\w+)*")


def light(
    measures: Measures, text: str, norms: Norms, *, capped: bool = False, directed: bool = False
) -> list[Finding]:
    """Findings of the rules that need no model. `capped`: the engine stopped it at its frame cap."""
    if measures.level < -65 or measures.speech_s < 0.04:
        return [Finding("silence", MAX_SCORE, f"nothing is heard ({measures.level:.0f} dB)")]
    wide = DIRECTED if directed else 1.0
    found = [
        *_length(measures, text, norms, wide, capped),
        *_edges(measures, norms),
        *_pauses(measures, text, norms),
        *_levels(measures, norms, wide),
        *_repeats(measures, text, norms),
    ]
    if any(finding.score >= 1 for finding in found):
        return found  # what is wrong in another way does not sound like the voice either
    return [*found, _timbre(measures, norms, wide)]


def _length(m: Measures, text: str, norms: Norms, wide: float, capped: bool) -> Iterator[Finding]:
    """Length or, where the syllables come faster or slower by as much, pace; and an end that never came."""
    expected = norms.expected_s(text)
    length, beats = norms.pace(text, m)
    off = _length_off(m, text, norms) / wide
    score = abs(off)
    what = "long" if off > 0 else "short"
    why = f"too {what}: {m.speech_s:.1f} s of speech, and this text needs about {expected:.1f} s"
    if beats * length > 0 and abs(beats) > 0.5 * abs(length):
        how = "slower" if off > 0 else "faster"
        yield Finding("pace", score, f"read {math.expm1(abs(length)):.0%} {how} than this voice reads")
    else:
        yield Finding("length", score, why)
    if capped:
        yield replace(CAPPED, score=max(CAPPED.score, 2 * score))


def drift(found: Drift) -> Finding:
    """A line of a run of lines at another pace, see check.pace: it fails if it is off by as much itself."""
    how = "slower" if found.run > 0 else "faster"
    why = f"one of a run of lines read {math.expm1(abs(found.run)):.0%} {how} than usual"
    return Finding("pace", math.copysign(found.line, found.line * found.run) / NOTICED, why)


def _length_off(m: Measures, text: str, norms: Norms) -> float:
    """How much too long (over 0) or too short a take is, 1 at the limit."""
    expected_s = norms.expected_s(text)
    usual = norms.pace_off.norm(expected_s)
    off = math.log(max(m.speech_s, 0.02) / expected_s) - usual.middle
    if off > 0 and (spare_s := _spare_s(text, expected_s)):
        off = max(0.0, math.log(max(m.speech_s - spare_s, 0.02) / expected_s) - usual.middle)
    limit = max(LENGTH_DEVIATIONS * usual.spread, 0.18) + 0.06 / expected_s + 0.02 / expected_s**3
    if norms.takes >= ENOUGH:
        limit *= 1 + 8 / norms.takes  # few takes know their spread badly
    return off / limit


def _spare_s(text: str, expected_s: float) -> float:
    """How much longer than its letters a text may take, as some words may be read in other ways: "III", "McBRIDE".

    In a line of a word or three also "Mr", and a last "I", which elsewhere come out in the average.
    """
    words = re.findall(r"[^\W\d_]+", text)
    letters = sum(len(word) for word in words if word != word.lower() and not word.istitle())
    if expected_s < SHORT_S:
        letters += sum(len(word) for word in words if word.istitle() and not has_vowels(word))
        letters += bool(words) and len(words[-1]) == 1
    return min(LETTER_S * letters, MOST_LETTERS_S)


def _edges(m: Measures, norms: Norms) -> Iterator[Finding]:
    """Speech at full level at the very edge: cut off."""
    for name, value, norm, least in (("start", m.start_rel, norms.start, 15), ("end", m.end_rel, norms.end, 18)):
        room = max(DEVIATIONS * norm.spread, least)
        # At the level of the noise it is the noise, which has a rule of its own, and of a pause it is a breath.
        score = (value - norm.middle) / room if value > max(m.floor_rel + 6, PAUSE_DB) else 0.0
        yield Finding(f"cut {name}", score, f"cut off at its {name}: speech at {value:.0f} dB of its level there")


def _pauses(m: Measures, text: str, norms: Norms) -> Iterator[Finding]:
    """A pause that no mark in the text asks for, or one that is cut into speech."""
    clauses, sentences = counts(text)[4:6]
    limit = norms.gap.middle + DEVIATIONS * norms.gap.spread
    if not clauses and not sentences:
        limit = max(0.7 * limit, LEAST_PAUSE_S)
    else:
        limit = max(limit, LEAST_STOP_S if sentences or _STOP.search(text) else LEAST_PAUSE_S)
    yield Finding("pause", (m.gap_s / limit) ** 2, f"a pause of {m.gap_s:.2f} s inside")
    if m.gap_s > 0.2:
        # A voice dies away and sets in, however silent its pauses are; one that is gated is steep every time.
        for steep, how, norm, least in (
            (m.fall_db, "breaks off", norms.fall, STEEP_FALL_DB),
            (m.rise_db, "is there again", norms.rise, STEEP_RISE_DB),
        ):
            limit = max(norm.middle + STEEP_DEVIATIONS * norm.spread, least)
            yield Finding("hole", steep / limit, f"a hole of {m.gap_s:.2f} s: speech {how} by {steep:.0f} dB at once")


def _levels(m: Measures, norms: Norms, wide: float) -> Iterator[Finding]:
    """Level, noise, clipping and DC."""
    off = abs(m.level - norms.level.middle)
    loud = "loud" if m.level > norms.level.middle else "quiet"
    room = max(DEVIATIONS * norms.level.spread, 5.0) * wide
    yield Finding("level", off / room, f"too {loud} for this voice by {off:.0f} dB")
    room = max(DEVIATIONS * norms.floor.spread, 15.0) * wide
    # Where speech never pauses, its quietest moments are speech, and noise is heard before and after it.
    floor = m.floor_rel if m.gap_s >= 0.01 * MIN_PAUSE_BLOCKS else min(m.floor_rel, m.start_rel, m.end_rel)
    yield Finding("noise", (floor - norms.floor.middle) / room, f"noise only {-floor:.0f} dB under the speech")
    limit = norms.clipped.middle + DEVIATIONS * norms.clipped.spread
    yield Finding("clipping", m.clipped / limit, f"{m.clipped:.1%} of it is clipped")
    yield Finding("DC", m.dc / 0.25, f"an offset of {m.dc:.0%} of its level")


def _repeats(m: Measures, text: str, norms: Norms) -> Iterator[Finding]:
    """Stretches too alike to be two different things said: one after the other, or as far apart as it is too long."""
    words = [word.lower() for word in _WORD.findall(text)]
    if _says_again(words, least=5):
        return
    sure = norms.takes >= ENOUGH_BANDS
    alike, surplus = _echo(m, text, norms) if sure else (0.0, 0.0)
    what = f"a stretch of 0.4 s comes twice ({alike:.0%} alike), and it is too long by as much"
    yield Finding("repetition", (alike + SURPLUS * surplus) / ECHO, what)
    if _says_again(words):
        return
    score = m.again / AGAIN
    long = _length_off(m, text, norms) if sure else 0.0
    if long > 0.2:  # alike, though not the same, and as much too long: said again
        score = max(score, (long + 2 * max(0.0, m.again)) / 1.35)
    yield Finding("repetition", score, "a stretch of it comes twice, one right after the other")


def _echo(m: Measures, text: str, norms: Norms) -> tuple[float, float]:
    """How alike two stretches are, and how much better the length fits if what lies between them was said again.

    Who goes back and says some words again comes to each of them as much later as it makes the take longer.
    Rhymes and names come twice at any distance, in a take of the right length; where the text has the same letters
    as far apart, they are what is heard. The second number is twice the log of the odds, MOST_ODDS at most.
    """
    expected_s = norms.expected_s(text)
    usual = norms.pace_off.norm(expected_s)
    usual_s = expected_s * math.exp(usual.middle)
    spread_s = max(usual.spread * usual_s, 0.06)
    over = (m.speech_s - usual_s) / spread_s
    if over > 0:
        over = max(0.0, over - _spare_s(text, expected_s) / spread_s)
    found = (0.0, 0.0)
    for alike, first, last in zip(m.echoes, STEPS, STEPS[1:], strict=False):
        lag_s = (first + last - 1) / 2 * FRAME_S
        odds = min(math.copysign(over * over, over) - (over - lag_s / spread_s) ** 2, MOST_ODDS)
        better = odds >= LEAST_ODDS and alike + SURPLUS * odds > found[0] + SURPLUS * found[1]
        if better and not _spelt_twice(text, lag_s / usual_s):
            found = alike, odds
    return found


def _spelt_twice(text: str, lag: float) -> bool:
    """Whether a text has SPELT letters twice, about `lag` of its letters apart (1: all of them)."""
    letters = "".join(filter(str.isalpha, text.lower()))
    apart = lag * len(letters)
    # Letters take longer or shorter, by a fifth of a second over a word or two, and a sixth over a sentence.
    low, high = round(0.85 * apart) - 3, round(1.15 * apart) + 3
    return any(
        letters[at + max(low, SPELT) : at + high + SPELT].find(letters[at : at + SPELT]) >= 0
        for at in range(len(letters) - max(low, SPELT) - SPELT + 1)
    )


def _says_again(words: Sequence[str], least: int = 0) -> bool:
    """Whether a text says words of `least` letters twice, at once ("very, very") or with one between ("by and by")."""
    return any(
        words[at : at + size] == words[at + size + between : at + 2 * size + between]
        and sum(map(len, words[at : at + size])) >= least
        for size in range(1, 7)
        for between in (0, 1)
        for at in range(len(words) - 2 * size - between + 1)
    )


def _timbre(m: Measures, norms: Norms, wide: float) -> Finding:
    """A spectrum that is not this voice's."""
    away = norms.bands_off.away(norms.timbre(m), m.seconds)
    why = f"does not sound like this voice: its spectrum lies {away:.1f} deviations off"
    limit = TIMBRE_DEVIATIONS * wide * (1 + (30 / max(norms.takes, 1)) ** 2)  # few takes know their spread badly
    return Finding("timbre", away / limit, why)
