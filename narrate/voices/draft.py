"""Draft voices: the embedded voice at another pitch and pace, in another body."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

from narrate.errors import VoiceError
from narrate.files import digest
from narrate.toml import TomlFile
from narrate.voices.voice import Voice

MAX_SHIFT_SEMITONES = 8.0
PACES = (0.7, 1.3)
READING_PACES = (0.75, 0.82)  # about 170 to 190 words a minute; at 1 the embedded voice reads 226, which tires
FORMANTS = (0.8, 1.2)


@dataclass(frozen=True, slots=True)
class DraftVoice(Voice):
    """The embedded voice, shifted: `pitch` in semitones, `pace` and `formant` as factors.

    A formant factor under 1 sounds like a larger speaker, over 1 like a smaller one: what
    tells two people with the same pitch apart.
    """

    kinds: ClassVar[tuple[str, ...]] = ("draft",)
    model_kind: ClassVar[str] = "draft"
    what: ClassVar[str] = "draft voice"
    languages: ClassVar[tuple[str, ...]] = ("en",)
    name: str
    pitch: float = 0.0
    pace: float = 1.0
    formant: float = 1.0
    description: str = field(default="", compare=False)

    @property
    def fingerprint(self) -> str:
        return digest("draft", self.pitch, self.pace, self.formant)

    @classmethod
    def load(cls, folder: Path, file: TomlFile, description: str) -> Self:
        pitch = number(file, "pitch", 0.0, (-MAX_SHIFT_SEMITONES, MAX_SHIFT_SEMITONES))
        pace = number(file, "pace", 1.0, PACES)
        formant = number(file, "formant", 1.0, FORMANTS)
        return cls(folder.name, pitch, pace, formant, description)

    def likeness(self, other: Voice) -> float:
        if not isinstance(other, DraftVoice):
            return 0.0
        size = 12 * abs(math.log2(self.formant / other.formant))
        apart = abs(self.pitch - other.pitch) + 2 * size + 20 * abs(self.pace - other.pace)
        return 1.0 / (1.0 + apart)

    def stand_in(self, speaker: str, gender: str) -> Voice:
        return draft_voice_for(speaker, gender)


def draft_voice_for(name: str, gender: str = "") -> DraftVoice:
    """The draft voice of a character that was given none: pitch, pace and formant from a digest of the name.

    A "male" one is lower than the plain narrator, a "female" one higher, any other either: by at
    least 2.5 semitones, with formants that follow the pitch as a larger or smaller speaker's would.
    Case and spacing of the name do not matter.
    """
    drawn = digest("draft voice", " ".join(name.casefold().split()))
    pitch, pace, formant = (int(drawn[at : at + 8], 16) / 0xFFFFFFFF for at in (0, 8, 16))  # in [0, 1]
    half = {"male": pitch / 2, "female": 0.5 + pitch / 2}.get(gender, pitch)
    semitones = -7.0 + 9.0 * half  # -7 to -2.5, then 2.5 to 7
    semitones = round(semitones + (5.0 if semitones > -2.5 or gender == "female" else 0.0), 2)
    factor = 2.0 ** (semitones / 36.0) * (0.95 + 0.1 * formant)
    slowest, quickest = READING_PACES
    return DraftVoice(name, semitones, round(slowest + (quickest - slowest) * pace, 3), round(factor, 3))


def number(file: TomlFile, key: str, default: float, bounds: tuple[float, float]) -> float:
    """The number under `key` in a voice.toml. Raises VoiceError for what is none, or out of bounds."""
    value = file.entries.get(key, default)
    low, high = bounds
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not low <= value <= high
    ):
        what = f"{key} = {value!r} is not a number from {low:g} to {high:g}"
        raise VoiceError(what, where=file.path, line=file.line(key))
    return float(value)
