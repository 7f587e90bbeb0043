"""Word times against takes whose phone times are known: errors of each word's start, by aligner and voice, and speed.

    python benchmarks/alignment.py [--lines FILE] [--asr-model DIR] [--count N]

The draft voice's network says how many 25 ms steps each phoneme takes, and that number is asked of the model itself by
naming the tensor as one more output. Its sound runs ahead of its steps: by how much is measured here, without any
aligner, where s and sh begin and end beside vowels, and where sound begins after silence; the median of these is taken
off, and printed. A step is 25 ms, so that the truth itself is known to about 12 ms.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.engine import draft_speech
from narrate.engine.draft_sound import Frames, waveform
from narrate.timing import Aligner, spoken_words
from narrate.timing.sphinx import SphinxAligner
from narrate.timing.whisper import WhisperAligner
from narrate.voices import DraftVoice, draft_voice_for

STEPS = "/Clip_output_0"  # hibari 0.2.1: steps of each phoneme
STEP_S = 0.025
FRAME = 300  # samples, of which a step has two
SILENT = frozenset(' ;:,.!?—…"“”()')
STRESS = frozenset("ˈˌ")
VOWELS = frozenset("AIOQWYaiuæɑɒɔəɚɛɜɪʊʌᵊᵻ")
WITHIN_S = 0.080
VOICES = {
    "draft": DraftVoice("draft"),
    "deep": DraftVoice("deep", pitch=-5.0, formant=0.9),
    "high": DraftVoice("high", pitch=4.0, formant=1.1),
    "slow": DraftVoice("slow", pace=0.85),
    "fast": DraftVoice("fast", pace=1.2),
    "a man's": draft_voice_for("Dr. Watson", "male"),
    "a woman's": draft_voice_for("Miss Stoner", "female"),
}


def session(hibari: Any) -> Any:
    """hibari's model, which gives STEPS as one more output."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # A message that is given twice is merged (protobuf): a graph with nothing but one more output.
    output = b"\x62" + _sized(b"\x0a" + _sized(STEPS.encode()) + b"\x12\x04\x0a\x02\x08\x01")
    return onnxruntime.InferenceSession(Path(hibari.model_path).read_bytes() + b"\x3a" + _sized(output), options)


def _offset(kept: NDArray[Any], whole: NDArray[Any]) -> int:
    """How many values lie before `kept`, which is a stretch of the last axis of `whole`."""
    return int(kept.__array_interface__["data"][0] - whole.__array_interface__["data"][0]) // whole.itemsize


def _sized(data: bytes) -> bytes:
    assert len(data) < 128
    return bytes([len(data)]) + data


class Known:
    """The draft voice with the time of each word, and of each phoneme."""

    def __init__(self) -> None:
        self._hibari = draft_speech.load_hibari()
        self._session = session(self._hibari)
        self._steps: NDArray[np.float64] = np.zeros(0)  # of the last sentence

    def speak(self, text: str, voice: DraftVoice) -> tuple[Audio, list[float]]:
        """A take, and the start of each word in seconds by the network's steps."""
        starts: list[float] = []
        at = 0
        sound: list[NDArray[np.int16]] = []
        for phonemes, samples, first in self._sentences(text, voice):
            if sound:
                at += self._gap
                sound.append(np.zeros(self._gap, np.int16))
            cut = (first - at) / draft_speech.SAMPLE_RATE
            starts += [start - cut for start, _, opens in self._phonemes(phonemes, voice) if opens]
            sound.append(np.clip(samples * 32767, -32768, 32767).astype(np.int16))
            at += len(samples)
        return Audio(np.concatenate(sound), draft_speech.SAMPLE_RATE), starts

    _gap = draft_speech.SAMPLE_RATE // 4

    def _sentences(self, text: str, voice: DraftVoice) -> Iterator[tuple[str, NDArray[np.float32], int]]:
        """Phonemes, the trimmed samples, and how many were cut off before them."""
        draws = np.random.default_rng(1)
        for phonemes in draft_speech._chunks(self._hibari, text):
            whole, cut = self._synthesize(phonemes, voice, draws)
            kept = draft_speech._trim(whole)
            if len(kept):
                first = _offset(kept, whole) + cut
                yield phonemes, kept, first

    def _synthesize(
        self, phonemes: str, voice: DraftVoice, draws: np.random.Generator
    ) -> tuple[NDArray[np.float32], int]:
        """Samples as the engine makes them, and how many it leaves out before them."""
        feed = {"ids": np.asarray([self._hibari.ids(phonemes)], np.int64), "speed": np.ones(1, np.float32)}
        *found, steps = self._session.run(["lh", "theta", "ln", "lr", "phi", "f0", STEPS], feed)
        self._steps = np.asarray(steps, np.float64).reshape(-1)
        frames = Frames.of(found)
        return waveform(frames, voice, draws), round(_offset(frames.pitch, found[5]) * FRAME / voice.pace)

    def _phonemes(self, phonemes: str, voice: DraftVoice) -> Iterator[tuple[float, str, bool]]:
        """Start in seconds of the uncut sound, the phoneme, and whether a word opens with it."""
        known = [c for c in phonemes if c in self._hibari.vocab]
        edges = np.concatenate([[0.0], np.cumsum(self._steps)]) * STEP_S / voice.pace
        opens = True
        for number, phoneme in enumerate(known, start=1):
            is_silent = phoneme in SILENT
            yield float(edges[number]), phoneme, opens and not is_silent
            opens = phoneme in " —" or (opens and is_silent)

    def lead(self, lines: Sequence[str]) -> list[float]:
        """By how many seconds sound is ahead of its steps, at each place where that can be seen."""
        found: list[float] = []
        for text in lines:
            draws = np.random.default_rng(1)
            for phonemes in draft_speech._chunks(self._hibari, text):
                samples, cut = self._synthesize(phonemes, VOICES["draft"], draws)
                begun = cut / draft_speech.SAMPLE_RATE
                rows = [(at - begun, *row) for at, *row in self._phonemes(phonemes, VOICES["draft"])]
                rows = [row for row in rows if row[1] not in STRESS]
                found += _hiss_edges(samples, rows)
                found += _onsets(samples, rows)
        return found


def _hiss_edges(samples: NDArray[np.float32], rows: Sequence[tuple[float, str, bool]]) -> Iterator[float]:
    """How far s and sh begin and end, by what is above 4 kHz against what is below 1.5 kHz, before their steps do."""
    block, hop = 240, 60
    windows = np.lib.stride_tricks.sliding_window_view(samples, block)[::hop] * np.hanning(block)
    power = np.abs(np.fft.rfft(windows)) ** 2  # bins of 100 Hz
    hisses = power[:, 40:].sum(axis=1) > power[:, 1:15].sum(axis=1)
    times = (np.arange(len(hisses)) * hop + block / 2) / draft_speech.SAMPLE_RATE
    turns = np.flatnonzero(np.diff(hisses.astype(int)))
    rises = [times[t + 1] for t in turns if hisses[t + 1] and hisses[t + 1 : t + 9].all()]
    falls = [times[t + 1] for t in turns if hisses[t] and hisses[max(0, t - 7) : t + 1].all()]
    heard = [(at, phoneme) for at, phoneme, _ in rows if phoneme != " "]
    for before, here, after in zip(heard, heard[1:], heard[2:], strict=False):
        if here[1] in "sʃ" and before[1] in VOWELS:
            yield from _nearest(here[0], rises)
        if here[1] in "sʃ" and after[1] in VOWELS:
            yield from _nearest(after[0], falls)


def _onsets(samples: NDArray[np.float32], rows: Sequence[tuple[float, str, bool]]) -> Iterator[float]:
    """How far sound begins after 100 ms of silence before the word's step does."""
    block = 120
    level = np.sqrt(np.mean(samples[: len(samples) // block * block].reshape(-1, block) ** 2, axis=1))
    loud = level > level.max() * 0.01
    begun = [
        n * block / draft_speech.SAMPLE_RATE for n in range(20, len(loud)) if loud[n] and not loud[n - 20 : n].any()
    ]
    opening = [at for at, _, opens in rows if opens]
    for onset in begun:
        yield from _nearest(-onset, [-at for at in opening])


def _nearest(at: float, turns: Sequence[float]) -> Iterator[float]:
    if near := [at - turn for turn in turns if abs(at - turn) < 0.2]:
        yield min(near, key=abs)


def measure(aligner: Aligner, known: Known, lines: Sequence[str], voice: DraftVoice, lead_s: float) -> list[Any]:
    """A row of the table: errors in milliseconds, lines that are not sure, and times of real time."""
    errors: list[float] = []
    unsure = unlike = words = 0
    heard_s = wall_s = 0.0
    for text in lines:
        take, truth = known.speak(text, voice)
        if len(truth) != len(spoken_words(text)):
            unlike += 1  # the voice has joined or parted words
            continue
        words += len(truth)
        began = time.perf_counter()
        found = aligner.align(take, text)
        wall_s += time.perf_counter() - began
        heard_s += take.seconds
        if not found.spans:
            unsure += 1
            continue
        spans = zip(found.spans, truth, strict=True)
        errors += [start - max(0.0, at - lead_s / voice.pace) for (start, _), at in spans]
    if not errors:
        return [words, unsure, unlike, *[float("nan")] * 4, heard_s / max(wall_s, 1e-9)]
    size = sorted(abs(error) * 1000 for error in errors)
    p90 = size[int(len(size) * 0.9)]
    within = sum(error <= WITHIN_S * 1000 for error in size) / len(size)
    middle = statistics.median(errors) * 1000
    return [words, unsure, unlike, statistics.median(size), p90, within * 100, middle, heard_s / wall_s]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=Path, default=Path(__file__).parents[1] / "tests" / "lines.txt")
    parser.add_argument("--asr-model", default="", help="a folder with a Whisper model, to be measured too")
    parser.add_argument("--count", type=int, default=100, help="so many of the lines")
    arguments = parser.parse_args()
    lines = [line for line in arguments.lines.read_text("utf-8").splitlines() if line.strip()][: arguments.count]
    known = Known()
    leads = known.lead(lines)
    lead_s = statistics.median(leads)
    quarters = statistics.quantiles(leads, n=4)
    print(f"the voice's sound is {lead_s * 1000:.0f} ms ahead of its steps", end=" ")
    print(f"({len(leads)} places; half of them {quarters[0] * 1000:.0f} to {quarters[2] * 1000:.0f})\n")
    print(f"{'aligner':<22} {'voice':<10} {'words':>5} {'unsure':>6} {'unlike':>6} {'median':>7} {'p90':>6} "
          f"{'<80 ms':>7} {'bias':>6} {'× real time':>11}")  # fmt: skip
    aligners: list[Aligner] = [SphinxAligner()]
    if arguments.asr_model:
        aligners.append(WhisperAligner(arguments.asr_model, "en"))
    for aligner in aligners:
        name = Path(aligner.name).name
        for voice_name, voice in VOICES.items():
            words, unsure, unlike, median, p90, within, bias, speed = measure(aligner, known, lines, voice, lead_s)
            print(f"{name:<22} {voice_name:<10} {words:>5} {unsure:>6} {unlike:>6} {median:>4.0f} ms {p90:>3.0f} ms "
                  f"{within:>5.1f} % {bias:>+3.0f} ms {speed:>9.1f} ×")  # fmt: skip
            sys.stdout.flush()


if __name__ == "__main__":
    main()
