"""Which engine speaks a cast, and why one cannot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from narrate.engine.devices import gpus, missing_card
from narrate.engine.wanted import CLUSTER
from narrate.errors import EngineError, VoiceError
from narrate.install import install_command
from narrate.languages import code_of, language_name, spoken_languages
from narrate.voices import DraftVoice, Voice


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that will speak, and what a person should be told of it (or nothing)."""

    name: str
    note: str = ""


def choose_engine(asked: str, voices: Iterable[Voice], device: str = "cuda", language: str = "") -> Choice:
    """The engine for `voices`: the one `asked` for, or for "auto" the one that speaks them all.

    Never another voice in place of the one asked for, nor one that does not speak the book's `language`
    (unless that is ""): raises VoiceError or EngineError instead.
    """
    choice = _engine_for(asked, list(voices), device)
    if language:
        check_spoken(choice.name, language)
    return choice


def check_spoken(engine: str, language: str) -> None:
    """Raise EngineError for a language that the engine does not speak."""
    if code_of(language) in spoken_languages(engine):
        return
    name = language_name(language)
    if engine == "qwen" or code_of(language) not in spoken_languages():
        do = f"they speak {', '.join(spoken_languages())}: set language in project.toml"
        raise EngineError(f"no engine speaks the language {name}", do=do)
    do = f"it takes a Qwen3-TTS voice, by --voice or in cast.toml: {qwen_advice()}"
    raise EngineError(f"the draft engine speaks English only, and this is {name}", do=do)


def _engine_for(asked: str, cast: Sequence[Voice], device: str) -> Choice:
    stored = [voice for voice in cast if not isinstance(voice, DraftVoice)]
    drafts = [voice for voice in cast if isinstance(voice, DraftVoice)]
    if asked == "draft" or (asked == "auto" and not stored):
        if stored:
            raise VoiceError(
                f'the draft engine cannot speak "{stored[0].name}"', do=f"it is a Qwen3-TTS voice: {qwen_advice()}"
            )
        if asked == "auto":
            return Choice("draft", "Reading with the draft engine: every voice in the cast is the embedded one.")
        return Choice("draft")
    if reason := qwen_missing(device):
        name = stored[0].name if stored else drafts[0].name
        advice = qwen_advice() if _absent() or not gpus() else "name one of those with --device"
        raise EngineError(f'"{name}" needs the qwen engine, and {reason}', do=advice)
    if drafts:
        raise VoiceError(
            f'the qwen engine cannot speak the draft voice "{drafts[0].name}"',
            do="give that speaker a Qwen3-TTS voice in cast.toml",
        )
    return Choice("qwen")


def draws(engine: str) -> bool:
    """Whether another attempt at a line sounds any different. The draft voice only breathes otherwise."""
    return engine != "draft"


def qwen_missing(device: str = "cuda") -> str:
    """Why the qwen engine cannot run on `device` here, or an empty string. Imports nothing heavy.

    Raises EngineError for what is no device.
    """
    if absent := _absent():
        return f"{' and '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed"
    return "" if device == CLUSTER else missing_card(device)


def _absent() -> list[str]:
    """The packages of the qwen engine that are not installed."""
    return [name for name in ("torch", "transformers", "qwen_tts") if find_spec(name) is None]


def qwen_advice() -> str:
    return f"install it with `{install_command('qwen')}` on a machine with an NVIDIA GPU"
