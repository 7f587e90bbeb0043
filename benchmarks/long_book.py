"""A very long book assembled: does memory grow with its length, and are its marks right?

    python benchmarks/long_book.py [--hours 4,10,40] [--chapters 3000] [--formats m4b,mp3,mp3-single,srt,json,epub]
    python benchmarks/long_book.py --hours 30 --chapters 3 --one-long --formats m4b,mp3-single,flac,opus,wav,srt

For each length (chapters in proportion, the last one has them all) takes are made of a few waveforms,
used again and again, and the book is assembled in a process of its own. Prints a row each: hours, chapters,
wall time, peak memory of that process and of the largest ffmpeg, and how far the marks that ffmpeg reads
back from the M4B and the MP3 are from where the chapters begin and end (a frame of AAC is 42.7 ms, of MP3 24 ms).
With --one-long all chapters but the middle one are a single line. WAV and FLAC files have to hold their chapter
to the frame.
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import numpy as np
import soundfile

from narrate.audio import Audio, flac_bytes
from narrate.chapters import Assembled, ChapterPlan, Mark, Mastering, Segment, Tags, find_ffmpeg
from narrate.chapters.plan import Said
from narrate.deliver import assemble
from narrate.script import Line

RATE = 24_000
TAKES, TAKE_S, PAUSE_MS = 64, 6.0, 350
FORMATS = "m4b,mp3,mp3-single,srt,json,epub"


def make_takes(folder: Path) -> list[Path]:
    """Takes of noise that comes and goes as syllables do, none like another."""
    rng, paths = np.random.default_rng(1), []
    for number in range(TAKES):
        times = np.arange(round(rng.uniform(0.4, 1.6) * TAKE_S * RATE)) / RATE
        tone = sum(np.sin(2 * np.pi * (110 + number) * k * times) / k for k in range(1, 12))
        syllables = np.clip(np.sin(2 * np.pi * 2.7 * times) + 0.3, 0, None)
        samples = 4000 * tone * syllables + rng.normal(0, 20, len(times))
        paths.append(folder / f"{number:03d}.flac")
        paths[-1].write_bytes(flac_bytes(Audio(np.rint(samples).astype(np.int16), RATE), title=str(number)))
    return paths


def plans_of(takes: list[Path], hours: float, chapters: int, *, one_long: bool) -> list[ChapterPlan]:
    """A book of about `hours`; every chapter has its own order of takes, so that none is like another."""
    rng, plans = np.random.default_rng(2), []
    lines = hours * 3600 / (TAKE_S + PAUSE_MS / 1000)
    each, long = (1, lines - chapters + 1) if one_long else (lines / chapters, lines / chapters)
    for chapter in range(1, chapters + 1):
        drawn = rng.integers(0, len(takes), max(1, round(long if chapter == chapters // 2 + 1 else each)))
        segments = tuple(
            Segment(PAUSE_MS, takes[take], said=Said(f"{chapter}:{n}", Line(f"Line {n} of chapter {chapter}.")))
            for n, take in enumerate(drawn, start=1)
        )
        plans.append(ChapterPlan(f"Chapter {chapter}", segments))
    return plans


def worst_ms(path: Path, marks: tuple[Mark, ...]) -> float:
    """The farthest that a mark in `path` is from where its chapter begins or ends."""
    said = subprocess.run([find_ffmpeg().path, "-i", path], capture_output=True, text=True).stderr
    found = re.findall(r"Chapter #0:\d+: start (-?[\d.]+), end ([\d.]+)", said)
    true = [(mark.start_s, mark.start_s + mark.duration_s) for mark in marks]
    pairs = zip(found, true, strict=True)
    return 1000 * max(abs(float(a) - b) for ours, theirs in pairs for a, b in zip(ours, theirs, strict=True))


def not_whole(out: Path, marks: tuple[Mark, ...]) -> list[str]:
    """The WAV and FLAC files that do not hold their chapter to the frame."""
    wrong = []
    for form in ("wav", "flac"):
        for path, mark in zip(sorted((out / form).glob("*")), marks, strict=False):
            found = soundfile.info(str(path)).frames
            if found != round(mark.duration_s * RATE):
                wrong.append(f"{path.name} has {found} frames")
    return wrong


def measure(folder: Path, hours: float, chapters: int, formats: list[str], *, one_long: bool) -> None:
    """Assemble one book in this process and print its row."""
    out, began = folder / f"out-{hours:g}", time.perf_counter()
    plans = plans_of(sorted((folder / "takes").glob("*.flac")), hours, chapters, one_long=one_long)
    steps = assemble(plans, Tags("A Very Long Book", "Nobody"), formats, out, "book", Mastering())
    [done] = deque(steps, maxlen=1)
    assert isinstance(done, Assembled)
    wall = time.perf_counter() - began
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    files = [out / f"book.{form}" for form in ("m4b", "mp3") if (out / f"book.{form}").exists()]
    marks = ", ".join(f"{path.suffix[1:]} {worst_ms(path, done.marks):.2f} ms" for path in files)
    row = f"{done.seconds / 3600:6.2f} h {chapters:5d} chapters {wall:7.0f} s ({done.seconds / wall:.0f} x)"
    print(f"{row}  own {own:.0f} MiB, largest ffmpeg {child:.0f} MiB, marks {marks}", flush=True)
    if wrong := not_whole(out, done.marks):
        sys.exit(f"not to the frame: {', '.join(wrong)}")
    for path in sorted(path for path in done.files if path.stat().st_size > 1 << 30):
        print(f"  {path.relative_to(out)}: {path.stat().st_size / 1e9:.2f} GB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", default="4,10,40")
    parser.add_argument("--chapters", type=int, default=3000, help="of the longest")
    parser.add_argument("--one-long", action="store_true", help="all but a line a chapter is in the middle one")
    parser.add_argument("--formats", default=FORMATS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)  # one length, in a process of its own
    options = parser.parse_args()
    hours = [float(h) for h in options.hours.split(",")]
    if options.folder:
        measure(options.folder, hours[0], options.chapters, options.formats.split(","), one_long=options.one_long)
        return
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "takes").mkdir()
        make_takes(Path(name) / "takes")
        for length in hours:
            chapters = max(1, round(options.chapters * length / max(hours)))
            command = [sys.executable, __file__, "--folder", name, "--hours", f"{length}", "--chapters", f"{chapters}"]
            command += ["--one-long"] if options.one_long else []
            subprocess.run([*command, "--formats", options.formats], check=True)


if __name__ == "__main__":
    main()
