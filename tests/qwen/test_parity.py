"""The same codes, all of every frame, as qwen-tts's own generation, and the same waveforms.

Greedy, which is upstream's rule to the letter, late lines too: the best code is among what any rule keeps.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from narrate.engine.qwen.codec import EagerCodec, trim
from narrate.engine.qwen.engine import QwenEngine
from narrate.engine.qwen.voices import ClonedVoice, DesignedVoice, open_voice
from narrate.takes import Request, Sampling
from narrate.voices import DesignVoice, SpeakerVoice, Voice

from .configs import SHAPES
from .conftest import Folders
from .reference import Case, Reference, decode_all, prompts_of

TEXTS = (
    "Hello there.",
    "No!",
    "A line that is a good deal longer than the others, for the padding.",
    "1984, naïve “w”.",
)
FRAMES = 9
GREEDY = Sampling(greedy=True)
MODES = ("x-vector", "reference", "mixed", "speaker", "directed", "dialect", "design")
# Each way of speaking with one width: the wider one is slow, and alone hears directions.
USUAL = ("few x-vector", "wide reference", "few mixed", "few speaker", "wide directed", "few dialect", "wide design")
SHAPES_AND_MODES = [
    pytest.param(shape, mode, marks=[] if f"{shape} {mode}" in USUAL else pytest.mark.thorough)
    for shape in ("few", "wide")
    for mode in MODES
]
Maker = Callable[..., Any]


def kind_of(mode: str) -> str:
    if mode in ("x-vector", "reference", "mixed"):
        return "base"
    return "voice_design" if mode == "design" else "custom_voice"


def clone(shape: str, in_context: bool, seed: int = 7) -> ClonedVoice:
    random = torch.Generator().manual_seed(seed)
    hidden, groups = SHAPES[shape]
    embedding = torch.randn(hidden, generator=random)
    if not in_context:
        return ClonedVoice(embedding)
    codes = torch.randint(0, 2048, (5 + seed, groups), generator=random)
    return ClonedVoice(embedding, codes, "What I said, once.")


def cases_of(mode: str, shape: str, model: Any) -> list[Case]:
    """A line of each text, with languages (and, where the mode has them, voices) in turn."""
    languages = ("zh", "auto", "zh", "auto") if mode == "dialect" else ("en", "auto", "de", "zh")
    cases = []
    for number, (text, language) in enumerate(zip(TEXTS, languages, strict=True)):
        direction = "softly, as if asleep" if mode == "directed" and number != 1 else ""
        speaker = SpeakerVoice("Dylan" if mode == "dialect" else ("Ryan", "serena")[number % 2])
        request = Request(text, speaker, language, direction, sampling=GREEDY)
        if mode in ("x-vector", "reference", "mixed"):
            in_context = mode == "reference" or (mode == "mixed" and number % 2 == 0)
            cases.append(Case(request, clone(shape, in_context, seed=number)))
        elif mode == "design":
            cases.append(Case(request, DesignedVoice("An old woman, " + "very " * number + "slow")))
        else:
            cases.append(Case(request, open_voice(speaker, model.config), speaker.speaker))
    return cases


@pytest.mark.parametrize(("shape", "mode"), [one for one in SHAPES_AND_MODES if one.values[1] != "mixed"])
def test_a_line_alone_has_the_codes_of_qwen_tts(mode: str, shape: str, models: Maker, references: Maker) -> None:
    model, reference = models(kind_of(mode), shape), references(kind_of(mode), shape)
    for case in cases_of(mode, shape, model)[:2]:
        [(codes, wave)] = reference.speak([case], FRAMES)
        [ours] = decode_all(model, prompts_of(model, [case], [FRAMES]), slots=1)
        assert codes.shape == (FRAMES, SHAPES[shape][1])
        assert torch.equal(ours, codes)
        assert len(set(codes[:, 0].tolist())) > 3  # codes that say something
        [ours_wave] = spoken(model, case, ours)
        assert len(ours_wave) == len(wave) == FRAMES * 1920
        assert np.abs(wave).max() > 0.01  # loud enough for a difference to be heard
        np.testing.assert_allclose(ours_wave, wave, atol=1e-4)


def spoken(model: Any, case: Case, codes: torch.Tensor) -> list[Any]:
    """The line's waveform, its voice's reference cut off, as the engine does it."""
    reference = case.voice.codes if isinstance(case.voice, ClonedVoice) else None
    heard = codes if reference is None else torch.cat([reference, codes])
    [wave] = EagerCodec(model).decode([heard])
    return [trim(wave, 0 if reference is None else len(reference), len(heard))]


@pytest.mark.parametrize(("shape", "mode"), SHAPES_AND_MODES)
def test_lines_of_a_ragged_batch_have_the_codes_of_qwen_tts(
    mode: str, shape: str, models: Maker, references: Maker
) -> None:
    """Upstream runs all lines at once; we run them through two slots, each with its own cap."""
    model, reference = models(kind_of(mode), shape), references(kind_of(mode), shape)
    cases = cases_of(mode, shape, model)
    theirs = reference.speak(cases, FRAMES)
    caps = [FRAMES, 3, FRAMES - 2, FRAMES - 1]
    ours = decode_all(model, prompts_of(model, cases, caps), slots=2)
    for cap, mine, (codes, _) in zip(caps, ours, theirs, strict=True):
        assert torch.equal(mine, codes[:cap])


def test_directions_dialects_languages_and_references_change_the_codes(models: Maker) -> None:
    """A direction, a dialect, a language and a reference are each heard: none is dropped on the way."""
    model = models("custom_voice", "wide")
    speaker = open_voice(SpeakerVoice("ryan"), model.config)
    dylan = open_voice(SpeakerVoice("dylan"), model.config)
    base = models("base", "wide")
    plain, icl = clone("wide", False), clone("wide", True)

    def request(language: str = "en", direction: str = "") -> Request:
        return Request("Hello.", SpeakerVoice("x"), language, direction, sampling=GREEDY)

    pairs = [
        (model, Case(request(), speaker), Case(request(direction="angrily"), speaker)),
        (model, Case(request(), speaker), Case(request(language="de"), speaker)),
        (model, Case(request(), speaker), Case(request(language="auto"), speaker)),
        (model, Case(request(language="zh"), dylan), Case(request(language="ja"), dylan)),
        (base, Case(request(), plain), Case(request(), icl)),
    ]
    for which, one, other in pairs:
        a, b = decode_all(which, prompts_of(which, [one, other], [4, 4]), slots=2)
        assert not torch.equal(a, b)


def test_small_custom_voice_hears_no_direction(models: Maker) -> None:
    """Upstream drops instructions for the 0.6B, which was trained without."""
    model = models("custom_voice", "few")
    cases = cases_of("speaker", "few", model)[:1] + cases_of("directed", "few", model)[:1]
    plain, directed = decode_all(model, prompts_of(model, cases, [4, 4]), slots=2)
    assert torch.equal(plain, directed)


def test_lines_end_where_upstream_ends_them(models: Maker, references: Maker) -> None:
    """With a head that leans to end-of-speech, lines end by themselves, at least two frames long."""
    model, reference = models("base", "few", ends=True), references("base", "few", ends=True)
    frames = 40
    cases = [Case(Request(text, SpeakerVoice("x"), "en", sampling=GREEDY), clone("few", False, seed))
             for seed in range(3) for text in TEXTS]  # fmt: skip
    theirs = [reference.speak(cases[start : start + 4], frames) for start in range(0, len(cases), 4)]
    expected = [codes for batch in theirs for codes, _ in batch]
    ours = decode_all(model, prompts_of(model, cases, [frames] * len(cases)), slots=5)
    lengths = [len(codes) for codes in expected]
    assert sum(2 <= length < frames for length in lengths) >= 6, lengths
    assert len(set(lengths)) > 2
    for mine, codes in zip(ours, expected, strict=True):
        assert torch.equal(mine, codes)


@pytest.mark.parametrize(("mode", "shape"), [("speaker", "wide"), ("design", "few")])
def test_engine_gives_upstreams_audio(mode: str, shape: str, folders: Folders, references: Maker) -> None:
    """From requests to samples, through slots that refill: what qwen-tts returns, to one 16-bit step."""
    kind = kind_of(mode)
    reference: Reference = references(kind, shape)
    with QwenEngine(str(folders(kind, shape)), device="cpu", slots=2, positions=160, frame_cap=cap_of) as engine:
        cases = cases_of(mode, shape, engine._model)
        requests = [in_voice(case) for case in cases]
        heard = {request.text: audio for request, audio in engine.speak(requests)}
    assert set(heard) == set(TEXTS)
    for case in cases:
        [(_, wave)] = reference.speak([case], cap_of(case.request.text))
        audio = heard[case.request.text]
        assert audio.sample_rate == 24000
        np.testing.assert_allclose(audio.samples / 32767, wave, atol=1e-4)


def cap_of(text: str) -> int:
    return 3 + len(text) % 6


def in_voice(case: Case) -> Request:
    voice: Voice = case.request.voice
    if isinstance(case.voice, DesignedVoice):
        voice = DesignVoice(case.voice.prompt)
    return replace(case.request, voice=voice)


def test_cap_leaves_room_in_the_slot(folders: Folders) -> None:
    """A line's prompt and frames fit its slot, however generous its cap."""
    speaker = SpeakerVoice("ryan")
    with QwenEngine(str(folders("custom_voice", "few")), device="cpu", slots=1, positions=64) as engine:
        [(request, audio)] = engine.speak([Request("Hello there.", speaker, sampling=GREEDY)])
    prompt = 3 + 6 + len("Hello there.") + 2  # role; language, speaker and marks; text and eos, bos
    assert len(audio.samples) == (64 - prompt) * 1920
    assert engine.ended == {request.key: "capped"}
