"""Gated products in Gluon against cuBLAS's and a kernel for the rest, on a card that they are for."""

import pytest
import torch

pytest.importorskip("triton")
if not torch.cuda.is_available():
    pytest.skip("no CUDA device", allow_module_level=True)

from narrate.engine.qwen.kernels import gated, products
from narrate.engine.qwen.kernels.gated import Tile, available, tiled_gated_product
from narrate.engine.qwen.kernels.norms import silu_mul

from .gated_tiles import GATED_TILES

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(torch.cuda.get_device_capability() != (9, 0), reason="not a card that they are for"),
]
SIZES = [(1024, 3072), (2048, 6144)]
MOST = 1280  # rows


def randn(*size: int) -> torch.Tensor:
    return torch.randn(*size, device="cuda").bfloat16()


def plain(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    out = torch.empty(len(x), len(weight) // 2, dtype=x.dtype, device="cuda")
    silu_mul(x @ weight.t(), out)
    return out


@pytest.mark.parametrize(("inputs", "outputs"), SIZES)
def test_rows_have_the_same_bits_whatever_the_rows_and_the_tile(inputs: int, outputs: int) -> None:
    torch.manual_seed(1)
    x, weight = randn(MOST + 3, inputs)[3:], randn(2 * outputs, inputs) / 16
    assert available(x)
    whole = torch.empty(MOST, outputs, dtype=x.dtype, device="cuda")
    tiled_gated_product(x, weight, whole, GATED_TILES[0])
    want = plain(x, weight)
    assert (whole.float() - want.float()).norm() < 3e-3 * want.float().norm()
    for tile in GATED_TILES:
        for rows in (2, 37, 64, 130, 384, 768, MOST):
            out = torch.full((rows + 300, outputs), 7.0, dtype=x.dtype, device="cuda")
            tiled_gated_product(x[:rows], weight, out[:rows], tile)
            assert torch.equal(out[:rows], whole[:rows]), (tile, rows)
            assert (out[rows:] == 7).all(), (tile, rows)  # nothing is written beyond


@pytest.mark.parametrize("tile", GATED_TILES)
def test_the_same_gates_and_ups_have_the_plain_kernels_bits(tile: Tile) -> None:
    """Of one input each, so that sums are exact: gates from next to nothing to where the exponential has no number."""
    torch.manual_seed(2)
    x = torch.eye(1024, dtype=torch.bfloat16, device="cuda")
    weight = (
        torch.randn(6144, 1024, device="cuda") * 10 ** (torch.rand(6144, 1024, device="cuda") * 6 - 3.5)
    ).bfloat16()
    assert weight[:3072].min() < -100
    out = torch.empty(1024, 3072, dtype=torch.bfloat16, device="cuda")
    tiled_gated_product(x, weight, out, tile)
    assert torch.equal(out, plain(x, weight))


def test_one_after_the_other_waits_for_its_inputs() -> None:
    """A kernel brings weights before the one before has ended, and inputs after."""
    torch.manual_seed(3)
    x, weights = randn(256, 1024), [randn(6144, 1024) / 32 for _ in range(2)]
    back, tile = randn(1024, 3072) / 55, GATED_TILES[3]
    out = torch.empty(256, 3072, dtype=x.dtype, device="cuda")
    want = x
    for weight in weights * 20:
        tiled_gated_product(x, weight, out, tile)
        x = out @ back.t()
        wanted = torch.empty_like(out)
        torch.cuda.synchronize()
        tiled_gated_product(want, weight, wanted, tile)
        torch.cuda.synchronize()
        want = wanted @ back.t()
    assert torch.equal(x, want)


def test_what_has_no_tile_is_left_to_cublas(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(4)
    x, weight = randn(8, 1024), randn(6144, 1024) / 16
    work, out = torch.empty(8, 6144, dtype=x.dtype, device="cuda"), torch.empty(8, 3072, dtype=x.dtype, device="cuda")
    monkeypatch.setattr(gated, "TILES", {(1024, 3072): ((4, GATED_TILES[0]), (6, GATED_TILES[1]))})
    assert gated.tiles_of(x[:4], out[:4]) == [GATED_TILES[0]]
    assert gated.tiles_of(x[:5], out[:5]) == [GATED_TILES[1]]
    assert gated.tiles_of(x, out) == []
    products.gated_product(x, weight, work, out)
    assert torch.equal(out, plain(x, weight))
