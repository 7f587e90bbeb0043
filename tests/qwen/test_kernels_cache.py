"""Talker attention over both kinds of cache, at the released head size, against plain torch ops.

On the GPU or, with TRITON_INTERPRET=1, anywhere.
"""

import importlib.util
import os
from dataclasses import fields

import pytest
import torch
from torch import Tensor

pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.engine.qwen import kernels
from narrate.engine.qwen.cache import Cache, attend, new_caches
from narrate.engine.qwen.decode import norm, rotate
from narrate.engine.qwen.memory import CACHES, INT8

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
DEVICE = torch.device("cpu" if INTERPRETED else "cuda")
KV_HEADS, GROUP, SIZE, POSITIONS, EPS = (1 if INTERPRETED else 8), 2, 128, 96, 1e-6
HEADS = GROUP * KV_HEADS
LENGTHS = [0, 1, 31, 32, 33, POSITIONS - 1, 50]  # held before the step
SILENT = 3  # a row whose values are nothing, in the middle: its place among the places turned round is the same
IDLE = 6  # a row that is not active

pytestmark = (
    [] if INTERPRETED else [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]
)


def randn(*size: int, seed: int) -> Tensor:
    return torch.randn(*size, generator=torch.Generator().manual_seed(seed)).to(DEVICE)


def filled(kind: str) -> Cache:
    """A cache of random keys and values, some of which stand out."""
    rows = len(LENGTHS)
    (cache,) = new_caches((1, rows, KV_HEADS, POSITIONS, SIZE), torch.float32, DEVICE, kind)
    k, v = (randn(rows, KV_HEADS, POSITIONS, SIZE, seed=seed) for seed in (1, 2))
    k[..., 5] *= 20
    v[:, :, 7] *= 50
    v[SILENT] = 0
    cache.extended(torch.arange(rows, device=DEVICE), torch.arange(POSITIONS, device=DEVICE), k, v, POSITIONS)
    return cache


@pytest.mark.filterwarnings("ignore:divide by zero")  # the interpreter's, of a quotient that a kernel does not take
@pytest.mark.parametrize("kind", CACHES)
def test_talker_attention_is_the_eager_steps(kind: str) -> None:
    rows = len(LENGTHS)
    qkv, q_norm, k_norm = randn(rows, (HEADS + 2 * KV_HEADS) * SIZE, seed=3), randn(SIZE, seed=4), randn(SIZE, seed=5)
    qkv.view(rows, -1, SIZE)[SILENT, -KV_HEADS:] = 0
    angles = torch.outer(torch.arange(POSITIONS).float(), 1e6 ** (-torch.arange(0, SIZE, 2).float() / SIZE))
    angles = torch.cat([angles, angles], -1).to(DEVICE)
    cos, sin = angles.cos(), angles.sin()
    at, places = torch.tensor(LENGTHS, device=DEVICE), torch.arange(rows, device=DEVICE).flip(0)
    ours, theirs = filled(kind), filled(kind)
    q, key, value = qkv.view(rows, -1, SIZE).split([HEADS, KV_HEADS, KV_HEADS], 1)
    turned = cos[at][:, None], sin[at][:, None]
    q, key = (rotate(norm(x, weight, EPS), *turned) for x, weight in ((q, q_norm), (key, k_norm)))
    live = torch.arange(rows, device=DEVICE) != IDLE
    keys, values = theirs.extended(places[live], at[live, None], key[live, :, None], value[live, :, None], POSITIONS)
    mask = (torch.arange(POSITIONS, device=DEVICE) <= at[live, None])[:, None, None]
    want = attend(q[live, :, None], keys, values, attn_mask=mask)[:, :, 0].flatten(1)
    out = torch.full((rows, HEADS * SIZE), torch.nan, device=DEVICE)
    given = qkv, q_norm, k_norm, cos, sin, ours, places, at.to(torch.int32), live.to(torch.uint8)
    attention = kernels.int8_attention if kind == INT8 else kernels.talker_attention
    with torch.inference_mode():
        attention(*given, out, EPS)
    assert out[IDLE].isnan().all()
    assert not out[SILENT].any()
    assert (out[live] - want).norm() < 2e-4 * want.norm()
    for field in fields(Cache):
        got, wanted = getattr(ours, field.name).float(), getattr(theirs, field.name).float()
        assert torch.allclose(got, wanted, atol=1e-5 if got.dtype != torch.int8 else 1), field.name
    assert torch.equal(ours.keys[places[IDLE]], filled(kind).keys[places[IDLE]])
