"""A Base checkpoint's speaker encoder: who speaks in a recording. Speaking needs it not.

An ECAPA-TDNN: convolutions over the mel spectrogram, each of whose blocks weighs its channels, then the mean and the
deviation over time, each moment as much as attention gives it. Activations are channels first, [1, C, F].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from narrate.engine.qwen.checkpoint import read_object, reading
from narrate.engine.qwen.tensors import Tensors, open_tensors
from narrate.engine.qwen.waves import MELS, in_float32, log_mels, resampled
from narrate.engine.qwen.weights import SPEAKER_ENCODER
from narrate.errors import EngineError

LEAST_VARIANCE = 1e-12
_DEFAULTS: dict[str, Any] = {
    "mel_dim": MELS,
    "enc_dim": 1024,
    "enc_channels": (512, 512, 512, 512, 1536),
    "enc_kernel_sizes": (5, 3, 3, 3, 1),
    "enc_dilations": (1, 2, 3, 4, 1),
    "enc_attention_channels": 128,
    "enc_res2net_scale": 8,
    "enc_se_channels": 128,
    "sample_rate": 24_000,
}


@dataclass(frozen=True, slots=True)
class SpeakerConfig:
    """Sizes of a speaker encoder: of each block in turn, the last of them behind all others."""

    width: int  # of the embedding
    channels: tuple[int, ...]
    taps: tuple[int, ...]
    dilations: tuple[int, ...]
    attention_channels: int
    scale: int  # groups of channels, each convolved with the one before it
    squeezed: int  # channels that the weights of all channels are made from
    sample_rate: int


class SpeakerEncoder:
    """Recordings to speakers' embeddings, in float32: a kept voice should not depend on the dtype it was made in."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        """Reads the encoder of the Base checkpoint in `folder`. Raises EngineError."""
        whole = open_tensors(folder, device, torch.float32)
        tensors = whole.part(SPEAKER_ENCODER)
        if not tensors.there:
            raise EngineError("the checkpoint has no speaker encoder", where=folder, do="give a Base model")
        self._config, self._device = _read_config(folder), device
        channels, taps, dilations = self._config.channels, self._config.taps, self._config.dilations
        parts = tensors.parts("blocks", len(channels) - 1)
        self._first = Conv(parts[0].part("conv"), MELS, channels[0], taps[0], dilations[0])
        self._blocks = [Block(part, self._config, number) for number, part in enumerate(parts[1:], start=1)]
        last = channels[-1]
        self._joined = Conv(tensors.part("mfa.conv"), sum(channels[1:-1]), last, taps[-1], dilations[-1])
        self._pooling = Pooling(tensors.part("asp"), last, self._config.attention_channels)
        self._out = Conv(tensors.part("fc"), 2 * last, self._config.width)
        whole.check_whole("talker.*")

    @in_float32()
    def __call__(self, wave: NDArray[np.float32], sample_rate: int) -> Tensor:
        """[H] float32 of `wave` [N], from the mel spectrogram that the encoder was trained on."""
        rate = self._config.sample_rate
        mels = log_mels(resampled(wave, sample_rate, rate), rate)
        x, found = F.relu(self._first(mels[None].to(self._device))), []
        for block in self._blocks:
            x = block(x)
            found.append(x)
        x = F.relu(self._joined(torch.cat(found, dim=1)))
        embedding: Tensor = self._out(self._pooling(x))[0, :, 0]
        return embedding.clone()


class Conv:
    """A convolution as long as its input, which is continued by its mirror image."""

    def __init__(self, tensors: Tensors, inputs: int, outputs: int, taps: int = 1, dilation: int = 1) -> None:
        self.weight = tensors.take("weight", outputs, inputs, taps)
        self.bias = tensors.take("bias", outputs)
        self._dilation, beside = dilation, dilation * (taps - 1)
        self._beside = beside // 2, beside - beside // 2

    def __call__(self, x: Tensor) -> Tensor:
        return F.conv1d(F.pad(x, self._beside, mode="reflect"), self.weight, self.bias, dilation=self._dilation)


class Block:
    """A residual block: groups of channels, each convolved with the sum of itself and the group before it."""

    def __init__(self, tensors: Tensors, config: SpeakerConfig, number: int) -> None:
        inputs, width = config.channels[number - 1], config.channels[number]
        self._scale, group = config.scale, width // config.scale
        self._into = Conv(tensors.part("tdnn1.conv"), inputs, width)
        self._groups = [
            Conv(part.part("conv"), group, group, config.taps[number], config.dilations[number])
            for part in tensors.parts("res2net_block.blocks", config.scale - 1)
        ]
        self._out_of = Conv(tensors.part("tdnn2.conv"), width, width)
        self._squeeze = Conv(tensors.part("se_block.conv1"), width, config.squeezed)
        self._excite = Conv(tensors.part("se_block.conv2"), config.squeezed, width)

    def __call__(self, x: Tensor) -> Tensor:
        first, *others = torch.chunk(F.relu(self._into(x)), self._scale, dim=1)
        made, before = [first], torch.zeros((), device=x.device)
        for convolve, group in zip(self._groups, others, strict=True):
            before = F.relu(convolve(group + before))
            made.append(before)
        h = F.relu(self._out_of(torch.cat(made, dim=1)))
        weights = torch.sigmoid(self._excite(F.relu(self._squeeze(h.mean(dim=2, keepdim=True)))))
        return h * weights + x


class Pooling:
    """The mean and the deviation over time [1, 2 C, 1], by attention that knows both over all of the time."""

    def __init__(self, tensors: Tensors, width: int, attention: int) -> None:
        self._into = Conv(tensors.part("tdnn.conv"), 3 * width, attention)
        self._out_of = Conv(tensors.part("conv"), attention, width)

    def __call__(self, x: Tensor) -> Tensor:
        frames = x.shape[2]
        even = torch.ones(1, 1, frames, device=x.device) / frames
        known = [x, *(statistic.expand_as(x) for statistic in _statistics(x, even))]
        attention = self._out_of(torch.tanh(F.relu(self._into(torch.cat(known, dim=1)))))
        return torch.cat(_statistics(x, F.softmax(attention, dim=2)), dim=1)


def _statistics(x: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """The mean and the deviation [1, C, 1] of x [1, C, F], each moment by its weight."""
    mean = (weights * x).sum(2, keepdim=True)
    variance = (weights * (x - mean).pow(2)).sum(2, keepdim=True)
    return mean, torch.sqrt(variance.clamp(LEAST_VARIANCE))


def _read_config(folder: Path) -> SpeakerConfig:
    file = folder / "config.json"
    with reading(file):
        said: Mapping[str, Any] = {**_DEFAULTS, **(read_object(file).get("speaker_encoder_config") or {})}
        config = SpeakerConfig(
            width=int(said["enc_dim"]),
            channels=tuple(map(int, said["enc_channels"])),
            taps=tuple(map(int, said["enc_kernel_sizes"])),
            dilations=tuple(map(int, said["enc_dilations"])),
            attention_channels=int(said["enc_attention_channels"]),
            scale=int(said["enc_res2net_scale"]),
            squeezed=int(said["enc_se_channels"]),
            sample_rate=int(said["sample_rate"]),
        )
        if not len(config.channels) == len(config.taps) == len(config.dilations) >= 3:
            raise ValueError("its speaker encoder's channels, kernels and dilations are not of one number")
        if len({*config.channels[:-1]}) > 1 or config.channels[0] % config.scale:
            raise ValueError("its speaker encoder's blocks differ in channels, or these make no even groups")
        if said["mel_dim"] != MELS:
            raise ValueError(f"its speaker encoder reads {said['mel_dim']} mels and not {MELS}")
        return config
