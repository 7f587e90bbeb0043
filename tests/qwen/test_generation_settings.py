"""A checkpoint's own generation_config.json: lines are drawn as qwen-tts draws them with that file."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from narrate.cast import Manner, Part, request_for
from narrate.engine import find_models
from narrate.engine.qwen.voices import open_voice
from narrate.script import Line
from narrate.takes import Request, Sampling
from narrate.voices import SpeakerVoice

from .conftest import Folders
from .reference import Case, decode_all, prompts_of
from .upstream import quiet

FRAMES = 24
TEXTS = ("One.", "A second line, somewhat longer.")
# With each of these only the likeliest code can be drawn, so both sides must pick the same ones.
NARROW: dict[str, dict[str, Any]] = {
    "temperature": {"temperature": 1e-5, "subtalker_temperature": 1e-5},
    "top-k": {"top_k": 1, "subtalker_top_k": 1},
    "top-p": {"top_p": 1e-6, "subtalker_top_p": 1e-6},
    "no draws": {"do_sample": False, "subtalker_dosample": False},
    "no draws of the talker": {"do_sample": False, "subtalker_top_k": 1},
    "no draws of the predictor": {"top_k": 1, "subtalker_dosample": False},
}


@pytest.mark.parametrize("penalty", [4.0, pytest.param(1.0, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("name", NARROW)
def test_codes_are_those_of_qwen_tts_with_the_same_file(
    name: str,
    penalty: float,
    tmp_path: Path,
    folders: Folders,
    models: Callable[..., Any],
    references: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = folders("custom_voice", "few")
    reference, model = references("custom_voice", "few").model, models("custom_voice", "few")
    assert reference.generate_defaults == json.loads((folder / "generation_config.json").read_text("utf-8"))
    said = NARROW[name] | {"repetition_penalty": penalty}
    monkeypatch.setattr(reference, "generate_defaults", said)
    with quiet():
        reference.generate_custom_voice(
            list(TEXTS), ["Ryan"] * 2, ["english"] * 2, [""] * 2, max_new_tokens=FRAMES + 1, non_streaming_mode=True
        )
    expected = references("custom_voice", "few")._codes
    requests = [exact(request) for request in _requests(folder, tmp_path / "model", said)]
    cases = [Case(request, open_voice(request.voice, model.config)) for request in requests]
    found = decode_all(model, prompts_of(model, cases, [FRAMES] * 2), slots=2)
    for ours, theirs in zip(found, expected, strict=True):
        assert torch.equal(ours, theirs[: len(ours)].long())
        assert len(ours) == min(FRAMES, len(theirs))


def exact(request: Request) -> Request:
    """The request by upstream's rule to the letter: these lines last longer than their text takes."""
    return replace(request, sampling=replace(request.sampling, exact_upstream=True))


def test_the_penalty_of_the_file_is_heard(tmp_path: Path, folders: Folders, models: Callable[..., Any]) -> None:
    """Else the comparison above could not fail."""
    model, heard = models("custom_voice", "few"), []
    for number, penalty in enumerate((1.0, 4.0)):
        said = NARROW["top-k"] | {"repetition_penalty": penalty}
        requests = _requests(folders("custom_voice", "few"), tmp_path / f"{number}", said)
        assert requests[0].sampling == Sampling(top_k=1, predictor_top_k=1, repetition_penalty=penalty)
        cases = [Case(request, open_voice(request.voice, model.config)) for request in requests]
        heard.append(decode_all(model, prompts_of(model, cases, [FRAMES] * 2), slots=2))
    assert any(not torch.equal(one, other) for one, other in zip(*heard, strict=True))


def _requests(folder: Path, place: Path, said: dict[str, Any]) -> list[Any]:
    """TEXTS as a project asks for them of a checkpoint with the file `said`."""
    place.mkdir()
    (place / "speech_tokenizer").mkdir()
    for file in ("config.json", "model.safetensors", "speech_tokenizer/config.json"):
        (place / file).symlink_to(folder / file)
    shutil.copy(folder / "speech_tokenizer" / "model.safetensors", place / "speech_tokenizer")
    (place / "generation_config.json").write_text(json.dumps(said), "utf-8")
    found = find_models("qwen", {"custom_voice": '"Tom"'}, [str(place)])["custom_voice"]
    manner = Manner("en", "qwen", {"custom_voice": found.name}, {"custom_voice": found.sampling}, plain=True)
    return [request_for(Line(text), Part(SpeakerVoice("ryan")), manner) for text in TEXTS]
