"""A product whose outputs gate each other, for compute capability 9, in Gluon: silu(gate) * up from registers.

One warp brings a tile's inputs and the weights of as many gates as ups, others multiply; gates and ups of the same
outputs are one product, so a thread has both of each. A sum goes over the inputs in order, whatever the tile.
"""

from dataclasses import dataclass
from typing import Any

from triton.experimental import gluon
from triton.experimental.gluon import language as gl
from triton.experimental.gluon.language.nvidia.hopper import (
    fence_async_shared,
    mbarrier,
    tma,
    warpgroup_mma,
    warpgroup_mma_wait,
)

REGISTERS = gl.constexpr(240)  # of each thread of two consumers: what there is, but for the one that brings
REGISTERS_OF_THREE = gl.constexpr(160)
FETCHING_REGISTERS = gl.constexpr(24)
FETCHING_REGISTERS_FOR_ONE = gl.constexpr(40)


@dataclass(frozen=True)
class Cut:
    """How a product is cut up, in Triton's constants. Outputs are made in two parts, of which one may be none."""

    outputs: Any
    rounds: Any  # of `inputs` each
    rows: Any  # of each of the `parts` of a tile
    inputs: Any
    wide: Any
    more: Any
    slots: Any  # rounds that wait in shared memory
    parts: Any  # consumers with rows of their own
    each: Any  # consumers that take turns

    @property
    def second(self) -> Any:
        """Outputs of the second part's sums, which cannot be none."""
        return gl.constexpr(int(self.more) or 8)

    @property
    def columns(self) -> Any:
        return self.wide + self.more

    @property
    def ahead(self) -> Any:
        """Rounds that are brought before anything is multiplied."""
        return gl.constexpr(min(int(self.slots), int(self.rounds)))

    def weights(self, part: int) -> Any:
        """The layout of a part's weights, gates before ups."""
        outputs = int((self.wide, self.second)[int(part)])
        return gl.NVMMASharedLayout.get_default_for([2 * outputs, int(self.inputs)], gl.bfloat16)

    def fragment(self, part: int) -> Any:
        """The layout of a part's sums, gates before ups."""
        return gl.NVMMADistributedLayout([3, 0], [4, 1], [16, 2 * int((self.wide, self.second)[int(part)]), 16])

    def spread(self, part: int) -> Any:
        """A layout of a part in which four lanes hold up to 32 outputs of a row, neighbours each: they write together.

        What a fragment has of a row in four lanes stays in these, so no warp waits for another.
        """
        rows, outputs = int(self.rows), int((self.wide, self.second)[int(part)])
        each = min(8, outputs // 4)
        columns = [[0, n] for n in (1, 2, 4) if n < each] + [[0, n] for n in (32, 64) if n < outputs]
        lanes = [[0, each], [0, 2 * each], [1, 0], [2, 0], [4, 0]]
        lower = [[64, 0]] if rows == 128 else []
        return gl.DistributedLinearLayout([*columns, [8, 0], *lower], lanes, [[16, 0], [32, 0]], [], [rows, outputs])


@gluon.constexpr_function
def _cut(*numbers):
    return Cut(*(gl.constexpr(number) for number in numbers))


@gluon.constexpr_function
def _weights_layout(cut, part):
    return cut.weights(part)


@gluon.constexpr_function
def _fragment(cut, part):
    return cut.fragment(part)


@gluon.constexpr_function
def _spread(cut, part):
    return cut.spread(part)


@gluon.jit
def _narrowed(x):
    """float32 as bfloat16, two at a time: one at a time takes as long as an exponential."""
    return gl.inline_asm_elementwise(
        "cvt.rn.bf16x2.f32 $0, $2, $1;", "=r,f,f", [x], dtype=gl.bfloat16, is_pure=True, pack=2
    )


@gluon.jit
def _power(x):
    """Two to the x, and 0 for what is below float32's normal numbers: added to one, that is as `tl.exp` has it."""
    return gl.inline_asm_elementwise("ex2.approx.ftz.f32 $0, $1;", "=f,f", [x], dtype=gl.float32, is_pure=True, pack=1)


@gluon.jit
def _place(n, down, T: gl.constexpr):
    """The first row, first output and first input of this program's round `n`."""
    job = gl.program_id(0) + n // T.value.rounds * gl.num_programs(0)
    row = job % down * (T.value.parts * T.value.rows)
    return row, job // down * T.value.columns, n % T.value.rounds * T.value.inputs


@gluon.jit
def _bring_weights(w1, w2, n, down, ring, T: gl.constexpr):
    """Tell the barrier of round `n` what it waits for, and bring the weights of it."""
    _, b1, b2, full, _ = ring
    slot = n % T.value.slots
    _, column, k = _place(n, down, T)
    mbarrier.expect(full.index(slot), 2 * T.value.inputs * (T.value.parts * T.value.rows + 2 * T.value.columns))
    for half in gl.static_range(2):
        line = half * T.value.outputs + column
        tma.async_copy_global_to_shared(w1, [line, k], full.index(slot), b1.index(2 * slot + half))
        if T.value.more > 0:
            line = line + T.value.wide
            tma.async_copy_global_to_shared(w2, [line, k], full.index(slot), b2.index(2 * slot + half))


@gluon.jit
def _bring_inputs(x, n, down, ring, T: gl.constexpr):
    a, _, _, full, _ = ring
    slot = n % T.value.slots
    row, _, k = _place(n, down, T)
    for part in gl.static_range(T.value.parts):
        place = [row + part * T.value.rows, k]
        tma.async_copy_global_to_shared(x, place, full.index(slot), a.index(slot * T.value.parts + part))


@gluon.jit
def _fetch(sources, jobs, down, ring, PDL: gl.constexpr, T: gl.constexpr):
    """What this program's jobs take; as many weights as there is room for, before the inputs are there."""
    x, w1, w2 = sources
    free = ring[4]
    for n in range(T.value.ahead):
        _bring_weights(w1, w2, n, down, ring, T)
    if PDL:
        gl.inline_asm_elementwise("griddepcontrol.wait; // $0", "=r", [], dtype=gl.int32, is_pure=False, pack=1)
        gl.inline_asm_elementwise(
            "griddepcontrol.launch_dependents; // $0", "=r", [], dtype=gl.int32, is_pure=False, pack=1
        )
    for n in range(T.value.ahead):
        _bring_inputs(x, n, down, ring, T)
    mine = (jobs - gl.program_id(0) + gl.num_programs(0) - 1) // gl.num_programs(0)
    for n in range(T.value.ahead, mine * T.value.rounds):
        mbarrier.wait(free.index(n % T.value.slots), ((n // T.value.slots) & 1) ^ 1)
        _bring_weights(w1, w2, n, down, ring, T)
        _bring_inputs(x, n, down, ring, T)


@gluon.jit
def _accumulate(n, ring, PART: gl.constexpr, T: gl.constexpr):
    """The sums, float32, of one consumer's part of a tile, whose rounds begin at `n`."""
    a, b1, b2, full, free = ring
    acc1 = gl.zeros([T.value.rows, 2 * T.value.wide], gl.float32, _fragment(T, 0))
    acc2 = gl.zeros([T.value.rows, 2 * T.value.second], gl.float32, _fragment(T, 1))
    for i in range(T.value.rounds):
        slot = n % T.value.slots
        mbarrier.wait(full.index(slot), (n // T.value.slots) & 1)
        x = a.index(slot * T.value.parts + PART)
        w = b1.index(2 * slot)._reinterpret(gl.bfloat16, [2 * T.value.wide, T.value.inputs], _weights_layout(T, 0))
        acc1 = warpgroup_mma(x, w.permute((1, 0)), acc1, is_async=True)
        if T.value.more > 0:
            v = b2.index(2 * slot)._reinterpret(
                gl.bfloat16, [2 * T.value.second, T.value.inputs], _weights_layout(T, 1)
            )
            acc2 = warpgroup_mma(x, v.permute((1, 0)), acc2, is_async=True)
            acc1, acc2 = warpgroup_mma_wait(2, deps=[acc1, acc2])
        else:
            acc1 = warpgroup_mma_wait(1, deps=[acc1])
        # The round before is summed up: its place may be filled.
        mbarrier.arrive(free.index((n + T.value.slots - 1) % T.value.slots), count=1, pred=i > 0)
        n += 1
    if T.value.more > 0:
        acc1, acc2 = warpgroup_mma_wait(0, deps=[acc1, acc2])
    else:
        acc1 = warpgroup_mma_wait(0, deps=[acc1])
    mbarrier.arrive(free.index((n + T.value.slots - 1) % T.value.slots), count=1)
    return acc1, acc2


@gluon.jit
def _write(acc, out, row, rows, column, WHICH: gl.constexpr, T: gl.constexpr):
    """silu(gate) * up of one part's sums, rounded where `norms.silu_mul` rounds."""
    N: gl.constexpr = T.value.second if WHICH else T.value.wide
    layout: gl.constexpr = _spread(T, WHICH)
    gate, up = acc.reshape([T.value.rows, 2, N]).permute((0, 2, 1)).split()
    gate = _narrowed(gate).to(gl.float32)
    gate = _narrowed(gate / (1.0 + _power(gate * -1.4426950408889634)))  # log2(e)
    v = _narrowed(gate.to(gl.float32) * _narrowed(up).to(gl.float32))
    r = row + gl.arange(0, T.value.rows, layout=gl.SliceLayout(1, layout))
    n = column + gl.arange(0, N, layout=gl.SliceLayout(0, layout))
    at = out + r[:, None] * T.value.outputs + n[None, :]
    gl.store(at, gl.convert_layout(v, layout), mask=(r < rows)[:, None])


@gluon.jit
def _multiply(made, jobs, down, ring, WHICH: gl.constexpr, T: gl.constexpr):
    """What a consumer makes: its rows of every job, or of two each every other job, and one multiplies while the
    other writes."""
    out, rows = made
    begin: gl.constexpr = WHICH if T.value.each == 2 else 0
    part: gl.constexpr = 0 if T.value.each == 2 else WHICH
    step = T.value.each * gl.num_programs(0)
    for job in range(gl.program_id(0) + begin * gl.num_programs(0), jobs, step):
        n = job // gl.num_programs(0) * T.value.rounds
        acc1, acc2 = _accumulate(n, ring, part, T)
        row, column, _ = _place(n, down, T)
        _write(acc1, out, row + part * T.value.rows, rows, column, 0, T)
        if T.value.more > 0:
            _write(acc2, out, row + part * T.value.rows, rows, column + T.value.wide, 1, T)


@gluon.jit
def _barriers(COUNT: gl.constexpr, ARRIVALS: gl.constexpr):
    bars = gl.allocate_shared_memory(gl.int64, [COUNT, 1], mbarrier.MBarrierLayout())
    for i in gl.static_range(COUNT):
        mbarrier.init(bars.index(i), count=ARRIVALS)
    return bars


@gluon.jit(do_not_specialize=["rows", "jobs", "down"])
def _gated_product(x, w1, w2, out, rows, jobs, down, N: gl.constexpr, K: gl.constexpr, BM: gl.constexpr,
                   BK: gl.constexpr, WIDE: gl.constexpr, MORE: gl.constexpr, SLOTS: gl.constexpr,
                   CONSUMERS: gl.constexpr, TURNS: gl.constexpr, PDL: gl.constexpr):  # fmt: skip
    PARTS: gl.constexpr = 1 if TURNS else CONSUMERS
    EACH: gl.constexpr = CONSUMERS if TURNS else 1
    T: gl.constexpr = _cut(N, K // BK, BM, BK, WIDE, MORE, SLOTS, PARTS, EACH)
    a = gl.allocate_shared_memory(gl.bfloat16, [SLOTS * PARTS, BM, BK], x.layout)
    b1 = gl.allocate_shared_memory(gl.bfloat16, [2 * SLOTS, WIDE, BK], w1.layout)
    b2 = b1  # which nobody looks at
    if MORE > 0:
        b2 = gl.allocate_shared_memory(gl.bfloat16, [2 * SLOTS, MORE, BK], w2.layout)
    ring = (a, b1, b2, _barriers(SLOTS, 1), _barriers(SLOTS, PARTS))
    fence_async_shared()
    made = (out, rows)
    sources = (x, w1, w2)
    if CONSUMERS == 1:
        gl.warp_specialize(
            [
                (_multiply, (made, jobs, down, ring, 0, T)),
                (_fetch, (sources, jobs, down, ring, PDL, T)),
            ],
            [1],
            [FETCHING_REGISTERS_FOR_ONE],
        )
    elif CONSUMERS == 2:
        gl.warp_specialize(
            [
                (_multiply, (made, jobs, down, ring, 0, T)),
                (_multiply, (made, jobs, down, ring, 1, T)),
                (_fetch, (sources, jobs, down, ring, PDL, T)),
            ],
            [4, 1],
            [REGISTERS, FETCHING_REGISTERS],
        )
    else:
        gl.warp_specialize(
            [
                (_multiply, (made, jobs, down, ring, 0, T)),
                (_multiply, (made, jobs, down, ring, 1, T)),
                (_multiply, (made, jobs, down, ring, 2, T)),
                (_fetch, (sources, jobs, down, ring, PDL, T)),
            ],
            [4, 4, 1],
            [REGISTERS_OF_THREE, REGISTERS_OF_THREE, FETCHING_REGISTERS],
        )
