"""Prefill, packed: `decode.prefill` with the fused kernels, all prompts end to end without padding.

Everything that the host has to say (rows, positions, seeds, settings) goes over in two
pinned copies, so a prefill never waits for the steps that are queued before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from narrate.engine.qwen import kernels as k
from narrate.engine.qwen.decode import State
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.weights import Model

TOKENS = 4096  # packed prompt tokens a pass: bounds the work buffers
_WHOLE = ("seed", "cap", "lengths", "top_k", "predictor_top_k", "greedy")
_REAL = ("temperature", "top_p", "penalty", "predictor_temperature", "predictor_top_p")


@dataclass(frozen=True, slots=True)
class _Packed:
    """Where N packed tokens of R prompts go, on the device."""

    at: Tensor  # [R] int64, the prompts' rows
    last: Tensor  # [R] int64, the prompts' last tokens
    rows: Tensor  # [N] int64
    positions: Tensor  # [N] int64
    tiles: Tensor  # [M, 4] int64, see kernels.prompt_attention


class Prefill:
    """Fills rows of one State. Called with rows and their prompts; returns before the device is done."""

    def __init__(self, model: Model, state: State, draw_first: Callable[[Tensor, Tensor], None]) -> None:
        """`draw_first` draws code 0 from logits [R, V] of rows [R]."""
        self.model, self.state, self._draw_first = model, state, draw_first

    def __call__(self, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
        start = 0
        while start < len(rows):
            end, tokens = start, 0
            while end < len(rows) and (end == start or tokens + len(prompts[end].embeddings) <= TOKENS):
                tokens += len(prompts[end].embeddings)
                end += 1
            self._fill(rows[start:end], prompts[start:end])
            start = end

    def _fill(self, rows: Sequence[int], prompts: Sequence[Prompt]) -> None:
        packed = self._admit(rows, prompts)
        state, talker, shape = self.state, self.model.talker, self.model.config.talker
        x = torch.cat([prompt.embeddings for prompt in prompts])  # [N, H]
        h, delta = torch.empty_like(x), torch.empty_like(x)
        q = x.new_empty(len(x), shape.heads * shape.head_dim)
        attended = torch.empty_like(q)
        gated = x.new_empty(len(x), shape.intermediate)
        k.add_norm(x, None, talker.layers[0].norm1, h, shape.eps)
        for number, layer in enumerate(talker.layers):
            qkv = torch.mm(h, layer.qkv.t())
            keys, values = state.keys[number], state.values[number]
            k.write_cache(qkv, layer.q_norm, layer.k_norm, talker.cos, talker.sin, packed.rows, packed.positions, q,
                          keys, values, shape.eps)  # fmt: skip
            k.prompt_attention(q, keys, values, packed.tiles, attended)
            torch.mm(attended, layer.o.t(), out=delta)
            k.add_norm(x, delta, layer.norm2, h, shape.eps)
            k.silu_mul(torch.mm(h, layer.gate_up.t()), gated)
            torch.mm(gated, layer.down.t(), out=delta)
            following = talker.layers[number + 1].norm1 if number + 1 < shape.layers else talker.norm
            k.add_norm(x, delta, following, h, shape.eps)
        hidden = h[packed.last]
        state.hidden[packed.at] = hidden
        self._draw_first(torch.mm(hidden, talker.head.t()), packed.at)

    def _admit(self, rows: Sequence[int], prompts: Sequence[Prompt]) -> _Packed:
        """The rows' settings into the state (see `decode.admit`), and where each packed token goes."""
        lengths = [len(prompt.embeddings) for prompt in prompts]
        settings = [prompt.sampling for prompt in prompts]
        last: list[int] = []
        token_rows: list[int] = []
        positions: list[int] = []
        tiles: list[tuple[int, int, int, int]] = []
        tokens = 0
        for row, length in zip(rows, lengths, strict=True):
            token_rows += [row] * length
            positions += range(length)
            tiles += [(tokens + start, row, start, length) for start in range(0, length, k.QUERIES)]
            tokens += length
            last.append(tokens - 1)
        whole = {
            "seed": [prompt.seed for prompt in prompts],
            "cap": [prompt.cap for prompt in prompts],
            "lengths": lengths,
            "top_k": [s.top_k for s in settings],
            "predictor_top_k": [s.predictor_top_k for s in settings],
            "greedy": [int(s.greedy) for s in settings],
        }
        real = {
            "temperature": [s.temperature for s in settings],
            "top_p": [s.top_p for s in settings],
            "penalty": [s.repetition_penalty for s in settings],
            "predictor_temperature": [s.predictor_temperature for s in settings],
            "predictor_top_p": [s.predictor_top_p for s in settings],
        }
        flat = [*rows, *last, *token_rows, *positions, *(n for tile in tiles for n in tile)]
        flat += [value for name in _WHOLE for value in whole[name]]
        numbers = self._send(torch.tensor(flat, dtype=torch.int64))
        count = len(rows)
        sizes = [count, count, tokens, tokens, 4 * len(tiles)] + [count] * len(_WHOLE)
        at, ends, token_rows_, positions_, tiles_, *columns = numbers.split(sizes)
        reals = self._send(torch.tensor([real[name] for name in _REAL], dtype=torch.float32))
        for name, column in (*zip(_WHOLE, columns, strict=True), *zip(_REAL, reals, strict=True)):
            target: Tensor = getattr(self.state, name)
            target[at] = column.to(target.dtype)
        for name, value in (("frame", 0), ("seen", 0), ("active", 1)):
            getattr(self.state, name).index_fill_(0, at, value)
        return _Packed(at, ends, token_rows_, positions_, tiles_.view(-1, 4))

    def _send(self, host: Tensor) -> Tensor:
        """`host` on the device, without waiting for what is queued there."""
        if self.model.device.type != "cuda":
            return host
        return host.pin_memory().to(self.model.device, non_blocking=True)
