"""Every kernel compiled for cards that are not here, as the engine launches it at the released sizes.

The launchers run on tensors without data: the step, the prefill and the codec of both sizes. Each launch goes
through Triton's own `run`, which compiles for the card that a stand-in for the driver names, and launches nothing.
So signatures, constants and tiles are the engine's own. For a process of its own: it changes Triton's.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import torch
import triton
from triton.backends.compiler import GPUTarget

from narrate.engine.qwen import fast_codec, weights
from narrate.engine.qwen.config import read_codec_config, read_config
from narrate.engine.qwen.decode import new_state
from narrate.engine.qwen.fast_codec import FastCodec
from narrate.engine.qwen.graphs import Step
from narrate.engine.qwen.kernels import launch
from narrate.engine.qwen.memory import CUDA_SLOTS, POSITIONS
from narrate.engine.qwen.prefill import SIZES, Prefill, tiles_of
from narrate.engine.qwen.tensors import Tensors
from narrate.engine.qwen.weights import Model

from .full_size import HIDDEN, codec_settings, talker_settings

# Compute capability: KiB of shared memory that one block may have (CUDA C++ Programming Guide).
SHARED_KIB = {(8, 0): 163, (8, 6): 99, (8, 9): 99, (9, 0): 227, (10, 0): 227, (12, 0): 99}
NOWHERE = torch.device("meta")
# What makes a launch another kind of work. Of tiles that are alike in these the first launched stands for all, and
# the largest of all is among them.
KINDS = ("STAGES", "GATED", "ADD")
PRODUCTS = ("_causal_conv", "_prompt_attention", "_talker_attention")  # on tensor cores, from shared memory
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

    with _on(capability, known, keep), torch.inference_mode():
        _launch_all()
    return list(compiled.values())


def _named(function: Any, constants: dict[Any, Any]) -> dict[str, Any]:
    """A kernel's constants by their names, from Triton's places of them."""
    return {function.params[place[0]].name: value for place, value in constants.items()}


@contextmanager
def _on(capability: tuple[int, int], known: Callable[..., bool], keep: Callable[[Any, Any], None]) -> Iterator[None]:
    """Within it, launches are compiled for `capability` and go nowhere."""
    jit, runtime = triton.runtime.jit.JITFunction, triton.knobs.runtime
    run, chip = jit.run, launch.chip

    def compile_only(self: Any, *args: Any, grid: Any, warmup: bool, **options: Any) -> None:
        kernel = run(self, *args, grid=grid, warmup=True, **options)
        if kernel is not None:
            keep(self, kernel)

    card = launch.Chip(capability, SHARED_KIB[capability] << 10)
    triton.runtime.driver.set_active(_Driver(capability))
    jit.run, runtime.jit_cache_hook = compile_only, known
    setattr(launch, "chip", lambda device: card)  # noqa: B010
    try:
        yield
    finally:
        jit.run, runtime.jit_cache_hook = run, None
        launch.chip = chip


def _launch_all() -> None:
    """Every launch that the engine makes with either size. The larger one comes first: its rows are wider."""
    for size in sorted(HIDDEN, reverse=True):
        model = full_size(size)
        state = new_state(model, CUDA_SLOTS, POSITIONS)
        step = Step(model, state)
        for batch in (1, 2, CUDA_SLOTS):
            step(batch)
        prefill = Prefill(model, state, step.draw_first)
        prefill._layers(SIZES[-1], prefill._where(SIZES[-1], tiles_of(SIZES[-1])))
        logits = torch.empty(3, model.config.talker.vocab, dtype=model.dtype, device=NOWHERE)
        step.draw_first(logits, torch.zeros(3, dtype=torch.int64, device=NOWHERE))
    codec = FastCodec(model)
    length = fast_codec.LENGTHS[0]
    fast_codec._Pass(codec._front, codec._convs, fast_codec.FRAMES // length, length, codec._out).decode()


@cache
def full_size(size: str) -> Model:
    """A released size's tensors, without their data, and of its equal layers two."""
    settings, codec_settings_ = talker_settings(size, "base"), codec_settings()
    talker = settings["talker_config"]
    for part in (talker, talker["code_predictor_config"], codec_settings_["decoder_config"]):
        part["num_hidden_layers"] = 2
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "config.json").write_text(json.dumps(settings), "utf-8")
        config = read_config(folder)
        (folder / "config.json").write_text(json.dumps(codec_settings_), "utf-8")
        codec_config = read_codec_config(folder)
    tensors = _Nothing(folder, NOWHERE, torch.bfloat16, {})
    with (
        torch.inference_mode(),
        patch.object(weights, "_projected", lambda row, *_: row.new_empty(config.talker.hidden)),
    ):
        talker = weights._talker(tensors, config)
        predictor = weights._predictor(tensors, config, talker)
    absent: Any = None  # nothing that launches a kernel asks for it
    codec = replace(tensors, dtype=torch.float32)
    return Model(absent, config, talker, predictor, absent, codec_config, codec, NOWHERE, torch.bfloat16)


class _Nothing(Tensors):
    """Tensors of every name, without their data."""

    def take(self, name: str, *size: int) -> torch.Tensor:
        return torch.empty(size, dtype=self.dtype, device=self.device)
