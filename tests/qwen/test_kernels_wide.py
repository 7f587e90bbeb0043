"""The codec's convolutions in Gluon against the plain kernel, at the released sizes, on a card that they are for."""

import pytest
import torch

pytest.importorskip("triton")
if not torch.cuda.is_available():
    pytest.skip("no CUDA device", allow_module_level=True)

from narrate.engine.qwen.kernels import codec, wide
from narrate.engine.qwen.kernels.codec import Conv, Snake, Span, causal_conv

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(torch.cuda.get_device_capability() != (9, 0), reason="not a card that they are for"),
]
ROWS, FRAMES = 5, 20
POSITIONS = {1536: 4, 1024: 4, 768: 32, 384: 160, 192: 640, 96: 1920}  # a frame, by channels of the input


def room(*size: int) -> torch.Tensor:
    """A tensor in a buffer that is larger, and otherwise full of what nobody may use."""
    count = torch.Size(size).numel()
    buffer = torch.full((count + wide.BEYOND,), torch.nan, dtype=torch.float16, device="cuda")
    return buffer[:count].view(size)


def conv(channels: int, outputs: int, taps: int, dilation: int = 1) -> Conv:
    weight = torch.randn(taps, channels, outputs, device="cuda") / (taps * channels) ** 0.5
    return Conv(weight.half(), 0.1 * torch.randn(outputs, device="cuda").half(), dilation)


def snake(channels: int) -> Snake:
    # Steep enough for angles of many turns.
    return Snake(torch.rand(channels, device="cuda") * 20 + 0.5, torch.rand(channels, device="cuda"))


def span() -> Span:
    """Rows of several lengths, of one of which only the end is asked for."""
    numbers = torch.tensor([[FRAMES, 1, 7, 13, FRAMES], [0, 0, 3, 12, 0]], dtype=torch.int32, device="cuda")
    return Span(*numbers)


def asked(made: torch.Tensor, positions: int) -> list[torch.Tensor]:
    """What was asked for of each row."""
    which = span()
    ends, firsts = (which.end * positions).tolist(), (which.first * positions).tolist()
    return [row[first:end].float() for row, first, end in zip(made, firsts, ends, strict=True)]


def assert_close(made: torch.Tensor, plain: torch.Tensor, positions: int) -> None:
    """Sums are of the same products in another order, rounded to float16 once, and in a unit twice, before a snake."""
    for mine, theirs in zip(asked(made, positions), asked(plain, positions), strict=True):
        assert torch.isfinite(mine).all()
        assert (mine - theirs).abs().max() < 0.05
        assert (mine - theirs).std() < 1e-3 * theirs.std()


@pytest.mark.parametrize(("channels", "outputs", "taps", "dilation"), wide.TILES)
def test_a_convolution_is_the_plain_kernels(channels: int, outputs: int, taps: int, dilation: int) -> None:
    torch.manual_seed(1)
    positions, made = POSITIONS[channels], conv(channels, outputs, taps, dilation)
    x = room(ROWS, FRAMES * positions, channels).normal_()
    act, keep = snake(outputs), taps < 7
    residual = torch.randn_like(x) if taps == 1 else None
    assert wide.tile_of(x, made) is not None
    out, snaked = causal_conv(x, made, span(), positions, residual=residual, act=act, keep=keep)
    plain = codec.TILES[channels, outputs, taps]
    kept, theirs = causal_conv(x, made, span(), positions, residual=residual, act=act, keep=keep, tile=plain)
    assert snaked is not None
    assert theirs is not None
    assert_close(snaked, theirs, positions)
    if keep:
        assert out is not None
        assert kept is not None
        assert_close(out, kept, positions)


@pytest.mark.parametrize("channels", wide.UNITS)
@pytest.mark.parametrize("dilation", [1, 3, 9])
@pytest.mark.parametrize("more", [True, False])
def test_a_unit_is_its_two_convolutions(channels: int, dilation: int, more: bool) -> None:
    torch.manual_seed(2)
    positions, first, narrow = POSITIONS[channels], conv(channels, channels, 7, dilation), conv(channels, channels, 1)
    x = room(ROWS, FRAMES * positions, channels).normal_()
    residual = torch.randn_like(x)
    inner, act = snake(channels), snake(channels)
    tile = wide.unit_tile(x, first, narrow)
    assert tile is not None
    out, snaked = residual.clone(), torch.empty_like(x)
    wide.wide_conv(x, first, span(), positions, tile, act, snaked=snaked, out=out if more else None,
                   residual=out, narrow=narrow, inner=inner)  # fmt: skip
    plain = codec.TILES
    _, between = causal_conv(x, first, span(), positions, act=inner, tile=plain[channels, channels, 7])
    assert between is not None
    kept, theirs = causal_conv(between, narrow, span(), positions, residual=residual, act=act, keep=True,
                               tile=plain[channels, channels, 1])  # fmt: skip
    assert kept is not None
    assert theirs is not None
    assert_close(snaked, theirs, positions)
    if more:
        assert_close(out, kept, positions)


@pytest.mark.parametrize("channels", wide.UNITS)
def test_a_row_has_the_same_bits_alone(channels: int) -> None:
    torch.manual_seed(3)
    positions, first, narrow = POSITIONS[channels], conv(channels, channels, 7, 9), conv(channels, channels, 1)
    x = room(ROWS, FRAMES * positions, channels).normal_()
    act = snake(channels)
    tile = wide.unit_tile(x, first, narrow)
    assert tile is not None
    whole = torch.empty_like(x)
    wide.wide_conv(x, first, span(), positions, tile, act, snaked=whole, residual=x, narrow=narrow, inner=act)
    for row, (end, start) in enumerate(zip(span().end.tolist(), span().first.tolist(), strict=True)):
        alone = room(1, FRAMES * positions, channels)
        alone.copy_(x[row : row + 1])
        made = torch.empty_like(alone)
        from_the_start = Span(span().end[row : row + 1].clone(), torch.zeros(1, dtype=torch.int32, device="cuda"))
        wide.wide_conv(alone, first, from_the_start, positions, tile, act, snaked=made, residual=alone,
                       narrow=narrow, inner=act)  # fmt: skip
        assert torch.equal(
            made[0, start * positions : end * positions], whole[row, start * positions : end * positions]
        )


def test_what_lies_too_close_to_its_buffers_end_is_left_to_the_plain_kernel() -> None:
    made = conv(384, 384, 7)
    assert wide.tile_of(room(1, 160, 384), made) is not None
    assert wide.tile_of(torch.zeros(1, 160, 384, dtype=torch.float16, device="cuda"), made) is None
