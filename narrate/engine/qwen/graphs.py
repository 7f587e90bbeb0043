"""The decode step as captured CUDA graphs: `decode.step`, fused and with no word from the host.

A graph holds one whole frame for the first B rows of the State: the predictor's 15 passes,
the talker's step, all draws and the bookkeeping (frames, lengths, seen, finished rows). It
reads and writes the State in place, so between two replays a finished row can be read out
and a new line prefilled into it. There is a graph for each of a few batch sizes. Every launch
is ours but cuBLAS's products.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from narrate.engine.qwen import kernels as k
from narrate.engine.qwen.capture import Graphs
from narrate.engine.qwen.config import Shape
from narrate.engine.qwen.decode import State, move_rows
from narrate.engine.qwen.prefill import TOKENS, Prefill
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.sampling import MIN_FRAMES
from narrate.engine.qwen.weights import Layer, Model

# Not 1: a row alone is added up in another order. A State of one row has a graph of its own all the same.
BATCHES = (2, 16, 64, 128, 192, 256, 384, 512, 640, 768, 1024)


class Step:
    """One frame for rows 0 to B - 1, launched kernel by kernel: what a graph captures."""

    def __init__(self, model: Model, state: State) -> None:
        """Work buffers for all of the state's rows; smaller batches use their first rows."""
        talker, predictor, slots = model.config.talker, model.config.predictor, state.slots
        self.model, self.state = model, state
        self.talker = _Buffers(model, talker, slots)
        self.predictor = _Buffers(model, predictor, 2 * slots)  # its first pass has two positions a row
        self.total = torch.zeros(slots, talker.hidden, dtype=torch.float32, device=model.device)
        self.logits = self.talker.new(slots, talker.vocab)
        self.predicted = self.talker.new(slots, predictor.vocab)
        self.projected = self.talker.new(slots, predictor.hidden)
        # The kernels read booleans as bytes.
        self.active, self.late, self.seen = (t.view(torch.uint8) for t in (state.active, state.late, state.seen))
        self.allowed = model.talker.allowed.view(torch.uint8)

    def __call__(self, batch: int) -> None:
        """One frame for rows 0 to `batch` - 1. Nothing here waits for the device."""
        self._predict(batch)
        self._talk(batch)

    def _predict(self, batch: int) -> None:
        """Codes 1 to 15 of every row's frame into the state; the sum of all 16 embeddings into `total`."""
        model, state, predictor = self.model, self.state, self.model.predictor
        shape, groups = model.config.predictor, model.config.groups
        hidden, total = state.hidden[:batch], self.total[:batch]
        if predictor.projection is not None and predictor.projection_bias is not None:
            projected = self.projected[:batch]
            torch.addmm(predictor.projection_bias, hidden, predictor.projection.t(), out=projected)
            hidden = projected
        buffers = self.predictor.rows(0, 2 * batch)
        first_norm = predictor.layers[0].norm1
        k.first_input(hidden, state.token, state.frame, self.active, model.talker.codec_embedding,
                      predictor.folded_codec, first_norm, total, state.codes, buffers.x, buffers.h,
                      shape.eps)  # fmt: skip
        logits = self.predicted[:batch]
        for group in range(1, groups):
            self._pass(buffers, group)
            if group == 1:
                buffers = self.predictor.rows(batch, 2 * batch)  # from here on the last position alone
            k.product(buffers.h, predictor.heads[group - 1], logits)
            k.draw_predicted(logits, state.whole, state.real, state.frame, self.active, state.codes, group,
                             predictor.embeddings[group - 1], total, predictor.folded[group - 1], first_norm,
                             buffers.x, buffers.h, shape.eps)  # fmt: skip

    def _pass(self, buffers: "_Buffers", group: int) -> None:
        """The predictor's layers at position `group`; with group 1 at positions 0 and 1."""
        state, predictor, shape = self.state, self.model.predictor, self.model.config.predictor
        for number, layer in enumerate(predictor.layers):
            k.product(buffers.h, layer.qkv, buffers.qkv)
            keys, values = state.predictor_keys[number], state.predictor_values[number]
            rotary = (buffers.qkv, layer.q_norm, layer.k_norm, predictor.cos, predictor.sin, keys, values)
            if group == 1:
                k.pair_attention(*rotary, buffers.attended, shape.eps)
            else:
                k.predictor_attention(*rotary, buffers.attended, group, shape.eps)
            buffers.finish(layer, _next_norm(predictor.layers, number, predictor.norm), shape.eps)

    def _talk(self, batch: int) -> None:
        """One position of the talker from `total`, code 0 of the next frame, and the bookkeeping."""
        state, talker, shape = self.state, self.model.talker, self.model.config.talker
        buffers = self.talker.rows(0, batch)
        k.talker_input(self.total[:batch], talker.tts_pad, talker.layers[0].norm1, buffers.x, buffers.h, shape.eps)
        for number, layer in enumerate(talker.layers):
            k.product(buffers.h, layer.qkv, buffers.qkv)
            cache = state.caches[number]
            attention = k.int8_attention if cache.int8 else k.talker_attention
            attention(buffers.qkv, layer.q_norm, layer.k_norm, talker.cos, talker.sin, cache, state.places,
                      state.lengths, self.active, buffers.attended, shape.eps)  # fmt: skip
            last = number == len(talker.layers) - 1
            out = state.hidden[:batch] if last else None
            buffers.finish(layer, _next_norm(talker.layers, number, talker.norm), shape.eps, out)
        logits = self.logits[:batch]
        k.product(state.hidden[:batch], talker.head, logits)
        self.draw_first(logits, None)

    def draw_first(self, logits: Tensor, rows: Tensor | None) -> None:
        """Code 0 from logits [R, V], of the step's rows or, after a prefill, of `rows` [R] int64."""
        state = self.state
        k.draw_first(logits, rows, state.whole, state.real, state.frame, self.active, state.lengths, self.seen,
                     self.allowed, state.token, self.late, self.model.config.codec_eos, MIN_FRAMES)  # fmt: skip


class _Buffers:
    """What one stack of layers works in, for R rows."""

    def __init__(self, model: Model, shape: Shape, rows: int) -> None:
        self._dtype, self._device = model.dtype, model.device
        heads, kv_heads, size = shape.heads, shape.kv_heads, shape.head_dim
        self.x = self.new(rows, shape.hidden)  # the residual stream
        self.h = self.new(rows, shape.hidden)  # its norm: every product's input
        self.qkv = self.new(rows, (heads + 2 * kv_heads) * size)
        self.attended = self.new(rows, heads * size)
        self.delta = self.new(rows, shape.hidden)  # what a block adds to x
        self.gate_up = self.new(rows, 2 * shape.intermediate)
        self.gated = self.new(rows, shape.intermediate)

    def new(self, rows: int, width: int) -> Tensor:
        return torch.zeros(rows, width, dtype=self._dtype, device=self._device)

    def rows(self, start: int, end: int) -> "_Buffers":
        """The same buffers, seen from row `start` to `end`."""
        part = object.__new__(_Buffers)
        for name, value in vars(self).items():
            setattr(part, name, value[start:end] if isinstance(value, Tensor) else value)
        return part

    def finish(self, layer: Layer, next_norm: Tensor, eps: float, out: Tensor | None = None) -> None:
        """A layer after its attention: x gets both blocks' sums, `out` (or h) the norm that follows."""
        k.product(self.attended, layer.o, self.delta)
        k.add_norm(self.x, self.delta, layer.norm2, self.h, eps)
        k.gated_product(self.h, layer.gate_up, self.gate_up, self.gated)
        k.product(self.gated, layer.down, self.delta)
        k.add_norm(self.x, self.delta, next_norm, self.h if out is None else out, eps)


def _next_norm(layers: Sequence[Layer], number: int, last: Tensor) -> Tensor:
    """The norm after layer `number`: the next layer's first one, or the stack's last."""
    return layers[number + 1].norm1 if number + 1 < len(layers) else last


class FastDecoder:
    """Captured steps over one State: `decode.prefill` and `decode.step`, fast.

    Both return at once and run in the current stream's order.
    """

    def __init__(
        self, model: Model, state: State, batches: Sequence[int] = BATCHES, prefill_tokens: int = TOKENS
    ) -> None:
        """There is a graph for each batch size up to the state's slots, and for prefills; none is captured before it
        is needed.

        Raises torch.OutOfMemoryError when the graphs' buffers do not fit beside the state.
        """
        self.model, self.state = model, state
        self.batches = tuple(sorted({b for b in batches if b < state.slots} | {state.slots}))
        with torch.inference_mode():
            self._step = Step(model, state)
            self._prefill = Prefill(model, state, self._step.draw_first, prefill_tokens)
            # The first one runs while no row is active: on zeros, and it writes no row's state.
            self._graphs = Graphs(self._step, self.batches[0], model.device)
            self._prefill.make_graphs()

    def step(self, rows: int) -> int:
        """One frame for rows 0 to `rows` - 1; returns the batch size that ran."""
        batch = next(b for b in self.batches if b >= rows)
        self._graphs.replay(batch)
        return batch

    def captures(self) -> list[tuple[int, Callable[[], None]]]:
        """Each batch size, largest first, and a call that captures its graph if it is not there."""
        return [(batch, partial(self._graphs.capture, batch)) for batch in reversed(self.batches)]

    def prefill(self, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
        """Admit `prompts` into `rows`, none of which is active, and draw code 0 of their first frames."""
        # Its draws are launched one by one, and Triton launches on the current device.
        with torch.inference_mode(), torch.cuda.device(self.model.device):
            self._prefill(rows, prompts)

    def move(self, sources: Sequence[int], targets: Sequence[int]) -> None:
        """Put rows `sources` in place of rows `targets`, of which none is active; see `decode.move_rows`."""
        rows = torch.tensor([list(sources), list(targets)]).pin_memory()
        move_rows(self.state, *rows.to(self.model.device, non_blocking=True))

    def close(self) -> None:
        """Free the graphs and their memory."""
        self._graphs.close()
        self._prefill.close()
