"""How fast, how high, how loud and with what pauses each draft voice reads: a table, a row for each voice.

    python benchmarks/paces.py [--auto 20] [--voices miles,nell] [--asr-model DIR]

The passage, of about 150 words, is taken as a book's text is: cut into lines, read by the draft engine, and put
together with the pauses of a new project. Words a minute are of all that is heard, of the takes without the silence
between them, and of what sounds (without pauses in takes of 150 ms or more). The median pitch is by autocorrelation,
the level that of speech, to full scale; pauses are those between takes, and how many takes have some inside. `--auto`
adds voices made from names. With a Whisper model the last column is the share of words that it hears wrong.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, silence
from narrate.book import Block, Book, Chapter
from narrate.engine.draft import DraftEngine
from narrate.script import Line, Pauses, pause_before
from narrate.speakers.adapt import adapt
from narrate.takes import Request
from narrate.voices import DraftVoice, Voice, draft_voice_for, list_voices, packaged_shelf
from narrate.voices.clip import pitches, to_wave

PASSAGE = """\
The ferry did not run after dark, and everybody in the village knew why. Miss Aldous, who had come by the last
train with two trunks and a birdcage, did not.

“Is there nobody who will take me across?” she asked. “I can pay. I can pay rather well!”

The old man looked at the water, then at the cage. “Not tonight,” he said. “Not for gold.”

She sat down on the larger trunk. A wind had risen from the marsh, thin and cold; it carried a sound of bells,
although the church had lost its bells to the flood in her grandmother's time, and no one had ever gone down to
look for them.

“Listen,” she whispered. “Do you hear it?”

He heard it. He had heard it every night for forty years, and he had never once told a stranger that he did. “Come,” he
said at last, and took up the birdcage. “You had better sleep in our kitchen.”
"""
INNER_MS = 150  # a stop's closure takes less
SILENT_DB = -45.0  # to a take's loudest 20 ms
RATE = DraftEngine.sample_rate
FRAME = RATE // 50


@dataclass(frozen=True, slots=True)
class Reading:
    """The passage in one voice: its takes in order, and the milliseconds of silence between them."""

    takes: tuple[Audio, ...]
    pauses_ms: tuple[int, ...]

    @property
    def takes_s(self) -> float:
        return sum(take.seconds for take in self.takes)

    @property
    def seconds(self) -> float:
        return self.takes_s + sum(self.pauses_ms) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--auto", type=int, default=20, help="how many voices made from names")
    parser.add_argument("--voices", default="", help="only these of the shelf, with commas")
    parser.add_argument("--asr-model", default="", help="a faster-whisper model's folder")
    options = parser.parse_args()
    wanted = [name for name in options.voices.split(",") if name]
    shelf = [voice for voice in list_voices([packaged_shelf()]) if not wanted or voice.name in wanted]
    voices = [*shelf, *(draft_voice_for(f"character {n}") for n in range(options.auto))]
    lines = [line for line in passage_lines() if line.speakable]
    text = " ".join(line.text for line in lines)
    words = len(text.split())
    print(f"{words} words in {len(lines)} lines\n")
    print(
        "| voice | pace | wpm, all | takes | sounding | pitch, Hz | level, dB | peak, dB | pauses, ms | inner | wrong |"
    )
    print("|---" * 11 + "|")
    for voice, reading in read(voices, lines):
        print(f"| {row(voice, reading, words)} | {wrong(reading, text, options.asr_model)} |", flush=True)


def passage_lines() -> list[Line]:
    blocks = tuple(Block(" ".join(part.split())) for part in PASSAGE.split("\n\n"))
    [script] = adapt(Book(title="The Ferry", chapters=(Chapter("The Ferry", blocks),)))
    return list(script.lines)[1:]  # without the chapter's title


def read(voices: list[Voice], lines: list[Line]) -> Iterator[tuple[Voice, Reading]]:
    pauses = Pauses()
    between = tuple(pause_before(line, before, pauses) for before, line in pairwise(lines))
    with DraftEngine(2) as engine:
        for voice in voices:
            asked = [Request(line.text, voice, model=engine.model) for line in lines]
            spoken = {request.key: audio for request, audio in engine.speak(asked)}
            yield voice, Reading(tuple(spoken[request.key] for request in asked), between)


def row(voice: Voice, reading: Reading, words: int) -> str:
    assert isinstance(voice, DraftVoice)
    wave = np.concatenate([to_wave(take) for take in reading.takes])
    hertz = pitches(wave)
    inner = [gap for take in reading.takes for gap in gaps(to_wave(take))]
    sounding_s = reading.takes_s - sum(inner) / 1000
    per_minute = (words / seconds * 60 for seconds in (reading.seconds, reading.takes_s, sounding_s))
    low, _, high = quantiles(reading.pauses_ms, n=4)
    told = (
        f"`{voice.name}`",
        f"{voice.pace:g}",
        *(f"{value:.0f}" for value in per_minute),
        f"{median(hertz[hertz > 0]):.0f}",
        f"{speech_db(wave):.1f}",
        f"{20 * np.log10(np.abs(wave).max()):.1f}",
        f"{low:.0f} to {high:.0f}, {len(set(reading.pauses_ms))} kinds",
        f"{len(inner)} of {median(inner or [0]):.0f}",
    )
    return " | ".join(told)


def gaps(wave: NDArray[np.float32]) -> list[float]:
    """Milliseconds of each pause inside a take."""
    frames = wave[: len(wave) // FRAME * FRAME].reshape(-1, FRAME)
    level = np.sqrt((frames**2).mean(axis=1))
    (loud,) = np.nonzero(level > level.max() * 10 ** (SILENT_DB / 20))
    found = (np.diff(loud) - 1) * FRAME / RATE * 1000
    return [float(gap) for gap in found if gap >= INNER_MS]


def speech_db(wave: NDArray[np.float32]) -> float:
    """The mean power of the 20 ms frames within 20 dB of the loud ones."""
    power = (wave[: len(wave) // FRAME * FRAME].reshape(-1, FRAME) ** 2).mean(axis=1)
    return float(10 * np.log10(power[power > np.percentile(power, 95) / 100].mean()))


def wrong(reading: Reading, text: str, model: str) -> str:
    """The share of words that Whisper hears wrong, "" without one."""
    if not model:
        return ""
    from narrate.check import words
    from narrate.voices import transcribe

    gap = silence(500, RATE)
    samples = np.concatenate([part for take in reading.takes for part in (take.samples, gap)])
    heard, _ = transcribe(Audio(samples, RATE), "en", model)
    asked, got = words.words(text), words.words(heard)
    edits = sum(max(d.end - d.start, d.heard_end - d.heard_start) for d in words.differences(asked, got))
    return f"{edits / len(asked):.1%}"


if __name__ == "__main__":
    main()
