"""Opening Qwen3-TTS: one checkpoint at once; of several, each when its turn comes."""

from collections.abc import Sequence
from typing import Any

from narrate.audio import Audio
from narrate.engine.engine import Engine


def open_qwen(models: Sequence[str], *, slots: int | None = None, **options: Any) -> Engine[Audio]:
    """The engine of these `models`, folders or hub names. Options are QwenEngine's. Raises EngineError."""
    from narrate.engine.qwen import QwenEngine, SeveralEngines

    if len(models) > 1:
        return SeveralEngines(models, slots=slots, **options)
    return QwenEngine(models[0] if models else "", slots=slots, **options)
