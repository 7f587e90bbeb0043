"""Loading: sizes and tensors as the checkpoint has them, and one line for each thing that can be wrong."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import linear

from narrate.engine.qwen.checkpoint import find_checkpoint
from narrate.engine.qwen.codec_decoder import Decoder
from narrate.engine.qwen.codec_encoder import Encoder
from narrate.engine.qwen.engine import QwenEngine
from narrate.engine.qwen.speaker_encoder import SpeakerEncoder
from narrate.engine.qwen.weights import load
from narrate.errors import EngineError

from .configs import HIDDEN, PREDICTOR_HIDDEN, SPEAKERS
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


def rewrite(file: Path, change: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]]) -> None:
    save_file(change(load_file(file)), file, metadata={"format": "pt"})


def renamed(file: Path, old: str, new: str) -> None:
    rewrite(file, lambda tensors: {re.sub(old, new, name): tensor for name, tensor in tensors.items()})


def without(file: Path, lost: str) -> None:
    rewrite(file, lambda tensors: {name: tensor for name, tensor in tensors.items() if name != lost})


@pytest.mark.parametrize(
    "lost", ["talker.model.layers.1.mlp.up_proj.weight", "talker.code_predictor.model.layers.1.self_attn.q_norm.weight"]
)
def test_a_checkpoint_that_lacks_a_tensor_is_refused(lost: str, copy: Path) -> None:
    """transformers would make it up at random; we refuse."""
    without(copy / "model.safetensors", lost)
    refuse(copy, rf"lacks 1 tensors, {re.escape(lost)} first.*fetch it again")


USES: dict[str, Callable[[Path], object]] = {
    "talker": lambda folder: load(str(folder), "cpu", torch.float32),
    "predictor": lambda folder: load(str(folder), "cpu", torch.float32),
    "codec decoder": lambda folder: QwenEngine(str(folder), device="cpu", slots=1, positions=64),
    "speaker encoder": lambda folder: SpeakerEncoder(folder, torch.device("cpu")),
    "codec encoder": lambda folder: Encoder(folder / "speech_tokenizer", torch.device("cpu")),
}
RENAMED = [  # what is read, its old and new names, and how many the line tells of: those that lack and those unknown
    ("talker", r"^talker\.model\.layers\.(\d+)\.self_attn\.", r"talker.model.layers.\1.attention.", 12, 12),
    ("talker", "^talker.codec_head.", "codec_head.", 1, 1),
    ("talker", "^talker.text_projection.linear_fc1.bias", "talker.text_projection.linear_fc1.shift", 1, 1),
    ("predictor", r"^talker\.code_predictor\.", "code_predictor.", 53, 53),
    ("codec decoder", r"\.rvq_first\.vq\.", ".semantic_residual_vector_quantizer.", 2, 2),
    ("codec decoder", r"^decoder\.pre_transformer\.", "decoder.transformer.", 27, 27),
    ("speaker encoder", r"^speaker_encoder\.blocks\.", "speaker_encoder.layers.", 44, 44),
    ("speaker encoder", r"^speaker_encoder\.asp\.conv\.bias$", "speaker_encoder.asp.conv.shift", 1, 1),
    ("codec encoder", r"^encoder\.encoder\.layers\.", "encoder.layers.", 28, 28),
    ("codec encoder", r"\.embed_sum$", ".embed", 16, 16),
    ("codec encoder", r"^encoder\.", "encoder_model.", 87, 153),
]


@pytest.mark.parametrize(("part", "old", "new", "lacks", "unknown"), RENAMED)
def test_a_checkpoint_with_other_names_is_refused(
    part: str, old: str, new: str, lacks: int, unknown: int, copy: Path
) -> None:
    """As another program's conversion of it has them: transformers' own renames the codec's, and joins the heads."""
    file = copy / "speech_tokenizer" / "model.safetensors" if "codec " in part else copy / "model.safetensors"
    before = set(load_file(file))
    renamed(file, old, new)
    after = set(load_file(file))
    assert before != after
    with pytest.raises(EngineError, match="Qwen's release names them") as caught:
        USES[part](copy)
    told = str(caught.value)
    assert "\n" not in told
    found = re.search(r"lacks (\d+) tensors, (\S+) first and holds (\d+) unknown tensors, (\S+) first", told)
    assert found is not None, told
    assert found[2] in before - after
    assert found[4] in after - before
    assert (int(found[1]), int(found[3])) == (lacks, unknown)


@pytest.mark.parametrize(
    ("part", "more"),
    [
        ("talker", "talker.model.layers.0.self_attn.q_proj.bias"),
        ("talker", "talker.model.layers.2.input_layernorm.weight"),
        ("predictor", "talker.code_predictor.lm_head.15.weight"),
        ("codec decoder", "decoder.pre_transformer.layers.0.self_attn.q_proj.bias"),
        ("speaker encoder", "speaker_encoder.blocks.4.conv.weight"),
        ("codec encoder", "encoder.encoder.layers.1.shortcut.conv.weight"),
    ],
)
def test_a_checkpoint_with_more_than_we_compute_is_refused(part: str, more: str, copy: Path) -> None:
    file = copy / "speech_tokenizer" / "model.safetensors" if "codec " in part else copy / "model.safetensors"
    rewrite(file, lambda tensors: tensors | {more: torch.zeros(3)})
    with pytest.raises(EngineError, match=rf"holds 1 unknown tensors, {re.escape(more)} first"):
        USES[part](copy)


def test_a_codec_that_lacks_a_tensor(copy: Path) -> None:
    without(copy / "speech_tokenizer" / "model.safetensors", "decoder.decoder.1.block.2.conv1.conv.bias")
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
        (("talker_config", "rope_parameters"), {"rope_type": "linear"}, "rotary embeddings of the type linear"),
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


def test_a_config_that_transformers_5_wrote_is_read(copy: Path, models: Maker) -> None:
    """It puts theta among `rope_parameters`; a default in its place would speak nonsense."""
    settings = json.loads((copy / "config.json").read_text())
    for stack in (settings["talker_config"], settings["talker_config"]["code_predictor_config"]):
        stack["rope_parameters"] = {**(stack.pop("rope_scaling") or {}), "rope_theta": stack.pop("rope_theta")}
    (copy / "config.json").write_text(json.dumps(settings))
    found, expected = load(str(copy), "cpu", torch.float32), models("base", "narrow")
    assert torch.equal(found.talker.cos, expected.talker.cos)
    assert torch.equal(found.predictor.sin, expected.predictor.sin)
    assert found.config == expected.config


def test_config_that_is_no_json(copy: Path) -> None:
    (copy / "config.json").write_text("{")
    refuse(copy, "cannot be read")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_cuda_device_that_is_not_there_is_refused(folders: Folders) -> None:
    refuse(folders("base", "narrow"), "no CUDA device.*--device cpu", device="cuda")
