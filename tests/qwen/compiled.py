"""Every kernel compiled for cards that are not here, as the engine launches it at the released sizes.

As the engine compiles them beside its loading, on tensors without data: the step, the prefill and the codec of both
sizes. A stand-in for Triton's driver names the card. For a process of its own: it changes Triton's.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
import triton
from triton.backends.compiler import GPUTarget

from narrate.engine.qwen.checkpoint import Checkpoint
from narrate.engine.qwen.codec import CHUNK, LEFT_CONTEXT
from narrate.engine.qwen.compiling import launch_all
from narrate.engine.qwen.decode import new_state
from narrate.engine.qwen.fast_codec import LENGTHS, FastCodec, _Pass
from narrate.engine.qwen.graphs import Step
from narrate.engine.qwen.kernels import launch
from narrate.engine.qwen.memory import CACHES, CUDA_SLOTS
from narrate.engine.qwen.prefill import SIZES, Prefill
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.weights import Model, load, without_data
from narrate.takes import Sampling

from .full_size import HIDDEN, codec_settings, talker_settings

PROCESSORS = 132  # which changes no kernel
# Compute capability: KiB of shared memory that one block may have (CUDA C++ Programming Guide).
SHARED_KIB = {(8, 0): 163, (8, 6): 99, (8, 9): 99, (9, 0): 227, (10, 0): 227, (12, 0): 99}
# What makes a launch another kind of work. Of tiles that are alike in these the first launched stands for all, and
# the largest of all is among them.
KINDS = ("STAGES", "GATED", "ADD", "INT8", "WIDE", "MORE", "FUSED")
PRODUCTS = ("_causal_conv", "_prompt_attention", "_talker_attention", "_int8_attention")  # on tensor cores
Keys = set[tuple[str, str]]
LARGE = 128 * 128  # a convolution's tile, of which the first launched is the largest


@dataclass(frozen=True, slots=True)
class Compiled:
    """A kernel, compiled for one card."""

    kernel: str
    constants: dict[str, Any]
    warps: int
    shared: int  # bytes
    machine_code: int  # bytes, 0 where the assembler made none


class _Driver:
    """What Triton asks of its driver, of a card that is not here."""

    def __init__(self, capability: tuple[int, int]) -> None:
        self._number = 10 * capability[0] + capability[1]

    def get_current_device(self) -> int:
        return self._number  # of its own for each, as kernels are kept by it

    def get_current_stream(self, device: int) -> int:
        return 0

    def get_current_target(self) -> GPUTarget:
        return GPUTarget("cuda", self._number, 32)


def compile_kernels(capability: tuple[int, int], extent: str = "all") -> list[Compiled]:
    """The kernels for one card: of "all" launches, one of each of their "kinds", or the "largest" product of each."""
    compiled: dict[str, Compiled] = {}
    kinds: set[tuple[Any, ...]] = set()

    def known(*, fn: Any, **rest: Any) -> bool:
        """Triton's hook before it compiles: True for what need not be."""
        if extent == "all":
            return False
        launched = rest["compile"]
        named = _named(fn.jit_function, launched["constants"])
        kind: tuple[Any, ...] = (fn.jit_function, *(named.get(name) for name in KINDS))
        if extent == "largest":
            kind = (fn.jit_function,)
            if fn.jit_function.__name__ not in PRODUCTS or named.get("BM", LARGE) * named.get("BN", LARGE) < LARGE:
                return True
        seen = kind in kinds
        kinds.add(kind)
        return seen

    def keep(function: Any, kernel: Any) -> None:
        constants = _named(function, kernel.src.constants)
        found = Compiled(function.__name__, constants, kernel.metadata.num_warps, kernel.metadata.shared,
                         len(kernel.asm.get("cubin", b"")))  # fmt: skip
        compiled[kernel.hash] = found

    with _on(capability, known, keep):
        _launch_all()
    return list(compiled.values())


def _keys(launches: Callable[[], None], capability: tuple[int, int] = (9, 0)) -> Keys:
    """What Triton would compile for `launches`: kernels by name, each with the key that it keeps them by."""
    found: Keys = set()

    def known(*, fn: Any, key: Any, **_: Any) -> bool:
        found.add((fn.name, str(key)))
        return True

    with _on(capability, known, lambda *_: None, ahead=False):
        launches()
    return found


def _named(function: Any, constants: dict[Any, Any]) -> dict[str, Any]:
    """A kernel's constants by their names, from Triton's places of them; Triton 3.2 has the names."""
    names = (place if isinstance(place, str) else function.params[place[0]].name for place in constants)
    return dict(zip(names, constants.values(), strict=True))


@contextmanager
def _on(
    capability: tuple[int, int], known: Callable[..., bool], keep: Callable[[Any, Any], None], *, ahead: bool = True
) -> Iterator[None]:
    """Within it, launches are compiled for `capability` and go nowhere. `ahead`: none but those of no data may come."""
    jit = triton.runtime.jit.JITFunction
    hooks, hook = (triton.knobs.runtime, "jit_cache_hook") if hasattr(triton, "knobs") else (jit, "cache_hook")  # < 3.4
    run, chip = jit.run, launch.chip

    def compile_only(self: Any, *args: Any, grid: Any, warmup: bool, **options: Any) -> None:
        assert warmup or not ahead, "it would be launched"
        kernel = run(self, *args, grid=grid, warmup=True, **options)
        if kernel is not None:
            keep(self, kernel)

    card = launch.Chip(capability, SHARED_KIB[capability] << 10, PROCESSORS)
    triton.runtime.driver.set_active(_Driver(capability))
    jit.run = compile_only
    setattr(hooks, hook, known)
    setattr(launch, "chip", lambda device: card)  # noqa: B010
    try:
        yield
    finally:
        jit.run = run
        setattr(hooks, hook, None)
        launch.chip = chip


def _launch_all() -> None:
    """Every launch that the engine makes with either size. The larger one comes first: its rows are wider."""
    for size in sorted(HIDDEN, reverse=True):
        for rows, kind in product((1, CUDA_SLOTS), CACHES):
            launch_all(full_size(size), rows, kind)


@cache
def full_size(size: str) -> Model:
    """A released size's tensors, without their data, and of its equal layers one."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "speech_tokenizer").mkdir()
        (folder / "config.json").write_text(json.dumps(talker_settings(size, "base")), "utf-8")
        (folder / "speech_tokenizer" / "config.json").write_text(json.dumps(codec_settings()), "utf-8")
        return without_data(Checkpoint(folder, size, ""), torch.bfloat16)


def launched_and_ahead(folder: Path, rows: int, kind: str) -> tuple[Keys, Keys]:
    """What a checkpoint's tensors are launched with at every size for so many `rows` and a kind of cache, and what is
    compiled ahead."""
    model = load(str(folder), "cpu", torch.bfloat16)
    ahead = partial(launch_all, without_data(model.checkpoint, torch.bfloat16), min(rows, 2), kind)
    return _keys(partial(_launch, model, rows, kind)), _keys(ahead)


@torch.inference_mode()
def _launch(model: Model, rows: int, kind: str) -> None:
    """Steps of all batches of `rows`, prefills, and passes of the codec of all sizes that there are graphs for."""
    state = new_state(model, rows, 64, kind)
    step = Step(model, state)
    for batch in {rows, *range(2, rows + 1)}:
        step(batch)
    prefill = Prefill(model, state, step.draw_first, SIZES[2])
    for size in SIZES[:3]:
        prefill.launch(size)
    for count in {1, rows}:
        embeddings = torch.zeros(32, model.config.talker.hidden, dtype=model.dtype)
        prefill(list(range(count)), [Prompt(embeddings, 0, 4, Sampling())] * count)
    codec = FastCodec(model, frames=CHUNK + LEFT_CONTEXT)
    for length in LENGTHS:
        for pieces in {1, codec.frames // length}:
            _Pass(codec._front, codec._convs, pieces, length, codec._out).decode()
