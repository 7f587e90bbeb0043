"""Triton kernels of the decode step, the prefill and the codec.

Each file holds one concern; every kernel has a typed function that launches it, with the
shapes in its docstring, and a plain torch line that the tests hold it against. Kernels
compute in float32 and round to the tensors' dtype exactly where qwen-tts's modules round,
so bf16 errors are of the same size and float32 differs by summation order alone.

Launches use programmatic dependent launch (PDL) where the device has it (Hopper and later):
a kernel starts while the one before drains, and waits only before it reads what that one
wrote. Weights may be read before the wait, anything that a step writes after it.
"""

from narrate.engine.qwen.kernels.attention import pair_attention, predictor_attention, talker_attention
from narrate.engine.qwen.kernels.codec import Span, causal_conv, depthwise_norm, embed_codes, last_conv
from narrate.engine.qwen.kernels.int8 import int8_attention
from narrate.engine.qwen.kernels.norms import add_norm, first_input, silu_mul, talker_input
from narrate.engine.qwen.kernels.products import gated_product, product
from narrate.engine.qwen.kernels.prompts import QUERIES, prompt_attention, write_cache
from narrate.engine.qwen.kernels.sampling import draw_first, draw_predicted
from narrate.engine.qwen.kernels.windows import window_attention

__all__ = [
    "QUERIES",
    "Span",
    "add_norm",
    "causal_conv",
    "depthwise_norm",
    "draw_first",
    "draw_predicted",
    "embed_codes",
    "first_input",
    "gated_product",
    "int8_attention",
    "last_conv",
    "pair_attention",
    "predictor_attention",
    "product",
    "prompt_attention",
    "silu_mul",
    "talker_attention",
    "talker_input",
    "window_attention",
    "write_cache",
]
