"""Prefill, packed: `decode.prefill` with the fused kernels, all prompts end to end without padding.

Everything that the host has to say (rows, positions, seeds, settings) goes over in two
pinned copies, so a prefill never waits for the steps that are queued before it. The layers
are captured, a graph for each of a few numbers of tokens: their 250 launches would take the
host as long as a decode step takes the device. Tokens that fill a graph up belong to row -1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from narrate.engine.qwen import kernels as k
from narrate.engine.qwen.capture import Graphs
from narrate.engine.qwen.decode import State, settings_of
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.sampling import WHOLE
from narrate.engine.qwen.weights import Model

TOKENS = 4096  # packed prompt tokens a pass, unless told otherwise: bounds the work buffers
PROMPTS = 64  # a pass
SIZES = (64, 256, 512, 768, 1024, 1536, 2048, 3072, TOKENS)  # tokens with a graph


@dataclass(frozen=True, slots=True)
class _Where:
    """Where N packed tokens go, in views of the one buffer that a graph has captured."""

    rows: Tensor  # [N] int64, -1 for a token that only fills up
    positions: Tensor  # [N] int64
    tiles: Tensor  # [M, 4] int64, see kernels.prompt_attention


class Prefill:
    """Fills rows of one State. Called with rows and their prompts; returns before the device is done."""

    def __init__(
        self, model: Model, state: State, draw_first: Callable[[Tensor, Tensor], None], tokens: int = TOKENS
    ) -> None:
        """`draw_first` draws code 0 from logits [R, V] of rows [R]. There are no graphs until `make_graphs`.

        `tokens`, one of SIZES: of a pass, and so of a prompt, at most.
        """
        self.tokens = tokens
        self.model, self.state, self._draw_first = model, state, draw_first
        width = model.config.talker.hidden
        self._x = torch.zeros(tokens, width, dtype=model.dtype, device=model.device)
        self._h = torch.empty_like(self._x)
        self._numbers = torch.zeros(2 * tokens + 4 * tiles_of(tokens), dtype=torch.int64, device=model.device)
        self._graphs: Graphs[int] | None = None

    def make_graphs(self) -> None:
        """From now on the layers run as graphs, one for each of SIZES."""
        self._numbers[: SIZES[0]] = -1  # the rows of the first run: all of its tokens only fill up
        self._graphs = Graphs(self.launch, SIZES[0], self.model.device, self.tokens * self._token_bytes)

    def launch(self, size: int) -> None:
        """The layers over `size` tokens, kernel by kernel; where each goes is in the buffers already."""
        self._layers(size, self._where(size, tiles_of(size)))

    @property
    def _token_bytes(self) -> int:
        """What `_layers` allocates for a token: delta, q, attended, gated, qkv (two, for a moment), gate and up."""
        shape = self.model.config.talker
        heads = 4 * shape.heads + 4 * shape.kv_heads
        return self.model.dtype.itemsize * (shape.hidden + heads * shape.head_dim + 3 * shape.intermediate)

    def close(self) -> None:
        """Free the graphs and their memory."""
        if self._graphs is not None:
            self._graphs.close()

    def __call__(self, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
        start = 0
        while start < len(rows):
            end, tokens = start, 0
            while end < min(len(rows), start + PROMPTS):
                tokens += len(prompts[end].embeddings)
                if end > start and tokens > self.tokens:
                    break
                end += 1
            self._fill(rows[start:end], prompts[start:end])
            start = end

    def _fill(self, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
        count = sum(len(prompt.embeddings) for prompt in prompts)
        size = next(n for n in SIZES if n >= count) if self._graphs else count
        at, last, where = self._admit(rows, prompts, size)
        torch.cat([prompt.embeddings for prompt in prompts], out=self._x[:count])
        self._x[count:size].zero_()
        if self._graphs:
            self._graphs.replay(size)
        else:
            self._layers(size, where)
        hidden = self._h[last]
        self.state.hidden[at] = hidden
        two = hidden if len(hidden) > 1 else hidden.expand(2, -1)  # a row alone is added up in another order
        self._draw_first(torch.mm(two, self.model.talker.head.t())[: len(hidden)], at)

    def _where(self, tokens: int, tiles: int) -> _Where:
        """Views for so many tokens and tiles, end to end, so that one upload fills them all."""
        rows, positions, packed = self._numbers[: 2 * tokens + 4 * tiles].split([tokens, tokens, 4 * tiles])
        return _Where(rows, positions, packed.view(-1, 4))

    def _layers(self, tokens: int, where: _Where) -> None:
        """The talker over x [N, H]: its keys and values into the cache, its normed hidden states into h."""
        state, talker, shape = self.state, self.model.talker, self.model.config.talker
        x, h = self._x[:tokens], self._h[:tokens]
        delta = torch.empty_like(x)
        q = x.new_empty(tokens, shape.heads * shape.head_dim)
        attended = torch.empty_like(q)
        gated = x.new_empty(tokens, shape.intermediate)
        k.add_norm(x, None, talker.layers[0].norm1, h, shape.eps)
        for number, layer in enumerate(talker.layers):
            qkv = torch.mm(h, layer.qkv.t())
            cache = state.caches[number]
            k.write_cache(qkv, layer.q_norm, layer.k_norm, talker.cos, talker.sin, where.rows, where.positions, q,
                          cache, state.places, shape.eps)  # fmt: skip
            k.prompt_attention(q, cache, state.places, where.tiles, attended)
            torch.mm(attended, layer.o.t(), out=delta)
            k.add_norm(x, delta, layer.norm2, h, shape.eps)
            k.silu_mul(torch.mm(h, layer.gate_up.t()), gated)
            torch.mm(gated, layer.down.t(), out=delta)
            following = talker.layers[number + 1].norm1 if number + 1 < shape.layers else talker.norm
            k.add_norm(x, delta, following, h, shape.eps)

    def _admit(self, rows: Sequence[int], prompts: Sequence[Prompt], size: int) -> tuple[Tensor, Tensor, _Where]:
        """The rows' settings into the state (see `decode.admit`), and where each of `size` packed tokens goes.

        Returns the rows [R] and the prompts' last tokens [R] too, int64, on the device.
        """
        lengths = [len(prompt.embeddings) for prompt in prompts]
        count, tokens = len(rows), sum(lengths)
        ends = np.cumsum(lengths)
        tiles = [
            (end - length + start, row, start, length)
            for row, length, end in zip(rows, lengths, ends.tolist(), strict=True)
            for start in range(0, length, k.QUERIES)
        ]
        room = tiles_of(size) if self._graphs else len(tiles)
        where = np.zeros(2 * size + 4 * room, np.int64)
        where[:size] = -1
        where[:tokens] = np.repeat(rows, lengths)
        where[size : size + tokens] = np.arange(tokens) - np.repeat(ends - lengths, lengths)
        where[2 * size : 2 * size + 4 * len(tiles)] = np.ravel(tiles)
        whole, real = settings_of(prompts)
        head = np.concatenate([where, rows, ends - 1, lengths, np.ravel(whole)]).astype(np.int64)
        numbers = self._send(torch.from_numpy(head))
        placed, at, last, held, settings = numbers.split([len(where), count, count, count, count * len(WHOLE)])
        self._numbers[: len(where)].copy_(placed)
        state = self.state
        state.whole[at] = settings.view(count, -1)
        state.real[at] = self._send(torch.tensor(real))
        state.lengths[at] = held.to(state.lengths.dtype)
        for name, value in (("frame", 0), ("late", 0), ("seen", 0), ("active", 1)):
            getattr(state, name).index_fill_(0, at, value)
        return at, last, self._where(size, room)

    def _send(self, host: Tensor) -> Tensor:
        """`host` on the device, without waiting for what is queued there."""
        if self.model.device.type != "cuda":
            return host
        return host.pin_memory().to(self.model.device, non_blocking=True)


def tiles_of(tokens: int) -> int:
    """Tiles that `tokens` of at most PROMPTS prompts can have; a tile of none is skipped."""
    return tokens // k.QUERIES + PROMPTS
