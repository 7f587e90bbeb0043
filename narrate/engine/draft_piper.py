"""Voices of Piper: a model's settings and session, a line's phonemes to its numbers, and the sound it makes of them.

The form of a voice is https://github.com/OHF-Voice/piper1-gpl/blob/main/docs/VOICES.md. A model draws noise inside
itself, from no seed that could be given it. So that a line sounds the same whenever it is made, noise is left out.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from narrate.audio import from_float, resampled
from narrate.engine.draft_session import open_session
from narrate.engine.draft_waves import SAMPLE_RATE, Values
from narrate.errors import EngineError
from narrate.voices import Config, EmbeddedVoice, read_config

AT_HAND = 4  # models that stay loaded: some 100 MB each
START, END, PAD = "^", "$", "_"
INPUTS = {"input", "input_lengths", "scales"}


@dataclass(frozen=True, slots=True)
class Piper:
    """A loaded model and its settings."""

    session: Any
    config: Config

    def numbers(self, phonemes: str) -> list[int]:
        """The symbols' numbers, a pad after each, between the start and the end; none for what has no sound."""
        ids = self.config.ids
        known = [symbol for symbol in _symbols(phonemes) if symbol in ids]
        if not any(symbol.isalpha() for symbol in known):
            return []
        pad = ids.get(PAD, [])
        found = [*ids.get(START, []), *pad]
        for symbol in known:
            found += [*ids[symbol], *pad]
        return found + ids.get(END, [])

    def synthesize(self, phonemes: str, voice: EmbeddedVoice) -> Values:
        """Samples [N] float32 at SAMPLE_RATE of a sentence's phonemes; none for what has no sound."""
        numbers = self.numbers(phonemes)
        if not numbers:
            return np.zeros(0, np.float32)
        feed = {
            "input": np.array([numbers], np.int64),
            "input_lengths": np.array([len(numbers)], np.int64),
            "scales": np.array([0.0, self.config.length / voice.pace, 0.0], np.float32),
        }
        if self.config.speakers > 1:
            feed["sid"] = np.array([voice.speaker], np.int64)
        samples = self.session.run(None, feed)[0].reshape(-1)
        return resampled(from_float(samples, self.config.sample_rate), SAMPLE_RATE)


def load_piper(model: Path) -> Piper:
    """The model, loaded once a process. Raises VoiceError for its settings, EngineError for what is no model."""
    return _load(model, model.stat().st_mtime_ns if model.is_file() else 0)


@lru_cache(maxsize=AT_HAND)
def _load(model: Path, _changed_ns: int) -> Piper:
    config = read_config(model)
    try:
        session = open_session(str(model))
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise EngineError(f"the voice in {model} cannot be loaded: {reason}") from error
    wanted = INPUTS | ({"sid"} if config.speakers > 1 else set())
    if (there := {given.name for given in session.get_inputs()}) != wanted:
        takes, has = ", ".join(sorted(wanted)), ", ".join(sorted(there))
        raise EngineError(f"{model} is no Piper voice: it takes {has}, and not {takes}")
    return Piper(session, config)


def _symbols(phonemes: str) -> list[str]:
    """A symbol is a letter, or a mark on it: Piper's voices were taught them one by one."""
    return list(unicodedata.normalize("NFD", phonemes))
