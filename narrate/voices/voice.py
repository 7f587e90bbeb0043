"""Voices, and how one is read from its file or folder.

A voice here is what the base install can know of it: its kind, where it lies and a
fingerprint over what an engine reads. Tensors are opened by the engine alone. Renaming
a voice leaves its fingerprint, and so every take, as it was. `model_kind` says what kind of
checkpoint speaks a voice: "draft", or one of MODEL_KINDS.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from narrate.errors import VoiceError, nearest
from narrate.files import digest, digest_file, slug
from narrate.toml import TomlFile
from narrate.voices.folder import CLONES, KINDS, TENSOR_SUFFIXES, read_contents, read_settings
from narrate.voices.lookup import EMBEDDED, find_path, voice_path, voice_paths

MODEL_KINDS = {"base": "Base", "custom_voice": "CustomVoice", "voice_design": "VoiceDesign"}  # as their makers say
MAX_SHIFT_SEMITONES = 8.0
PACES = (0.7, 1.3)
READING_PACES = (0.75, 0.82)  # about 170 to 190 words a minute; at 1 the embedded voice reads 226, which tires
FORMANTS = (0.8, 1.2)
SYNTHETIC = "Synthetic voice"
MAX_CREDITED = 40  # characters of a name
MAX_PROMPT = 1000  # characters of a design, several times what a model was trained to follow


@dataclass(frozen=True, slots=True)
class DraftVoice:
    """The embedded voice, shifted: `pitch` in semitones, `pace` and `formant` as factors.

    A formant factor under 1 sounds like a larger speaker, over 1 like a smaller one: what
    tells two people with the same pitch apart.
    """

    model_kind: ClassVar[str] = "draft"
    what: ClassVar[str] = "draft voice"
    name: str
    pitch: float = 0.0
    pace: float = 1.0
    formant: float = 1.0
    description: str = field(default="", compare=False)

    @property
    def fingerprint(self) -> str:
        return digest("draft", self.pitch, self.pace, self.formant)


@dataclass(frozen=True, slots=True)
class StoredVoice:
    """Tensors on disk: a `.pt` or `.safetensors` file, or a voice folder that holds them."""

    model_kind: ClassVar[str] = "base"
    what: ClassVar[str] = "cloned voice"
    name: str
    path: Path
    fingerprint: str
    description: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SpeakerVoice:
    """A speaker that a CustomVoice checkpoint knows by its id; `folder` is its name on a shelf, if it has one."""

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


@dataclass(frozen=True, slots=True)
class DesignVoice:
    """A voice described in words, which a VoiceDesign checkpoint makes up anew for every line.

    `folder` is its name on a shelf, if it has one. One without, straight from cast.toml, is
    baked into a clone before it speaks, so that every line is the same person.
    """

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


Voice = DraftVoice | StoredVoice | SpeakerVoice | DesignVoice
_DESIGNED = re.compile(r".+-[0-9a-f]{8}")  # what `design_name` gives


def credit_of(voice: Voice) -> str:
    """Who reads, as listeners are told under "Narrated by": `George (synthetic voice)`; no person is named falsely.

    The embedded voice, and one that has no name but its description, is a `Synthetic voice`.
    """
    unnamed = voice.name == EMBEDDED or _DESIGNED.fullmatch(voice.name) or len(voice.name) > MAX_CREDITED
    if unnamed or (isinstance(voice, DesignVoice) and not voice.folder):
        return SYNTHETIC
    words = re.split(r"[\s_-]+", voice.name.strip())
    name = " ".join(word if any(c.isupper() for c in word) else word.capitalize() for word in words)
    return f"{name} ({SYNTHETIC.lower()})"


def design_name(prompt: str) -> str:
    """The folder that a design from cast.toml is baked into: its first words and a digest of all of them."""
    return f"{slug(' '.join(prompt.split()[:5]), 'voice')}-{digest('design', ' '.join(prompt.split()))[:8]}"


def designed_voice(prompt: str, shelves: Sequence[Path]) -> Voice:
    """The clone that `prompt` was baked into, where a shelf has it; else the design, still to be baked.

    Raises VoiceError for a prompt that no model would follow.
    """
    prompt = check_prompt(prompt)
    baked = voice_path(design_name(prompt), shelves)
    return DesignVoice(prompt) if baked is None else load_voice(baked)


def check_prompt(prompt: str) -> str:
    """The words of a design on one line. Raises VoiceError when there are none, or far too many."""
    words = " ".join(prompt.split())
    if not any(c.isalpha() for c in words):
        raise VoiceError("a voice's description has no words", do='such as "a warm old storyteller, slow"')
    if len(words) > MAX_PROMPT:
        what = f"the description of a voice is {len(words)} characters long"
        raise VoiceError(what, do=f"say it in {MAX_PROMPT} at most: age, sex, pitch, pace, mood")
    return words


def find_voice(name: str, shelves: Sequence[Path]) -> Voice:
    """The voice called `name`, or at that path (`find_path`). Raises VoiceError."""
    return load_voice(find_path(name, shelves))


def list_voices(shelves: Sequence[Path]) -> Iterator[Voice]:
    """Every voice on the shelves, by name. Raises VoiceError at one that is damaged."""
    for path in voice_paths(shelves).values():
        yield load_voice(path)


def load_voice(path: Path) -> Voice:
    """The voice in a `.pt` or `.safetensors` file or in a voice folder. Raises VoiceError."""
    if path.is_file():
        if path.suffix.lower() not in TENSOR_SUFFIXES:
            do = "a .pt, a .safetensors or a voice folder is one; `narrate voices add` makes one of a recording"
            raise VoiceError("is not a voice file", where=path, do=do)
        return StoredVoice(path.stem, path, digest_file(path))
    return _load_folder(path)


def _load_folder(folder: Path) -> Voice:
    file = read_settings(folder)
    description, kind = str(file.entries.get("description", "")), file.entries.get("kind")
    if kind == "draft":
        pitch = _number(file, "pitch", 0.0, (-MAX_SHIFT_SEMITONES, MAX_SHIFT_SEMITONES))
        pace = _number(file, "pace", 1.0, PACES)
        formant = _number(file, "formant", 1.0, FORMANTS)
        return DraftVoice(folder.name, pitch, pace, formant, description)
    if kind in CLONES:
        return StoredVoice(folder.name, folder, read_contents(folder, kind).fingerprint, description)
    if kind == "speaker":
        return SpeakerVoice(_word(file, "speaker"), folder.name, description)
    if kind == "design":
        return DesignVoice(check_prompt(_word(file, "prompt")), folder.name, description)
    do = nearest(str(kind), KINDS) or f"one of {', '.join(KINDS)}"
    raise VoiceError(f"unknown kind {kind!r}", where=file.path, line=file.line("kind"), do=do)


def _number(file: TomlFile, key: str, default: float, bounds: tuple[float, float]) -> float:
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


def _word(file: TomlFile, key: str) -> str:
    value = file.entries.get(key)
    if not isinstance(value, str) or not value.strip():
        raise VoiceError(f'needs {key} = "…"', where=file.path, line=file.line(key))
    return value.strip()
