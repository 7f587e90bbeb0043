"""Decode attention: one new position a row, with QK-norm, RoPE and the cache write inside.

One program serves one KV head of one row and loops over the positions that the row holds,
so a short row costs what it holds and a free row nothing. The queries of the group share
each key read; padding them to 16 rows is what the tensor cores ask for.
"""

import math

import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen.cache import Cache
from narrate.engine.qwen.kernels.launch import launch_options, on, rounded, wait_for_inputs

# Positions a block, warps, stages: fastest on an H100 and an H200 at 160 positions a row.
TALKER_TILE = (32, 1, 3)
PREDICTOR_CHUNK = 4  # cached positions read at a time; one warp, as reductions across warps cost more than they save


@triton.jit
def norm_rope(head, weight, cos, sin, like, HD: tl.constexpr, EPS: tl.constexpr):
    """RMSNorm, then rotary embedding of the head vector at `head`; float32 [HD], rounded as `like`."""
    d = tl.arange(0, HD)
    other = (d + HD // 2) % HD
    sign = tl.where(d < HD // 2, -1.0, 1.0)
    a = tl.load(head + d).to(tl.float32)
    b = tl.load(head + other).to(tl.float32)
    scale = tl.rsqrt(tl.sum(a * a, 0) / HD + EPS)
    a = rounded(rounded(a * scale, like) * tl.load(weight + d).to(tl.float32), like)
    b = rounded(rounded(b * scale, like) * tl.load(weight + other).to(tl.float32), like)
    return rounded(rounded(a * cos, like) + rounded(sign * b * sin, like), like)


@triton.jit
def _talker_attention(qkv, q_norm, k_norm, cos, sin, keys, values, places, lengths, active, out, positions,
                      NH: tl.constexpr, KVH: tl.constexpr, HD: tl.constexpr, BLOCK: tl.constexpr,
                      STAGES: tl.constexpr, EPS: tl.constexpr, SCALE: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    GROUP: tl.constexpr = NH // KVH
    pid = tl.program_id(0)
    row = (pid // KVH).to(tl.int64)
    head = pid % KVH
    d = tl.arange(0, HD)
    wait_for_inputs(PDL)
    if tl.load(active + row) == 0:
        return
    n = tl.load(lengths + row)
    c = tl.load(cos + n * HD + d).to(tl.float32)
    s = tl.load(sin + n * HD + d).to(tl.float32)
    heads = qkv + row * (NH + 2 * KVH) * HD
    k = norm_rope(heads + (NH + head) * HD, k_norm, c, s, qkv, HD, EPS)
    v = tl.load(heads + (NH + KVH + head) * HD + d)
    base = (tl.load(places + row) * KVH + head) * positions * HD
    tl.store(keys + base + n * HD + d, k.to(keys.dtype.element_ty))
    tl.store(values + base + n * HD + d, v)
    g = tl.arange(0, 16)
    q = tl.zeros([16, HD], tl.float32)
    for j in tl.static_range(GROUP):
        qj = norm_rope(heads + (head * GROUP + j) * HD, q_norm, c, s, qkv, HD, EPS)
        q = tl.where(g[:, None] == j, qj[None, :], q)
    # The new position is the softmax's first; the loop adds those in the cache.
    top = tl.sum(q * k[None, :], 1) * SCALE
    total = tl.full([16], 1.0, tl.float32)
    acc = tl.zeros([16, HD], tl.float32) + v.to(tl.float32)[None, :]
    q = q.to(qkv.dtype.element_ty)
    for start in tl.range(0, n, BLOCK, num_stages=STAGES):
        t = start + tl.arange(0, BLOCK)
        held = t[:, None] < n
        kt = tl.load(keys + base + t[:, None] * HD + d[None, :], mask=held, other=0.0)
        score = tl.dot(q, tl.trans(kt), input_precision="ieee") * SCALE
        score = tl.where(t[None, :] < n, score, -float("inf"))
        new_top = tl.maximum(top, tl.max(score, 1))
        p = tl.exp2(score - new_top[:, None])
        shrink = tl.exp2(top - new_top)
        vt = tl.load(values + base + t[:, None] * HD + d[None, :], mask=held, other=0.0)
        acc = tl.dot(p.to(vt.dtype), vt, acc * shrink[:, None], input_precision="ieee")
        total = total * shrink + tl.sum(p, 1)
        top = new_top
    place = out + (row * NH + head * GROUP + g[:, None]) * HD + d[None, :]
    tl.store(place, (acc / total[:, None]).to(out.dtype.element_ty), mask=g[:, None] < GROUP)


def talker_attention(
    qkv: Tensor,
    q_norm: Tensor,
    k_norm: Tensor,
    cos: Tensor,
    sin: Tensor,
    cache: Cache,
    places: Tensor,
    lengths: Tensor,
    active: Tensor,
    out: Tensor,
    eps: float,
    tile: tuple[int, int, int] = TALKER_TILE,
) -> None:
    """Attention of one new position a row over lengths + 1 positions; rows that are not active do nothing.

    qkv [B, (NH + 2 KVH) HD]; the cache, in qkv's dtype, is written at `lengths` [B] int32 of the rows' `places` [B]
    int64; active [B] uint8; cos, sin [positions, HD]; out [B, NH HD].
    """
    slots = len(qkv)
    keys, values = cache.keys, cache.values
    _, kv_heads, positions, head_dim = keys.shape
    heads = out.shape[1] // head_dim
    size, warps, stages = tile
    on(_talker_attention, (slots * kv_heads,))(qkv, q_norm, k_norm, cos, sin, keys, values, places, lengths,
                                           active, out, positions, heads, kv_heads, head_dim, size, stages, eps,
                                           softmax_scale(head_dim), num_warps=warps,
                                           **launch_options(qkv.device))  # fmt: skip


def softmax_scale(head_dim: int) -> float:
    """1 / sqrt(head_dim), for a softmax in powers of two."""
    return math.log2(math.e) / math.sqrt(head_dim)


@triton.jit
def attend_chunk(q, kt, vt, held, top, total, acc):
    """A chunk of one query's softmax: kt, vt [CHUNK, HD], of which the `held` ones count; top, total, acc anew."""
    score = tl.where(held, tl.sum(q[None, :] * kt, 1), -float("inf"))
    new_top = tl.maximum(top, tl.max(score, 0))
    p = tl.exp2(score - new_top)
    shrink = tl.exp2(top - new_top)
    return new_top, total * shrink + tl.sum(p, 0), acc * shrink + tl.sum(p[:, None] * vt, 0)


@triton.jit(do_not_specialize=["position"])
def _predictor_attention(qkv, q_norm, k_norm, cos, sin, keys, values, out, position,
                         NH: tl.constexpr, KVH: tl.constexpr, HD: tl.constexpr, POSITIONS: tl.constexpr,
                         CHUNK: tl.constexpr, EPS: tl.constexpr, SCALE: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    GROUP: tl.constexpr = NH // KVH
    PAIRS: tl.constexpr = (GROUP + 1) // 2
    pid = tl.program_id(0)
    row = (pid // (KVH * PAIRS)).to(tl.int64)
    head = pid // PAIRS % KVH
    first = head * GROUP + 2 * (pid % PAIRS)
    second = tl.minimum(first + 1, head * GROUP + GROUP - 1)  # of an odd group the last one twice
    d = tl.arange(0, HD)
    c = tl.load(cos + position * HD + d).to(tl.float32)
    s = tl.load(sin + position * HD + d).to(tl.float32)
    wait_for_inputs(PDL)
    heads = qkv + row * (NH + 2 * KVH) * HD
    k = norm_rope(heads + (NH + head) * HD, k_norm, c, s, qkv, HD, EPS)
    v = tl.load(heads + (NH + KVH + head) * HD + d)
    base = (row * KVH + head) * POSITIONS * HD
    tl.store(keys + base + position * HD + d, k.to(keys.dtype.element_ty))
    tl.store(values + base + position * HD + d, v)
    q0 = norm_rope(heads + first * HD, q_norm, c, s, qkv, HD, EPS) * SCALE
    q1 = norm_rope(heads + second * HD, q_norm, c, s, qkv, HD, EPS) * SCALE
    top0, top1 = tl.sum(q0 * k, 0), tl.sum(q1 * k, 0)
    total0, total1 = 1.0, 1.0
    acc0, acc1 = v.to(tl.float32), v.to(tl.float32)
    for start in tl.range(0, position, CHUNK):
        t = start + tl.arange(0, CHUNK)
        held = t < position
        kt = tl.load(keys + base + t[:, None] * HD + d[None, :], mask=held[:, None], other=0.0).to(tl.float32)
        vt = tl.load(values + base + t[:, None] * HD + d[None, :], mask=held[:, None], other=0.0).to(tl.float32)
        top0, total0, acc0 = attend_chunk(q0, kt, vt, held, top0, total0, acc0)
        top1, total1, acc1 = attend_chunk(q1, kt, vt, held, top1, total1, acc1)
    place = out + row * NH * HD + d
    tl.store(place + first * HD, (acc0 / total0).to(out.dtype.element_ty))
    tl.store(place + second * HD, (acc1 / total1).to(out.dtype.element_ty))


def predictor_attention(
    qkv: Tensor,
    q_norm: Tensor,
    k_norm: Tensor,
    cos: Tensor,
    sin: Tensor,
    keys: Tensor,
    values: Tensor,
    out: Tensor,
    position: int,
    eps: float,
) -> None:
    """Attention of every row's new position `position` >= 1 over it and those before.

    qkv [B, (NH + 2 KVH) HD]; keys, values [B', KVH, 16, HD] with B' >= B, written at `position`;
    cos, sin [16, HD]; out [B, NH HD].
    """
    _, kv_heads, positions, head_dim = keys.shape
    heads = out.shape[1] // head_dim
    programs = len(qkv) * kv_heads * triton.cdiv(heads // kv_heads, 2)  # two queries share what they read
    on(_predictor_attention, (programs,))(qkv, q_norm, k_norm, cos, sin, keys, values, out, position, heads, kv_heads,
                                   head_dim, positions, PREDICTOR_CHUNK, eps, softmax_scale(head_dim), num_warps=1,
                                   **launch_options(qkv.device))  # fmt: skip


@triton.jit(do_not_specialize=["slots"])
def _pair_attention(qkv, q_norm, k_norm, cos, sin, keys, values, out, slots, NH: tl.constexpr, KVH: tl.constexpr,
                    HD: tl.constexpr, POSITIONS: tl.constexpr, EPS: tl.constexpr, SCALE: tl.constexpr,
                    PDL: tl.constexpr):  # fmt: skip
    GROUP: tl.constexpr = NH // KVH
    pid = tl.program_id(0)
    row = (pid // KVH).to(tl.int64)
    head = pid % KVH
    d = tl.arange(0, HD)
    c0 = tl.load(cos + d).to(tl.float32)
    s0 = tl.load(sin + d).to(tl.float32)
    c1 = tl.load(cos + HD + d).to(tl.float32)
    s1 = tl.load(sin + HD + d).to(tl.float32)
    wait_for_inputs(PDL)
    first = qkv + row * (NH + 2 * KVH) * HD
    second = first + slots.to(tl.int64) * (NH + 2 * KVH) * HD
    k0 = norm_rope(first + (NH + head) * HD, k_norm, c0, s0, qkv, HD, EPS)
    k1 = norm_rope(second + (NH + head) * HD, k_norm, c1, s1, qkv, HD, EPS)
    v0 = tl.load(first + (NH + KVH + head) * HD + d)
    v1 = tl.load(second + (NH + KVH + head) * HD + d)
    place = (row * KVH + head) * POSITIONS * HD + d
    tl.store(keys + place, k0.to(keys.dtype.element_ty))
    tl.store(keys + place + HD, k1.to(keys.dtype.element_ty))
    tl.store(values + place, v0)
    tl.store(values + place + HD, v1)
    for j in tl.static_range(GROUP):
        tl.store(out + (row * NH + head * GROUP + j) * HD + d, v0)  # position 0 sees itself alone
        q = norm_rope(second + (head * GROUP + j) * HD, q_norm, c1, s1, qkv, HD, EPS)
        a = tl.sum(q * k0, 0) * SCALE
        b = tl.sum(q * k1, 0) * SCALE
        top = tl.maximum(a, b)
        a = tl.exp2(a - top)
        b = tl.exp2(b - top)
        mixed = (a * v0.to(tl.float32) + b * v1.to(tl.float32)) / (a + b)
        tl.store(out + ((slots + row) * NH + head * GROUP + j) * HD + d, mixed.to(out.dtype.element_ty))


def pair_attention(
    qkv: Tensor,
    q_norm: Tensor,
    k_norm: Tensor,
    cos: Tensor,
    sin: Tensor,
    keys: Tensor,
    values: Tensor,
    out: Tensor,
    eps: float,
) -> None:
    """The predictor's first pass: positions 0 and 1 of every row at once.

    qkv [2 B, (NH + 2 KVH) HD] and out [2 B, NH HD] hold the rows' position 0, then their position 1;
    keys, values as in `predictor_attention`.
    """
    slots = len(qkv) // 2
    _, kv_heads, positions, head_dim = keys.shape
    heads = out.shape[1] // head_dim
    on(_pair_attention, (slots * kv_heads,))(qkv, q_norm, k_norm, cos, sin, keys, values, out, slots, heads, kv_heads,
                                             head_dim, positions, eps, softmax_scale(head_dim), num_warps=1,
                                             **launch_options(qkv.device))  # fmt: skip
