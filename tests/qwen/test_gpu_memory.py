"""Memory on a real card: full in the middle of a book, and level over many lines."""

import importlib.util
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
if importlib.util.find_spec("qwen_tts") is None:
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.engine.qwen.engine import QwenEngine  # noqa: E402
from narrate.take import Request  # noqa: E402
from narrate.voice import SpeakerVoice  # noqa: E402

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]
SLOTS, SPARE = 64, 2 << 30


@pytest.fixture
def engine(folders: Callable[..., Path]) -> Iterator[QwenEngine]:
    torch.cuda.empty_cache()
    with QwenEngine(str(folders("custom_voice", "narrow")), slots=SLOTS, frame_cap=lambda text: len(text)) as opened:
        yield opened
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


def asked(engine: QwenEngine, count: int) -> list[Request]:
    voice = SpeakerVoice("Ryan")
    return [
        Request("so it goes on " * (3 + n % 9), voice, take=n, engine="qwen", model=engine.model) for n in range(count)
    ]


def test_a_card_that_fills_up_halves_the_slots_and_loses_nothing(
    engine: QwenEngine, caplog: pytest.LogCaptureFixture
) -> None:
    requests = asked(engine, 300)
    before = {request.key: audio.samples for request, audio in engine.speak(requests)}
    heard, hog = {}, None
    assert len(before) == len(requests)
    with caplog.at_level(logging.WARNING):
        for request, audio in engine.speak(requests):
            if hog is None:
                # The card is full but for what the driver needs, and torch may take no more than it has.
                torch.cuda.empty_cache()
                free, total = torch.cuda.mem_get_info()
                hog = torch.empty(free - SPARE, dtype=torch.uint8, device="cuda")
                torch.cuda.set_per_process_memory_fraction(torch.cuda.memory_reserved() / total)
            heard[request.key] = audio.samples
    del hog
    assert engine.slots < SLOTS
    assert "Out of memory" in caplog.text
    assert heard.keys() == before.keys()
    assert all(len(heard[key]) == len(before[key]) for key in before)


def test_memory_does_not_grow_with_the_lines(engine: QwenEngine) -> None:
    reserved = []
    for _ in range(4):
        assert len(list(engine.speak(asked(engine, 250)))) == 250
        reserved.append(torch.cuda.memory_reserved())
    assert reserved[-1] == reserved[1]
