"""Encoders of recordings: a Base checkpoint's speaker encoder and the codec's encoder, as qwen-tts has them.

Speaking needs neither, and qwen-tts takes ten seconds to import: it is imported, and they are read, when one is used.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from narrate.engine.qwen.checkpoint import read_object, reading
from narrate.engine.qwen.tensors import Tensors, open_tensors
from narrate.errors import EngineError


class SpeakerEncoder:
    """Recordings to speakers' embeddings, in float32: a kept voice should not depend on the dtype it was made in."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        """Reads the encoder of the Base checkpoint in `folder`. Raises EngineError."""
        from narrate.engine.qwen import upstream

        said = read_object(folder / "config.json")
        tensors = open_tensors(folder, device, torch.float32).part("speaker_encoder").all()
        try:
            if not tensors:
                raise KeyError("it has none")
            config = upstream.Qwen3TTSSpeakerEncoderConfig(**(said.get("speaker_encoder_config") or {}))
            encoder = upstream.Qwen3TTSSpeakerEncoder(config)
            encoder.load_state_dict(tensors)
        except (ValueError, KeyError, TypeError, RuntimeError) as error:
            what = f"its speaker encoder cannot be read: {error}"
            raise EngineError(what[:300], where=folder, do="give a Base model") from error
        self._encoder = encoder.eval().to(device, torch.float32)
        self._rate, self._device = int(config.sample_rate), device

    @torch.inference_mode()
    def __call__(self, wave: NDArray[np.float32], sample_rate: int) -> torch.Tensor:
        """[H] float32 of `wave` [N], from the mel spectrogram that the encoder was trained on."""
        import librosa

        from narrate.engine.qwen.upstream import mel_spectrogram

        heard = torch.from_numpy(librosa.resample(wave, orig_sr=sample_rate, target_sr=self._rate))
        mels = mel_spectrogram(
            heard[None],
            n_fft=1024,
            num_mels=128,
            sampling_rate=self._rate,
            hop_size=256,
            win_size=1024,
            fmin=0,
            fmax=12000,
        )
        embedding: torch.Tensor = self._encoder(mels.transpose(1, 2).to(self._device))[0]
        return embedding.clone()


def codes_of(codec: Tensors, wave: NDArray[np.float32], sample_rate: int) -> torch.Tensor:
    """The codes [R, 16] of `wave` [N] by the codec that `codec` are tensors of. Raises EngineError."""
    from narrate.engine.qwen import upstream

    with reading(codec.folder), upstream.quiet():
        tokenizer = upstream.Qwen3TTSTokenizer.from_pretrained(str(codec.folder), dtype=codec.dtype)
    tokenizer.model.eval().encoder.to(codec.device)
    tokenizer.device = codec.device
    codes: torch.Tensor = tokenizer.encode([wave], sr=sample_rate).audio_codes[0]
    return codes.long().clone()
