"""What can be done with voices here, and why not: said before anybody tries."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from narrate.engine import Wanted, deaf_to_direction, engine_speaking, find_models, missing
from narrate.errors import NarrateError, WrongEngineError
from narrate.voices import DesignVoice, DraftVoice, EmbeddedVoice, SpeakerVoice, StoredVoice, Voice, check_recogniser

# A voice of each kind, to ask about.
_VOICES: dict[str, Voice] = {
    voice.model_kind: voice
    for voice in (
        DraftVoice("draft"),
        EmbeddedVoice("embedded", Path(), "", "en"),
        StoredVoice("clone", Path(), ""),
        SpeakerVoice("speaker"),
        DesignVoice("design", folder="design"),
    )
}


@dataclass(frozen=True, slots=True)
class Able:
    """Why things are not possible, each a line with what to do about it; empty where nothing is in the way.

    `speak` and `direct` are of voices, by the kind of model that speaks them (`VoiceRow.speaks`); `transcribe` is of
    recordings.
    """

    speak: dict[str, str]
    direct: dict[str, str]
    transcribe: str


def able(wanted: Wanted) -> Able:
    """What can be done with the engine that is `wanted`. Nothing is opened; a model that is not here is fetched."""
    return Able(
        {kind: _why_not(_check_spoken, kind, wanted) for kind in _VOICES},
        {kind: _why_not(deaf_to_direction, voice, wanted.models) for kind, voice in _VOICES.items()},
        _why_not(check_recogniser, wanted.asr_model or ""),
    )


def _check_spoken(kind: str, wanted: Wanted) -> None:
    """Raise NarrateError where voices of this kind do not speak."""
    facts = engine_speaking(kind)
    if wanted.engine not in (None, "auto", facts.name):
        raise WrongEngineError(
            f"this needs the {facts.name} engine, not {wanted.engine}", do="leave --engine out at the start"
        )
    if reason := missing(facts.name, wanted.device):
        raise WrongEngineError(f"this needs the {facts.name} engine, and {reason}", do=facts.advice)
    find_models(facts.name, {kind: "this"}, wanted.models)


def _why_not(check: Callable[..., str | None], *of: object) -> str:
    try:
        return check(*of) or ""
    except NarrateError as error:
        return str(error)
