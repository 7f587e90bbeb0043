"""How fast assembly is: takes of a made-up book → chapters → deliverables.

    python benchmarks/assembly.py [--hours 4] [--chapters 24] [--formats m4b,mp3] [--alone]

Prints a table: seconds and audio seconds per second for a first run, for a run after one
take was made again, and for a run with nothing to do; the memory of this process and of the
largest ffmpeg; and how far the marks in the M4B are from where the chapters begin. With --alone the formats
are made again of the same chapters, all at once and then one after the other: what is gained by the former.
"""

import argparse
import re
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio, flac_bytes
from narrate.chapters import Assembled, ChapterPlan, Mastering, Segment, Step, Tags, find_ffmpeg
from narrate.deliver import assemble

RATE = 24_000
TAKE_S = 6.0
PAUSE_MS = 350


def voice(seconds: float) -> NDArray[np.float64]:
    """Something with the spectrum and the syllables of speech: [N] float in about [-0.5, 0.5]."""
    times = np.arange(int(seconds * RATE)) / RATE
    phase = np.cumsum(2 * np.pi * (120 + 20 * np.sin(np.pi * times)) / RATE)
    tone = sum(np.sin(k * phase) / k**1.2 for k in range(1, 25))
    syllables = np.clip(np.sin(7 * np.pi * times) + 0.3 * np.sin(2.3 * times), 0, None)
    noise = np.random.default_rng(1).normal(0, 0.003, len(times))
    return np.asarray(0.1 * tone * syllables + noise)


def make_takes(folder: Path, hours: float, chapters: int) -> list[ChapterPlan]:
    """A book of `hours` in takes of about TAKE_S seconds, spread over `chapters`."""
    rng, sound = np.random.default_rng(2), voice(120)
    count = max(1, int(hours * 3600 / (TAKE_S + PAUSE_MS / 1000) / chapters))
    plans = []
    for chapter in range(chapters):
        segments = []
        for line in range(count):
            start = int(rng.integers(0, int(len(sound) - 2 * TAKE_S * RATE)))
            length = int(rng.uniform(0.2, 1.8) * TAKE_S * RATE)
            samples = np.rint(20_000 * rng.uniform(0.5, 1) * sound[start : start + length]).astype(np.int16)
            path = folder / f"{chapter:03d}-{line:05d}.flac"
            path.write_bytes(flac_bytes(Audio(samples, RATE), title=str(line)))
            segments.append(Segment(PAUSE_MS, path))
        plans.append(ChapterPlan(f"Chapter {chapter + 1}", tuple(segments)))
    return plans


def timed(name: str, plans: list[ChapterPlan], formats: list[str], out: Path) -> Assembled:
    """Assemble, print a row a stage and one for all of it."""
    begin = last = time.perf_counter()
    stages: dict[str, float] = {}
    done = None
    for item in assemble(plans, Tags("Benchmark", "Nobody"), formats, out, "book", Mastering()):
        now = time.perf_counter()
        if isinstance(item, Step):
            stages[item.stage] = stages.get(item.stage, 0.0) + now - last
        else:
            done = item
        last = now
    assert done is not None
    for stage, wall in {**stages, "all": last - begin}.items():
        print(f"{name:<12} {stage:<9} {wall:>8.2f} s {done.seconds / wall:>9.0f} x real time")
    return done


def compare(plans: list[ChapterPlan], formats: list[str], out: Path) -> None:
    """Print what it takes to make the formats of the chapters that are there: at once, and one after the other."""
    walls = []
    for batches in ([formats], [[form] for form in formats]):
        for path in out.iterdir():
            if path.is_file():
                path.unlink()
            elif path.name != "chapters":
                shutil.rmtree(path)
        began = time.perf_counter()
        for batch in batches:
            timed(batch[0] if len(batch) == 1 else "at once", plans, batch, out)
        walls.append(time.perf_counter() - began)
    print(f"at once {walls[0]:.1f} s, one after the other {walls[1]:.1f} s: {walls[1] / walls[0]:.2f} times as fast")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=4)
    parser.add_argument("--chapters", type=int, default=24)
    parser.add_argument("--formats", default="m4b")
    parser.add_argument("--alone", action="store_true", help="compare formats at once with one after the other")
    options = parser.parse_args()
    formats = options.formats.split(",")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "takes").mkdir()
        plans = make_takes(folder / "takes", options.hours, options.chapters)
        print(f"{sum(len(plan.segments) for plan in plans)} takes, {options.chapters} chapters")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        done = timed("first run", plans, formats, folder / "out")
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        take = plans[len(plans) // 2].segments[0].take
        assert take is not None
        take.write_bytes(flac_bytes(Audio(np.rint(9000 * voice(5)).astype(np.int16), RATE)))
        done = timed("one take", plans, formats, folder / "out")
        timed("nothing new", plans, formats, folder / "out")
        if options.alone:
            compare(plans, formats, folder / "out")
        print(f"{done.seconds / 3600:.2f} hours of audio")
        print(f"memory: {before / 1024:.0f} MiB before, {after / 1024:.0f} MiB after; ffmpeg {child / 1024:.0f} MiB")
        if "m4b" in formats:
            said = subprocess.run([find_ffmpeg().path, "-i", folder / "out/book.m4b"], capture_output=True, text=True)
            starts = [float(found) for found in re.findall(r"Chapter #0:\d+: start ([\d.]+)", said.stderr)]
            worst = max(abs(a - m.start_s) for a, m in zip(starts, done.marks, strict=True))
            print(f"marks: {len(starts)}, at most {worst * 1000:.2f} ms off (an AAC frame is {1024000 / RATE:.1f} ms)")


if __name__ == "__main__":
    main()
