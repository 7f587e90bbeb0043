"""The codec decoder's layers on our kernels: what one pass of FastCodec runs.

Activations are channels last, [R, T, C]. Each layer takes the plain decoder's weights in the dtype of the pass.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from narrate.engine.qwen import codec_decoder as plain, kernels as k
from narrate.engine.qwen.kernels.codec import Conv, Snake
from narrate.engine.qwen.kernels.wide import BEYOND, unit_tile, wide_conv
from narrate.engine.qwen.weights import rotary


class Front:
    """Codes to the convolutions' input: quantizer, first convolution, transformer, upsampling."""

    def __init__(self, decoder: plain.Decoder, dtype: torch.dtype, longest: int) -> None:
        """`longest`: frames of a row at most."""
        self.tables = torch.stack([_table(book) for book in decoder.books])  # [16, K, C] float32
        self.first = _conv(decoder.first, dtype)
        self.into = _linear(decoder.into, dtype)
        self.out_of = _linear(decoder.out_of, dtype)
        self.layers = [_TransformerLayer(layer, dtype) for layer in decoder.layers]
        self.norm = decoder.norm.to(dtype)
        self.eps, self.window = decoder.config.transformer.eps, decoder.config.window
        self.cos, self.sin = rotary(decoder.turns, longest, self.norm)
        self.upsample = [(_transposed(up, dtype), _NextBlock(block, dtype)) for up, block in decoder.upsample]
        self.per_frame = int(np.prod([up.up for up, _ in self.upsample]))
        self.dtype = dtype

    def __call__(self, codes: Tensor) -> Tensor:
        """[R, T, 16] int32 -> [R, T * per_frame, C]."""
        rows, length, _ = codes.shape
        x = torch.empty(rows, length, self.tables.shape[2], dtype=self.dtype, device=codes.device)
        k.embed_codes(codes.view(rows * length, -1), self.tables, x)
        everything = torch.full((rows,), length, dtype=torch.int32, device=codes.device)
        mixed, _ = k.causal_conv(x, self.first, k.Span(everything, torch.zeros_like(everything)), 1, keep=True)
        assert mixed is not None
        x = F.linear(mixed, *self.into)  # [R, T, D]
        x = self._transform(x)
        x = F.linear(x, *self.out_of)
        for up, block in self.upsample:
            x = F.linear(x, up.weight[0].t(), up.bias).view(rows, -1, x.shape[-1])
            x = block(x)
        return x

    def _transform(self, x: Tensor) -> Tensor:
        """The transformer over x [R, T, D], each position seeing itself and `window` - 1 before."""
        rows, length, width = x.shape
        x = x.reshape(rows * length, width)
        h = torch.empty_like(x)
        k.add_norm(x, None, self.layers[0].norm1, h, self.eps)
        for number, layer in enumerate(self.layers):
            delta = layer.attend(h.view(rows, length, width), self.cos, self.sin, self.window)
            k.add_norm(x, delta, layer.norm2, h, self.eps)
            following = self.layers[number + 1].norm1 if number + 1 < len(self.layers) else self.norm
            k.add_norm(x, layer.mlp(h), following, h, self.eps)
        return h.view(rows, length, width)


class _TransformerLayer:
    """A layer's weights, its layer scales folded into the products before them."""

    def __init__(self, layer: plain.TransformerLayer, dtype: torch.dtype) -> None:
        self.heads, self.kv_heads = layer.shape.heads, layer.shape.kv_heads
        projections = [layer.q, layer.k, layer.v]
        self.qkv = torch.cat([projection.weight for projection in projections]).to(dtype)
        biases = [projection.bias for projection in projections if projection.bias is not None]
        self.qkv_bias = torch.cat(biases).to(dtype) if biases else None
        self.o = _linear(layer.o, dtype, layer.attention_scale)
        self.gate_up = torch.cat([layer.gate.weight, layer.up.weight]).to(dtype)
        self.down = _linear(layer.down, dtype, layer.mlp_scale)
        self.norm1, self.norm2 = layer.norm1.to(dtype), layer.norm2.to(dtype)

    def attend(self, h: Tensor, cos: Tensor, sin: Tensor, window: int) -> Tensor:
        """Attention, as what it adds to the residual [R * T, D], from h [R, T, D]."""
        qkv = F.linear(h, self.qkv, self.qkv_bias)
        attended = k.window_attention(qkv, cos, sin, self.heads, self.kv_heads, window)
        return F.linear(attended.view(-1, attended.shape[2]), *self.o)

    def mlp(self, h: Tensor) -> Tensor:
        gate_up = F.linear(h, self.gate_up)
        gated = gate_up.new_empty(len(gate_up), gate_up.shape[1] // 2)
        k.silu_mul(gate_up, gated)
        return F.linear(gated, *self.down)


class _NextBlock:
    """A ConvNeXt block: depthwise convolution and norm, then two products, its gamma folded into the second."""

    def __init__(self, block: plain.NextBlock, dtype: torch.dtype) -> None:
        self.depthwise = block.depthwise.weight[:, 0].t().contiguous().to(dtype)  # [taps, C]
        self.bias = block.depthwise.bias.to(dtype)
        self.scale, self.shift = block.scale.to(dtype), block.shift.to(dtype)
        self.wide = _linear(block.wide, dtype)
        self.narrow = _linear(block.narrow, dtype, block.gamma)

    def __call__(self, x: Tensor) -> Tensor:
        h = k.depthwise_norm(x, self.depthwise, self.bias, self.scale, self.shift, plain.NORM_EPS)
        return x + F.linear(F.gelu(F.linear(h, *self.wide)), *self.narrow)


class Convs:
    """The convolutional decoder: a first convolution, blocks of one upsampling and three residual units, a last."""

    def __init__(self, decoder: plain.Decoder, dtype: torch.dtype, per_frame: int, frames: int) -> None:
        """`per_frame`: positions a frame at the input. `frames`: of a pass at most, padding counted."""
        self.per_frame = per_frame
        self.first = _conv(decoder.start, dtype)
        acts = [_snake(block.snake) for block in decoder.blocks[1:]] + [_snake(decoder.snake)]
        self.start = _snake(decoder.blocks[0].snake)
        self.blocks = [_Block(block, act, dtype) for block, act in zip(decoder.blocks, acts, strict=True)]
        self.last_weight = decoder.end.weight[0].t().contiguous().to(dtype)  # [taps, C]
        self.last_bias = decoder.end.bias.to(dtype)
        self._reach = math.ceil(_reach(self.blocks, self.first, len(self.last_weight), per_frame))
        self._buffers = _work(self.blocks, self.first, per_frame, frames)

    def __call__(self, x: Tensor, frames: Tensor, skip: Tensor, target: Tensor, out: Tensor) -> None:
        """x [R, T, C] to samples in out; frames, skip [R] int32; target [R] int64, each row's place in out.

        Frames that are skipped are not computed, but for as many as those after them hear.
        """
        per_frame = self.per_frame
        span = k.Span(frames, (skip - self._reach).clamp(min=0))
        kept, free, holding = self._buffers
        _, y = k.causal_conv(x, self.first, span, per_frame, act=self.start, buffers=(kept, holding))
        for block in self.blocks:
            assert y is not None
            y, (free, holding) = block(y, span, per_frame, (kept, free, holding))
            per_frame *= block.up.up
        assert y is not None
        k.last_conv(y, self.last_weight, self.last_bias, frames, skip, target, per_frame, out)


class _Block:
    """One upsampling and its residual units; `act` is the snake that follows them."""

    def __init__(self, block: plain.Block, act: Snake, dtype: torch.dtype) -> None:
        self.up = _transposed(block.up, dtype)
        self.first_act = _snake(block.units[0].act1, self.up.up)
        befores = [_snake(unit.act1) for unit in block.units[1:]] + [act]
        self.units = [
            (_conv(unit.conv1, dtype), _snake(unit.act2), _conv(unit.conv2, dtype), after)
            for unit, after in zip(block.units, befores, strict=True)
        ]

    def __call__(
        self, y: Tensor, span: k.Span, per_frame: int, buffers: tuple[Tensor, Tensor, Tensor]
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """y [R, T, C], already through the snake before -> [R, T * up, C'], through the one after.

        `buffers`: for the residual stream, for its snake, and one that may hold y. Beside what is made come the last
        two of them again: the free one, and the one that holds it.
        """
        kept, into, spare = buffers
        x, snaked = k.causal_conv(y, self.up, span, per_frame, act=self.first_act, keep=True, buffers=(kept, into))
        per_frame *= self.up.up
        for number, (first, between, narrow, after) in enumerate(self.units):
            assert snaked is not None
            more = number + 1 < len(self.units)
            if tile := unit_tile(snaked, first, narrow):
                y, kept_too = snaked, x if more else None
                snaked = spare[: y.numel()].view(y.shape)
                wide_conv(y, first, span, per_frame, tile, after, snaked=snaked, out=kept_too, residual=x,
                          narrow=narrow, inner=between)  # fmt: skip
                into, spare = spare, into
                continue
            _, z = k.causal_conv(snaked, first, span, per_frame, act=between, buffers=(kept, spare))
            assert z is not None
            x, snaked = k.causal_conv(
                z, narrow, span, per_frame, residual=x, act=after, keep=more, buffers=(kept, into)
            )
        assert snaked is not None
        return snaked, (spare, into)


def _reach(blocks: Sequence[_Block], first: Conv, last_taps: int, per_frame: int) -> float:
    """How many frames before its own a sample hears through the convolutions."""
    frames = (len(first.weight) - 1) / per_frame
    for block in blocks:
        frames += (len(block.up.weight) - 1) / per_frame
        per_frame *= block.up.up
        for wide, _, narrow, _ in block.units:
            frames += sum((len(conv.weight) - 1) * conv.dilation for conv in (wide, narrow)) / per_frame
    return frames + (last_taps - 1) / per_frame


def _work(blocks: Sequence[_Block], first: Conv, per_frame: int, frames: int) -> tuple[Tensor, Tensor, Tensor]:
    """Three buffers that hold the largest activations of `frames` frames each: all that any block works in."""
    largest = per_frame * first.weight.shape[2]
    for block in blocks:
        largest = max(largest, per_frame * block.up.weight.shape[2])
        per_frame *= block.up.up
    kept, free, holding = (first.weight.new_empty(frames * largest + BEYOND) for _ in range(3))
    return kept, free, holding


def _table(book: plain.Codebook) -> Tensor:
    """A codebook [K, C] after the projection that its sum with the others goes through."""
    return book.table.float() @ book.projection.float()[:, :, 0].t()


def _linear(module: plain.Linear, dtype: torch.dtype, scale: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
    """A product's weight and bias in `dtype`, its outputs scaled by `scale` where given."""
    weight, bias = module.weight.float(), module.bias
    bias = None if bias is None else bias.float()
    if scale is not None:
        weight = weight * scale.float()[:, None]
        bias = None if bias is None else bias * scale.float()
    return weight.to(dtype), None if bias is None else bias.to(dtype)


def _conv(conv: plain.Conv, dtype: torch.dtype) -> Conv:
    weight = conv.weight.permute(2, 1, 0).contiguous()  # [taps, in, N]
    return Conv(weight.to(dtype), conv.bias.to(dtype), conv.dilation)


def _transposed(conv: plain.Transposed, dtype: torch.dtype) -> Conv:
    """A transposed convolution of stride s and kernel m * s as a convolution of m taps with s * C outputs."""
    stride = conv.stride
    channels, outputs, size = conv.weight.shape
    taps = conv.weight.view(channels, outputs, size // stride, stride).flip(2)  # the last tap is the newest input
    weight = taps.permute(2, 0, 3, 1).reshape(size // stride, channels, stride * outputs).contiguous()
    return Conv(weight.to(dtype), conv.bias.repeat(stride).to(dtype), 1, stride)


def _snake(snake: plain.Snake, repeat: int = 1) -> Snake:
    alpha, inverse_beta = snake.alpha.float().exp(), 1.0 / (snake.beta.float().exp() + 1e-9)
    return Snake(alpha.repeat(repeat).contiguous(), inverse_beta.repeat(repeat).contiguous())
