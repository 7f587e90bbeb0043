"""A Base checkpoint's own speaker encoder on its own: who said a take, for the checks.

Loaded beside the engine and not out of it, because the engine runs in a process of its own and
is not to be held up. It is small (an ECAPA-TDNN): the checkpoint's other tensors are not read.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from narrate.audio import Audio
from narrate.engine.qwen.checkpoint import find_checkpoint
from narrate.engine.qwen.cloning import speaker_embedding
from narrate.errors import EngineError
from narrate.files import parse_json

PREFIX = "speaker_encoder."
SHORTEST_S = 0.2  # the encoder's own convolutions need a few frames


class ModelSpeakerEncoder:
    """What check.speaker.SpeakerEncoder is, by the encoder that the model clones voices with. One call at a time."""

    def __init__(self, model: str, device: str = "cuda") -> None:
        """Reads the encoder of the Base checkpoint `model`, a folder or a hub name. Raises EngineError."""
        from narrate.engine.qwen import upstream as qwen

        folder = find_checkpoint(model).folder
        try:
            config = qwen.Qwen3TTSConfig.from_pretrained(str(folder))
            encoder = qwen.Qwen3TTSSpeakerEncoder(config.speaker_encoder_config)
            encoder.load_state_dict(_tensors(folder))
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            what = f"its speaker encoder cannot be read: {error}"
            raise EngineError(what[:300], where=folder, do="give a Base model") from error
        self._encoder = encoder.eval().to(device, torch.float32)
        self._rate = int(config.speaker_encoder_config.sample_rate)
        self._device = torch.device(device)

    def embed(self, takes: Sequence[Audio]) -> list[NDArray[np.float32]]:
        """An embedding of length 1 for each take; zeros for one without a sound."""
        return [self._embed(take) for take in takes]

    def _embed(self, take: Audio) -> NDArray[np.float32]:
        wave = take.samples.astype(np.float32) * np.float32(1 / 32768)
        lacking = round(SHORTEST_S * take.sample_rate) - len(wave)
        wave = np.concatenate([wave, np.zeros(max(0, lacking), np.float32)])
        made = speaker_embedding(self._encoder, self._rate, self._device, wave, take.sample_rate)
        vector: NDArray[np.float32] = made.float().cpu().numpy()
        loud = float(np.abs(wave).max(initial=0.0)) > 1e-3
        return vector / max(float(np.linalg.norm(vector)), 1e-6) * np.float32(loud)


def _tensors(folder: Path) -> dict[str, torch.Tensor]:
    """The encoder's tensors, from the files that the checkpoint's index says hold them."""
    index = folder / "model.safetensors.index.json"
    files = {"model.safetensors"}
    if index.is_file():
        places: dict[str, str] = parse_json(index.read_text("utf-8"))["weight_map"]
        files = {Path(file).name for name, file in places.items() if name.startswith(PREFIX)}
    tensors = {}
    for file in sorted(files):
        with safe_open(str(folder / file), "pt") as held:
            for name in held.keys():  # noqa: SIM118 (it is no dictionary)
                if name.startswith(PREFIX):
                    tensors[name.removeprefix(PREFIX)] = held.get_tensor(name)
    if not tensors:
        raise KeyError("it has none")
    return tensors
