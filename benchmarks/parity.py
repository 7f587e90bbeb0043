"""How far the captured step is from the eager one at full size in bfloat16, and from eager float32.

    python benchmarks/parity.py MODEL [--rows 16] [--frames 40]

Random prompts, greedy. For each row: the frames of codes both paths share before the first that
differs; and the relative error of the talker's hidden state after the prefill, of the captured and
of the eager path, against the eager path in float32. Then what 8 bits would cost: the same error
after the prefill and a step, with products in float8 (e4m3, one scale a tensor) and with a float8 cache.
"""

import argparse
import dataclasses
from collections.abc import Callable

import torch
from torch.nn.functional import linear

from narrate.engine.qwen import decode
from narrate.engine.qwen.decode import State, new_state
from narrate.engine.qwen.graphs import FastDecoder
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.weights import Model, load
from narrate.takes import Sampling


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
    eight_bits(model, wide, options.rows, prompts)


def eight_bits(model: Model, wide: Model, rows: int, prompts: Callable[[torch.dtype, Sampling], list[Prompt]]) -> None:
    """Errors against float32 of bfloat16, of float8 products and of a float8 cache."""
    greedy, error = Sampling(greedy=True), {}
    for name in ("float32", "bfloat16", "float8 products", "float8 cache"):
        of = wide if name == "float32" else model
        state = new_state(of, rows, 256)
        decode.linear = rounded_product if name == "float8 products" else linear
        decode.prefill(of, state, list(range(rows)), prompts(of.dtype, greedy))
        state.token.copy_(torch.arange(rows))  # the same code 0 everywhere: only the arithmetic differs
        if name == "float8 cache":
            for cache in (state.keys, state.values):
                cache.copy_(cache.to(torch.float8_e4m3fn).to(cache.dtype))
        prefilled = state.hidden.clone()
        where = torch.arange(rows, device="cuda")
        stepped = decode._talk(of, state, where, of.talker.codec_embedding[state.token])
        error[name] = prefilled, stepped
    decode.linear = linear
    for name, (prefilled, stepped) in list(error.items())[1:]:
        apart = [relative(a, b) for a, b in zip((prefilled, stepped), error["float32"], strict=True)]
        print(f"{name}: hidden after prefill {apart[0]:.4f}, after a step {apart[1]:.4f} from float32")


def rounded_product(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """A product of both sides rounded to float8, each with one scale, summed in higher precision as the cores do."""

    def rounded(value: torch.Tensor) -> torch.Tensor:
        scale = value.abs().amax().float().clamp(min=1e-12) / 448
        return (value.float() / scale).to(torch.float8_e4m3fn).float() * scale

    return linear(rounded(x), rounded(weight)).to(x.dtype) if bias is None else linear(x, weight, bias)


def relative(a: torch.Tensor, b: torch.Tensor) -> float:
    return ((a.float() - b.float()).norm() / b.float().norm()).item()


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
