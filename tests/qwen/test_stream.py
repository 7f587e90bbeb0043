"""A line heard while it is made: the same samples as of the whole line, whatever the chunks."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from narrate.cli import run
from narrate.engine.qwen import QwenEngine
from narrate.engine.qwen.codec import CHUNK, LEFT_CONTEXT, EagerCodec, growing
from narrate.engine.qwen.codec_decoder import Decoder
from narrate.errors import EngineError, VoiceError
from narrate.takes import Request
from narrate.voices import DraftVoice, SpeakerVoice, Voice
from narrate.voices.kinds import load_voice

from .configs import HIDDEN, SHAPES
from .conftest import Folders
from .test_out_of_memory import Allocations

RYAN = SpeakerVoice("ryan")
TEXTS = ["One.", "Two and a half.", "Number three is longer than those before."]
Opener = Callable[..., QwenEngine]


def cap_of(text: str) -> int:
    return 3 + len(text) % 20


@pytest.fixture
def opener(folders: Folders) -> Iterator[Opener]:
    engines = []

    def make(kind: str = "custom_voice", ends: bool = False, **changes: Any) -> QwenEngine:
        settings: dict[str, Any] = {"slots": 1, "positions": 128, "frame_cap": cap_of, **changes}
        engines.append(QwenEngine(str(folders(kind, "few", ends)), device="cpu", **settings))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


def codes_of(frames: int, seed: int = 5) -> torch.Tensor:
    return torch.randint(0, 2048, (frames, SHAPES["few"][1]), generator=torch.Generator().manual_seed(seed))


def requests(texts: Sequence[str] = TEXTS, voice: Voice = RYAN) -> list[Request]:
    return [Request(text, voice) for text in texts]


def pieces(engine: QwenEngine, asked: Sequence[Request], chunk: int) -> dict[str, list[NDArray[np.int16]]]:
    """The pieces of every request, by its text; asserts that they come in order."""
    found: dict[str, list[NDArray[np.int16]]] = {}
    for request, audio in engine.stream(asked, chunk):
        assert request.text in (*list(found)[-1:], asked[len(found) % len(asked)].text)
        found.setdefault(request.text, []).append(audio.samples)
    return found


@pytest.mark.parametrize("chunk", [1, 3, 8, 12, 500])
def test_pieces_are_what_is_spoken_to_the_bit(chunk: int, opener: Opener) -> None:
    engine, asked = opener(), requests()
    spoken = {request.text: audio.samples for request, audio in engine.speak(asked)}
    ended = dict(engine.ended)
    heard = pieces(engine, asked, chunk)
    assert engine.ended == ended
    assert list(heard) == TEXTS
    for text, parts in heard.items():
        assert np.array_equal(np.concatenate(parts), spoken[text])
        assert [len(part) // 1920 for part in parts[:-1]] == [chunk] * (len(parts) - 1)
    again = {request.text: audio.samples for request, audio in engine.speak(asked)}
    assert all(np.array_equal(again[text], spoken[text]) for text in TEXTS)


def test_lines_that_end_by_themselves(opener: Opener, folders: Folders) -> None:
    path = folders("base", "few", True) / "streamed.pt"
    torch.save(torch.randn(HIDDEN["narrow"], generator=torch.Generator().manual_seed(3)), path)
    engine = opener("base", True, positions=200, frame_cap=lambda text: 60)
    asked = requests([f"{number} {text}" for number in range(2) for text in TEXTS], load_voice(path))
    spoken = {request.text: audio.samples for request, audio in engine.speak(asked)}
    assert len(engine.ended) < len(asked)  # of a line that ends by itself, nothing is kept
    for text, parts in pieces(engine, asked, 4).items():
        assert np.array_equal(np.concatenate(parts), spoken[text])


@pytest.mark.parametrize("frames", [20, 47])
def test_a_clone_begins_after_its_recording(frames: int, opener: Opener, tmp_path: Path) -> None:
    """As spoken, but for the sample before its first frame that upstream's quotient keeps of some lines."""
    engine = opener("base", positions=256, frame_cap=lambda text: frames)
    voice = recorded(tmp_path / "clone.pt")
    [(_, whole)] = engine.speak(requests(TEXTS[:1], voice))
    [parts] = pieces(engine, requests(TEXTS[:1], voice), 5).values()
    streamed = np.concatenate(parts)
    assert len(streamed) == frames * 1920
    assert len(whole.samples) - len(streamed) == (frames == 47)
    assert np.array_equal(whole.samples[-len(streamed) :], streamed)


def recorded(path: Path) -> Voice:
    """A clone with a reference of 50 frames: upstream cuts a line of 47 frames behind it a sample early."""
    embedding = torch.randn(HIDDEN["narrow"], generator=torch.Generator().manual_seed(3))
    item = {"ref_spk_embedding": embedding, "ref_code": codes_of(50), "ref_text": "What I said.", "icl_mode": True}
    torch.save({"items": [item]}, path)
    return load_voice(path)


def test_a_line_too_long_for_the_slot_gets_a_longer_one(opener: Opener) -> None:
    engine = opener(positions=64)
    text = "The last one finds no room in these slots. " * 3
    asked = requests([TEXTS[0], text, TEXTS[1]])
    spoken = {request.text: audio.samples for request, audio in engine.speak(asked)}
    for said, parts in pieces(engine, asked, 4).items():
        assert np.array_equal(np.concatenate(parts), spoken[said])


def test_refused_stopped_and_used_again(opener: Opener) -> None:
    engine = opener()
    with pytest.raises(VoiceError, match="draft"):
        list(engine.stream(requests(voice=DraftVoice("me")), 4))
    streaming = engine.stream(requests(), 1)
    next(streaming)
    with pytest.raises(EngineError, match="still speaking"):
        next(engine.speak(requests()))
    streaming.close()  # type: ignore[attr-defined]
    spoken = [audio.samples for _, audio in engine.speak(requests(TEXTS[:1]))]
    assert np.array_equal(np.concatenate(pieces(engine, requests(TEXTS[:1]), 2)[TEXTS[0]]), spoken[0])


@pytest.mark.parametrize("allocation", [0, 60, 900])
def test_memory_that_runs_out_is_told_in_one_line(allocation: int, opener: Opener) -> None:
    """While the prompt is made, the first frame, and a later one."""
    engine = opener()
    [whole] = pieces(engine, requests(TEXTS[:1]), 100)[TEXTS[0]]
    with Allocations(allocation), pytest.raises(EngineError, match="not enough memory to speak even one line"):
        list(engine.stream(requests(TEXTS[:1]), 1))
    assert np.array_equal(np.concatenate(pieces(engine, requests(TEXTS[:1]), 1)[TEXTS[0]]), whole)


def test_say_streams_the_file_that_it_writes(folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save(torch.randn(HIDDEN["narrow"], generator=torch.Generator().manual_seed(3)), "her.pt")
    how = ["--voice", "her.pt", "--model", str(folders("base", "few", True)), "--device", "cpu"]
    text = "It rained. Nobody minded!"
    assert run(["say", text, *how, "-o", "whole.wav"]) == 0
    assert run(["say", text, *how, "--stream", "--chunk", "3", "-o", "streamed.wav"]) == 0
    assert (tmp_path / "streamed.wav").read_bytes() == (tmp_path / "whole.wav").read_bytes()


@pytest.mark.parametrize("chunk", [1, 7, 24])
def test_a_line_that_grows_has_the_bits_of_the_whole_across_upstreams_chunks(
    chunk: int, models: Callable[..., Any]
) -> None:
    codec, codes, unheard = EagerCodec(models("base", "few")), codes_of(320), 3
    [whole] = codec.submit([codes], [unheard]).read()
    decode, heard = growing(codec), []
    for start in range(unheard, len(codes), chunk):
        heard += decode(codes[: start + chunk], start).read()
    assert np.array_equal(np.concatenate(heard), whole)


def test_blocks_are_the_whole_decoder(models: Callable[..., Any]) -> None:
    """In blocks, after what its layers keep, as in one go; and behind its context alone from upstream's cut on."""
    model = models("base", "few")
    decoder, codes = Decoder(model.codec, model.codec_config), codes_of(310)
    [wave] = EagerCodec(model).decode([codes])
    with torch.inference_mode():
        first = decoder(codes[None, :CHUNK])[0][0]
        second = decoder(codes[None, CHUNK - LEFT_CONTEXT :])[0][0, LEFT_CONTEXT * 1920 :]
    np.testing.assert_allclose(wave, torch.cat([first, second]).numpy(), atol=1e-5)
