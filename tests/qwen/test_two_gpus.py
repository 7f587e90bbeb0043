"""The engine on a machine's second GPU, in this process and in one of its own."""

import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.audio import Audio
from narrate.engine import open_on_one_card
from narrate.engine.pool import Pool
from narrate.engine.processes import Processes
from narrate.engine.qwen import QwenEngine
from narrate.errors import EngineError
from narrate.takes import Request
from narrate.voices import SpeakerVoice

from .conftest import Folders

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two CUDA devices"),
]

SPOKEN = "words and more of them "
Sound = dict[str, NDArray[np.int16]]


def lines(count: int) -> list[Request]:
    texts = [f"{number} {SPOKEN * (1 + number % 7)}"[: 4 + number * 7 % 40] for number in range(count)]
    return [Request(text, SpeakerVoice("ryan"), take=n + 1, engine="qwen") for n, text in enumerate(texts)]


def heard(engine: Any, requests: list[Request]) -> Sound:
    found = {request.key: audio.samples for request, audio in engine.speak(requests)}
    assert len(found) == len(requests)
    return found


def alike(first: Sound, second: Sound) -> None:
    for key, samples in first.items():
        assert len(second[key]) == len(samples)
        assert np.abs(second[key].astype(int) - samples).max() < 330  # a hundredth of full scale
    assert max(np.abs(samples.astype(int)).max() for samples in first.values()) > 3300  # loud enough to tell


@pytest.fixture
def opener(folders: Folders) -> Iterator[Callable[..., QwenEngine]]:
    torch.backends.cuda.matmul.allow_tf32 = False
    engines = []

    def make(device: str, **changes: Any) -> QwenEngine:
        settings: dict[str, Any] = {"slots": 8, "positions": 160, "dtype": torch.float32, **changes}
        settings.setdefault("frame_cap", lambda text: 3 + len(text) % 17)
        engines.append(QwenEngine(str(folders("custom_voice", "wide")), device=device, **settings))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()
    torch.cuda.set_device(0)


@pytest.mark.parametrize("eager", [True, False], ids=["eager", "captured"])
def test_the_second_card_speaks_as_the_first(eager: bool, opener: Callable[..., QwenEngine]) -> None:
    asked = lines(60)
    alike(heard(opener("cuda:0", eager=eager), asked), heard(opener("cuda:1", eager=eager), asked))


def test_a_thread_whose_current_device_is_another_hears_the_same(opener: Callable[..., QwenEngine]) -> None:
    """The current device is each thread's own, and 0 where nobody has set it."""
    asked, found = lines(60), dict[str, Sound]()
    engine = opener("cuda:1")

    def speak() -> None:
        assert torch.cuda.current_device() == 0
        found["there"] = heard(engine, asked)

    thread = Thread(target=speak)
    thread.start()
    thread.join()
    alike(heard(opener("cuda:1"), asked), found["there"])


@pytest.mark.parametrize(("visible", "used"), [(None, 1), ("1,0", 0)])
def test_a_process_of_its_own_takes_its_card_alone(
    visible: str | None, used: int, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    before = [torch.cuda.mem_get_info(card)[0] for card in range(2)]  # of the whole card, whoever holds it
    opening = partial(open_on_one_card, "qwen", [str(folders("custom_voice", "wide", True))], device="cuda:1")
    engine = Pool[Audio](Processes([opening]))
    try:
        taken = [was - torch.cuda.mem_get_info(card)[0] for card, was in enumerate(before)]
        assert taken[used] > 100 << 20
        assert taken[1 - used] < 16 << 20
        assert all(len(samples) for samples in heard(engine, lines(20)).values())
    finally:
        engine.close()


def test_a_gpu_number_beyond_the_last_is_refused(opener: Callable[..., QwenEngine]) -> None:
    count = torch.cuda.device_count()
    with pytest.raises(EngineError, match=f"there is no cuda:{count} here.*cuda:0 to cuda:{count - 1}"):
        opener(f"cuda:{count}")
