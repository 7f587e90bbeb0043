"""The codec's wide convolutions for compute capability 9, in Gluon: each input is read once for all taps.

A tile of outputs takes every `dilation`-th position of a row, so that taps are neighbours whatever the dilation.
Its inputs lie in shared memory by their position modulo an eighth of the tile: one tap is then eight rows of memory
further on, which is as finely as a product's operand can be placed. What lies before a row is brought as zeros.
One warp brings inputs and weights, the others multiply. A residual unit's second convolution takes the first
one's results from registers.
"""

from triton.experimental import gluon
from triton.experimental.gluon import language as gl
from triton.experimental.gluon.language.nvidia.hopper import (
    fence_async_shared,
    mbarrier,
    tma,
    warpgroup_mma,
    warpgroup_mma_wait,
)

from narrate.engine.qwen.kernels.tiling import fragment, spread, tiling

REGISTERS = gl.constexpr(240)  # of each thread of two consumers: what a multiprocessor has, but for the one that brings
FETCHING_REGISTERS = gl.constexpr(24)


@gluon.jit
def _snake(x, alpha, inverse_beta):
    """x + inverse_beta sin(alpha x)^2, by the card's cosine of twice the angle: 5e-7 off, and as much as the angle."""
    cosine = gl.inline_asm_elementwise(
        "cos.approx.f32 $0, $1;", "=f,f", [x * (2.0 * alpha)], dtype=gl.float32, is_pure=True, pack=1
    )
    half = 0.5 * inverse_beta
    return x + (half - half * cosine)


@gluon.jit
def _narrowed(x):
    """float32 as float16; what that cannot hold stays at its limit."""
    return gl.inline_asm_elementwise(
        "cvt.rn.satfinite.f16x2.f32 $0, $2, $1;", "=r,f,f", [x], dtype=gl.float16, is_pure=True, pack=2
    )


@gluon.jit
def _place(job, tiles, ends, firsts, per_frame, T: gl.constexpr):
    """A job's row, first position and first output, its tile, and whether anything of it is asked for."""
    column = job % T.value.across * T.value.columns
    job = job // T.value.across
    row = job // (tiles * T.value.dilation)
    left = job % (tiles * T.value.dilation)
    residue = left % T.value.dilation
    tile = left // T.value.dilation
    first = residue + T.value.dilation * T.value.positions * tile
    beyond = first + T.value.dilation * T.value.positions
    asked = (first < gl.load(ends + row) * per_frame) & (beyond > gl.load(firsts + row) * per_frame)
    return row, residue, tile, first, column, asked


@gluon.jit
def _fetch(sources, narrow, where, heard, weighed, joined, T: gl.constexpr):
    """Inputs and weights of every job into shared memory; the consumers, who take turns, have their inputs apart."""
    x, halo, w1, w2 = sources
    ends, firsts, jobs, tiles, per_frame, _ = where
    a, a_full, a_free = heard
    b1, b2, b_full, b_free = weighed
    c, c_full = joined
    if T.value.fused:
        mbarrier.expect(c_full, 2 * T.value.channels * T.value.channels)
        for i in gl.static_range(2):
            for j in gl.static_range(2):
                place = [i * T.value.wide, j * T.value.wide]
                tma.async_copy_global_to_shared(narrow[2 * i + j], place, c_full, c[2 * i + j])
    weights = 0
    inputs = 0
    others = 0
    consumer = 0
    for job in range(gl.program_id(0), jobs, gl.num_programs(0)):
        row, residue, tile, _, column, asked = _place(job, tiles, ends, firsts, per_frame, T)
        if asked:
            for chunk in range(T.value.rounds):
                slot = inputs % T.value.input_rounds + consumer * T.value.input_rounds
                full = a_full.index(slot)
                mbarrier.wait(a_free.index(slot), ((inputs // T.value.input_rounds) & 1) ^ 1)
                mbarrier.expect(full, 16 * T.value.depth * T.value.inputs)
                channel = chunk * T.value.inputs
                if T.value.halo > 0:
                    before = a.index(slot * T.value.depth)._reinterpret(gl.float16, halo.block_shape, halo.layout)
                    last = T.value.phases - T.value.halo
                    tma.async_copy_global_to_shared(halo, [row, residue, last, tile * 8 - 1, channel], full, before)
                own = a.index(slot * T.value.depth + T.value.halo)._reinterpret(gl.float16, x.block_shape, x.layout)
                tma.async_copy_global_to_shared(x, [row, residue, 0, tile * 8, channel], full, own)
                inputs += 1
                if (not T.value.resident) or (weights < T.value.taps * T.value.rounds):
                    for tap in range(T.value.taps):
                        at = weights % T.value.weight_rounds
                        full = b_full.index(at)
                        if not T.value.resident:
                            mbarrier.wait(b_free.index(at), ((weights // T.value.weight_rounds) & 1) ^ 1)
                        mbarrier.expect(full, 2 * T.value.inputs * T.value.columns)
                        line = tap * T.value.channels + channel
                        tma.async_copy_global_to_shared(w1, [line, column], full, b1.index(at))
                        if T.value.more > 0:
                            tma.async_copy_global_to_shared(w2, [line, column + T.value.wide], full, b2.index(at))
                        weights += 1
        if T.value.consumers == 2:
            inputs, others = others, inputs
            consumer = 1 - consumer


@gluon.jit
def _summed(LEFT: gl.constexpr, acc1, acc2, T: gl.constexpr):
    """The sums once all products are summed up but for those of the last `LEFT` taps."""
    if T.value.more > 0:
        acc1, acc2 = warpgroup_mma_wait(2 * LEFT, deps=[acc1, acc2])
    else:
        acc1 = warpgroup_mma_wait(LEFT, deps=[acc1])
    return acc1, acc2


@gluon.jit
def _accumulate(heard, weighed, inputs, weights, WHICH: gl.constexpr, T: gl.constexpr):
    """A tile's sums, float32, in two parts; `inputs` and `weights` count what was taken from shared memory."""
    a, a_full, a_free = heard
    b1, b2, b_full, b_free = weighed
    acc1 = gl.zeros([T.value.positions, T.value.wide], gl.float32, fragment(T, 0))
    acc2 = gl.zeros([T.value.positions, T.value.second], gl.float32, fragment(T, 1))
    for chunk in range(T.value.rounds):
        slot = inputs % T.value.input_rounds + WHICH * T.value.input_rounds
        mbarrier.wait(a_full.index(slot), (inputs // T.value.input_rounds) & 1)
        for tap in gl.static_range(T.value.taps):
            at = weights % T.value.weight_rounds
            mbarrier.wait(b_full.index(at), 0 if T.value.resident else (weights // T.value.weight_rounds) & 1)
            x = a.index(slot * T.value.depth + T.value.halo - (T.value.taps - 1 - tap))
            x = x._reinterpret(gl.float16, [T.value.positions, T.value.inputs], T.value.operand)
            acc1 = warpgroup_mma(x, b1.index(at), acc1, is_async=True)
            if T.value.more > 0:
                acc2 = warpgroup_mma(x, b2.index(at), acc2, is_async=True)
            if tap > 0 and not T.value.resident:  # the tap before is summed up: its weights may go
                acc1, acc2 = _summed(1, acc1, acc2, T)
                mbarrier.arrive(b_free.index((weights - 1) % T.value.weight_rounds), count=1)
            elif tap == 0 and T.value.ahead:  # the round before is: its inputs, too
                acc1, acc2 = _summed(1, acc1, acc2, T)
                if not T.value.resident:
                    mbarrier.arrive(b_free.index((weights - 1) % T.value.weight_rounds), count=1, pred=chunk > 0)
                then = (inputs - 1) % T.value.input_rounds + WHICH * T.value.input_rounds
                mbarrier.arrive(a_free.index(then), count=1, pred=chunk > 0)
            weights += 1
        if not T.value.ahead:
            acc1, acc2 = _summed(0, acc1, acc2, T)
            if not T.value.resident:
                mbarrier.arrive(b_free.index((weights - 1) % T.value.weight_rounds), count=1)
            mbarrier.arrive(a_free.index(slot), count=1)
        inputs += 1
    if T.value.ahead:
        acc1, acc2 = _summed(0, acc1, acc2, T)
        if not T.value.resident:
            mbarrier.arrive(b_free.index((weights - 1) % T.value.weight_rounds), count=1)
        mbarrier.arrive(a_free.index((inputs - 1) % T.value.input_rounds + WHICH * T.value.input_rounds), count=1)
    return acc1, acc2, inputs, weights


@gluon.jit
def _activated(acc, act, FIRST: gl.constexpr, N: gl.constexpr, LAYOUT: gl.constexpr):
    """The snake of acc + bias, as the left operand of a product."""
    bias, alpha, inverse_beta = act
    n = FIRST + gl.arange(0, N, layout=gl.SliceLayout(0, LAYOUT))
    v = acc + gl.load(bias + n).to(gl.float32)[None, :]
    v = _snake(v, gl.load(alpha + n)[None, :], gl.load(inverse_beta + n)[None, :])
    return gl.convert_layout(_narrowed(v), gl.DotOperandLayout(0, LAYOUT, 2))


@gluon.jit
def _joined(acc1, acc2, c, act, T: gl.constexpr):
    """A unit's second convolution, of the snake of its first one's sums."""
    left: gl.constexpr = gl.DotOperandLayout(0, fragment(T, 0), 2)
    right: gl.constexpr = gl.DotOperandLayout(0, fragment(T, 1), 2)
    h1 = _activated(acc1, act, 0, T.value.wide, fragment(T, 0))
    h2 = _activated(acc2, act, T.value.wide, T.value.more, fragment(T, 1))
    o1 = gl.zeros([T.value.positions, T.value.wide], gl.float32, fragment(T, 0))
    o1 = warpgroup_mma(h1, c[0], o1, is_async=True)
    o1 = warpgroup_mma(gl.convert_layout(h2, left), c[2], o1, is_async=True)
    o2 = gl.zeros([T.value.positions, T.value.more], gl.float32, fragment(T, 1))
    o2 = warpgroup_mma(gl.convert_layout(h1, right), c[1], o2, is_async=True)
    o2 = warpgroup_mma(h2, c[3], o2, is_async=True)
    return warpgroup_mma_wait(0, deps=[o1, o2])


@gluon.jit
def _places(base, held, first, column, PART: gl.constexpr, T: gl.constexpr):
    """Where a part of a tile goes, the columns of it, and which of its positions there are."""
    layout: gl.constexpr = spread(T, PART)
    r = gl.arange(0, T.value.positions, layout=gl.SliceLayout(1, layout))
    n = column + gl.arange(0, T.value.second if PART else T.value.wide, layout=gl.SliceLayout(0, layout))
    t = first + T.value.dilation * (r // 8 + T.value.phases * (r % 8))
    return base + t[:, None] * T.value.outputs + n[None, :], n, (t < held)[:, None]


@gluon.jit
def _write(acc, before, act, out, snaked, at, n, mask, PART: gl.constexpr, T: gl.constexpr):
    """acc + bias (+ what was there before) to `out`, where there is one, and its snake to `snaked`."""
    bias, alpha, inverse_beta = act
    v = gl.convert_layout(acc, spread(T, PART)) + gl.load(bias + n).to(gl.float32)[None, :]
    if before is not None:
        v = v + before.to(gl.float32)
    if out is not None:
        gl.store(out + at, _narrowed(v), mask=mask)
    v = _snake(v, gl.load(alpha + n)[None, :], gl.load(inverse_beta + n)[None, :])
    gl.store(snaked + at, _narrowed(v), mask=mask)


@gluon.jit
def _multiply(made, where, heard, weighed, joined, turns, WHICH: gl.constexpr, T: gl.constexpr):
    """What a consumer makes: every job, or of two each every other one, and one multiplies while the other writes."""
    residual, inner, outer, out, snaked = made
    ends, firsts, jobs, tiles, per_frame, positions = where
    c, c_full = joined
    weights = 0
    inputs = 0
    if T.value.fused:
        mbarrier.wait(c_full, 0)
    each: gl.constexpr = T.value.consumers
    again: gl.constexpr = 1 if T.value.more > 0 else 0
    for job in range(gl.program_id(0) + WHICH * gl.num_programs(0), jobs, each * gl.num_programs(0)):
        row, _, _, first, column, asked = _place(job, tiles, ends, firsts, per_frame, T)
        turn = job // (each * gl.num_programs(0))
        if asked:
            held = gl.load(ends + row) * per_frame
            base = row.to(gl.int64) * positions * T.value.outputs
            at1, n1, mask1 = _places(base, held, first, column, 0, T)
            at2, n2, mask2 = _places(base, held, first, column + T.value.wide * again, again, T)
            before1 = None
            before2 = None
            if residual is not None:  # while the products go on, it comes
                before1 = gl.load(residual + at1, mask=mask1, other=0.0)
                before2 = gl.load(residual + at2, mask=mask2, other=0.0)
            if each == 2:
                mbarrier.wait(turns.index(WHICH), (turn & 1) ^ (1 - WHICH))
            if T.value.resident:
                weights = 0
            acc1, acc2, inputs, weights = _accumulate(heard, weighed, inputs, weights, WHICH, T)
            if each == 2:
                mbarrier.arrive(turns.index(1 - WHICH), count=1)
            if T.value.fused:
                acc1, acc2 = _joined(acc1, acc2, c, inner, T)
            _write(acc1, before1, outer, out, snaked, at1, n1, mask1, 0, T)
            if T.value.more > 0:
                _write(acc2, before2, outer, out, snaked, at2, n2, mask2, 1, T)
        elif each == 2:
            mbarrier.wait(turns.index(WHICH), (turn & 1) ^ (1 - WHICH))
            mbarrier.arrive(turns.index(1 - WHICH), count=1)


@gluon.jit
def _barriers(COUNT: gl.constexpr):
    """Barriers that one arrival completes."""
    bars = gl.allocate_shared_memory(gl.int64, [COUNT, 1], mbarrier.MBarrierLayout())
    for i in gl.static_range(COUNT):
        mbarrier.init(bars.index(i), count=1)
    return bars


@gluon.jit(do_not_specialize=["jobs", "tiles", "per_frame", "positions"])
def _wide_conv(x, halo, w1, w2, n11, n12, n21, n22, bias, alpha, inverse_beta, residual, last_bias, last_alpha,
               last_inverse_beta, out, snaked, ends, firsts, jobs, tiles, per_frame, positions, IN: gl.constexpr,
               N: gl.constexpr, TAPS: gl.constexpr, DILATION: gl.constexpr, BM: gl.constexpr, BK: gl.constexpr,
               WIDE: gl.constexpr, MORE: gl.constexpr, A: gl.constexpr, B: gl.constexpr, CONSUMERS: gl.constexpr,
               RESIDENT: gl.constexpr, FUSED: gl.constexpr, AHEAD: gl.constexpr,
               num_warps: gl.constexpr):  # fmt: skip
    T: gl.constexpr = tiling(IN, N, TAPS, DILATION, BM, BK, WIDE, MORE, A, B, CONSUMERS, num_warps, RESIDENT, FUSED,
                             AHEAD)  # fmt: skip
    a = gl.allocate_shared_memory(gl.float16, [CONSUMERS * A * T.value.depth, 8, BK], T.value.operand)
    b1 = gl.allocate_shared_memory(gl.float16, [B, BK, WIDE], w1.layout)
    b2 = gl.allocate_shared_memory(gl.float16, [B, BK, T.value.second], w2.layout)
    if FUSED:
        c = (
            gl.allocate_shared_memory(gl.float16, n11.block_shape, n11.layout),
            gl.allocate_shared_memory(gl.float16, n12.block_shape, n12.layout),
            gl.allocate_shared_memory(gl.float16, n21.block_shape, n21.layout),
            gl.allocate_shared_memory(gl.float16, n22.block_shape, n22.layout),
        )
    else:
        c = (b1, b1, b1, b1)  # which nobody looks at
    heard = (a, _barriers(CONSUMERS * A), _barriers(CONSUMERS * A))
    weighed = (b1, b2, _barriers(B), _barriers(B))
    joined = (c, _barriers(1).index(0))
    turns = _barriers(2)
    fence_async_shared()
    where = (ends, firsts, jobs, tiles, per_frame, positions)
    made = (residual, (bias, alpha, inverse_beta), (last_bias, last_alpha, last_inverse_beta), out, snaked)
    sources = (x, halo, w1, w2)
    narrow = (n11, n12, n21, n22)
    if CONSUMERS == 2:
        gl.warp_specialize(
            [
                (_multiply, (made, where, heard, weighed, joined, turns, 0, T)),
                (_multiply, (made, where, heard, weighed, joined, turns, 1, T)),
                (_fetch, (sources, narrow, where, heard, weighed, joined, T)),
            ],
            [num_warps, 1],
            [REGISTERS, FETCHING_REGISTERS],
        )
    else:
        gl.warp_specialize(
            [
                (_multiply, (made, where, heard, weighed, joined, turns, 0, T)),
                (_fetch, (sources, narrow, where, heard, weighed, joined, T)),
            ],
            [1],
            [FETCHING_REGISTERS],
        )
