"""Kill a render at random moments, go on, and compare with an unbroken run.

    python benchmarks/resume.py [--kills 20] [--lines 300] [--seed 1]

Starts `narrate` on a made-up book, kills it with SIGKILL at a random moment of its render,
looks at what lies in takes/, starts the same command again, and so on; then lets it finish.
The moments are spread over the book: each is a random number of takes and a few milliseconds.
Prints a row a kill, and fails when a partial take is found under a take's name, when a take
that was there is made again, or when the chapters' samples differ from an unbroken run's.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from narrate.audio import read_flac
from narrate.takes import TakeStore

WORDS = (
    "the tide came in over flat stones and nobody on harbour road could say how long the lamp had been burning "
    "while a slow bell rang for boats that were already home and the keeper counted every stroke of it twice"
).split()


def write_book(path: Path, lines: int, draws: random.Random) -> None:
    """A text book of `lines` sentences of 3 to 25 words, in chapters of 50."""
    rows = []
    for number in range(lines):
        if number % 50 == 0:
            rows.append(f"CHAPTER {number // 50 + 1}\n")
        words = [draws.choice(WORDS) for _ in range(draws.randint(3, 25))]
        rows.append(" ".join(words).capitalize() + f" {number}.\n")
    path.write_text("\n".join(rows), "utf-8")


def start(folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "narrate", "book.txt"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(folder: Path) -> None:
    process = start(folder)
    _, said = process.communicate(timeout=900)
    if process.returncode != 0:
        sys.exit(f"narrate failed: {said.decode()}")


def takes(folder: Path) -> dict[str, int]:
    """Every take's key and its file's time of change, each one decoded to see that it is whole."""
    store = TakeStore(folder / "projects" / "book" / "takes")
    for key in store:
        store.get(key)
    return {key: store.path(key).stat().st_mtime_ns for key in store}


def chapters(folder: Path) -> list[bytes]:
    """The assembled chapters' samples. (Their files' names tell when the takes were made, so they differ.)"""
    found = (folder / "projects" / "book" / "out" / "chapters").glob("*.flac")
    return sorted(np.ascontiguousarray(read_flac(path).samples).tobytes() for path in found)


def kill_at(process: "subprocess.Popen[bytes]", folder: Path, count: int, delay_s: float) -> None:
    """Kill `process` once `count` takes are there and `delay_s` has gone by."""
    store = TakeStore(folder / "projects" / "book" / "takes")
    while process.poll() is None and len(store.keys()) < count:
        time.sleep(0.005)
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draws = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        broken, unbroken = Path(scratch, "broken"), Path(scratch, "unbroken")
        for folder in (broken, unbroken):
            folder.mkdir()
        write_book(broken / "book.txt", options.lines, draws)
        (unbroken / "book.txt").write_bytes((broken / "book.txt").read_bytes())
        started = time.monotonic()
        finish(unbroken)
        whole_s = time.monotonic() - started
        print(f"unbroken: {len(takes(unbroken))} takes in {whole_s:.1f} s")
        print(f"{'kill':>4}  {'at take':>7}  {'takes before':>12}  {'after':>5}  {'made again':>10}")
        before: dict[str, int] = {}
        again = 0
        moments = sorted(draws.sample(range(options.lines * 9 // 10), options.kills))
        for kill, count in enumerate(moments, start=1):
            kill_at(start(broken), broken, count, draws.uniform(0, 0.05))
            after = takes(broken)
            touched = sum(after.get(key) != changed for key, changed in before.items())
            again += touched
            print(f"{kill:>4}  {count:>7}  {len(before):>12}  {len(after):>5}  {touched:>10}", flush=True)
            before = after
        finish(broken)
        # The last run also judges again what it finds, and writes down where that changes a verdict: it counts itself.
        report = json.loads((broken / "projects" / "book" / "out" / "report.json").read_text("utf-8"))
        again += report["takes_made"] - (len(takes(broken)) - len(before))
        same = chapters(broken) == chapters(unbroken)
        parts = list((broken / "projects").rglob("*.part"))
    print(f"takes made again: {again}; half files left: {len(parts)}; chapters' samples the same: {same}")
    sys.exit(0 if same and not again and not parts else 1)


if __name__ == "__main__":
    main()
