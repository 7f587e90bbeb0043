"""Whether a line is the same to the bit in any batch, slot, order, prefill and codec batch.

    python benchmarks/bits.py MODEL VOICE [--lines 300]

MODEL has random weights (see random_checkpoint.py). The lines are spoken by 256 slots, then in other ways; each row
says how many of them have the same samples again.
"""

import argparse
import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

from narrate.bench import novel_lines
from narrate.engine.qwen import QwenEngine, codec
from narrate.engine.qwen import engine as engine_module
from narrate.engine.qwen.bench import open_engine
from narrate.take import Request
from narrate.voice import load_voice


def main() -> None:
    parser = argparse.ArgumentParser(description="The same bits in any batch.")
    parser.add_argument("model")
    parser.add_argument("voice", type=Path)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--slots", default="512,64,8,2,1")
    parser.add_argument("--few", type=int, default=24, help="lines for 1, 2 and 8 slots, which are slow")
    options = parser.parse_args()
    lines = [text[:120] for text in novel_lines(options.lines)]
    with open_engine(options.model, 256, True) as engine:
        voice = load_voice(options.voice)
        asked = [Request(text, voice, take=n, engine="qwen", model=engine.model) for n, text in enumerate(lines)]
        first = sounds(engine, asked)
        print(f"steady products: {getattr(engine, 'steady', 'not looked at')}")
        print("| spoken | equal to the bit |\n|---|---|", flush=True)

        def row(what: str, lines: Sequence[Request]) -> None:
            again = sounds(engine, lines)
            same = sum(again[request.key] == first[request.key] for request in lines)
            print(f"| {what} | {same} of {len(lines)} |", flush=True)

        row("256 slots, again", asked)
        shuffled = list(asked)
        random.Random(5).shuffle(shuffled)
        row("256 slots, another order", shuffled)
        engine_module.GROUP, engine_module.AHEAD = 1, 3
        row("256 slots, prefills of 3 prompts at most", asked)
        engine_module.GROUP, engine_module.AHEAD = 16, 64
        codec.LINES = 1
        row("256 slots, the codec a line at a time", asked[: 4 * options.few])
        codec.LINES = 16
        for slots in map(int, options.slots.split(",")):
            engine.close()
            engine._wanted_slots = slots
            engine.reopen()
            row(f"{slots} slots", asked if slots > 8 else asked[: options.few])


def sounds(engine: QwenEngine, asked: Sequence[Request]) -> dict[str, str]:
    return {request.key: hashlib.md5(audio.samples.tobytes()).hexdigest() for request, audio in engine.speak(asked)}


if __name__ == "__main__":
    main()
