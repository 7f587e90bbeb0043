"""Launching kernels: rounding to the tensors' dtype, and the properties of the card.

Tensors on the meta device have no data. They stand for the current card's: what is launched on them is compiled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor


@triton.jit
def rounded(value, like):
    """`value` rounded to the dtype that `like` points at, as float32."""
    return value.to(like.dtype.element_ty).to(tl.float32)


RELEASE = tuple(int(number) for number in triton.__version__.split(".")[:2])  # of Triton
HAS_PDL = RELEASE >= (3, 5)  # programmatic dependent launch, with torch 2.9: there is none before 3.4, and that's fails

if HAS_PDL:

    @triton.jit
    def wait_for_inputs(PDL: tl.constexpr):
        """Wait until the kernel before has finished; then let the next one start its own prologue."""
        if PDL:
            tl.extra.cuda.gdc_wait()
            tl.extra.cuda.gdc_launch_dependents()

else:

    @triton.jit
    def wait_for_inputs(PDL: tl.constexpr):
        """Nothing: the kernel before has finished."""


@dataclass(frozen=True, slots=True)
class Chip:
    """Properties of a card that launches depend on."""

    capability: tuple[int, int]
    shared_memory: int  # bytes that one block may have
    processors: int


NO_CHIP = Chip((0, 0), 0, 0)  # of the interpreter, which has no limits


@cache
def chip(device: torch.device) -> Chip:
    """The card called `device`; NO_CHIP on the CPU."""
    if device.type == "cpu":
        return NO_CHIP
    index = torch.cuda.current_device() if device.index is None else device.index
    limits = triton.runtime.driver.active.utils.get_device_properties(index)
    return Chip(
        torch.cuda.get_device_capability(index), int(limits["max_shared_mem"]), int(limits["multiprocessor_count"])
    )


def on(kernel: Any, grid: tuple[int, ...], like: Tensor | None = None) -> Callable[..., None]:
    """`kernel[grid]`: compiled and not launched where `like`, else the first argument, is a tensor without data."""

    def launch(first: Any, *rest: object, **options: Any) -> None:
        if (first if like is None else like).is_meta:
            kernel.warmup(first, *rest, grid=grid, **options)
        else:
            kernel[grid](first, *rest, **options)

    return launch


def launch_options(device: torch.device) -> dict[str, Any]:
    """Keyword arguments of a launch on `device`: PDL from compute capability 9 on, where Triton has it."""
    return {"PDL": True, "launch_pdl": True} if HAS_PDL and chip(device).capability >= (9, 0) else {"PDL": False}


def capability(device: torch.device) -> tuple[int, int]:
    """The compute capability of `device`; (0, 0): none."""
    return chip(device).capability


def processors(device: torch.device) -> int:
    """The multiprocessors of `device`."""
    return chip(device).processors


def shared_memory(device: torch.device) -> int:
    """Bytes that one block may have on `device`; 0: no limit."""
    return chip(device).shared_memory


def block(width: int) -> int:
    """The power of two that holds `width`."""
    return int(triton.next_power_of_2(width))
