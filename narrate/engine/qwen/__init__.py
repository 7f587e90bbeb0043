"""Qwen3-TTS. Nothing here imports torch until an engine is asked for."""

from typing import TYPE_CHECKING, Any

from narrate.errors import EngineError
from narrate.install import install_command

if TYPE_CHECKING:
    from narrate.engine.qwen.engine import QwenEngine
    from narrate.engine.qwen.several import SeveralEngines

__all__ = ["QwenEngine", "SeveralEngines", "release_memory"]


def __getattr__(name: str) -> Any:
    """An engine, imported when it is first asked for. Raises EngineError when its packages are missing."""
    if name not in ("QwenEngine", "SeveralEngines"):
        raise AttributeError(name)
    try:
        from narrate.engine.qwen.engine import QwenEngine
        from narrate.engine.qwen.several import SeveralEngines
    except ImportError as error:
        do = install_command("qwen")
        raise EngineError(f"the qwen engine needs packages that are not here: {error}", do=do) from error
    return QwenEngine if name == "QwenEngine" else SeveralEngines


def release_memory() -> None:
    """Give back to the device what closed engines held, for another process or a larger model."""
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
