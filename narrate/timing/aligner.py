"""Which aligner times a language on this machine."""

from importlib.util import find_spec
from typing import Protocol

from narrate.audio import Audio
from narrate.languages import code_of
from narrate.timing.alignment import Alignment
from narrate.voices import check_recogniser


class Aligner(Protocol):
    """What tells when each word of a text is heard in a take; `name` is it and its release."""

    name: str

    def align(self, take: Audio, text: str) -> Alignment:
        """The spans of the words of `text` (`timing.spoken_words`), or why there are none."""
        ...


def open_aligner(language: str, asr_model: str = "") -> Aligner:
    """PocketSphinx for English, Whisper (`asr_model` as for --asr-model) for what else its model knows.

    English is Whisper's too where that alone is installed. Raises EngineError with what is missing.
    """
    if _is_sphinx(language):
        from narrate.timing.sphinx import SphinxAligner

        return SphinxAligner()
    from narrate.timing.whisper import WhisperAligner

    return WhisperAligner(asr_model, language)


def check_aligner(language: str, asr_model: str = "") -> int:
    """How many processes of a language's aligner are worth it: 0 for one a core, as each works on one.

    Raises EngineError with what is missing. No model is opened.
    """
    if _is_sphinx(language):
        if find_spec("pocketsphinx") is None:
            open_aligner(language)
        return 0
    check_recogniser(asr_model)
    return 1


def _is_sphinx(language: str) -> bool:
    if code_of(language) not in ("en", "auto", ""):
        return False
    return find_spec("pocketsphinx") is not None or find_spec("faster_whisper") is None
