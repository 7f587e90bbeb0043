"""What can be done with voices here, and why not: said before anybody tries."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from narrate.engine import Wanted, choose_engine, deaf_to_direction, find_models
from narrate.errors import NarrateError
from narrate.voices import DesignVoice, DraftVoice, SpeakerVoice, StoredVoice, Voice, check_recogniser

# A voice of each kind, to ask about.
_VOICES: dict[str, Voice] = {
    voice.model_kind: voice
    for voice in (
        DraftVoice("a draft voice"),
        StoredVoice("a clone", Path(), ""),
        SpeakerVoice("a model's speaker"),
        DesignVoice("words alone", folder="a design"),
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
        {kind: _why_not(_check_spoken, voice, wanted) for kind, voice in _VOICES.items()},
        {kind: deaf_to_direction(voice, wanted.models) for kind, voice in _VOICES.items()},
        _why_not(check_recogniser, wanted.asr_model or ""),
    )


def _check_spoken(voice: Voice, wanted: Wanted) -> None:
    """Raise NarrateError for a voice that does not speak here."""
    choice = choose_engine(wanted.engine or "auto", [voice], wanted.device)
    find_models(choice.name, {voice.model_kind: "it"}, wanted.models)


def _why_not(check: Callable[..., None], *of: object) -> str:
    try:
        check(*of)
    except NarrateError as error:
        return str(error)
    return ""
