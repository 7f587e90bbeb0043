"""Row-wise kernels: residual + RMSNorm, SwiGLU, and the inputs of the predictor and the talker.

An RMSNorm always rides with what produces its input, so the residual stream is read and
written once a layer.
"""

import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen.kernels.launch import block, launch_options, on, rounded, wait_for_inputs


@triton.jit
def rms_scale(x, WIDTH: tl.constexpr, EPS: tl.constexpr):
    """1 / rms of a row held whole."""
    return tl.rsqrt(tl.sum(x * x, 0) / WIDTH + EPS)


@triton.jit
def _add_norm(x, delta, weight, out, WIDTH: tl.constexpr, BLOCK: tl.constexpr, ADD: tl.constexpr, EPS: tl.constexpr,
              PDL: tl.constexpr):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    i = tl.arange(0, BLOCK)
    inside = i < WIDTH
    w = tl.load(weight + i, mask=inside, other=0.0).to(tl.float32)
    wait_for_inputs(PDL)
    v = tl.load(x + row * WIDTH + i, mask=inside, other=0.0).to(tl.float32)
    if ADD:
        v = rounded(v + tl.load(delta + row * WIDTH + i, mask=inside, other=0.0).to(tl.float32), x)
        tl.store(x + row * WIDTH + i, v.to(x.dtype.element_ty), mask=inside)
    normed = rounded(v * rms_scale(v, WIDTH, EPS), out) * w
    tl.store(out + row * WIDTH + i, normed.to(out.dtype.element_ty), mask=inside)


def add_norm(x: Tensor, delta: Tensor | None, weight: Tensor, out: Tensor, eps: float) -> None:
    """x [R, W] += delta [R, W] (where given); out [R, W] = rmsnorm(x) * weight [W]."""
    rows, width = x.shape
    warps = 4 if width <= 1024 else 8
    on(_add_norm, (rows,))(x, x if delta is None else delta, weight, out, width, block(width), delta is not None, eps,
                           num_warps=warps, **launch_options(x.device))  # fmt: skip


@triton.jit
def _silu_mul(gate_up, out, WIDTH: tl.constexpr, BLOCK: tl.constexpr, PDL: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = i < WIDTH
    wait_for_inputs(PDL)
    gate = tl.load(gate_up + row * 2 * WIDTH + i, mask=inside, other=0.0).to(tl.float32)
    up = tl.load(gate_up + row * 2 * WIDTH + WIDTH + i, mask=inside, other=0.0).to(tl.float32)
    v = rounded(gate / (1.0 + tl.exp(-gate)), out) * up
    tl.store(out + row * WIDTH + i, v.to(out.dtype.element_ty), mask=inside)


def silu_mul(gate_up: Tensor, out: Tensor) -> None:
    """out [R, I] = silu(gate) * up, of gate_up [R, 2 I]."""
    rows, width = out.shape
    size = min(1024, block(width))
    grid = (rows, triton.cdiv(width, size))
    on(_silu_mul, grid)(gate_up, out, width, size, num_warps=4, **launch_options(out.device))


@triton.jit(do_not_specialize=["slots"])
def _first_input(hidden, token, frame, active, codec_embedding, folded, weight, total, codes, x, h, slots, max_frames,
                 WIDTH: tl.constexpr, WIDTH_BLOCK: tl.constexpr, PWIDTH: tl.constexpr, PBLOCK: tl.constexpr,
                 GROUPS: tl.constexpr, EPS: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    p = tl.arange(0, PBLOCK)
    inside = p < PWIDTH
    w = tl.load(weight + p, mask=inside, other=0.0).to(tl.float32)
    wait_for_inputs(PDL)
    code = tl.load(token + row)
    i = tl.arange(0, WIDTH_BLOCK)
    e = tl.load(codec_embedding + code * WIDTH + i, mask=i < WIDTH, other=0.0).to(tl.float32)
    tl.store(total + row * WIDTH + i, e, mask=i < WIDTH)
    place = (row * max_frames + tl.load(frame + row)) * GROUPS
    tl.store(codes + place, code.to(tl.int32), mask=tl.load(active + row) != 0)
    first = tl.load(hidden + row * PWIDTH + p, mask=inside, other=0.0)
    second = tl.load(folded + code * PWIDTH + p, mask=inside, other=0.0)
    tl.store(x + row * PWIDTH + p, first, mask=inside)
    tl.store(x + (slots + row) * PWIDTH + p, second, mask=inside)
    first = first.to(tl.float32)
    second = second.to(tl.float32)
    first = rounded(first * rms_scale(first, PWIDTH, EPS), h) * w
    second = rounded(second * rms_scale(second, PWIDTH, EPS), h) * w
    tl.store(h + row * PWIDTH + p, first.to(h.dtype.element_ty), mask=inside)
    tl.store(h + (slots + row) * PWIDTH + p, second.to(h.dtype.element_ty), mask=inside)


def first_input(
    hidden: Tensor,
    token: Tensor,
    frame: Tensor,
    active: Tensor,
    codec_embedding: Tensor,
    folded: Tensor,
    weight: Tensor,
    total: Tensor,
    codes: Tensor,
    x: Tensor,
    h: Tensor,
    eps: float,
) -> None:
    """The predictor's first pass, both positions, and code 0 into its places.

    hidden [B, P] is the talker's, projected; token [B] int64 is code 0. x [2 B, P] gets hidden in
    its first half and folded [V, P][token] in its second, h [2 B, P] = rmsnorm(x) * weight [P];
    total [B, H] float32 = codec_embedding [V, H][token]; codes [B, F, 16][:, frame, 0] = token
    where active [B] uint8.
    """
    slots, width = total.shape
    on(_first_input, (slots,))(hidden, token, frame, active, codec_embedding, folded, weight, total, codes, x, h, slots,
                               codes.shape[1], width, block(width), hidden.shape[1], block(hidden.shape[1]),
                               codes.shape[2], eps, num_warps=4, **launch_options(x.device))  # fmt: skip


@triton.jit
def _talker_input(total, pad, weight, x, h, WIDTH: tl.constexpr, BLOCK: tl.constexpr, EPS: tl.constexpr,
                  PDL: tl.constexpr):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    i = tl.arange(0, BLOCK)
    inside = i < WIDTH
    w = tl.load(weight + i, mask=inside, other=0.0).to(tl.float32)
    text = tl.load(pad + i, mask=inside, other=0.0).to(tl.float32)
    wait_for_inputs(PDL)
    v = rounded(tl.load(total + row * WIDTH + i, mask=inside, other=0.0), x)
    v = rounded(v + text, x)
    tl.store(x + row * WIDTH + i, v.to(x.dtype.element_ty), mask=inside)
    normed = rounded(v * rms_scale(v, WIDTH, EPS), h) * w
    tl.store(h + row * WIDTH + i, normed.to(h.dtype.element_ty), mask=inside)


def talker_input(total: Tensor, pad: Tensor, weight: Tensor, x: Tensor, h: Tensor, eps: float) -> None:
    """x [B, H] = total [B, H] float32, rounded, + pad [H]; h [B, H] = rmsnorm(x) * weight [H]."""
    rows, width = x.shape
    on(_talker_input, (rows,))(total, pad, weight, x, h, width, block(width), eps, num_warps=4 if width <= 1024 else 8,
                               **launch_options(x.device))  # fmt: skip
