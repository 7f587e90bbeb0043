"""The codec decoder's kernels, on channels-last activations [R, T, C] of ragged rows.

A causal convolution is an implicit matrix product with bias, residual and snake in its
epilogue; a transposed one of stride s is the same with s * C outputs a position. Every kernel
takes the rows' lengths and leaves alone the tiles that lie past them: causal positions never
look to the right, so what is left there is never read. Nor are tiles made that lie before what
is asked for.
"""

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen.kernels import wide
from narrate.engine.qwen.kernels.launch import block, on, rounded, shared_memory

Tile = tuple[int, int, int, int, int]  # positions and outputs, inputs a round, warps, stages

# (in, out, taps) of each product of the released codec: the fastest of a dozen tiles on an H100. Others take what
# _default_tile says; a card with less shared memory takes them narrower.
TILES: dict[tuple[int, int, int], Tile] = {
    (1024, 1536, 7): (128, 256, 64, 8, 3),
    (1536, 6144, 2): (128, 256, 64, 8, 3),
    (768, 768, 7): (128, 256, 64, 8, 3),
    (768, 768, 1): (128, 128, 64, 4, 3),
    (768, 1920, 2): (128, 256, 64, 8, 3),
    (384, 384, 7): (128, 128, 64, 8, 3),
    (384, 384, 1): (128, 64, 64, 4, 3),
    (384, 768, 2): (128, 128, 64, 8, 3),
    (192, 192, 7): (128, 256, 64, 8, 3),
    (192, 192, 1): (128, 64, 32, 4, 4),
    (192, 288, 2): (128, 64, 32, 4, 4),
    (96, 96, 7): (128, 128, 32, 4, 4),
    (96, 96, 1): (128, 64, 32, 4, 4),
}
LAST_POSITIONS = 64  # a tile of the last convolution
FLOAT16_MAX = 65504.0


@dataclass(frozen=True, slots=True, eq=False)
class Snake:
    """x + inverse_beta * sin(alpha x)^2, channel by channel."""

    alpha: Tensor  # [N] float32
    inverse_beta: Tensor  # [N] float32


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """The frames of each row that are computed: from `first` up to `end`."""

    end: Tensor  # [R] int32: the row's length
    first: Tensor  # [R] int32


@dataclass(frozen=True, slots=True, eq=False)
class Conv:
    """A causal convolution. Transposed, with stride `up`, it has up * C outputs a position (N)."""

    weight: Tensor  # [taps, in, N]
    bias: Tensor  # [N]
    dilation: int = 1
    up: int = 1


@triton.jit
def snake(x, alpha, inverse_beta):
    """Snake in float32. sin^2 has period pi, so its argument is first brought within half of one."""
    turn = x * alpha * 0.3183098861837907  # 1 / pi
    r = (turn - tl.floor(turn + 0.5)) * 3.141592653589793
    s = r * r
    # sin r as its Taylor series up to r^11: 6e-8 off at most
    odd = 1.0 + s * (-1 / 6 + s * (1 / 120 + s * (-1 / 5040 + s * (1 / 362880 - s / 39916800))))
    sine = r * odd
    return x + inverse_beta * sine * sine


@triton.jit
def narrowed(x, like, LIMIT: tl.constexpr):
    """float32 as `like`'s dtype; what float16 cannot hold stays at its limit."""
    if LIMIT > 0:
        x = tl.minimum(tl.maximum(x, -LIMIT), LIMIT)
    return x.to(like.dtype.element_ty)


@triton.jit(do_not_specialize=["positions", "per_frame"])
def _causal_conv(x, weight, bias, residual, alpha, inverse_beta, ends, firsts, out, snaked, positions, per_frame,
                 IN: tl.constexpr, N: tl.constexpr, TAPS: tl.constexpr, DILATION: tl.constexpr,
                 RESIDUAL: tl.constexpr, OUT: tl.constexpr, SNAKED: tl.constexpr, EVEN: tl.constexpr,
                 LIMIT: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr,
                 STAGES: tl.constexpr):  # fmt: skip
    across: tl.constexpr = (N + BN - 1) // BN
    pid = tl.program_id(0)
    row = tl.program_id(1)
    first = pid // across * BM
    held = tl.load(ends + row) * per_frame
    if (first >= held) | (first + BM <= tl.load(firsts + row) * per_frame):
        return
    t = first + tl.arange(0, BM)
    n = pid % across * BN + tl.arange(0, BN)
    c = tl.arange(0, BK)
    base = x + row.to(tl.int64) * positions * IN
    acc = tl.zeros([BM, BN], tl.float32)
    rounds: tl.constexpr = (IN + BK - 1) // BK
    for i in tl.range(0, TAPS * rounds, num_stages=STAGES):
        tap = i // rounds
        channel = i % rounds * BK + c
        at = t - (TAPS - 1 - tap) * DILATION
        here = (at >= 0) & (at < held)
        if EVEN:
            a = tl.load(base + at[:, None] * IN + channel[None, :], mask=here[:, None], other=0.0)
            b = tl.load(weight + (tap * IN + channel)[:, None] * N + n[None, :], mask=n[None, :] < N, other=0.0)
        else:
            a = tl.load(base + at[:, None] * IN + channel[None, :], mask=here[:, None] & (channel[None, :] < IN),
                        other=0.0)  # fmt: skip
            b = tl.load(weight + (tap * IN + channel)[:, None] * N + n[None, :],
                        mask=(n[None, :] < N) & (channel[:, None] < IN), other=0.0)  # fmt: skip
        acc = tl.dot(a, b, acc, input_precision="ieee")
    inside = n < N
    acc = acc + tl.load(bias + n, mask=inside, other=0.0).to(tl.float32)[None, :]
    place = row.to(tl.int64) * positions * N + t[:, None] * N + n[None, :]
    both = (t[:, None] < held) & inside[None, :]
    if RESIDUAL:
        acc = acc + tl.load(residual + place, mask=both, other=0.0).to(tl.float32)
    if OUT:
        tl.store(out + place, narrowed(acc, out, LIMIT), mask=both)
    if SNAKED:
        a = tl.load(alpha + n, mask=inside, other=0.0)[None, :]
        b = tl.load(inverse_beta + n, mask=inside, other=0.0)[None, :]
        tl.store(snaked + place, narrowed(snake(acc, a, b), snaked, LIMIT), mask=both)


def causal_conv(
    x: Tensor,
    conv: Conv,
    span: Span,
    per_frame: int,
    *,
    residual: Tensor | None = None,
    act: Snake | None = None,
    keep: bool = False,
    buffers: tuple[Tensor, Tensor] | None = None,
    tile: Tile | None = None,
) -> tuple[Tensor | None, Tensor | None]:
    """conv(x) (+ residual), if `keep`, and its snake, if `act`: each [R, T * up, N / up].

    x [R, T, in], of which row r holds span.end[r] * per_frame positions. Past them, and in tiles before
    span.first[r] * per_frame, the outputs are left as they come from the allocator. `buffers`: flat tensors
    that the two outputs are put into. The residual may lie in the first of them, since each place is read
    before it is written. x lies in a buffer of its own, with wide.BEYOND values more than it needs.
    """
    rows, positions, channels = x.shape
    taps, _, outputs = conv.weight.shape
    size = (rows, positions, outputs)
    out = _room(x, size, buffers and buffers[0]) if keep else None
    snaked = _room(x, size, buffers and buffers[1]) if act is not None else None
    shape = (rows, positions * conv.up, outputs // conv.up)
    if tile is None and act is not None and snaked is not None and (fast := wide.tile_of(x, conv)):
        wide.wide_conv(x, conv, span, per_frame, fast, act, snaked=snaked, out=out, residual=residual)
        return None if out is None else out.view(shape), snaked.view(shape)
    tile = tile or TILES.get((channels, outputs, taps)) or _default_tile(channels, outputs)
    bm, bn, bk, warps, stages = fitting(tile, x.element_size(), shared_memory(x.device))
    grid = (triton.cdiv(positions, bm) * triton.cdiv(outputs, bn), rows)
    limit = FLOAT16_MAX if x.dtype == torch.float16 else 0.0
    on(_causal_conv, grid)(x, conv.weight, conv.bias, x if residual is None else residual,
                           conv.bias if act is None else act.alpha, conv.bias if act is None else act.inverse_beta,
                           span.end, span.first, x if out is None else out, x if snaked is None else snaked,
                           positions, per_frame, channels, outputs, taps, conv.dilation, residual is not None, keep,
                           act is not None, channels % bk == 0, limit, bm, bn, bk, stages, num_warps=warps)  # fmt: skip
    return None if out is None else out.view(shape), None if snaked is None else snaked.view(shape)


def _room(like: Tensor, size: tuple[int, int, int], buffer: Tensor | None) -> Tensor:
    """A tensor of `size`, the start of `buffer` where there is one."""
    if buffer is None:
        return like.new_empty(size)
    return buffer[: size[0] * size[1] * size[2]].view(size)


def _default_tile(channels: int, outputs: int) -> Tile:
    return 64, min(64, max(16, block(outputs))), min(32, max(16, block(channels))), 4, 2


def fitting(tile: Tile, element_size: int, room: int) -> Tile:
    """`tile`, with fewer outputs where `room` bytes of shared memory (0: no limit) do not hold all its stages.

    Triton keeps one stage fewer there on some cards; the tile should fit either way.
    """
    bm, bn, bk, warps, stages = tile
    while room and bn > 16 and (bm + bn) * bk * stages * element_size > room:
        bn //= 2
    return bm, bn, bk, warps, stages


@triton.jit(do_not_specialize=["positions", "per_frame"])
def _last_conv(x, weight, bias, frames, skip, start, out, positions, per_frame, IN: tl.constexpr,
               BLOCK: tl.constexpr, TAPS: tl.constexpr, BM: tl.constexpr):  # fmt: skip
    row = tl.program_id(1)
    held = tl.load(frames + row) * per_frame
    dropped = tl.load(skip + row) * per_frame
    first = tl.program_id(0) * BM
    if (first >= held) | (first + BM <= dropped):
        return
    t = first + tl.arange(0, BM)
    c = tl.arange(0, BLOCK)
    base = x + row.to(tl.int64) * positions * IN
    acc = tl.zeros([BM], tl.float32)
    for tap in tl.static_range(TAPS):
        at = t - (TAPS - 1 - tap)
        here = (at[:, None] >= 0) & (at[:, None] < held) & (c[None, :] < IN)
        a = tl.load(base + at[:, None] * IN + c[None, :], mask=here, other=0.0).to(tl.float32)
        w = tl.load(weight + tap * IN + c, mask=c < IN, other=0.0).to(tl.float32)
        acc += tl.sum(a * w[None, :], 1)
    # A card's maximum of no number and -1 is -1, so a line that broke is at full scale, which the checks find.
    acc = tl.minimum(tl.maximum(acc + tl.load(bias).to(tl.float32), -1.0), 1.0)
    sample = tl.floor(acc * 32767.0 + 0.5).to(tl.int16)
    tl.store(out + tl.load(start + row) + t - dropped, sample, mask=(t >= dropped) & (t < held))


def last_conv(
    x: Tensor, weight: Tensor, bias: Tensor, frames: Tensor, skip: Tensor, start: Tensor, per_frame: int, out: Tensor
) -> None:
    """The last convolution, to one channel, clamped and as 16-bit samples, packed.

    x [R, T, C]; weight [taps, C]; bias [1]; row r's samples from skip[r] * per_frame to
    frames[r] * per_frame go to out [samples] int16 from start[r] (int64) on.
    """
    rows, positions, channels = x.shape
    grid = (triton.cdiv(positions, LAST_POSITIONS), rows)
    on(_last_conv, grid)(x, weight, bias, frames, skip, start, out, positions, per_frame, channels, block(channels),
                         len(weight), LAST_POSITIONS, num_warps=4)  # fmt: skip


@triton.jit
def _embed_codes(codes, tables, out, GROUPS: tl.constexpr, SIZE: tl.constexpr, WIDTH: tl.constexpr,
                 BLOCK: tl.constexpr):  # fmt: skip
    place = tl.program_id(0).to(tl.int64)
    i = tl.arange(0, BLOCK)
    inside = i < WIDTH
    acc = tl.zeros([BLOCK], tl.float32)
    for group in tl.static_range(GROUPS):
        code = tl.load(codes + place * GROUPS + group)
        acc += tl.load(tables + (group * SIZE + code).to(tl.int64) * WIDTH + i, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + place * WIDTH + i, acc.to(out.dtype.element_ty), mask=inside)


def embed_codes(codes: Tensor, tables: Tensor, out: Tensor) -> None:
    """out [P, C] = the sum over groups g of tables [16, K, C][g, codes [P, 16] int32 [:, g]]."""
    groups, size, width = tables.shape
    on(_embed_codes, (len(codes),))(codes, tables, out, groups, size, width, block(width), num_warps=4)


@triton.jit(do_not_specialize=["positions"])
def _depthwise_norm(x, weight, bias, scale, shift, out, positions, TAPS: tl.constexpr, WIDTH: tl.constexpr,
                    BLOCK: tl.constexpr, EPS: tl.constexpr):  # fmt: skip
    t = tl.program_id(0)
    row = tl.program_id(1).to(tl.int64)
    i = tl.arange(0, BLOCK)
    inside = i < WIDTH
    acc = tl.load(bias + i, mask=inside, other=0.0).to(tl.float32)
    for tap in tl.static_range(TAPS):
        at = t - (TAPS - 1 - tap)
        there = i < tl.where(at >= 0, WIDTH, 0)  # one comparison: the interpreter takes no mask of a scalar and a block
        v = tl.load(x + (row * positions + at) * WIDTH + i, mask=there, other=0.0).to(tl.float32)
        acc += v * tl.load(weight + tap * WIDTH + i, mask=inside, other=0.0).to(tl.float32)
    acc = rounded(acc, out)
    mean = tl.sum(tl.where(inside, acc, 0.0), 0) / WIDTH
    away = tl.where(inside, acc - mean, 0.0)
    normed = away * tl.rsqrt(tl.sum(away * away, 0) / WIDTH + EPS)
    normed = normed * tl.load(scale + i, mask=inside, other=0.0).to(tl.float32)
    normed += tl.load(shift + i, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + (row * positions + t) * WIDTH + i, normed.to(out.dtype.element_ty), mask=inside)


def depthwise_norm(x: Tensor, weight: Tensor, bias: Tensor, scale: Tensor, shift: Tensor, eps: float) -> Tensor:
    """LayerNorm (scale, shift [C]) of a causal depthwise convolution (weight [taps, C], bias [C]) of x [R, T, C]."""
    rows, positions, width = x.shape
    out = x.new_empty(x.shape)
    on(_depthwise_norm, (positions, rows))(x, weight, bias, scale, shift, out, positions, len(weight), width,
                                           block(width), eps, num_warps=4)  # fmt: skip
    return out
