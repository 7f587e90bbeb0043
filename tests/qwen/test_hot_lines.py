"""The engine that is kept open, with a tiny checkpoint: lines in pieces, and a client that leaves, to the bit."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from narrate.audio import audio_of
from narrate.engine import Wanted, open_streaming
from narrate.engine.client import Client
from narrate.engine.hot import Hot
from narrate.takes import Request
from narrate.voices import SpeakerVoice

from .conftest import Folders

TEXTS = ["One.", "Two and a half.", "Three", "Number four is longer.", "Five!"]
Sounds = dict[str, NDArray[np.int16]]


def lines(texts: Sequence[str] = TEXTS) -> list[Request]:
    return [Request(text, SpeakerVoice("ryan"), engine="qwen", model="tiny") for text in texts]


@pytest.fixture(scope="module")
def model(folders: Folders) -> str:
    return str(folders("custom_voice", "few", True))


@pytest.fixture(scope="module")
def speaker(model: str) -> Iterator[Client]:
    hot = Hot()
    yield hot.client("qwen", (model,), Wanted(engine="qwen", models=(model,), device="cpu"))
    hot.close()


@pytest.fixture(scope="module")
def said(model: str) -> Sounds:
    """What `narrate say --stream` hears of every line."""
    engine, found = open_streaming("qwen", (model,), device="cpu"), {}
    for request in lines():
        found[request.text] = np.concatenate([piece.samples for _, piece in engine.stream([request], 4)])
    engine.close()
    return found


@pytest.mark.parametrize("chunk_frames", [1, 3, 200])
def test_pieces_are_those_of_the_line_to_the_bit(speaker: Client, said: Sounds, chunk_frames: int) -> None:
    pieces: dict[str, list[NDArray[np.int16]]] = {text: [] for text in TEXTS}
    for request, piece in speaker.stream(lines(), chunk_frames):
        pieces[request.text].append(piece.samples)
    for text in TEXTS:
        assert np.array_equal(np.concatenate(pieces[text]), said[text])
    most = max(len(of_line) for of_line in pieces.values())
    assert most == 1 if chunk_frames == 200 else most > 1
    whole = {request.text: audio_of(sound).samples for request, sound in speaker.speak(lines())}
    assert all(np.array_equal(whole[text], said[text]) for text in TEXTS)


def test_a_client_that_leaves_changes_no_bit_of_the_others(speaker: Client, said: Sounds) -> None:
    for after in range(3):
        leaving = speaker.speak(lines([f"{text} And so on, and on, and on." for text in TEXTS]))
        staying = speaker.speak(lines())
        heard = [next(staying)]
        for _ in range(after):
            next(leaving)
        leaving.close()
        heard += staying
        assert {request.text for request, _ in heard} == {*TEXTS}
        assert all(np.array_equal(audio_of(sound).samples, said[request.text]) for request, sound in heard)
