"""How far the captured step is from the eager one at full size in bfloat16, and from eager float32.

    python benchmarks/parity.py MODEL [--rows 16] [--frames 40]

Random prompts, greedy. For each row: the frames of codes both paths share before the first that
differs; and the relative error of the talker's hidden state after the first step, of the captured
and of the eager path, against the eager path in float32.
"""

import argparse
import dataclasses

import torch

from narrate.engine.qwen import decode
from narrate.engine.qwen.decode import State, new_state
from narrate.engine.qwen.graphs import FastDecoder
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.weights import load
from narrate.take import Sampling


def main() -> None:
    parser = argparse.ArgumentParser(description="Captured against eager, in bfloat16.")
    parser.add_argument("model")
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--frames", type=int, default=40)
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    model = load(options.model)
    with torch.inference_mode():
        model.talker.allowed[model.config.codec_eos] = False
    rows, made = list(range(options.rows)), torch.Generator("cuda").manual_seed(0)

    def prompts(dtype: torch.dtype, sampling: Sampling) -> list[Prompt]:
        made.manual_seed(0)
        width = model.config.talker.hidden
        return [
            Prompt(torch.randn(20 + n, width, generator=made, device="cuda").bfloat16().to(dtype), n, 999, sampling)
            for n in rows
        ]

    def fresh() -> State:
        return new_state(model, options.rows, 256)

    for name, sampling in (("greedy", Sampling(greedy=True)), ("sampled", Sampling())):
        eager, fast = fresh(), fresh()
        decoder = FastDecoder(model, fast, batches=())
        decode.prefill(model, eager, rows, prompts(torch.bfloat16, sampling))
        decoder.prefill(rows, prompts(torch.bfloat16, sampling))
        start = relative(fast.hidden, eager.hidden)
        for _ in range(options.frames):
            decode.step(model, eager)
            decoder.step(options.rows)
        same = (eager.codes == fast.codes)[:, : options.frames].all(-1)  # [B, frames]
        prefix = same.int().cumprod(1).sum(1)
        codes = (eager.codes == fast.codes)[:, 0].int().cumprod(1).sum(1).float().mean().item()
        print(f"{name}: hidden after prefill {start:.4f} apart; codes in common in the first frame {codes:.1f} of 16; ")
        print(f"  frames in common: {sorted(prefix.tolist())} of {options.frames}")
        decoder.close()
    wide = dataclasses.replace(load(options.model, dtype=torch.float32), dtype=torch.float32)
    exact = new_state(wide, options.rows, 256)
    eager, fast = fresh(), fresh()
    decoder = FastDecoder(model, fast, batches=())
    greedy = Sampling(greedy=True)
    decode.prefill(wide, exact, rows, prompts(torch.float32, greedy))
    decode.prefill(model, eager, rows, prompts(torch.bfloat16, greedy))
    decoder.prefill(rows, prompts(torch.bfloat16, greedy))
    print(f"hidden after prefill against float32: captured {relative(fast.hidden, exact.hidden):.4f}, "
          f"eager bf16 {relative(eager.hidden, exact.hidden):.4f}")  # fmt: skip
    logits = [
        torch.nn.functional.linear(s.hidden, m.talker.head) for s, m in ((fast, model), (eager, model), (exact, wide))
    ]
    print(f"logits against float32: captured {relative(logits[0], logits[2]):.4f}, "
          f"eager bf16 {relative(logits[1], logits[2]):.4f}")  # fmt: skip


def relative(a: torch.Tensor, b: torch.Tensor) -> float:
    return ((a.float() - b.float()).norm() / b.float().norm()).item()


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
