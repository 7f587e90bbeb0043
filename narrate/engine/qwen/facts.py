"""Facts about Qwen3-TTS that need no torch loaded."""

from narrate.engine.facts import EngineFacts, Model
from narrate.engine.qwen.checkpoint import MODEL_KINDS, deaf_model, find_checkpoint
from narrate.languages import languages
from narrate.voices import DesignVoice, SpeakerVoice


def find_model(model: str) -> Model:
    """The checkpoint in a folder or of a hub name, which says of itself what kind it is. Raises EngineError."""
    found = find_checkpoint(model)
    return Model(found.name, model, found.kind, found.sampling)


QWEN = EngineFacts(
    name="qwen",
    voice="a Qwen3-TTS voice",
    languages=frozenset(code for code, language in languages().items() if language.qwen3_tts),
    kinds=MODEL_KINDS,
    opening="narrate.engine.qwen.opening:open_qwen",
    packages={name: name.replace("_", "-") for name in ("torch", "tokenizers", "huggingface_hub", "soxr")},
    directed=frozenset((SpeakerVoice.model_kind, DesignVoice.model_kind)),
    draws=True,
    prepare="narrate.engine.qwen.opening:prepare",
    needs_gpu=True,
    find_model=find_model,
    deaf_model=deaf_model,
    extra="qwen",
)
