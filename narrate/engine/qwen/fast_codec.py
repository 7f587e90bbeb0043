"""The codec decoder, fast: lines of any length side by side, channels last, in 16-bit floats.

The decoder is causal, so lines lie in one batch padded on the right and the kernels skip
what is padding; long ones are cut with the left context that upstream gives them. A pass is
a captured graph, one for each of a few lengths: its 260 launches would keep the host longer
than the device. Samples come out as 16-bit integers and go to pinned memory, so nothing
here waits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from narrate.engine.qwen import kernels as k
from narrate.engine.qwen.kernels.codec import Conv, Snake
from narrate.engine.qwen.weights import Model

CHUNK = 300  # frames decoded at once at most, as upstream cuts them
CONTEXT = 25  # frames before a later chunk that it hears, and that are dropped again
FRAMES = 2048  # padded frames a pass, unless told otherwise: 16 lines of 10 s fit
LENGTHS = (16, 32, 64, 96, 128, 160, 192, 256, CHUNK + CONTEXT)  # frames a row that there is a graph for


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line that is decoded as a row: frames [start, end), the first `context` of them dropped."""

    line: int
    start: int
    end: int
    context: int

    @property
    def frames(self) -> int:
        return self.end - self.start

    @property
    def made(self) -> int:
        return self.frames - self.context


@dataclass(slots=True, eq=False)
class Pending:
    """Lines that the device is decoding."""

    samples: Tensor  # [all samples] int16, pinned: the pieces' own, in their order
    pieces: list[Piece]
    lengths: list[int]  # frames of each line
    samples_per_frame: int
    done: "torch.cuda.Event | None"

    def ready(self) -> bool:
        """Whether `read` will not wait."""
        return self.done is None or self.done.query()

    def read(self) -> list[NDArray[np.int16]]:
        """Each line's samples, once they are there."""
        if self.done is not None:
            self.done.synchronize()
        packed, size = self.samples.numpy(), self.samples_per_frame
        lines = [np.empty(length * size, np.int16) for length in self.lengths]
        at = 0
        for piece in self.pieces:
            first = (piece.start + piece.context) * size
            lines[piece.line][first : piece.end * size] = packed[at : at + piece.made * size]
            at += piece.made * size
        return lines


class FastCodec:
    """Codes to samples. `submit` returns at once and runs in the current stream's order."""

    def __init__(self, model: Model, dtype: torch.dtype = torch.float16, frames: int = FRAMES) -> None:
        """Takes the weights of the codec of `model` in `dtype` (float32 for comparisons) and, on CUDA, captures
        a graph for each of LENGTHS, of one row and of as many as `frames` holds: what bounds the memory.

        `frames` is CHUNK + CONTEXT at least. Raises torch.OutOfMemoryError when the largest does not fit.
        """
        self.frames = frames
        decoder = model.codec.model.decoder
        self.device = model.device
        self.samples_per_frame = model.samples_per_frame
        with torch.inference_mode():
            self._front = _Front(decoder, dtype)
            self._convs = _Convs(decoder.decoder, dtype, self._front.per_frame, frames)
            self._out = torch.empty(frames * self.samples_per_frame, dtype=torch.int16, device=self.device)
            self._passes = dict(self._capture()) if self.device.type == "cuda" else {}

    def _capture(self) -> Iterator[tuple[tuple[int, int], "_Pass"]]:
        """Passes by rows and length; largest first, so that one memory pool holds what any of them works in."""
        pool = None
        stream = torch.cuda.Stream(self.device)
        stream.wait_stream(torch.cuda.current_stream(self.device))
        sizes = {(rows, length) for length in LENGTHS for rows in (1, self.frames // length)}
        for rows, length in sorted(sizes, key=lambda size: -size[0] * size[1]):
            made = _Pass(self._front, self._convs, rows, length, self._out)
            pool = made.capture(stream, pool)
            yield (rows, length), made
        torch.cuda.current_stream(self.device).wait_stream(stream)

    def submit(self, codes: Sequence[Tensor]) -> Pending:
        """Start decoding lines, each [T, 16] integers on this device."""
        with torch.inference_mode():
            lengths = [len(line) for line in codes]
            flat = torch.cat([line.int() for line in codes])  # [frames, 16]
            starts = np.concatenate([[0], np.cumsum(lengths)])
            size, on_cuda = self.samples_per_frame, self.device.type == "cuda"
            samples = torch.empty(sum(lengths) * size, dtype=torch.int16, pin_memory=on_cuda)
            order: list[Piece] = []
            at = 0
            for rows, length, batch in _batches(_pieces(lengths), self.frames):
                decoder = self._passes.get((rows, length))
                if decoder is None:  # no graphs here, so no need of their sizes
                    decoder = _Pass(self._front, self._convs, len(batch), batch[0].frames, self._out)
                decoder.run(flat, batch, starts, size)
                made = sum(piece.made for piece in batch) * size
                samples[at : at + made].copy_(self._out[:made], non_blocking=True)
                order += batch
                at += made
            done = None
            if on_cuda:
                done = torch.cuda.Event()
                done.record(torch.cuda.current_stream(self.device))
            return Pending(samples, order, lengths, size, done)


class _Pass:
    """The decoder over R rows of T frames, with inputs that stay where they are: what a graph captures."""

    def __init__(self, front: "_Front", convs: "_Convs", rows: int, length: int, out: Tensor) -> None:
        self._front, self._convs, self.rows, self.length, self._out = front, convs, rows, length, out
        self._codes = torch.zeros(rows, length, front.tables.shape[0], dtype=torch.int32, device=out.device)
        # Each row's frames, how many of them to drop, and where in `out` its samples go.
        self._numbers = torch.zeros(3, rows, dtype=torch.int64, device=out.device)
        self._graph: torch.cuda.CUDAGraph | None = None

    def capture(self, stream: torch.cuda.Stream, pool: Any) -> Any:
        """Capture the pass on `stream` into `pool`; returns the pool."""
        with torch.cuda.stream(stream):
            self._decode()  # compiles the kernels; its rows hold no frames
        stream.synchronize()
        torch.cuda.empty_cache()  # what that run worked in: the graph's pool cannot have it
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=pool, stream=stream):
            self._decode()
        self._graph = graph
        return graph.pool()

    def run(self, flat: Tensor, pieces: Sequence[Piece], starts: NDArray[np.int64], samples_per_frame: int) -> None:
        """Samples of `pieces`, one after the other, into `out`. Lines lie in flat [frames, 16] from `starts` on."""
        numbers = np.zeros((3, self.rows), np.int64)
        where = np.zeros((self.rows, self.length), np.int64)
        at = 0
        for row, piece in enumerate(pieces):
            numbers[:, row] = piece.frames, piece.context, at * samples_per_frame
            # Padding repeats the last frame: it is decoded in part and thrown away.
            where[row] = starts[piece.line] + piece.start + np.minimum(np.arange(self.length), piece.frames - 1)
            at += piece.made
        packed = torch.from_numpy(np.concatenate([numbers.ravel(), where.ravel()]))
        if flat.is_cuda:
            packed = packed.pin_memory().to(flat.device, non_blocking=True)
        head, index = packed.split([numbers.size, where.size])
        self._numbers.copy_(head.view(3, -1))
        self._codes.copy_(flat[index].view(self._codes.shape))
        if self._graph is None:
            self._decode()
        else:
            self._graph.replay()

    def _decode(self) -> None:
        frames, skip, target = self._numbers
        self._convs(self._front(self._codes), frames.int(), skip.int(), target.clone(), self._out)


def _pieces(lengths: Sequence[int]) -> list[Piece]:
    """Lines of `lengths` frames as rows, cut where upstream's chunked_decode cuts them."""
    return [
        Piece(line, start - min(start, CONTEXT), min(start + CHUNK, length), min(start, CONTEXT))
        for line, length in enumerate(lengths)
        for start in range(0, length, CHUNK)
    ]


def _batches(pieces: Sequence[Piece], frames: int) -> Iterator[tuple[int, int, list[Piece]]]:
    """(rows, length, pieces), longest first: the graph that runs each batch, of `frames` at most, and what it decodes."""
    waiting = sorted(pieces, key=lambda piece: -piece.frames)
    while waiting:
        length = next(size for size in LENGTHS if size >= waiting[0].frames)
        rows = frames // length if len(waiting) > 1 else 1
        yield rows, length, waiting[:rows]
        waiting = waiting[rows:]


class _Front:
    """Codes to the convolutions' input: quantizer, first convolution, transformer, upsampling."""

    def __init__(self, decoder: Any, dtype: torch.dtype) -> None:
        quantizer, transformer = decoder.quantizer, decoder.pre_transformer
        tables = [*_tables(quantizer.rvq_first), *_tables(quantizer.rvq_rest)]
        self.tables = torch.stack(tables)  # [16, K, C] float32
        self.first = _conv(decoder.pre_conv, dtype)
        self.into = _linear(transformer.input_proj, dtype)
        self.out_of = _linear(transformer.output_proj, dtype)
        self.layers = [_TransformerLayer(layer, dtype) for layer in transformer.layers]
        self.norm = transformer.norm.weight.data.to(dtype)
        self.eps = float(transformer.norm.variance_epsilon)
        self.inv_freq = transformer.rotary_emb.inv_freq.float()
        self.rotary_scale = float(transformer.rotary_emb.attention_scaling)
        self.window = int(transformer.window_size)
        self.upsample = [(_transposed(up, dtype), _NextBlock(block, dtype)) for up, block in decoder.upsample]
        self.per_frame = int(np.prod([up.up for up, _ in self.upsample]))
        self.dtype = dtype

    def __call__(self, codes: Tensor) -> Tensor:
        """[R, T, 16] int32 -> [R, T * per_frame, C]."""
        rows, length, _ = codes.shape
        x = torch.empty(rows, length, self.tables.shape[2], dtype=self.dtype, device=codes.device)
        k.embed_codes(codes.view(rows * length, -1), self.tables, x)
        everything = torch.full((rows,), length, dtype=torch.int32, device=codes.device)
        mixed, _ = k.causal_conv(x, self.first, everything, 1, keep=True)
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
        at = torch.arange(length, device=x.device)
        angles = torch.outer(at.float(), self.inv_freq)
        angles = torch.cat([angles, angles], dim=-1)
        cos, sin = ((f(angles) * self.rotary_scale).to(x.dtype)[None, :, None] for f in (torch.cos, torch.sin))
        back = at[:, None] - at[None, :]
        mask = (back >= 0) & (back < self.window)
        x = x.reshape(rows * length, width)
        h = torch.empty_like(x)
        k.add_norm(x, None, self.layers[0].norm1, h, self.eps)
        for number, layer in enumerate(self.layers):
            delta = layer.attend(h.view(rows, length, width), cos, sin, mask)
            k.add_norm(x, delta, layer.norm2, h, self.eps)
            following = self.layers[number + 1].norm1 if number + 1 < len(self.layers) else self.norm
            k.add_norm(x, layer.mlp(h), following, h, self.eps)
        return h.view(rows, length, width)


class _TransformerLayer:
    """A layer's weights, its layer scales folded into the products before them."""

    def __init__(self, layer: Any, dtype: torch.dtype) -> None:
        attention, mlp = layer.self_attn, layer.mlp
        self.head_dim = int(attention.head_dim)
        self.scale = float(attention.scaling)
        projections = [attention.q_proj, attention.k_proj, attention.v_proj]
        self.widths = [int(p.out_features) for p in projections]
        self.qkv = torch.cat([p.weight.data for p in projections]).to(dtype)
        self.qkv_bias = None
        if projections[0].bias is not None:
            self.qkv_bias = torch.cat([p.bias.data for p in projections]).to(dtype)
        self.o = _linear(attention.o_proj, dtype, layer.self_attn_layer_scale.scale.data)
        self.gate_up = torch.cat([mlp.gate_proj.weight.data, mlp.up_proj.weight.data]).to(dtype)
        self.down = _linear(mlp.down_proj, dtype, layer.mlp_layer_scale.scale.data)
        self.norm1 = layer.input_layernorm.weight.data.to(dtype)
        self.norm2 = layer.post_attention_layernorm.weight.data.to(dtype)

    def attend(self, h: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """What attention adds to the residual [R * T, D], from h [R, T, D]."""
        rows, length, _ = h.shape
        joined = F.linear(h, self.qkv, self.qkv_bias).split(self.widths, dim=-1)
        q, key, value = (part.view(rows, length, -1, self.head_dim) for part in joined)
        q, key = _rotate(q, cos, sin), _rotate(key, cos, sin)
        out = F.scaled_dot_product_attention(
            q.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), mask, scale=self.scale, enable_gqa=True
        )
        return F.linear(out.transpose(1, 2).reshape(rows * length, -1), *self.o)

    def mlp(self, h: Tensor) -> Tensor:
        gate_up = F.linear(h, self.gate_up)
        gated = gate_up.new_empty(len(gate_up), gate_up.shape[1] // 2)
        k.silu_mul(gate_up, gated)
        return F.linear(gated, *self.down)


class _NextBlock:
    """A ConvNeXt block: depthwise convolution and norm, then two products, its gamma folded into the second."""

    def __init__(self, block: Any, dtype: torch.dtype) -> None:
        conv = block.dwconv.conv
        self.depthwise = conv.weight.data[:, 0].t().contiguous().to(dtype)  # [taps, C]
        self.bias = conv.bias.data.to(dtype)
        self.scale, self.shift = block.norm.weight.data.to(dtype), block.norm.bias.data.to(dtype)
        self.eps = float(block.norm.eps)
        self.wide = _linear(block.pwconv1, dtype)
        self.narrow = _linear(block.pwconv2, dtype, block.gamma.data)

    def __call__(self, x: Tensor) -> Tensor:
        h = k.depthwise_norm(x, self.depthwise, self.bias, self.scale, self.shift, self.eps)
        return x + F.linear(F.gelu(F.linear(h, *self.wide)), *self.narrow)


class _Convs:
    """The convolutional decoder: a first convolution, blocks of one upsampling and three residual units, a last."""

    def __init__(self, modules: Any, dtype: torch.dtype, per_frame: int, frames: int) -> None:
        """`per_frame`: positions a frame at the input. `frames`: of a pass at most, padding counted."""
        self.per_frame = per_frame
        self.first = _conv(modules[0], dtype)
        blocks = [module.block for module in list(modules)[1:-2]]
        acts = [_snake(block[0]) for block in blocks[1:]] + [_snake(modules[-2])]
        self.start = _snake(blocks[0][0])
        self.blocks = [_Block(block, act, dtype) for block, act in zip(blocks, acts, strict=True)]
        last = modules[-1].conv
        self.last_weight = last.weight.data[0].t().contiguous().to(dtype)  # [taps, C]
        self.last_bias = last.bias.data.to(dtype)
        self._buffers = _work(self.blocks, self.first, per_frame, frames)

    def __call__(self, x: Tensor, frames: Tensor, skip: Tensor, target: Tensor, out: Tensor) -> None:
        """x [R, T, C] to samples in out; frames, skip [R] int32; target [R] int64, each row's place in out."""
        per_frame = self.per_frame
        kept, snaked, spare = self._buffers
        _, y = k.causal_conv(x, self.first, frames, per_frame, act=self.start, buffers=(kept, spare))
        for block in self.blocks:
            assert y is not None
            y = block(y, frames, per_frame, (kept, snaked, spare))
            snaked, spare = spare, snaked  # what a block makes is what the next one reads
            per_frame *= block.up.up
        assert y is not None
        k.last_conv(y, self.last_weight, self.last_bias, frames, skip, target, per_frame, out)


class _Block:
    """One upsampling and its residual units; `act` is the snake that follows them."""

    def __init__(self, block: Any, act: Snake, dtype: torch.dtype) -> None:
        self.up = _transposed(block[1], dtype)
        units = list(block)[2:]
        self.first_act = _snake(units[0].act1, self.up.up)
        befores = [_snake(unit.act1) for unit in units[1:]] + [act]
        self.units = [
            (_conv(unit.conv1, dtype), _snake(unit.act2), _conv(unit.conv2, dtype), after)
            for unit, after in zip(units, befores, strict=True)
        ]

    def __call__(self, y: Tensor, frames: Tensor, per_frame: int, buffers: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        """y [R, T, C], already through the snake before -> [R, T * up, C'], through the one after.

        `buffers`: for the residual stream, for its snake and so for what is returned, and one that may hold y.
        """
        kept, into, spare = buffers
        x, snaked = k.causal_conv(y, self.up, frames, per_frame, act=self.first_act, keep=True, buffers=(kept, into))
        per_frame *= self.up.up
        for number, (wide, between, narrow, after) in enumerate(self.units):
            assert snaked is not None
            _, z = k.causal_conv(snaked, wide, frames, per_frame, act=between, buffers=(kept, spare))
            assert z is not None
            more = number + 1 < len(self.units)
            x, snaked = k.causal_conv(
                z, narrow, frames, per_frame, residual=x, act=after, keep=more, buffers=(kept, into)
            )
        assert snaked is not None
        return snaked


def _work(blocks: Sequence[_Block], first: Conv, per_frame: int, frames: int) -> tuple[Tensor, Tensor, Tensor]:
    """Three buffers that hold the largest activations of `frames` frames each: all that any block works in."""
    largest = per_frame * first.weight.shape[2]
    for block in blocks:
        largest = max(largest, per_frame * block.up.weight.shape[2])
        per_frame *= block.up.up
    kept, snaked, spare = (first.weight.new_empty(frames * largest) for _ in range(3))
    return kept, snaked, spare


def _tables(quantizer: Any) -> list[Tensor]:
    """A quantizer's codebooks [K, C] float32, each after the projection that their sum goes through."""
    project = quantizer.output_proj.weight.data.float()[:, :, 0]  # [C, D]
    books = [layer._codebook for layer in quantizer.vq.layers]
    return [
        book.embedding_sum.data.float() / book.cluster_usage.data.float().clamp(min=book.epsilon)[:, None] @ project.t()
        for book in books
    ]


def _linear(module: Any, dtype: torch.dtype, scale: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
    """A product's weight and bias in `dtype`, its outputs scaled by `scale` where given."""
    weight, bias = module.weight.data.float(), module.bias
    bias = None if bias is None else bias.data.float()
    if scale is not None:
        weight = weight * scale.float()[:, None]
        bias = None if bias is None else bias * scale.float()
    return weight.to(dtype), None if bias is None else bias.to(dtype)


def _conv(module: Any, dtype: torch.dtype) -> Conv:
    conv = module.conv
    weight = conv.weight.data.permute(2, 1, 0).contiguous()  # [taps, in, N]
    return Conv(weight.to(dtype), conv.bias.data.to(dtype), conv.dilation[0])


def _transposed(module: Any, dtype: torch.dtype) -> Conv:
    """A transposed convolution of stride s and kernel m * s as a convolution of m taps with s * C outputs."""
    conv = module.conv
    stride = int(conv.stride[0])
    channels, outputs, size = conv.weight.shape
    taps = conv.weight.data.view(channels, outputs, size // stride, stride).flip(2)  # the last tap is the newest input
    weight = taps.permute(2, 0, 3, 1).reshape(size // stride, channels, stride * outputs).contiguous()
    return Conv(weight.to(dtype), conv.bias.data.repeat(stride).to(dtype), 1, stride)


def _snake(module: Any, repeat: int = 1) -> Snake:
    alpha = torch.exp(module.alpha.data.float())
    inverse_beta = 1.0 / (torch.exp(module.beta.data.float()) + 1e-9)
    return Snake(alpha.repeat(repeat).contiguous(), inverse_beta.repeat(repeat).contiguous())


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    left, right = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-right, left], dim=-1) * sin
