"""The light checks, the retries and the quarantine: on real takes of the draft voice, and on takes made bad."""

import json
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import faults
import numpy as np
import pytest
from hypothesis import given, strategies as st

from narrate.audio import Audio, from_float
from narrate.check import Verdict, Watch, verdict
from narrate.check.findings import Finding
from narrate.check.light import light
from narrate.check.measures import Measures, measure
from narrate.check.norms import Norms, default_norms, learn
from narrate.check.pace import NOTICED, drifts
from narrate.cli import run
from narrate.engine.draft import DraftEngine
from narrate.takes import Request, TakeStore, locked
from narrate.voices import DraftVoice, find_voice
from narrate.work import Made, render_checked
from narrate.work.loop import render

pytestmark = pytest.mark.slow

SHELF = Path(__file__).parents[1] / "voices"
LINES = (Path(__file__).parent / "lines.txt").read_text("utf-8").splitlines()
EACH = 10  # takes of each fault; benchmarks/checks.py has the large table
Takes = list[tuple[Request, Audio]]


@pytest.fixture(scope="module")
def suite(narrated: Takes) -> tuple[Takes, list[faults.Spoilt]]:
    """A hundred good takes of one voice, and EACH of every fault."""
    others = [v for name in ("george", "edith", "alice") if isinstance(v := find_voice(name, [SHELF]), DraftVoice)]
    with DraftEngine() as engine:
        good = sorted(narrated, key=lambda take: take[0].key)
        return good, list(faults.spoil(engine, good, others, EACH))


@pytest.fixture(scope="module")
def norms(suite: tuple[Takes, list[faults.Spoilt]]) -> Norms:
    """Learned from the good takes and, as in a real run, a tenth as many bad ones."""
    good, bad = suite
    taken = [(r.text, measure(a)) for r, a in good] + [(s.request.text, measure(s.audio)) for s in bad[::19]]
    return learn(taken)


def judged(request: Request, audio: Audio, norms: Norms) -> Verdict:
    return verdict(light(measure(audio), request.text, norms))


def test_good_takes_pass(suite: tuple[Takes, list[faults.Spoilt]], norms: Norms) -> None:
    alarms = [(r.text, v.why) for r, a in suite[0] if not (v := judged(r, a, norms)).passed]
    assert len(alarms) <= 1, alarms


def test_good_takes_pass_before_anything_is_known_of_the_voice(suite: tuple[Takes, list[faults.Spoilt]]) -> None:
    alarms = [(r.text, v.why) for r, a in suite[0] if not (v := judged(r, a, default_norms())).passed]
    assert len(alarms) <= 2, alarms


@pytest.mark.parametrize(
    ("kind", "share"),
    [
        ("cut short at the end", 0.9),
        ("cut short at the start", 0.9),
        ("twice as long, babble", 1.0),
        ("a phrase repeated", 0.5),
        ("a hole of 0.5 s", 0.9),
        ("clipped", 1.0),
        ("noise at 10 dB", 1.0),
        ("silent", 1.0),
        ("reference in front", 1.0),
        ("40 % faster", 0.6),
    ],
)
def test_bad_takes_are_caught(suite: tuple[Takes, list[faults.Spoilt]], norms: Norms, kind: str, share: float) -> None:
    """What needs no ears. A word missing and another voice are for the full checks."""
    bad = [spoilt for spoilt in suite[1] if spoilt.kind == kind]
    assert len(bad) == EACH
    missed = [s.request.text for s in bad if judged(s.request, s.audio, norms).passed]
    assert len(missed) <= round((1 - share) * EACH), missed


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("cut short at the end", {"cut end", "length"}),
        ("clipped", {"clipping"}),
        ("noise at 10 dB", {"noise"}),
        ("silent", {"silence"}),
        ("reference in front", {"length"}),
        ("a hole of 0.5 s", {"hole", "pause", "length"}),
    ],
)
def test_the_reason_is_the_right_one(
    suite: tuple[Takes, list[faults.Spoilt]], norms: Norms, kind: str, rules: set[str]
) -> None:
    verdicts = [judged(s.request, s.audio, norms) for s in suite[1] if s.kind == kind]
    worst = Counter(v.failed[0].rule for v in verdicts if v.failed)
    assert sum(worst[rule] for rule in rules) >= 0.9 * sum(worst.values()), worst


def test_a_capped_take_fails_whatever_it_sounds_like(suite: tuple[Takes, list[faults.Spoilt]], norms: Norms) -> None:
    request, audio = suite[0][0]
    found = verdict(light(measure(audio), request.text, norms, capped=True))
    assert [finding.rule for finding in found.failed] == ["end"]


def test_a_text_that_repeats_itself_may_be_said_so(norms: Norms) -> None:
    tone = np.sin(np.arange(12000) * 0.07) * np.hanning(12000) * 8000
    audio = Audio(np.tile(tone, 4).astype(np.int16), 24000)
    for text in ("Never, never, never, never!", "Again and again, and on and on"):
        assert not any(f.score >= 1 for f in light(measure(audio), text, norms) if f.rule == "repetition")
    assert any(f.score >= 1 for f in light(measure(audio), "Nobody said so.", norms) if f.rule == "repetition")


def test_a_line_read_faster_is_told_from_one_with_words_missing(
    suite: tuple[Takes, list[faults.Spoilt]], norms: Norms
) -> None:
    said = {
        kind: Counter(
            finding.rule
            for spoilt in suite[1]
            if spoilt.kind == kind
            for finding in judged(spoilt.request, spoilt.audio, norms).failed
        )
        for kind in ("40 % faster", "reference in front", "cut short at the end")
    }
    assert said["40 % faster"]["pace"] > 0
    assert said["reference in front"]["length"] > 5 * said["reference in front"]["pace"]
    assert said["cut short at the end"]["length"] >= said["cut short at the end"]["pace"]


@given(st.integers(0, 1 << 30), st.integers(0, 90), st.integers(8, 40), st.sampled_from([-0.14, 0.16]))
def test_a_run_of_lines_at_another_pace_is_found(seed: int, first: int, length: int, off: float) -> None:
    usual = np.random.default_rng(seed).normal(0, 0.03, 140)
    assert not any(drifts(list(usual), 0.03))
    usual[first : first + length] += off
    runs = [0.0 if found is None else found.run for found in drifts(list(usual), 0.03)]
    assert (np.sign(runs[first : first + length]) == np.sign(off)).all()
    assert not any(runs[: max(0, first - length)])
    assert not any(runs[first + 2 * length :])


@pytest.mark.parametrize("way", [np.zeros_like, np.ones_like, lambda x: 2 * x], ids=["no", "at once", "bit by bit"])
def test_the_rest_of_a_chapter_is_found_though_it_moves_the_middle(way: Any) -> None:
    """Its last two fifths at once or little by little, in a book of that chapter alone; over a hundred chapters.

    By chance one in fifty has a second early line asked again; over seven of a hundred have odds of 1 in 1,000.
    """
    early = 0
    for seed in range(100):
        draws = np.random.default_rng(seed)
        lines, off = int(draws.integers(80, 400)), float(draws.choice([-0.16, 0.16]))
        read = draws.normal(0, 0.04, lines)
        late = round(0.6 * lines)
        read[late:] += off * way(np.linspace(0, 1, lines - late))
        read -= np.median(read)  # as a voice is learned
        spread = 1.48 * float(np.median(np.abs(read)))
        runs = [found and found.line * np.sign(found.run) for found in drifts(list(read), spread)]
        asked = [n for n, run in enumerate(runs) if run and run >= NOTICED]
        if way is np.zeros_like:
            early += bool(asked)
        else:
            assert sum(n >= late for n in asked) >= 0.3 * (lines - late)
            early += sum(n < late - 12 for n in asked) > 1
    assert early <= 7


def test_one_bad_line_is_no_run() -> None:
    assert not any(drifts([0.0] * 20 + [-2.0] + [0.0] * 20, 0.05))
    assert drifts([-0.3] * 3, 0.05) == [None] * 3


def test_a_chapter_that_gets_faster_has_its_late_lines_asked_again(
    suite: tuple[Takes, list[faults.Spoilt]], tmp_path: Path
) -> None:
    """No line of it is off by as much as a line may be."""
    late = {request.text for request, _ in suite[0][78:]}

    class Hurrying(faults.Recorded):
        def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
            for request, audio in super().speak(requests):
                if request.text in late and request.attempt == 1:
                    at = np.arange(0, len(audio.samples) - 1, 1.17)
                    audio = Audio(np.interp(at, np.arange(len(audio.samples)), audio.samples).astype(np.int16), 24_000)
                yield request, audio

    requests = asked(suite[0], 1)
    for order in ([], [request.key for request in requests]):
        store = TakeStore(tmp_path / str(len(order)))
        watch = Watch(store, order=order)
        list(render(Hurrying(suite[0]), requests, store, threading.Event(), watch))
        watch.settle()
        runs = [q for q in watch.quarantined() if any("run of lines" in f.why for f in q.verdict.failed)]
        assert (len(runs) >= 10) is bool(order)
        assert {q.request.text for q in runs} <= late


@given(st.integers(0, 20_000), st.integers(0, 3), st.sampled_from([16_000, 24_000, 48_000]))
def test_measures_take_any_audio(length: int, kind: int, rate: int) -> None:
    samples = [
        np.zeros(length),
        np.full(length, 32767),
        np.random.default_rng(length).integers(-32768, 32768, length),
        np.where(np.arange(length) % 2, -32768, 32767),
    ][kind].astype(np.int16)
    measures = measure(Audio(samples, rate))
    assert all(np.isfinite(v) for v in measures.noted().values() if isinstance(v, float))
    assert Measures.read(json.loads(json.dumps(measures.noted()))) is not None
    assert np.isfinite(verdict(light(measures, "Some words, perhaps.", default_norms())).score)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_a_take_to_be_asked_again(wrong: float) -> None:
    samples = np.sin(np.arange(48_000, dtype=np.float32))
    samples[24_000] = wrong
    found = verdict(light(measure(from_float(samples, 24_000)), "Some words, perhaps.", default_norms()))
    assert found.failed
    assert len(from_float(samples[:24_000], 24_000).samples) == 24_000


def test_a_verdict_is_read_as_it_was_noted() -> None:
    given = verdict(
        [Finding("length", 1.25, "too long"), Finding("noise", 0.5, "quiet"), Finding("end", 40.0, "capped")]
    )
    assert Verdict.read(json.loads(json.dumps(given.noted()))) == given
    assert (given.score, given.why) == (9.9, "capped; too long")
    assert Verdict.read(None) is None
    assert Measures.read({"seconds": 1.0}) is None


# --- retries ---------------------------------------------------------------------------------------


def asked(takes: Takes, readings: int) -> list[Request]:
    return [Request(request.text, request.voice, take=n) for n in range(1, readings + 1) for request, _ in takes]


def test_a_tenth_of_the_takes_spoilt_costs_a_ninth_more_of_them(
    suite: tuple[Takes, list[faults.Spoilt]], tmp_path: Path
) -> None:
    """Over eight seeds of 100 lines each. Of the takes cut short, one in ten passes without ears."""
    asked_again = kept_spoilt = again_s = first_s = 0.0
    sounds = faults.Sounds(suite[0])
    requests, attempts, seeds = asked(suite[0], 1), 4, 8
    for seed in range(seeds):
        store, engine = TakeStore(tmp_path / str(seed)), faults.Spoiling(suite[0], 0.1, seed, sounds)
        watch = Watch(store, attempts=attempts)
        made = list(render_checked(engine, requests, store, threading.Event(), watch))
        assert not watch.refused
        # A line that a later round's norms are the first to fail begins with its second attempt there.
        assert len(engine.calls) <= 1 + attempts, "a round is one call, whatever it holds"
        assert sum(engine.calls) == len(made)
        for quarantined in watch.quarantined():
            tries = (replace(quarantined.request, attempt=n) for n in range(1, attempts + 1))
            assert sum(one.seed in engine.spoilt for one in tries) >= attempts - 1, "spoilt every time, or nearly"
        kept = [replace(r, attempt=int(str(store.asked(r.key)["attempt"]))) for r in requests]
        held = {q.request.key for q in watch.quarantined()}
        kinds = [engine.spoilt[r.seed] for r in kept if r.seed in engine.spoilt and r.key not in held]
        assert set(kinds) <= {"cut short at the end"}, kinds
        kept_spoilt += len(kinds)
        asked_again += sum(engine.calls[1:])
        again_s, first_s = (whole + sum(m.seconds for m in made if m.again is again)
                            for whole, again in ((again_s, True), (first_s, False)))  # fmt: skip
    count = seeds * len(requests)
    # A tenth, a tenth of that and so on, one good take in a hundred, and four standard deviations of a binomial.
    share = 0.1 / 0.9 + 0.01
    assert asked_again <= share * count + 4 * (share * count) ** 0.5
    assert asked_again >= 0.1 * count * 0.95 - 4 * (0.1 * count) ** 0.5, "what is spoilt is asked again"
    assert again_s / first_s <= share + 6 * (share / count) ** 0.5, "long lines are spoilt as often as short ones"
    missed = 0.1 * 0.2 * 0.1 * count  # a tenth is spoilt, of these a fifth cut short, of these a tenth not found
    assert kept_spoilt <= missed + 4 * missed**0.5


def test_the_best_of_several_bad_attempts_is_kept(suite: tuple[Takes, list[faults.Spoilt]], tmp_path: Path) -> None:
    store, (request, audio) = TakeStore(tmp_path), suite[0][3]
    gains = {1: 0.0, 2: 0.02, 3: 0.001}  # silent, much too quiet, nearly silent

    class Fading(faults.Recorded):
        def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
            for r, a in super().speak(requests):
                yield (
                    r,
                    Audio((a.samples * gains[r.attempt]).astype(np.int16), a.sample_rate) if r == asked_again(r) else a,
                )

    def asked_again(r: Request) -> Request:
        return r if r.text == request.text else Request("", r.voice)

    watch = Watch(store, attempts=3)
    list(render_checked(Fading(suite[0]), [r for r, _ in suite[0]], store, threading.Event(), watch))
    comment = store.asked(request.key)
    assert (comment["attempt"], comment["tried"]) == (2, 3)
    assert (store.get(request.key).samples == (audio.samples * 0.02).astype(np.int16)).all()
    assert [q.request.text for q in watch.quarantined()] == [request.text]
    again = Watch(store, attempts=3)
    again.recall([request])
    assert again.again() == []
    assert len(again.quarantined()) == 1
    more = Watch(store, attempts=5)
    more.recall([request])
    assert [r.attempt for r in more.again()] == [4]
    assert Watch(store, accepted={request.key: 2}).quarantined() == []


def test_takes_made_again_for_a_failing_check_are_bounded(
    suite: tuple[Takes, list[faults.Spoilt]], tmp_path: Path
) -> None:
    store, engine = TakeStore(tmp_path), faults.Spoiling(suite[0], 0.9)
    watch = Watch(store)
    made = list(render_checked(engine, asked(suite[0], 1), store, threading.Event(), watch))
    assert len(made) == len(suite[0])
    assert re.search(r'\d+ of 100 takes failed their checks, \d+ of them by "[a-z ]+"', watch.refused)


def test_an_error_in_the_middle_loses_nothing(suite: tuple[Takes, list[faults.Spoilt]], tmp_path: Path) -> None:
    store = TakeStore(tmp_path)

    class Failing(faults.Recorded):
        def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
            for n, take in enumerate(super().speak(requests)):
                if n == 40:
                    raise RuntimeError("CUDA error: an illegal memory access was encountered")
                yield take

    requests = asked(suite[0], 1)
    watch = Watch(store)
    with pytest.raises(RuntimeError, match="illegal memory access"):
        list(render_checked(Failing(suite[0]), requests, store, threading.Event(), watch))
    assert len(store.keys()) == 40
    missing = [request for request in requests if request.key not in store]
    watch = Watch(store)
    watch.recall(request for request in requests if request.key in store)
    made = list(render_checked(faults.Recorded(suite[0]), missing, store, threading.Event(), watch))
    assert sum(not m.again for m in made) == 60
    assert all(store.get(request.key).seconds for request in requests)


def test_a_stop_in_the_middle_is_gone_on_with(suite: tuple[Takes, list[faults.Spoilt]], tmp_path: Path) -> None:
    """Retries that were not made when a run was stopped are made by the next one."""
    store, stop = TakeStore(tmp_path), threading.Event()
    requests = asked(suite[0], 1)
    engine = faults.Spoiling(suite[0], 0.1)
    for _ in render(engine, requests, store, stop, Watch(store)):
        pass  # and no more rounds
    watch = Watch(store, attempts=4)
    watch.recall(requests)
    asked_again = {request.key for request in watch.again()}
    made: list[Made] = list(render_checked(engine, [], store, stop, watch))
    assert {m.request.key for m in made if m.request.attempt == 2} >= asked_again, "and what is found by norms learned"
    assert len(asked_again) >= 3
    for quarantined in watch.quarantined():
        tries = (replace(quarantined.request, attempt=n) for n in range(1, 5))
        assert all(one.seed in engine.spoilt for one in tries)


# --- the commands ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    rows = "\n\n".join(LINES[:12])
    (home / "rain.md").write_text(f"# One\n\n{rows}\n\n# Two\n\nThe sun came out.\n\nThe end, at last.\n", "utf-8")
    assert run(["--home", str(home), str(home / "rain.md")]) == 0
    return home


@pytest.fixture
def project(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(finished, tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home" / "projects" / "rain"


def spoil(project: Path, words: str) -> str:
    """The take of the line with these words made silent behind the project's back. Its key."""
    store = TakeStore(project / "takes")
    key = next(key for key in store if words in str(store.asked(key)["text"]))
    audio, comment = store.get(key), store.asked(key)
    voice = find_voice("narrator", [SHELF])
    request = Request(str(comment["text"]), voice, engine="draft", model=str(comment["model"]))
    assert request.key == key
    store.put(request, Audio(np.zeros_like(audio.samples), audio.sample_rate))
    return key


def test_an_old_project_is_judged_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "projects/rain"]) == 0
    assert "16 of 16 takes judged: 0 lines to redo." in capsys.readouterr().out
    spoil(project, "The sun came out")
    assert run(["status", "projects/rain", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["quarantined"] == []
    assert run(["check", "projects/rain", "--json"]) == 3
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["line"], row["text"]) == ("2:3", "The sun came out.")
    assert "nothing is heard" in row["why"]
    assert run(["status", "projects/rain"]) == 0
    assert "1 quarantined" in capsys.readouterr().out
    assert run(["rain.md"]) == 3
    assert "Quarantined 2:3: nothing is heard" in capsys.readouterr().err
    report = json.loads((project / "out" / "report.json").read_text("utf-8"))
    assert [q["line"] for q in report["quarantined"]] == ["2:3"]


def test_a_listener_has_the_last_word(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = spoil(project, "The sun came out")
    run(["check", "projects/rain"])
    assert run(["accept", "projects/rain"]) == 2
    assert run(["accept", "projects/rain", "2:5"]) == 0
    assert "Accepted 0 lines" in capsys.readouterr().out
    assert run(["accept", "projects/rain", "2:3"]) == 0
    assert re.search(rf"^{key} 1 [0-9a-f]{{32}} 2:3 The sun came out.$", (project / "accepted.txt").read_text(), re.M)
    assert run(["rain.md"]) == 0
    assert run(["check", "projects/rain"]) == 0
    assert run(["accept", "projects/rain", "--all"]) == 0
    assert (project / "accepted.txt").read_text("utf-8").count(key) == 1
    (project / "accepted.txt").write_text("# mine\nThe sun is fine\n", "utf-8")
    assert run(["check", "projects/rain"]) == 1
    assert "accepted.txt:2: not a take's key" in capsys.readouterr().err


def test_retake_asks_for_another_reading_in_the_script(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = TakeStore(project / "takes")
    before = store.keys()
    assert run(["retake", "projects/rain", "2"]) == 0
    script = project / "script" / "02-two.txt"
    assert script.read_text("utf-8").startswith("# [take 2] Two\n\nnarrator [take 2]: The sun")
    assert script.read_text("utf-8").count("[take 2]") == 3
    assert len(store.keys() - before) == 3
    assert run(["retake", "projects/rain", "2:3", "The sun went down."]) == 0
    assert "narrator: The sun went down.\n" in script.read_text("utf-8")
    script.write_text(script.read_text("utf-8").replace("# [take 2] Two", "# Two"), "utf-8")
    assert run(["retake", "projects/rain", "2:1"]) == 0
    assert "# [take 3] Two" in script.read_text("utf-8"), "a reading that was there before is not another one"
    spoil(project, "The sun went down")
    assert run(["check", "projects/rain"]) == 3
    assert run(["retake", "projects/rain", "--quarantined"]) == 0
    assert "narrator [take 2]: The sun went down." in script.read_text("utf-8")
    capsys.readouterr()


def test_another_reading_waits_for_whoever_renders(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, held = project / "script" / "02-two.txt", threading.Event()
    before, seen = script.read_text("utf-8"), []

    def rendering() -> None:
        with locked(project / "takes", print, threading.Event()):
            held.set()
            time.sleep(1.0)
            seen.append(script.read_text("utf-8"))

    other = threading.Thread(target=rendering)
    other.start()
    held.wait()
    assert run(["retake", "projects/rain", "2:3"]) == 0
    other.join()
    assert seen == [before]
    assert "narrator [take 2]: The sun came out." in script.read_text("utf-8")
    assert "is being worked on by" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "name lines"),
        (["7:1"], 1, "no spoken line at 7:1"),
        (["2:2"], 1, "no spoken line at 2:2"),
        (["here", "there"], 2, "is no line"),
        (["2:3-5", "Other words."], 2, "a new text is for one line"),
        (["--speaker", "Narator"], 1, 'did you mean "narrator"?'),
        (["2:3", "--check", "fulll"], 2, 'did you mean "full"?'),
    ],
)
def test_a_retake_of_nothing_is_one_line(
    project: Path, arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["retake", "projects/rain", *arguments]) == code
    assert said in capsys.readouterr().err


def test_a_credit_is_in_no_script(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = project / "project.toml"
    settings.write_text(settings.read_text("utf-8").replace('opening = ""', 'opening = "This is Rain."'), "utf-8")
    before = {path.name: path.read_text("utf-8") for path in (project / "script").glob("*.txt")}
    assert run(["retake", "projects/rain", "0:1"]) == 1
    assert "0:1 is a credit, which no script holds" in capsys.readouterr().err
    assert {path.name: path.read_text("utf-8") for path in (project / "script").glob("*.txt")} == before
    assert run(["render", "projects/rain"]) == 0
    assert run(["retake", "projects/rain", "--speaker", "narrator"]) == 0
    assert "The credits stay as they are" in capsys.readouterr().err


def test_a_take_cut_in_half_is_missing_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = TakeStore(project / "takes")
    path = store.path(next(key for key in store if "The sun came out" in str(store.asked(key)["text"])))
    whole = store.get(path.stem)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert run(["check", "projects/rain"]) == 0
    told = capsys.readouterr()
    assert "`narrate render` makes it again" in told.err
    assert "15 of 16 takes judged, 1 missing" in told.out
    assert run(["render", "projects/rain"]) == 0
    assert (store.get(path.stem).samples == whole.samples).all()


def test_checks_can_be_off(project: Path) -> None:
    shutil.rmtree(project / "takes")
    assert run(["render", "projects/rain", "--check", "off"]) == 0
    store = TakeStore(project / "takes")
    assert all("verdict" not in store.asked(key) for key in store)
    assert run(["render", "projects/rain"]) == 0
    assert run(["check", "projects/rain"]) == 0
    assert all("verdict" in store.asked(key) for key in store)
