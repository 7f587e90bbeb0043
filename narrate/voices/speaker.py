"""Speakers that a model brings with it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

from narrate.files import digest
from narrate.toml import TomlFile
from narrate.voices.folder import text_of
from narrate.voices.voice import Voice


@dataclass(frozen=True, slots=True)
class SpeakerVoice(Voice):
    """A speaker that a CustomVoice checkpoint knows by its id; `folder` is its name on a shelf, if it has one."""

    kinds: ClassVar[tuple[str, ...]] = ("speaker",)
    cast_key: ClassVar[str] = "speaker"
    model_kind: ClassVar[str] = "custom_voice"
    what: ClassVar[str] = "model's own speaker"
    speaker: str
    folder: str = field(default="", compare=False)
    description: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        return self.folder or self.speaker

    @property
    def fingerprint(self) -> str:
        return digest("speaker", self.speaker.lower())

    @classmethod
    def load(cls, folder: Path, file: TomlFile, description: str) -> Self:
        return cls(text_of(file, "speaker"), folder.name, description)

    @classmethod
    def in_words(cls, words: str) -> Self:
        return cls(words.strip())
