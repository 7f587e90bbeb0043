"""What all launches share: rounding to the tensors' dtype and programmatic dependent launch."""

from functools import cache
from typing import Any

import torch
import triton
import triton.language as tl


@triton.jit
def rounded(value, like):
    """`value` rounded to the dtype that `like` points at, as float32."""
    return value.to(like.dtype.element_ty).to(tl.float32)


@triton.jit
def wait_for_inputs(PDL: tl.constexpr):
    """Wait until the kernel before has finished; then let the next one start its own prologue."""
    if PDL:
        tl.extra.cuda.gdc_wait()
        tl.extra.cuda.gdc_launch_dependents()


@cache
def launch_options(device: torch.device) -> dict[str, Any]:
    """Keyword arguments of a launch on `device`: PDL from compute capability 9 on."""
    pdl = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (9, 0)
    return {"PDL": True, "launch_pdl": True} if pdl else {"PDL": False}


def block(width: int) -> int:
    """The power of two that holds `width`."""
    return int(triton.next_power_of_2(width))
