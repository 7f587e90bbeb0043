"""The protocol of every kind of voice; each kind has a module of its own, and `kinds` reads them.

A voice here is what the base install can know of it: its kind, where it lies and a
fingerprint over what an engine reads. Tensors are opened by the engine alone. Renaming
a voice leaves its fingerprint, and so every take, as it was.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from narrate.toml import TomlFile
from narrate.voices.lookup import EMBEDDED

SYNTHETIC = "Synthetic voice"
MAX_CREDITED = 40  # characters of a name
_DESIGNED = re.compile(r".+-[0-9a-f]{8}")  # what `design_name` gives


class Voice:
    """A voice speaks lines. The engine that speaks its `model_kind` reads the rest of it."""

    __slots__ = ()
    kinds: ClassVar[tuple[str, ...]]  # as its voice.toml may call it
    cast_key: ClassVar[str] = ""  # of an entry of cast.toml that says in words which voice it is
    model_kind: ClassVar[str]  # the kind of model that speaks it
    what: ClassVar[str]  # a voice of this kind is: a …
    languages: ClassVar[tuple[str, ...]] = ()  # all that it can speak, where the voice itself sets a bound

    if TYPE_CHECKING:  # a field in some kinds and computed in others

        @property
        def name(self) -> str: ...
        @property
        def description(self) -> str: ...
        @property
        def fingerprint(self) -> str:
            """A digest of what decides the sound: nothing else of a voice is in a take's key."""

    @classmethod
    def load(cls, folder: Path, file: TomlFile, description: str) -> Self:
        """The voice in a `folder` with this voice.toml. Raises VoiceError."""
        raise NotImplementedError

    @classmethod
    def in_words(cls, words: str) -> Self:
        """The voice that cast.toml gives by these words under `cast_key`. Raises VoiceError."""
        raise NotImplementedError

    @property
    def tensors(self) -> Path | None:
        """The file or folder of its own tensors; None for a voice that has none."""
        return None

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages that it speaks, two-letter codes, where the voice itself sets a bound."""
        return self.languages

    @property
    def baked_name(self) -> str:
        """The folder of the clone that it is made into before it speaks; "" for one that speaks as it is."""
        return ""

    def likeness(self, other: "Voice") -> float:
        """How alike two voices sound, from 1, the same, to 0."""
        return float(self.fingerprint == other.fingerprint)

    def stand_in(self, speaker: str, gender: str) -> "Voice":
        """The voice of a speaker who was given none, where this is the narrator's."""
        return self


def credit_of(voice: Voice) -> str:
    """Who reads, as listeners are told under "Narrated by": `George (synthetic voice)`; no person is named falsely.

    The embedded voice, and one that has no name but its description, is a `Synthetic voice`.
    """
    unnamed = voice.name == EMBEDDED or _DESIGNED.fullmatch(voice.name) or len(voice.name) > MAX_CREDITED
    if unnamed or voice.baked_name:
        return SYNTHETIC
    words = re.split(r"[\s_-]+", voice.name.strip())
    name = " ".join(word if any(c.isupper() for c in word) else word.capitalize() for word in words)
    return f"{name} ({SYNTHETIC.lower()})"
