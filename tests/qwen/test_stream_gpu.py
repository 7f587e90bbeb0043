"""A line heard while it is made, on a CUDA device: the samples of the whole line, by graphs or without."""

import gc
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.engine.qwen import QwenEngine
from narrate.takes import Request
from narrate.voices import SpeakerVoice, Voice
from narrate.voices.kinds import load_voice

from .configs import HIDDEN, SHAPES
from .conftest import Folders

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]

Opener = Callable[..., QwenEngine]
FRAMES = {"No.": 2, "Two and a half.": 23, "A longer one.": 131, "The longest of them.": 340}


@pytest.fixture
def opener(folders: Folders) -> Iterator[Opener]:
    engines = []

    def make(kind: str, **changes: Any) -> QwenEngine:
        folder = str(folders(kind, "few"))
        engines.append(QwenEngine(folder, slots=1, positions=768, frame_cap=FRAMES.__getitem__, **changes))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()
    engines.clear()
    gc.collect()
    torch.cuda.empty_cache()


def clone(path: Path) -> Voice:
    draws = torch.Generator().manual_seed(3)
    item = {"ref_spk_embedding": torch.randn(HIDDEN["narrow"], generator=draws), "icl_mode": True}
    item |= {"ref_code": torch.randint(0, 2048, (50, SHAPES["few"][1]), generator=draws), "ref_text": "What I said."}
    torch.save({"items": [item]}, path)
    return load_voice(path)


@pytest.mark.parametrize("chunk", [1, 4, 60])
@pytest.mark.parametrize("of", ["speaker", "clone", "eager"])
def test_pieces_are_what_is_spoken_to_the_bit(of: str, chunk: int, opener: Opener, tmp_path: Path) -> None:
    engine = opener("base" if of == "clone" else "custom_voice", eager=of == "eager")
    voice = clone(tmp_path / "clone.pt") if of == "clone" else SpeakerVoice("ryan")
    for number, text in enumerate(list(FRAMES)[: 2 if of == "eager" else None]):
        request = Request(text, voice, take=number + 1)
        [(_, whole)] = engine.speak([request])
        heard = np.concatenate([piece.samples for _, piece in engine.stream([request], chunk)])
        assert len(whole.samples) - len(heard) in (0, 1)  # a clone's cut, which upstream may make a sample early
        assert np.array_equal(whole.samples[-len(heard) :], heard)


def test_stopped_in_the_middle_and_used_again(opener: Opener) -> None:
    engine = opener("custom_voice")
    requests = [Request(text, SpeakerVoice("ryan")) for text in FRAMES]
    spoken = {request.text: audio.samples for request, audio in engine.speak(requests)}
    streaming = engine.stream(requests[2:], 2)
    next(streaming)
    streaming.close()  # type: ignore[attr-defined]
    again = {request.text: audio.samples for request, audio in engine.speak(requests)}
    assert all(np.array_equal(again[text], spoken[text]) for text in FRAMES)
