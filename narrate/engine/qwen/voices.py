"""Voices as tensors for the engine, and the pickles that hold some.

A clone is a speaker embedding, as wide as the talker's hidden state, and may have a
reference: codes of a clip and its transcript, which the talker then continues (ICL).
Files come from strangers: pickles are read as tensors or not at all, and voice_tensors checks
everything before it nears the model.

narrate.voices.folder says what a voice folder holds; codes are the same for every model size.
"""

import io
import pickle
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from narrate.engine.qwen.checkpoint import MODEL_KINDS
from narrate.engine.qwen.config import Config
from narrate.engine.qwen.weights import RESERVED
from narrate.errors import VoiceError, nearest
from narrate.files import write_bytes
from narrate.voices import (
    Clone,
    DesignVoice,
    Found,
    Limits,
    SpeakerVoice,
    StoredVoice,
    Voice,
    found_in,
    read_clone,
)

_ITEM = "qwen_tts.inference.qwen3_tts_model.VoiceClonePromptItem"  # as pickles of a whole one name it
_MOST_NUMBERS = 1 << 24  # of a tensor that is to be a voice's


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


def open_voice(voice: Voice, config: Config) -> OpenVoice:
    """`voice` for the checkpoint of `config`.

    Raises VoiceError when the checkpoint cannot speak that kind of voice or does not know the
    speaker, and when a file is damaged, made for another size, or holds more than tensors.
    """
    _check_kind(voice, config)
    match voice:
        case SpeakerVoice():
            return _named(voice, config)
        case DesignVoice():
            return DesignedVoice(voice.prompt)
        case StoredVoice():
            limits = Limits(config.groups, config.talker.vocab - RESERVED, config.predictor.vocab)
            return tensors_of(read_clone(voice.path, config.talker.hidden, unpickle, limits))
    raise TypeError(type(voice))


def tensors_of(clone: Clone) -> ClonedVoice:
    """The same voice with torch's tensors."""
    codes = None if clone.codes is None else torch.from_numpy(clone.codes)
    return ClonedVoice(torch.from_numpy(clone.embedding), codes, clone.transcript)


def arrays_of(voice: ClonedVoice) -> Clone:
    """The same voice with numpy's arrays."""
    codes = None if voice.codes is None else voice.codes.cpu().numpy()
    return Clone(voice.embedding.float().cpu().numpy(), codes, voice.transcript)


def export_pt(clone: Clone, file: Path) -> None:
    """`clone` into `file`, in the form that qwen-tts's demo saves and loads. Raises StorageError."""
    voice = tensors_of(clone)
    in_context = voice.codes is not None
    # The fields of qwen-tts's VoiceClonePromptItem.
    item = {
        "ref_code": voice.codes,
        "ref_spk_embedding": voice.embedding.contiguous(),
        "x_vector_only_mode": not in_context,
        "icl_mode": in_context,
        "ref_text": voice.transcript or None,
    }
    buffer = io.BytesIO()
    torch.save({"items": [item]}, buffer)
    write_bytes(file, buffer.getvalue())


def _check_kind(voice: Voice, config: Config) -> None:
    what, wanted = f'"{voice.name}" is a {voice.what}', MODEL_KINDS.get(voice.model_kind)
    if wanted is None:
        raise VoiceError(f"{what}, which Qwen3-TTS cannot speak", do="give another voice")
    if voice.model_kind != config.kind:
        do = f"give a {wanted} model or another voice"
        raise VoiceError(f"{what}, which needs a {wanted} model; this one is {MODEL_KINDS[config.kind]}", do=do)


def _named(voice: SpeakerVoice, config: Config) -> NamedVoice:
    name = voice.speaker.lower()
    if name not in config.speakers:
        do = nearest(name, config.speakers) or f"it knows {', '.join(sorted(config.speakers))}"
        raise VoiceError(f'the model knows no speaker "{voice.speaker}"', do=do)
    return NamedVoice(config.speakers[name], config.dialects.get(name, ""))


def unpickle(path: Path, width: int | None) -> Found:
    """The voice in a `.pt` file: qwen-tts's items, its prompt as a dict, or the embedding alone.

    Raises VoiceError when it is damaged, holds more than tensors and plain values, or not one voice.
    """
    found = _load_pickle(path)
    if isinstance(found, Mapping) and "items" in found:
        found = found["items"]
    if isinstance(found, list | tuple):
        if len(found) != 1:
            do = "save each voice to its own file"
            raise VoiceError(f"holds {len(found)} voices, and one was expected", where=path, do=do)
        found = found[0]
    if isinstance(found, Tensor):
        return Found(_plain(found, path))
    values = found if isinstance(found, Mapping) else getattr(found, "__dict__", {})
    # qwen-tts's prompt dict has a list of one for each field.
    flat = {k: v[0] if isinstance(v, list | tuple) and len(v) == 1 else v for k, v in values.items()}
    named = {k: _plain(v, path) for k, v in flat.items() if isinstance(k, str)}
    voice = found_in(named, path, width, str(flat.get("ref_text") or ""))
    if flat.get("x_vector_only_mode") or flat.get("icl_mode") is False:
        return Found(voice.embedding)
    return voice


def _plain(value: Any, path: Path) -> Any:
    """A tensor as an array, floats as float32; anything else as it is. Raises VoiceError."""
    if not isinstance(value, Tensor):
        return value
    if value.numel() > _MOST_NUMBERS:
        raise VoiceError("holds a tensor that is far too large to be a voice", where=path, do="keep models elsewhere")
    value = value.detach()
    try:
        return (value.float() if value.is_floating_point() else value).numpy()
    except (RuntimeError, TypeError, NotImplementedError) as error:  # sparse, quantised, of no data
        raise VoiceError(f"holds a tensor that is no list of numbers: {error}"[:200], where=path) from error


class _Item:
    """What stands for qwen-tts's item where a pickle holds one: its fields, and nothing that runs."""


def _load_pickle(path: Path) -> Any:
    try:
        with torch.serialization.safe_globals([(_Item, _ITEM)]), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickles that are none of torch's: these are refused anyway
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        what = "holds more than tensors and plain values, so it was not opened"
        raise VoiceError(what, where=path, do="ask its maker for a .safetensors file") from error
    except torch.OutOfMemoryError:  # a RuntimeError, and no fault of the file's
        raise
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise VoiceError(f"is not a readable .pt file: {error}"[:200], where=path) from error
