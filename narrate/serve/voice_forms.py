"""Forms of what the routes of voices take and give, as JSON has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from narrate.voices import Fault, Measures
from narrate.work import VoiceRow


@dataclass(frozen=True, slots=True)
class SaidOfRecording:
    """What is said in the part of a recording that is kept, and in which language; or Whisper writes it down."""

    text: str = ""
    language: str = ""
    transcribe: bool = False


@dataclass(frozen=True, slots=True)
class NewVoice:
    """A voice to put on the shelf: from a `recording` by its id, with its speaker's consent, or a model's `speaker`.

    `anyway`: although something speaks against the recording. `xvector`: only how the speaker sounds is kept.
    """

    name: str
    recording: str = ""
    speaker: str = ""
    text: str = ""
    language: str = ""
    xvector: bool = False
    anyway: bool = False
    consent: str = ""
    licence: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Renaming:
    """Another name for a voice."""

    to: str


@dataclass(frozen=True, slots=True)
class Removing:
    """How a voice is removed; `force`: although projects cast it."""

    force: bool = False


@dataclass(frozen=True, slots=True)
class Designing:
    """A voice to design in words; `language` is that of the passage which candidates read."""

    name: str
    words: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Keeping:
    """The candidate of a design that becomes a voice."""

    number: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class ShownLanguage:
    """A language that voices speak, and a passage in it to read or to hear."""

    name: str
    passage: str


@dataclass(frozen=True, slots=True)
class ShownVoices:
    """Every voice on the shelves, and the languages by their codes."""

    voices: Sequence[VoiceRow]
    languages: Mapping[str, ShownLanguage]


@dataclass(frozen=True, slots=True)
class MadeVoice:
    """A voice as it is now, and what was told while it was made or changed."""

    voice: VoiceRow
    said: Sequence[str]


@dataclass(frozen=True, slots=True)
class JudgedRecording:
    """A recording that was sent, as `narrate voices add` judges it: see work.Judged, Measures and Fault."""

    id: str
    source: str
    text: str
    language: str
    start_s: float
    seconds: float
    peaks: Sequence[int]
    measures: Measures
    faults: Sequence[Fault]
