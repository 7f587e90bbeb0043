"""Prefill kernels over packed prompts: tokens of all lines one after the other, none of them padding.

K and V go straight into the rows' places of the cache, and attention reads them there.
"""

import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen.cache import Cache
from narrate.engine.qwen.kernels.attention import norm_rope, softmax_scale
from narrate.engine.qwen.kernels.int8 import quantised
from narrate.engine.qwen.kernels.launch import launch_options, on, wait_for_inputs

QUERIES = 64  # query positions a program; also the keys it reads at a time


@triton.jit
def _write_cache(qkv, q_norm, k_norm, cos, sin, rows, positions, q, keys, values, key_scales, value_scales, places,
                 capacity, NH: tl.constexpr, KVH: tl.constexpr, HD: tl.constexpr, EPS: tl.constexpr, INT8: tl.constexpr,
                 PDL: tl.constexpr):  # fmt: skip
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
    v = tl.load(heads + (NH + KVH + head) * HD + d)
    here = (tl.load(places + row) * KVH + head) * capacity + at
    if INT8:
        k, k_scale = quantised(k)
        v, v_scale = quantised(v.to(tl.float32))
        tl.store(key_scales + here, k_scale)
        tl.store(value_scales + here, v_scale)
    tl.store(keys + here * HD + d, k.to(keys.dtype.element_ty))
    tl.store(values + here * HD + d, v.to(values.dtype.element_ty))
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
    cache: Cache,
    places: Tensor,
    eps: float,
) -> None:
    """QK-norm and RoPE of N packed tokens: q [N, NH HD] out, K and V to `positions` of the rows' places in the cache.

    qkv [N, (NH + 2 KVH) HD]; rows, positions [N] int64, a token of row -1 is skipped; places [B] int64.
    """
    _, kv_heads, capacity, head_dim = cache.keys.shape
    on(_write_cache, (len(qkv) * kv_heads,))(qkv, q_norm, k_norm, cos, sin, rows, positions, q, cache.keys,
                                             cache.values, cache.key_scales, cache.value_scales, places, capacity,
                                             q.shape[1] // head_dim, kv_heads, head_dim, eps, cache.int8, num_warps=1,
                                             **launch_options(qkv.device))  # fmt: skip


@triton.jit
def _prompt_attention(q, keys, values, key_scales, value_scales, places, tiles, out, capacity, NH: tl.constexpr,
                      KVH: tl.constexpr, HD: tl.constexpr, QUERIES: tl.constexpr, SCALE: tl.constexpr,
                      INT8: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    tile = tiles + tl.program_id(0) * 4
    head = tl.program_id(1)
    token = tl.load(tile)
    row = tl.load(tile + 1)
    start = tl.load(tile + 2)
    length = tl.load(tile + 3)
    wait_for_inputs(PDL)
    d = tl.arange(0, HD)
    i = start + tl.arange(0, QUERIES)
    at = ((token + tl.arange(0, QUERIES)[:, None]) * NH + head) * HD + d[None, :]
    qt = tl.load(q + at, mask=i[:, None] < length, other=0.0)
    line = (tl.load(places + row) * KVH + head // (NH // KVH)) * capacity
    keys += line * HD
    values += line * HD
    top = tl.full([QUERIES], -float("inf"), tl.float32)
    total = tl.zeros([QUERIES], tl.float32)
    acc = tl.zeros([QUERIES, HD], tl.float32)
    for first in tl.range(0, tl.minimum(start + QUERIES, length), QUERIES):
        t = first + tl.arange(0, QUERIES)
        held = t < length
        kt = tl.load(keys + t[:, None] * HD + d[None, :], mask=held[:, None], other=0).to(qt.dtype)
        score = tl.dot(qt, tl.trans(kt), input_precision="ieee") * SCALE
        if INT8:
            score *= tl.load(key_scales + line + t, mask=held, other=0.0)[None, :]
        score = tl.where(t[None, :] <= i[:, None], score, -float("inf"))
        new_top = tl.maximum(top, tl.max(score, 1))
        p = tl.exp2(score - new_top[:, None])
        shrink = tl.exp2(top - new_top)
        total = total * shrink + tl.sum(p, 1)
        if INT8:
            p *= tl.load(value_scales + line + t, mask=held, other=0.0)[None, :]
        vt = tl.load(values + t[:, None] * HD + d[None, :], mask=held[:, None], other=0).to(qt.dtype)
        acc = tl.dot(p.to(vt.dtype), vt, acc * shrink[:, None], input_precision="ieee")
        top = new_top
    tl.store(out + at, (acc / total[:, None]).to(out.dtype.element_ty), mask=i[:, None] < length)


def prompt_attention(q: Tensor, cache: Cache, places: Tensor, tiles: Tensor, out: Tensor) -> None:
    """Causal attention of packed prompts over their rows' places in the cache: what the steps will read.

    q, out [N, NH HD]; places [B] int64; tiles [M, 4] int64, one for each QUERIES positions of a prompt: first token,
    row, first position, the prompt's length; one of length 0 does nothing.
    """
    _, kv_heads, capacity, head_dim = cache.keys.shape
    heads = q.shape[1] // head_dim
    on(_prompt_attention, (len(tiles), heads))(q, cache.keys, cache.values, cache.key_scales, cache.value_scales,
                                               places, tiles, out, capacity, heads, kv_heads, head_dim, QUERIES,
                                               softmax_scale(head_dim), cache.int8, num_warps=4,
                                               **launch_options(q.device))  # fmt: skip
