"""Products with one row: a line alone reads every weight once and multiplies little.

cuBLAS is made for tiles of rows and reaches a quarter of the memory's bandwidth here; a
program for every few outputs reaches most of it. From two rows on cuBLAS does the products.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from narrate.engine.qwen.kernels.launch import launch_options, on, rounded, wait_for_inputs
from narrate.engine.qwen.kernels.norms import silu_mul

OUTPUTS = 4  # a program; 16 are twice as slow
INPUTS = 1024  # read at a time


@triton.jit
def _row_product(x, weight, out, WIDTH: tl.constexpr, N: tl.constexpr, GATED: tl.constexpr, OUTPUTS: tl.constexpr,
                 INPUTS: tl.constexpr, PDL: tl.constexpr):  # fmt: skip
    n = tl.program_id(0) * OUTPUTS + tl.arange(0, OUTPUTS)
    k = tl.arange(0, INPUTS)
    here = n[:, None] < N
    acc = tl.zeros([OUTPUTS, INPUTS], tl.float32)
    other = tl.zeros([OUTPUTS, INPUTS], tl.float32)
    wait_for_inputs(PDL)
    for start in tl.range(0, WIDTH, INPUTS):
        at = start + k
        inside = at < WIDTH
        v = tl.load(x + at, mask=inside, other=0.0).to(tl.float32)[None, :]
        both = here & inside[None, :]
        acc += tl.load(weight + n[:, None].to(tl.int64) * WIDTH + at[None, :], mask=both, other=0.0).to(tl.float32) * v
        if GATED:
            w = tl.load(weight + (N + n[:, None]).to(tl.int64) * WIDTH + at[None, :], mask=both, other=0.0)
            other += w.to(tl.float32) * v
    y = rounded(tl.sum(acc, 1), out)
    if GATED:
        y = rounded(y / (1.0 + tl.exp(-y)), out) * rounded(tl.sum(other, 1), out)
    tl.store(out + n, y.to(out.dtype.element_ty), mask=n < N)


def _by_row(x: Tensor, weight: Tensor, out: Tensor, *, gated: bool) -> None:
    outputs = out.shape[1]
    on(_row_product, (triton.cdiv(outputs, OUTPUTS),))(x, weight, out, x.shape[1], outputs, gated, OUTPUTS, INPUTS,
                                                       num_warps=4, **launch_options(x.device))  # fmt: skip


def product(x: Tensor, weight: Tensor, out: Tensor) -> None:
    """out [R, N] = x [R, K] @ weight [N, K].T"""
    if len(x) == 1:
        _by_row(x, weight, out, gated=False)
    else:
        torch.mm(x, weight.t(), out=out)


def gated_product(x: Tensor, weight: Tensor, gate_up: Tensor, out: Tensor) -> None:
    """out [R, I] = silu(gate) * up of x [R, K] @ weight [2 I, K].T; gate_up [R, 2 I] is work space."""
    if len(x) == 1:
        _by_row(x, weight, out, gated=True)
    else:
        torch.mm(x, weight.t(), out=gate_up)
        silu_mul(gate_up, out)
