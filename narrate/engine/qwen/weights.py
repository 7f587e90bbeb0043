"""A checkpoint as tensors, read from its files by name; what one product can do (q, k and v; gate and up) is joined."""

import os
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear, silu

from narrate.engine.qwen.before_loading import check_card, check_memory
from narrate.engine.qwen.checkpoint import Checkpoint, find_checkpoint
from narrate.engine.qwen.config import CodecConfig, Config, Shape, read_codec_config, read_config
from narrate.engine.qwen.memory import what_would_fit
from narrate.engine.qwen.tensors import NoTensors, Tensors, open_tensors
from narrate.engine.qwen.tokenizer import TextTokenizer
from narrate.errors import EngineError

SPEAKER_ENCODER = "speaker_encoder"  # what its tensors' names start with
RESERVED = 1024  # the last codec ids: control tokens, never drawn (upstream suppresses the same)


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
    tokenizer: TextTokenizer
    codec_config: CodecConfig
    codec: Tensors  # its decoder's, in float32 unless asked otherwise; not read before they are taken
    device: torch.device
    dtype: torch.dtype

    @property
    def sample_rate(self) -> int:
        return self.codec_config.sample_rate

    @property
    def samples_per_frame(self) -> int:
        return self.codec_config.samples_per_frame


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
    device, and when there is no CUDA device or it has no bfloat16.
    """
    device = torch.device(device)
    checkpoint = prepare(model, device, dtype, memory=memory)
    return read(checkpoint, device, dtype, codec_dtype, memory=memory)


def prepare(model: str, device: torch.device, dtype: torch.dtype, *, memory: int | None = None) -> Checkpoint:
    """The checkpoint called `model`, with `device` looked at and ready to `read` it. Raises as `load`."""
    # Without room to split a product's sum over programs, cuBLAS adds a row up alike in a batch of any size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":0:0")  # read with the first product
    os.environ.setdefault("CUBLASLT_WORKSPACE_SIZE", "0")  # else torch warns that it is more than that
    check_card(device, dtype)
    if device.type == "cuda" and device.index is not None:
        torch.cuda.set_device(device)
    checkpoint = find_checkpoint(model)
    check_memory(checkpoint, device, dtype, memory)
    return checkpoint


def read(
    checkpoint: Checkpoint,
    device: torch.device,
    dtype: torch.dtype,
    codec_dtype: torch.dtype = torch.float32,
    *,
    memory: int | None = None,
) -> Model:
    """A checkpoint's tensors on a `device` that `prepare` has been called for. Raises as `load`."""
    try:
        return _read(checkpoint, device, dtype, codec_dtype)
    except torch.OutOfMemoryError as error:
        do = what_would_fit(checkpoint.size, 0, asked=memory is not None)
        raise EngineError("not enough GPU memory for the model", where=checkpoint.folder, do=do) from error
    except MemoryError as error:
        raise EngineError(
            "not enough memory for the model", where=checkpoint.folder, do="use the 0.6B model"
        ) from error


def _read(checkpoint: Checkpoint, device: torch.device, dtype: torch.dtype, codec_dtype: torch.dtype) -> Model:
    folder = checkpoint.folder
    config, codec_config = read_config(folder), read_codec_config(folder / "speech_tokenizer")
    codec = open_tensors(folder / "speech_tokenizer", device, codec_dtype).part("decoder")
    tokenizer = TextTokenizer(folder)
    tensors = open_tensors(folder, device, dtype)
    with torch.inference_mode():
        talker = _talker(tensors.part("talker"), config)
        predictor = _predictor(tensors.part("talker.code_predictor"), config, talker)
        tensors.check_whole(f"{SPEAKER_ENCODER}.*")
        return Model(checkpoint, config, talker, predictor, tokenizer, codec_config, codec, device, dtype)


def without_data(checkpoint: Checkpoint, dtype: torch.dtype) -> Model:
    """The model that `read` would make, on the meta device: its tensors' shapes alone, of its equal layers one.

    It has no tokenizer. Raises EngineError where the checkpoint's settings cannot be read.
    """
    config, codec_config = read_config(checkpoint.folder), read_codec_config(checkpoint.folder / "speech_tokenizer")
    config = replace(config, talker=replace(config.talker, layers=1), predictor=replace(config.predictor, layers=1))
    transformer = replace(codec_config.transformer, layers=1)
    codec_config = replace(codec_config, transformer=transformer)
    nowhere = torch.device("meta")
    tensors = NoTensors(checkpoint.folder, nowhere, dtype, {})
    with torch.inference_mode():
        talker = _talker(tensors, config)
        predictor = _predictor(tensors, config, talker)
    codec = replace(tensors, dtype=torch.float32)
    absent: Any = None  # nothing that launches a kernel asks for it
    return Model(checkpoint, config, talker, predictor, absent, codec_config, codec, nowhere, dtype)


def _layer(tensors: Tensors, shape: Shape) -> Layer:
    attention, mlp = tensors.part("self_attn"), tensors.part("mlp")
    width, inner, size = shape.hidden, shape.intermediate, shape.head_dim
    heads = {"q": shape.heads, "k": shape.kv_heads, "v": shape.kv_heads}
    return Layer(
        qkv=torch.cat([attention.take(f"{name}_proj.weight", n * size, width) for name, n in heads.items()]),
        o=attention.take("o_proj.weight", width, shape.heads * size),
        gate_up=torch.cat([mlp.take(f"{name}_proj.weight", inner, width) for name in ("gate", "up")]),
        down=mlp.take("down_proj.weight", width, inner),
        norm1=tensors.take("input_layernorm.weight", width),
        norm2=tensors.take("post_attention_layernorm.weight", width),
        q_norm=attention.take("q_norm.weight", size),
        k_norm=attention.take("k_norm.weight", size),
    )


def evened(layer: Layer, shape: Shape) -> Layer:
    """The layer with channels of K and of V of like size, for a cache that has one scale for all of a head's.

    What k_norm makes of a channel more than of others, q_norm does in its place; what V's product does, the one after
    attention. Factors are powers of two, and one for both channels that a rotation mixes: scores and sums keep every
    bit.
    """
    size = layer.k_norm.float().abs().view(2, -1).amax(0)
    k = _power(size).repeat(2)
    v_rows = shape.kv_heads * shape.head_dim
    q_and_k, v_product = layer.qkv.split([len(layer.qkv) - v_rows, v_rows])
    v = _power((v_product.float() * layer.norm1.float()).norm(dim=1))
    after = v.view(shape.kv_heads, 1, -1).expand(-1, shape.heads // shape.kv_heads, -1).flatten()
    return replace(
        layer,
        qkv=torch.cat([q_and_k, (v_product / v[:, None]).to(layer.qkv.dtype)]),
        o=(layer.o * after).to(layer.o.dtype),
        q_norm=(layer.q_norm * k).to(layer.q_norm.dtype),
        k_norm=(layer.k_norm / k).to(layer.k_norm.dtype),
    )


def _power(size: Tensor) -> Tensor:
    """The power of two nearest to each of `size`, 1 for 0."""
    return torch.where(size > 0, torch.exp2(size.log2().round()), 1.0)


def frequencies(shape: Shape) -> Tensor:
    """What a position's angles are multiples of [HD / 2], float32 on the CPU."""
    steps = torch.arange(0, shape.head_dim, 2, dtype=torch.int64).float() / shape.head_dim
    return 1.0 / shape.rope_theta**steps


def rotary(turns: Tensor, positions: int, like: Tensor) -> tuple[Tensor, Tensor]:
    """cos and sin [positions, HD] like `like`, made where `turns`, the frequencies, are.

    The talker's three mrope sections share a position here, so it is plain rope.
    """
    angles = torch.outer(torch.arange(positions, device=turns.device).float(), turns)  # [positions, HD / 2]
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos().to(like), angles.sin().to(like)


def _talker(tensors: Tensors, config: Config) -> Talker:
    shape, model, text = config.talker, tensors.part("model"), tensors.part("text_projection")
    width, wide = shape.hidden, config.text_hidden
    embedding = model.take("text_embedding.weight", config.text_vocab, wide)
    fc1 = text.take("linear_fc1.weight", wide, wide), text.take("linear_fc1.bias", wide)
    fc2 = text.take("linear_fc2.weight", width, wide), text.take("linear_fc2.bias", width)
    cos, sin = rotary(frequencies(shape), config.positions, embedding)
    allowed = torch.zeros(shape.vocab, dtype=torch.bool)
    allowed[: shape.vocab - RESERVED] = True
    allowed[config.codec_eos] = True
    return Talker(
        layers=tuple(evened(_layer(layer, shape), shape) for layer in model.parts("layers", shape.layers)),
        norm=model.take("norm.weight", width),
        head=tensors.take("codec_head.weight", shape.vocab, width),
        codec_embedding=model.take("codec_embedding.weight", shape.vocab, width),
        text_embedding=embedding,
        text_fc1=fc1,
        text_fc2=fc2,
        tts_pad=_projected(embedding[config.tts_pad], fc1, fc2),
        cos=cos,
        sin=sin,
        allowed=allowed.to(embedding.device),
    )


def _projected(row: Tensor, fc1: tuple[Tensor, Tensor], fc2: tuple[Tensor, Tensor]) -> Tensor:
    """A row of the text embedding as the talker reads it: made on the CPU, where it has the same bits for any card."""
    if row.is_meta:
        return row.new_empty(len(fc2[1]))
    inner = silu(linear(row.cpu(), *(tensor.cpu() for tensor in fc1)))
    return linear(inner, *(tensor.cpu() for tensor in fc2)).to(row.device)


def _predictor(tensors: Tensors, config: Config, talker: Talker) -> Predictor:
    shape, model, wide = config.predictor, tensors.part("model"), config.talker.hidden
    books = range(config.groups - 1)
    embeddings = torch.stack([model.take(f"codec_embedding.{n}.weight", shape.vocab, wide) for n in books])
    weight = bias = None
    folded_codec, folded = talker.codec_embedding, embeddings
    if wide != shape.hidden:
        projection = tensors.part("small_to_mtp_projection")
        weight, bias = projection.take("weight", shape.hidden, wide), projection.take("bias", shape.hidden)
        # The projection of an embedding is an embedding, so it is done once for every code.
        folded_codec = linear(talker.codec_embedding, weight, bias)
        folded = linear(embeddings, weight, bias)
    cos, sin = rotary(frequencies(shape), config.groups, embeddings)
    return Predictor(
        layers=tuple(_layer(layer, shape) for layer in model.parts("layers", shape.layers)),
        norm=model.take("norm.weight", shape.hidden),
        heads=torch.stack([tensors.take(f"lm_head.{n}.weight", shape.vocab, shape.hidden) for n in books]),
        embeddings=embeddings,
        projection=weight,
        projection_bias=bias,
        folded_codec=folded_codec,
        folded=folded,
        cos=cos,
        sin=sin,
    )
