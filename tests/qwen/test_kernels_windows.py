"""The codec's windowed attention against torch's."""

import os

import pytest
import torch
from torch.nn import functional as F

pytest.importorskip("triton")

from narrate.engine.qwen.decode import rotate
from narrate.engine.qwen.kernels import window_attention

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
DEVICE = "cpu" if INTERPRETED else "cuda"
pytestmark = (
    [] if INTERPRETED else [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]
)


@pytest.mark.parametrize(
    ("rows", "length", "heads", "kv_heads", "head_dim", "window"),
    [(2, 1, 2, 2, 16, 7), (3, 70, 4, 2, 16, 9), (1, 45, 2, 1, 24, 200), (1, 130, 1, 1, 64, 33), (2, 64, 2, 2, 64, 1)],
)
def test_each_position_sees_its_window(
    rows: int, length: int, heads: int, kv_heads: int, head_dim: int, window: int
) -> None:
    torch.manual_seed(length)
    qkv = torch.randn(rows, length, (heads + 2 * kv_heads) * head_dim, device=DEVICE)
    angles = torch.rand(length, head_dim // 2, device=DEVICE) * 6
    cos, sin = (torch.cat([part, part], -1) for part in (angles.cos(), angles.sin()))
    q, key, value = (
        part.view(rows, length, -1, head_dim).transpose(1, 2)
        for part in qkv.split([heads * head_dim, kv_heads * head_dim, kv_heads * head_dim], -1)
    )
    back = torch.arange(length, device=DEVICE)[:, None] - torch.arange(length, device=DEVICE)
    mask = (back >= 0) & (back < window)
    want = F.scaled_dot_product_attention(rotate(q, cos, sin), rotate(key, cos, sin), value, mask, enable_gqa=True)
    made = window_attention(qkv, cos, sin, heads, kv_heads, window)
    torch.testing.assert_close(made, want.transpose(1, 2).reshape(made.shape), rtol=1e-4, atol=1e-5)
