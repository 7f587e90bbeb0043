"""What the watermark withstands, what it is taken for, and what it costs: the tables of docs/watermark.md.

    python benchmarks/watermark.py [attacks] [harder] [alarms] [quality] [--book BOOK] [--takes 1000] [--folder DIR]
        [--pieces 250] [--others 200] [--asr-model DIR]

Lines of a book are rendered with the draft voices of the shelf (kept in DIR) and joined to chapters with pauses.
`attacks` marks and attacks them, cuts 20 s anywhere and listens; `harder` does what the mark is not made for; `alarms`
listens to takes and to other sound without a mark; `quality` measures speech with and without the mark: its share in
critical bands, levels, what the checks say, what Whisper hears, and the time it takes. ffmpeg with libopus and
libmp3lame is needed, espeak-ng for voices of others.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from checks import spoken  # noqa: E402

from narrate.audio import Audio, audio_of, flac_bytes, read_flac, resampled  # noqa: E402
from narrate.chapters import find_ffmpeg  # noqa: E402
from narrate.chapters.measure import loudness as measured_loudness  # noqa: E402
from narrate.check import verdict  # noqa: E402
from narrate.check.light import light  # noqa: E402
from narrate.check.measures import measure  # noqa: E402
from narrate.check.norms import learn  # noqa: E402
from narrate.engine.draft import DraftEngine  # noqa: E402
from narrate.takes import Request  # noqa: E402
from narrate.voices import DraftVoice, list_voices  # noqa: E402
from narrate.watermark import embed, hear, payload_of, thresholds  # noqa: E402

RATE, PIECE_S, CHAPTER_S, CHAPTERS = 24_000, 20, 600, 8
TABLES = ("attacks", "harder", "alarms", "quality")
PAYLOAD = payload_of("benchmarks/watermark.py")
Samples = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description="What the watermark withstands and costs.")
    parser.add_argument("--book", type=Path, default=ROOT / "examples" / "the-lighthouse-clock.epub")
    parser.add_argument("--takes", type=int, default=1000)
    parser.add_argument("--pieces", type=int, default=250)
    parser.add_argument("--others", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("tables", nargs="*", choices=TABLES, default=TABLES)
    parser.add_argument("--asr-model", help="a folder of faster-whisper")
    parser.add_argument("--skip", type=int, default=0, help="lines of the book, at its beginning")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lines = spoken(options.book)[options.skip :]
        takes = rendered(lines, options.takes, options.folder or Path(scratch))
        if "attacks" in options.tables:
            attacked(takes, ATTACKS, options.pieces)
        if "harder" in options.tables:
            attacked(takes, HARDER, options.pieces)
            shorter(takes, options.pieces)
        if "alarms" in options.tables:
            alarms(takes, options.others)
        if "quality" in options.tables:
            quality(takes, [lines[n % len(lines)] for n in range(len(takes))], options.asr_model)


def rendered(lines: Sequence[str], wanted: int, folder: Path) -> list[Path]:
    """The first `wanted` lines as FLAC files, forty a voice, again from the first where they are too few."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{number:04d}.flac" for number in range(wanted)]
    if all(file.exists() for file in files):
        return files
    voices = [voice for voice in list_voices((ROOT / "voices",)) if isinstance(voice, DraftVoice)]
    asked = [
        Request(lines[n % len(lines)], voices[n // 40 % len(voices)], take=1 + n // len(lines), model=DraftEngine.model)
        for n in range(wanted)
    ]
    numbers: dict[str, list[int]] = {}
    for number, request in enumerate(asked):
        numbers.setdefault(request.key, []).append(number)
    with DraftEngine(1) as engine:
        for request, sound in engine.speak(iter(asked)):
            for number in numbers[request.key]:
                files[number].write_bytes(flac_bytes(audio_of(sound)))
    return files


def chapters(takes: Sequence[Path]) -> Iterator[Samples]:
    """Speech of CHAPTER_S, with pauses between takes, at -20 dB RMS."""
    joined: list[Samples] = []
    draws = np.random.default_rng(1)
    for take in takes:
        samples = read_flac(take).samples / np.float32(32768)
        joined += [samples.astype(np.float32), np.zeros(int(draws.uniform(0.3, 0.7) * RATE), np.float32)]
        if sum(map(len, joined)) >= CHAPTER_S * RATE:
            chapter = np.concatenate(joined)
            yield (chapter * np.float32(0.1) / np.sqrt(np.mean(chapter**2))).clip(-0.9, 0.9)
            joined = []


def through(samples: Samples, suffix: str, *arguments: str) -> Samples:
    """Samples after ffmpeg wrote them to a file with `arguments` and read that again."""
    raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "1"]
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out.{suffix}"
        command = ["ffmpeg", "-v", "error", *raw, "-i", "-", *arguments, out]
        subprocess.run(command, input=samples.astype(np.float32).tobytes(), check=True)
        said = subprocess.run(["ffmpeg", "-v", "error", "-i", out, *raw, "-"], capture_output=True, check=True)
    return np.frombuffer(said.stdout, np.float32)


def music(frames: int, seed: int) -> Samples:
    """Chords of plucked strings over a drum, at an RMS of 1: made here, so that the table needs no files."""
    draws, at = np.random.default_rng(seed), 0
    made = np.zeros(frames)
    beat = draws.uniform(0.2, 0.6)
    while at < frames:
        times = np.arange(min(int(RATE * beat * draws.integers(1, 4)), frames - at)) / RATE
        for step in draws.choice([0, 3, 5, 7, 10, 12, 15, 19, 24], 3):
            for partial in range(1, 9):
                wave = np.sin(2 * np.pi * 110 * 2 ** (step / 12) * partial * times + draws.uniform(0, 6))
                made[at : at + len(times)] += wave / partial**1.2 * np.exp(-2 * times)
        made[at : at + len(times)] += draws.normal(size=len(times)) * np.exp(-100 * times)
        at += len(times)
    return (made / np.sqrt(np.mean(made**2))).astype(np.float32)


def noise(frames: int, seed: int) -> Samples:
    return np.random.default_rng(seed).normal(size=frames).astype(np.float32)


def under(samples: Samples, other: Callable[[int, int], Samples], below_db: float) -> Samples:
    return samples + other(len(samples), 7) * np.sqrt(np.mean(samples**2)) * np.float32(10 ** (-below_db / 20))


OPUS = ("-c:a", "libopus", "-b:a")
MP3 = ("-c:a", "libmp3lame", "-b:a")
AAC = ("-c:a", "aac", "-b:a")
ATTACKS: dict[str, Callable[[Samples], Samples]] = {
    "none": lambda x: x,
    "M4B, AAC 64 kb/s": lambda x: through(x, "m4b", *AAC, "64k"),
    "MP3 64 kb/s": lambda x: through(x, "mp3", *MP3, "64k"),
    "Opus 32 kb/s": lambda x: through(x, "opus", *OPUS, "32k"),
    "resampled to 22,050 Hz": lambda x: through(x, "wav", "-ar", "22050"),
    "3 dB louder": lambda x: (x * np.float32(1.4125)).clip(-1, 1),
    "3 dB softer": lambda x: x / np.float32(1.4125),
    "1 % slower": lambda x: through(x, "wav", "-af", "asetrate=23760,aresample=24000"),
    "1 % faster": lambda x: through(x, "wav", "-af", "asetrate=24240,aresample=24000"),
    "music at -20 dB": lambda x: under(x, music, 20),
}
HARDER: dict[str, Callable[[Samples], Samples]] = {
    "music, 0.7 % faster, Opus 32": lambda x: through(
        under(x, music, 20), "opus", "-af", "asetrate=24168,aresample=24000", *OPUS, "32k"
    ),
    "M4B 64, then MP3 64": lambda x: through(through(x, "m4b", *AAC, "64k"), "mp3", *MP3, "64k"),
    "MP3 32 kb/s": lambda x: through(x, "mp3", *MP3, "32k"),
    "Opus 16 kb/s": lambda x: through(x, "opus", *OPUS, "16k"),
    "telephone, 8 kHz": lambda x: through(x, "wav", "-ar", "8000"),
    "white noise at -30 dB": lambda x: under(x, noise, 30),
    "white noise at -20 dB": lambda x: under(x, noise, 20),
    "music at -10 dB": lambda x: under(x, music, 10),
    "3 % faster": lambda x: through(x, "wav", "-af", "asetrate=24720,aresample=24000"),
    "1 % faster, pitch kept": lambda x: through(x, "wav", "-af", "atempo=1.01"),
    "25 % faster, pitch kept": lambda x: through(x, "wav", "-af", "atempo=1.25"),
}


HEAD = "what happened to it            pieces  found       %  wrong  strength  least  bit errors"


def attacked(takes: Sequence[Path], attacks: Mapping[str, Callable[[Samples], Samples]], pieces: int) -> None:
    """A table: a row for each attack."""
    marked = marked_chapters(takes)
    print(HEAD)
    for name, attack in attacks.items():
        print(row(name, [attack(chapter) for chapter in marked], pieces), flush=True)


def shorter(takes: Sequence[Path], pieces: int) -> None:
    """Rows for pieces of less than 20 s, out of an M4B."""
    left = [ATTACKS["M4B, AAC 64 kb/s"](chapter) for chapter in marked_chapters(takes)]
    for seconds in (15, 10, 5):
        print(row(f"M4B, cut to {seconds} s", left, pieces, seconds), flush=True)


def marked_chapters(takes: Sequence[Path]) -> list[Samples]:
    """The takes as chapters of CHAPTER_S, up to CHAPTERS, each with the mark."""
    return [np.concatenate(list(embed([it], PAYLOAD, RATE))) for it in islice(chapters(takes), CHAPTERS)]


def row(name: str, chapters: Sequence[Samples], pieces: int, seconds: float = PIECE_S) -> str:
    """A row: pieces cut anywhere, and how many were found. Bit errors are those of the payload that was read."""
    draws = np.random.default_rng(3)
    strengths, wrong = [], 0
    for number in range(pieces):
        chapter = chapters[number % len(chapters)]
        at = int(draws.integers(0, len(chapter) - seconds * RATE))
        heard = hear(chapter[at : at + int(seconds * RATE)], RATE)
        if heard is not None:
            strengths.append(heard.strength)
            wrong += (heard.payload ^ PAYLOAD).bit_count()
    found, bad = len(strengths), wrong > 0
    mean, least = (np.mean(strengths), min(strengths)) if strengths else (0.0, 0.0)
    errors = wrong / 32 / max(found, 1)
    return f"{name:30} {pieces:6} {found:6} {100 * found / pieces:7.1f} {bad:6} {mean:9.1f} {least:6.1f} {errors:11.4f}"


def alarms(takes: Sequence[Path], others: int) -> None:
    """The second table: what is heard where no mark is."""
    print("\nwithout a mark                 pieces  false alarms")
    kinds = {"draft takes": (read_flac(take).samples / np.float32(32768) for take in takes)}
    names: dict[str, Callable[[int], Samples]] = {
        "music": lambda n: music(PIECE_S * RATE, n),
        "music that loops each 4.992 s": lambda n: np.tile(music(PERIOD, n), 5)[: PIECE_S * RATE],
        "noise, white to brown": lambda n: coloured(n),
        "silence, tones, clicks, NaN": lambda n: plain(n),
    }
    if shutil.which("espeak-ng"):
        names["espeak-ng, twelve voices"] = espeak
    for name, make in names.items():
        kinds[name] = (make(number) for number in range(others // len(names)))
    for name, sounds in kinds.items():
        results = [hear(sound.astype(np.float32), RATE) for sound in sounds]
        print(f"{name:30} {len(results):6} {sum(result is not None for result in results):13}", flush=True)


PERIOD = 119_808  # samples of the mark's own period


def coloured(seed: int) -> Samples:
    spectrum = np.fft.rfft(noise(PIECE_S * RATE, seed))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** (seed % 5 / 4)
    made = np.fft.irfft(spectrum)
    return (0.1 * made / np.sqrt(np.mean(made**2))).astype(np.float32)


def plain(seed: int) -> Samples:
    times = np.arange(PIECE_S * RATE) / RATE
    kinds = [np.zeros(len(times)), np.sin(2 * np.pi * (100 + 17 * seed) * times), times * RATE % (2400 + seed) == 0]
    kinds += [np.full(len(times), 0.25), np.where(times > 10, np.nan, noise(len(times), seed))]
    return kinds[seed % len(kinds)].astype(np.float32)


def espeak(seed: int) -> Samples:
    """A piece of an example, read by a voice of espeak-ng."""
    voices = "en-us en-gb de fr es it pt ru pl nl sv cmn".split()
    lines = (ROOT / "tests" / "lines.txt").read_text("utf-8").splitlines()
    text = " ".join(lines[seed * 3 % len(lines) :] + lines)[:450]
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/a.wav"
        command = ["espeak-ng", "-v", voices[seed % len(voices)], "-p", str(30 + seed % 50), "-w", out, text]
        subprocess.run(command, check=True)
        raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-"]
        said = subprocess.run(["ffmpeg", "-v", "error", "-i", out, *raw], capture_output=True, check=True)
    return np.frombuffer(said.stdout, np.float32)[: PIECE_S * RATE]


def quality(takes: Sequence[Path], lines: Sequence[str], model: str | None) -> None:
    """What changes in speech: masking, levels, the light checks, Whisper's words; and what it costs."""
    plain = [read_flac(take) for take in takes]
    joined = np.concatenate([np.append(audio.samples, np.zeros(RATE // 2, np.int16)) for audio in plain])
    samples = (joined / np.float32(32768)).astype(np.float32)
    began = time.process_time()
    marked = np.concatenate(list(embed(np.array_split(samples, 1 + len(samples) // RATE), PAYLOAD, RATE)))
    cost = time.process_time() - began
    seconds = len(samples) / RATE
    print(f"{len(takes)} takes, {seconds:.0f} s: {cost:.2f} s of CPU to mark, {seconds / cost:.0f} times real time")
    mark = marked - samples
    print(f"the mark's power: {10 * np.log10(np.mean(mark**2) / np.mean(samples**2)):.1f} dB of the speech's")
    for size in (512, 1024, 2048):
        masking(samples, mark, size)
    out = np.rint(marked * 32768).clip(-32768, 32767).astype(np.int16)
    said = [loudness(audio) for audio in (joined, out)]
    print(
        f"loudness {said[0][0]} and {said[1][0]} LUFS, true peak {said[0][1]} and {said[1][1]} dBTP, without and with"
    )
    starts = np.cumsum([0, *(len(audio.samples) + RATE // 2 for audio in plain)])
    again = [Audio(out[at : at + len(audio.samples)], RATE) for at, audio in zip(starts, plain, strict=False)]
    for name, audios in (("without", plain), ("with", again)):
        measured = [measure(audio) for audio in audios]
        failed = 0
        for first in range(0, len(lines), 40):  # a voice
            texts = lines[first : first + 40]
            norms = learn(list(zip(texts, measured[first : first + 40], strict=True)))
            found = zip(measured[first : first + 40], texts, strict=True)
            failed += sum(not verdict(light(one, text, norms)).passed for one, text in found)
        print(f"light checks {name} the mark: {failed} of {len(lines)} takes fail")
    if model:
        wrong, words = zip(*(word_errors(model, audios[:200], lines[:200]) for audios in (plain, again)), strict=True)
        print(f"Whisper: {wrong[0] / words[0]:.2%} of {words[0]} words wrong without, {wrong[1] / words[1]:.2%} with")


def masking(samples: Samples, mark: Samples, size: int) -> None:
    """How much of it lies above both -30 dB and the threshold, in bands that are less than 70 dB below the mean."""
    spectra = []
    for part in (samples, mark):
        frames = np.lib.stride_tricks.sliding_window_view(part, size)[:: size // 4] * np.hanning(size + 1)[:-1]
        spectra.append((np.abs(np.fft.rfft(frames.astype(np.float32))) ** 2).astype(np.float32))
    threshold, there = thresholds(spectra[0], size, RATE)
    _, added = thresholds(spectra[1], size, RATE)
    loud = there > there.mean() * 1e-7
    over_db = 10 * np.log10((added / np.maximum(np.maximum(threshold, there / 1000), 1e-30))[loud] + 1e-20)
    below_db = -10 * np.log10((added / np.maximum(there, 1e-30))[loud] + 1e-20)
    print(
        f"frames of {size}: {np.sum(over_db > 0)} of {loud.sum()} bands are over, by {over_db.max():.1f} dB at most; "
        f"median {np.median(below_db):.1f} dB below the speech, 5 % less than {np.quantile(below_db, 0.05):.1f} dB"
    )


def loudness(samples: NDArray[np.int16]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.flac"
        file.write_bytes(flac_bytes(Audio(samples, RATE)))
        return measured_loudness(find_ffmpeg(), file)


def word_errors(model: str, takes: Sequence[Audio], lines: Sequence[str]) -> tuple[int, int]:
    """Wrong words and words, as Whisper hears the takes."""
    from faster_whisper import WhisperModel

    whisper = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=1)
    wrong = words = 0
    for take, line in zip(takes, lines, strict=True):
        heard = resampled(take, 16_000)
        segments, _ = whisper.transcribe(heard, language="en", beam_size=1, temperature=0.0)
        ours, theirs = plain_words(line), plain_words(" ".join(segment.text for segment in segments))
        words += len(ours)
        row = list(range(len(theirs) + 1))
        for at, word in enumerate(ours):
            corner, row[0] = row[0], at + 1
            for n, other in enumerate(theirs):
                corner, row[n + 1] = row[n + 1], min(row[n + 1] + 1, row[n] + 1, corner + (word != other))
        wrong += row[-1]
    return wrong, words


def plain_words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("’", "'"))


if __name__ == "__main__":
    main()
