"""Cloned voices: tensors on disk, or a recording that they are made from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

from narrate.toml import TomlFile
from narrate.voices.folder import CLONES, read_contents
from narrate.voices.voice import Voice


@dataclass(frozen=True, slots=True)
class StoredVoice(Voice):
    """Tensors on disk: a `.pt` or `.safetensors` file, or a voice folder that holds them."""

    kinds: ClassVar[tuple[str, ...]] = CLONES
    model_kind: ClassVar[str] = "base"
    what: ClassVar[str] = "cloned voice"
    name: str
    path: Path
    fingerprint: str
    description: str = field(default="", compare=False)

    @property
    def tensors(self) -> Path:
        return self.path

    @classmethod
    def load(cls, folder: Path, file: TomlFile, description: str) -> Self:
        contents = read_contents(folder, file.entries["kind"])
        return cls(folder.name, folder, contents.fingerprint, description)
