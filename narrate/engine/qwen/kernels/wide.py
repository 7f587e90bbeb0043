"""Launches of the codec's convolutions in Gluon (`hopper`), where the card and Triton have what they need.

Everywhere else `codec.causal_conv` makes the same sums of the same products, from global memory for each tap.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import triton
from torch import Tensor

from narrate.engine.qwen.kernels.launch import RELEASE, capability, on, processors

if TYPE_CHECKING:
    from narrate.engine.qwen.kernels.codec import Conv, Snake, Span

RELEASES = ((3, 6), (3, 7))  # of Triton: later ones have other names in Gluon, and place no operand every eight rows
BEYOND = 1 << 17  # values that a tile may read past the last row: dilation * an eighth of a tile * channels at most


@dataclass(frozen=True, slots=True)
class Tile:
    """How a convolution is cut up for one program."""

    positions: int
    inputs: int  # a round
    outputs: tuple[int, int]  # made in two parts, the second of which may be none
    input_rounds: int  # that wait in shared memory, for each consumer
    weight_rounds: int
    warps: int = 8  # that multiply; of two consumers each has so many
    consumers: int = 1
    resident: bool = False  # whether the weights of a program's outputs stay in shared memory
    ahead: bool = False  # begins a round's products before those of the last are summed up; one tap, where resident


_HALVES = Tile(256, 64, (128, 0), 2, 6)
# (in, out, taps, dilation) of the released codec's convolutions: the fastest of some tiles on an H200.
TILES: dict[tuple[int, int, int, int], Tile] = {
    (1536, 6144, 2, 1): Tile(128, 64, (128, 64), 2, 5),
    (768, 768, 7, 1): _HALVES,  # with others, as much as such a tile spans is more than a line has
    (768, 1920, 2, 1): _HALVES,
    (384, 384, 7, 1): _HALVES,
    (384, 384, 7, 3): _HALVES,
    (384, 384, 7, 9): _HALVES,
    (384, 384, 1, 1): Tile(64, 64, (128, 64), 4, 6, warps=4, consumers=2, resident=True, ahead=True),
    (768, 768, 1, 1): Tile(128, 64, (128, 0), 3, 6, warps=4, consumers=2, ahead=True),
    (384, 768, 2, 1): _HALVES,
    (192, 288, 2, 1): Tile(256, 64, (64, 32), 2, 8),
}
# Channels of the residual units whose second convolution rides along.
UNITS: dict[int, Tile] = {
    192: Tile(128, 64, (128, 64), 2, 4),
    96: Tile(128, 32, (64, 32), 2, 21, warps=4, consumers=2, resident=True),
}


def tile_of(x: Tensor, conv: "Conv") -> Tile | None:
    """The tile of a convolution of `x` alone; None where the plain kernel has to do it."""
    taps, channels, outputs = conv.weight.shape
    return TILES.get((channels, outputs, taps, conv.dilation)) if available(x) else None


def unit_tile(x: Tensor, conv: "Conv", narrow: "Conv") -> Tile | None:
    """The tile of a residual unit of two convolutions, None where each of them is made by itself."""
    taps, channels, outputs = conv.weight.shape
    fits = taps == 7 and channels == outputs and narrow.weight.shape == (1, channels, channels)
    return UNITS.get(channels) if fits and available(x) else None


def available(x: Tensor) -> bool:
    """Whether the kernels run on x's card, in its dtype, with this release of Triton, and may read past its end."""
    behind = x.untyped_storage().nbytes() // x.element_size() - x.storage_offset() - x.numel()
    return x.dtype == torch.float16 and capability(x.device) == (9, 0) and behind >= BEYOND and RELEASE in RELEASES


def wide_conv(
    x: Tensor,
    conv: "Conv",
    span: "Span",
    per_frame: int,
    tile: Tile,
    act: "Snake",
    *,
    snaked: Tensor,
    out: Tensor | None = None,
    residual: Tensor | None = None,
    narrow: "Conv | None" = None,
    inner: "Snake | None" = None,
) -> None:
    """conv(x) (+ residual) into `out`, where given, and its `act` into `snaked`, both [R, T, N] float16.

    x [R, T, C] float16, of which row r holds span.end[r] * per_frame positions; BEYOND more values lie behind it
    in memory, whatever they are. With `narrow`, a convolution of one tap, that is narrow(inner(conv(x))).
    What `span` leaves out is made or not; `snaked` lies apart from x.
    """
    from narrate.engine.qwen.kernels.hopper import _wide_conv
    from narrate.engine.qwen.kernels.tiling import HALO

    rows, positions, channels = x.shape
    taps, _, outputs = conv.weight.shape
    wide, more = tile.outputs
    phases, dilation = tile.positions // 8, conv.dilation
    # Position dilation * (phase + phases * i) + residue of a row lies at [row, residue, phase, i].
    size = (rows, dilation, phases, triton.cdiv(positions, phases * dilation), channels)
    strides = (positions * channels, channels, dilation * channels, phases * dilation * channels, 1)
    own, before = (_described(x, size, strides, (1, 1, n, 8, tile.inputs)) for n in (phases, HALO))
    weight = conv.weight.view(taps * channels, outputs)
    weights = [_blocks(weight, tile.inputs, n) for n in (wide, more or 8)]
    joined: list[Any] = [None] * 4
    first = last = (conv.bias, act.alpha, act.inverse_beta)
    if narrow is not None and inner is not None:
        joined = [_blocks(narrow.weight[0], i, j) for i in tile.outputs for j in tile.outputs]
        first, last = (conv.bias, inner.alpha, inner.inverse_beta), (narrow.bias, act.alpha, act.inverse_beta)
    tiles, across = triton.cdiv(positions, dilation * tile.positions), outputs // (wide + more)
    jobs = rows * dilation * tiles * across
    programs = processors(x.device) // across * across if tile.resident else processors(x.device)
    on(_wide_conv, (min(jobs, programs),), like=x)(
        own, before, *weights, *joined, *first, residual, *last, out, snaked, span.end, span.first, jobs, tiles,
        per_frame, positions, channels, outputs, taps, dilation, tile.positions, tile.inputs,
        wide, more, tile.input_rounds, tile.weight_rounds, tile.consumers, tile.resident, narrow is not None,
        tile.ahead, num_warps=tile.warps)  # fmt: skip


def _blocks(matrix: Tensor, rows: int, columns: int) -> Any:
    """A matrix [K, N], brought in blocks of so many rows and columns."""
    return _described(matrix, tuple(matrix.shape), tuple(matrix.stride()), (rows, columns))


def _described(tensor: Tensor, size: tuple[int, ...], strides: tuple[int, ...], block: tuple[int, ...]) -> Any:
    """What TMA brings blocks of: values from the start of `tensor`, of its own or of another size and strides."""
    from triton.experimental.gluon import language as gl
    from triton.experimental.gluon.nvidia.hopper import TensorDescriptor

    layout = gl.NVMMASharedLayout.get_default_for(list(block), gl.float16)
    return TensorDescriptor(tensor, list(size), list(strides), list(block), layout)
