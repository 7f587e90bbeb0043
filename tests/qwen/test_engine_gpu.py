"""The whole engine on a CUDA device: captured against eager, longer slots, memory that stays level.

A card that fills up in the middle needs a model of full size: benchmarks/memory.py.
"""

import gc
import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.engine.qwen import QwenEngine
from narrate.engine.qwen.memory import FULL
from narrate.takes import Request, Sampling
from narrate.voices import SpeakerVoice

from .conftest import Folders

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]

RYAN = SpeakerVoice("ryan")
Opener = Callable[..., QwenEngine]


@pytest.fixture
def opener(folders: Folders) -> Iterator[Opener]:
    torch.backends.cuda.matmul.allow_tf32 = False
    engines = []

    def make(**changes: Any) -> QwenEngine:
        settings: dict[str, Any] = {
            "slots": 8,
            "positions": 160,
            "dtype": torch.float32,
            "frame_cap": cap_of,
            **changes,
        }
        engines.append(QwenEngine(str(folders("custom_voice", "wide")), **settings))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()
    engines.clear()
    gc.collect()
    torch.cuda.empty_cache()


def cap_of(text: str) -> int:
    return 3 + len(text) % 17


def lines(count: int, sampling: Sampling | None = None, *, width: int = 40) -> list[Request]:
    """Ragged lines of up to `width` characters, no two alike."""
    texts = [f"{number} " + "words and more of them " * (1 + number % 7) for number in range(count)]
    drawn = sampling or Sampling()
    return [Request(text[: 4 + number * 7 % width], RYAN, take=number + 1, engine="qwen", sampling=drawn)
            for number, text in enumerate(texts)]  # fmt: skip


def heard(engine: QwenEngine, requests: list[Request]) -> dict[str, NDArray[np.int16]]:
    found = {request.key: audio.samples for request, audio in engine.speak(requests)}
    assert len(found) == len(requests)
    return found


@pytest.mark.parametrize("sampling", [Sampling(greedy=True), Sampling()], ids=["greedy", "sampled"])
def test_captured_speaks_as_eager_does(sampling: Sampling, opener: Opener) -> None:
    """60 ragged lines through 8 slots that refill, on both paths: as many frames, the same sound but for float16.

    Over the one kind of cache that both have: what is rounded to 8 bits may fall to either side.
    """
    asked = lines(60, sampling)
    eager, fast = heard(opener(eager=True), asked), heard(opener(cache=FULL), asked)
    for key, samples in eager.items():
        assert len(fast[key]) == len(samples)
        noise = float(np.mean((fast[key].astype(float) - samples) ** 2)) or 1e-9
        assert 10 * np.log10(float(np.mean(samples.astype(float) ** 2)) / noise) > 35


def test_slots_batches_and_order_leave_every_line_alone(opener: Opener) -> None:
    """The same lines alone, in another order and in other slots: the same number of frames, nearly the same samples."""
    asked = lines(24)
    many, few = heard(opener(slots=24), asked), heard(opener(slots=3), asked[::-1])
    for key, samples in many.items():
        assert len(few[key]) == len(samples)
        assert np.abs(few[key].astype(int) - samples).max() < 330  # a hundredth of full scale


def test_long_lines_get_longer_slots(opener: Opener) -> None:
    asked = lines(15, width=100)
    long = Request("A sentence that is a good deal longer than the others. " * 5, RYAN, engine="qwen")
    engine = opener(frame_cap=lambda text: 90 if text.startswith("A sentence") else cap_of(text))
    found = heard(engine, [long, *asked])
    assert len(found[long.key]) == 90 * 1920
    assert engine._positions > 160
    assert engine.slots < 8
    heard(engine, lines(15))
    assert (engine._positions, engine.slots) == (160, 8)


def test_gpu_memory_does_not_grow_from_run_to_run(opener: Opener) -> None:
    engine = opener(slots=32)
    held = []
    for _ in range(4):
        heard(engine, lines(200))
        gc.collect()
        held.append((torch.cuda.memory_allocated(), torch.cuda.memory_reserved()))
    assert held[1:] == [held[1]] * 3


def test_a_process_is_as_good_in_its_first_run_as_later(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is compiled when the engine is open, and what is captured on the way has the bits of what is replayed."""
    import triton

    compiled: list[str] = []
    if not hasattr(triton, "AsyncCompileMode"):
        pytest.skip("this Triton compiles each kernel where it is launched")
    engine = opener(dtype=torch.bfloat16, slots=24)
    monkeypatch.setattr(triton.knobs.compilation, "listener", lambda *, src, **_: compiled.append(src.name))
    first, again = (heard(engine, lines(60)) for _ in range(2))
    assert not compiled
    assert all(np.array_equal(first[key], samples) for key, samples in again.items())
