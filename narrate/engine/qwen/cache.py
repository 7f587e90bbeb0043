"""The talker's cache: keys and values in the model's own dtype, or in 8 bits with a scale for each head of a position.

A row is in whichever place of the cache `State.places` says: rows change places, their keys and values never move.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from narrate.engine.qwen.memory import INT8

WHOLE = 127  # the largest whole number of 8 bits that is used, on either side of 0


@dataclass(frozen=True, slots=True, eq=False)
class Cache:
    """Keys and values of one layer, for P places of S positions.

    In 8 bits a value is its whole number times its scale, float32; otherwise there are no scales.
    """

    keys: Tensor  # [P, KVH, S, HD], int8 or the model's dtype
    values: Tensor  # [P, KVH, S, HD]
    key_scales: Tensor  # [P, KVH, S], or [P, KVH, 0]
    value_scales: Tensor

    @property
    def int8(self) -> bool:
        """Whether it is in 8 bits."""
        return self.keys.dtype == torch.int8

    def extended(self, places: Tensor, positions: Tensor, k: Tensor, v: Tensor, length: int) -> tuple[Tensor, Tensor]:
        """What the places [R] hold of `length` positions once k, v [R, KVH, T, HD] are written at `positions`,
        [T] or [R, T]: keys and values [R, KVH, length, HD], from 8 bits as float32.

        So attention reads what the cache holds, and what a position is rounded to there counts from its own step on.
        """
        at = (
            places[:, None, None],
            torch.arange(k.shape[1], device=k.device)[:, None],
            positions.view(-1, 1, k.shape[2]),
        )
        found = []
        for held, scales, new in ((self.keys, self.key_scales, k), (self.values, self.value_scales, v)):
            if self.int8:
                held[at], scales[at] = quantised(new)
                found.append(held[places, :, :length] * scales[places, :, :length, None])
            else:
                held[at] = new
                found.append(held[places, :, :length])
        return found[0], found[1]


def quantised(x: Tensor) -> tuple[Tensor, Tensor]:
    """x [..., HD] as whole numbers of 8 bits, and their scale [...] float32: the largest becomes 127 or -127."""
    wide = x.float()
    most = wide.abs().amax(-1, keepdim=True)
    inverse = torch.where(most > 0, WHOLE / most, torch.zeros_like(most))
    return (wide * inverse).round().to(torch.int8), (most / WHOLE)[..., 0]


def new_caches(
    size: tuple[int, int, int, int, int], dtype: torch.dtype, device: torch.device, kind: str
) -> tuple[Cache, ...]:
    """Every layer's empty cache. size: [L, P, KVH, S, HD]; kind: memory.INT8, or FULL for the model's `dtype`."""
    scales = (*size[:3], size[3] if kind == INT8 else 0)
    keys, values = (torch.zeros(size, dtype=torch.int8 if kind == INT8 else dtype, device=device) for _ in range(2))
    key_scales, value_scales = (torch.zeros(scales, dtype=torch.float32, device=device) for _ in range(2))
    return tuple(map(Cache, keys, values, key_scales, value_scales))


def attend(q: Tensor, keys: Tensor, values: Tensor, attn_mask: Tensor | None = None, is_causal: bool = False) -> Tensor:
    """Attention of q [R, NH, T, HD] in the dtype of what is attended to, [R, KVH, S, HD], rounded to q's."""
    attended = scaled_dot_product_attention(
        q.to(keys.dtype), keys, values, attn_mask=attn_mask, is_causal=is_causal, enable_gqa=True
    )
    return attended.to(q.dtype)
