"""Speech over HTTP, as OpenAI's clients and curl ask for it: sound as it is made, and one clear answer to all else."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from serving import Answer, Serving, serving

from narrate.audio import WAV_HEADER
from narrate.chapters import find_ffmpeg, hear
from narrate.engine import Wanted
from narrate.engine.draft import DraftEngine
from narrate.serve import speech
from narrate.serve.home import Home
from narrate.work import Speech, in_order, speech_asked

pytestmark = pytest.mark.slow

TEXT = "The clock struck nine. Nobody answered, and the rain went on."
RATE = 24_000


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home; it is served by `site`."""
    return Home(tmp_path_factory.mktemp("home"), Wanted())


@pytest.fixture(scope="module")
def site(here: Home) -> Iterator[Serving]:
    with serving(here.app()) as running:
        yield running


@pytest.fixture(scope="module")
def said(here: Home) -> NDArray[np.int16]:
    """The samples of TEXT as the engine alone makes them."""
    return samples_of(here.home, TEXT)


def samples_of(home: Path, text: str) -> NDArray[np.int16]:
    asked = speech_asked(Speech(text), home, Wanted())
    with DraftEngine() as engine:
        return np.concatenate([piece.samples for piece in in_order(engine, asked.requests)])


def ask(site: Serving, text: Any = TEXT, **fields: Any) -> Answer:
    return site.ask("POST", "/v1/audio/speech", {"input": text, "response_format": "pcm"} | fields)


def told(answer: Answer, status: int) -> str:
    """The failure that an answer tells, as OpenAI's clients read it."""
    assert answer.status == status, answer.body
    error = answer.json["error"]
    assert set(error) >= {"message", "type", "code"}
    assert len(error["message"].splitlines()) == 1
    return str(error["message"])


def test_samples_are_those_of_the_engine_to_the_bit(site: Serving, said: NDArray[np.int16]) -> None:
    answer = ask(site)
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/pcm")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert np.array_equal(np.frombuffer(answer.body, "<i2"), said)


def test_in_pieces_the_samples_are_the_same(site: Serving, said: NDArray[np.int16]) -> None:
    answer = ask(site, chunk_frames=4)
    assert np.array_equal(np.frombuffer(answer.body, "<i2"), said)


@pytest.mark.parametrize("form", ["wav", "mp3", "flac", "opus", "aac"])
def test_every_format_is_what_it_says(site: Serving, said: NDArray[np.int16], form: str, tmp_path: Path) -> None:
    answer = ask(site, response_format=form)
    assert (answer.status, answer.headers["content-type"]) == (200, speech.TYPES[form])
    file = tmp_path / f"said.{form}"
    file.write_bytes(answer.body)
    heard = hear(find_ffmpeg(), file, RATE, 60.0).samples
    if form in ("wav", "flac"):
        assert np.array_equal(heard, said)
    assert abs(len(heard) - len(said)) < 0.2 * RATE, "padding of the coder's"
    assert np.abs(heard.astype(float)).mean() == pytest.approx(np.abs(said.astype(float)).mean(), rel=0.1)
    if form == "wav":
        assert np.array_equal(np.frombuffer(answer.body[WAV_HEADER:], "<i2"), said)


def test_the_official_client_speaks_with_us(site: Serving, said: NDArray[np.int16], tmp_path: Path) -> None:
    openai = pytest.importorskip("openai")
    with openai.OpenAI(base_url=f"http://127.0.0.1:{site.port}/v1", api_key="none", max_retries=0) as client:
        spoken = client.audio.speech.create(model="tts-1", voice="narrator", input=TEXT, response_format="pcm")
        assert np.array_equal(np.frombuffer(spoken.content, "<i2"), said)
        file = tmp_path / "said.mp3"
        with client.audio.speech.with_streaming_response.create(model="narrate", voice="narrator", input=TEXT) as sound:
            sound.stream_to_file(file)
        assert len(hear(find_ffmpeg(), file, RATE, 60.0).samples) > RATE
        assert {"narrate", "draft", "tts-1"} <= {model.id for model in client.models.list()}
        with pytest.raises(openai.BadRequestError, match='no voice called "alloy"') as refused:
            client.audio.speech.create(model="tts-1", voice="alloy", input=TEXT)
        assert refused.value.type == "invalid_request_error"
        with pytest.raises(openai.NotFoundError, match="no model"):
            client.audio.speech.create(model="gpt-9", voice="narrator", input=TEXT)
        with pytest.raises(openai.BadRequestError, match="speed"):
            client.audio.speech.create(model="tts-1", voice="narrator", input=TEXT, speed=1.5)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_curl_speaks_with_us(site: Serving, said: NDArray[np.int16], tmp_path: Path) -> None:
    file = tmp_path / "said.wav"
    body = json.dumps({"model": "tts-1", "input": TEXT, "voice": "narrator", "response_format": "wav"})
    address = f"http://127.0.0.1:{site.port}/v1/audio/speech"
    command = ["curl", "-sS", "--fail", address, "-H", "Content-Type: application/json", "-d", body, "-o", str(file)]
    subprocess.run(command, check=True, timeout=60)
    assert np.array_equal(np.frombuffer(file.read_bytes()[WAV_HEADER:], "<i2"), said)


def test_voices_and_models_are_listed(site: Serving) -> None:
    voices = {voice["id"]: voice for voice in site.get("/v1/audio/voices").json["voices"]}
    assert voices["narrator"]["languages"] == ["en"]
    assert set(voices["narrator"]) == {"id", "name", "kind", "languages", "description"}
    assert [model["id"] for model in site.get("/v1/models").json["data"]][:2] == ["narrate", "draft"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"voice": "nobody"}, 400, 'no voice called "nobody"'),
        ({"voice": "../../etc/passwd"}, 400, "no voice called"),
        ({"voice": "/etc/passwd"}, 400, "no voice called"),
        ({"voice": "v" * 3000}, 400, "no voice called"),
        ({"voice": 7}, 400, "voice"),
        *(
            ({name: "half \ud83d"}, 400, "surrogate")
            for name in ("text", "voice", "model", "response_format", "language")
        ),
        ({"model": "nothing"}, 404, "no model"),
        ({"speed": 1.25}, 400, '"speed" is 1 here'),
        ({"speed": "fast"}, 400, "speed"),
        ({"response_format": "midi"}, 400, "one of wav, pcm, mp3, flac, opus, aac"),
        ({"stream_format": "sse"}, 400, "stream_format"),
        ({"instructions": "whispering"}, 400, "takes no instructions"),
        ({"language": "de"}, 400, "German"),
        ({"language": "xx"}, 400, "xx"),
        ({"chunk_frames": -1}, 400, "1 to 250"),
        ({"chunk_frames": 251}, 400, "1 to 250"),
        ({"chunk_frames": "4"}, 400, "chunk_frames"),
        ({"volume": 11}, 400, "volume"),
        ({"text": ""}, 400, "nothing to say"),
        ({"text": " …! "}, 400, "nothing to say"),
        ({"text": "a" * (speech.MOST_CHARACTERS + 1)}, 413, "20,000"),
        ({"text": 5}, 400, "input"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    site: Serving, fields: dict[str, Any], status: int, words: str
) -> None:
    text = fields.pop("text", TEXT)
    assert words in told(ask(site, text, **fields), status)


def test_bodies_that_are_none(site: Serving) -> None:
    path, form = "/v1/audio/speech", {"Content-Type": "application/json"}
    assert "JSON" in told(site.ask("POST", path, b"{", form), 400)
    assert "object" in told(site.ask("POST", path, b"[]", form), 400)
    assert "input" in told(site.ask("POST", path, b"{}", form), 400)
    told(site.ask("POST", path, b"input=Hello", {"Content-Type": "text/plain"}), 415)
    told(site.ask("POST", path, b" " * (speech.MOST_BODY + 1), form), 413)


def test_sound_comes_before_all_of_it_is_made(site: Serving, here: Home) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    body = json.dumps({"input": f"Hello. {TEXT * 40}", "response_format": "pcm"})
    connection.request("POST", "/v1/audio/speech", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert len(answer.read(2000)) == 2000
    assert here.hot._turns.calls, "it still speaks"
    answer.close()
    connection.close()
    nobody_speaks(here)


def nobody_speaks(here: Home) -> None:
    """Wait until nobody does, and nothing is at the engine."""
    deadline = time.monotonic() + 60
    while here.hot._turns.calls or here.hot._turns.out:
        assert time.monotonic() < deadline, "who left is still spoken to"
        time.sleep(0.02)


def test_who_goes_away_before_there_is_a_sound_takes_the_lines_along(site: Serving, here: Home) -> None:
    waiting = []
    for number in range(6):
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        body = json.dumps({"input": f"Number {number}. {TEXT * 15}", "response_format": "pcm"})
        connection.request("POST", "/v1/audio/speech", body, {"Content-Type": "application/json"})
        waiting.append(connection)
    deadline = time.monotonic() + 60
    while len(here.hot._turns.calls) < 6:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for connection in waiting:
        connection.close()
    nobody_speaks(here)
    assert ask(site).status == 200


def test_many_at_once_lose_nothing_while_the_engine_is_killed(
    site: Serving, here: Home, said: NDArray[np.int16]
) -> None:
    def work(number: int) -> bool:
        answer = ask(site, f"This is request number {number}. {TEXT}")
        heard = np.frombuffer(answer.body, "<i2")
        if number == 5:
            engine = here.hot._engine
            assert engine is not None
            os.kill(engine.workers[0].about["pid"], signal.SIGKILL)
        return answer.status == 200 and np.array_equal(heard[-len(said) :], said)

    before = here.hot.losses
    with ThreadPoolExecutor(12) as threads:
        assert all(threads.map(work, range(24)))
    assert here.hot.losses == before + 1


def test_an_idle_engine_is_closed_and_comes_back(tmp_path: Path, said: NDArray[np.int16]) -> None:
    home = Home(tmp_path, Wanted(), idle_s=0.3)
    with serving(home.app()) as site:
        for _ in range(2):
            assert np.array_equal(np.frombuffer(ask(site).body, "<i2"), said)
            deadline = time.monotonic() + 60
            while home.hot._engine is not None:
                assert time.monotonic() < deadline
                time.sleep(0.05)


def test_a_full_queue_says_when_to_come_back(here: Home, site: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "MOST_WAITING", 4)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: ask(site, f"Number {number}. {TEXT * 3}"), range(8)))
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert {answer.status for answer in answers} == {200, 429}
    assert all(answer.headers["retry-after"] == "5" for answer in refused)
    assert "ask again" in told(refused[0], 429)
    assert ask(site).status == 200
