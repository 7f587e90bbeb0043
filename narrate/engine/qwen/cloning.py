"""A voice from a recording, for the checkpoints that clone ("base").

The speaker's embedding comes from the recording as it is. With a transcript there are also its
codes, taken with half a second of silence behind it: else the reference ends in the middle of
a sound, and the first word of every line is heard as that sound's end.

What a voice folder lacks for a model is made from its reference when the model first speaks
it, and kept beside what is there (see narrate.voices.folder).
"""

import logging
from pathlib import Path

import numpy as np
import torch

from narrate.audio import Audio, read_flac
from narrate.engine.qwen.codec_encoder import Encoder
from narrate.engine.qwen.config import FRAMES_A_SECOND
from narrate.engine.qwen.speaker_encoder import SpeakerEncoder
from narrate.engine.qwen.voices import ClonedVoice, OpenVoice, arrays_of, open_voice
from narrate.engine.qwen.weights import Model, load
from narrate.errors import VoiceError
from narrate.voices import (
    MAX_REFERENCE_FRAMES,
    REFERENCE,
    TRANSCRIPT,
    Voice,
    read_contents,
    read_settings,
    save_clone,
)

SILENCE_S = 0.5
SHORTEST_S = 1.0
LONGEST_S = MAX_REFERENCE_FRAMES / FRAMES_A_SECOND - 1

log = logging.getLogger(__name__)


def ready_voice(voice: Voice, model: Model) -> OpenVoice:
    """`voice` for `model`. What a clone's folder lacks is made from its reference and kept there.

    Raises VoiceError, see `voices.open_voice` and `clone`; StorageError when it cannot be kept.
    """
    folder = voice.tensors
    if folder is not None and folder.is_dir() and model.config.kind == voice.model_kind:
        complete(folder, str(read_settings(folder).entries.get("kind")), model)
    return open_voice(voice, model.config)


class Voices:
    """Voices as `model` speaks them, each on its device once: else the codec waited for a reference's codes with every
    line."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._open: dict[str, OpenVoice] = {}

    def of(self, voice: Voice) -> OpenVoice:
        """Raises what `ready_voice` raises."""
        key = voice.fingerprint
        if key not in self._open:
            ready = ready_voice(voice, self._model)
            self._open[key] = ready.to(self._model.device) if isinstance(ready, ClonedVoice) else ready
        return self._open[key]


def make_tensors(folder: Path, kind: str, model: str, device: str = "cuda") -> None:
    """What a clone's `folder` lacks, made by the Base checkpoint called `model`. Raises what `complete` raises."""
    dtype = torch.bfloat16 if torch.device(device).type == "cuda" else torch.float32
    complete(folder, kind, load(model, device, dtype))


def complete(folder: Path, kind: str, model: Model) -> None:
    """Make what the clone in `folder` lacks for `model` from its reference.

    Raises VoiceError, see `clone`, and StorageError when it cannot be kept.
    """
    contents = read_contents(folder, kind)
    codes, width = contents.lacks_codes, model.config.talker.hidden
    if contents.others or not (codes or contents.lacks_embedding(width)):
        return
    if codes and not contents.transcript:
        do = f'write what is said into {TRANSCRIPT}, or make it kind = "clone-xvector"'
        raise VoiceError("has a recording but not its transcript", where=folder, do=do)
    made = clone(model, read_flac(folder / REFERENCE), contents.transcript if codes else "")
    log.info("made the embedding of %s for a model %d wide", folder, width)
    save_clone(arrays_of(made), folder, made_from=contents.reference)


def clone(model: Model, recording: Audio, transcript: str = "") -> ClonedVoice:
    """The voice in `recording`; with its `transcript`, one that also goes on as the recording ends.

    Raises VoiceError when the model cannot clone, or the recording is too short, too long or silent.
    """
    if model.config.kind != "base":
        raise VoiceError("only a Base model can make a voice from a recording", do="give --model a Base one")
    if not SHORTEST_S <= recording.seconds <= LONGEST_S:
        what = f"the recording is {recording.seconds:.1f} s long"
        raise VoiceError(what, do=f"give {SHORTEST_S:.0f} to {LONGEST_S:.0f} s, best about ten")
    if not recording.samples.any():
        raise VoiceError("the recording is silent")
    wave = recording.samples.astype(np.float32) / np.float32(32768)
    codes = None
    if transcript.strip():
        silence = np.zeros(round(SILENCE_S * recording.sample_rate), np.float32)
        encode = Encoder(model.codec.folder, model.device)
        codes = encode(np.concatenate([wave, silence]), recording.sample_rate)
    embedding = SpeakerEncoder(model.checkpoint.folder, model.device)(wave, recording.sample_rate)
    return ClonedVoice(embedding, codes, " ".join(transcript.split()))
