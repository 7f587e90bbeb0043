"""Facts about the draft engine that need no hibari loaded."""

from narrate.engine.facts import EngineFacts
from narrate.install import DRAFT_ENGINE_COMMAND
from narrate.voices import DraftVoice, EmbeddedVoice

DRAFT = EngineFacts(
    name="draft",
    voice="a draft voice",
    languages=frozenset(DraftVoice.languages),
    kinds={DraftVoice.model_kind: "", EmbeddedVoice.model_kind: ""},
    opening="narrate.engine.draft:open_draft",
    packages={"hibari": "hibari-tts", "onnxruntime": "onnxruntime"},
    phonemes=True,
    paced=True,
    model="hibari-heart",
    command=DRAFT_ENGINE_COMMAND,
)
