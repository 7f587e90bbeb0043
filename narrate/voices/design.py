"""Voices described in words."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

from narrate.errors import VoiceError
from narrate.files import digest, slug
from narrate.toml import TomlFile
from narrate.voices.folder import text_of
from narrate.voices.voice import Voice

MAX_PROMPT = 1000  # characters of a design, several times what a model was trained to follow


@dataclass(frozen=True, slots=True)
class DesignVoice(Voice):
    """A voice described in words, which a VoiceDesign checkpoint makes up anew for every line.

    `folder` is its name on a shelf, if it has one. One without, straight from cast.toml, is
    baked into a clone before it speaks, so that every line is the same person.
    """

    kinds: ClassVar[tuple[str, ...]] = ("design",)
    cast_key: ClassVar[str] = "design"
    model_kind: ClassVar[str] = "voice_design"
    what: ClassVar[str] = "voice described in words"
    prompt: str
    folder: str = field(default="", compare=False)
    description: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        return self.folder or self.prompt

    @property
    def fingerprint(self) -> str:
        return digest("design", self.prompt)

    @property
    def baked_name(self) -> str:
        return "" if self.folder else design_name(self.prompt)

    @classmethod
    def load(cls, folder: Path, file: TomlFile, description: str) -> Self:
        return cls(check_prompt(text_of(file, "prompt")), folder.name, description)

    @classmethod
    def in_words(cls, words: str) -> Self:
        return cls(check_prompt(words))


def design_name(prompt: str) -> str:
    """The folder that a design from cast.toml is baked into: its first words and a digest of all of them."""
    return f"{slug(' '.join(prompt.split()[:5]), 'voice')}-{digest('design', ' '.join(prompt.split()))[:8]}"


def check_prompt(prompt: str) -> str:
    """The words of a design on one line. Raises VoiceError when there are none, or far too many."""
    words = " ".join(prompt.split())
    if not any(c.isalpha() for c in words):
        raise VoiceError("a voice's description has no words", do='such as "a warm old storyteller, slow"')
    if len(words) > MAX_PROMPT:
        what = f"the description of a voice is {len(words)} characters long"
        raise VoiceError(what, do=f"say it in {MAX_PROMPT} at most: age, sex, pitch, pace, mood")
    return words
