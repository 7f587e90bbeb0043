"""The card that an engine is opened on: what is free there."""

import gc
import logging

import torch

from narrate.engine.qwen.memory import CUDA_CONTEXT, Costs, Layout, costs_of, lay_out, least, what_would_fit
from narrate.engine.qwen.weights import Model
from narrate.errors import EngineError

ROWS = (2, 8, 64, 96, 128, 192, 256, 768, 1280)  # of the products that are compared
log = logging.getLogger(__name__)
CODEC_COPY = 0.75  # of the plain decoder's bytes: what the fast one takes, in 16 bits and tables in 32


def plan(model: Model, positions: int, memory: int | None, cache: str, *, eager: bool = False) -> Layout:
    """How the memory that is free beside `model` is shared out. `memory`: bytes that this process may have of it;
    `cache`: the kind, one of memory.CACHES.

    Raises EngineError where not one line fits.
    """
    copy = round((1.0 if eager else CODEC_COPY) * 4 * model.codec.count)
    gc.collect()
    torch.cuda.empty_cache()
    free, total = torch.cuda.mem_get_info(model.device)
    if memory is not None:
        torch.cuda.set_per_process_memory_fraction(min(1.0, memory / total), model.device)
        free = min(free, memory - torch.cuda.memory_reserved(model.device) - CUDA_CONTEXT)
    costs = costs_of_model(model, cache)
    found = lay_out(free - copy, costs, positions=positions)
    if found is None:
        need, there = (least(costs) + copy) / 2**30, max(free, 0) / 2**30
        what = f"{need:.1f} GiB of GPU memory are needed beside the model to speak one line, {there:.1f} are free"
        room = free + torch.cuda.memory_reserved(model.device)  # as it was before the model came
        raise EngineError(what, do=what_would_fit(model.config.size, room, asked=memory is not None))
    return found


def costs_of_model(model: Model, cache: str) -> Costs:
    """What a slot, a frame of the codec and a token of a prefill take of the device's memory."""
    talker, predictor = model.config.talker, model.config.predictor
    return costs_of(
        dtype_bytes=model.dtype.itemsize,
        talker=(talker.layers, talker.kv_heads, talker.head_dim),
        predictor=(predictor.layers, predictor.kv_heads, predictor.head_dim),
        hidden=talker.hidden,
        intermediate=talker.intermediate,
        vocab=talker.vocab,
        groups=model.config.groups,
        cache=cache,
    )


@torch.inference_mode()
def steady(model: Model) -> bool:
    """Whether a row of every product has the same bits in batches of several sizes: then a line has, too."""
    products = [model.talker.head, model.predictor.heads[0]]
    for layer in (model.talker.layers[0], model.predictor.layers[0]):
        products += [layer.qkv, layer.o, layer.gate_up, layer.down]
    draws = torch.Generator(model.device).manual_seed(0)
    for weight in products:
        x = torch.randn(ROWS[-1], weight.shape[1], generator=draws, device=model.device).to(weight.dtype)
        whole = torch.mm(x, weight.t())
        if any(not torch.equal(torch.mm(x[:rows], weight.t()), whole[:rows]) for rows in ROWS):
            log.info("This card's products depend on how many lines are made at once.")
            return False
    return True
