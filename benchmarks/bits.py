"""Whether a line is the same to the bit in any batch, slot, order, prefill and codec batch.

    python benchmarks/bits.py MODEL VOICE [--lines 300]

MODEL has random weights (see random_checkpoint.py). The lines are spoken by 256 slots, then in other ways, last of all
by a child process that is killed half way, and by another that is asked for the second half alone; each row says how
many of them have the same samples again.
"""

import argparse
import gc
import hashlib
import os
import random
import signal
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import torch

from benchmarks.qwen_bench import open_engine
from benchmarks.rows import novel_lines
from narrate.audio import Audio
from narrate.engine.pool import Pool
from narrate.engine.processes import Processes
from narrate.engine.qwen import QwenEngine, codec, engine as engine_module
from narrate.takes import Request
from narrate.voices.kinds import load_voice


def main() -> None:
    parser = argparse.ArgumentParser(description="The same bits in any batch.")
    parser.add_argument("model")
    parser.add_argument("voice", type=Path)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--slots", default="512,64,8,2")
    parser.add_argument("--few", type=int, default=24, help="lines for 2 and 8 slots and one at a time, which are slow")
    options = parser.parse_args()
    lines = [text[:120] for text in novel_lines(options.lines)]
    with open_engine(options.model, 256, True) as engine:
        voice = load_voice(options.voice)
        asked = [Request(text, voice, take=n, engine="qwen", model=engine.model) for n, text in enumerate(lines)]
        first = sounds(engine, asked)
        print(f"steady products: {getattr(engine, 'steady', 'not looked at')}")
        print("| spoken | equal to the bit |\n|---|---|", flush=True)

        def row(what: str, again: Iterable[tuple[Request, Audio]]) -> None:
            same = [sound(audio) == first[request.key] for request, audio in again]
            print(f"| {what} | {sum(same)} of {len(same)} |", flush=True)

        row("256 slots, again", engine.speak(asked))
        shuffled = list(asked)
        random.Random(5).shuffle(shuffled)
        row("256 slots, another order", engine.speak(shuffled))
        engine_module.GROUP, engine_module.AHEAD = 1, 3
        row("256 slots, prefills of 3 prompts at most", engine.speak(asked))
        engine_module.GROUP, engine_module.AHEAD = 16, 64
        codec.LINES = 1
        row("256 slots, the codec a line at a time", engine.speak(asked))
        codec.LINES = 16
        row("one line at a time", (made for request in asked[: options.few] for made in engine.speak([request])))
        for slots in map(int, options.slots.split(",")):
            engine.close()
            engine._wanted_slots = slots
            engine.reopen()
            row(f"{slots} slots", engine.speak(asked if slots > 8 else asked[: options.few]))
    del engine
    gc.collect()
    torch.cuda.empty_cache()
    child = Pool[Audio](Processes([partial(opened, options.model)]))
    row("a child process, killed after half of them", killed_half_way(child, shuffled))
    print(f"children lost: {child.losses}")
    child.close()
    child = Pool[Audio](Processes([partial(opened, options.model)]))
    row("another process, asked for the second half", child.speak(shuffled[len(shuffled) // 2 :]))
    child.close()


def opened(model: str, *, slots: int | None) -> QwenEngine:
    return open_engine(model, slots or 256, True)


def killed_half_way(child: Pool[Audio], asked: Sequence[Request]) -> Iterable[tuple[Request, Audio]]:
    for number, made in enumerate(child.speak(asked)):
        if number == len(asked) // 2:
            os.kill(child.workers[0].about["pid"], signal.SIGKILL)
        yield made


def sounds(engine: QwenEngine, asked: Sequence[Request]) -> dict[str, str]:
    return {request.key: sound(audio) for request, audio in engine.speak(asked)}


def sound(audio: Audio) -> str:
    return hashlib.md5(audio.samples.tobytes()).hexdigest()


if __name__ == "__main__":
    main()
