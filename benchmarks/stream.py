"""How soon a line is heard, and how fast it goes on, by the frames that are handed out at once.

    python benchmarks/stream.py MODEL VOICE [--chunks 1,2,4,8,12] [--random-weights]

One line at a time, as `narrate say --stream` has it: milliseconds from the request to the first samples, and seconds of
audio for each second of wall time over the whole line. The last row is the line as `speak` gives it, whole; `equal`
counts the runs whose samples are the same as that one's, to the bit.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.qwen_bench import FRAME_MS, WARM_UP, open_engine
from benchmarks.rows import StreamRow
from narrate.audio import Audio
from narrate.engine.qwen import QwenEngine
from narrate.takes import Request
from narrate.voices import Voice
from narrate.voices.kinds import load_voice

RUNS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description="First audio and speed by the frames handed out at once.")
    parser.add_argument("model")
    parser.add_argument("voice", type=Path)
    parser.add_argument("--chunks", default="1,2,4,8,12")
    parser.add_argument("--random-weights", action="store_true", help="give the line the frames of its text")
    options = parser.parse_args()
    with open_engine(options.model, 1, options.random_weights) as engine:
        chunks = [int(chunk) for chunk in options.chunks.split(",")]
        print(markdown(measure_streaming(engine, load_voice(options.voice), chunks)))


def measure_streaming(engine: QwenEngine, voice: Voice, chunks: list[int]) -> list[StreamRow]:
    """A row for each of `chunks`, and one for the whole line, of an engine of one slot."""
    request = Request(WARM_UP, voice, engine="qwen", model=engine.model)

    def whole() -> Iterator[tuple[Request, Audio]]:
        return engine.speak([request])

    want = _heard(whole)[2]
    rows = [_row(chunk, lambda chunk=chunk: engine.stream([request], chunk), want) for chunk in chunks]  # type: ignore[misc]
    return [*rows, _row(0, whole, want)]


def _row(chunk: int, speak: Callable[[], Iterator[tuple[Request, Audio]]], want: NDArray[np.int16]) -> StreamRow:
    for _ in range(2):
        _heard(speak)
    runs = [_heard(speak) for _ in range(RUNS)]
    wall_s = statistics.median(wall for _, wall, _ in runs)
    audio_s = len(want) // 1920 * FRAME_MS / 1000
    same = sum(len(got) <= len(want) and np.array_equal(got, want[len(want) - len(got) :]) for _, _, got in runs)
    return StreamRow(chunk, statistics.median(first for first, _, _ in runs) * 1000, audio_s / wall_s, same, len(runs))


def _heard(speak: Callable[[], Iterator[tuple[Request, Audio]]]) -> tuple[float, float, NDArray[np.int16]]:
    """Seconds to the first samples and to the last, and all of them."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    began = time.perf_counter()
    firsts, pieces = [], []
    for _, audio in speak():
        firsts.append(time.perf_counter() - began)
        pieces.append(audio.samples)
    return firsts[0], time.perf_counter() - began, np.concatenate(pieces)


def markdown(rows: list[StreamRow]) -> str:
    """The rows as a Markdown table."""
    out = ["| frames at once | first audio, ms | x real time | equal |", "|---|---|---|---|"]
    out += [
        f"| {row.chunk or 'the whole line'} | {row.first_audio_ms:.1f} | {row.rtf:.1f} | {row.equal} of {row.runs} |"
        for row in rows
    ]
    return "\n".join(out)


if __name__ == "__main__":
    main()
