"""CUDA graphs of what we launch kernel by kernel, each captured when it is first replayed."""

import gc
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

import torch

Key = TypeVar("Key", bound=Hashable)


class Graphs(Generic[Key]):
    """A graph of `launch(key)` for each key that is asked for, all in one pool of memory.

    Capturing runs nothing: the device may be at work on what the launches read and write.
    """

    def __init__(self, launch: Callable[[Key], object], first: Key, device: torch.device, room: int = 0) -> None:
        """Runs `launch(first)`, which loads the kernels and lets cuBLAS allocate; captures nothing yet.

        room: bytes that any one launch allocates at most, and that all graphs then share. Raises
        torch.OutOfMemoryError when they are not there.
        """
        self._launch, self._device = launch, device
        self._pool, self._stream = torch.cuda.graph_pool_handle(), torch.cuda.Stream(device)
        self._graphs: dict[Key, torch.cuda.CUDAGraph] = {}
        launch(first)
        torch.cuda.empty_cache()  # what that run worked in
        self._held = self._captured(lambda: self._hold(room))

    def replay(self, key: Key) -> None:
        """Run `launch(key)` in the current stream."""
        self.capture(key)
        self._graphs[key].replay()

    def capture(self, key: Key) -> None:
        """Capture the graph for `key`, unless it is there."""
        if key not in self._graphs:
            self._graphs[key] = self._captured(lambda: self._launch(key))

    def close(self) -> None:
        """Free the graphs and their memory; no more are captured."""
        self._graphs.clear()
        del self._held

    def _hold(self, room: int) -> None:
        """Memory that goes to the pool for good. A graph has to have something to do, too."""
        torch.empty(room, dtype=torch.uint8, device=self._device)
        torch.zeros(1, device=self._device)

    def _captured(self, launch: Callable[[], object]) -> torch.cuda.CUDAGraph:
        graph = torch.cuda.CUDAGraph()
        # torch.cuda.graph would wait for the device. No garbage is collected: a graph in it could not be freed now.
        with (
            _no_collection(),
            torch.inference_mode(),
            torch.cuda.device(self._device),
            torch.cuda.stream(self._stream),
        ):
            graph.capture_begin(pool=self._pool, capture_error_mode="thread_local")
            try:
                launch()
            except BaseException:
                with suppress(RuntimeError):  # the first error is the one to tell
                    graph.capture_end()
                raise
            graph.capture_end()
        return graph


@contextmanager
def _no_collection() -> Iterator[None]:
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
