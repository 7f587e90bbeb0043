"""How fast the draft engine is here, and what memory it takes: a table, a row for each number of workers.

    python benchmarks/draft.py [TEXT FILE] [--workers 1,2] [--lines 1000] [--voice pitch,pace,formant]

The file has a line of text a line (default: tests/lines.txt, repeated as often as needed
under other take numbers). Every take is written to a temporary store, as a render would.
Start-up of the processes counts. Memory is the largest sum over this process and its
workers, sampled from /proc: RSS counts shared pages once a process, PSS shares them out.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from narrate.engine.draft import DraftEngine
from narrate.takes import Request, TakeStore
from narrate.voices import DraftVoice

LINES = Path(__file__).resolve().parents[1] / "tests" / "lines.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and memory of the draft engine.")
    parser.add_argument("file", nargs="?", type=Path, default=LINES)
    parser.add_argument("--workers", default="1,2", help="numbers of processes to try, with commas")
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--voice", default="0,0.79,1", help="pitch, pace and formant, with commas: the narrator's")
    options = parser.parse_args()
    pitch, pace, formant = map(float, options.voice.split(","))
    voice = DraftVoice("bench", pitch, pace, formant)
    texts = [line.strip() for line in options.file.read_text("utf-8").splitlines() if line.strip()]
    print("workers  lines  audio_s  wall_s    rtf  rss_mib  pss_mib  largest PSS in each tenth of the lines")
    for workers in map(int, options.workers.split(",")):
        print(measure(workers, islice(requests(texts, voice), options.lines), options.lines), flush=True)


def requests(texts: list[str], voice: DraftVoice) -> Iterator[Request]:
    for take in count(1):
        for text in texts:
            yield Request(text, voice, take=take, model=DraftEngine.model)


def measure(workers: int, asked: Iterator[Request], lines: int) -> str:
    """One row: render `asked` into a temporary store and watch the memory."""
    samples: list[tuple[float, float, int]] = []  # RSS, PSS, lines done
    done, seconds, over = 0, 0.0, threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            samples.append((*memory(), done))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    with tempfile.TemporaryDirectory() as folder, DraftEngine(workers) as engine:
        store = TakeStore(Path(folder))
        start = time.perf_counter()
        for request, audio in engine.speak(asked):
            store.put(request, audio)
            done += 1
            seconds += audio.seconds
        wall = time.perf_counter() - start
    over.set()
    watcher.join()
    tenths = [max((pss for _, pss, at in samples if at * 10 // (lines + 1) == n), default=0.0) for n in range(10)]
    rss, pss = max((s[0] for s in samples), default=0.0), max((s[1] for s in samples), default=0.0)
    return f"{workers:7} {done:6} {seconds:8.1f} {wall:7.1f} {seconds / wall:6.1f} {rss:8.0f} {pss:8.0f}  " + " ".join(
        f"{n:.0f}" for n in tenths
    )


def memory() -> tuple[float, float]:
    """RSS and PSS in MiB, summed over this process and its children; zeros where there is no /proc."""
    rss = pss = 0
    for pid in [os.getpid(), *children()]:
        try:
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
        except OSError:
            continue
        for row in rows:
            if row.startswith("Rss:"):
                rss += int(row.split()[1])
            elif row.startswith("Pss:"):
                pss += int(row.split()[1])
    return rss / 1024, pss / 1024


def children() -> list[int]:
    """Process ids of this process's children, by the threads that started them."""
    found: list[int] = []
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found += map(int, task.read_text("utf-8").split())
        except OSError:
            continue
    return found


if __name__ == "__main__":
    main()
