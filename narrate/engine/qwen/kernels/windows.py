"""Attention over a window of positions, of rows side by side: the codec's transformer."""

import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen.kernels.attention import softmax_scale
from narrate.engine.qwen.kernels.launch import block, on

QUERIES = 32  # positions a program; also the keys it reads at a time


@triton.jit
def turned(x, place, cos, sin, at, there, HD: tl.constexpr, BLOCK: tl.constexpr, like):
    """Rows of x at `place` + [0, HD), rotated by their positions, in the dtype of `like`."""
    d = tl.arange(0, BLOCK)
    inside = there[:, None] & (d < HD)[None, :]
    other = (d + HD // 2) % HD
    angle = at[:, None] * HD + d[None, :]
    c = tl.load(cos + angle, mask=inside, other=0.0).to(tl.float32)
    s = tl.load(sin + angle, mask=inside, other=0.0).to(tl.float32)
    own = tl.load(x + place[:, None] + d[None, :], mask=inside, other=0.0).to(tl.float32)
    far = tl.load(x + place[:, None] + other[None, :], mask=inside, other=0.0).to(tl.float32)
    far = tl.where((d < HD // 2)[None, :], -far, far)
    return (own * c + far * s).to(like.dtype.element_ty)


@triton.jit(do_not_specialize=["length"])
def _window_attention(qkv, cos, sin, out, length, NH: tl.constexpr, KVH: tl.constexpr, HD: tl.constexpr,
                      BLOCK: tl.constexpr, WINDOW: tl.constexpr, QUERIES: tl.constexpr,
                      SCALE: tl.constexpr):  # fmt: skip
    first = tl.program_id(0) * QUERIES
    head = tl.program_id(1)
    row = tl.program_id(2).to(tl.int64)
    WIDTH: tl.constexpr = (NH + 2 * KVH) * HD
    base = qkv + row * length * WIDTH
    i = first + tl.arange(0, QUERIES)
    asks = i < length
    q = turned(base + head * HD, i * WIDTH, cos, sin, i, asks, HD, BLOCK, qkv)
    keys = base + (NH + head // (NH // KVH)) * HD
    d = tl.arange(0, BLOCK)
    top = tl.full([QUERIES], -float("inf"), tl.float32)
    total = tl.zeros([QUERIES], tl.float32)
    acc = tl.zeros([QUERIES, BLOCK], tl.float32)
    start = tl.maximum(first - WINDOW + 1, 0) // QUERIES * QUERIES
    for then in tl.range(start, tl.minimum(first + QUERIES, length), QUERIES):
        t = then + tl.arange(0, QUERIES)
        held = t < length
        k = turned(keys, t * WIDTH, cos, sin, t, held, HD, BLOCK, qkv)
        score = tl.dot(q, tl.trans(k), input_precision="ieee") * SCALE
        back = i[:, None] - t[None, :]
        score = tl.where((back >= 0) & (back < WINDOW), score, -float("inf"))
        new_top = tl.maximum(top, tl.max(score, 1))
        seen = tl.where(new_top == -float("inf"), 0.0, new_top)  # a block may lie before the whole window
        p = tl.exp2(score - seen[:, None])
        shrink = tl.exp2(top - seen)
        v = tl.load(
            keys + KVH * HD + (t * WIDTH)[:, None] + d[None, :], mask=held[:, None] & (d < HD)[None, :], other=0.0
        )
        acc = tl.dot(p.to(v.dtype), v, acc * shrink[:, None], input_precision="ieee")
        total = total * shrink + tl.sum(p, 1)
        top = new_top
    place = (row * length + i[:, None]) * (NH * HD) + head * HD + d[None, :]
    tl.store(out + place, (acc / total[:, None]).to(out.dtype.element_ty), mask=asks[:, None] & (d < HD)[None, :])


def window_attention(qkv: Tensor, cos: Tensor, sin: Tensor, heads: int, kv_heads: int, window: int) -> Tensor:
    """Causal attention [R, T, NH HD] in which each position sees itself and `window` - 1 before.

    qkv [R, T, (NH + 2 KVH) HD], not rotated yet; cos, sin [T or more, HD].
    """
    rows, length, width = qkv.shape
    head_dim = width // (heads + 2 * kv_heads)
    out = qkv.new_empty(rows, length, heads * head_dim)
    on(_window_attention, (triton.cdiv(length, QUERIES), heads, rows))(
        qkv, cos, sin, out, length, heads, kv_heads, head_dim, max(16, block(head_dim)), window, QUERIES,
        softmax_scale(head_dim), num_warps=2)  # fmt: skip
    return out
