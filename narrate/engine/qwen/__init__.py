"""Qwen3-TTS. Nothing here imports torch until an engine is opened."""

from typing import TYPE_CHECKING, Any

from narrate.errors import EngineError

if TYPE_CHECKING:
    from narrate.engine.qwen.engine import QwenEngine


def open_qwen(model: str, **settings: Any) -> "QwenEngine":
    """A QwenEngine for a local folder or a hub name; `settings` are QwenEngine's own.

    Raises EngineError when the packages or the model are missing or cannot run here.
    """
    try:
        from narrate.engine.qwen.engine import QwenEngine
    except ImportError as error:
        raise EngineError(
            f"the qwen engine needs packages that are not here: {error}", do='pip install "narrate[qwen]"'
        ) from error
    return QwenEngine(model, **settings)
