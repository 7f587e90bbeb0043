"""A voice folder: what lies in it, and what of it decides the sound.

    voice.toml              who it is, of which kind, where it comes from, who agreed
    reference.flac          the recording, 24 kHz mono; reference.txt: what is said in it
    embedding.safetensors   `embedding.<width>` for each model size that it was made for
    codes.safetensors       `codes`, the recording as the codec hears it

Tensors that were made from the reference say so in their file's metadata (`embedding.2048` =
digest of reference.flac), so they can be made again: for another model size, or when the
reference was replaced. The fingerprint covers the reference and what was *not* made from it,
and so stays the same while sizes are added. Tensors are read here as names, shapes and bytes
only; the engine alone opens them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from narrate.errors import ProjectError, StorageError, VoiceError
from narrate.files import digest, digest_file, parse_json, storage
from narrate.toml import TomlFile, edited, read_toml

CLONES = ("clone", "clone-xvector")
TENSOR_SUFFIXES = (".pt", ".safetensors")
SETTINGS, REFERENCE, TRANSCRIPT = "voice.toml", "reference.flac", "reference.txt"
EMBEDDING, CODES = "embedding.safetensors", "codes.safetensors"
SIZES = {1024: "0.6B", 2048: "1.7B"}  # model sizes by the width of their embedding
MOST_BYTES = 64 << 20  # a voice's tensors take some kilobytes
_MOST_HEADER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Details:
    """voice.toml, but for a draft voice's numbers. Empty: not said."""

    kind: str
    languages: tuple[str, ...] = ()
    description: str = ""
    gender: str = ""  # "female" or "male", for `narrate cast --auto`; else taken from the description
    age: str = ""  # "child", "young", "adult" or "old"
    origin: str = ""  # "recording", "design" or "import"
    source: str = ""  # the name of the file it was made from
    prompt: str = ""  # the words it was designed by
    speaker: str = ""  # a CustomVoice model's own id
    licence: str = ""
    consent: str = ""  # who agreed, and how
    model: str = ""  # what made its reference or its tensors
    revision: str = ""
    seed: int = 0
    made_at: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor in a .safetensors file: its shape, the digest of its bytes, the reference it was made from or ""."""

    shape: tuple[int, ...]
    digest: str
    made_from: str = ""


def read_settings(folder: Path) -> TomlFile:
    """voice.toml as it stands. Raises VoiceError when there is none, or it is no TOML."""
    file = folder / SETTINGS
    if not file.is_file():
        raise VoiceError("has no voice.toml, so it is not a voice", where=folder)
    try:
        return read_toml(file)
    except ProjectError as error:
        raise VoiceError(f"cannot be read: {error.what}", where=file, line=error.line) from error
    except StorageError as error:
        raise VoiceError(f"cannot be read: {error.what}", where=file) from error


def text_of(file: TomlFile, key: str) -> str:
    """The text under `key` in a voice.toml. Raises VoiceError where there is none."""
    value = file.entries.get(key)
    if not isinstance(value, str) or not value.strip():
        raise VoiceError(f'needs {key} = "…"', where=file.path, line=file.line(key))
    return value.strip()


def read_details(folder: Path) -> Details:
    """What voice.toml says, as far as it has the form we write; what has not is left out."""
    settings = read_settings(folder).entries
    values: dict[str, Any] = {}
    for part in fields(Details):
        value = settings.get(part.name)
        if part.name == "languages":
            values[part.name] = tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()
        elif isinstance(value, int if part.name == "seed" else str) and not isinstance(value, bool):
            values[part.name] = value
    return Details(**{"kind": ""} | values)


def format_details(name: str, details: Details) -> str:
    """A new voice.toml; what is empty is left out."""
    import tomlkit

    document = tomlkit.document()
    document.add("name", tomlkit.item(name))
    for part in fields(Details):
        value = getattr(details, part.name)
        if value:
            document.add(part.name, tomlkit.item(list(value) if isinstance(value, tuple) else value))
    return tomlkit.dumps(document)


def set_name(folder: Path, name: str) -> None:
    """Write `name` into voice.toml, its comments and all else kept."""
    read_settings(folder)  # valid, or one line that says what is not
    with edited(folder / SETTINGS) as document:
        if document.get("name") != name:
            document["name"] = name


def transcript(folder: Path) -> str:
    """What is said in the reference, on one line; empty where it is not known. Raises VoiceError."""
    file = folder / TRANSCRIPT
    try:
        return " ".join(file.read_text("utf-8").split()) if file.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise VoiceError(f"cannot be read: {error}", where=file) from error


def reference_digest(folder: Path) -> str:
    """The digest of reference.flac that tensors made from it carry; empty where there is none."""
    file = folder / REFERENCE
    return digest_file(file) if file.is_file() else ""


def stored_tensors(path: Path) -> dict[str, Stored]:
    """The tensors of a .safetensors file by name, without loading them; none where there is no file.

    Raises VoiceError when the file is not in that form (https://github.com/huggingface/safetensors#format).
    """
    if not path.is_file():
        return {}
    with storage(path):
        if path.stat().st_size > MOST_BYTES:
            raise VoiceError("is far too large to be a voice", where=path, do="keep models elsewhere")
        data = path.read_bytes()
    try:
        length = int.from_bytes(data[:8], "little")
        if len(data) < 8 or length > min(len(data) - 8, _MOST_HEADER_BYTES):
            raise ValueError("cut short")
        header = parse_json(data[8 : 8 + length])
        made_from: Mapping[str, str] = header.pop("__metadata__", None) or {}
        body, found = data[8 + length :], {}
        for name, tensor in header.items():
            start, end = tensor["data_offsets"]
            if not 0 <= start <= end <= len(body):
                raise ValueError("cut short")
            mark = hashlib.blake2b(body[start:end], digest_size=20).hexdigest()
            shape = tuple(int(n) for n in tensor["shape"])
            found[name] = Stored(shape, digest(tensor["dtype"], mark), str(made_from.get(name, "")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"is not a readable .safetensors file: {error or type(error).__name__}"
        raise VoiceError(what, where=path) from error
    return found


@dataclass(frozen=True, slots=True)
class Contents:
    """A clone's folder: its kind, its reference and its tensors."""

    kind: str
    reference: str  # digest of reference.flac, or ""
    transcript: str
    embeddings: Mapping[int, Stored] = field(default_factory=dict)  # by width
    codes: Stored | None = None
    others: tuple[Path, ...] = ()  # somebody's own files, put into a folder with a voice.toml

    def stands(self, tensor: Stored | None) -> bool:
        """Whether a tensor is there and, if it was made from a reference, from the one that lies here now."""
        return tensor is not None and tensor.made_from in ("", self.reference or tensor.made_from)

    def lacks_embedding(self, width: int) -> bool:
        """Whether the embedding for this width is still to be made from the reference."""
        return bool(self.reference) and not self.stands(self.embeddings.get(width))

    @property
    def lacks_codes(self) -> bool:
        """Whether the codes that this kind needs are still to be made from the reference."""
        return bool(self.reference) and self.kind == "clone" and not self.stands(self.codes)

    @property
    def widths(self) -> tuple[int, ...]:
        """The model sizes that the voice can be heard with as it is."""
        return tuple(width for width, tensor in sorted(self.embeddings.items()) if self.stands(tensor))

    @property
    def fingerprint(self) -> str:
        """Over the reference and over tensors that were not made from it; names and added sizes change nothing."""
        given = {f"embedding.{width}": tensor for width, tensor in self.embeddings.items()}
        if self.kind == "clone" and self.codes is not None:
            given["codes"] = self.codes
        own = sorted((name, tensor.digest) for name, tensor in given.items() if not tensor.made_from)
        own += [(path.suffix.lower(), digest_file(path)) for path in self.others]
        # A reference that was taken away is still what the tensors were made from.
        source = self.reference or "".join(sorted({tensor.made_from for tensor in given.values()}))
        return digest(self.kind, source, self.transcript if self.kind == "clone" else "", own)


def read_contents(folder: Path, kind: str) -> Contents:
    """The contents of a clone's folder. Raises VoiceError when that is not enough to speak with, or damaged."""
    embeddings = {}
    for name, tensor in stored_tensors(folder / EMBEDDING).items():
        width = name.rpartition(".")[2]
        embeddings[int(width) if width.isdigit() else (tensor.shape or (1,))[-1]] = tensor
    others = [p for p in folder.iterdir() if p.suffix.lower() in TENSOR_SUFFIXES and p.name not in (EMBEDDING, CODES)]
    contents = Contents(
        kind,
        reference_digest(folder),
        transcript(folder),
        embeddings,
        stored_tensors(folder / CODES).get("codes"),
        () if embeddings else tuple(sorted(others)),
    )
    if not embeddings and not others and not contents.reference:
        do = "add reference.flac, or make the voice again"
        raise VoiceError("is a clone with neither an embedding nor a recording", where=folder, do=do)
    return contents
