"""Memory that runs out at any allocation of a book's turns: every line comes, and comes once."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.utils._python_dispatch import TorchDispatchMode

import narrate
from narrate.engine.qwen import QwenEngine, engine as engine_module
from narrate.engine.qwen.codec import Voicing
from narrate.engine.qwen.weights import Model
from narrate.errors import EngineError
from narrate.takes import Request, Sampling
from narrate.voices import Voice
from narrate.voices.kinds import load_voice

from .configs import HIDDEN

FRAMES = {"a": 1, "b": 1, "c": 1, "d": 2}  # three lines end in the first turn, then "d" is moved
LONG = "The last one finds no room in these slots. " * 3  # so it is spoken in longer ones

OURS = str(Path(narrate.__file__).parent) + os.sep  # a virtual environment may lie in a folder called narrate
Place = tuple[tuple[str, int], ...]


class Allocations(TorchDispatchMode):
    """Counts what torch allocates; the one numbered `fails` finds no memory. Without one, notes where they are."""

    def __init__(self, fails: int | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.fails = fails
        self.places: list[Place] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if all(returned.alias_info is None for returned in func._schema.returns):  # no view, and not in place
            self.places.append(_place() if self.fails is None else ())
            if len(self.places) - 1 == self.fails:
                raise torch.OutOfMemoryError("CUDA out of memory")
        return func(*args, **(kwargs or {}))


def _place() -> Place:
    """The lines of ours that are being run, the same for every layer, code, frame and round, or the codec's decoder."""
    frame: FrameType | None = sys._getframe(2)
    place: list[tuple[str, int]] = []
    while frame is not None:
        file = frame.f_code.co_filename
        if file.endswith("codec_decoder.py"):
            place = [(file, 0)]
        elif file.startswith(OURS) and frame.f_code.co_name != "speak":
            place.append((file, frame.f_lineno))
        frame = frame.f_back
    return tuple(place)


@pytest.fixture
def small(models: Callable[..., Any]) -> Model:
    """A model of one layer and two codebooks: each further one allocates at the same places."""
    model: Model = models("base", "narrow")
    config, predictor = model.config, model.predictor
    return replace(
        model,
        config=replace(
            config, talker=replace(config.talker, layers=1), predictor=replace(config.predictor, layers=1), groups=2
        ),
        talker=replace(model.talker, layers=model.talker.layers[:1]),
        predictor=replace(
            predictor,
            layers=predictor.layers[:1],
            heads=predictor.heads[:1],
            embeddings=predictor.embeddings[:1],
            folded=predictor.folded[:1],
        ),
    )


@pytest.fixture
def engine(small: Model, monkeypatch: pytest.MonkeyPatch) -> Iterator[QwenEngine]:
    monkeypatch.setattr(engine_module, "load", lambda *_, **__: small)
    with QwenEngine("", device="cpu", slots=8, positions=64, frame_cap=lambda text: FRAMES.get(text, 2)) as engine:
        yield engine


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    """A clone whose codes the codec hears before each line's own."""
    tensors = {
        "ref_spk_embedding": torch.randn(HIDDEN["narrow"], generator=torch.Generator().manual_seed(0)),
        "ref_code": torch.tensor([[7, 8], [9, 10]]),
        "ref_text": "Hm.",
    }
    torch.save(tensors, tmp_path / "voice.pt")
    return load_voice(tmp_path / "voice.pt")


def heard(engine: QwenEngine, asked: Sequence[Request]) -> dict[str, NDArray[np.int16]]:
    came = list(engine.speak(asked))
    assert Counter(request.text for request, _ in came) == Counter(request.text for request in asked)
    return {request.text: audio.samples for request, audio in came}


@pytest.mark.parametrize("texts", [(*FRAMES,), ("a", LONG)], ids=["short", "long"])
@pytest.mark.parametrize("share", ["some", pytest.param("all", marks=pytest.mark.thorough)])
def test_memory_that_runs_out_at_any_allocation_loses_no_line(
    share: str, texts: tuple[str, ...], engine: QwenEngine, voice: Voice
) -> None:
    """At the first and the last time of every place that allocates, in building, speaking, taking and decoding.

    Some: at the first time of every fourth place.
    """
    asked = [Request(text, voice, sampling=Sampling(greedy=True)) for text in texts]
    with Allocations() as allocations:
        expected = heard(engine, asked)
    places = allocations.places
    if LONG in texts:  # what a turn allocates is with the short ones
        places = [() if _deep(place) or place[0][0].endswith("codec_decoder.py") else place for place in places]
    else:
        files = {Path(place[0][0]).name for place in places}
        assert {"prompt.py", "decode.py", "engine.py", "codec.py", "codec_decoder.py"} <= files
    first = {place: number for number, place in reversed(list(enumerate(places))) if place}
    last = {place: number for number, place in enumerate(places) if place and not _deep(place)}
    chosen = sorted({*first.values(), *last.values()}) if share == "all" else sorted(first.values())[::4]
    assert len(chosen) > 3
    for number in chosen:
        engine._voices._open.clear()
        engine._prompter._framings.clear()
        engine.close()
        engine.reopen()
        with Allocations(fails=number) as failing:
            sounds = heard(engine, asked)
        assert len(failing.places) > number, "that allocation was not reached"
        for text, samples in sounds.items():
            assert len(samples) == len(expected[text])
            assert np.abs(samples.astype(int) - expected[text]).max() <= 1, f"{text} differs: {places[number][:3]}"


def _deep(place: Place) -> bool:
    """Whether it lies inside of a step or a prefill, where one time is like another to those who call."""
    return any(file.endswith(("decode.py", "sampling.py")) for file, _ in place[1:])


class Late:
    """A codec whose batches are read at the very end, and the second one not at the first try."""

    def __init__(self) -> None:
        self.batches = 0

    def lines(self, frames: int) -> int:
        return 8

    def submit(self, codes: Sequence[torch.Tensor], unheard: Sequence[int]) -> "Batch":
        self.batches += 1
        return Batch([np.full(len(line), int(line[0, 0]), np.int16) for line in codes], self.batches == 2)


@dataclass
class Batch:
    samples: list[NDArray[np.int16]]
    fails: bool

    def ready(self) -> bool:
        return False

    def read(self) -> list[NDArray[np.int16]]:
        if self.fails:
            self.fails = False
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self.samples


def test_a_batch_that_cannot_be_read_is_still_on_its_way() -> None:
    voicing = Voicing[int](Late(), lines=2)
    for number in range(6):
        voicing.add(number, torch.full((3, 16), number), None)
    came: list[int] = []
    with pytest.raises(torch.OutOfMemoryError):
        for line, _ in voicing.ready(last=True):
            came.append(line)
    assert came == [0, 1]
    assert voicing.busy
    assert [line for line, _ in voicing.ready(last=True)] == [2, 3, 4, 5]


def test_what_was_spoken_comes_before_the_engine_gives_up(
    engine: QwenEngine, voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A single slot cannot be halved: that ends the run, but not the lines whose samples are there."""
    engine.close()
    monkeypatch.setattr(engine, "_wanted_slots", 1)
    monkeypatch.setattr(engine_module, "EagerCodec", lambda model: Late())
    engine.reopen()
    came: list[str] = []
    with pytest.raises(EngineError, match="not enough memory to speak even one line"):
        for request, _ in engine.speak([Request(text, voice) for text in FRAMES]):
            came.append(request.text)
    assert came == ["a"]
