"""How far the captured step is from the eager one at full size in bfloat16, and from eager float32.

    python benchmarks/parity.py MODEL [--rows 16] [--frames 40]

Random prompts, greedy. For each row: the frames of codes both paths share before the first that
differs, over each kind of cache; and the relative error of the talker's hidden state after the prefill, of the
captured and of the eager path, against the eager path in float32. Then what 8 bits cost: see `eight_bits`.
"""

import argparse
import dataclasses
from collections.abc import Callable
from itertools import product
from typing import Any

import torch
from torch.nn.functional import linear

from narrate.engine.qwen import decode
from narrate.engine.qwen.decode import State, new_state
from narrate.engine.qwen.graphs import FastDecoder, Step
from narrate.engine.qwen.memory import CACHES, FULL, INT8
from narrate.engine.qwen.prefill import Prefill
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.weights import Model, evened, load
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

    def fresh(kind: str = FULL) -> State:
        return new_state(model, options.rows, 256, kind)

    for kind, (name, sampling) in product(CACHES, (("greedy", Sampling(greedy=True)), ("sampled", Sampling()))):
        eager, fast = fresh(kind), fresh(kind)
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
        print(f"{name}, {kind} cache: hidden after prefill {start:.4f} apart;")
        print(f"  codes in common in the first frame {codes:.1f} of 16")
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
    """Errors against float32 of each kind of cache, by the eager step and by the kernels, and of float8 products.

    Of the model as it is; with activations that stand out (in each prompt three channels 30 times as large); and with
    channels of K (four of each head, 20 times as large by its norm) and of V (two, 10 times as large) that do.
    """
    print("| hidden state from float32, after the prefill and a step | as it is | activations apart | channels apart |")
    print("|---|---|---|---|")
    table: dict[str, list[str]] = {}

    def apart(dtype: torch.dtype, sampling: Sampling) -> list[Prompt]:
        found = prompts(dtype, sampling)
        for prompt in found:
            prompt.embeddings[:, [5, 77, 300]] *= 30
        return found

    for given, of in ((prompts, lambda one: one), (apart, lambda one: one), (prompts, channels_apart)):
        exact = talked(of(wide), rows, given, FULL)
        ways: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
        own = of(model)
        even = evened_model(own)
        ways["bfloat16 cache"] = talked(even, rows, given, FULL)
        ways["bfloat16 cache, kernels"] = launched(even, rows, given, FULL)
        ways["int8 cache"] = talked(even, rows, given, INT8)
        ways["int8 cache, kernels"] = launched(even, rows, given, INT8)
        ways["int8 cache, channels as they are"] = talked(own, rows, given, INT8)
        ways["float8 cache"] = talked(even, rows, given, "float8")
        ways["float8 products"] = talked(even, rows, given, FULL, rounded_product)
        for name, found in ways.items():
            errors = [f"{relative(a, b):.4f}" for a, b in zip(found, exact, strict=True)]
            table.setdefault(name, []).append(", ".join(errors))
    for name, cells in table.items():
        print(f"| {name} | {' | '.join(cells)} |")


def talked(
    model: Model, rows: int, prompts: Callable[[torch.dtype, Sampling], list[Prompt]], kind: str, product: Any = linear
) -> tuple[torch.Tensor, torch.Tensor]:
    """Hidden states after an eager prefill, and after a step of the talker from the same codes for all."""
    state = new_state(model, rows, 256, FULL if kind == "float8" else kind)
    decode.linear = product
    decode.prefill(model, state, list(range(rows)), prompts(model.dtype, Sampling(greedy=True)))
    if kind == "float8":
        for cache in state.caches:
            for numbers in (cache.keys, cache.values):
                numbers.copy_(numbers.to(torch.float8_e4m3fn).to(numbers.dtype))
    prefilled, at = state.hidden.clone(), torch.arange(rows, device="cuda")
    stepped = decode._talk(model, state, at, model.talker.codec_embedding[at] + model.talker.tts_pad)
    decode.linear = linear
    return prefilled, stepped


def launched(
    model: Model, rows: int, prompts: Callable[[torch.dtype, Sampling], list[Prompt]], kind: str
) -> tuple[torch.Tensor, torch.Tensor]:
    """As `talked`, by the kernels."""
    state = new_state(model, rows, 256, kind)
    step = Step(model, state)
    Prefill(model, state, step.draw_first)(list(range(rows)), prompts(model.dtype, Sampling(greedy=True)))
    prefilled = state.hidden.clone()
    step.total.copy_(model.talker.codec_embedding[:rows])
    step._talk(rows)
    return prefilled, state.hidden.clone()


def channels_apart(model: Model) -> Model:
    """The model with a few channels of every layer's K, by its norm, and V that are larger than others."""
    shape, layers = model.config.talker, []
    for number, layer in enumerate(model.talker.layers):
        k_norm, q_norm, qkv = layer.k_norm.clone(), layer.q_norm.clone(), layer.qkv.clone()
        channels = [(7 * number + 31 * n) % shape.head_dim for n in range(4)]
        k_norm[channels] *= 20
        q_norm[channels] *= 0.25
        v = qkv[(shape.heads + shape.kv_heads) * shape.head_dim :].view(shape.kv_heads, shape.head_dim, -1)
        v[:, channels[:2]] *= 10
        layers.append(dataclasses.replace(layer, k_norm=k_norm, q_norm=q_norm, qkv=qkv))
    return dataclasses.replace(model, talker=dataclasses.replace(model.talker, layers=tuple(layers)))


def evened_model(model: Model) -> Model:
    """The model as it is loaded."""
    layers = tuple(evened(layer, model.config.talker) for layer in model.talker.layers)
    return dataclasses.replace(model, talker=dataclasses.replace(model.talker, layers=layers))


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
