"""Voices as the engine hears them, and the files that hold them.

A clone is a speaker embedding, as wide as the talker's hidden state, and may have a
reference: codes of a clip and its transcript, which the talker then continues (ICL).
Files come from strangers: pickles are read as tensors or not at all, and everything is
checked before it nears the model.

narrate.voice_folder says what a voice folder holds; codes are the same for every model size.
"""

import io
import pickle
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from narrate.engine.qwen.weights import RESERVED, Config
from narrate.errors import VoiceError, nearest
from narrate.files import write_bytes
from narrate.voice import MODEL_KINDS, DesignVoice, SpeakerVoice, StoredVoice, Voice
from narrate.voice_folder import (
    CODES,
    EMBEDDING,
    SIZES,
    TENSOR_SUFFIXES,
    Contents,
    read_contents,
    read_settings,
    transcript,
)

MAX_REFERENCE_FRAMES = 750  # a minute, far more than helps
_EMBEDDINGS = ("ref_spk_embedding", "speaker_embedding", "embedding")
_CODES = ("ref_code", "codes")


@dataclass(frozen=True, slots=True, eq=False)
class ClonedVoice:
    """A speaker for Base: `embedding` [H]; with `codes` [R, 16] and their transcript for ICL."""

    embedding: Tensor
    codes: Tensor | None = None
    transcript: str = ""

    def to(self, device: torch.device) -> "ClonedVoice":
        """The same voice with its tensors on `device`."""
        codes = None if self.codes is None else self.codes.to(device)
        return ClonedVoice(self.embedding.to(device), codes, self.transcript)


@dataclass(frozen=True, slots=True)
class NamedVoice:
    """A speaker that CustomVoice knows: its id, and the dialect that takes the place of Chinese."""

    number: int
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class DesignedVoice:
    """A voice that VoiceDesign makes up from words."""

    prompt: str


OpenVoice = ClonedVoice | NamedVoice | DesignedVoice


@dataclass(frozen=True, slots=True)
class _Limits:
    """Codes of a frame, and one more than the largest first and other code. Released models share these."""

    groups: int = 16
    first: int = 2048
    rest: int = 2048


def open_voice(voice: Voice, config: Config) -> OpenVoice:
    """`voice` for the checkpoint of `config`.

    Raises VoiceError when the checkpoint cannot speak that kind of voice or does not know the
    speaker, and when a file is damaged, made for another size, or holds more than tensors.
    """
    if isinstance(voice, StoredVoice):
        _check_kind(config, "base", f'"{voice.name}" is a cloned voice')
        limits = _Limits(config.groups, config.talker.vocab - RESERVED, config.predictor.vocab)
        return _check_clone(_read(voice.path, config.talker.hidden), voice.path, config.talker.hidden, limits)
    if isinstance(voice, SpeakerVoice):
        _check_kind(config, "custom_voice", f'"{voice.name}" is one of a model\'s own speakers')
        return _named(voice, config)
    if isinstance(voice, DesignVoice):
        _check_kind(config, "voice_design", "a voice described in words")
        return DesignedVoice(voice.prompt)
    raise VoiceError(f'"{voice.name}" is a draft voice, which Qwen3-TTS cannot speak', do="give another voice")


def open_file(path: Path, width: int | None) -> ClonedVoice:
    """The clone in a file or a voice folder for a model `width` wide; None: for whichever released one it fits.

    Raises VoiceError when it is damaged, for another size, or holds more than tensors.
    """
    if not path.exists():
        raise VoiceError("no such file", where=path, do="check the path")
    if path.is_file() and path.suffix.lower() not in TENSOR_SUFFIXES:
        raise VoiceError("is not a voice file", where=path, do="give a .pt or a .safetensors file")
    return _check_clone(_read(path, width), path, width, _Limits())


def export_pt(path: Path, width: int | None, file: Path) -> None:
    """The clone at `path` into `file`, in the form that qwen-tts's demo saves and loads.

    Raises VoiceError, see `open_file`, and StorageError.
    """
    clone = open_file(path, width)
    in_context = clone.codes is not None
    # The fields of qwen_tts.VoiceClonePromptItem, which takes ten seconds to import.
    item = {
        "ref_code": clone.codes,
        "ref_spk_embedding": clone.embedding.contiguous(),
        "x_vector_only_mode": not in_context,
        "icl_mode": in_context,
        "ref_text": clone.transcript or None,
    }
    buffer = io.BytesIO()
    torch.save({"items": [item]}, buffer)
    write_bytes(file, buffer.getvalue())


def _check_kind(config: Config, kind: str, what: str) -> None:
    if config.kind != kind:
        wanted = MODEL_KINDS[kind]
        do = f"give a {wanted} model or another voice"
        raise VoiceError(f"{what}, which needs a {wanted} model; this one is {MODEL_KINDS[config.kind]}", do=do)


def _named(voice: SpeakerVoice, config: Config) -> NamedVoice:
    name = voice.speaker.lower()
    if name not in config.speakers:
        do = nearest(name, config.speakers) or f"it knows {', '.join(sorted(config.speakers))}"
        raise VoiceError(f'the model knows no speaker "{voice.speaker}"', do=do)
    return NamedVoice(config.speakers[name], config.dialects.get(name, ""))


def _read(path: Path, width: int | None) -> ClonedVoice:
    """The clone in a file or a voice folder; nothing is checked yet but that it can be read."""
    if path.is_dir():
        return _read_folder(path, width)
    if path.suffix.lower() == ".safetensors":
        return _from_mapping(_load_safetensors(path), path, width)
    return _from_pickle(_load_pickle(path), path, width)


def _read_folder(folder: Path, width: int | None) -> ClonedVoice:
    kind = str(read_settings(folder).entries.get("kind"))
    contents = read_contents(folder, kind)
    if contents.others:
        if len(contents.others) != 1:
            raise VoiceError(f"holds no {EMBEDDING}", where=folder)
        clone = _read(contents.others[0], width)
    else:
        _check_made(contents, folder, width)
        clone = _from_mapping(_load_safetensors(folder / EMBEDDING), folder / EMBEDDING, width)
    if kind == "clone-xvector":
        return ClonedVoice(clone.embedding)
    codes = clone.codes
    if (file := folder / CODES).is_file():
        codes = _pick(_load_safetensors(file), _CODES)
    if codes is None:
        do = 'add codes.safetensors, or make it kind = "clone-xvector"'
        raise VoiceError("is a clone with a reference, but has no codes of one", where=folder, do=do)
    return ClonedVoice(clone.embedding, codes, transcript(folder) or clone.transcript)


def _check_made(contents: Contents, folder: Path, width: int | None) -> None:
    """Refuse a folder whose tensors, for this width, are still to be made from its reference."""
    if contents.lacks_codes or (width and contents.lacks_embedding(width)):
        do = "say a line with it and a Base model, or make the voice again"
        raise VoiceError("its tensors were not yet made from its reference", where=folder, do=do)


def _load_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        tensors: dict[str, Tensor] = load_file(path, device="cpu")
    except (SafetensorError, OSError, ValueError) as error:
        raise VoiceError(f"is not a readable .safetensors file: {error}", where=path) from error
    return tensors


def _load_pickle(path: Path) -> Any:
    from narrate.engine.qwen.upstream import VoiceClonePromptItem

    try:
        with torch.serialization.safe_globals([VoiceClonePromptItem]), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickles that are none of torch's: these are refused anyway
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        what = "holds more than tensors and plain values, so it was not opened"
        raise VoiceError(what, where=path, do="ask its maker for a .safetensors file") from error
    except torch.OutOfMemoryError:  # a RuntimeError, and no fault of the file's
        raise
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise VoiceError(f"is not a readable .pt file: {error}"[:200], where=path) from error


def _from_pickle(found: Any, path: Path, width: int | None) -> ClonedVoice:
    """The forms people have: qwen-tts's items, its prompt as a dict, or the embedding alone."""
    if isinstance(found, Tensor):
        return ClonedVoice(found)
    if isinstance(found, Mapping) and "items" in found:
        found = found["items"]
    if isinstance(found, list | tuple):
        if len(found) != 1:
            do = "save each voice to its own file"
            raise VoiceError(f"holds {len(found)} voices, and one was expected", where=path, do=do)
        found = found[0]
    if isinstance(found, Tensor):
        return ClonedVoice(found)
    values = found if isinstance(found, Mapping) else getattr(found, "__dict__", {})
    # qwen-tts's prompt dict has a list of one for each field.
    flat = {k: v[0] if isinstance(v, list | tuple) and len(v) == 1 else v for k, v in values.items()}
    clone = _from_mapping(flat, path, width)
    if flat.get("x_vector_only_mode") or flat.get("icl_mode") is False:
        return ClonedVoice(clone.embedding)
    return replace(clone, transcript=str(flat.get("ref_text") or ""))


def _from_mapping(values: Mapping[str, Any], path: Path, width: int | None) -> ClonedVoice:
    """The embedding of this width, or the only one; and the codes, if there are any."""
    embedding = _pick(values, (f"embedding.{width}", *_EMBEDDINGS))
    if embedding is None:
        tensors = [v for k, v in values.items() if isinstance(v, Tensor) and k not in _CODES]
        widths = [name.removeprefix("embedding.") for name in values if name.startswith("embedding.")]
        made_for = sorted(int(digits) for digits in widths if digits.isdigit())
        if made_for and width:
            raise _wrong_width(path, made_for, width)
        if len(made_for) > 1:
            raise VoiceError("holds embeddings for several models", where=path, do="say for which with --model")
        if len(tensors) != 1:
            raise VoiceError("holds no speaker embedding", where=path)
        embedding = tensors[0]
    return ClonedVoice(embedding, _pick(values, _CODES))


def _pick(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((values[name] for name in names if values.get(name) is not None), None)


def _check_clone(clone: ClonedVoice, path: Path, width: int | None, limits: _Limits) -> ClonedVoice:
    """The clone with its tensors in their one form: embedding [H] float, codes [R, 16] int64."""
    embedding, codes = clone.embedding, clone.codes
    if not isinstance(embedding, Tensor) or not embedding.is_floating_point() or embedding.numel() == 0:
        raise VoiceError("its speaker embedding is not a list of numbers", where=path)
    embedding = embedding.detach().squeeze()
    found = embedding.shape[-1] if embedding.ndim else 1
    if width is None and (embedding.ndim != 1 or found not in SIZES):
        what = f"its speaker embedding is {found} wide, which fits no released model"
        raise VoiceError(what, where=path, do=", ".join(f"{size} is {w} wide" for w, size in SIZES.items()))
    if embedding.ndim != 1 or found != (width or found):
        raise _wrong_width(path, [found], width or found)
    if not embedding.isfinite().all():
        raise VoiceError("its speaker embedding is damaged: not all numbers", where=path, do="make the voice again")
    if codes is None:
        return ClonedVoice(embedding)
    if not isinstance(codes, Tensor) or codes.is_floating_point() or codes.is_complex() or codes.dtype == torch.bool:
        raise VoiceError("its reference codes are not whole numbers", where=path)
    if codes.ndim != 2 or codes.shape[1] != limits.groups or not len(codes):
        raise VoiceError(f"its reference codes are {list(codes.shape)}, not frames of {limits.groups}", where=path)
    if len(codes) > MAX_REFERENCE_FRAMES:
        do = "make the voice again from ten seconds of it"
        raise VoiceError(f"its reference is too long: {len(codes) * 0.08:.0f} s", where=path, do=do)
    codes = codes.detach().long()
    if codes.min() < 0 or codes[:, 0].max() >= limits.first or codes[:, 1:].max() >= limits.rest:
        raise VoiceError("its reference codes are out of range", where=path, do="make the voice again")
    if not clone.transcript.strip():
        do = "add reference.txt, or make it an x-vector voice"
        raise VoiceError("has a reference but not its transcript", where=path, do=do)
    return ClonedVoice(embedding, codes, clone.transcript)


def _wrong_width(path: Path, widths: list[int], wanted: int) -> VoiceError:
    def size(width: int) -> str:
        return f"the {SIZES[width]} model" if width in SIZES else f"a model {width} wide"

    made_for = " and ".join(size(width) for width in widths)
    do = f"give {made_for}, or make the voice again from its recording"
    return VoiceError(f"the voice was made for {made_for}; this is {size(wanted)}", where=path, do=do)
