"""CUDA graphs of what we launch kernel by kernel."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import torch

Key = TypeVar("Key")


def capture(
    launches: Iterable[tuple[Key, Callable[[], object]]], device: torch.device, pool: Any
) -> dict[Key, torch.cuda.CUDAGraph]:
    """A graph of each launch in the memory `pool`: given largest first, what one works in holds the next one's.

    Each is launched once before: that compiles its kernels and lets cuBLAS allocate.
    """
    graphs: dict[Key, torch.cuda.CUDAGraph] = {}
    stream = torch.cuda.Stream(device)
    for key, launch in launches:
        stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(stream):
            launch()
        stream.synchronize()
        torch.cuda.empty_cache()  # what that run worked in: the graph's pool cannot have it
        graphs[key] = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graphs[key], pool=pool, stream=stream):
            launch()
    torch.cuda.current_stream(device).wait_stream(stream)
    return graphs
