"""Checks of a card before a checkpoint is loaded onto it."""

import torch

from narrate.engine.qwen.checkpoint import Checkpoint
from narrate.engine.qwen.memory import (
    CODEC,
    CUDA_CONTEXT,
    RELEASED,
    SMALLEST,
    WITH_BFLOAT16,
    least,
    no_bfloat16,
    what_would_fit,
)
from narrate.errors import EngineError

JOINED = 1.05  # what is folded and joined of the weights takes a twentieth more than their files


def check_card(device: torch.device, dtype: torch.dtype) -> None:
    """Raise EngineError where `device` is not here, or cannot do what a model in `dtype` needs."""
    if device.type != "cuda":
        return
    if not torch.cuda.is_available():
        raise EngineError("no CUDA device is to be seen", do="check nvidia-smi, or ask for --device cpu (slow)")
    if device.index is not None and device.index >= (count := torch.cuda.device_count()):
        raise EngineError(f"there is no {device} here", do=f"name one from cuda:0 to cuda:{count - 1}")
    if dtype == torch.bfloat16 and (why := no_bfloat16(torch.cuda.get_device_capability(device))):
        raise EngineError(why, do=WITH_BFLOAT16)


def check_memory(checkpoint: Checkpoint, device: torch.device, dtype: torch.dtype, memory: int | None) -> None:
    """Raise EngineError where the model and one slot do not fit into what is free, or into `memory`."""
    if device.type != "cuda":
        return
    # Released weights are bf16: a wider dtype takes its multiple.
    files = sum(f.stat().st_size for f in checkpoint.folder.glob("*.safetensors"))
    costs = RELEASED.get(checkpoint.size, RELEASED[SMALLEST]).costs()
    needed = round(JOINED * files * dtype.itemsize / 2) + CODEC + least(costs)
    free, _ = torch.cuda.mem_get_info(device)
    if memory is not None:
        free = min(free, memory - CUDA_CONTEXT)
    if free < needed:
        there = f"{max(free, 0) / 2**30:.1f} are " + ("left by --memory" if memory is not None else "free")
        what = f"the model needs {needed / 2**30:.1f} GiB of GPU memory to speak one line, {there}"
        raise EngineError(
            what, where=checkpoint.folder, do=what_would_fit(checkpoint.size, free, asked=memory is not None)
        )
