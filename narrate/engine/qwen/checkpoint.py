"""A checkpoint's files: where they are, under which name and which revision.

A model is a local folder or a hub name. A hub name that is in the local cache whole is
used as it is, without asking the network: a book that takes a week is spoken by one
revision. Only files that the engine reads are fetched.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from narrate.errors import EngineError
from narrate.files import parse_json
from narrate.takes import Sampling
from narrate.voices import DesignVoice, SpeakerVoice, StoredVoice

MODEL_KINDS = {  # as config.json and as their makers' names have them
    StoredVoice.model_kind: "Base",
    SpeakerVoice.model_kind: "CustomVoice",
    DesignVoice.model_kind: "VoiceDesign",
}
FILES = ("*.json", "*.txt", "*.safetensors", "speech_tokenizer/*")
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_WHOLE_BYTES = 1 << 24  # a file of this size at most is hashed whole: configs, vocabularies
_HEADER_BYTES = 100_000_000  # of a safetensors file, at most
_SETTLED_NS = 2_000_000_000
_PIECES = 8  # of a tensor: a training changes all of it
_PIECE_BYTES = 64
_SETTINGS: dict[str, tuple[str, Callable[[Any], Any], float, float]] = {  # as we and they call it; type, least, most
    "temperature": ("temperature", float, 1e-5, 1e5),
    "top_k": ("top_k", int, 0, 1 << 30),
    "top_p": ("top_p", float, 0.0, 1.0),
    "repetition_penalty": ("repetition_penalty", float, 1e-5, 1e5),
    "predictor_temperature": ("subtalker_temperature", float, 1e-5, 1e5),
    "predictor_top_k": ("subtalker_top_k", int, 0, 1 << 30),
    "predictor_top_p": ("subtalker_top_p", float, 0.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Files on this machine. `name` goes into takes' keys, `revision` into their comments.

    `kind` is one of MODEL_KINDS and `size` "0b6" or "1b7", as config.json has them; `sampling` is
    what generation_config.json asks for.
    """

    folder: Path
    name: str
    revision: str
    kind: str = ""
    size: str = ""
    sampling: Sampling = field(default_factory=Sampling)

    @property
    def follows_direction(self) -> bool:
        """Whether instructions are heard."""
        return follows_direction(self.kind, self.size)


def follows_direction(kind: str, size: str) -> bool:
    """Whether instructions are heard: the small CustomVoice and the clones were trained without."""
    return kind != "base" and size != "0b6"


def deaf_model(model: str, kind: str) -> str:
    """The reason why the checkpoint `model` of `kind` takes no direction, or an empty string. Nothing is fetched."""
    if Path(model).expanduser().is_dir():
        found = find_checkpoint(model)
        small = found.kind == kind and not found.follows_direction
    else:
        small = f"0.6b-{MODEL_KINDS[kind]}".lower() in model.lower()
    return "the 0.6B model takes none" if small else ""


def find_checkpoint(model: str) -> Checkpoint:
    """The checkpoint called `model`, fetched from the hub where it has to be.

    Raises EngineError when it is not found, not whole, not a Qwen3-TTS, or there is no network.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        _check_whole(folder)
        return _local(folder.resolve())
    if not _HUB_NAME.fullmatch(model) or model.startswith((".", "/", "~")):
        raise EngineError("no such model folder", where=model, do="give a folder or a hub name like Qwen/…-Base")
    folder = _fetch(model)
    return Checkpoint(folder, model, folder.name, *_kind_and_size(folder), _sampling(folder))


@contextmanager
def reading(where: Path) -> Iterator[None]:
    """Within it, what is wrong with the file or the folder `where` is an EngineError."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        what = f"the checkpoint cannot be read: {error}"
        raise EngineError(what[:300], where=where, do="fetch it again") from error


def read_object(file: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises EngineError, also where it holds none."""
    with reading(file):
        said = parse_json(file.read_text("utf-8"))
        if not isinstance(said, dict):
            raise ValueError("it is not a JSON object")
        return said


def _kind_and_size(folder: Path) -> tuple[str, str]:
    """What config.json says of itself."""
    config = read_object(folder / "config.json")
    kind = str(config.get("tts_model_type"))
    if kind not in MODEL_KINDS:
        raise EngineError("is not a Qwen3-TTS checkpoint", where=folder, do="give a Qwen3-TTS-12Hz model")
    return kind, str(config.get("tts_model_size"))


def width_of(checkpoint: Checkpoint) -> int:
    """How wide its talker is, and so the embeddings that it speaks. Raises EngineError."""
    file = checkpoint.folder / "config.json"
    with reading(file):
        return int(read_object(file)["talker_config"]["hidden_size"])


def _fetch(name: str) -> Path:
    """The newest cached snapshot of `name`, or a fresh one."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        folder = Path(snapshot_download(name, local_files_only=True))
        _check_whole(folder)
    except (LocalEntryNotFoundError, EngineError):
        pass
    else:
        return folder
    try:
        folder = Path(snapshot_download(name, allow_patterns=list(FILES)))
    except GatedRepoError as error:
        raise EngineError("the hub wants you to log in for this model", where=name, do="hf auth login") from error
    except RepositoryNotFoundError as error:
        raise EngineError("no such model on the hub", where=name, do="check its name") from error
    except LocalEntryNotFoundError as error:
        do = "connect to a network once, or give the folder of a downloaded copy"
        raise EngineError(
            "the model is not on this machine and the hub cannot be reached", where=name, do=do
        ) from error
    except (HfHubHTTPError, OSError) as error:
        raise EngineError(f"the model could not be fetched: {error}", where=name, do="try again") from error
    _check_whole(folder)
    return folder


def _check_whole(folder: Path) -> None:
    for part in (folder, folder / "speech_tokenizer"):
        for wanted in ("config.json", "*.safetensors"):
            if not any(part.glob(wanted)):
                do = "give the folder of a Qwen3-TTS checkpoint, with its speech_tokenizer/"
                raise EngineError(f"holds no {wanted}", where=part, do=do)


def _local(folder: Path) -> Checkpoint:
    """A folder of the hub's own cache keeps its hub name and commit; any other goes by its contents."""
    (kind, size), sampling = _kind_and_size(folder), _sampling(folder)
    if _COMMIT.fullmatch(folder.name) and folder.parent.name == "snapshots":
        name = folder.parent.parent.name.removeprefix("models--").replace("--", "/")
        return Checkpoint(folder, name, folder.name, kind, size, sampling)
    revision = _contents(folder)
    return Checkpoint(folder, f"{folder.name}@{revision[:12]}", revision, kind, size, sampling)


def _contents(folder: Path) -> str:
    """40 hexadecimal digits for what the engine reads in `folder`: another training or codec has others.

    Files that are as they were are not read again: a server is asked for a model with every request.
    """
    with reading(folder):
        paths = sorted(path for pattern in FILES for path in folder.glob(pattern) if path.is_file())
        files = tuple(_File(path, s.st_size, s.st_ino, s.st_ctime_ns) for path in paths if (s := path.stat()))
        # What was written just now may be written again within the clock's own step.
        settled = all(time.time_ns() - file.changed_ns > _SETTLED_NS for file in files)
        return (_digest if settled else _digest.__wrapped__)(folder, files)


@dataclass(frozen=True, slots=True)
class _File:
    """A file, and what shows that it was changed."""

    path: Path
    size: int
    inode: int
    changed_ns: int


@lru_cache(maxsize=64)
def _digest(folder: Path, files: tuple[_File, ...]) -> str:
    hashed = hashlib.sha256()
    for file in files:
        hashed.update(f"{file.path.relative_to(folder).as_posix()}\0{file.size}\0".encode())
        with file.path.open("rb") as data:
            for piece in _pieces(data, file.size):
                hashed.update(piece)
    return hashed.hexdigest()[:40]


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Of safetensors the header and some of every tensor; small files whole, and some of all other large ones."""
    start, spans = 0, [(0, size)]
    if file.name.endswith(".safetensors"):
        length = int.from_bytes(file.read(8), "little")
        if length <= min(size - 8, _HEADER_BYTES):
            header = file.read(length)
            yield header
            start, spans = 8 + length, _tensors(header)
    elif size <= _WHOLE_BYTES:
        yield file.read()
        return
    for first, end in spans:
        yield from _sample(file, start + first, min(start + end, size))


def _tensors(header: bytes) -> list[tuple[int, int]]:
    """Where each tensor lies, in bytes after the header; none in a header that is damaged, which loading refuses."""
    try:
        entries = parse_json(header)
        spans = [entry["data_offsets"] for name, entry in entries.items() if name != "__metadata__"]
        return sorted((int(first), int(end)) for first, end in spans)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return []


def _sample(file: BinaryIO, first: int, end: int) -> Iterator[bytes]:
    """Pieces of the bytes from `first` to `end`, evenly spread and with both ends; all bytes where they are few."""
    length = end - first
    if length <= _PIECES * _PIECE_BYTES:
        yield os.pread(file.fileno(), max(0, length), first)
        return
    for number in range(_PIECES):
        yield os.pread(file.fileno(), _PIECE_BYTES, first + (length - _PIECE_BYTES) * number // (_PIECES - 1))


def _sampling(folder: Path) -> Sampling:
    """generation_config.json as Sampling; what it does not say is Sampling's own default. Raises EngineError.

    Upstream's `_merge_generate_kwargs` takes the same from it, and `max_new_tokens`, for which we have frame caps.
    """
    file = folder / "generation_config.json"
    said = read_object(file) if file.is_file() else {}
    values: dict[str, Any] = {}
    for ours, (theirs, of, least, most) in _SETTINGS.items():
        if (value := said.get(theirs)) is None:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not least <= value <= most or of(value) != value:
            raise EngineError(f"{theirs} is {json.dumps(value)}, which cannot be", where=file, do="fetch it again")
        values[ours] = of(value)  # of one type: 1 and 1.0 are one setting, and so one key
    talker, predictor = (said.get(name) is not False for name in ("do_sample", "subtalker_dosample"))
    if talker != predictor:  # one of the two takes the likeliest code
        values["top_k" if predictor else "predictor_top_k"] = 1
    return Sampling(**values, greedy=not (talker or predictor))
