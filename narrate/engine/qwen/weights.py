"""A checkpoint's tensors and sizes, read by qwen-tts's own classes.

The classes read, check and name the weights; then we take the tensors, join what one
product can do (q, k and v; gate and up), and let the modules go. Every size comes from
the tensors or the config: published copies of the 1.7B differ in theirs.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from narrate.engine.qwen.before_loading import check_card, check_memory
from narrate.engine.qwen.checkpoint import Checkpoint, find_checkpoint, follows_direction
from narrate.engine.qwen.memory import what_would_fit
from narrate.errors import EngineError

RESERVED = 1024  # the last codec ids: control tokens, never drawn (upstream suppresses the same)


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


@dataclass(frozen=True, slots=True)
class Config:
    """What a checkpoint says of itself. All ids are codec ids but the three of tts_*, which are text ids."""

    kind: str  # one of checkpoint.MODEL_KINDS
    size: str  # "0b6", "1b7", as the checkpoint has it
    talker: Shape
    predictor: Shape
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


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One decoder layer. Products are `x @ w.T`; no biases."""

    qkv: Tensor  # [(NH + 2 KVH) HD, H]: q, then k, then v
    o: Tensor  # [H, NH HD]
    gate_up: Tensor  # [2 I, H]: gate, then up
    down: Tensor  # [H, I]
    norm1: Tensor  # [H], before attention
    norm2: Tensor  # [H], before the MLP
    q_norm: Tensor  # [HD]
    k_norm: Tensor  # [HD]


@dataclass(frozen=True, slots=True, eq=False)
class Talker:
    """Text and past frames in, the first code of the next frame out."""

    layers: tuple[Layer, ...]
    norm: Tensor  # [H]
    head: Tensor  # [V, H]
    codec_embedding: Tensor  # [V, H]
    text_embedding: Tensor  # [TV, TH]
    text_fc1: tuple[Tensor, Tensor]  # [TH, TH], [TH]; then SiLU
    text_fc2: tuple[Tensor, Tensor]  # [H, TH], [H]
    tts_pad: Tensor  # [H]: what a spent text adds to every frame's embedding
    cos: Tensor  # [positions, HD], both halves alike
    sin: Tensor  # [positions, HD]
    allowed: Tensor  # [V] bool: ids that may be drawn (EOS among them)


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """The talker's hidden state and code 0 in, codes 1 to 15 out. Table g serves code g + 1."""

    layers: tuple[Layer, ...]
    norm: Tensor  # [P]
    heads: Tensor  # [15, PV, P]
    embeddings: Tensor  # [15, PV, H]: what the talker's next input sums
    projection: Tensor | None  # [P, H], None where H == P
    projection_bias: Tensor | None  # [P]
    folded_codec: Tensor  # [V, P]: the talker's codec embedding after the projection
    folded: Tensor  # [15, PV, P]: `embeddings` after the projection
    cos: Tensor  # [16, HD]
    sin: Tensor  # [16, HD]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Everything the engine needs of one checkpoint, on one device."""

    checkpoint: Checkpoint
    config: Config
    talker: Talker
    predictor: Predictor
    tokenizer: Any  # qwen-tts's processor: text -> ids
    codec: Any  # qwen-tts's Qwen3TTSTokenizer: codes <-> waveform
    speaker_encoder: Any  # a torch module, None but for "base"
    speaker_rate: int  # Hz, of the audio that it hears
    device: torch.device
    dtype: torch.dtype

    @property
    def sample_rate(self) -> int:
        return int(self.codec.get_output_sample_rate())

    @property
    def samples_per_frame(self) -> int:
        return int(self.codec.get_decode_upsample_rate())


def load(
    model: str,
    device: torch.device | str = "cuda",
    dtype: torch.dtype = torch.bfloat16,
    codec_dtype: torch.dtype = torch.float32,
    *,
    memory: int | None = None,
) -> Model:
    """The checkpoint called `model`, a local folder or a hub name, as tensors on `device`.

    memory: bytes of the device's that there are for it and for speaking, where that is not all that is free.

    Raises EngineError when it is not found, damaged, of another family, or too large for the
    device, when there is no CUDA device or it has no bfloat16, or transformers is not the release that qwen-tts needs.
    """
    device = torch.device(device)
    # Without room to split a product's sum over programs, cuBLAS adds a row up alike in a batch of any size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":0:0")  # read with the first product
    os.environ.setdefault("CUBLASLT_WORKSPACE_SIZE", "0")  # else torch warns that it is more than that
    check_card(device, dtype)
    if device.type == "cuda" and device.index is not None:
        torch.cuda.set_device(device)
    checkpoint = find_checkpoint(model)
    check_memory(checkpoint, device, dtype, memory)
    try:
        return _load(checkpoint, device, dtype, codec_dtype)
    except torch.OutOfMemoryError as error:
        do = what_would_fit(checkpoint.size, 0, asked=memory is not None)
        raise EngineError("not enough GPU memory for the model", where=model, do=do) from error
    except MemoryError as error:
        raise EngineError("not enough memory for the model", where=model, do="use the 0.6B model") from error


def _load(checkpoint: Checkpoint, device: torch.device, dtype: torch.dtype, codec_dtype: torch.dtype) -> Model:
    # Takes about ten seconds, so not before there is something to load.
    from narrate.engine.qwen import upstream as qwen

    folder = str(checkpoint.folder)
    try:
        config = qwen.Qwen3TTSConfig.from_pretrained(folder)
        if config.model_type != "qwen3_tts":
            raise EngineError("is not a Qwen3-TTS checkpoint", where=folder, do="give a Qwen3-TTS-12Hz model")
        _check_family(config, folder)
        # The class's own from_pretrained would also load the codec, in the same dtype; ours may be wider.
        read = qwen.Qwen3TTSPreTrainedModel.from_pretrained.__func__
        model, info = read(
            qwen.Qwen3TTSForConditionalGeneration,
            folder,
            config=config,
            dtype=dtype,
            use_safetensors=True,
            output_loading_info=True,
            local_files_only=True,
        )
        processor = qwen.Qwen3TTSProcessor.from_pretrained(folder, fix_mistral_regex=True)
        codec = qwen.Qwen3TTSTokenizer.from_pretrained(f"{folder}/speech_tokenizer", dtype=codec_dtype)
    except EngineError:
        raise
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, AttributeError, qwen.SafetensorError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        what = f"the checkpoint cannot be read: {error}"
        raise EngineError(what[:300], where=folder, do="fetch it again, or check its files") from error
    if lacking := sorted(info["missing_keys"]):
        what = f"the checkpoint lacks {len(lacking)} tensors, {lacking[0]} first"
        raise EngineError(what, where=folder, do="fetch it again")
    model.eval()
    codec.model.eval().to(device)
    codec.device = codec.model.device
    with torch.inference_mode():
        talker = _talker(model, device)
        predictor = _predictor(model.talker, talker, device)
        encoder = model.speaker_encoder
        return Model(
            checkpoint=checkpoint,
            config=_config(model),
            talker=talker,
            predictor=predictor,
            tokenizer=processor,
            codec=codec,
            # Small, and heard once for all: a voice that is kept should not depend on the dtype it was made in.
            speaker_encoder=None if encoder is None else encoder.to(device, torch.float32),
            speaker_rate=int(model.speaker_encoder_sample_rate),
            device=device,
            dtype=dtype,
        )


def _check_family(config: Any, folder: str) -> None:
    """Refuse what our step does not compute; no released checkpoint has any of it."""
    talker, predictor = config.talker_config, config.talker_config.code_predictor_config
    odd = {
        "a 25 Hz tokenizer": config.tokenizer_type != "qwen3_tts_tokenizer_12hz",
        "biases in attention": talker.attention_bias or predictor.attention_bias,
        "sliding windows": talker.sliding_window is not None or predictor.sliding_window is not None,
        f"the activation {talker.hidden_act}": not talker.hidden_act == predictor.hidden_act == "silu",
    }
    for what, there in odd.items():
        if there:
            raise EngineError(f"the checkpoint has {what}, which this engine does not speak", where=folder)


def _config(upstream: Any) -> Config:
    config, talker = upstream.config, upstream.config.talker_config
    return Config(
        kind=config.tts_model_type,
        size=config.tts_model_size,
        talker=_shape(upstream.talker.model.layers, talker),
        predictor=_shape(upstream.talker.code_predictor.model.layers, talker.code_predictor_config),
        groups=talker.num_code_groups,
        codec_bos=talker.codec_bos_id,
        codec_eos=talker.codec_eos_token_id,
        codec_pad=talker.codec_pad_id,
        codec_think=talker.codec_think_id,
        codec_nothink=talker.codec_nothink_id,
        codec_think_bos=talker.codec_think_bos_id,
        codec_think_eos=talker.codec_think_eos_id,
        tts_bos=config.tts_bos_token_id,
        tts_eos=config.tts_eos_token_id,
        tts_pad=config.tts_pad_token_id,
        languages=dict(talker.codec_language_id or {}),
        speakers={name.lower(): int(number) for name, number in (talker.spk_id or {}).items()},
        dialects={name.lower(): dialect for name, dialect in (talker.spk_is_dialect or {}).items() if dialect},
        positions=talker.max_position_embeddings,
    )


def _shape(layers: Any, config: Any) -> Shape:
    attention, mlp = layers[0].self_attn, layers[0].mlp
    head_dim = attention.head_dim
    return Shape(
        hidden=attention.q_proj.in_features,
        intermediate=mlp.gate_proj.out_features,
        layers=len(layers),
        heads=attention.q_proj.out_features // head_dim,
        kv_heads=attention.k_proj.out_features // head_dim,
        head_dim=head_dim,
        vocab=config.vocab_size,
        eps=config.rms_norm_eps,
    )


def _layer(layer: Any, device: torch.device) -> Layer:
    attention, mlp = layer.self_attn, layer.mlp
    return Layer(
        qkv=torch.cat([attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight]).to(device),
        o=_own(attention.o_proj.weight, device),
        gate_up=torch.cat([mlp.gate_proj.weight, mlp.up_proj.weight]).to(device),
        down=_own(mlp.down_proj.weight, device),
        norm1=_own(layer.input_layernorm.weight, device),
        norm2=_own(layer.post_attention_layernorm.weight, device),
        q_norm=_own(attention.q_norm.weight, device),
        k_norm=_own(attention.k_norm.weight, device),
    )


def _own(parameter: Tensor, device: torch.device) -> Tensor:
    return parameter.detach().to(device).contiguous()


def _rotary(module: Any, positions: int, dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """cos and sin [positions, HD]. The three mrope sections share a position here, so it is plain rope."""
    angles = torch.outer(torch.arange(positions).float(), module.inv_freq.float())  # [positions, HD / 2]
    angles = torch.cat([angles, angles], dim=-1)
    scale = module.attention_scaling
    return (angles.cos() * scale).to(device, dtype), (angles.sin() * scale).to(device, dtype)


def _talker(upstream: Any, device: torch.device) -> Talker:
    talker, config = upstream.talker, upstream.config.talker_config
    embedding = talker.model.text_embedding.weight
    pad = talker.text_projection(embedding[upstream.config.tts_pad_token_id])
    cos, sin = _rotary(talker.model.rotary_emb, config.max_position_embeddings, embedding.dtype, device)
    allowed = torch.zeros(config.vocab_size, dtype=torch.bool)
    allowed[: config.vocab_size - RESERVED] = True
    allowed[config.codec_eos_token_id] = True
    text = talker.text_projection
    return Talker(
        layers=tuple(_layer(layer, device) for layer in talker.model.layers),
        norm=_own(talker.model.norm.weight, device),
        head=_own(talker.codec_head.weight, device),
        codec_embedding=_own(talker.model.codec_embedding.weight, device),
        text_embedding=_own(embedding, device),
        text_fc1=(_own(text.linear_fc1.weight, device), _own(text.linear_fc1.bias, device)),
        text_fc2=(_own(text.linear_fc2.weight, device), _own(text.linear_fc2.bias, device)),
        tts_pad=pad.to(device),
        cos=cos,
        sin=sin,
        allowed=allowed.to(device),
    )


def _predictor(upstream: Any, talker: Talker, device: torch.device) -> Predictor:
    predictor = upstream.code_predictor
    embeddings = torch.stack([table.weight for table in predictor.model.codec_embedding]).to(device)
    projection = predictor.small_to_mtp_projection
    weight = bias = None
    folded_codec, folded = talker.codec_embedding, embeddings
    if isinstance(projection, torch.nn.Linear):
        weight, bias = _own(projection.weight, device), _own(projection.bias, device)
        # The projection of an embedding is an embedding, so it is done once for every code.
        folded_codec = torch.nn.functional.linear(talker.codec_embedding, weight, bias)
        folded = torch.nn.functional.linear(embeddings, weight, bias)
    cos, sin = _rotary(predictor.model.rotary_emb, upstream.config.num_code_groups, embeddings.dtype, device)
    return Predictor(
        layers=tuple(_layer(layer, device) for layer in predictor.model.layers),
        norm=_own(predictor.model.norm.weight, device),
        heads=torch.stack([head.weight for head in predictor.lm_head]).to(device),
        embeddings=embeddings,
        projection=weight,
        projection_bias=bias,
        folded_codec=folded_codec,
        folded=folded,
        cos=cos,
        sin=sin,
    )
