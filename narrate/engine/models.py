"""Checkpoints: which ones speak a cast, and whether they take directions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from narrate.engine.facts import Model
from narrate.engine.registry import ENGINES, engine_speaking
from narrate.errors import EngineError, WrongEngineError
from narrate.voices import Voice


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
    facts = ENGINES[engine]
    find = facts.find_model
    if find is None:
        return dict.fromkeys(needed, Model(facts.model))
    found: dict[str, Model] = {}
    given: list[str] = []

    def look_at(models: Iterable[str]) -> None:
        mine: dict[str, str] = {}
        for model in models:
            checkpoint = find(model)
            kind, name = checkpoint.kind, facts.kinds[checkpoint.kind]
            given.append(f"{model} is {name}")
            if mine.setdefault(kind, model) != model:
                raise EngineError(f"two {name} models, {mine[kind]} and {model}", do="give one of a kind")
            sampling = replace(checkpoint.sampling, exact_upstream=exact_upstream)
            found.setdefault(kind, replace(checkpoint, sampling=sampling))

    look_at(asked)
    if not needed.keys() <= found.keys():
        look_at(settled)
    for kind, who in needed.items():
        if kind not in found:
            wanted = facts.kinds[kind]
            what = f"{who} needs a {wanted} model, and " + (", ".join(given) or "no model was given")
            raise WrongEngineError(what, do=f"add one with --model, or to model in project.toml: Qwen/…-{wanted}")
    return {kind: found[kind] for kind in needed}


def deaf_to_direction(voice: Voice, models: Iterable[str] = ()) -> str:
    """The reason why `voice` takes no direction, or an empty string. No model is fetched to find out."""
    facts = engine_speaking(voice.model_kind)
    if voice.model_kind not in facts.directed:
        return f"a {voice.what} takes none"
    if voice.baked_name:
        return "a designed voice becomes a clone, which takes none"
    deaf = facts.deaf_model
    return next(filter(None, (deaf(model, voice.model_kind) for model in models)), "") if deaf else ""
