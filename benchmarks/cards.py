"""What cards of several sizes do: an engine beside a process that holds the rest of the memory.

    python benchmarks/cards.py MODEL VOICE [--gib 6,8,12,16,24,48,80,140] [--lines 300]

MODEL has random weights (see random_checkpoint.py). For each size another process holds the card but for so many
GiB, then a fresh one opens the engine, speaks made-up lines of a novel's lengths, longest first, and prints a row.
"""

import argparse
import json
import logging
import subprocess
import sys
import time
from pathlib import Path

HOLD = """
import sys, torch
free, total = torch.cuda.mem_get_info()
hog = torch.empty(max(0, free - int(float(sys.argv[1]) * 2**30)), dtype=torch.uint8, device="cuda")
print("held", flush=True)
sys.stdin.readline()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and memory on cards of several sizes.")
    parser.add_argument("model")
    parser.add_argument("voice", type=Path)
    parser.add_argument("--gib", default="6,8,12,16,24,48,80,140")
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--alone", action="store_true", help="speak in this process, on the card as it is")
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(spoken(options.model, options.voice, options.lines)), flush=True)
        return
    print("| GiB | lines at a time | positions | ready, s | first take, s | x | one line, ms a frame | peak, GiB | |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for gib in map(float, options.gib.split(",")):
        held = subprocess.Popen([sys.executable, "-c", HOLD, str(gib)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert held.stdout is not None
        held.stdout.readline()
        command = [
            sys.executable,
            __file__,
            options.model,
            str(options.voice),
            "--alone",
            "--lines",
            str(options.lines),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        held.communicate(b"\n")
        try:
            row = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            print(f"| {gib:g} | | | | | - | | | {done.stderr.strip().splitlines()[-1][:160]} |", flush=True)
            continue
        print(
            f"| {gib:g} | {row['slots']} | {row['positions']} | {row['ready_s']:.1f} | {row['first_s']:.1f} | "
            f"{row['x']:,.0f} | {row['alone_ms']:.2f} | {row['peak_gib']:.1f} | {row['said']} |",
            flush=True,
        )


def spoken(model: str, voice: Path, count: int) -> dict[str, object]:
    """One row of the table."""
    import torch

    from benchmarks.qwen_bench import open_engine
    from benchmarks.rows import novel_lines
    from narrate.takes import Request
    from narrate.voices.kinds import load_voice

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    began = time.perf_counter()
    before, _ = torch.cuda.mem_get_info()
    with open_engine(model, None, True) as engine:
        ready_s = time.perf_counter() - began
        lines = sorted(novel_lines(count), key=len, reverse=True)
        asked = [
            Request(text, load_voice(voice), take=n, engine="qwen", model=engine.model) for n, text in enumerate(lines)
        ]
        wall_s, first_s, audio_s, least_free = 0.0, 0.0, 0.0, before
        for part in (asked[::10], asked):  # the first loads what no capture has touched
            began, audio_s = time.perf_counter(), 0.0
            for number, (_, audio) in enumerate(engine.speak(part)):
                if not number and not first_s:
                    first_s = ready_s + time.perf_counter() - began
                if not number % 16:
                    least_free = min(least_free, torch.cuda.mem_get_info()[0])
                audio_s += audio.seconds
            wall_s = time.perf_counter() - began
        began = time.perf_counter()
        ((_, alone),) = engine.speak(asked[len(asked) // 2 :][:1])
        alone_ms = 1000 * (time.perf_counter() - began) / (alone.seconds * 12.5)
        layout = getattr(engine, "layout", None)
        return {
            "slots": engine.slots,
            "positions": engine._positions,
            "ready_s": ready_s,
            "first_s": first_s,
            "x": audio_s / wall_s,
            "peak_gib": (before - least_free) / 2**30,
            "alone_ms": alone_ms,
            "said": layout.given_up if layout else "",
        }


if __name__ == "__main__":
    main()
