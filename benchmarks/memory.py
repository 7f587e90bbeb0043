"""GPU memory over many lines, and a card that fills up in the middle.

    python benchmarks/memory.py MODEL VOICE [--rounds 5] [--slots 256] [--lines FILE]

MODEL has random weights (see random_checkpoint.py), FILE a line of text a line; without one they are made up.
First every round renders 2,000 lines: what torch holds should be level from the second on. Then
600 lines are spoken, and after 60 of them all free memory but 2 GiB is taken: the slots halve,
which is said, and all 600 come. With `--slots 0` that is left out.
"""

import argparse
import logging
import resource
from itertools import cycle, islice
from pathlib import Path

import torch

from benchmarks.one_build import end_to_end
from benchmarks.qwen_bench import open_engine
from benchmarks.rows import novel_lines
from narrate.takes import Request
from narrate.voices import Voice
from narrate.voices.kinds import load_voice


def main() -> None:
    parser = argparse.ArgumentParser(description="GPU memory over many lines, and when it runs out.")
    parser.add_argument("model")
    parser.add_argument("voice", type=Path)
    parser.add_argument("--lines", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slots", type=int, default=256, help="of the card that fills up")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    lines = novel_lines(2000)
    if options.lines:
        lines = [line for line in options.lines.read_text("utf-8").splitlines() if line.strip()]
    voice = load_voice(options.voice)
    level(options.model, voice, lines, options.rounds)
    if options.slots:
        fill(options.model, voice, lines[:600], options.slots)


def level(model: str, voice: Voice, lines: list[str], rounds: int) -> None:
    source = cycle(lines)
    with open_engine(model, None, True) as engine:
        for number in range(1, rounds + 1):
            row = end_to_end(engine, list(islice(source, 2000)), voice)
            held, cached = torch.cuda.memory_allocated() >> 20, torch.cuda.memory_reserved() >> 20
            host = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            print(f"{number * 2000} lines: {row.rtf:.0f}x, {held} MiB held, {cached} MiB reserved, {host} MiB of RAM",
                  flush=True)  # fmt: skip


def fill(model: str, voice: Voice, lines: list[str], slots: int) -> None:
    hog, made = None, 0
    with open_engine(model, slots, True) as engine:
        asked = [Request(text, voice, take=n, engine="qwen", model=engine.model) for n, text in enumerate(lines, 1)]
        for _ in engine.speak(asked):
            made += 1
            if hog is None and made >= 60:
                torch.cuda.empty_cache()
                free, total = torch.cuda.mem_get_info()
                # 2 GiB stay for the driver; torch itself may take no more than it has.
                hog = torch.empty(free - (2 << 30), dtype=torch.uint8, device="cuda")
                torch.cuda.set_per_process_memory_fraction(torch.cuda.memory_reserved() / total)
        print(f"card filled after 60 lines: {made} of {len(lines)} takes, slots {slots} -> {engine.slots}")


if __name__ == "__main__":
    main()
