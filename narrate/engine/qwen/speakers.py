"""CustomVoice's speakers: what a checkpoint says of its own, and what is known of the released ones. No torch."""

from dataclasses import dataclass

from narrate.engine.qwen.checkpoint import MODEL_KINDS, find_checkpoint
from narrate.errors import VoiceError
from narrate.files import parse_json


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker's id, the language it is at home in (a dialect in brackets), and what it sounds like."""

    name: str
    language: str = ""
    description: str = ""


RELEASED = (
    Speaker("aiden", "en", "a young American man, sunny and clear"),
    Speaker("dylan", "zh (beijing_dialect)", "a young man from Beijing, clear and natural"),
    Speaker("eric", "zh (sichuan_dialect)", "a lively man from Chengdu, bright and a little husky"),
    Speaker("ono_anna", "ja", "a playful young woman, light and quick"),
    Speaker("ryan", "en", "an energetic man with a strong rhythm"),
    Speaker("serena", "zh", "a warm, gentle young woman"),
    Speaker("sohee", "ko", "a warm woman, full of feeling"),
    Speaker("uncle_fu", "zh", "an experienced man, low and mellow"),
    Speaker("vivian", "zh", "a bright young woman with an edge"),
)
"""The 0.6B's and the 1.7B's, after their model card (huggingface.co/Qwen/Qwen3-TTS-12Hz-1.7B-CustomVoice)."""


def speakers_of(model: str) -> list[Speaker]:
    """The speakers of the checkpoint called `model`. Raises EngineError, or VoiceError for one that has none."""
    checkpoint = find_checkpoint(model)
    if checkpoint.kind != "custom_voice":
        what = f"is a {MODEL_KINDS[checkpoint.kind]} model, which has no speakers of its own"
        raise VoiceError(what, where=model, do="give --model a CustomVoice one")
    talker = parse_json((checkpoint.folder / "config.json").read_text("utf-8")).get("talker_config", {})
    dialects = {name.lower(): dialect for name, dialect in (talker.get("spk_is_dialect") or {}).items()}
    known = {speaker.name: speaker for speaker in RELEASED}
    found = sorted(name.lower() for name in talker.get("spk_id") or {})
    return [known.get(name, Speaker(name, f"zh ({dialects[name]})" if dialects.get(name) else "")) for name in found]
