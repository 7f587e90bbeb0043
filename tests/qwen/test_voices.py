"""Voice files in every form that people have, and in every form that they should not."""

import os
import pickle
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from narrate.engine.qwen.voices import ClonedVoice, DesignedVoice, NamedVoice, open_voice
from narrate.errors import VoiceError
from narrate.voices import DesignVoice, DraftVoice, SpeakerVoice, Voice
from narrate.voices.kinds import load_voice

from .configs import HIDDEN
from .upstream import VoiceClonePromptItem

WIDTH = HIDDEN["narrow"]
EMBEDDING = torch.linspace(-1, 1, WIDTH)
CODES = torch.arange(48).view(3, 16)
Maker = Callable[..., Any]


@pytest.fixture
def config(models: Maker) -> Any:
    return models("base", "narrow").config


def opened(path: Path, config: Any) -> ClonedVoice:
    voice = open_voice(load_voice(path), config)
    assert isinstance(voice, ClonedVoice)
    return voice


def item(*, icl: bool) -> VoiceClonePromptItem:
    return VoiceClonePromptItem(CODES if icl else None, EMBEDDING, not icl, icl, "What I said." if icl else None)


@pytest.mark.parametrize("icl", [False, True])
@pytest.mark.parametrize("form", ["dicts", "items", "prompt"])
def test_voice_files_saved_by_qwen_tts_are_read(form: str, icl: bool, tmp_path: Path, config: Any) -> None:
    """What its demo saves, the items themselves, and the prompt dict made of them."""
    saved: Any = {"items": [asdict(item(icl=icl))]}
    if form == "items":
        saved = {"items": [item(icl=icl)]}
    elif form == "prompt":
        saved = {name: [value] for name, value in asdict(item(icl=icl)).items()}
    torch.save(saved, tmp_path / "v.pt")
    voice = opened(tmp_path / "v.pt", config)
    assert torch.equal(voice.embedding, EMBEDDING)
    assert (voice.codes is not None) == icl
    assert voice.transcript == ("What I said." if icl else "")
    if voice.codes is not None:
        assert torch.equal(voice.codes, CODES)


@pytest.mark.parametrize("shape", [(WIDTH,), (1, WIDTH), (1, 1, WIDTH)])
def test_bare_tensors(shape: tuple[int, ...], tmp_path: Path, config: Any) -> None:
    """faster-qwen3-tts's files: the embedding alone, in bfloat16."""
    torch.save(EMBEDDING.bfloat16().view(shape), tmp_path / "v.pt")
    voice = opened(tmp_path / "v.pt", config)
    assert torch.equal(voice.embedding, EMBEDDING.bfloat16().float())
    assert voice.codes is None


@pytest.mark.parametrize("name", ["embedding", f"embedding.{WIDTH}", "ref_spk_embedding", "speaker_embedding", "x"])
def test_safetensors(name: str, tmp_path: Path, config: Any) -> None:
    save_file({name: EMBEDDING}, tmp_path / "v.safetensors")
    assert torch.equal(opened(tmp_path / "v.safetensors", config).embedding, EMBEDDING)


def folder(path: Path, kind: str = "clone", *, codes: bool = True, text: bool = True) -> Path:
    path.mkdir()
    (path / "voice.toml").write_text(f'kind = "{kind}"\n')
    tensors = {f"embedding.{WIDTH}": EMBEDDING, f"embedding.{HIDDEN['wide']}": torch.ones(HIDDEN["wide"])}
    save_file(tensors, path / "embedding.safetensors")
    if codes:
        save_file({"codes": CODES.to(torch.int16)}, path / "codes.safetensors")
    if text:
        (path / "reference.txt").write_text("What I\nsaid.\n")
    return path


def test_a_folder_serves_every_size(tmp_path: Path, models: Maker) -> None:
    path = folder(tmp_path / "narrator")
    for shape, embedding in (("narrow", EMBEDDING), ("wide", torch.ones(HIDDEN["wide"]))):
        voice = opened(path, models("base", shape).config)
        assert torch.equal(voice.embedding, embedding)
        assert voice.codes is not None
        assert torch.equal(voice.codes, CODES)
        assert voice.transcript == "What I said."


def test_a_folder_of_the_embedding_alone(tmp_path: Path, config: Any) -> None:
    assert opened(folder(tmp_path / "x", "clone-xvector"), config).codes is None
    assert opened(folder(tmp_path / "y", "clone-xvector", codes=False, text=False), config).codes is None


def test_a_folder_around_somebodys_file(tmp_path: Path, config: Any) -> None:
    (tmp_path / "voice.toml").write_text('kind = "clone"\n')
    torch.save({"items": [asdict(item(icl=True))]}, tmp_path / "theirs.pt")
    voice = opened(tmp_path, config)
    assert voice.codes is not None
    assert voice.transcript == "What I said."


class Bomb:
    """Unpickled by an unwary loader, it writes a file."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"echo hit > '{self.target}'",)


@pytest.mark.parametrize("how", ["torch", "pickle", "inside"])
def test_a_malicious_pickle_runs_nothing(how: str, tmp_path: Path, config: Any) -> None:
    hit = tmp_path / "hit"
    path = tmp_path / "v.pt"
    if how == "pickle":
        path.write_bytes(pickle.dumps(Bomb(hit)))
    else:
        saved = Bomb(hit) if how == "torch" else {"items": [asdict(item(icl=False)) | {"ref_text": Bomb(hit)}]}
        torch.save(saved, path)
    with pytest.raises(VoiceError, match=re.escape(str(path))):
        opened(path, config)
    assert not hit.exists()
    # The bomb is live: whoever unpickles it without care is hit.
    load_carelessly(path)
    assert hit.exists()


def load_carelessly(path: Path) -> None:
    # A bare pickle has no magic number of torch's, which is found out too late.
    with suppress(pickle.UnpicklingError, RuntimeError, AttributeError, TypeError):
        torch.load(path, weights_only=False)


def clone_dict(**changes: Any) -> dict[str, Any]:
    return {"items": [asdict(item(icl=True)) | changes]}


@pytest.mark.parametrize(
    ("saved", "says"),
    [
        (torch.full((WIDTH,), torch.nan), "damaged"),
        (EMBEDDING.masked_fill(EMBEDDING > 0.9, torch.inf), "damaged"),
        (torch.ones(1024), "made for the 0.6B model; this is a model 64 wide"),
        (torch.ones(2048, dtype=torch.bfloat16), "made for the 1.7B model"),
        (torch.ones(2, WIDTH), "wide"),
        (torch.ones(WIDTH, dtype=torch.int64), "not a list of numbers"),
        (torch.ones(0), "not a list of numbers"),
        (torch.tensor(1.0), "wide"),
        ({"items": []}, "0 voices"),
        ({"items": [asdict(item(icl=False))] * 2}, "2 voices"),
        ({"name": "me"}, "no speaker embedding"),
        ("just a string", "no speaker embedding"),
        (7, "no speaker embedding"),
        (clone_dict(ref_text=None), "transcript"),
        (clone_dict(ref_text="  "), "transcript"),
        (clone_dict(ref_code=CODES[:, :8]), "frames of 16"),
        (clone_dict(ref_code=CODES[:0]), "frames of 16"),
        (clone_dict(ref_code=CODES[0]), "frames of 16"),
        (clone_dict(ref_code=CODES.float()), "whole numbers"),
        (clone_dict(ref_code=CODES - 1), "out of range"),
        (clone_dict(ref_code=CODES[:1].expand(2000, 16)), "too long: 160 s"),
        (clone_dict(ref_code=CODES + 2040), "out of range"),
        (clone_dict(ref_spk_embedding="me"), "not a list of numbers"),
    ],
)
def test_pt_files_that_are_no_voice_are_refused_in_one_line(saved: Any, says: str, tmp_path: Path, config: Any) -> None:
    torch.save(saved, tmp_path / "v.pt")
    with pytest.raises(VoiceError, match=re.escape(says)) as caught:
        opened(tmp_path / "v.pt", config)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("data", [b"", b"not a voice at all", b"\x80\x05", b"PK\x03\x04rest of a zip file"])
def test_damaged_files(suffix: str, data: bytes, tmp_path: Path, config: Any) -> None:
    path = tmp_path / f"v{suffix}"
    path.write_bytes(data)
    with pytest.raises(VoiceError) as caught:
        opened(path, config)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_files_cut_short(suffix: str, tmp_path: Path, config: Any) -> None:
    path = tmp_path / f"v{suffix}"
    if suffix == ".pt":
        torch.save(EMBEDDING, path)
    else:
        save_file({"embedding": EMBEDDING}, path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(VoiceError):
        opened(path, config)


def test_a_voice_folder_that_lacks_parts_is_refused(tmp_path: Path, config: Any) -> None:
    with pytest.raises(VoiceError, match="no codes"):
        opened(folder(tmp_path / "a", codes=False), config)
    with pytest.raises(VoiceError, match="transcript"):
        opened(folder(tmp_path / "b", text=False), config)
    other = folder(tmp_path / "c")
    save_file({"embedding.2048": torch.ones(2048)}, other / "embedding.safetensors")
    with pytest.raises(VoiceError, match=r"the 1\.7B model"):
        opened(other, config)


def test_each_kind_needs_its_model(tmp_path: Path, models: Maker) -> None:
    torch.save(EMBEDDING, tmp_path / "v.pt")
    voices: dict[str, Voice] = {
        "base": load_voice(tmp_path / "v.pt"),
        "custom_voice": SpeakerVoice("RYAN"),
        "voice_design": DesignVoice("an old man"),
    }
    for kind in voices:
        config = models(kind, "narrow").config
        for needs, voice in voices.items():
            if needs == kind:
                open_voice(voice, config)
            else:
                with pytest.raises(VoiceError, match=r"needs a \w+ model"):
                    open_voice(voice, config)
        with pytest.raises(VoiceError, match="draft"):
            open_voice(DraftVoice("me"), config)


def test_named_and_designed(models: Maker) -> None:
    config = models("custom_voice", "narrow").config
    assert open_voice(SpeakerVoice("RYAN"), config) == NamedVoice(3061)
    assert open_voice(SpeakerVoice("dylan"), config) == NamedVoice(2878, "beijing_dialect")
    with pytest.raises(VoiceError, match='did you mean "serena"'):
        open_voice(SpeakerVoice("Sirena"), config)
    assert open_voice(DesignVoice("old"), models("voice_design", "wide").config) == DesignedVoice("old")
