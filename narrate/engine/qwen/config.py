"""A checkpoint's two config.json files: sizes, ids and rates, with upstream's defaults for missing values.

Files that upstream's classes saved leave out what equals their defaults. What our step does not compute is refused:
no released checkpoint has any of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrate.engine.qwen.checkpoint import follows_direction, read_object, reading
from narrate.errors import EngineError

SAMPLE_RATE = 24_000  # Hz, of every 12 Hz checkpoint's codec
SAMPLES_PER_FRAME = 1920
FRAMES_A_SECOND = SAMPLE_RATE / SAMPLES_PER_FRAME  # 12.5

_STACK: dict[str, Any] = {
    "num_attention_heads": 16,
    "hidden_act": "silu",
    "max_position_embeddings": 32768,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000,
    "rope_scaling": None,
    "attention_bias": False,
    "use_sliding_window": False,
    "sliding_window": 4096,
    "num_code_groups": 32,
}
_PREDICTOR = _STACK | {
    "vocab_size": 2048,
    "hidden_size": 1024,
    "intermediate_size": 3072,
    "num_hidden_layers": 5,
    "num_key_value_heads": 8,
    "head_dim": 128,
}
_TALKER = _STACK | {
    "vocab_size": 3072,
    "hidden_size": 1024,
    "intermediate_size": 2048,
    "num_hidden_layers": 20,
    "num_key_value_heads": 2,
    "text_hidden_size": 2048,
    "codec_eos_token_id": 4198,
    "codec_think_id": 4202,
    "codec_nothink_id": 4203,
    "codec_think_bos_id": 4204,
    "codec_think_eos_id": 4205,
    "codec_pad_id": 4196,
    "codec_bos_id": 4197,
}
_TOP = {"tts_pad_token_id": 151671, "tts_bos_token_id": 151672, "tts_eos_token_id": 151673}
_DECODER: dict[str, Any] = {
    "hidden_size": 1024,
    "latent_dim": 1024,
    "rope_theta": 10000,
    "num_attention_heads": 16,
    "num_key_value_heads": 16,
    "attention_bias": False,
    "sliding_window": 72,
    "intermediate_size": 3072,
    "hidden_act": "silu",
    "rms_norm_eps": 1e-5,
    "num_hidden_layers": 8,
    "num_quantizers": 16,
    "codebook_size": 2048,
    "upsample_rates": (8, 5, 4, 3),
    "upsampling_ratios": (2, 2),
    "decoder_dim": 1536,
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of one stack of layers. I is one of the two halves of gate_up."""

    hidden: int  # H
    intermediate: int  # I
    layers: int
    heads: int  # NH
    kv_heads: int  # KVH
    head_dim: int  # HD
    vocab: int  # V
    eps: float
    rope_theta: float


@dataclass(frozen=True, slots=True)
class Config:
    """A checkpoint's configuration. All ids are codec ids but the three of tts_*, which are text ids."""

    kind: str  # one of checkpoint.MODEL_KINDS
    size: str  # "0b6", "1b7", as the checkpoint has it
    talker: Shape
    predictor: Shape
    text_vocab: int  # TV
    text_hidden: int  # TH
    groups: int  # codebooks of a frame, 16
    codec_bos: int
    codec_eos: int
    codec_pad: int
    codec_think: int
    codec_nothink: int
    codec_think_bos: int
    codec_think_eos: int
    tts_bos: int
    tts_eos: int
    tts_pad: int
    languages: Mapping[str, int]  # "english" -> id; dialects too
    speakers: Mapping[str, int]  # lower-case name -> id in the codec embedding
    dialects: Mapping[str, str]  # speaker -> the dialect it speaks instead of Chinese
    positions: int  # the longest sequence the rotary tables reach

    @property
    def follows_direction(self) -> bool:
        """Whether instructions are heard."""
        return follows_direction(self.kind, self.size)


@dataclass(frozen=True, slots=True)
class CodecConfig:
    """Sizes of the codec's decoder: a transformer at the frames' rate, then convolutions up to the samples'."""

    transformer: Shape
    codebook_dim: int
    latent_dim: int
    decoder_dim: int  # channels of the first convolution; each block halves them
    window: int  # positions that attention sees, its own included
    attention_bias: bool
    ratios: tuple[int, ...]  # of the upsampling before the convolutions
    rates: tuple[int, ...]  # of each block of convolutions
    quantizers: int
    sample_rate: int
    samples_per_frame: int


def read_config(folder: Path) -> Config:
    """The checkpoint's config.json. Raises EngineError for one that is damaged, or of another family."""
    said = read_object(folder / "config.json")
    if said.get("model_type", "qwen3_tts") != "qwen3_tts":
        raise EngineError("is not a Qwen3-TTS checkpoint", where=folder, do="give a Qwen3-TTS-12Hz model")
    with reading(folder / "config.json"):
        top = {**_TOP, **said}
        talker = {**_TALKER, **(top.get("talker_config") or {})}
        predictor = {**_PREDICTOR, **(talker.get("code_predictor_config") or {})}
        _check_family(folder, top.get("tokenizer_type"), talker, predictor)
        return Config(
            kind=str(top["tts_model_type"]),
            size=str(top["tts_model_size"]),
            talker=_shape(talker),
            predictor=_shape(predictor),
            text_vocab=int(talker["text_vocab_size"]),
            text_hidden=int(talker["text_hidden_size"]),
            groups=int(talker["num_code_groups"]),
            codec_bos=int(talker["codec_bos_id"]),
            codec_eos=int(talker["codec_eos_token_id"]),
            codec_pad=int(talker["codec_pad_id"]),
            codec_think=int(talker["codec_think_id"]),
            codec_nothink=int(talker["codec_nothink_id"]),
            codec_think_bos=int(talker["codec_think_bos_id"]),
            codec_think_eos=int(talker["codec_think_eos_id"]),
            tts_bos=int(top["tts_bos_token_id"]),
            tts_eos=int(top["tts_eos_token_id"]),
            tts_pad=int(top["tts_pad_token_id"]),
            languages={name: int(number) for name, number in (talker.get("codec_language_id") or {}).items()},
            speakers={name.lower(): int(number) for name, number in (talker.get("spk_id") or {}).items()},
            dialects={name.lower(): said for name, said in (talker.get("spk_is_dialect") or {}).items() if said},
            positions=int(talker["max_position_embeddings"]),
        )


def read_codec_config(folder: Path) -> CodecConfig:
    """The config.json of the codec in `folder`. Raises EngineError for one that is damaged, or of another family."""
    file = folder / "config.json"
    said = read_object(file)
    with reading(file):
        if said.get("model_type") != "qwen3_tts_tokenizer_12hz":
            raise ValueError(f"it is of the type {said.get('model_type')!r}")
        decoder = {**_DECODER, **(said.get("decoder_config") or {})}
        if decoder["hidden_act"] != "silu":
            raise ValueError(f"it has the activation {decoder['hidden_act']}")
        return CodecConfig(
            transformer=_shape(decoder, vocab=decoder["codebook_size"]),
            codebook_dim=int(decoder["codebook_dim"]),
            latent_dim=int(decoder["latent_dim"]),
            decoder_dim=int(decoder["decoder_dim"]),
            window=int(decoder["sliding_window"]),
            attention_bias=bool(decoder["attention_bias"]),
            ratios=tuple(int(ratio) for ratio in decoder["upsampling_ratios"]),
            rates=tuple(int(rate) for rate in decoder["upsample_rates"]),
            quantizers=int(decoder["num_quantizers"]),
            sample_rate=int(said.get("output_sample_rate", SAMPLE_RATE)),
            samples_per_frame=int(said.get("decode_upsample_rate", SAMPLES_PER_FRAME)),
        )


def _shape(said: Mapping[str, Any], vocab: int | None = None) -> Shape:
    hidden, heads = int(said["hidden_size"]), int(said["num_attention_heads"])
    head_dim = int(said.get("head_dim") or hidden // heads)
    if head_dim < 1:
        raise ValueError(f"head_dim is {head_dim}")
    return Shape(
        hidden=hidden,
        intermediate=int(said["intermediate_size"]),
        layers=int(said["num_hidden_layers"]),
        heads=heads,
        kv_heads=int(said["num_key_value_heads"]),
        head_dim=head_dim,
        vocab=int(said["vocab_size"] if vocab is None else vocab),
        eps=float(said["rms_norm_eps"]),
        rope_theta=rope_of(said)[1],
    )


def rope_of(said: Mapping[str, Any]) -> tuple[str, float]:
    """The type and theta of a stack's rotary embeddings, as transformers 4 writes them and as 5 does."""
    scaling = said.get("rope_parameters") or said.get("rope_scaling") or {}
    kind = scaling.get("type", scaling.get("rope_type", "default"))
    return str(kind), float(scaling.get("rope_theta", said["rope_theta"]))


def _check_family(folder: Path, tokenizer: object, *stacks: Mapping[str, Any]) -> None:
    odd = {"a 25 Hz tokenizer": tokenizer != "qwen3_tts_tokenizer_12hz"}
    for stack in stacks:
        rope, _ = rope_of(stack)
        windows = stack["use_sliding_window"] and stack["sliding_window"] is not None
        odd["biases in attention"] = odd.get("biases in attention", False) or bool(stack["attention_bias"])
        odd["sliding windows"] = odd.get("sliding windows", False) or bool(windows)
        odd[f"the activation {stack['hidden_act']}"] = stack["hidden_act"] != "silu"
        odd[f"rotary embeddings of the type {rope}"] = rope != "default"
    for what, there in odd.items():
        if there:
            raise EngineError(f"the checkpoint has {what}, which this engine does not speak", where=folder)
