"""Decode attention over a cache of 8 bits: half of what the widest kernel reads.

Numbers stay whole as long as they can. Each of q's is one of 15 bits, in a high and a low part of 8, so that products
with the keys are exact; the keys' scales go onto the scores, the values' onto the weights, and nothing of the cache is
multiplied by a scale. Values become float16, which holds them exactly, by their bits: two neighbours are read as one
number of 16 bits, which is as narrow as a tensor core can transpose, and are told apart behind it.
"""

import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen.cache import Cache
from narrate.engine.qwen.kernels.attention import norm_rope, softmax_scale
from narrate.engine.qwen.kernels.launch import capability, launch_options, on, wait_for_inputs

TILE = (32, 1, 3)  # positions a block, warps, stages
QUERIES = tl.constexpr(8)  # heads that may share a key, and so half the rows of a product
LOW = tl.constexpr(128)  # low parts in a high one


@triton.jit
def whole(x):
    """x, under 2^22, rounded to a whole number, half to even."""
    return (x + 12582912.0) - 12582912.0


@triton.jit
def quantised(x):
    """x [HD] as whole numbers from -127 to 127, in float32, and their scale; as `cache.quantised`."""
    most = tl.max(tl.abs(x), 0)
    inverse = tl.where(most > 0, tl.div_rn(127.0, most), 0.0)
    return whole(x * inverse), tl.div_rn(most, 127.0)


@triton.jit
def told_apart(pairs, ASSEMBLY: tl.constexpr):
    """The lower and the upper of the two int8 in each of `pairs`, int16, as float16."""
    # With its sign turned over, an int8 is the last 8 bits of the float16 that is 1,152 more than it.
    if ASSEMBLY:
        lower = tl.inline_asm_elementwise(
            """{ .reg .b32 a, m;
            mov.b32 m, 0x64806480;
            lop3.b32 a, $1, 0x00ff00ff, m, 0x6a;
            sub.f16x2 $0, a, m; }""",
            "=r,r", [pairs], dtype=tl.float16, is_pure=True, pack=2)  # fmt: skip
        upper = tl.inline_asm_elementwise(
            """{ .reg .b32 a, m;
            mov.b32 m, 0x64806480;
            shr.u32 a, $1, 8;
            lop3.b32 a, a, 0x00ff00ff, m, 0x6a;
            sub.f16x2 $0, a, m; }""",
            "=r,r", [pairs], dtype=tl.float16, is_pure=True, pack=2)  # fmt: skip
    else:
        lower = ((pairs & 0xFF) ^ 0x6480).to(tl.float16, bitcast=True) - 1152.0
        upper = (((pairs >> 8) & 0xFF) ^ 0x6480).to(tl.float16, bitcast=True) - 1152.0
    return lower, upper


@triton.jit
def new_position(heads, head, k_norm, c, s, keys, values, key_scales, value_scales, at, NH: tl.constexpr,
                 KVH: tl.constexpr, HD: tl.constexpr, EPS: tl.constexpr):  # fmt: skip
    """K and V of KV head `head` of a row's qkv, `heads`: normed, rotated and stored as number `at` of the cache.

    Returns each as whole numbers [HD] in float32, and their scales.
    """
    d = tl.arange(0, HD)
    k, k_scale = quantised(norm_rope(heads + (NH + head) * HD, k_norm, c, s, heads, HD, EPS))
    v, v_scale = quantised(tl.load(heads + (NH + KVH + head) * HD + d).to(tl.float32))
    tl.store(keys + at * HD + d, k.to(tl.int8))
    tl.store(values + at * HD + d, v.to(tl.int8))
    tl.store(key_scales + at, k_scale)
    tl.store(value_scales + at, v_scale)
    return k, k_scale, v, v_scale


@triton.jit
def queries(heads, head, q_norm, c, s, k, GROUP: tl.constexpr, HD: tl.constexpr, EPS: tl.constexpr):
    """The queries of KV head `head` as whole numbers [2 QUERIES, HD], high parts before low ones, and what one of
    each query counts [QUERIES]; and the queries times k [HD], float32."""
    part = tl.arange(0, 2 * QUERIES)[:, None]
    g = tl.arange(0, QUERIES)
    q = tl.zeros([2 * QUERIES, HD], tl.int8)
    unit = tl.zeros([QUERIES], tl.float32)
    own = tl.zeros([QUERIES], tl.float32)
    for j in tl.static_range(GROUP):
        x = norm_rope(heads + (head * GROUP + j) * HD, q_norm, c, s, heads, HD, EPS)
        most = tl.max(tl.abs(x), 0)
        own = tl.where(g == j, tl.sum(x * k, 0), own)
        unit = tl.where(g == j, most * (1 / (127 * LOW)), unit)
        x *= tl.where(most > 0, tl.div_rn(127.0 * LOW, most), 0.0)
        high = whole(x * (1 / LOW))
        q = tl.where(part == j, high.to(tl.int8)[None, :], q)
        q = tl.where(part == QUERIES + j, whole(x - high * LOW).to(tl.int8)[None, :], q)
    return q, unit, own


@triton.jit
def weighed(score, v_scales, top, total, unit, BLOCK: tl.constexpr):
    """A block of the softmax: score [QUERIES, BLOCK], what came before it in top, total and unit.

    Returns the values' weights as float16 [2 QUERIES, BLOCK], rounded, and below that what is left; what the sums of
    before shrink by; and top, total and unit anew. Sums are in units of the largest scale of a value so far.
    """
    new_top = tl.maximum(top, tl.max(score, 1))
    new_unit = tl.maximum(unit, tl.max(v_scales, 0))
    inverse = tl.where(new_unit > 0, 1.0 / new_unit, 0.0)
    p = tl.exp2(score - new_top[:, None])
    shrink = tl.exp2(top - new_top)
    total = total * shrink + tl.sum(p, 1)
    p *= (v_scales * inverse)[None, :]
    coarse = p.to(tl.float16)
    fine = (p - coarse.to(tl.float32)).to(tl.float16)
    weights = tl.reshape(tl.permute(tl.join(coarse, fine), [2, 0, 1]), [2 * QUERIES, BLOCK])
    shrink *= unit * inverse
    shrink = tl.reshape(tl.permute(tl.join(shrink, shrink), [1, 0]), [2 * QUERIES, 1])
    return weights, shrink, new_top, total, new_unit


@triton.jit
def store_share(sums, share, place, within, HALF: tl.constexpr):
    """Both parts of `sums` [2 QUERIES, HALF] together, times `share` [QUERIES], to `place`."""
    both = tl.sum(tl.reshape(sums, [2, QUERIES, HALF]), 0) * share[:, None]
    tl.store(place, both.to(place.dtype.element_ty), mask=within)


@triton.jit
def _int8_attention(qkv, q_norm, k_norm, cos, sin, keys, values, key_scales, value_scales, places, lengths, active,
                    out, positions, NH: tl.constexpr, KVH: tl.constexpr, HD: tl.constexpr, BLOCK: tl.constexpr,
                    STAGES: tl.constexpr, EPS: tl.constexpr, SCALE: tl.constexpr, ASSEMBLY: tl.constexpr,
                    PDL: tl.constexpr):  # fmt: skip
    GROUP: tl.constexpr = NH // KVH
    HALF: tl.constexpr = HD // 2
    CORE: tl.constexpr = tl.int8 if HD >= 32 else tl.float16  # a tensor core takes 32 of int8 at once
    row = (tl.program_id(0) // KVH).to(tl.int64)
    head = tl.program_id(0) % KVH
    d = tl.arange(0, HD)
    i = tl.arange(0, HALF)[None, :]
    wait_for_inputs(PDL)
    if tl.load(active + row) == 0:
        return
    n = tl.load(lengths + row)
    line = (tl.load(places + row) * KVH + head) * positions
    c = tl.load(cos + n * HD + d).to(tl.float32)
    s = tl.load(sin + n * HD + d).to(tl.float32)
    heads = qkv + row * (NH + 2 * KVH) * HD
    # The new position is the softmax's first; the loop adds those in the cache.
    k, k_scale, v, unit = new_position(heads, head, k_norm, c, s, keys, values, key_scales, value_scales, line + n,
                                       NH, KVH, HD, EPS)  # fmt: skip
    q, q_unit, own = queries(heads, head, q_norm, c, s, k, GROUP, HD, EPS)
    q_unit = q_unit[:, None] * SCALE
    top = own * (k_scale * SCALE)
    total = tl.full([QUERIES], 1.0, tl.float32)
    coarse = (tl.arange(0, 2 * QUERIES) < QUERIES).to(tl.float32)[:, None]
    low, up = tl.split(tl.reshape(v, [HALF, 2]))
    low_sum, up_sum = coarse * low[None, :], coarse * up[None, :]
    keys += line * HD
    key_scales += line
    value_scales += line
    pairs = values.to(tl.pointer_type(tl.int16), bitcast=True) + line * HALF
    for start in tl.range(0, n, BLOCK, num_stages=STAGES):
        t = start + tl.arange(0, BLOCK)
        held = t < n
        kt = tl.load(keys + t[:, None] * HD + d[None, :], mask=held[:, None], other=0)
        k_scales = tl.load(key_scales + t, mask=held, other=0.0)[None, :]
        v_scales = tl.load(value_scales + t, mask=held, other=0.0)
        products = tl.reshape(tl.dot(q.to(CORE), tl.trans(kt.to(CORE))), [2, QUERIES, BLOCK])
        high, rest = tl.split(tl.permute(products, [1, 2, 0]))
        score = tl.where(held[None, :], (high * LOW + rest).to(tl.float32) * k_scales * q_unit, -float("inf"))
        weights, shrink, top, total, unit = weighed(score, v_scales, top, total, unit, BLOCK)
        pair = tl.load(pairs + t[:, None] * HALF + i, mask=held[:, None], other=0)
        lower, upper = told_apart(pair, ASSEMBLY)
        low_sum = tl.dot(weights, lower, low_sum * shrink)
        up_sum = tl.dot(weights, upper, up_sum * shrink)
    g = tl.arange(0, QUERIES)[:, None]
    place = out + (row * NH + head * GROUP + g) * HD + 2 * i
    store_share(low_sum, unit / total, place, g < GROUP, HALF)
    store_share(up_sum, unit / total, place + 1, g < GROUP, HALF)


def int8_attention(
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
    tile: tuple[int, int, int] = TILE,
) -> None:
    """As `talker_attention`, over a cache of 8 bits; at most 8 heads share a key."""
    _, kv_heads, positions, head_dim = cache.keys.shape
    size, warps, stages = tile
    on(_int8_attention, (len(qkv) * kv_heads,))(
        qkv, q_norm, k_norm, cos, sin, cache.keys, cache.values, cache.key_scales, cache.value_scales, places, lengths,
        active, out, positions, out.shape[1] // head_dim, kv_heads, head_dim, size, stages, eps,
        softmax_scale(head_dim), capability(qkv.device) > (0, 0), num_warps=warps,
        **launch_options(qkv.device))  # fmt: skip
