"""Read speech for tests: the embedded voice in this process, and sounds that no one speaks."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, from_float
from narrate.engine.draft_speech import load_hibari, speak_line
from narrate.engine.draft_waves import SAMPLE_RATE
from narrate.takes import Request
from narrate.voices import DraftVoice

TEXTS = (
    "The tide came in over the flat stones, and the keeper wrote it down in his book.",
    "He had done so every evening for thirty years; nobody had ever asked him why.",
    "But who would come all this way to read it?",
    "The lamp was lit, the door was shut, and the wind went round the house like a dog.",
)
MAN, WOMAN = DraftVoice("man", -7.0, 0.95, 0.86), DraftVoice("woman", 4.5, 1.1, 1.13)
PLAIN = DraftVoice("narrator")


@cache
def _model() -> Any:
    return load_hibari()


@cache
def line(text: str, voice: DraftVoice = PLAIN) -> NDArray[np.float32]:
    """Samples [N] of a line, full scale 1."""
    return speak_line(_model(), Request(text, voice)).astype(np.float32) / np.float32(32768)


def recital(*voices: DraftVoice, count: int = 4, pause_s: float = 0.3) -> NDArray[np.float32]:
    """The first `count` texts with pauses between, read by the voices in turn."""
    gap = np.zeros(round(pause_s * SAMPLE_RATE), np.float32)
    parts = [line(text, (voices or (PLAIN,))[n % max(len(voices), 1)]) for n, text in enumerate(TEXTS[:count])]
    return np.concatenate([piece for part in parts for piece in (part, gap)])


def audio(wave: NDArray[np.float32]) -> Audio:
    return from_float(wave, SAMPLE_RATE)


def noise(seconds: float, db: float, seed: int = 0) -> NDArray[np.float32]:
    """White noise at a level, dB to full scale."""
    drawn = np.random.default_rng(seed).normal(0, 10 ** (db / 20), round(seconds * SAMPLE_RATE))
    return drawn.astype(np.float32)


def tune(seconds: float) -> NDArray[np.float32]:
    """A plucked instrument with rests: a melody of harmonics that die away."""
    time = np.arange(round(0.5 * SAMPLE_RATE)) / SAMPLE_RATE
    notes = []
    for number in range(round(seconds / 0.6)):
        pitch = 220 * 2 ** ((0, 3, 7, 12, 10, 7, 3, 5)[number % 8] / 12)
        tone = sum(np.sin(2 * np.pi * pitch * h * time) / h for h in range(1, 7))
        notes += [np.exp(-4 * time) * tone * 0.3, np.zeros(round(0.1 * SAMPLE_RATE))]
    return np.concatenate(notes).astype(np.float32)
