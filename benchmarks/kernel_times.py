"""Where a decode step's and a codec pass's time goes, kernel by kernel.

    python benchmarks/kernel_times.py MODEL [--slots 768] [--positions 160] [--lines 16]

What torch's profiler sees of a few replays of the captured graphs. Programmatic dependent launch is off, as a kernel
that waits for the one before would be charged for both; "all of it" is a pass without the profiler, with it on.
"""

import argparse
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.qwen_bench import (
    codec_of,
    empty,
    full_rows,
    hold,
    kv_bytes,
    median_ms,
    ragged_codes,
    weight_bytes,
)
from narrate.engine.qwen import kernels
from narrate.engine.qwen.codec import EagerCodec
from narrate.engine.qwen.weights import Model, load

PASSES = 3
PRODUCTS = "products (cuBLAS)"
_CUBLAS = re.compile("gemm|nvjet|cutlass|xmma|splitK|cublas", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kernel:
    """All launches of one kernel in a pass."""

    name: str
    launches: int
    ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description="A step and a codec pass, kernel by kernel.")
    parser.add_argument("model")
    parser.add_argument("--slots", type=int, default=768)
    parser.add_argument("--positions", type=int, default=160)
    parser.add_argument("--lines", type=int, default=16)
    parser.add_argument("--device", default="cuda", help="cpu tries this out: torch's operators in place of kernels")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", message="Warning: Profiler clears events")
    dtype = torch.bfloat16 if options.device == "cuda" else torch.float32
    model = load(options.model, options.device, dtype)
    whole_ms, found = step_kernels(model, options.slots, options.positions)
    print(f"## A step, {options.slots} slots, {options.positions} positions: {whole_ms:.2f} ms, all of it\n")
    print(table(found, step_rates(model, options.slots, options.positions, found)))
    empty()
    whole_ms, found = codec_kernels(model, options.lines)
    codes = ragged_codes(model, options.lines)
    tflop = codec_tflop(model) * sum(map(len, codes))
    print(f"\n## A codec pass, {len(codes)} lines, {sum(map(len, codes))} frames: {whole_ms:.2f} ms, all of it; "
          f"{tflop:.2f} TFLOP, {tflop / whole_ms * 1000:.0f} TFLOP/s\n")  # fmt: skip
    print(table(found, {}))


def step_kernels(model: Model, slots: int, positions: int) -> tuple[float, list[Kernel]]:
    """Milliseconds of a step, and its kernels."""

    def whole_ms() -> float:
        decoder, state = full_rows(model, slots)
        hold(state, positions - 8)
        ms = median_ms(lambda: decoder.step(slots), 14, warm=2, on_card=model.device.type == "cuda")
        decoder.close()
        return ms

    ms = whole_ms()
    empty()
    with one_after_the_other():
        decoder, state = full_rows(model, slots)
        hold(state, positions - 2)
        found = kernels_of(lambda: decoder.step(slots), model.device.type)
        decoder.close()
    return ms, found


def codec_kernels(model: Model, lines: int) -> tuple[float, list[Kernel]]:
    """Milliseconds of a codec pass, and its kernels."""
    codes = ragged_codes(model, lines)
    codec = codec_of(model)
    ms = median_ms(lambda: codec.submit(codes, [0] * lines), 8, warm=2, on_card=model.device.type == "cuda")
    del codec
    empty()
    with one_after_the_other():
        codec = codec_of(model)
        return ms, kernels_of(lambda: codec.submit(codes, [0] * lines), model.device.type)


@contextmanager
def one_after_the_other() -> Iterator[None]:
    """Within it, kernels are captured without programmatic dependent launch."""
    modules = [module for name, module in sys.modules.items() if name.startswith(f"{kernels.__name__}.")]
    patches = [
        patch.object(module, "launch_options", lambda _: {"PDL": False})
        for module in modules
        if hasattr(module, "launch_options")
    ]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def kernels_of(launch: Callable[[], object], device: str) -> list[Kernel]:
    """What a pass of `launch` runs, the longest first; names as `short` has them."""
    launch()
    on_card = device == "cuda"
    if on_card:
        torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CUDA if on_card else ProfilerActivity.CPU]) as profiled:
        for _ in range(PASSES):
            launch()
        if on_card:
            torch.cuda.synchronize()
    launches, ms = Counter[str](), Counter[str]()
    for event in profiled.key_averages():
        took_us = event.self_device_time_total if on_card else event.self_cpu_time_total
        if took_us > 0:
            launches[short(event.key)] += event.count
            ms[short(event.key)] += took_us / 1000
    found = [Kernel(name, round(launches[name] / PASSES), ms[name] / PASSES) for name in ms]
    return sorted(found, key=lambda kernel: -kernel.ms)


def short(name: str) -> str:
    """A kernel's name as the table has it: ours as they are, cuBLAS's all as one, torch's without their templates."""
    if _CUBLAS.search(name):
        return PRODUCTS
    return re.sub(r"<.*", "", name.removeprefix("void "))[:60] or name[:60]


def step_rates(model: Model, slots: int, positions: int, found: list[Kernel]) -> dict[str, str]:
    """What the products and the talker's attention reach, by the kernels' names."""
    ms = {kernel.name: kernel.ms for kernel in found}
    rates = {}
    if PRODUCTS in ms:  # two positions of the predictor's go through its first pass
        first = sum(
            t.nbytes for layer in model.predictor.layers for t in (layer.qkv, layer.o, layer.gate_up, layer.down)
        )
        tflop = 2 * slots * (weight_bytes(model) + first) / model.dtype.itemsize / 1e12
        rates[PRODUCTS] = f"{1000 * tflop / ms[PRODUCTS]:,.0f} TFLOP/s"
    for name in ms:
        if "talker_attention" in name or "int8_attention" in name:
            rates[name] = f"{kv_bytes(model, slots, positions) / ms[name] / 1e6:,.0f} GB/s of the cache"
    return rates


def codec_tflop(model: Model, frames: int = 100) -> float:
    """TFLOP of a frame's products and convolutions, as the plain decoder computes them."""
    [codes] = ragged_codes(model, 1, frames)
    with FlopCounterMode(display=False) as counter:
        EagerCodec(model).decode([codes])
    return float(counter.get_total_flops()) / frames / 1e12


def table(found: list[Kernel], rates: dict[str, str]) -> str:
    """Markdown of kernels, the longest first; those under a hundredth of all together."""
    total = sum(kernel.ms for kernel in found)
    large = [kernel for kernel in found if kernel.ms >= total / 100]
    rest = [kernel for kernel in found if kernel.ms < total / 100]
    if rest:
        ms = sum(kernel.ms for kernel in rest)
        large.append(Kernel(f"{len(rest)} others", sum(kernel.launches for kernel in rest), ms))
    every = Kernel("all kernels", sum(kernel.launches for kernel in found), total)
    rows = [
        f"| {each.name} | {each.launches} | {each.ms:.3f} | {each.ms / total:.1%} | {rates.get(each.name, '')} |"
        for each in (*large, every)
    ]
    return "\n".join(["| kernel | launches | ms | of all | reaches |", "|---|---|---|---|---|", *rows])


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
