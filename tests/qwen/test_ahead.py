"""A process that is started ahead of the engine that it is for."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from narrate.audio import Audio
from narrate.cli import run
from narrate.engine import Ahead, Wanted, open_few
from narrate.engine.pool import Pool
from narrate.engine.process import Child
from narrate.engine.qwen import QwenEngine
from narrate.takes import Request
from narrate.voices import SpeakerVoice

from .configs import HIDDEN
from .conftest import Folders

LINES = [Request(text, SpeakerVoice("ryan")) for text in ("One.", "Two.")]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Child]]:
    """Every process that is started ahead, so that it can be looked at after somebody took it."""
    children: list[Child] = []
    start = Ahead.start

    def kept(self: Ahead, *asked: object) -> None:
        start(self, *asked)  # type: ignore[arg-type]
        if self._child is not None and self._child not in children:
            children.append(self._child)

    monkeypatch.setattr(Ahead, "start", kept)
    yield children
    for child in children:
        child.end()


@pytest.mark.slow
def test_an_engine_speaks_in_the_process_that_is_there(folders: Folders, started: list[Child]) -> None:
    wanted, folder = Wanted("qwen", device="cpu"), str(folders("custom_voice", "few", True))
    with QwenEngine(folder, device="cpu", slots=2) as here:
        expected = {request.key: audio.samples for request, audio in here.speak(LINES)}
    with Ahead() as ahead:
        ahead.start(wanted)
        ahead.start(wanted)
        [child] = started
        engine = open_few("qwen", [folder], 2, wanted, ahead)
    try:
        assert isinstance(engine, Pool)
        assert engine.workers[0].about["pid"] == child.process.pid
        assert engine.slots == 2
        made: dict[str, Audio] = {request.key: audio for request, audio in engine.speak(LINES)}
    finally:
        engine.close()
    assert made.keys() == expected.keys()
    for key, audio in made.items():
        assert np.array_equal(audio.samples, expected[key])


@pytest.mark.slow
def test_say_takes_the_process(
    folders: Folders, started: list[Child], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save(torch.randn(HIDDEN["narrow"], generator=torch.Generator().manual_seed(3)), "her.pt")
    how = ["--voice", "her.pt", "--model", str(folders("base", "few", True)), "--device", "cpu"]
    assert run(["say", "It rained.", *how, "-o", "said.wav"]) == 0
    assert (tmp_path / "said.wav").stat().st_size > 44
    assert len(started) == 1
    assert run(["say", "It rained.", "--voice", "nobody's", *how[2:], "-o", "unsaid.wav"]) == 1
    assert len(started) == 2
    assert started[1].end() == -9, "it was not killed where nothing was spoken"


@pytest.mark.parametrize("asked", [Wanted("draft"), Wanted(), Wanted("qwen", ray="auto")], ids=["draft", "auto", "ray"])
def test_none_is_started_for_nothing(asked: Wanted, started: list[Child]) -> None:
    with Ahead() as ahead:
        ahead.start(asked)
        assert ahead.take() is None
    assert not started


def test_what_nobody_took_is_ended_at_once(started: list[Child]) -> None:
    with Ahead() as ahead:
        ahead.start(Wanted(models=("a-model",)))
    [child] = started
    assert child._code == -9
    ahead.start(Wanted("qwen"))
    assert ahead.take() is None
