"""Each decode kernel against its torch line at the released sizes, and draws against upstream's processors."""

import importlib.util
from collections.abc import Iterator
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

import torch.nn.functional as F  # noqa: E402
from torch import Tensor  # noqa: E402

from narrate.engine.qwen import kernels as k  # noqa: E402
from narrate.engine.qwen.decode import norm, rotate  # noqa: E402
from narrate.engine.qwen.sampling import (  # noqa: E402
    PREDICTOR_TEMPERATURE,
    PREDICTOR_TOP_K,
    PREDICTOR_TOP_P,
    REAL,
    SEED,
    WHOLE,
)

ROWS, HEADS, KV_HEADS, SIZE, EPS = 37, 16, 8, 128, 1e-6
WIDTHS = [1024, 2048]
pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]


@pytest.fixture(autouse=True)
def _seeded() -> Iterator[None]:
    torch.manual_seed(0)
    with torch.inference_mode():
        yield


def randn(*size: int, dtype: Any = torch.bfloat16) -> Tensor:
    made: Tensor = torch.randn(*size, device="cuda").to(dtype)
    return made


def assert_close(got: Tensor, want: Tensor, most: float = 6e-3) -> None:
    """Relative error of the whole tensor; bf16 results differ in their last bit here and there."""
    error = (got.float() - want.float()).norm() / want.float().norm()
    assert error < most, error


def rotary(positions: int) -> tuple[Tensor, Tensor]:
    angles = torch.outer(torch.arange(positions).float(), 1e6 ** (-torch.arange(0, SIZE, 2).float() / SIZE))
    angles = torch.cat([angles, angles], -1).cuda()
    return angles.cos().bfloat16(), angles.sin().bfloat16()


@pytest.mark.parametrize("width", WIDTHS)
def test_kernel_add_norm_matches_torch(width: int) -> None:
    x, delta, weight, h = randn(ROWS, width), randn(ROWS, width), randn(width), randn(ROWS, width)
    total = x + delta
    k.add_norm(x, delta, weight, h, EPS)
    assert torch.equal(x, total)
    assert_close(h, norm(total, weight, EPS), 1e-3)
    k.add_norm(x, None, weight, h, EPS)
    assert torch.equal(x, total)


def test_kernel_silu_mul_matches_torch() -> None:
    gate_up, out = randn(ROWS, 2 * 3072), randn(ROWS, 3072)
    k.silu_mul(gate_up, out)
    gate, up = gate_up.chunk(2, -1)
    assert_close(out, F.silu(gate) * up, 1e-3)


@pytest.mark.parametrize("rows", [1, 2])
def test_kernel_products_match_torch(rows: int) -> None:
    x, weight, out = randn(rows, 2048), randn(6150, 2048) * 0.02, randn(rows, 6150)
    k.product(x, weight, out)
    assert_close(out, x.float() @ weight.float().t(), 3e-3)
    gated = randn(rows, 3075)
    k.gated_product(x, weight, out, gated)
    gate, up = (x.float() @ weight.float().t()).bfloat16().chunk(2, -1)
    assert_close(gated, F.silu(gate) * up)


def heads(qkv: Tensor, q_norm: Tensor, k_norm: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """q [R, NH, HD], k and v [R, KVH, HD]; cos, sin [R, 1, HD]."""
    q, key, value = qkv.view(len(qkv), -1, SIZE).split([HEADS, KV_HEADS, KV_HEADS], 1)
    return rotate(norm(q, q_norm, EPS), cos, sin), rotate(norm(key, k_norm, EPS), cos, sin), value


def attend(q: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """One query position: q [NH, HD] over keys, values [KVH, n, HD], in float32."""
    q, keys, values = q[None, :, None].float(), keys[None].float(), values[None].float()
    return F.scaled_dot_product_attention(q, keys, values, enable_gqa=True)[0, :, 0].reshape(-1)


def test_predictor_attention_position_by_position() -> None:
    groups = 16
    cos, sin = rotary(groups)
    q_norm, k_norm = randn(SIZE), randn(SIZE)
    keys, values = (torch.full((ROWS, KV_HEADS, groups, SIZE), torch.nan, device="cuda").bfloat16() for _ in range(2))
    all_qkv = [randn(ROWS, (HEADS + 2 * KV_HEADS) * SIZE) for _ in range(groups)]
    made = [heads(x, q_norm, k_norm, cos[n], sin[n]) for n, x in enumerate(all_qkv)]
    pair = torch.full((2 * ROWS, HEADS * SIZE), torch.nan, device="cuda").bfloat16()
    k.pair_attention(torch.cat(all_qkv[:2]), q_norm, k_norm, cos, sin, keys, values, pair, EPS)
    outs = [*pair.split(ROWS)]
    for n in range(2, groups):
        out = torch.full((ROWS, HEADS * SIZE), torch.nan, device="cuda").bfloat16()
        k.predictor_attention(all_qkv[n], q_norm, k_norm, cos, sin, keys, values, out, n, EPS)
        outs.append(out)
    for n, out in enumerate(outs):
        for row in (0, 1, ROWS - 1):
            sofar = [torch.stack([made[m][part][row] for m in range(n + 1)], 1) for part in (1, 2)]
            assert_close(out[row], attend(made[n][0][row], *sofar))


def test_draws_have_the_distribution_of_upstreams_processors() -> None:
    """Chi-square of 100,000 draws, each with a seed of its own, for three kinds of settings."""
    from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    draws, size, width = 100_000, 2048, 64
    logits = randn(1, size) * 2.5
    for temperature, top_k, top_p in ((0.9, 50, 1.0), (1.2, 0, 0.6), (0.7, 30, 0.85)):
        warpers = LogitsProcessorList([TemperatureLogitsWarper(temperature)])
        if top_k:
            warpers.append(TopKLogitsWarper(top_k))
        if top_p < 1:
            warpers.append(TopPLogitsWarper(top_p))
        expected = warpers(None, logits.float()).softmax(-1)[0]
        drawn = draw(logits.expand(draws, -1).contiguous(), temperature, top_k, top_p, width)
        counts = torch.bincount(drawn, minlength=size).float()
        assert not counts[expected == 0].any()
        kept = expected * draws >= 5  # chi-square wants no rarer cells: the others go together
        want = torch.cat([expected[kept], expected[~kept].sum()[None]]) * draws
        got = torch.cat([counts[kept], counts[~kept].sum()[None]])
        full = want > 0
        chi = ((got - want)[full] ** 2 / want[full]).sum().item()
        free = int(full.sum()) - 1
        assert chi < free + 5 * (2 * free) ** 0.5, (chi, free)


def draw(logits: Tensor, temperature: float, top_k: int, top_p: float, width: int) -> Tensor:
    rows, size = logits.shape

    def column(value: float, dtype: Any) -> Tensor:
        made: Tensor = torch.full((rows,), value, dtype=dtype, device="cuda")
        return made

    codes = torch.zeros(rows, 3, 16, dtype=torch.int32, device="cuda")
    seed = torch.arange(rows, device="cuda") * 7919 + (1 << 40)
    frame, on = column(2, torch.int32), column(1, torch.uint8)
    whole = torch.zeros(rows, len(WHOLE), dtype=torch.int64, device="cuda")
    real = torch.ones(rows, len(REAL), device="cuda")
    whole[:, SEED], whole[:, PREDICTOR_TOP_K] = seed, top_k
    real[:, PREDICTOR_TEMPERATURE], real[:, PREDICTOR_TOP_P] = temperature, top_p
    embedding, folded, weight = randn(size, width), randn(size, width), randn(width)
    total = torch.zeros(rows, width, device="cuda")
    x, h = randn(rows, width), randn(rows, width)
    k.draw_predicted(logits, whole, real, frame, on, codes, 7, embedding, total, folded,
                     weight, x, h, EPS)  # fmt: skip
    drawn = codes[:, 2, 7].long()
    assert not codes[:, :2].any()
    assert torch.equal(total, embedding[drawn].float())
    assert torch.equal(x, folded[drawn])
    assert_close(h, norm(folded[drawn], weight, EPS), 1e-3)
    made: Tensor = drawn
    return made
