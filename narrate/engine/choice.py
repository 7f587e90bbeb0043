"""The choice of an engine for a cast, and the reasons why one cannot speak it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from narrate.engine.devices import gpus, missing_card
from narrate.engine.draft_phonemes import check_phonemizer
from narrate.engine.facts import EngineFacts
from narrate.engine.registry import ENGINES, engine_speaking
from narrate.engine.wanted import CLUSTER
from narrate.errors import VoiceError, WrongEngineError
from narrate.languages import code_of, language_name, spoken_languages
from narrate.voices import KOKORO_LANGUAGE, KOKORO_VOICES, EmbeddedVoice, Voice


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that will speak, and what a person should be told of it (or nothing)."""

    engine: EngineFacts
    note: str = ""
    languages: frozenset[str] = frozenset()  # that every one of the voices speaks

    @property
    def name(self) -> str:
        return self.engine.name


def choose_engine(asked: str, voices: Iterable[Voice], device: str = "cuda", language: str = "") -> Choice:
    """The engine for `voices`: the one `asked` for, or for "auto" the one that speaks them all.

    Never another voice in place of the one asked for, nor one that does not speak the book's `language`
    (unless that is ""): raises VoiceError or EngineError instead.
    """
    choice = _engine_for(asked, list(voices), device)
    if language:
        check_spoken(choice.name, language, choice.languages)
    return choice


def _engine_for(asked: str, cast: Sequence[Voice], device: str) -> Choice:
    first, note = next(iter(ENGINES.values())), ""
    if asked != "auto":
        if asked not in ENGINES:
            raise WrongEngineError(f'there is no engine "{asked}"', do=f"one of {', '.join(ENGINES)}")
        engine = ENGINES[asked]
    elif strange := [voice for voice in cast if voice.model_kind not in first.kinds]:
        engine = engine_speaking(strange[0].model_kind)
    else:
        engine = first
        note = f"Reading with the {first.name} engine: every voice in the cast is the embedded one."
    ours = [voice for voice in cast if voice.model_kind in engine.kinds]
    if reason := missing(engine.name, device):
        who = f'"{(ours or cast)[0].name}"' if cast else "the cast"
        here = absent(engine) or not gpus()
        advice = engine.advice if here else "name one of those with --device"
        raise WrongEngineError(f"{who} needs the {engine.name} engine, and {reason}", do=advice)
    check_voices(engine, cast)
    return Choice(engine, note, languages_of(engine, cast))


def languages_of(engine: EngineFacts, voices: Iterable[Voice]) -> frozenset[str]:
    """The languages that every one of `voices` speaks by this engine; the engine's own where there are none."""
    bounds = [frozenset(voice.spoken) or engine.languages for voice in voices]
    return frozenset.intersection(*bounds) if bounds else engine.languages


def check_voices(engine: EngineFacts, voices: Iterable[Voice]) -> None:
    """Raise VoiceError for the first of `voices` that the engine does not speak."""
    for voice in voices:
        if voice.model_kind not in engine.kinds:
            other = engine_speaking(voice.model_kind)
            do = other.advice if other.needs_gpu else f"give that speaker {engine.voice} in cast.toml"
            what = f'the {engine.name} engine cannot speak "{voice.name}"'
            raise VoiceError(what, do=f"it is {other.voice}: {do}")
        if isinstance(voice, EmbeddedVoice):
            check_phonemizer(voice)


def check_spoken(engine: str, language: str, languages: Collection[str] | None = None) -> None:
    """Raise EngineError for a language that the engine does not speak, or its voices, which speak these `languages`."""
    code, name = code_of(language), language_name(language)
    facts = ENGINES[engine]
    spoken = facts.languages if languages is None else languages
    if code in spoken:
        return
    if spoken != facts.languages:
        only = " and ".join(language_name(each) for each in sorted(spoken))
        what = f"the cast's voices speak {only} only" if only else "the cast's voices have no language in common"
        raise WrongEngineError(
            f"{what}, and this is {name}", do="cast voices that speak it, or set the book's language"
        )
    for other in ENGINES.values():
        if code in other.languages:
            only = " and ".join(spoken_languages()[spoken] for spoken in sorted(facts.languages))
            do = f"it takes {other.voice}, by --voice or in cast.toml: {other.advice}"
            if code == KOKORO_LANGUAGE:
                do += f"; these need no GPU: {', '.join(KOKORO_VOICES.values())}"
            raise WrongEngineError(f"the {engine} engine speaks {only} only, and this is {name}", do=do)
    do = f"they speak {', '.join(spoken_languages())}: set language in project.toml"
    raise WrongEngineError(f"no engine speaks the language {name}", do=do)


def missing(engine: str, device: str = "cuda") -> str:
    """The reason why an engine cannot run on `device` here, or an empty string. Imports nothing heavy.

    Raises EngineError for what is no device.
    """
    facts = ENGINES[engine]
    if lacking := absent(facts):
        return f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not installed"
    return missing_card(device) if facts.needs_gpu and device != CLUSTER else ""


def absent(engine: EngineFacts) -> list[str]:
    """The packages that the engine needs and that are not installed, as they are imported."""
    return [name for name in engine.packages if find_spec(name) is None]
