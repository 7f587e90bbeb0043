"""A Base checkpoint's own speaker encoder on its own: who said a take, for the checks.

Loaded beside the engine and not out of it, because the engine runs in a process of its own and
is not to be held up. It is small (an ECAPA-TDNN): the checkpoint's other tensors are not read.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.engine.qwen.checkpoint import find_checkpoint
from narrate.engine.qwen.speaker_encoder import SpeakerEncoder

SHORTEST_S = 0.2  # the encoder's own convolutions need a few frames


class ModelSpeakerEncoder:
    """What check.speaker.SpeakerEncoder is, by the encoder that the model clones voices with. One call at a time."""

    def __init__(self, model: str, device: str = "cuda") -> None:
        """Reads the encoder of the Base checkpoint `model`, a folder or a hub name. Raises EngineError."""
        self._encoder = SpeakerEncoder(find_checkpoint(model).folder, torch.device(device))

    def embed(self, takes: Sequence[Audio]) -> list[NDArray[np.float32]]:
        """An embedding of length 1 for each take; zeros for one without a sound."""
        return [self._embed(take) for take in takes]

    def _embed(self, take: Audio) -> NDArray[np.float32]:
        wave = take.samples.astype(np.float32) * np.float32(1 / 32768)
        lacking = round(SHORTEST_S * take.sample_rate) - len(wave)
        wave = np.concatenate([wave, np.zeros(max(0, lacking), np.float32)])
        vector: NDArray[np.float32] = self._encoder(wave, take.sample_rate).cpu().numpy()
        loud = float(np.abs(wave).max(initial=0.0)) > 1e-3
        return vector / max(float(np.linalg.norm(vector)), 1e-6) * np.float32(loud)
