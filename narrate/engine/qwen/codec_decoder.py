"""The codec's decoder in plain torch, in upstream's order of operations: the reference, and what speaks on a CPU.

Quantizers, a causal convolution, a transformer with a window, upsampling, then causal convolutions up to the samples.
Activations are channels first, [R, C, T], but for the transformer's, [R, T, C].
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from narrate.engine.qwen.config import CodecConfig
from narrate.engine.qwen.decode import norm, rotate
from narrate.engine.qwen.tensors import Tensors
from narrate.engine.qwen.weights import frequencies, rotary

DILATIONS = (1, 3, 9)  # of a block's residual units
LEAST_USAGE = 1e-5  # of a codebook's entry
NORM_EPS = 1e-6  # of the upsampling's norms


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What the layers keep of the `frames` before: each one's last inputs, in the order in which they run."""

    frames: int
    kept: tuple[Tensor, ...]


NOTHING = Past(0, ())


class _Walk:
    """One way through the layers: each one's inputs from the past in, those for the frames to come out."""

    def __init__(self, past: Past) -> None:
        self.start, self._before = past.frames, iter(past.kept)
        self.kept: list[Tensor] = []

    def behind(self, x: Tensor, count: int, dim: int = -1) -> Tensor:
        """x behind the `count` inputs before it along its dimension of time, `dim`: zeros before the first frame."""
        if not count:
            return x
        before = next(self._before, None)
        if before is None:
            before = torch.zeros_like(x.narrow(dim, 0, 1)).repeat_interleave(count, dim)
        whole = torch.cat([before, x], dim)
        self.kept.append(whole.narrow(dim, whole.shape[dim] - count, count).clone())
        return whole


class Decoder:
    """Codes [R, T, 16] to samples [R, N], float32 between -1 and 1; of the frames after a `Past` as of the first."""

    def __init__(self, tensors: Tensors, config: CodecConfig) -> None:
        """Reads the decoder's tensors. Raises EngineError when any is not there, or of another size."""
        self.config = config
        latent, width, shape = config.latent_dim, config.decoder_dim, config.transformer
        quantizer, transformer = tensors.part("quantizer"), tensors.part("pre_transformer")
        self.books = [*_codebooks(quantizer.part("rvq_first"), config, 1)]
        self.books += _codebooks(quantizer.part("rvq_rest"), config, config.quantizers - 1)
        self.first = Conv(tensors.part("pre_conv"), config.codebook_dim, latent, 3)
        self.into = Linear(transformer.part("input_proj"), latent, shape.hidden)
        self.out_of = Linear(transformer.part("output_proj"), shape.hidden, latent)
        self.layers = [TransformerLayer(part, config) for part in transformer.parts("layers", shape.layers)]
        self.norm = transformer.take("norm.weight", shape.hidden)
        self.turns = frequencies(shape).to(self.norm.device)
        stages = zip(config.ratios, tensors.parts("upsample", len(config.ratios)), strict=True)
        self.upsample = [
            (Transposed(part.part("0"), latent, latent, ratio, ratio), NextBlock(part.part("1"), latent))
            for ratio, part in stages
        ]
        convs = tensors.parts("decoder", len(config.rates) + 3)
        self.start = Conv(convs[0], latent, width, 7)
        self.blocks = [
            Block(part.part("block"), width >> number, rate)
            for number, (rate, part) in enumerate(zip(config.rates, convs[1:-2], strict=True))
        ]
        last = width >> len(config.rates)
        self.snake, self.end = Snake(convs[-2], last), Conv(convs[-1], last, 1, 7)
        tensors.check_whole("encoder.*", "decoder.quantizer.*.input_proj.weight")

    def __call__(self, codes: Tensor, past: Past = NOTHING) -> tuple[Tensor, Past]:
        """The samples, and what is the past of the frames that follow."""
        walk = _Walk(past)
        first, rest = self._quantized(codes, 0, 1), self._quantized(codes, 1, codes.shape[2])
        x = self.first(first + rest, walk).transpose(1, 2)
        x = self.out_of(self._transform(self.into(x), walk)).transpose(1, 2)
        for up, block in self.upsample:
            x = block(up(x, walk), walk)
        x = self.start(x, walk)
        for convolve in self.blocks:
            x = convolve(x, walk)
        samples = self.end(self.snake(x), walk).clamp(-1, 1)[:, 0]
        return samples, Past(past.frames + codes.shape[1], tuple(walk.kept))

    def _quantized(self, codes: Tensor, start: int, end: int) -> Tensor:
        """The codes of codebooks `start` to `end` as [R, C, T]."""
        found = torch.zeros((), device=codes.device)
        for number in range(start, end):
            found = found + F.embedding(codes[:, :, number], self.books[number].table).transpose(1, 2)
        return F.conv1d(found, self.books[start].projection)

    def _transform(self, x: Tensor, walk: _Walk) -> Tensor:
        end, window, shape = walk.start + x.shape[1], self.config.window, self.config.transformer
        cos, sin = (table[walk.start :] for table in rotary(self.turns, end, x))
        at = torch.arange(walk.start - (window - 1), end, device=x.device)  # the keys' places, the past's first
        back = at[window - 1 :, None] - at[None, :]
        mask = (back >= 0) & (back < window) & (at >= 0)
        for layer in self.layers:
            x = layer(x, cos, sin, mask, walk)
        return norm(x, self.norm, shape.eps)


class Codebook:
    """A table [K, D] of what its codes mean, and the projection [C, D, 1] that their sum goes through."""

    def __init__(self, tensors: Tensors, projection: Tensor, size: int) -> None:
        usage = tensors.take("cluster_usage", size)
        total = tensors.take("embedding_sum", size, projection.shape[1])
        self.table = total / usage.clamp(min=LEAST_USAGE)[:, None]
        self.projection = projection


def _codebooks(tensors: Tensors, config: CodecConfig, count: int) -> list[Codebook]:
    projection = tensors.take("output_proj.weight", config.codebook_dim, config.codebook_dim // 2, 1)
    parts = tensors.part("vq").parts("layers", count)
    return [Codebook(part.part("_codebook"), projection, config.transformer.vocab) for part in parts]


class Linear:
    """A product and its bias."""

    def __init__(self, tensors: Tensors, inputs: int, outputs: int, *, bias: bool = True) -> None:
        self.weight = tensors.take("weight", outputs, inputs)
        self.bias = tensors.take("bias", outputs) if bias else None

    def __call__(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)


class Conv:
    """A causal convolution: padded on the left alone."""

    def __init__(
        self, tensors: Tensors, inputs: int, outputs: int, taps: int, *, dilation: int = 1, groups: int = 1
    ) -> None:
        self.weight = tensors.take("conv.weight", outputs, inputs // groups, taps)
        self.bias = tensors.take("conv.bias", outputs)
        self.dilation, self._groups = dilation, groups

    def __call__(self, x: Tensor, walk: _Walk | None = None) -> Tensor:
        x = (walk or _Walk(NOTHING)).behind(x, (self.weight.shape[2] - 1) * self.dilation)
        return F.conv1d(x, self.weight, self.bias, dilation=self.dilation, groups=self._groups)


class Transposed:
    """A transposed convolution without what it makes beyond its input's end."""

    def __init__(self, tensors: Tensors, inputs: int, outputs: int, taps: int, stride: int) -> None:
        self.weight = tensors.take("conv.weight", inputs, outputs, taps)
        self.bias = tensors.take("conv.bias", outputs)
        self.stride = stride

    def __call__(self, x: Tensor, walk: _Walk) -> Tensor:
        before = self.weight.shape[2] // self.stride - 1
        made = F.conv_transpose1d(walk.behind(x, before), self.weight, self.bias, stride=self.stride)
        return made[..., before * self.stride : (before + x.shape[-1]) * self.stride].contiguous()


class Snake:
    """x + sin²(x e^alpha) / e^beta, a channel each."""

    def __init__(self, tensors: Tensors, channels: int) -> None:
        self.alpha, self.beta = tensors.take("alpha", channels), tensors.take("beta", channels)

    def __call__(self, x: Tensor) -> Tensor:
        alpha, beta = self.alpha.exp()[None, :, None], self.beta.exp()[None, :, None]
        return x + (1.0 / (beta + 1e-9)) * torch.pow(torch.sin(x * alpha), 2)


class TransformerLayer:
    """Attention and an MLP, each scaled channel by channel before it is added."""

    def __init__(self, tensors: Tensors, config: CodecConfig) -> None:
        shape = config.transformer
        attention, mlp, width = tensors.part("self_attn"), tensors.part("mlp"), shape.hidden
        self.shape, wide = shape, shape.heads * shape.head_dim
        narrow, bias = shape.kv_heads * shape.head_dim, config.attention_bias
        self.q = Linear(attention.part("q_proj"), width, wide, bias=bias)
        self.k = Linear(attention.part("k_proj"), width, narrow, bias=bias)
        self.v = Linear(attention.part("v_proj"), width, narrow, bias=bias)
        self.o = Linear(attention.part("o_proj"), wide, width, bias=bias)
        self.gate = Linear(mlp.part("gate_proj"), width, shape.intermediate, bias=False)
        self.up = Linear(mlp.part("up_proj"), width, shape.intermediate, bias=False)
        self.down = Linear(mlp.part("down_proj"), shape.intermediate, width, bias=False)
        self.norm1 = tensors.take("input_layernorm.weight", width)
        self.norm2 = tensors.take("post_attention_layernorm.weight", width)
        self.attention_scale = tensors.take("self_attn_layer_scale.scale", width)
        self.mlp_scale = tensors.take("mlp_layer_scale.scale", width)

    def __call__(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, walk: _Walk) -> Tensor:
        rows, length, _ = x.shape
        h = norm(x, self.norm1, self.shape.eps)
        heads = (part(h).view(rows, length, -1, self.shape.head_dim) for part in (self.q, self.k, self.v))
        q, k, v = (part.transpose(1, 2) for part in heads)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        k, v = (walk.behind(part, mask.shape[1] - length, -2) for part in (k, v))
        grouped = self.shape.heads != self.shape.kv_heads
        attended = F.scaled_dot_product_attention(q, k, v, mask, enable_gqa=grouped)
        x = x + self.attention_scale * self.o(attended.transpose(1, 2).reshape(rows, length, -1))
        h = norm(x, self.norm2, self.shape.eps)
        return x + self.mlp_scale * self.down(F.silu(self.gate(h)) * self.up(h))


class NextBlock:
    """A ConvNeXt block: a depthwise convolution and a norm, then two products, scaled by gamma."""

    def __init__(self, tensors: Tensors, width: int) -> None:
        self.depthwise = Conv(tensors.part("dwconv"), width, width, 7, groups=width)
        self.scale, self.shift = tensors.take("norm.weight", width), tensors.take("norm.bias", width)
        self.wide = Linear(tensors.part("pwconv1"), width, 4 * width)
        self.narrow = Linear(tensors.part("pwconv2"), 4 * width, width)
        self.gamma = tensors.take("gamma", width)

    def __call__(self, x: Tensor, walk: _Walk) -> Tensor:
        h = self.depthwise(x, walk).permute(0, 2, 1)
        h = F.layer_norm(h, h.shape[-1:], self.scale, self.shift, NORM_EPS)
        h = self.narrow(F.gelu(self.wide(h)))
        return x + (self.gamma * h).permute(0, 2, 1)


class Block:
    """An upsampling by `rate` to half the channels, then residual units."""

    def __init__(self, tensors: Tensors, width: int, rate: int) -> None:
        parts, half = [tensors.part(str(number)) for number in range(2 + len(DILATIONS))], width // 2
        self.snake, self.up = Snake(parts[0], width), Transposed(parts[1], width, half, 2 * rate, rate)
        self.units = [Unit(part, half, dilation) for part, dilation in zip(parts[2:], DILATIONS, strict=True)]

    def __call__(self, x: Tensor, walk: _Walk) -> Tensor:
        x = self.up(self.snake(x), walk)
        for unit in self.units:
            x = unit(x, walk)
        return x


class Unit:
    """A residual unit of two convolutions."""

    def __init__(self, tensors: Tensors, width: int, dilation: int) -> None:
        self.act1, self.act2 = Snake(tensors.part("act1"), width), Snake(tensors.part("act2"), width)
        self.conv1 = Conv(tensors.part("conv1"), width, width, 7, dilation=dilation)
        self.conv2 = Conv(tensors.part("conv2"), width, width, 1)

    def __call__(self, x: Tensor, walk: _Walk) -> Tensor:
        return self.conv2(self.act2(self.conv1(self.act1(x), walk)), walk) + x
