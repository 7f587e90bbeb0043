"""The engine that is kept open, with a tiny checkpoint: lines in pieces, and a client that leaves, to the bit."""

import http.client
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from starlette.applications import Starlette

from narrate.audio import audio_of
from narrate.engine import Wanted, open_streaming
from narrate.engine.client import Client
from narrate.engine.hot import Hot
from narrate.serve import speech
from narrate.takes import Request
from narrate.voices import SpeakerVoice

from .conftest import Folders

sys.path.insert(0, str(Path(__file__).parents[1]))
from serving import serving

TEXTS = ["One.", "Two and a half.", "Three!"]
Sounds = dict[str, NDArray[np.int16]]


def wanted(model: str) -> Wanted:
    return Wanted(engine="qwen", models=(model,), device="cpu")


def lines(texts: Sequence[str] = TEXTS) -> list[Request]:
    return [Request(text, SpeakerVoice("ryan"), engine="qwen", model="tiny") for text in texts]


@pytest.fixture(scope="module")
def hot() -> Iterator[Hot]:
    opened = Hot()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def model(folders: Folders) -> str:
    return str(folders("custom_voice", "few", True))


@pytest.fixture(scope="module")
def speaker(hot: Hot, model: str) -> Client:
    return hot.client("qwen", (model,), wanted(model))


@pytest.fixture(scope="module")
def said(model: str) -> Sounds:
    """What `narrate say --stream` hears of every line."""
    engine, found = open_streaming("qwen", (model,), device="cpu"), {}
    for request in lines():
        found[request.text] = np.concatenate([piece.samples for _, piece in engine.stream([request], 4)])
    engine.close()
    return found


@pytest.mark.parametrize("chunk_frames", [3, 200])
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
    for after in (0, 1):
        leaving = speaker.speak(lines([f"{text} And so on." for text in TEXTS]))
        staying = speaker.speak(lines())
        heard = [next(staying)]
        for _ in range(after):
            next(leaving)
        leaving.close()
        heard += staying
        assert {request.text for request, _ in heard} == {*TEXTS}
        assert all(np.array_equal(audio_of(sound).samples, said[request.text]) for request, sound in heard)


def test_a_text_comes_in_pieces_over_http(hot: Hot, speaker: Client, model: str, tmp_path: Path) -> None:
    (tmp_path / "voices" / "ryan").mkdir(parents=True)
    (tmp_path / "voices" / "ryan" / "voice.toml").write_text('kind = "speaker"\nspeaker = "ryan"\n')
    asked = {"input": " ".join(TEXTS), "voice": "ryan", "language": "en", "response_format": "pcm"}
    with serving(Starlette(routes=speech.routes(tmp_path, wanted(model), hot))) as site:
        whole = site.ask("POST", "/v1/audio/speech", asked).body
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        body = json.dumps(asked | {"chunk_frames": 1})
        connection.request("POST", "/v1/audio/speech", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        first = answer.read1()
        assert len(first) < 24_000 * 2 // 5, "a frame or two, not a sentence"
        assert first + answer.read() == whole
        connection.close()
