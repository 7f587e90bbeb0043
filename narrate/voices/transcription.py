"""Transcripts of recordings, made by Whisper.

Needs faster-whisper (`narrate[asr]`). A model that nobody named is never fetched.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from narrate.audio import Audio, resampled
from narrate.errors import EngineError, WrongEngineError
from narrate.install import install_command
from narrate.languages import code_of, find_language

DEFAULT_MODEL = "small"
RATE = 16_000  # Hz, of what Whisper hears
_GIVE = "give --asr-model a folder with one, or a name such as small to fetch it"


def transcribe(clip: Audio, language: str = "", model: str = "") -> tuple[str, str]:
    """The words in `clip` and their language; `language` is two letters, or "" to have it told.

    `model` is a folder or one of faster-whisper's names; one that is not named is never fetched.
    Raises EngineError where faster-whisper or the model is missing.
    """
    heard, code = open_recogniser(model), code_of(language)
    if code and code not in heard.supported_languages:
        only = "English only" if not heard.model.is_multilingual else f"{len(heard.supported_languages)} languages"
        what = f"this Whisper model understands {only}, not {find_language(code).name or code}"
        raise EngineError(what, where=model, do="give --asr-model another")
    if not heard.model.is_multilingual:
        code = "en"
    segments, told = heard.transcribe(resampled(clip, RATE), language=code or None, beam_size=5)
    text = " ".join(" ".join(segment.text for segment in segments).split())
    return text, language or str(told.language)


def open_recogniser(model: str = "", device: str = "cpu") -> Any:
    """faster-whisper's WhisperModel on the CPU, or with "auto" on the GPU where there is one. Raises EngineError."""
    name, here_only = _recogniser(model)
    from faster_whisper import WhisperModel

    compute = "int8" if device == "cpu" else "auto"
    try:
        return WhisperModel(name, device=device, compute_type=compute, local_files_only=here_only)
    except (RuntimeError, ValueError, OSError) as error:
        raise WrongEngineError(f"Whisper's model cannot be opened: {error}"[:200], where=name, do=_GIVE) from error


def check_recogniser(model: str = "") -> None:
    """Raise EngineError where faster-whisper or its model is missing. Nothing is opened or fetched."""
    name, here_only = _recogniser(model)
    if here_only and not Path(name).is_dir():
        from faster_whisper import download_model

        try:
            download_model(name, local_files_only=True)
        except (RuntimeError, ValueError, OSError) as error:
            raise WrongEngineError(f'Whisper\'s model "{name}" is not here', do=_GIVE) from error


def _recogniser(model: str) -> tuple[str, bool]:
    """A model's folder or name, and whether it has to be here. Raises EngineError without faster-whisper."""
    if find_spec("faster_whisper") is None:
        do = install_command("asr")
        raise WrongEngineError("to write down what is said, narrate needs faster-whisper", do=do)
    if not model:
        return DEFAULT_MODEL, True
    folder = Path(model).expanduser()
    return (str(folder), True) if folder.is_dir() else (model, False)
