"""Prefill kernels over packed prompts: tokens of all lines one after the other, none of them padding.

K and V go straight into the slots' rows of the cache, and attention reads them there.
"""

import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen.kernels.attention import norm_rope, softmax_scale
from narrate.engine.qwen.kernels.launch import launch_options, on, wait_for_inputs

QUERIES = 64  # query positions a program; also the keys it reads at a time


@triton.jit
def _write_cache(qkv, q_norm, k_norm, cos, sin, rows, positions, q, keys, values, capacity, NH: tl.constexpr,
                 KVH: tl.constexpr, HD: tl.constexpr, EPS: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    GROUP: tl.constexpr = NH // KVH
    pid = tl.program_id(0)
    token = (pid // KVH).to(tl.int64)
    head = pid % KVH
    d = tl.arange(0, HD)
    row = tl.load(rows + token)
    at = tl.load(positions + token)
    c = tl.load(cos + at * HD + d).to(tl.float32)
    s = tl.load(sin + at * HD + d).to(tl.float32)
    wait_for_inputs(PDL)
    if row < 0:
        return
    heads = qkv + token * (NH + 2 * KVH) * HD
    k = norm_rope(heads + (NH + head) * HD, k_norm, c, s, qkv, HD, EPS)
    place = ((row * KVH + head) * capacity + at) * HD + d
    tl.store(keys + place, k.to(keys.dtype.element_ty))
    tl.store(values + place, tl.load(heads + (NH + KVH + head) * HD + d))
    for j in tl.static_range(GROUP):
        rotated = norm_rope(heads + (head * GROUP + j) * HD, q_norm, c, s, qkv, HD, EPS)
        tl.store(q + (token * NH + head * GROUP + j) * HD + d, rotated.to(q.dtype.element_ty))


def write_cache(
    qkv: Tensor,
    q_norm: Tensor,
    k_norm: Tensor,
    cos: Tensor,
    sin: Tensor,
    rows: Tensor,
    positions: Tensor,
    q: Tensor,
    keys: Tensor,
    values: Tensor,
    eps: float,
) -> None:
    """QK-norm and RoPE of N packed tokens: q [N, NH HD] out, K and V to (rows, positions) of the cache.

    qkv [N, (NH + 2 KVH) HD]; rows, positions [N] int64, a token of row -1 is skipped; keys, values [B, KVH, S, HD].
    """
    _, kv_heads, capacity, head_dim = keys.shape
    on(_write_cache, (len(qkv) * kv_heads,))(qkv, q_norm, k_norm, cos, sin, rows, positions, q, keys, values, capacity,
                                             q.shape[1] // head_dim, kv_heads, head_dim, eps, num_warps=1,
                                             **launch_options(qkv.device))  # fmt: skip


@triton.jit
def _prompt_attention(q, keys, values, tiles, out, capacity, NH: tl.constexpr, KVH: tl.constexpr, HD: tl.constexpr,
                      QUERIES: tl.constexpr, SCALE: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    tile = tiles + tl.program_id(0) * 4
    head = tl.program_id(1)
    token = tl.load(tile)
    row = tl.load(tile + 1)
    start = tl.load(tile + 2)
    length = tl.load(tile + 3)
    wait_for_inputs(PDL)
    d = tl.arange(0, HD)
    i = start + tl.arange(0, QUERIES)
    place = ((token + tl.arange(0, QUERIES)[:, None]) * NH + head) * HD + d[None, :]
    qt = tl.load(q + place, mask=i[:, None] < length, other=0.0)
    base = (row * KVH + head // (NH // KVH)) * capacity * HD
    top = tl.full([QUERIES], -float("inf"), tl.float32)
    total = tl.zeros([QUERIES], tl.float32)
    acc = tl.zeros([QUERIES, HD], tl.float32)
    for first in tl.range(0, tl.minimum(start + QUERIES, length), QUERIES):
        t = first + tl.arange(0, QUERIES)
        held = t[:, None] < length
        kt = tl.load(keys + base + t[:, None] * HD + d[None, :], mask=held, other=0.0)
        score = tl.dot(qt, tl.trans(kt), input_precision="ieee") * SCALE
        score = tl.where(t[None, :] <= i[:, None], score, -float("inf"))
        new_top = tl.maximum(top, tl.max(score, 1))
        p = tl.exp2(score - new_top[:, None])
        shrink = tl.exp2(top - new_top)
        vt = tl.load(values + base + t[:, None] * HD + d[None, :], mask=held, other=0.0)
        acc = tl.dot(p.to(vt.dtype), vt, acc * shrink[:, None], input_precision="ieee")
        total = total * shrink + tl.sum(p, 1)
        top = new_top
    tl.store(out + place, (acc / total[:, None]).to(out.dtype.element_ty), mask=i[:, None] < length)


def prompt_attention(q: Tensor, keys: Tensor, values: Tensor, tiles: Tensor, out: Tensor) -> None:
    """Causal attention of packed prompts over their own rows of the cache.

    q, out [N, NH HD]; keys, values [B, KVH, S, HD]; tiles [M, 4] int64, one for each QUERIES
    positions of a prompt: first token, row, first position, the prompt's length; one of length 0 does nothing.
    """
    _, kv_heads, capacity, head_dim = keys.shape
    heads = q.shape[1] // head_dim
    on(_prompt_attention, (len(tiles), heads))(q, keys, values, tiles, out, capacity, heads, kv_heads, head_dim,
                                               QUERIES, softmax_scale(head_dim), num_warps=4,
                                               **launch_options(q.device))  # fmt: skip
