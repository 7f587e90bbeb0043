"""A take heard faster than it was spoken, at its own pitch, by ffmpeg's `atempo` (waveform similarity overlap-add)."""

from pathlib import Path
from typing import TYPE_CHECKING

from narrate.chapters.ffmpeg import ALOUD, Ffmpeg, run
from narrate.chapters.timeline import frames_at
from narrate.files import placed

if TYPE_CHECKING:
    from narrate.audio import Audio

EDGE_S = 0.2  # of silence around it, so that nothing of it is lost at the filter's edges


def stretched(ffmpeg: Ffmpeg, audio: "Audio", tempo: float, scratch: Path) -> "Audio":
    """The sound `tempo` times as fast, of exactly `frames_at(tempo, N)` samples; `scratch` is a file to write to.

    What it says starts within 5 ms of where it would by its place. Raises AssemblyError, StorageError.
    """
    import numpy as np

    from narrate.audio import Audio

    rate = audio.sample_rate
    edge = round(EDGE_S * rate)
    form = ["-f", "s16le", "-ar", str(rate), "-ac", "1"]
    silence = bytes(2 * edge)
    with placed(scratch, keep=False) as raw:
        arguments = [*ALOUD, *form, "-i", "pipe:0", "-af", f"atempo={tempo:.4f}", *form, f"file:{raw}"]
        run(ffmpeg, arguments, [silence, audio.samples.tobytes(), silence], making="a faster take", into=raw)
        found = np.fromfile(raw, np.int16)
    start = round((edge - _window(rate) / 2) / tempo)  # the filter is half a window early
    end = start + frames_at(tempo, len(audio.samples))
    return Audio(np.pad(found[start:end], (0, max(0, end - len(found)))), rate)


def _window(rate: int) -> int:
    """The frames that the filter looks at together: a 24th of a second, to the next power of two."""
    return 1 << (rate // 24 - 1).bit_length()
