"""The speaker check: an embedding of the voice, compared with the embeddings of that voice's other takes.

The encoder is Resemblyzer's (a GE2E LSTM after Wan et al. 2018, arXiv 1710.10467; Apache-2.0):
small enough for a CPU, and its weights come inside its package. We read those weights and nothing
else of it, and run them with numpy: its own code would bring torch into a process that has no other
use for it. The file is known by its digest, so its numbers are read where they lie and nothing is
unpickled.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, mel_filters, resampled
from narrate.errors import EngineError

RATE, STEP, WINDOW, FFT = 16_000, 160, 160, 400  # Hz; samples a frame; frames a partial; samples a spectrum
MELS, HIDDEN, SIZE = 40, 256, 256
MOST_PARTIALS = 6  # a take, spread evenly over it
LEVEL = 10 ** (-30 / 20)  # RMS that quieter takes are raised to
BATCH = 64  # partials

_DIGEST = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
_BIAS_AT, _WEIGHT_AT, _LSTM_AT = 6699, 7731, 269_883  # bytes into the file

Floats = NDArray[np.float32]


class SpeakerEncoder:
    """Resemblyzer's encoder. Calls may come from several threads."""

    def __init__(self, weights: Path | None = None) -> None:
        """Reads the weights of the installed package. Raises EngineError when it is not there or another one."""
        path = weights or _installed()
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != _DIGEST:
            raise EngineError(
                "is not the speaker encoder that we know", where=path, do="pip install Resemblyzer==0.1.4"
            )
        self._bias = np.frombuffer(data, "<f4", SIZE, _BIAS_AT)
        self._weight = np.frombuffer(data, "<f4", SIZE * HIDDEN, _WEIGHT_AT).reshape(SIZE, HIDDEN)
        widths = (MELS, HIDDEN, HIDDEN)
        sizes = [n for width in widths for n in (4 * HIDDEN * width, 4 * HIDDEN * HIDDEN)] + [4 * HIDDEN] * 6
        flat = np.frombuffer(data, "<f4", sum(sizes), _LSTM_AT)
        parts = np.split(flat, np.cumsum(sizes)[:-1])
        # For each layer: input weights [width, 4 H], recurrent weights [H, 4 H], bias [4 H]; gates i, f, g, o.
        self._layers = [
            (
                np.ascontiguousarray(parts[2 * n].reshape(4 * HIDDEN, width).T),
                np.ascontiguousarray(parts[2 * n + 1].reshape(4 * HIDDEN, HIDDEN).T),
                parts[6 + 2 * n] + parts[7 + 2 * n],
            )
            for n, width in enumerate(widths)
        ]

    def embed(self, takes: Sequence[Audio]) -> list[Floats]:
        """An embedding [SIZE] of length 1 for each take; zeros for one without a sound."""
        partials = [_partials(take) for take in takes]
        stacked = np.concatenate(partials)
        made = [self._encode(stacked[at : at + BATCH]) for at in range(0, len(stacked), BATCH)]
        vectors = np.concatenate(made) if made else np.zeros((0, SIZE), np.float32)
        ends = np.cumsum([len(part) for part in partials])
        return [_unit(part.sum(axis=0)) for part in np.split(vectors, ends[:-1])]

    def _encode(self, mels: Floats) -> Floats:
        """Embeddings [P, SIZE] of partials [P, WINDOW, MELS]."""
        below = mels
        for wide, recurrent, bias in self._layers:
            gates = below @ wide + bias  # [P, WINDOW, 4 H]
            state, cell = np.zeros((2, len(mels), HIDDEN), np.float32)
            above = np.empty((len(mels), WINDOW, HIDDEN), np.float32)
            for frame in range(WINDOW):
                now = gates[:, frame] + state @ recurrent
                opened = 0.5 + 0.5 * np.tanh(0.5 * now)  # the logistic function, without overflow
                enter, forget, leave = opened[:, :HIDDEN], opened[:, HIDDEN : 2 * HIDDEN], opened[:, 3 * HIDDEN :]
                cell = forget * cell + enter * np.tanh(now[:, 2 * HIDDEN : 3 * HIDDEN])
                state = leave * np.tanh(cell)
                above[:, frame] = state
            below = above
        raw = np.maximum(below[:, -1] @ self._weight.T + self._bias, 0)
        vectors: Floats = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-6)
        return vectors


def _installed() -> Path:
    spec = find_spec("resemblyzer")
    if spec is None or spec.origin is None:
        do = "pip install --no-deps Resemblyzer==0.1.4: of it only the weights are used"
        raise EngineError("there is no speaker encoder here", do=do)
    return Path(spec.origin).with_name("pretrained.pt")


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-6)


def _partials(take: Audio) -> Floats:
    """Mel spectra [P, WINDOW, MELS] of up to MOST_PARTIALS stretches of 1.6 s, its silent frames left out."""
    samples = resampled(take, RATE)
    rms = float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0
    if rms < 1e-4:
        return np.zeros((0, WINDOW, MELS), np.float32)
    mels = _mel(samples * max(1.0, LEVEL / rms))
    loud = mels.sum(axis=1)
    mels = mels[loud > 1e-4 * loud.max()]
    if len(mels) < WINDOW:
        mels = np.concatenate([mels, np.zeros((WINDOW - len(mels), MELS), np.float32)])
    count = min(MOST_PARTIALS, max(1, round(2 * len(mels) / WINDOW) - 1))
    starts = np.linspace(0, len(mels) - WINDOW, count).astype(int)
    return np.stack([mels[start : start + WINDOW] for start in starts])


def _mel(samples: Floats) -> Floats:
    """The power spectra [F, MELS] of `samples` [N] at RATE, as librosa's melspectrogram gives them."""
    padded = np.pad(samples, FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::STEP]
    window, filters = _filters()
    spectrum = np.fft.rfft(frames * window, axis=1)
    power = (np.square(spectrum.real) + np.square(spectrum.imag)).astype(np.float32)
    return power @ filters


@cache
def _filters() -> tuple[Floats, Floats]:
    """A periodic Hann window [FFT], and the mel filters [FFT // 2 + 1, MELS]."""
    window = np.hanning(FFT + 1)[:-1].astype(np.float32)
    return window, mel_filters(RATE, FFT, MELS, RATE / 2).T
