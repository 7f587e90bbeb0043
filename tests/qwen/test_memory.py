"""How a card's memory is shared out. No torch."""

from hypothesis import given, strategies as st

from narrate.engine.qwen.memory import (
    CODEC_FRAMES,
    CUDA_SLOTS,
    LEAST_SLOTS,
    MIB,
    POSITIONS,
    PREFILL_TOKENS,
    RESERVE,
    Costs,
    Layout,
    costs_of,
    lay_out,
    least,
)

STACKS = {"talker": (28, 8, 128), "predictor": (5, 8, 128), "vocab": 3072, "groups": 16, "dtype_bytes": 2}
SMALL = costs_of(**STACKS, hidden=1024, intermediate=3072)  # type: ignore[arg-type]
LARGE = costs_of(**STACKS, hidden=2048, intermediate=6144)  # type: ignore[arg-type]
COSTS = st.builds(
    Costs,
    position=st.integers(1, MIB),
    slot=st.integers(1, 8 * MIB),
    codec_frame=st.integers(1, 4 * MIB),
    token=st.integers(1, MIB),
)


def taken(layout: Layout, costs: Costs) -> int:
    work = layout.codec_frames * costs.codec_frame + layout.prefill_tokens * costs.token
    return RESERVE + work + layout.slots * (layout.positions * costs.position + costs.slot)


@given(st.integers(0, 200 << 30), COSTS)
def test_no_more_is_given_than_there_is(free: int, costs: Costs) -> None:
    layout = lay_out(free, costs)
    if layout is None:
        assert free < least(costs)
    else:
        assert taken(layout, costs) <= free
        assert 1 <= layout.slots <= CUDA_SLOTS
        assert layout.codec_frames in CODEC_FRAMES
        assert layout.prefill_tokens in PREFILL_TOKENS


@given(st.integers(0, 40 << 30), st.integers(0, 40 << 30))
def test_more_memory_is_never_less_work_at_once(free: int, more: int) -> None:
    one, other = lay_out(free, SMALL), lay_out(free + more, SMALL)
    assert one is None or other is not None
    if one is not None and other is not None and one.slots >= LEAST_SLOTS:
        # Where the codec gets longer passes too, slots may stay as they are for a while.
        assert other.slots * other.positions >= 0.9 * one.slots * one.positions


def test_small_cards_get_many_slots() -> None:
    """What is free beside the weights: a 6 GB card has 3 GiB beside 0.6B, an 8 GB one 3 beside 1.7B."""
    six, eight = lay_out(3 << 30, SMALL), lay_out(3 << 30, LARGE)
    assert six is not None
    assert six.slots > 24
    assert eight is not None
    assert eight.slots > 24
    twelve = lay_out(9 << 30, SMALL)
    assert twelve is not None
    assert twelve.slots > 80
    assert "more lines at a time (1280 are as many as help)" in twelve.given_up


def test_a_large_card_gets_every_slot_at_full_length() -> None:
    layout = lay_out(120 << 30, LARGE)
    assert layout == Layout(CUDA_SLOTS, POSITIONS, CODEC_FRAMES[0], PREFILL_TOKENS[0])
    assert layout.given_up == ""


def test_slots_that_are_asked_to_be_shorter_stay_so() -> None:
    layout = lay_out(3 << 30, SMALL, positions=160)
    assert layout is not None
    assert layout.positions == 160
