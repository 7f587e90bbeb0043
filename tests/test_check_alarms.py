"""What the light checks must not take for a fault: rhymes, short lines, lines without a pause, a voice's own pace."""

import json
import math
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import faults
import numpy as np
import pytest

from narrate.audio import Audio, Encoded, flac_bytes
from narrate.check import Watch, verdict
from narrate.check.findings import Finding
from narrate.check.light import light
from narrate.check.measures import ECHOES, FRAME_S, STEPS, Measures, measure
from narrate.check.norms import LEARN_FROM, Norms, learn
from narrate.check.watch import recalled
from narrate.engine.draft import DraftEngine
from narrate.takes import Request, TakeStore
from narrate.work import render_checked
from narrate.work.loop import render

pytestmark = pytest.mark.slow

LINES = (Path(__file__).parent / "lines.txt").read_text("utf-8").splitlines()[:66]
RHYMES = (  # names, endings and phrases that come twice
    "And yet, upon my honour, I believed what I said of myself to be true, and I believe it at this moment.",
    "In a few days Mr. Bingley returned Mr. Bennet’s visit, and sat about ten minutes with him in his library.",
    "Wickham’s affection for Lydia was just what Elizabeth had expected to find it; not equal to Lydia’s for him.",
    "Do not make yourself uneasy, my dear cousin, about your apparel, for nobody is uneasy about theirs.",
)
LATE = 50  # of LINES
Takes = list[tuple[Request, Audio]]


@pytest.fixture(scope="module")
def takes(narrated: Takes) -> Takes:
    """Good takes of LINES in one voice, then of RHYMES."""
    asked = [Request(line, narrated[0][0].voice) for line in RHYMES]
    with DraftEngine() as engine:
        made = dict(engine.speak(asked))
    return narrated[: len(LINES)] + [(request, made[request]) for request in asked]


@pytest.fixture(scope="module")
def norms(takes: Takes) -> Norms:
    return learn([(request.text, measure(audio)) for request, audio in takes])


def failed(measures: Measures, text: str, norms: Norms) -> list[Finding]:
    return list(verdict(light(measures, text, norms)).failed)


# --- what comes twice ------------------------------------------------------------------------------


def test_names_and_endings_that_come_twice_pass(takes: Takes, norms: Norms) -> None:
    rhymes = [(request.text, measure(audio)) for request, audio in takes[len(LINES) :]]
    assert max(measures.repeat for _, measures in rhymes) > 0.95, "they do sound alike"
    assert [(text, found) for text, measures in rhymes if (found := failed(measures, text, norms))] == []


def test_the_same_lines_fail_when_a_phrase_of_them_is_said_again(takes: Takes, norms: Norms) -> None:
    draws = np.random.default_rng(1)
    spoilt = [(request.text, faults.repeat_phrase(audio.samples, draws)) for request, audio in takes[len(LINES) :] * 3]
    missed = [text for text, samples in spoilt if not failed(measure(Audio(samples, 24_000)), text, norms)]
    assert len(missed) <= len(spoilt) / 3, missed


def test_letters_that_the_text_has_twice_explain_what_sounds_twice(takes: Takes, norms: Norms) -> None:
    """At the distance at which it has them."""
    step = 16
    lag_s = (STEPS[step] + STEPS[step + 1] - 1) / 2 * FRAME_S
    echoes = [0.6] * ECHOES
    echoes[step] = 0.98
    for text, found in (
        ("He could play the Minuet upon one of them and play the Minor March on the other if he was asked.", False),
        ("He could whistle a jig upon one of them and play the Minor March on the other if he was asked.", True),
    ):
        expected_s = norms.expected_s(text)
        long_s = math.exp(norms.pace_off.norm(expected_s).middle) * expected_s + 0.7 * lag_s
        take = replace(measure(takes[0][1]), speech_s=long_s, seconds=long_s, again=0.0, echoes=tuple(echoes))
        assert ("repetition" in {finding.rule for finding in failed(take, text, norms)}) is found, text


@pytest.mark.parametrize("step", [8, 12, 16])
def test_what_comes_twice_is_a_fault_where_the_take_is_too_long_by_as_much(
    takes: Takes, norms: Norms, step: int
) -> None:
    text = "My grandfather kept bees for forty years and was never stung by one of them in all that time."
    lag_s = (STEPS[step] + STEPS[step + 1] - 1) / 2 * FRAME_S
    echoes = [0.6] * ECHOES
    echoes[step] = 0.98
    expected_s = norms.expected_s(text)
    right = math.exp(norms.pace_off.norm(expected_s).middle) * expected_s
    usual = replace(
        measure(takes[0][1]), speech_s=right, seconds=right, beats=6.0, again=0.0, repeat=0.95, echoes=tuple(echoes)
    )
    for over_s, found in ((0.0, False), (lag_s, lag_s > 0.3), (-lag_s / 4, False)):
        rules = [finding.rule for finding in failed(replace(usual, speech_s=right + over_s), text, norms)]
        assert ("repetition" in rules) is found, (over_s, rules)


def test_echoes_lie_as_far_apart_as_what_is_said_again() -> None:
    draws = np.random.default_rng(3)
    noise = [np.convolve(draws.normal(0, 3000, 24_000), np.ones(n) / n, "same") for n in (1, 3, 9, 27)]
    syllables = [noise[draws.integers(4)][at : at + 1920] * draws.uniform(0.3, 1) for at in range(0, 21_000, 500)]
    phrase = np.concatenate(syllables[:9])  # 0.72 s
    line = np.concatenate([*syllables[9:20], phrase, phrase, *syllables[20:30]])
    echoes = measure(Audio(line.astype(np.int16), 24_000)).echoes
    step = next(n for n in range(ECHOES) if STEPS[n] <= 36 < STEPS[n + 1])
    assert int(np.argmax(echoes)) == step
    assert echoes[step] > 0.98


def test_a_comment_without_echoes_is_another_release_s(takes: Takes) -> None:
    request, audio = takes[0]
    noted = json.loads(json.dumps(measure(audio).noted()))
    comment = {"measures": noted, "verdict": {"score": 0.5}}
    assert recalled(request, comment) is not None
    del noted["echoes"]
    assert recalled(request, comment) is None, "it is measured again"


# --- how long a line takes -------------------------------------------------------------------------


def readings(lines: int, seed: int = 5) -> Iterator[tuple[str, Measures]]:
    """Lines of 1 to 60 words, longest first, as a render makes them; long ones take longer than their words."""
    draws = np.random.default_rng(seed)
    quiet = measure(Audio(np.zeros(24_000, np.int16), 24_000))
    for count in sorted((int(n) for n in np.exp(draws.uniform(0, 4.1, lines))), reverse=True):
        text = " ".join(draws.choice(["amber", "tide", "harbour", "lamp", "evening"], count))
        seconds = 0.36 * count * (1 + 0.05 * math.log(count)) * math.exp(draws.normal(0, 0.03 + 0.1 / count))
        yield text, replace(quiet, speech_s=seconds, seconds=seconds, beats=5.0, level=-22.0)


def test_a_book_s_length_does_not_make_its_long_lines_too_long() -> None:
    """What is learned from is drawn from all of it, and not from its last and shortest lines."""
    found = list(readings(3 * LEARN_FROM // 2))
    norms = learn(found)
    long, short = found[:300], found[-300:]
    for part in (long, short):
        assert abs(float(np.median([norms.pace(text, m)[0] for text, m in part]))) < 0.02
    alarms = [text for text, m in found if any(f.rule in ("length", "pace") for f in failed(m, text, norms))]
    assert len(alarms) <= 3, f"{len(alarms)} of {len(found)}"


def test_a_word_varies_more_than_a_sentence() -> None:
    found = list(readings(800))
    norms = learn(found)
    (long, long_take), (word, word_take) = found[50], found[-50]
    for text, take, passes in ((word, word_take, True), (long, long_take, False)):
        slower = replace(take, speech_s=1.25 * take.speech_s / math.exp(norms.pace(text, take)[0]))
        rules = {finding.rule for finding in failed(slower, text, norms)}
        assert ("length" in rules or "pace" in rules) is not passes, (text, rules)


def test_lines_that_are_always_broken_off_are_no_norm() -> None:
    """Two thirds of the longest lines end halfway."""
    found = [
        (text, replace(m, speech_s=m.speech_s / 2) if at < 60 and at % 3 else m)
        for at, (text, m) in enumerate(readings(600))
    ]
    norms = learn(found)
    missed = [at for at, (text, m) in enumerate(found[:60]) if at % 3 and not failed(m, text, norms)]
    assert missed == []


@pytest.mark.parametrize("text", ["III.", "Chapter I", "Dr.", "SALLIE McBRIDE."])
def test_a_numeral_alone_may_take_longer_than_its_letters(takes: Takes, norms: Norms, text: str) -> None:
    """0.4 s longer, as "three" and "doctor" do; babble after it is still too long."""
    for over_s, fails in ((0.4, False), (2.5, True)):
        usual_s = norms.expected_s(text) * math.exp(norms.pace_off.norm(norms.expected_s(text)).middle)
        found = replace(measure(takes[0][1]), speech_s=usual_s + over_s, seconds=usual_s + over_s + 0.1)
        rules = {finding.rule for finding in failed(found, text, norms)}
        assert bool(rules & {"length", "pace"}) is fails, (over_s, rules)


def test_a_language_without_capitals_is_given_no_letters_to_spare(norms: Norms) -> None:
    quiet = measure(Audio(np.zeros(24_000, np.int16), 24_000))
    for text in ("他走进屋里，看见桌上有一封信。", "彼は静かに部屋へ入り、窓を開けた。"):
        rules = set()
        for over_s in (0.0, 0.9):
            usual_s = norms.expected_s(text) * math.exp(norms.pace_off.norm(norms.expected_s(text)).middle)
            found = replace(quiet, speech_s=1.3 * usual_s + over_s, seconds=9.0, beats=5.0, level=-22.0)
            rules |= {finding.rule for finding in failed(found, text, norms)}
        assert rules & {"length", "pace"}, text


# --- noise -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gap_s", "edge", "fails"), [(0.05, -50.0, False), (0.3, -50.0, True), (0.05, -24.0, True)])
def test_speech_that_never_pauses_has_no_noise_in_its_pauses(
    takes: Takes, norms: Norms, gap_s: float, edge: float, fails: bool
) -> None:
    request, audio = takes[0]
    found = replace(measure(audio), floor_rel=-24.0, gap_s=gap_s, start_rel=edge, end_rel=edge)
    assert any(f.rule == "noise" for f in failed(found, request.text, norms)) is fails


# --- runs of lines ---------------------------------------------------------------------------------


class Hurrying(faults.Recorded):
    """Reads the lines from LATE on 17 % faster, at the first `hurried` attempts."""

    def __init__(self, takes: Takes, hurried: int) -> None:
        super().__init__(takes)
        self._late, self._hurried = {request.text for request, _ in takes[LATE:]}, hurried

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        for request, audio in super().speak(requests):
            if request.text in self._late and request.attempt <= self._hurried:
                at = np.arange(0, len(audio.samples) - 1, 1.17)
                audio = Audio(np.interp(at, np.arange(len(audio.samples)), audio.samples).astype(np.int16), 24_000)
            yield request, audio


def test_a_run_that_another_attempt_ends_is_kept_at_the_usual_pace(takes: Takes, tmp_path: Path) -> None:
    requests = [request for request, _ in takes[: len(LINES)]]
    store = TakeStore(tmp_path)
    watch = Watch(store, attempts=3, order=[request.key for request in requests])
    made = list(render_checked(Hurrying(takes[: len(LINES)], 1), requests, store, threading.Event(), watch))
    again = {m.request.key for m in made if m.again}
    assert len(again) >= 8
    assert {int(str(store.asked(key)["attempt"])) for key in again} == {2}
    assert watch.quarantined() == []


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_pace_that_no_attempt_changes_holds_no_line_back(takes: Takes, tmp_path: Path, attempts: int) -> None:
    requests = [request for request, _ in takes[: len(LINES)]]
    store = TakeStore(tmp_path)
    watch = Watch(store, attempts=attempts, order=[request.key for request in requests])
    made = list(render_checked(Hurrying(takes[: len(LINES)], 9), requests, store, threading.Event(), watch))
    assert (sum(m.again for m in made) >= 8) is (attempts == 2)
    runs = [q for q in watch.quarantined() if any("run of lines" in f.why for f in q.verdict.failed)]
    assert runs == []
    assert list(render(faults.Recorded(takes), [], store, threading.Event(), watch)) == []


@pytest.mark.parametrize(("factor", "held"), [(1.0, False), (1.34, False), (2.2, True)])
def test_a_line_that_is_read_faster_every_time_is_held_back_only_if_it_hurries(
    takes: Takes, tmp_path: Path, factor: float, held: bool
) -> None:
    """It is asked again all the same."""
    requests, fast = [request for request, _ in takes[: len(LINES)]], max(takes[:LATE], key=lambda t: t[1].seconds)

    class Brisk(faults.Recorded):
        def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio | Encoded]]:  # type: ignore[override]
            for request, audio in super().speak(requests):
                if request.key == fast[0].key:
                    m = measure(audio)
                    brisk = replace(m, speech_s=m.speech_s / factor, beats=m.beats * factor)
                    yield request, Encoded(flac_bytes(audio), audio.seconds, brisk)
                    continue
                yield request, audio

    store = TakeStore(tmp_path)
    watch = Watch(store, attempts=2)
    made = list(render_checked(Brisk(takes), requests, store, threading.Event(), watch))
    assert any(m.again and m.request.key == fast[0].key for m in made) is (factor > 1)
    assert (fast[0].key in [q.request.key for q in watch.quarantined()]) is held
