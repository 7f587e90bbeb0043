"""Loading: sizes and tensors as the checkpoint has them, and one line for each thing that can be wrong."""

import importlib.metadata
import json
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import linear

from narrate.engine.qwen import upstream
from narrate.engine.qwen.checkpoint import find_checkpoint
from narrate.engine.qwen.codec_decoder import Decoder
from narrate.engine.qwen.encoders import SpeakerEncoder
from narrate.engine.qwen.engine import QwenEngine
from narrate.engine.qwen.weights import load
from narrate.errors import EngineError

from .checkpoint import HIDDEN, PREDICTOR_HIDDEN, SPEAKERS
from .conftest import Folders

Maker = Callable[..., Any]


@pytest.fixture
def copy(tmp_path: Path, folders: Folders) -> Path:
    """A checkpoint of one's own, to spoil."""
    return Path(shutil.copytree(folders("base", "narrow"), tmp_path / "model"))


@pytest.mark.parametrize("shape", HIDDEN)
def test_a_loaded_model_has_the_sizes_and_tensors_of_its_checkpoint(
    shape: str, models: Maker, folders: Folders
) -> None:
    model, hidden = models("custom_voice", shape), HIDDEN[shape]
    config, talker, predictor = model.config, model.talker, model.predictor
    assert (config.talker.hidden, config.talker.intermediate, config.talker.vocab) == (hidden, 128, 3072)
    assert (config.talker.heads, config.talker.kv_heads, config.talker.head_dim) == (4, 2, 16)
    assert (config.predictor.hidden, config.predictor.vocab) == (PREDICTOR_HIDDEN, 2048)
    assert config.speakers == {name.lower(): number for name, number in SPEAKERS.items()}
    assert config.dialects == {"dylan": "beijing_dialect"}
    stored = load_file(folders("custom_voice", shape) / "model.safetensors")
    key = stored["talker.model.layers.1.self_attn.k_proj.weight"]
    assert torch.equal(talker.layers[1].qkv[64:96], key)
    assert torch.equal(talker.layers[0].gate_up[128:], stored["talker.model.layers.0.mlp.up_proj.weight"])
    assert predictor.heads.shape == (15, 2048, PREDICTOR_HIDDEN)
    assert predictor.embeddings.shape == (15, 2048, hidden)
    assert predictor.folded.shape == (15, 2048, PREDICTOR_HIDDEN)
    assert (predictor.projection is None) == (hidden == PREDICTOR_HIDDEN)
    if predictor.projection is not None:
        expected = linear(predictor.embeddings[7], predictor.projection, predictor.projection_bias)
        torch.testing.assert_close(predictor.folded[7], expected)
    assert talker.allowed.nonzero()[:, 0].tolist() == [*range(2048), config.codec_eos]
    assert (model.sample_rate, model.samples_per_frame) == (24000, 1920)


def test_only_base_hears_speakers(folders: Folders) -> None:
    assert SpeakerEncoder(folders("base", "narrow"), torch.device("cpu")) is not None
    with pytest.raises(EngineError, match="give a Base model"):
        SpeakerEncoder(folders("voice_design", "narrow"), torch.device("cpu"))


def test_loading_in_bfloat16_leaves_the_codec_in_float32(folders: Folders) -> None:
    model = load(str(folders("base", "wide")), "cpu", torch.bfloat16)
    assert model.talker.layers[0].qkv.dtype == model.predictor.folded.dtype == model.talker.cos.dtype == torch.bfloat16
    codec = Decoder(model.codec, model.codec_config)
    assert codec.norm.dtype == torch.float32  # it stays exact unless asked otherwise


def test_name_goes_with_the_contents(copy: Path, folders: Folders, tmp_path: Path) -> None:
    """A copy under the same name is the same model; another training of it is not."""
    first = find_checkpoint(str(copy))
    moved = shutil.copytree(copy, tmp_path / "elsewhere" / "model")
    assert find_checkpoint(str(moved)).name == first.name
    assert first.name.startswith("model@")
    shutil.copy(folders("base", "wide") / "model.safetensors", moved / "model.safetensors")
    assert find_checkpoint(str(moved)).revision != first.revision


def test_a_folder_of_the_hubs_cache_keeps_its_name(copy: Path, tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    place = tmp_path / "models--Qwen--Some-Base" / "snapshots" / commit
    shutil.copytree(copy, place)
    found = find_checkpoint(str(place))
    assert (found.name, found.revision) == ("Qwen/Some-Base", commit)


def refuse(model: Path | str, says: str, device: str = "cpu") -> None:
    with pytest.raises(EngineError, match=says) as caught:
        load(str(model), device, torch.float32)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_checkpoint_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    refuse(tmp_path / "nothing", "no such model folder")
    refuse(tmp_path, r"holds no config\.json")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    refuse("Qwen/Qwen3-TTS-12Hz-9B-Nothing", "not on this machine and the hub cannot be reached")


def test_a_checkpoint_without_a_codec_is_refused(copy: Path) -> None:
    shutil.rmtree(copy / "speech_tokenizer")
    refuse(copy, r"speech_tokenizer: holds no config\.json")


@pytest.mark.parametrize("part", ["model.safetensors", "speech_tokenizer/model.safetensors"])
def test_a_checkpoint_with_damaged_weights_is_refused(part: str, copy: Path) -> None:
    data = (copy / part).read_bytes()
    (copy / part).write_bytes(data[: len(data) // 2])
    refuse(copy, "cannot be read")


def test_a_checkpoint_that_lacks_a_tensor_is_refused(copy: Path) -> None:
    """transformers would make them up at random; we refuse."""
    file = copy / "model.safetensors"
    tensors = load_file(file)
    del tensors["talker.model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, file, metadata={"format": "pt"})
    refuse(copy, r"lacks 1 tensors.*up_proj")


def test_a_codec_that_lacks_a_tensor(copy: Path) -> None:
    file = copy / "speech_tokenizer" / "model.safetensors"
    tensors = load_file(file)
    del tensors["decoder.decoder.1.block.2.conv1.conv.bias"]
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(EngineError, match=r"lacks 1 tensors, decoder\.decoder\.1\.block\.2\.conv1"):
        QwenEngine(str(copy), device="cpu", slots=1, positions=64)


def test_a_checkpoint_in_two_files(copy: Path, models: Maker) -> None:
    tensors = load_file(copy / "model.safetensors")
    (copy / "model.safetensors").unlink()
    places = {name: f"part-{number % 2}.safetensors" for number, name in enumerate(sorted(tensors))}
    for file in set(places.values()):
        save_file({name: tensors[name] for name in tensors if places[name] == file}, copy / file)
    (copy / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    loaded = load(str(copy), "cpu", torch.float32)
    assert torch.equal(loaded.talker.layers[1].qkv, models("base", "narrow").talker.layers[1].qkv)
    assert torch.equal(loaded.predictor.folded, models("base", "narrow").predictor.folded)


def test_weights_of_another_size(copy: Path, folders: Folders) -> None:
    shutil.copy(folders("base", "wide") / "model.safetensors", copy / "model.safetensors")
    refuse(copy, "cannot be read")


@pytest.mark.parametrize(
    ("where", "value", "says"),
    [
        (("tts_model_type",), "singer", "not a Qwen3-TTS checkpoint"),
        (("tokenizer_type",), "qwen3_tts_tokenizer_25hz", "25 Hz"),
        (("talker_config", "attention_bias"), True, "biases"),
        (("talker_config", "hidden_act"), "gelu", "activation gelu"),
        (("talker_config", "rope_scaling"), {"rope_type": "yarn", "factor": 2.0}, "rotary embeddings of the type yarn"),
        (("talker_config", "hidden_size"), "wide", "cannot be read"),
        (("talker_config", "head_dim"), -1, "cannot be read: head_dim is -1"),
    ],
)
def test_a_checkpoint_of_another_model_family_is_refused(
    where: tuple[str, ...], value: Any, says: str, copy: Path
) -> None:
    settings = json.loads((copy / "config.json").read_text())
    place = settings
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    (copy / "config.json").write_text(json.dumps(settings))
    refuse(copy, says)


def test_config_that_is_no_json(copy: Path) -> None:
    (copy / "config.json").write_text("{")
    refuse(copy, "cannot be read")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_cuda_device_that_is_not_there_is_refused(folders: Folders) -> None:
    refuse(folders("base", "narrow"), "no CUDA device.*--device cpu", device="cuda")


def test_an_unsupported_transformers_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "5.1.0")
    with pytest.raises(EngineError, match=r"transformers 5\.1\.0 cannot run.*pip install transformers==4\.57\.3"):
        runpy.run_path(str(upstream.__file__))
