"""The engines that there are, by name. The first one is always there: narrate brings it with it."""

from narrate.engine.draft_facts import DRAFT
from narrate.engine.facts import EngineFacts
from narrate.engine.qwen.facts import QWEN

ENGINES = {engine.name: engine for engine in (DRAFT, QWEN)}


def engine_speaking(kind: str) -> EngineFacts:
    """The engine that speaks this kind of voice (`Voice.model_kind`)."""
    return next(engine for engine in ENGINES.values() if kind in engine.kinds)
