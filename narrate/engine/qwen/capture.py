"""CUDA graphs of what we launch kernel by kernel, each captured when it is first replayed, or ahead on a thread."""

import gc
import logging
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

import torch

Key = TypeVar("Key", bound=Hashable)

log = logging.getLogger(__name__)


class Graphs(Generic[Key]):
    """A graph of `launch(key)` for each key that is asked for, all in one pool of memory.

    Capturing runs nothing: the device may be at work on what the launches read and write. Any thread may ask for it.
    """

    def __init__(self, launch: Callable[[Key], object], first: Key, device: torch.device, room: int = 0) -> None:
        """Runs `launch(first)`, which loads the kernels and lets cuBLAS allocate; captures nothing yet.

        room: bytes that any one launch allocates at most, and that all graphs then share. Raises
        torch.OutOfMemoryError when they are not there.
        """
        self._launch, self._device = launch, device
        self._pool, self._stream = torch.cuda.graph_pool_handle(), torch.cuda.Stream(device)
        self._graphs: dict[Key, torch.cuda.CUDAGraph] = {}
        self._one = threading.Lock()  # graphs that share memory are captured one after the other
        launch(first)
        torch.cuda.empty_cache()  # what that run worked in
        self._held = self._captured(lambda: self._hold(room))

    def replay(self, key: Key) -> None:
        """Run `launch(key)` in the current stream."""
        if key not in self._graphs:
            self.capture(key)
        self._graphs[key].replay()

    def capture(self, key: Key) -> None:
        """Capture the graph for `key`, unless it is there."""
        with self._one:
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


class CapturingAhead:
    """A thread that makes calls which capture graphs, one after the other, while the device is at work.

    Half of their time cuBLAS looks for kernels, with Python's lock let go.
    """

    def __init__(self, captures: Sequence[Callable[[], None]], device: torch.device) -> None:
        self._captures, self._device = captures, device
        self._over = False
        self._thread = threading.Thread(target=self._run, name="graph-capturer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Capture no more than what is being captured. Harmless when called twice."""
        self._over = True
        self._thread.join()

    def _run(self) -> None:
        torch.cuda.set_device(self._device)  # each thread has its own
        with torch.inference_mode():
            one = torch.zeros(16, 16, dtype=torch.float16, device=self._device)
            torch.mm(one, one)  # cuBLAS's handles are the thread's own, too, and cannot be made in a capture
            torch.addmm(one[0], one, one)
        for capture in self._captures:
            if self._over:
                return
            try:
                capture()
            except RuntimeError as error:  # the thread that needs it captures it, or tells of this
                log.info("A graph was not captured ahead: %s", error)
                return


_counting = threading.Lock()
_captures, _collecting = 0, True  # threads that capture now, and whether garbage was collected before they did


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage is collected in any thread."""
    global _captures, _collecting
    with _counting:
        if not _captures:
            _collecting = gc.isenabled()
            gc.disable()
        _captures += 1
    try:
        yield
    finally:
        with _counting:
            _captures -= 1
            if not _captures and _collecting:
                gc.enable()
