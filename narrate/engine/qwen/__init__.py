"""Qwen3-TTS. Nothing here imports torch until QwenEngine is asked for."""

from typing import TYPE_CHECKING, Any

from narrate.errors import EngineError

if TYPE_CHECKING:
    from narrate.engine.qwen.engine import QwenEngine

__all__ = ["QwenEngine"]


def __getattr__(name: str) -> Any:
    """QwenEngine, imported when it is first asked for. Raises EngineError when its packages are missing."""
    if name != "QwenEngine":
        raise AttributeError(name)
    try:
        from narrate.engine.qwen.engine import QwenEngine
    except ImportError as error:
        do = 'pip install "narrate[qwen]"'
        raise EngineError(f"the qwen engine needs packages that are not here: {error}", do=do) from error
    return QwenEngine
