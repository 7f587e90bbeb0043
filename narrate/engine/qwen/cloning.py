"""A voice from a recording, for the checkpoints that clone ("base").

The speaker's embedding comes from the recording as it is. With a transcript there are also its
codes, taken with half a second of silence behind it: else the reference ends in the middle of
a sound, and the first word of every line is heard as that sound's end.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save

from narrate.audio import Audio
from narrate.engine.qwen.voices import MAX_REFERENCE_FRAMES, ClonedVoice
from narrate.engine.qwen.weights import Model
from narrate.errors import VoiceError
from narrate.files import write_bytes

SILENCE_S = 0.5
SHORTEST_S = 1.0
LONGEST_S = MAX_REFERENCE_FRAMES * 0.08 - 1


def clone(model: Model, recording: Audio, transcript: str = "") -> ClonedVoice:
    """The voice in `recording`; with its `transcript`, one that also goes on as the recording ends.

    Raises VoiceError when the model cannot clone, or the recording is too short, too long or silent.
    """
    if model.speaker_encoder is None:
        raise VoiceError("only a Base model can make a voice from a recording", do="give --model a Base one")
    if not SHORTEST_S <= recording.seconds <= LONGEST_S:
        what = f"the recording is {recording.seconds:.1f} s long"
        raise VoiceError(what, do=f"give {SHORTEST_S:.0f} to {LONGEST_S:.0f} s, best about ten")
    if not recording.samples.any():
        raise VoiceError("the recording is silent")
    wave = recording.samples.astype(np.float32) / np.float32(32768)
    codes = _codes(model, wave, recording.sample_rate) if transcript.strip() else None
    return ClonedVoice(_embedding(model, wave, recording.sample_rate), codes, " ".join(transcript.split()))


def save_clone(voice: ClonedVoice, folder: Path) -> None:
    """The tensors and the transcript of `voice` into its `folder`, beside embeddings for other model sizes.

    Raises StorageError when the folder cannot be written.
    """
    file = folder / "embedding.safetensors"
    embeddings = load_file(file) if file.is_file() else {}
    embeddings[f"embedding.{len(voice.embedding)}"] = voice.embedding.float().cpu().contiguous()
    write_bytes(file, _safetensors(embeddings))
    if voice.codes is not None:
        write_bytes(folder / "codes.safetensors", _safetensors({"codes": voice.codes.short().cpu().contiguous()}))
        write_bytes(folder / "reference.txt", f"{voice.transcript}\n".encode())


def _safetensors(tensors: dict[str, torch.Tensor]) -> bytes:
    return bytes(save(tensors))


def _embedding(model: Model, wave: NDArray[np.float32], sample_rate: int) -> torch.Tensor:
    """[H], from the mel spectrogram that the encoder was trained on."""
    import librosa

    from narrate.engine.qwen.upstream import mel_spectrogram

    heard = torch.from_numpy(librosa.resample(wave, orig_sr=sample_rate, target_sr=model.speaker_rate))
    with torch.inference_mode():
        mels = mel_spectrogram(
            heard[None],
            n_fft=1024,
            num_mels=128,
            sampling_rate=model.speaker_rate,
            hop_size=256,
            win_size=1024,
            fmin=0,
            fmax=12000,
        )
        embedding: torch.Tensor = model.speaker_encoder(mels.transpose(1, 2).to(model.device, model.dtype))[0]
    return embedding.clone()


def _codes(model: Model, wave: NDArray[np.float32], sample_rate: int) -> torch.Tensor:
    """[R, 16] of the recording with silence behind it."""
    silence = np.zeros(round(SILENCE_S * sample_rate), np.float32)
    codes: torch.Tensor = model.codec.encode([np.concatenate([wave, silence])], sr=sample_rate).audio_codes[0]
    return codes.long().clone()
