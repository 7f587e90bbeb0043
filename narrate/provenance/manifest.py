"""What a manifest says: that narrate created the file, by which engine, model and voices, of which book, and the sums
of its sound. C2PA 2.2; the source type is the IPTC's word for what a model that learnt from recordings has made.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from narrate import __version__
from narrate.files import digest
from narrate.provenance.identity import Identity

VERSION = 1  # raise it when the same inputs would give another manifest
SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
NARRATION, SOUND = "org.narrate-audiobook.narration", "org.narrate-audiobook.sound"


@dataclass(frozen=True, slots=True)
class VoiceHeard:
    """A voice that is heard: `consent` is the SHA-256 of what its voice.toml says of who agreed, empty for none."""

    name: str
    fingerprint: str
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Narration:
    """What is said of a book's narration. `project` is the project's identity, `mark` the watermark's payload."""

    title: str
    author: str
    language: str
    isbn: str
    engine: str
    model: str
    revision: str
    voices: tuple[VoiceHeard, ...]
    project: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """Digests (SHA-256, hexadecimal) of a file's audio packets and of its chapter marks; empty where it has none."""

    packets: str
    marks: str


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs and what is said; `timestamp` is the address of a server that says when, empty for none."""

    identity: Identity
    narration: Narration
    timestamp: str = ""

    @property
    def digest(self) -> str:
        """A digest of all that decides a manifest but for the file and the time."""
        return digest(VERSION, self.identity.fingerprint, asdict(self.narration), self.timestamp)


def definition(signing: Signing, name: str, mime: str, sums: Sums) -> dict[str, Any]:
    """The manifest of the file called `name`, as c2pa takes it."""
    made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    agent = {"name": "narrate", "version": __version__}
    action = {"action": "c2pa.created", "when": made, "softwareAgent": agent, "digitalSourceType": SYNTHETIC}
    said = {key: value for key, value in asdict(signing.narration).items() if value}
    said["voices"] = [{key: value for key, value in asdict(v).items() if value} for v in signing.narration.voices]
    sound = {"alg": "sha256"} | {key: value for key, value in asdict(sums).items() if value}
    return {
        "claim_generator_info": [agent],
        "title": name,
        "format": mime,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [action]}, "created": True},
            {"label": NARRATION, "data": said | {"made": made}, "created": True},
            {"label": SOUND, "data": sound, "created": True},
        ],
    }


def assertion(manifest: Mapping[str, Any], label: str) -> dict[str, Any]:
    """The data of the first assertion of a manifest whose label begins so; empty where there is none."""
    for found in manifest.get("assertions") or ():
        data = found.get("data")
        if str(found.get("label", "")).startswith(label) and isinstance(data, dict):
            return data
    return {}
