"""Launches of gated products in Gluon (`hopper_gated`), where the card and Triton have what they need.

Everywhere else cuBLAS makes gates and ups, and a kernel of its own the outputs of them.
"""

from dataclasses import dataclass
from typing import Any

import torch
import triton
from torch import Tensor

from narrate.engine.qwen.kernels.launch import RELEASE, capability, launch_options, on, processors
from narrate.engine.qwen.kernels.wide import RELEASES

INPUTS = 64  # a round: what lies together in shared memory


@dataclass(frozen=True, slots=True)
class Tile:
    """How a gated product is cut up for one program."""

    rows: int  # of each consumer, which is four warps: 64 or 128
    outputs: tuple[int, int]  # made in two parts, powers of two from 8, the second of which may be none
    rounds: int  # of inputs and weights that wait in shared memory
    consumers: int = 1
    turns: bool = False  # whether two consumers make each every other tile, else each has rows of its own of every one


# (inputs, outputs) of a product: up to how many rows, from few to many, which tile. Beyond the last it is cuBLAS's.
TILES: dict[tuple[int, int], tuple[tuple[int, Tile], ...]] = {}


def tiles_of(x: Tensor, out: Tensor) -> list[Tile]:
    """The tile for x [R, K] and out [R, I], none where cuBLAS has to do it; without data, those of any R."""
    sizes = TILES.get((x.shape[1], out.shape[1]), ()) if available(x) else ()
    fitting = [tile for most, tile in sizes if x.is_meta or len(x) <= most]
    return fitting if x.is_meta else fitting[:1]


def available(x: Tensor) -> bool:
    """Whether the kernel runs on x's card, in its dtype, with this release of Triton."""
    return x.dtype == torch.bfloat16 and capability(x.device) == (9, 0) and RELEASE in RELEASES


def tiled_gated_product(x: Tensor, weight: Tensor, out: Tensor, tile: Tile) -> None:
    """out [R, I] = silu(gate) * up of x [R, K] @ weight [2 I, K].T, all bfloat16.

    A row's bits depend neither on R nor on the tile. K is whole rounds, I whole tiles.
    """
    from narrate.engine.qwen.kernels.hopper_gated import _gated_product

    (rows, outputs), (wide, more) = out.shape, tile.outputs
    down = triton.cdiv(rows, tile.rows * (1 if tile.turns else tile.consumers))
    jobs = down * (outputs // (wide + more))
    # One consumer leaves half of a multiprocessor's registers to the kernel before: weights come meanwhile.
    options = {"maxnreg": 128} if tile.consumers == 1 else {}
    on(_gated_product, (min(jobs, processors(x.device)),), like=x)(
        _blocks(x, tile.rows), _blocks(weight, wide), _blocks(weight, more or 8), out, rows, jobs, down, outputs,
        x.shape[1], tile.rows, INPUTS, wide, more, tile.rounds, tile.consumers, tile.turns,
        num_warps=4, **options, **launch_options(x.device))  # fmt: skip


def _blocks(matrix: Tensor, rows: int) -> Any:
    """A matrix [R, K], brought in blocks of so many rows."""
    from triton.experimental.gluon import language as gl
    from triton.experimental.gluon.nvidia.hopper import TensorDescriptor

    block = [rows, INPUTS]
    layout = gl.NVMMASharedLayout.get_default_for(block, gl.bfloat16)
    return TensorDescriptor.from_tensor(matrix, block, layout)
