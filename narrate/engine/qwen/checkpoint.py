"""A checkpoint's files: where they are, under which name and which revision.

A model is a local folder or a hub name. A hub name that is in the local cache whole is
used as it is, without asking the network: a book that takes a week is spoken by one
revision. Only files that the engine reads are fetched.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from narrate.errors import EngineError
from narrate.voice import MODEL_KINDS

FILES = ("*.json", "*.txt", "*.safetensors", "speech_tokenizer/*")
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Files on this machine. `name` goes into takes' keys, `revision` into their comments.

    `kind` is one of voice.MODEL_KINDS and `size` "0b6" or "1b7", as config.json has them.
    """

    folder: Path
    name: str
    revision: str
    kind: str = ""
    size: str = ""

    @property
    def follows_direction(self) -> bool:
        """Whether instructions are heard."""
        return follows_direction(self.kind, self.size)


def follows_direction(kind: str, size: str) -> bool:
    """Whether instructions are heard: the small CustomVoice and the clones were trained without."""
    return kind != "base" and size != "0b6"


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
    return Checkpoint(folder, model, folder.name, *_kind_and_size(folder))


def _kind_and_size(folder: Path) -> tuple[str, str]:
    """What config.json says of itself."""
    file = folder / "config.json"
    try:
        config = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EngineError(f"the checkpoint cannot be read: {error}", where=file, do="fetch it again") from error
    kind = config.get("tts_model_type") if isinstance(config, dict) else None
    if kind not in MODEL_KINDS:
        raise EngineError("is not a Qwen3-TTS checkpoint", where=folder, do="give a Qwen3-TTS-12Hz model")
    return kind, str(config.get("tts_model_size"))


def width_of(checkpoint: Checkpoint) -> int:
    """How wide its talker is, and so the embeddings that it speaks. Raises EngineError."""
    file = checkpoint.folder / "config.json"
    try:
        return int(json.loads(file.read_text("utf-8"))["talker_config"]["hidden_size"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"the checkpoint cannot be read: {error}", where=file, do="fetch it again") from error


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
    kind, size = _kind_and_size(folder)
    if _COMMIT.fullmatch(folder.name) and folder.parent.name == "snapshots":
        name = folder.parent.parent.name.removeprefix("models--").replace("--", "/")
        return Checkpoint(folder, name, folder.name, kind, size)
    hashed = hashlib.sha256()
    for path in sorted([*folder.glob("*.json"), *folder.glob("*.safetensors")]):
        hashed.update(path.name.encode())
        hashed.update(_sample(path))
    revision = hashed.hexdigest()[:40]
    return Checkpoint(folder, f"{folder.name}@{revision[:12]}", revision, kind, size)


def _sample(path: Path) -> bytes:
    """A file's size and its first and last mebibyte: enough to tell two trainings apart, in no time."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
        file.seek(max(0, size - _SAMPLE_BYTES))
        return str(size).encode() + head + file.read(_SAMPLE_BYTES)
