"""Kernels compiled on threads, beside the reading of the weights.

What is compiled is what is launched: the engine's own step, prefill and codec run over a model without data, whose
launches go nowhere. Triton compiles with Python's lock let go, and keeps what it made on disk: the next process
finds it there, and a mark that all is there. It then compiles nothing ahead: on tensors without data torch imports
its compiler, which takes four seconds and Python's lock.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
import triton

from narrate.engine.devices import cores_here
from narrate.engine.qwen.checkpoint import Checkpoint
from narrate.engine.qwen.decode import new_state
from narrate.engine.qwen.fast_codec import FastCodec
from narrate.engine.qwen.graphs import Step
from narrate.engine.qwen.kernels.launch import chip
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
        """Starts compiling what `rows` rows of the model take, see `launch_all`, unless that was done before."""
        self._pool = ThreadPoolExecutor(1 + cores_here(), "kernel-compiler")
        self._loading = _Loading(self._pool)
        self._launched: Future[None] | None = None
        if not hasattr(triton, "AsyncCompileMode"):  # before Triton 3.5 each is compiled where it is launched
            return
        mark = mark_of(checkpoint, dtype, cache, rows)
        if not mark.exists():
            card = torch.cuda.current_device()  # each thread has its own
            self._launched = self._pool.submit(self._launch, checkpoint, dtype, cache, rows, card, mark)

    def _launch(self, checkpoint: Checkpoint, dtype: torch.dtype, cache: str, rows: int, card: int, mark: Path) -> None:
        torch.cuda.set_device(card)
        # A kernel that cannot be compiled says why where it is launched.
        with triton.AsyncCompileMode(self._loading, ignore_errors=True):
            launch_all(without_data(checkpoint, dtype), rows, cache)
        if not self._loading.failed:
            with suppress(OSError):
                mark.touch()

    def wait(self) -> None:
        """Return once all are there."""
        if self._launched is not None:
            self._launched.result()
        self._pool.shutdown()

    def cancel(self) -> None:
        """Compile no more than what is being compiled. Harmless when called twice, and after `wait`."""
        self._loading.stopped = True  # Triton waits for ever for what the pool itself would cancel
        self._pool.shutdown(wait=False)


def mark_of(checkpoint: Checkpoint, dtype: torch.dtype, cache: str, rows: int) -> Path:
    """The file, among those that Triton keeps, that says that all of this was compiled: another name for anything else.

    A kernel that is not there all the same is compiled where it is launched.
    """
    card = chip(torch.device("cuda"))
    found = hashlib.sha256(repr((triton.__version__, torch.__version__, card, dtype, cache, rows)).encode())
    settings = (checkpoint.folder / "config.json", checkpoint.folder / "speech_tokenizer" / "config.json")
    for file in (*sorted(Path(__file__).parent.rglob("*.py")), *settings):
        found.update(file.read_bytes())
    return Path(triton.knobs.cache.dir) / f"narrate-{found.hexdigest()[:32]}"


class _Loading:
    """An executor whose compiled kernels are loaded onto the card, too: the first load of one builds its launcher.

    `failed`: whether any kernel is not there for it. Once it is `stopped`, all that has not begun fails.
    """

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self.failed = self.stopped = False

    def submit(self, compile_kernel: Callable[[], Any]) -> Future[Any]:
        return self._pool.submit(self._load, compile_kernel, torch.cuda.current_device())

    def _load(self, compile_kernel: Callable[[], Any], card: int) -> Any:
        try:
            if self.stopped:
                raise CancelledError
            torch.cuda.set_device(card)  # each thread has its own
            kernel = compile_kernel()
            kernel.run  # noqa: B018, a property that loads it
        except BaseException:
            self.failed = True
            raise
        return kernel
