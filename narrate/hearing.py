"""What is said in a recording, as Whisper hears it.

Needs faster-whisper (`narrate[asr]`). A model that nobody named is never fetched.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.errors import EngineError
from narrate.language import LANGUAGES

DEFAULT_MODEL = "small"
RATE = 16_000  # Hz, of what Whisper hears


def transcribe(clip: Audio, language: str = "", model: str = "") -> tuple[str, str]:
    """The words in `clip` and their language; `language` is two letters, or "" to have it told.

    `model` is a folder or one of faster-whisper's names; one that is not named is never fetched.
    Raises EngineError where faster-whisper or the model is missing.
    """
    heard, code = open_recogniser(model), language.lower().partition("-")[0]
    if not heard.model.is_multilingual:
        if code not in ("", "en"):
            what = f"this Whisper model understands English only, not {LANGUAGES.get(code, code)}"
            raise EngineError(what, where=model, do="give --asr-model another")
        code = "en"
    segments, told = heard.transcribe(at_rate(clip, RATE), language=code or None, beam_size=5)
    text = " ".join(" ".join(segment.text for segment in segments).split())
    return text, language or str(told.language)


def open_recogniser(model: str = "") -> Any:
    """faster-whisper's WhisperModel on the CPU. Raises EngineError."""
    if find_spec("faster_whisper") is None:
        do = 'pip install "narrate[asr]"'
        raise EngineError("to write down what is said, narrate needs faster-whisper", do=do)
    from faster_whisper import WhisperModel

    folder = Path(model).expanduser()
    name = str(folder) if folder.is_dir() else model or DEFAULT_MODEL
    try:
        return WhisperModel(name, device="cpu", compute_type="int8", local_files_only=not model or folder.is_dir())
    except (RuntimeError, ValueError, OSError) as error:
        do = "give --asr-model a folder with one, or a name such as small to fetch it"
        raise EngineError(f"Whisper's model cannot be opened: {error}"[:200], where=name, do=do) from error


def at_rate(audio: Audio, sample_rate: int) -> NDArray[np.float32]:
    """Samples [N], full scale 1, at another rate: its spectrum cut off, or filled up with nothing."""
    count = round(len(audio.samples) * sample_rate / audio.sample_rate)
    spectrum = np.fft.rfft(audio.samples / 32768)
    cut = np.zeros(count // 2 + 1, spectrum.dtype)
    kept = min(len(cut), len(spectrum))
    cut[:kept] = spectrum[:kept]
    return (np.fft.irfft(cut, count) * (count / len(audio.samples))).astype(np.float32)
