"""Tiles of the codec's wide convolutions: each that is in use, and others, against the plain kernel.

    python benchmarks/convs.py [--frames 78] [--rows 13] [CHANNELS ...]

Only on a card that the kernels in Gluon are for (compute capability 9). A tile is `Tile`'s fields in their order; the
time is that of a replay, the best of three, and the products of a unit's second convolution are counted in.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from functools import partial

import torch
from torch import Tensor

from narrate.engine.qwen.kernels import codec, wide
from narrate.engine.qwen.kernels.codec import Conv, Snake, Span, causal_conv
from narrate.engine.qwen.kernels.wide import Tile, wide_conv

POSITIONS = {1536: 4, 1024: 4, 768: 32, 384: 160, 192: 640, 96: 1920}  # a frame, by channels of the input
_HALVES = Tile(256, 64, (128, 0), 3, 6, ahead=True)
_TURNS = Tile(64, 64, (128, 64), 4, 6, warps=4, consumers=2, resident=True, ahead=True)
# Of convolutions that the plain kernel does, by inputs, outputs, taps and dilation: tiles that might do them faster.
CANDIDATES: dict[tuple[int, int, int, int], tuple[Tile, ...]] = {
    (384, 384, 1, 1): (_TURNS, Tile(128, 64, (128, 64), 4, 6, resident=True, ahead=True), _HALVES),
    (768, 768, 1, 1): (
        _HALVES,
        Tile(128, 64, (128, 128), 4, 4, ahead=True),
        Tile(128, 64, (64, 32), 2, 12, warps=4, consumers=2, resident=True, ahead=True),
    ),
    (1024, 1536, 7, 1): (Tile(128, 64, (128, 64), 2, 5),),
}
TIMES = 8  # a launch in one replay


@dataclass(frozen=True, slots=True)
class Case:
    """One convolution, or a residual unit of two."""

    channels: int
    outputs: int
    taps: int
    dilation: int
    tile: Tile | None  # that is in use; None where it is the plain kernel
    unit: bool

    def tiles(self) -> Iterator[Tile]:
        """What is tried beside the plain kernel."""
        if self.tile is not None:
            yield self.tile
            yield from others(self.tile)
        yield from CANDIDATES.get((self.channels, self.outputs, self.taps, self.dilation), ())

    @property
    def flop(self) -> int:
        """Of a position."""
        return 2 * self.channels * self.outputs * (self.taps + self.unit)


def cases() -> Iterator[Case]:
    """What the released codec has, with the tiles that are in use, and candidates."""
    for key in [*wide.TILES, *(key for key in CANDIDATES if key not in wide.TILES)]:
        yield Case(*key, wide.TILES.get(key), False)
    for channels, tile in wide.UNITS.items():
        yield from (Case(channels, channels, 7, dilation, tile, True) for dilation in (1, 3, 9))


def others(tile: Tile) -> Iterator[Tile]:
    """Tiles beside `tile`: those that do not fit into shared memory say so when they are tried."""
    for positions in (128, 256):
        for weight_rounds in sorted({tile.weight_rounds - 1, tile.weight_rounds, tile.weight_rounds + 2}):
            for input_rounds in (2, 3):
                made = replace(tile, positions=positions, weight_rounds=weight_rounds, input_rounds=input_rounds)
                if made != tile and not (tile.resident and weight_rounds != tile.weight_rounds):
                    yield made


def launches(case: Case, rows: int, frames: int) -> tuple[Callable[[], object], Callable[[Tile], object]]:
    """The plain kernel's launch, and the other's for a tile."""
    positions = POSITIONS[case.channels] * frames
    x, out, snaked, between = (_room(rows, positions, n) for n in (case.channels, *[case.outputs] * 3))
    first, narrow = (
        Conv(torch.randn(taps, case.channels, case.outputs, device="cuda").half() / 50, out.new_zeros(case.outputs), d)
        for taps, d in ((case.taps, case.dilation), (1, 1))
    )
    act = Snake(torch.rand(case.outputs, device="cuda") + 0.5, torch.rand(case.outputs, device="cuda"))
    numbers = torch.tensor([frames, 0], dtype=torch.int32, device="cuda").repeat(rows, 1).t().contiguous()
    span, per_frame, keep = Span(*numbers), POSITIONS[case.channels], case.unit or case.taps < 7
    tiles = codec.TILES
    plain, plain_narrow = tiles[case.channels, case.outputs, case.taps], tiles.get((case.channels, case.outputs, 1))

    def apart() -> None:
        to = between if case.unit else snaked
        causal_conv(x, first, span, per_frame, act=act, keep=keep and not case.unit,
                    residual=out if case.taps == 1 else None,
                    buffers=(out.view(-1), to.view(-1)), tile=plain)  # fmt: skip
        if case.unit:
            causal_conv(between, narrow, span, per_frame, residual=out, act=act, keep=True,
                        buffers=(out.view(-1), snaked.view(-1)), tile=plain_narrow)  # fmt: skip

    def joined(tile: Tile) -> None:
        wide_conv(x, first, span, per_frame, tile, act, snaked=snaked, out=out if keep else None,
                  residual=out if case.unit or case.taps == 1 else None, narrow=narrow if case.unit else None,
                  inner=act if case.unit else None)  # fmt: skip

    return apart, joined


def timed(launch: Callable[[], object]) -> float:
    """Milliseconds of a launch in a replayed graph."""
    launch()
    graph, stream = torch.cuda.CUDAGraph(), torch.cuda.Stream()
    torch.cuda.synchronize()
    with torch.cuda.graph(graph, stream=stream):
        for _ in range(TIMES):
            launch()
    found: list[float] = []
    for _ in range(4):
        began, ended = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        began.record()
        graph.replay()
        ended.record()
        torch.cuda.synchronize()
        found.append(began.elapsed_time(ended) / TIMES)
    return min(found[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("channels", type=int, nargs="*", help="of the inputs; all when none is named")
    parser.add_argument("--rows", type=int, default=13)
    parser.add_argument("--frames", type=int, default=78, help="of each row")
    options = parser.parse_args()
    print("| in, out, taps, dilation | tile | ms | TFLOP/s | the plain kernel's time by it |\n|---|---|---|---|---|")
    for case in cases():
        if options.channels and case.channels not in options.channels:
            continue
        apart, joined = launches(case, options.rows, options.frames)
        flop = case.flop * POSITIONS[case.channels] * options.rows * options.frames
        plain = timed(apart)
        name = f"{case.channels}, {case.outputs}, {case.taps}, {case.dilation}"
        print(f"| {name} | plain | {plain:.3f} | {flop / plain / 1e9:.0f} | 1.00 |", flush=True)
        for tile in case.tiles():
            try:
                ms = timed(partial(joined, tile))
            except Exception as error:  # of Triton's, which have no class of their own: it does not fit
                print(f"| {name} | {astuple(tile)} | - | - | {str(error).splitlines()[0][:60]} |")
                continue
            print(f"| {name} | {astuple(tile)} | {ms:.3f} | {flop / ms / 1e9:.0f} | {plain / ms:.2f} |", flush=True)


def _room(*size: int) -> Tensor:
    count = torch.Size(size).numel()
    return torch.zeros(count + wide.BEYOND, dtype=torch.float16, device="cuda")[:count].view(size)


if __name__ == "__main__":
    main()
