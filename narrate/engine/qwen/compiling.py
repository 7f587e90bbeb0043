"""Kernels compiled on threads, beside the reading of the weights.

What is compiled is what is launched: the engine's own step, prefill and codec run over a model without data, whose
launches go nowhere. Triton compiles with Python's lock let go, and keeps what it made on disk: the next process
finds it there.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import torch
import triton

from narrate.engine.devices import cores_here
from narrate.engine.qwen.checkpoint import Checkpoint
from narrate.engine.qwen.decode import new_state
from narrate.engine.qwen.fast_codec import FastCodec
from narrate.engine.qwen.graphs import Step
from narrate.engine.qwen.memory import POSITIONS
from narrate.engine.qwen.prefill import SIZES, Prefill
from narrate.engine.qwen.weights import Model, prepare, read, without_data


def launch_all(model: Model, rows: int, cache: str) -> None:
    """Each kind of launch of an engine with so many `rows`, one or any number above, and a kind of cache, one of
    memory.CACHES. `model` has no data."""
    with torch.inference_mode():
        FastCodec(model).launch()  # first: its kernels take longest
        state = new_state(model, rows, POSITIONS, cache)
        step = Step(model, state)
        step(rows)
        Prefill(model, state, step.draw_first, SIZES[0]).launch(SIZES[0])
        logits = torch.empty(rows, model.config.talker.vocab, dtype=model.dtype, device=model.device)
        step.draw_first(logits, torch.zeros(rows, dtype=torch.int64, device=model.device))


def load_compiling(
    model: str, device: torch.device | str, dtype: torch.dtype, cache: str, memory: int | None, *, alone: bool
) -> tuple[Model, "Compiling"]:
    """`weights.load` onto a card, and the kernels that are compiled meanwhile: of one row where it is `alone`."""
    device = torch.device(device)
    checkpoint = prepare(model, device, dtype, memory=memory)
    compiling = Compiling(checkpoint, dtype, cache, 1 if alone else 2)
    try:
        return read(checkpoint, device, dtype, memory=memory), compiling
    except BaseException:
        compiling.cancel()
        raise


class Compiling:
    """The kernels of an engine, on their way for the current card."""

    def __init__(self, checkpoint: Checkpoint, dtype: torch.dtype, cache: str, rows: int) -> None:
        """Starts compiling what `rows` rows of the model take, see `launch_all`."""
        self._pool = ThreadPoolExecutor(1 + cores_here(), "kernel-compiler")
        self._launched: Future[None] | None = None
        if hasattr(triton, "AsyncCompileMode"):  # from Triton 3.5 on; before, each is compiled where it is launched
            card = torch.cuda.current_device()  # each thread has its own
            self._launched = self._pool.submit(self._launch, checkpoint, dtype, cache, rows, card)

    def _launch(self, checkpoint: Checkpoint, dtype: torch.dtype, cache: str, rows: int, card: int) -> None:
        torch.cuda.set_device(card)
        # A kernel that cannot be compiled says why where it is launched.
        with triton.AsyncCompileMode(_Loading(self._pool, card), ignore_errors=True):
            launch_all(without_data(checkpoint, dtype), rows, cache)

    def wait(self) -> None:
        """Return once all are there."""
        if self._launched is not None:
            self._launched.result()
        self._pool.shutdown()

    def cancel(self) -> None:
        """Compile no more than what is being compiled."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class _Loading:
    """An executor whose compiled kernels are loaded onto the card, too: the first load of one builds its launcher."""

    def __init__(self, pool: ThreadPoolExecutor, card: int) -> None:
        self._pool, self._card = pool, card

    def submit(self, compile_kernel: Callable[[], Any]) -> Future[Any]:
        return self._pool.submit(self._load, compile_kernel)

    def _load(self, compile_kernel: Callable[[], Any]) -> Any:
        torch.cuda.set_device(self._card)
        kernel = compile_kernel()
        kernel.run  # noqa: B018, a property that loads it
        return kernel
