"""Drawing a code and what follows from it, one program a row: `sampling.draw` of the eager path, fused.

A row's threshold is found by bisection on the bits of its scores: a float's bits, made
unsigned and in order, are compared with a guess that gains one bit a round, so the k-th
largest of 2,048 scores costs 16 counts (32 after the repetition penalty) and no sort. The
noise is the counter's (`sampling.philox`), the winner the largest score + noise.
"""

import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen import sampling as columns
from narrate.engine.qwen.kernels.launch import block, launch_options, on, rounded, wait_for_inputs
from narrate.engine.qwen.kernels.norms import rms_scale

# Columns of a row's settings, for the kernels.
WHOLES, REALS = tl.constexpr(len(columns.WHOLE)), tl.constexpr(len(columns.REAL))
SEED, CAP, DUE = (tl.constexpr(column) for column in (columns.SEED, columns.CAP, columns.DUE))
TOP_K, PREDICTOR_TOP_K = tl.constexpr(columns.TOP_K), tl.constexpr(columns.PREDICTOR_TOP_K)
TOP_P, PREDICTOR_TOP_P = tl.constexpr(columns.TOP_P), tl.constexpr(columns.PREDICTOR_TOP_P)
TEMPERATURE, PREDICTOR_TEMPERATURE = tl.constexpr(columns.TEMPERATURE), tl.constexpr(columns.PREDICTOR_TEMPERATURE)
GREEDY, PENALTY = tl.constexpr(columns.GREEDY), tl.constexpr(columns.PENALTY)
PREDICTED_WARPS = 8
FIRST_WARPS = 16


@triton.jit
def ordered_bits(x, BITS: tl.constexpr):
    """float32 as uint32 in the same order; with 16 BITS the upper half, which is all that a bfloat16 has."""
    bits = (x + 0.0).to(tl.uint32, bitcast=True)  # + 0.0: minus zero has zero's place
    bits = tl.where((bits >> 31) != 0, bits ^ 0xFFFFFFFF, bits | 0x80000000)
    return bits >> (32 - BITS)


@triton.jit
def kth_largest(key, k, BITS: tl.constexpr):
    """The largest guess that at least k of the keys reach."""
    guess = tl.zeros([], tl.uint32)
    for bit in tl.static_range(BITS):
        raised = guess + tl.full([], 1 << (BITS - 1 - bit), tl.uint32)
        reached = tl.sum((key >= raised).to(tl.int32), 0)
        guess = tl.where(reached >= k, raised, guess)
    return guess


@triton.jit
def nucleus(key, probability, spare, BITS: tl.constexpr):
    """The largest guess under which no more than `spare` of the probability lies."""
    guess = tl.zeros([], tl.uint32)
    for bit in tl.static_range(BITS):
        raised = guess + tl.full([], 1 << (BITS - 1 - bit), tl.uint32)
        below = tl.sum(tl.where(key < raised, probability, 0.0), 0)
        guess = tl.where(below <= spare, raised, guess)
    return guess


@triton.jit
def draw_code(score, ids, seed, frame, codebook, temperature, top_k, top_p, greedy, also, SIZE: tl.constexpr,
              BITS: tl.constexpr):  # fmt: skip
    """The id drawn from score [BLOCK] float32 (-inf: never), and whether top-k and top-p had left it out.

    ids from SIZE on are padding. also: an id that stays whatever its rank, -1 for none; or None.
    """
    key = ordered_bits(score, BITS)
    least = tl.zeros([], tl.uint32)
    scaled = tl.div_rn(score, temperature)
    chosen = score
    if greedy == 0:
        k = tl.where((top_k > 0) & (top_k < SIZE), top_k, SIZE)
        least = kth_largest(key, k, BITS)
        kept = (key >= least) & (score > -float("inf"))
        if top_p < 1.0:
            p = tl.where(kept, tl.exp(scaled - tl.max(scaled, 0)), 0.0)
            p = p / tl.sum(p, 0)
            top = tl.max(key, 0)
            least = tl.minimum(nucleus(key, p, 1.0 - top_p, BITS), top)
            kept = kept & (key >= least)
        if also is not None:
            kept = kept | (ids == also)
        word, _, _, _ = tl.philox(seed, ids, frame, codebook, 0)
        uniform = ((word >> 9).to(tl.float32) + 0.5) * 1.1920928955078125e-07  # 2^-23
        noise = -tl.log(-tl.log(uniform))
        chosen = tl.where(kept, scaled + noise, -float("inf"))
    code = tl.argmax(chosen, 0)
    left_out = tl.sum(((ids == code) & (key < least)).to(tl.int32), 0) > 0
    return code, left_out


@triton.jit(do_not_specialize=["group", "max_frames"])
def _draw_predicted(logits, whole, real, frame, active, codes, group, max_frames, embedding, total, folded, weight, x,
                    h, SIZE: tl.constexpr, BLOCK: tl.constexpr, BITS: tl.constexpr, GROUPS: tl.constexpr,
                    WIDTH: tl.constexpr, WIDTH_BLOCK: tl.constexpr, PWIDTH: tl.constexpr, PBLOCK: tl.constexpr,
                    LAST: tl.constexpr, EPS: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    ids = tl.arange(0, BLOCK)
    wait_for_inputs(PDL)
    at = tl.load(frame + row)
    score = tl.load(logits + row * SIZE + ids, mask=ids < SIZE, other=-float("inf")).to(tl.float32)
    whole += row * WHOLES
    real += row * REALS
    code, _ = draw_code(score, ids, tl.load(whole + SEED), at, group, tl.load(real + PREDICTOR_TEMPERATURE),
                        tl.load(whole + PREDICTOR_TOP_K).to(tl.int32), tl.load(real + PREDICTOR_TOP_P),
                        tl.load(whole + GREEDY).to(tl.int32), None, SIZE, BITS)  # fmt: skip
    tl.store(codes + (row * max_frames + at) * GROUPS + group, code, mask=tl.load(active + row) != 0)
    i = tl.arange(0, WIDTH_BLOCK)
    inside = i < WIDTH
    e = tl.load(embedding + code * WIDTH + i, mask=inside, other=0.0).to(tl.float32)
    e += tl.load(total + row * WIDTH + i, mask=inside, other=0.0)
    tl.store(total + row * WIDTH + i, e, mask=inside)
    if not LAST:
        p = tl.arange(0, PBLOCK)
        within = p < PWIDTH
        v = tl.load(folded + code * PWIDTH + p, mask=within, other=0.0)
        tl.store(x + row * PWIDTH + p, v, mask=within)
        v = v.to(tl.float32)
        normed = rounded(v * rms_scale(v, PWIDTH, EPS), h) * tl.load(weight + p, mask=within, other=0.0).to(tl.float32)
        tl.store(h + row * PWIDTH + p, normed.to(h.dtype.element_ty), mask=within)


def draw_predicted(
    logits: Tensor,
    whole: Tensor,
    real: Tensor,
    frame: Tensor,
    active: Tensor,
    codes: Tensor,
    group: int,
    embedding: Tensor,
    total: Tensor,
    folded: Tensor,
    weight: Tensor,
    x: Tensor,
    h: Tensor,
    eps: float,
) -> None:
    """Code `group` (1 to 15) of every row's frame, its embedding and the predictor's next input.

    logits [B, PV]; the settings, whole and real, and frame as in State; active as uint8. codes [B', F, 16]
    [:, frame, group] where active; total [B, H] float32 += embedding [PV, H][code]; unless it is
    the last group, x [B, P] = folded [PV, P][code] and h [B, P] = rmsnorm(x) * weight [P].
    """
    slots, size = logits.shape
    last = group == codes.shape[2] - 1
    on(_draw_predicted, (slots,))(logits, whole, real, frame, active, codes, group, codes.shape[1], embedding, total,
                                  folded, weight, x, h, size, block(size), 8 * logits.element_size(), codes.shape[2],
                                  total.shape[1], block(total.shape[1]), x.shape[1], block(x.shape[1]), last, eps,
                                  num_warps=PREDICTED_WARPS, **launch_options(logits.device))  # fmt: skip


@triton.jit(do_not_specialize=["eos"])
def _draw_first(logits, rows, whole, real, frame, active, lengths, seen, allowed, token, late, eos, SIZE: tl.constexpr,
                BLOCK: tl.constexpr, MIN_FRAMES: tl.constexpr, PREFILL: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    pid = tl.program_id(0).to(tl.int64)
    ids = tl.arange(0, BLOCK)
    inside = ids < SIZE
    may = tl.load(allowed + ids, mask=inside, other=0) != 0
    wait_for_inputs(PDL)
    row = pid
    if PREFILL:
        row = tl.load(rows + pid)
    at = tl.load(frame + row)
    if not PREFILL:
        if tl.load(active + row) == 0:
            return
        at += 1
    score = tl.load(logits + pid * SIZE + ids, mask=inside, other=-float("inf")).to(tl.float32)
    before = tl.load(seen + row * SIZE + ids, mask=inside, other=0) != 0
    whole += row * WHOLES
    real += row * REALS
    factor = tl.load(real + PENALTY)
    score = tl.where(before, tl.where(score < 0, score * factor, tl.div_rn(score, factor)), score)
    may = may & ((ids != eos) | (at >= MIN_FRAMES))
    score = tl.where(may, score, -float("inf"))
    also = tl.where(at >= tl.load(whole + DUE), eos, -1)
    code, left_out = draw_code(score, ids, tl.load(whole + SEED), at, 0, tl.load(real + TEMPERATURE),
                               tl.load(whole + TOP_K).to(tl.int32), tl.load(real + TOP_P),
                               tl.load(whole + GREEDY).to(tl.int32), also, SIZE, 32)  # fmt: skip
    tl.store(token + row, code.to(tl.int64))
    tl.store(seen + row * SIZE + code, 1)
    if not PREFILL:
        tl.store(late + row, left_out.to(tl.uint8))
        tl.store(frame + row, at)
        tl.store(lengths + row, tl.load(lengths + row) + 1)
        tl.store(active + row, ((code != eos) & (at < tl.load(whole + CAP))).to(tl.uint8))


def draw_first(
    logits: Tensor,
    rows: Tensor | None,
    whole: Tensor,
    real: Tensor,
    frame: Tensor,
    active: Tensor,
    lengths: Tensor,
    seen: Tensor,
    allowed: Tensor,
    token: Tensor,
    late: Tensor,
    eos: int,
    min_frames: int,
) -> None:
    """Code 0 of the next frame into token [B] int64, and into seen [B, V] uint8.

    After a step (rows is None) logits [B, V] belong to rows 0 to B - 1: where active [B] uint8,
    frame and lengths go up by one, active falls on `eos` or at the cap, and late [B] uint8 says whether the
    code is an `eos` that only `due` has let in. After a prefill logits [R, V] belong to `rows` [R] int64,
    and nothing else changes. The settings, whole and real, as in State.
    """
    count, size = logits.shape
    on(_draw_first, (count,))(logits, token if rows is None else rows, whole, real, frame, active, lengths, seen,
                              allowed, token, late, eos, size, block(size), min_frames, rows is not None,
                              num_warps=FIRST_WARPS, **launch_options(logits.device))  # fmt: skip
