"""A voice's print, learned from its own takes, and whether a take bears it.

Three witnesses: the speaker embedding, the pitch, and the spectrum that the light checks measure
anyway. Each on its own takes another voice for the right one now and then, above all in short
takes; together they rarely do. Every one is counted in deviations of the voice's own takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, resampled
from narrate.check.findings import Finding
from narrate.check.norms import Norm, Trend, norm, trend

ENOUGH = 40  # takes, to know a voice by
LIMIT = 3.3  # of the three together
OWN_WAYS = 16  # directions in which a voice's own embeddings vary with what it says, left out of account
PITCH_MOST, SPECTRUM_MOST = 2.5, 2.5
DIRECTED = 1.3  # how much wider where a line was directed: a whisper has no pitch
SHORT_S, SHORT = 1.5, 1.1  # of a few words less is demanded
PITCH_RATE, FRAME, HOP = 8000, 512, 160
LAGS = (20, 134)  # 400 to 60 Hz
VOICED = 0.6  # of a frame's energy that comes again a period later


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """One take: its `embedding` [E], median `pitch` in semitones over 100 Hz (NaN where nothing is voiced)."""

    embedding: NDArray[np.float32]
    pitch: float
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Voiceprint:
    """What a voice's takes have in common: the middle of their embeddings, how far they lie from it, their pitch.

    A short take's embedding says as much of its words as of its voice. So distances are measured
    across the directions `ways` [E, W] in which the voice's own takes vary most (nuisance attribute
    projection, Solomonoff et al. 2005).
    """

    takes: int
    centre: NDArray[np.float32]
    ways: NDArray[np.float32]
    off: Trend
    pitch: Norm

    def judge(self, take: Print, timbre: float, *, directed: bool = False) -> Finding:
        """`timbre`: how many deviations the take's spectrum lies off."""
        embedding = max(0.0, self.off.away(_distance(take.embedding, self.centre, self.ways), take.seconds))
        # A cry is high, a mutter low, and a spectrum is as much of what is said: neither fails a take alone.
        pitch = 0.0 if np.isnan(take.pitch) else min(PITCH_MOST, abs(self.pitch.away(take.pitch)))
        spectrum = min(SPECTRUM_MOST, max(0.0, timbre))
        together = float(np.sqrt(embedding**2 + pitch**2 + spectrum**2))
        parts = f"embedding {embedding:.1f}, pitch {pitch:.1f}, spectrum {spectrum:.1f}"
        why = f"another voice: {parts} deviations off"
        limit = LIMIT * (1 + 20 / self.takes)  # few takes know their spread badly
        limit *= DIRECTED if directed else 1.0
        if take.seconds < SHORT_S:
            limit *= SHORT
        return Finding("voice", together / limit, why)


def learn_print(takes: Sequence[Print]) -> Voiceprint | None:
    """The print of the voice that made `takes`, some of which may be another's; None while they are too few."""
    takes = [take for take in takes if take.embedding.any()]
    if len(takes) < ENOUGH:
        return None
    seconds = [take.seconds for take in takes]
    embeddings = np.array([take.embedding for take in takes])
    # The longer half, which knows its speaker best.
    centre = np.median(embeddings[seconds >= np.median(seconds)], axis=0).astype(np.float32)
    own = embeddings[np.argsort(np.linalg.norm(embeddings - centre, axis=1))[: round(0.9 * len(takes))]]
    _, _, ways = np.linalg.svd(own - own.mean(axis=0), full_matrices=False)
    ways = np.ascontiguousarray(ways[: min(OWN_WAYS, len(takes) // 8)].T, np.float32)
    off = trend([_distance(embedding, centre, ways) for embedding in embeddings], seconds)
    pitches = [take.pitch for take in takes if not np.isnan(take.pitch)]
    return Voiceprint(len(takes), centre, ways, off, norm(pitches, Norm(8.0, 6.0), 0.8))


def _distance(embedding: NDArray[np.float32], centre: NDArray[np.float32], ways: NDArray[np.float32]) -> float:
    off = embedding - centre
    return float(np.linalg.norm(off - ways @ (off @ ways)))


def pitch(audio: Audio) -> float:
    """The median pitch of what is voiced, in semitones over 100 Hz; NaN where there is hardly any.

    By the autocorrelation of 64 ms frames, freed from the window's own (Boersma 1993), the shortest
    of nearly equal periods: or a voice would be taken for one an octave lower.
    """
    samples = resampled(audio, PITCH_RATE)
    if len(samples) < FRAME:
        return float("nan")
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    power = np.square(frames).mean(axis=1)
    window = np.hanning(FRAME).astype(np.float32)
    frames = frames[power > 0.03 * power.max()] * window
    alike = _autocorrelation(frames)
    alike = alike / np.maximum(alike[:, :1], 1e-9) / (_autocorrelation(window[None])[0] / np.square(window).sum())
    low, high = LAGS
    alike = alike[:, low:high]
    best = alike.max(axis=1, initial=0.0)
    alike, best = alike[best > VOICED], best[best > VOICED]
    if len(best) < 5:
        return float("nan")
    rows, lag = np.arange(len(alike)), np.argmax(alike >= 0.92 * best[:, None], axis=1)
    for _ in range(6):  # up to the top of that peak
        after = np.minimum(lag + 1, high - low - 1)
        lag = np.where(alike[rows, after] > alike[rows, lag], after, lag)
    return float(np.median(12 * np.log2(PITCH_RATE / (low + lag) / 100)))


def _autocorrelation(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """[F, LAGS[1]] of frames [F, FRAME]."""
    spectrum = np.fft.rfft(frames, 2 * FRAME, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.fft.irfft(power, axis=1)[:, : LAGS[1]].astype(np.float32)
