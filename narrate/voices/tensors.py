"""A clone's tensors as arrays: read from safetensors files and voice folders, checked, written. No torch is needed.

Files come from strangers: everything is checked before it nears a model. A `.pt` file is a pickle that
only torch opens safely; who has torch hands in how. Numbers are held as float32, which bfloat16 fits into.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.errors import VoiceError
from narrate.files import storage, write_bytes, write_text
from narrate.voices.folder import (
    CODES,
    EMBEDDING,
    MOST_BYTES,
    SIZES,
    TENSOR_SUFFIXES,
    TRANSCRIPT,
    Contents,
    read_contents,
    read_settings,
    stored_tensors,
    transcript,
)

FRAME_S = 0.08  # of sound that a frame of codes stands for
MAX_REFERENCE_FRAMES = 750  # a minute, far more than helps
SAID = "transcript"  # in a single file's metadata: what is said in its codes
_EMBEDDINGS = ("ref_spk_embedding", "speaker_embedding", "embedding")
_CODES = ("ref_code", "codes")
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BOOL": "?",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Clone:
    """A speaker for Base: `embedding` [H] float32; with `codes` [R, 16] int64 and their transcript for ICL."""

    embedding: NDArray[np.float32]
    codes: NDArray[np.int64] | None = None
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds, unchecked: an embedding, codes or None, and what is said in them."""

    embedding: Any
    codes: Any = None
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Codes of a frame, and one more than the largest first and other code. Released models share these."""

    groups: int = 16
    first: int = 2048
    rest: int = 2048


Unpickle = Callable[[Path, int | None], Found]
"""How a `.pt` file is read for a model of some width, or whichever it fits."""


def read_clone(path: Path, width: int | None, unpickle: Unpickle, limits: Limits | None = None) -> Clone:
    """The clone in a file or a voice folder for a model `width` wide; None: for whichever released one it fits.

    Raises VoiceError when it is damaged, for another size, or holds more than tensors; what `unpickle` raises.
    """
    if not path.exists():
        raise VoiceError("no such file", where=path, do="check the path")
    if path.is_file() and path.suffix.lower() not in TENSOR_SUFFIXES:
        raise VoiceError("is not a voice file", where=path, do="give a .pt or a .safetensors file")
    return _checked(_read(path, width, unpickle), path, width, limits or Limits())


def save_clone(clone: Clone, folder: Path, made_from: str = "") -> None:
    """The tensors and the transcript of `clone` into its `folder`, beside embeddings for other model sizes.

    `made_from` is the digest of the reference that they were made from, if they were.
    Raises StorageError when the folder cannot be written, VoiceError when what is there cannot be read.
    """
    file, name = folder / EMBEDDING, f"embedding.{len(clone.embedding)}"
    there = {n: t.made_from for n, t in stored_tensors(file).items()}
    embeddings = _load(file)[0] if there else {}
    embeddings[name] = clone.embedding
    write_bytes(file, _safetensors(embeddings, there | {name: made_from}))
    if clone.codes is not None:
        write_bytes(folder / CODES, _safetensors({"codes": clone.codes.astype(np.int16)}, {"codes": made_from}))
        if transcript(folder) != clone.transcript:
            write_text(folder / TRANSCRIPT, f"{clone.transcript}\n")


def export_safetensors(clone: Clone, file: Path) -> None:
    """Write `clone` as one file, which `read_clone` reads. Raises StorageError."""
    tensors: dict[str, NDArray[Any]] = {f"embedding.{len(clone.embedding)}": clone.embedding}
    if clone.codes is not None:
        tensors["codes"] = clone.codes.astype(np.int16)
    write_bytes(file, _safetensors(tensors, {SAID: clone.transcript}))


def found_in(values: Mapping[str, Any], path: Path, width: int | None, said: str = "") -> Found:
    """The embedding of this width among named `values`, or the only one; and the codes, if there are any.

    Raises VoiceError where there is none, or one for another model.
    """
    embedding = _pick(values, (f"embedding.{width}", *_EMBEDDINGS))
    if embedding is None:
        arrays = [v for k, v in values.items() if isinstance(v, np.ndarray) and k not in _CODES]
        widths = [name.removeprefix("embedding.") for name in values if name.startswith("embedding.")]
        made_for = sorted(int(digits) for digits in widths if digits.isdigit())
        if made_for and width:
            raise _wrong_width(path, made_for, width)
        if len(made_for) > 1:
            raise VoiceError("holds embeddings for several models", where=path, do="say for which with --model")
        if len(arrays) != 1:
            raise VoiceError("holds no speaker embedding", where=path)
        embedding = arrays[0]
    return Found(embedding, _pick(values, _CODES), said)


def _safetensors(tensors: dict[str, NDArray[Any]], metadata: dict[str, str]) -> bytes:
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    return bytes(save(whole, {name: text for name, text in metadata.items() if text} or None))


def _load(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """A .safetensors file's tensors of numbers, and its metadata. Raises VoiceError."""
    from safetensors import SafetensorError, deserialize, safe_open

    with storage(path):
        if path.stat().st_size > MOST_BYTES:
            raise VoiceError("is far too large to be a voice", where=path, do="keep models elsewhere")
        data = path.read_bytes()
    try:
        views = deserialize(data)
        with safe_open(path, framework="np") as file:
            metadata = dict(file.metadata() or {})
    except (SafetensorError, OSError, ValueError) as error:
        raise VoiceError(f"is not a readable .safetensors file: {error}", where=path) from error
    return {name: _array(view) for name, view in views if view["dtype"] in (*_DTYPES, "BF16")}, metadata


def _array(view: Mapping[str, Any]) -> NDArray[Any]:
    if view["dtype"] == "BF16":  # the upper half of a float32
        numbers = (np.frombuffer(view["data"], "<u2").astype("<u4") << 16).view("<f4")
    else:
        numbers = np.frombuffer(view["data"], _DTYPES[view["dtype"]])
    return numbers.reshape(view["shape"])


def _read(path: Path, width: int | None, unpickle: Unpickle) -> Found:
    """The clone in a file or a voice folder; nothing is checked yet but that it can be read."""
    if path.is_dir():
        return _read_folder(path, width, unpickle)
    if path.suffix.lower() == ".safetensors":
        tensors, metadata = _load(path)
        return found_in(tensors, path, width, " ".join(metadata.get(SAID, "").split()))
    return unpickle(path, width)


def _read_folder(folder: Path, width: int | None, unpickle: Unpickle) -> Found:
    kind = str(read_settings(folder).entries.get("kind"))
    contents = read_contents(folder, kind)
    if contents.others:
        if len(contents.others) != 1:
            raise VoiceError(f"holds no {EMBEDDING}", where=folder)
        found = _read(contents.others[0], width, unpickle)
    else:
        _check_made(contents, folder, width)
        found = found_in(_load(folder / EMBEDDING)[0], folder / EMBEDDING, width)
    if kind == "clone-xvector":
        return Found(found.embedding)
    codes = found.codes
    if (file := folder / CODES).is_file():
        codes = _pick(_load(file)[0], _CODES)
    if codes is None:
        do = 'add codes.safetensors, or make it kind = "clone-xvector"'
        raise VoiceError("is a clone with a reference, but has no codes of one", where=folder, do=do)
    return Found(found.embedding, codes, transcript(folder) or found.transcript)


def _check_made(contents: Contents, folder: Path, width: int | None) -> None:
    """Refuse a folder whose tensors, for this width, are still to be made from its reference."""
    if contents.lacks_codes or (width and contents.lacks_embedding(width)):
        do = "say a line with it and a Base model, or make the voice again"
        raise VoiceError("its tensors were not yet made from its reference", where=folder, do=do)


def _pick(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((values[name] for name in names if values.get(name) is not None), None)


def _checked(found: Found, path: Path, width: int | None, limits: Limits) -> Clone:
    """The clone with its arrays in their one form."""
    embedding, codes = found.embedding, found.codes
    if not isinstance(embedding, np.ndarray) or embedding.dtype.kind != "f" or not embedding.size:
        raise VoiceError("its speaker embedding is not a list of numbers", where=path)
    embedding = embedding.squeeze()
    wide = embedding.shape[-1] if embedding.ndim else 1
    if width is None and (embedding.ndim != 1 or wide not in SIZES):
        what = f"its speaker embedding is {wide} wide, which fits no released model"
        raise VoiceError(what, where=path, do=", ".join(f"{size} is {w} wide" for w, size in SIZES.items()))
    if embedding.ndim != 1 or wide != (width or wide):
        raise _wrong_width(path, [wide], width or wide)
    with np.errstate(over="ignore"):
        embedding = embedding.astype(np.float32)
    if not np.isfinite(embedding).all():
        raise VoiceError("its speaker embedding is damaged: not all numbers", where=path, do="make the voice again")
    if codes is None:
        return Clone(embedding)
    if not isinstance(codes, np.ndarray) or codes.dtype.kind not in "iu":
        raise VoiceError("its reference codes are not whole numbers", where=path)
    if codes.ndim != 2 or codes.shape[1] != limits.groups or not len(codes):
        raise VoiceError(f"its reference codes are {list(codes.shape)}, not frames of {limits.groups}", where=path)
    if len(codes) > MAX_REFERENCE_FRAMES:
        do = "make the voice again from ten seconds of it"
        raise VoiceError(f"its reference is too long: {len(codes) * FRAME_S:.0f} s", where=path, do=do)
    if codes.min() < 0 or codes[:, 0].max() >= limits.first or codes[:, 1:].max() >= limits.rest:
        raise VoiceError("its reference codes are out of range", where=path, do="make the voice again")
    if not found.transcript.strip():
        do = "add reference.txt, or make it an x-vector voice"
        raise VoiceError("has a reference but not its transcript", where=path, do=do)
    return Clone(embedding, codes.astype(np.int64), found.transcript)


def _wrong_width(path: Path, widths: list[int], wanted: int) -> VoiceError:
    def size(width: int) -> str:
        return f"the {SIZES[width]} model" if width in SIZES else f"a model {width} wide"

    made_for = " and ".join(size(width) for width in widths)
    do = f"give {made_for}, or make the voice again from its recording"
    return VoiceError(f"the voice was made for {made_for}; this is {size(wanted)}", where=path, do=do)
