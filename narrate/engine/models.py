"""Checkpoints: which ones speak a cast, and whether they take directions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from narrate.errors import EngineError
from narrate.takes import Sampling
from narrate.voices import MODEL_KINDS, DesignVoice, Voice


@dataclass(frozen=True, slots=True)
class Model:
    """A checkpoint: its `name` in takes' keys, the folder or hub name to open it by, and how it wants to be drawn."""

    name: str
    path: str
    follows_direction: bool = False
    sampling: Sampling = field(default_factory=Sampling)


def kinds_needed(voices: Mapping[str, Voice]) -> dict[str, str]:
    """The kinds of checkpoint that speak these voices, each with who needs it first: `"Mina" (ryan)`."""
    needed: dict[str, str] = {}
    for speaker, voice in voices.items():
        who = f'"{speaker}"' if voice.name == speaker else f'"{speaker}" ({voice.name})'
        needed.setdefault(voice.model_kind, who)
    return needed


def find_models(
    engine: str,
    needed: Mapping[str, str],
    asked: Sequence[str],
    settled: Sequence[str] = (),
    *,
    exact_upstream: bool = False,
) -> dict[str, Model]:
    """The checkpoint for each of the `needed` kinds, see `kinds_needed`. Nothing heavy is imported.

    A checkpoint says of itself what kind it is. Those `asked` for come first; of the project's
    own, the `settled` ones, only kinds that are still missing are taken. Raises EngineError
    for a kind that nobody gave, saying who needs it, and for two of one kind.
    """
    if engine == "draft":
        from narrate.engine.draft import DraftEngine

        return dict.fromkeys(needed, Model(DraftEngine.model, ""))
    from narrate.engine.qwen.checkpoint import find_checkpoint

    found: dict[str, Model] = {}
    given: list[str] = []

    def look_at(models: Iterable[str]) -> None:
        mine: dict[str, str] = {}
        for model in models:
            checkpoint = find_checkpoint(model)
            kind = checkpoint.kind
            given.append(f"{model} is {MODEL_KINDS[kind]}")
            if mine.setdefault(kind, model) != model:
                raise EngineError(f"two {MODEL_KINDS[kind]} models, {mine[kind]} and {model}", do="give one of a kind")
            sampling = replace(checkpoint.sampling, exact_upstream=exact_upstream)
            found.setdefault(kind, Model(checkpoint.name, model, checkpoint.follows_direction, sampling))

    look_at(asked)
    if not needed.keys() <= found.keys():
        look_at(settled)
    for kind, who in needed.items():
        if kind not in found:
            wanted = MODEL_KINDS[kind]
            what = f"{who} needs a {wanted} model, and " + (", ".join(given) or "no model was given")
            raise EngineError(what, do=f"add one with --model, or to model in project.toml: Qwen/…-{wanted}")
    return {kind: found[kind] for kind in needed}


def deaf_to_direction(voice: Voice, models: Iterable[str] = ()) -> str:
    """Why a direction will not be heard in `voice`, or an empty string. No model is fetched to find out.

    Only two kinds of checkpoint were trained with instructions: the 1.7B CustomVoice and VoiceDesign.
    """
    if voice.model_kind == "draft":
        return "a draft voice takes none"
    if voice.model_kind == "base":
        return "a cloned voice takes none"
    if isinstance(voice, DesignVoice) and not voice.folder:
        return "a designed voice becomes a clone, which takes none"
    if voice.model_kind == "custom_voice":
        from narrate.engine.qwen.checkpoint import find_checkpoint

        for model in models:
            if not Path(model).expanduser().is_dir():
                small = "0.6b-customvoice" in model.lower()
            else:
                checkpoint = find_checkpoint(model)
                small = checkpoint.kind == voice.model_kind and not checkpoint.follows_direction
            if small:
                return "the 0.6B model takes none"
    return ""
