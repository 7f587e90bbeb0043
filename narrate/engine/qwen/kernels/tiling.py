"""How `hopper` cuts a convolution up: what a kernel asks of it while it is compiled."""

from dataclasses import dataclass
from typing import Any

from triton.experimental import gluon
from triton.experimental.gluon import language as gl

HALO = 8  # phases of inputs that are brought before a tile's own; six are heard at most, a tap each


@dataclass(frozen=True)
class Tiling:
    """How a convolution is cut up, in Triton's constants. Outputs are made in two parts, of which one may be none."""

    channels: Any
    outputs: Any
    taps: Any
    dilation: Any
    positions: Any  # a tile
    inputs: Any  # a round
    wide: Any
    more: Any
    input_rounds: Any  # that wait in shared memory, for each consumer
    weight_rounds: Any
    consumers: Any  # each of so many `warps`, that take turns
    warps: Any
    resident: Any  # whether the weights stay in shared memory
    fused: Any  # whether a second convolution of one tap follows
    ahead: Any  # whether a round's products begin before those of the last are summed up

    @property
    def phases(self) -> Any:
        return self.positions // 8

    @property
    def halo(self) -> Any:
        """Phases of inputs before a tile's own, where more than one tap is heard."""
        return gl.constexpr(HALO if int(self.taps) > 1 else 0)

    @property
    def depth(self) -> Any:
        """Phases of a round's inputs, those before the tile among them."""
        return self.phases + self.halo

    @property
    def rounds(self) -> Any:
        return self.channels // self.inputs

    @property
    def second(self) -> Any:
        """Outputs of the second part's sums, which cannot be none."""
        return gl.constexpr(int(self.more) or 8)

    @property
    def columns(self) -> Any:
        return self.wide + self.more

    @property
    def across(self) -> Any:
        return self.outputs // self.columns

    def _outputs(self, part: int) -> int:
        return int(self.second if int(part) else self.wide)

    @property
    def operand(self) -> Any:
        """The layout of a tile's inputs, as a product takes them."""
        return gl.NVMMASharedLayout.get_default_for([int(self.positions), int(self.inputs)], gl.float16)

    def fragment(self, part: int) -> Any:
        """The layout of a part's sums."""
        return gl.NVMMADistributedLayout(
            [3, 0], [int(self.warps), 1], [16, int((self.wide, self.second)[int(part)]), 16]
        )

    def spread(self, part: int) -> Any:
        """A layout of a part in which four lanes hold 32 outputs of a row, 8 each: what they write lies together.

        What a fragment has of a row in four lanes stays in these, so no warp waits for another.
        """
        positions, outputs = int(self.positions), self._outputs(part)
        lanes = [[0, 8], [0, 16], [1, 0], [2, 0], [4, 0]]
        warps = [[16, 0], [32, 0], [64, 0]][: 2 if int(self.warps) == 4 else 3]
        rows = [[n, 0] for n in (64, 128) if n < positions and [n, 0] not in warps]
        registers = [[0, 1], [0, 2], [0, 4], *([0, n] for n in (32, 64) if n < outputs), [8, 0], *rows]
        return gl.DistributedLinearLayout(registers, lanes, warps, [], [positions, outputs])


@gluon.constexpr_function
def tiling(*numbers):
    return Tiling(*(gl.constexpr(number) for number in numbers))


@gluon.constexpr_function
def fragment(cut, part):
    return cut.fragment(part)


@gluon.constexpr_function
def spread(cut, part):
    return cut.spread(part)
