"""Opening Qwen3-TTS: one checkpoint at once; of several, each when its turn comes."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from narrate.audio import Audio
from narrate.engine.engine import Patient


def open_qwen(models: Sequence[str], *, slots: int | None = None, **options: Any) -> Patient[Audio]:
    """The engine of these `models`, folders or hub names. Options are QwenEngine's. Raises EngineError."""
    from narrate.engine.qwen import QwenEngine, SeveralEngines

    if len(models) > 1:
        return SeveralEngines(models, slots=slots, **options)
    return QwenEngine(models[0] if models else "", slots=slots, **options)


def prepare() -> None:
    """Import what opening an engine imports. Raises ImportError."""
    with suppress(ImportError):  # it comes with a torch for CUDA alone
        from triton.runtime.cache import triton_key

        # Triton hashes itself before it looks for its first kernel: half a second, with Python's lock let go.
        threading.Thread(target=triton_key, daemon=True).start()
    from narrate.engine.qwen import engine  # noqa: F401

    with suppress(ImportError):
        from narrate.engine.qwen import compiling  # noqa: F401
