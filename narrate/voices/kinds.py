"""The kinds of voice that there are, and how one is read: from a file, a folder, or words in cast.toml."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from narrate.errors import VoiceError, nearest
from narrate.files import digest_file
from narrate.voices.design import DesignVoice
from narrate.voices.draft import DraftVoice
from narrate.voices.embedded import EmbeddedVoice
from narrate.voices.folder import SETTINGS, TENSOR_SUFFIXES, read_settings
from narrate.voices.installed import MODEL_SUFFIX, is_style, models_in
from narrate.voices.lookup import find_path, voice_path, voice_paths
from narrate.voices.speaker import SpeakerVoice
from narrate.voices.stored import StoredVoice
from narrate.voices.voice import Voice

VOICES: tuple[type[Voice], ...] = (DraftVoice, EmbeddedVoice, StoredVoice, SpeakerVoice, DesignVoice)
KINDS = {kind: voice for voice in VOICES for kind in voice.kinds}
CAST_KEYS = {voice.cast_key: voice for voice in VOICES if voice.cast_key}


def find_voice(name: str, shelves: Sequence[Path]) -> Voice:
    """The voice called `name`, or at that path (`find_path`). Raises VoiceError."""
    return load_voice(find_path(name, shelves))


def list_voices(shelves: Sequence[Path]) -> Iterator[Voice]:
    """Every voice on the shelves, by name. Raises VoiceError at one that is damaged."""
    for path in voice_paths(shelves).values():
        yield load_voice(path)


def load_voice(path: Path) -> Voice:
    """The voice in a `.pt`, `.safetensors` or `.onnx` file or in a voice folder. Raises VoiceError."""
    if path.suffix == MODEL_SUFFIX or is_style(path) or (not (path / SETTINGS).is_file() and models_in(path)):
        return EmbeddedVoice.at(path)
    if path.is_file():
        if path.suffix.lower() not in TENSOR_SUFFIXES:
            do = "a .pt, .safetensors or .onnx file or a voice folder is one; `narrate voices add` makes one of a clip"
            raise VoiceError("is not a voice file", where=path, do=do)
        return StoredVoice(path.stem, path, digest_file(path))
    file = read_settings(path)
    kind = file.entries.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        do = nearest(str(kind), KINDS) or f"one of {', '.join(KINDS)}"
        raise VoiceError(f"unknown kind {kind!r}", where=file.path, line=file.line("kind"), do=do)
    return KINDS[kind].load(path, file, str(file.entries.get("description", "")))


def voice_in_words(key: str, words: str, shelves: Sequence[Path]) -> Voice:
    """The voice that cast.toml gives by a `key` of CAST_KEYS; where a shelf has what it was baked into, that.

    Raises VoiceError for words that no model would follow.
    """
    voice = CAST_KEYS[key].in_words(words)
    baked = voice_path(voice.baked_name, shelves)
    return voice if baked is None else load_voice(baked)
