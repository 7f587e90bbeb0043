"""Every kernel compiled for the cards that people have, and what it takes there of a block's shared memory.

No GPU is needed: Triton and the assembler in its wheel make machine code for a card that is not there. The cards
beside the least one and the one with most kinds of kernels are left to `make thorough`. All launches of both sizes for
all cards take minutes: benchmarks/kernels.py.
"""

import importlib.util
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

pytest.importorskip("torch")
pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.engine.qwen.kernels.codec import TILES, fitting
from narrate.engine.qwen.kernels.launch import HAS_PDL, RELEASE
from narrate.engine.qwen.kernels.wide import RELEASES

from .compiled import SHARED_KIB, Compiled, compile_kernels

# Before compute capability 9 no card differs but in its memory, and from 9 on kernels start before the one before
# has ended: one of each kind gets every kernel, the others those with the largest tiles.
EVERY_KERNEL = ((8, 6), (9, 0))
ASKED = [("largest", (8, 6)), ("kinds", (9, 0))]
THOROUGH = [("kinds" if card in EVERY_KERNEL else "largest", card) for card in SHARED_KIB if card != (9, 0)]
Compile = Callable[[tuple[int, int], str], list[Compiled]]


@pytest.fixture(scope="module")
def compiled() -> Iterator[Compile]:
    """compiled(card, extent), in a process of its own: in this one, kernels may be the interpreter's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TRITON_INTERPRET", raising=False)
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            yield lambda card, extent: pool.submit(compile_kernels, card, extent).result()


@pytest.mark.parametrize(
    ("extent", "card"), [*ASKED, *(pytest.param(*asked, marks=pytest.mark.thorough) for asked in THOROUGH)]
)
def test_every_kernel_fits(extent: str, card: tuple[int, int], compiled: Compile) -> None:
    if card >= (10, 0) and RELEASE < (3, 3):
        pytest.skip("it has no such card, as torch 2.6 has no code for one")
    found = compiled(card, extent)
    names = {kernel.kernel for kernel in found}
    assert names >= {"_causal_conv", "_prompt_attention", "_talker_attention", "_int8_attention"}
    if extent == "kinds":
        wide = {"_wide_conv"} if card == (9, 0) and RELEASE in RELEASES else set()
        assert names == {*kernels(), *wide}
    too_large = [kernel for kernel in found if kernel.shared > SHARED_KIB[card] << 10]
    assert not too_large
    assert max(kernel.shared for kernel in found) > 32 << 10  # there is something to hold against the limit
    assert all(kernel.machine_code for kernel in found)
    assert {kernel.constants["PDL"] for kernel in found if "PDL" in kernel.constants} == {HAS_PDL and card >= (9, 0)}


def kernels() -> list[str]:
    """The names of all kernels that somebody launches: those with a place for each program's work."""
    from narrate.engine.qwen.kernels import attention, codec, int8, norms, products, prompts, sampling, windows

    modules = (attention, codec, int8, norms, products, prompts, sampling, windows)
    return [name for module in modules for name in vars(module) if _is_kernel(module, name)]


def _is_kernel(module: object, name: str) -> bool:
    made = vars(module)[name]
    launched = name.startswith("_") and not name.startswith("__") and hasattr(made, "fn") and hasattr(made, "run")
    return launched and bool(made.fn.__module__ == vars(module)["__name__"])


@pytest.mark.parametrize("tile", TILES.values())
def test_a_tile_narrows_only_where_it_must(tile: tuple[int, int, int, int, int]) -> None:
    bm, _, bk, warps, stages = tile
    assert fitting(tile, 2, 0) == fitting(tile, 2, 163 << 10) == fitting(tile, 2, 227 << 10) == tile
    for size, room in ((2, 99 << 10), (2, 64 << 10), (4, 163 << 10)):
        narrow = fitting(tile, size, room)
        assert (narrow[0], *narrow[2:]) == (bm, bk, warps, stages)
        assert (bm + narrow[1]) * bk * stages * size <= room
        assert narrow == tile or (bm + 2 * narrow[1]) * bk * stages * size > room
