"""The codec's encoder: a recording to the codes that a clone goes on from. Speaking needs it not.

Causal convolutions down to 25 frames a second, a transformer, one more convolution down to 12.5, then quantizers: what
transformers calls Mimi, in its order of operations. Its attention sees all that came before, as in the transformers
that qwen-tts runs on, which know of a window there and use none.
Activations are channels first, [1, C, T], but for the transformer's, [1, T, C].
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from narrate.engine.qwen.checkpoint import read_object, reading
from narrate.engine.qwen.codec_decoder import LEAST_USAGE, Conv, Linear
from narrate.engine.qwen.config import SAMPLE_RATE, SAMPLES_PER_FRAME, Shape, rope_of
from narrate.engine.qwen.decode import rotate
from narrate.engine.qwen.tensors import Tensors, open_tensors
from narrate.engine.qwen.waves import in_float32, resampled
from narrate.engine.qwen.weights import frequencies, rotary

FRAME_STRIDE = 2  # of the last convolution
_ACOUSTIC = "acoustic_residual_vector_quantizer"
_UNREAD = ("decoder.*", "encoder.quantizer.*.output_proj.weight", "encoder.quantizer.*.codebook.initialized")
_DEFAULTS: dict[str, Any] = {
    "sampling_rate": SAMPLE_RATE,
    "hidden_size": 512,
    "num_filters": 64,
    "num_residual_layers": 1,
    "upsampling_ratios": (8, 6, 5, 4),
    "kernel_size": 7,
    "last_kernel_size": 3,
    "residual_kernel_size": 3,
    "dilation_growth_rate": 2,
    "compress": 2,
    "codebook_size": 2048,
    "vector_quantization_hidden_dimension": 256,
    "num_semantic_quantizers": 1,
    "num_quantizers": 32,
    "num_hidden_layers": 8,
    "intermediate_size": 2048,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "head_dim": None,
    "norm_eps": 1e-5,
    "rope_theta": 10_000.0,
}
_ONLY: dict[str, Any] = {  # what this encoder computes, and every released one has
    "audio_channels": 1,
    "use_causal_conv": True,
    "pad_mode": "constant",
    "use_conv_shortcut": False,
    "hidden_act": "gelu",
    "attention_bias": False,
}


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Sizes of the codec's encoder."""

    transformer: Shape  # `vocab` are the entries of a codebook
    filters: int  # channels of the first convolution; each stage doubles them
    strides: tuple[int, ...]  # of each stage
    residuals: int  # units of each stage
    growth: int  # of their dilations
    compress: int  # fewer channels within a unit
    taps: int  # of the first convolution, of a unit's, and of the last
    residual_taps: int
    last_taps: int
    codebook_dim: int
    semantic: int  # codebooks that see no other's residual
    codebooks: int  # in all
    used: int  # the first of them
    sample_rate: int
    samples_per_frame: int


class Encoder:
    """Recordings to codes, in float32: a kept voice should not depend on the dtype it was made in."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        """Reads the encoder of the codec in `folder`. Raises EngineError."""
        config = self._config = _read_config(folder)
        self._device, whole = device, open_tensors(folder, device, torch.float32)
        tensors, shape = whole.part("encoder"), config.transformer
        self._convolutions = _convolutions(tensors.part("encoder.layers"), config)
        layers = tensors.part("encoder_transformer").parts("layers", shape.layers)
        self._layers = [Layer(part, shape) for part in layers]
        self._turns = frequencies(shape).to(device)
        width = shape.hidden
        down = tensors.part("downsample")
        self._down = Strided(down, width, width, 2 * FRAME_STRIDE, FRAME_STRIDE, bias=False, padding="replicate")
        quantizer, acoustic = tensors.part("quantizer"), config.used - config.semantic
        self._quantizers = [
            Quantizer(quantizer.part("semantic_residual_vector_quantizer"), config, config.semantic),
            Quantizer(quantizer.part(_ACOUSTIC), config, acoustic),
        ]
        others = (f"encoder.quantizer.{_ACOUSTIC}.layers.{n}.*" for n in range(acoustic, config.codebooks))
        whole.check_whole(*_UNREAD, *others)

    @in_float32()
    def __call__(self, wave: NDArray[np.float32], sample_rate: int) -> Tensor:
        """Codes [R, 16] of `wave` [N], R = ceil(seconds * 12.5)."""
        heard = resampled(wave, sample_rate, self._config.sample_rate)
        x = torch.from_numpy(heard)[None, None].to(self._device)
        for convolve in self._convolutions:
            x = convolve(x)
        x = x.transpose(1, 2)
        cos, sin = rotary(self._turns, x.shape[1], x)
        for layer in self._layers:
            x = layer(x, cos, sin)
        x = self._down(x.transpose(1, 2))
        codes = [code for quantizer in self._quantizers for code in quantizer(x)]
        frames = -(-len(heard) // self._config.samples_per_frame)
        return torch.stack(codes, dim=1)[:frames].clone()


def _convolutions(tensors: Tensors, config: EncoderConfig) -> list[Callable[[Tensor], Tensor]]:
    """Samples to 25 frames a second, under the numbers that the activations between them have, too."""
    width = config.filters
    layers: list[Callable[[Tensor], Tensor]] = [Conv(tensors.part("0"), 1, width, config.taps)]
    for stride in config.strides:
        for number in range(config.residuals):
            layers.append(Unit(tensors.part(str(len(layers))), width, config, config.growth**number))
        layers.append(F.elu)
        layers.append(Strided(tensors.part(str(len(layers))), width, 2 * width, 2 * stride, stride))
        width *= 2
    layers.append(F.elu)
    layers.append(Conv(tensors.part(str(len(layers))), width, config.transformer.hidden, config.last_taps))
    return layers


class Strided:
    """A causal convolution that keeps one of `stride` positions, and those of its end whole."""

    def __init__(
        self,
        tensors: Tensors,
        inputs: int,
        outputs: int,
        taps: int,
        stride: int,
        *,
        bias: bool = True,
        padding: str = "constant",
    ) -> None:
        self.weight = tensors.take("conv.weight", outputs, inputs, taps)
        self.bias = tensors.take("conv.bias", outputs) if bias else None
        self._stride, self._padding = stride, padding

    def __call__(self, x: Tensor) -> Tensor:
        beside = self.weight.shape[2] - self._stride, -x.shape[2] % self._stride
        return F.conv1d(F.pad(x, beside, mode=self._padding), self.weight, self.bias, stride=self._stride)


class Unit:
    """A residual unit of two convolutions."""

    def __init__(self, tensors: Tensors, width: int, config: EncoderConfig, dilation: int) -> None:
        block, inner = tensors.part("block"), width // config.compress
        self.conv1 = Conv(block.part("1"), width, inner, config.residual_taps, dilation=dilation)
        self.conv2 = Conv(block.part("3"), inner, width, 1)

    def __call__(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.elu(self.conv1(F.elu(x))))


class Layer:
    """A transformer's layer, whose two parts are scaled channel by channel."""

    def __init__(self, tensors: Tensors, shape: Shape) -> None:
        self.shape, width = shape, shape.hidden
        attention, mlp = tensors.part("self_attn"), tensors.part("mlp")
        heads = {"q": shape.heads, "k": shape.kv_heads, "v": shape.kv_heads}
        self.q, self.k, self.v = (
            Linear(attention.part(f"{name}_proj"), width, count * shape.head_dim, bias=False)
            for name, count in heads.items()
        )
        self.o = Linear(attention.part("o_proj"), shape.heads * shape.head_dim, width, bias=False)
        self.wide = Linear(mlp.part("fc1"), width, shape.intermediate, bias=False)
        self.narrow = Linear(mlp.part("fc2"), shape.intermediate, width, bias=False)
        self.norm1 = Norm(tensors.part("input_layernorm"), width, shape.eps)
        self.norm2 = Norm(tensors.part("post_attention_layernorm"), width, shape.eps)
        self.attention_scale = tensors.take("self_attn_layer_scale.scale", width)
        self.mlp_scale = tensors.take("mlp_layer_scale.scale", width)

    def __call__(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        rows, length, _ = x.shape
        h = self.norm1(x)
        heads = (part(h).view(rows, length, -1, self.shape.head_dim) for part in (self.q, self.k, self.v))
        q, k, v = (part.transpose(1, 2) for part in heads)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        grouped = self.shape.heads != self.shape.kv_heads
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=grouped)
        x = x + self.attention_scale * self.o(attended.transpose(1, 2).reshape(rows, length, -1))
        return x + self.mlp_scale * self.narrow(F.gelu(self.wide(self.norm2(x))))


class Norm:
    """A layer norm with its weight and bias."""

    def __init__(self, tensors: Tensors, width: int, eps: float) -> None:
        self.weight, self.bias, self._eps = tensors.take("weight", width), tensors.take("bias", width), eps

    def __call__(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.weight, self.bias, self._eps)


class Quantizer:
    """Codebooks [K, D], each for what those before it leave of a frame."""

    def __init__(self, tensors: Tensors, config: EncoderConfig, count: int) -> None:
        width, inner = config.transformer.hidden, config.codebook_dim
        self.projection = tensors.take("input_proj.weight", inner, width, 1) if inner != width else None
        self.tables = []
        for part in tensors.parts("layers", count):
            usage = part.take("codebook.cluster_usage", config.transformer.vocab)
            total = part.take("codebook.embed_sum", config.transformer.vocab, inner)
            self.tables.append(total / usage.clamp(min=LEAST_USAGE)[:, None])

    def __call__(self, x: Tensor) -> list[Tensor]:
        """Each codebook's codes [T] of x [1, C, T]."""
        left = (x if self.projection is None else F.conv1d(x, self.projection))[0].T.contiguous()
        codes = []
        for table in self.tables:
            codes.append(torch.cdist(left[None], table[None])[0].argmin(dim=-1))
            left = left - table[codes[-1]]
        return codes


def _read_config(folder: Path) -> EncoderConfig:
    file = folder / "config.json"
    with reading(file):
        top = read_object(file)
        said: dict[str, Any] = {**_DEFAULTS, **_ONLY, **(top.get("encoder_config") or {})}
        for name, only in _ONLY.items():
            if said[name] != only:
                raise ValueError(f"its encoder's {name} is {said[name]!r}, which this engine does not compute")
        rope, theta = rope_of(said)
        if rope != "default":
            raise ValueError(f"its encoder's rotary embeddings are of the type {rope}")
        hidden, heads = int(said["hidden_size"]), int(said["num_attention_heads"])
        inner, semantic = int(said["vector_quantization_hidden_dimension"]), int(said["num_semantic_quantizers"])
        used, codebooks = int(top.get("encoder_valid_num_quantizers", 16)), int(said["num_quantizers"])
        if not semantic < used <= codebooks:
            raise ValueError(f"it uses {used} codebooks of {codebooks}")
        strides = tuple(int(ratio) for ratio in reversed(said["upsampling_ratios"] or _DEFAULTS["upsampling_ratios"]))
        before = ceil(said["sampling_rate"] / prod(strides))  # positions a second
        if before != FRAME_STRIDE * (said.get("frame_rate") or said.get("_frame_rate") or before / FRAME_STRIDE):
            raise ValueError(f"its encoder makes other than {before / FRAME_STRIDE} frames a second")
        shape = Shape(
            hidden=hidden,
            intermediate=int(said["intermediate_size"]),
            layers=int(said["num_hidden_layers"]),
            heads=heads,
            kv_heads=int(said["num_key_value_heads"]),
            head_dim=int(said["head_dim"] or hidden // heads),
            vocab=int(said["codebook_size"]),
            eps=float(said["norm_eps"]),
            rope_theta=theta,
        )
        return EncoderConfig(
            transformer=shape,
            filters=int(said["num_filters"]),
            strides=strides,
            residuals=int(said["num_residual_layers"]),
            growth=int(said["dilation_growth_rate"]),
            compress=int(said["compress"]),
            taps=int(said["kernel_size"]),
            residual_taps=int(said["residual_kernel_size"]),
            last_taps=int(said["last_kernel_size"]),
            codebook_dim=inner,
            semantic=semantic,
            codebooks=codebooks,
            used=used,
            sample_rate=int(top.get("input_sample_rate", SAMPLE_RATE)),
            samples_per_frame=int(top.get("encode_downsample_rate", SAMPLES_PER_FRAME)),
        )
