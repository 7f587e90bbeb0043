"""The engine's loop: every line once, refills, stops, and memory that runs out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrate.audio import Audio
from narrate.engine import Engine
from narrate.engine.qwen import QwenEngine, engine as engine_module
from narrate.engine.qwen.codec import Done, EagerCodec, Voicing, trim
from narrate.engine.qwen.decode import EagerDecoder
from narrate.engine.qwen.lines import Line, Lines
from narrate.engine.qwen.prompt import Prompt, Prompter, expected_frames, frame_cap
from narrate.errors import EngineError, VoiceError
from narrate.takes import Request
from narrate.voices import DraftVoice, SpeakerVoice
from narrate.voices.kinds import load_voice

from .configs import HIDDEN, SHAPES
from .conftest import Folders

RYAN = SpeakerVoice("ryan")
TEXTS = ["One.", "Two and a half.", "Three", "Number four is longer.", "Five!", "Six, at last."]


def lines(texts: Sequence[str] = TEXTS, **changes: Any) -> list[Request]:
    return [replace(Request(text, RYAN), **changes) for text in texts]


def cap_of(text: str) -> int:
    return 2 + len(text) % 5


Opener = Callable[..., QwenEngine]


@pytest.fixture
def opener(folders: Folders) -> Iterator[Opener]:
    engines = []

    def make(kind: str = "custom_voice", shape: str = "few", **changes: Any) -> QwenEngine:
        settings: dict[str, Any] = {"slots": 2, "positions": 96, "frame_cap": cap_of, **changes}
        engines.append(QwenEngine(str(folders(kind, shape)), device="cpu", **settings))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def one_for_all(folders: Folders) -> Iterator[QwenEngine]:
    folder = str(folders("custom_voice", "few"))
    with QwenEngine(folder, device="cpu", slots=2, positions=96, frame_cap=cap_of) as engine:
        yield engine


def heard(engine: QwenEngine, requests: Sequence[Request]) -> dict[str, NDArray[np.int16]]:
    results = list(engine.speak(requests))
    assert len(results) == len(requests)
    return {request.text: audio.samples for request, audio in results}


def alike(one: NDArray[np.int16], other: NDArray[np.int16]) -> None:
    """The same codes: the codec rounds by a step where it decodes them in other company."""
    assert len(one) == len(other)
    assert np.abs(one.astype(int) - other).max() <= 1


def test_qwen_engine_satisfies_the_engine_protocol(opener: Opener) -> None:
    engine: Engine[Audio] = opener()
    assert engine.name == "qwen"
    assert engine.model.startswith("custom_voice-few@")
    assert engine.sample_rate == 24000
    engine.close()
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        list(engine.speak(lines()))


def test_takes_tell_of_a_cache_of_8_bits(opener: Opener) -> None:
    """A line is the same in any company over one, too."""
    narrow = opener(cache="int8")
    assert narrow._parts is not None
    assert all(cache.int8 for cache in narrow._parts.state.caches)
    sounds = heard(narrow, lines())
    assert sounds.keys() == set(TEXTS)
    assert all(narrow.notes(request)["cache"] == "int8" for request in lines())
    for request in lines()[:2]:
        alike(heard(narrow, [request])[request.text], sounds[request.text])


def test_every_line_once_and_capped_where_it_never_ends(opener: Opener) -> None:
    engine = opener()
    sounds = heard(engine, lines())
    assert {text: len(samples) for text, samples in sounds.items()} == {t: cap_of(t) * 1920 for t in TEXTS}
    assert engine.ended == {request.key: "capped" for request in lines()}
    assert engine.notes(lines()[0]) == {"revision": engine.revision, "capped": True}
    assert engine.notes(Request("Never asked.", RYAN)) == {"revision": engine.revision}
    assert len({samples.tobytes() for samples in sounds.values()}) == len(TEXTS)
    assert list(engine.speak([])) == []


def test_lines_that_end_by_themselves_are_not_capped(folders: Folders) -> None:
    with QwenEngine(str(folders("base", "few", True)), device="cpu", positions=160, slots=3) as engine:
        torch.manual_seed(0)
        path = folders("base", "few", True) / "voice.pt"
        torch.save(torch.randn(HIDDEN["narrow"]), path)
        requests = [replace(line, voice=load_voice(path)) for line in lines()]
        results = {request.key: len(audio.samples) // 1920 for request, audio in engine.speak(requests)}
    longest = {request.key: frame_cap(request.text) for request in requests}
    capped = {key for key, ended in engine.ended.items() if ended == "capped"}
    assert capped == {key for key, frames in results.items() if frames == longest[key]}
    assert len(capped) < len(requests)


def test_requests_are_pulled_as_there_is_room(opener: Opener) -> None:
    engine, pulled = opener(slots=2), []

    def requests() -> Iterator[Request]:
        for request in lines(TEXTS * 4):
            pulled.append(request)
            yield request

    for count, _ in enumerate(engine.speak(requests()), start=1):
        assert len(pulled) <= count + 2 * 2 + 1
    assert len(pulled) == 24


def test_stopping_early_leaves_the_engine_usable(opener: Opener) -> None:
    engine = opener()
    speaking = engine.speak(lines())
    first, _ = next(speaking)
    with pytest.raises(EngineError, match="still speaking"):
        next(engine.speak(lines()))
    speaking.close()  # type: ignore[attr-defined]
    assert first.text in TEXTS
    assert engine._parts is not None
    assert not engine._parts.state.active.any()
    expected = heard(opener(slots=1), lines())
    for text, samples in heard(engine, lines()).items():
        alike(samples, expected[text])


def test_voices_languages_and_lengths_it_cannot_speak_are_refused(opener: Opener) -> None:
    engine = opener()
    with pytest.raises(VoiceError, match="draft"):
        list(engine.speak([*lines(), Request("Hm.", DraftVoice("me"))]))
    with pytest.raises(EngineError, match='does not speak the language "tlh"'):
        list(engine.speak(lines(language="tlh")))
    with pytest.raises(EngineError, match="too long for one take"):
        list(engine.speak(lines(["word " * 2000])))
    assert len(heard(engine, lines())) == len(TEXTS)


@pytest.mark.parametrize(
    "language", ["zh", "en", "ja", "ko", "de", "fr", "ru", "pt", "es", "it", "auto", "en-GB", "zh-Hans"]
)
def test_every_language_is_spoken(language: str, one_for_all: QwenEngine) -> None:
    assert heard(one_for_all, lines(["Ok."], language=language))["Ok."].any()


def test_a_line_that_the_slots_have_no_room_for_comes_last_in_longer_ones(opener: Opener) -> None:
    """As it would have been in an engine with room: nothing of its cap is lost, nor of its neighbours' sound."""
    long = "A sentence that is a good deal longer than any other one of this small book. " * 2
    asked = lines([TEXTS[0], long.strip(), *TEXTS[1:]])

    def cap(text: str) -> int:
        return 70 if text.startswith("A sentence") else cap_of(text)

    engine = opener(slots=6, frame_cap=cap)
    expected = heard(opener(slots=2, positions=512, frame_cap=cap), asked)
    results = list(engine.speak(asked))
    assert results[-1][0] == asked[1]
    assert len(results[-1][1].samples) == 70 * 1920
    assert (engine.slots, engine._positions) == (2, 256)  # of the 576 positions that 6 slots of 96 hold
    assert len(results) == len(asked)
    for request, audio in results:
        alike(audio.samples, expected[request.text])
    assert len(heard(engine, lines())) == len(TEXTS)
    assert (engine.slots, engine._positions) == (6, 96)


class Tight(EagerDecoder):
    """A device that holds two lines at a time, and finds out in the middle of a step."""

    made = 0

    def step(self, rows: int) -> int:
        Tight.made += 1
        if self.state.slots > 2 and Tight.made % 3 == 0:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return super().step(rows)

    def prefill(self, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
        if self.state.slots > 4:
            raise torch.OutOfMemoryError("CUDA out of memory")
        super().prefill(rows, prompts)


def test_running_out_of_memory_halves_the_slots(
    opener: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so and goes on; the takes are those of an engine that had room."""
    expected = heard(opener(slots=1), lines())
    monkeypatch.setattr(engine_module, "EagerDecoder", Tight)
    engine = opener(slots=8)
    sounds = heard(engine, lines())
    assert engine.slots == 2
    assert [record.getMessage() for record in caplog.records] == [
        "Out of memory: going on with 4 lines at a time.",
        "Out of memory: going on with 2 lines at a time.",
    ]
    for text, samples in sounds.items():
        alike(samples, expected[text])


def test_running_out_of_memory_while_prompts_are_built_loses_no_line(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = heard(opener(slots=1), lines())
    built, real = [], Prompter.build

    def build(self: Prompter, requests: Sequence[Request], *others: Any) -> list[Prompt]:
        built.append(requests)
        if len(built) in (3, 4):
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(self, requests, *others)

    monkeypatch.setattr(Prompter, "build", build)
    engine = opener(slots=8)
    for text, samples in heard(engine, lines()).items():
        alike(samples, expected[text])
    assert engine.slots == 2


def test_lines_are_built_in_chunks_and_a_failed_chunk_again() -> None:
    """Nothing is lost when building fails, and what fits no slot is set aside."""
    asked, tries = lines(["a", "b", "long", "c", "d"]), []

    def build(requests: Sequence[Request]) -> list[Line]:
        tries.append([request.text for request in requests])
        if len(tries) == 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [Line(request, Prompt(torch.zeros(1, 1), 0, 1, request.sampling)) for request in requests]

    made = Lines(asked, build, lambda line: len(line.request.text), positions=1, chunk=2)
    built = filter(None, made)
    assert [next(built).request.text for _ in range(2)] == ["a", "b"]
    with pytest.raises(torch.OutOfMemoryError):
        next(built)
    assert [line.request.text for line in built] == ["c", "d"]
    assert [request.text for request in made.long] == ["long"]
    assert made.longest == 4
    assert tries == [["a", "b"], ["long", "c"], ["long", "c"], ["d"]]


def test_memory_for_less_than_one_line_is_an_error(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(EagerDecoder):
        def step(self, rows: int) -> int:
            raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(engine_module, "EagerDecoder", Full)
    with pytest.raises(EngineError, match="not enough memory to speak even one line"):
        list(opener(slots=4).speak(lines()))


class Small:
    """A codec with room for two lines, which gives each line its own number as its samples."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def lines(self, frames: int) -> int:
        return 8

    def submit(self, codes: Sequence[Tensor], unheard: Sequence[int]) -> Done:
        if len(codes) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.batches.append([len(line) for line in codes])
        heard = [line[first:, 0] for line, first in zip(codes, unheard, strict=True)]
        return Done([np.repeat(line.numpy().astype(np.int16), 10) for line in heard])


def test_voicing_batches_by_length_and_shrinks() -> None:
    codec = Small()
    voicing = Voicing[int](codec, lines=8)
    for number in range(20):
        voicing.add(number, torch.full((number % 7 + 1, 16), number), torch.zeros(3, 16) if number % 2 else None)
    results = dict(voicing.ready())
    assert len(results) == 20 - len(voicing._spoken) >= 8
    results |= dict(voicing.ready(last=True))
    assert not voicing.busy
    for number in range(20):  # the reference's own samples are cut off
        assert results[number].tolist() == [number] * (number % 7 + 1) * 10
    assert all(batch == sorted(batch, reverse=True) and len(batch) <= 2 for batch in codec.batches)


def test_codec_batches_change_nothing(models: Callable[..., Any]) -> None:
    codec = EagerCodec(models("base", "few"))
    random = torch.Generator().manual_seed(5)
    # Beyond 300 frames upstream decodes in chunks.
    batch = [torch.randint(0, 2048, (length, SHAPES["few"][1]), generator=random) for length in (9, 320, 40)]
    for codes, wave in zip(batch, codec.decode(batch), strict=True):
        [alone] = codec.decode([codes])
        assert len(wave) == len(codes) * 1920
        np.testing.assert_allclose(wave, alone, atol=1e-4)


def test_trim_cuts_as_upstream_cuts() -> None:
    samples = np.arange(10 * 1920, dtype=np.int16)
    assert np.array_equal(trim(samples, 0, 10), samples)
    assert np.array_equal(trim(samples, 3, 10), samples[3 * 1920 :])
    for reference in range(1, 700):
        frames = reference + 97
        whole = np.arange(frames * 4, dtype=np.int32)
        assert np.array_equal(
            trim(whole[(reference - 1) * 4 :], reference, frames, reference - 1), trim(whole, reference, frames)
        )


def test_caps_follow_the_text() -> None:
    assert 60 < expected_frames("x" * 100) < 120  # about seven seconds
    assert expected_frames("你好" * 10) > 2 * expected_frames("ab" * 10)
    assert expected_frames("1984") > expected_frames("year")
    assert frame_cap("No.") >= 25
    assert frame_cap("x" * 400) < 700


def test_opening_by_name_needs_no_torch_until_then(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = "import sys, narrate.engine.qwen as q, narrate.engine.qwen.checkpoint, narrate.engine.qwen.slots; "
    code += "assert 'torch' not in sys.modules; sys.modules['torch'] = None; q.QwenEngine"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "EngineError: the qwen engine needs packages that are not here" in done.stderr
