"""How far `narrate plan` is from the truth: time, audio and disk, on a made-up book.

    python benchmarks/plan.py [--lines 2000] [--seed 1] [--voice V] [-- OPTIONS OF PLAN AND RENDER]

Plans a book, measuring the machine's speed afresh, then renders it, and compares: the time against the
wall time of the whole render command, the audio and the takes' size against what was made. Other work on
the machine disturbs both, so the load is printed.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from resume import write_book

from narrate.takes import TakeStore


def narrate(folder: Path, *arguments: str) -> tuple[str, float]:
    """What a command says, and its wall time."""
    began = time.monotonic()
    environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", "narrate", *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return done.stdout, time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--voice", type=Path, help="the narrator, for an engine that needs one")
    parser.add_argument("options", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_book(folder / "book.txt", options.lines, random.Random(options.seed))
        voice = ["--voice", str(options.voice.resolve())] if options.voice else []
        narrate(folder, "new", "book.txt", *voice)
        load = os.getloadavg()[0]
        said, plan_s = narrate(folder, "plan", "projects/book", "--json", *options.options)
        plan = json.loads(said)
        _, wall_s = narrate(folder, "render", "projects/book", *options.options)
        store = TakeStore(folder / "projects" / "book" / "takes")
        run = json.loads((folder / "projects" / "book" / "out" / "run.json").read_text("utf-8"))
        size = sum(store.path(key).stat().st_size for key in store)
        audio_s = sum(store.seconds(key) for key in store)
    print(f"{plan['lines']} lines, {os.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after")
    print(f"planning took {plan_s:.1f} s; RTF {plan['speed']['rtf']} planned, {run['rtf']} in the render")
    print(f"{'':<14} {'planned':>10} {'real':>10} {'off by':>8}")
    for name, planned, real in (
        ("time, s", plan["time_s"], wall_s),
        ("audio, s", plan["audio_left_s"], audio_s),
        ("takes, MB", plan["takes_bytes"] / 1e6, size / 1e6),
    ):
        print(f"{name:<14} {planned:>10.1f} {real:>10.1f} {planned / real - 1:>+8.1%}")


if __name__ == "__main__":
    main()
