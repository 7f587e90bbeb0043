"""The fused step and prefill against the eager ones, on the GPU or, with TRITON_INTERPRET=1, anywhere.

By upstream's rule, no line being late, but where a test says so.
"""

import dataclasses
import importlib.util
import itertools
import os
from typing import Any

import pytest
import torch

pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.engine.qwen import decode, kernels
from narrate.engine.qwen.decode import State, new_state
from narrate.engine.qwen.graphs import FastDecoder, Step
from narrate.engine.qwen.memory import CACHES, FULL, INT8
from narrate.engine.qwen.prefill import Prefill
from narrate.engine.qwen.prompt import NEVER, Prompt
from narrate.engine.qwen.weights import Model, load
from narrate.takes import Sampling

from .checkpoint import write_checkpoint
from .configs import HIDDEN

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
DEVICE = "cpu" if INTERPRETED else "cuda"
SLOTS, POSITIONS = 4 if INTERPRETED else 5, 48
GREEDY = Sampling(greedy=True)
SAMPLED = Sampling()
NUCLEUS = Sampling(top_p=0.8, predictor_top_p=0.7, top_k=0, temperature=1.3)
# Of three rows. Interpreted, a step takes seconds: all settings at once.
SETTINGS = {"mixed": [SAMPLED, GREEDY, NUCLEUS]}
if not INTERPRETED:
    SETTINGS |= {"greedy": [GREEDY] * 3, "sampled": [SAMPLED] * 3, "nucleus": [NUCLEUS] * 3}

pytestmark = (
    [] if INTERPRETED else [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]
)


# With each width of the talker and each kind of cache once; the other two pairs are left to `make thorough`.
WIDTHS_AND_CACHES: list[Any] = [("few", INT8), ("wide", FULL)]
WIDTHS_AND_CACHES += [
    pytest.param(*pair, marks=pytest.mark.thorough)
    for pair in itertools.product(("few", "wide"), CACHES)
    if pair not in WIDTHS_AND_CACHES
]
THE_WIDTHS = ["few", pytest.param("wide", marks=pytest.mark.thorough)]


@pytest.fixture(scope="module")
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    place = tmp_path_factory.mktemp("tiny") / "model"
    folder = write_checkpoint(place, "base", request.param, groups=4 if INTERPRETED else None)
    torch.backends.cuda.matmul.allow_tf32 = False
    return load(str(folder), DEVICE, torch.float32)


def prompts(
    model: Model, lengths: list[int], sampling: Sampling | list[Sampling], *, cap: int = 6, seed: int = 7
) -> list[Prompt]:
    """Random prompts: what they say does not matter, only that both paths hear the same."""
    made = torch.Generator().manual_seed(seed)
    width = model.config.talker.hidden
    settings = [sampling] * len(lengths) if isinstance(sampling, Sampling) else sampling
    return [
        Prompt(torch.randn(n, width, generator=made).to(model.device), 1000 * seed + 7919 * n, cap, own)
        for n, own in zip(lengths, settings, strict=True)
    ]


def tensors(state: State, *names: str) -> dict[str, torch.Tensor]:
    return {name: getattr(state, name).clone() for name in names}


def held(state: State) -> list[torch.Tensor]:
    """The keys and the values of every layer, as numbers, by place."""
    numbers = []
    for cache in state.caches:
        for values, scales in ((cache.keys, cache.key_scales), (cache.values, cache.value_scales)):
            numbers.append(values * scales[..., None] if cache.int8 else values)
    return numbers


def same_start(
    model: Model, lengths: list[int], sampling: list[Sampling], cap: int = 6, cache: str = FULL
) -> tuple[State, State]:
    """Two states after the eager prefill, the second one's places in another order."""
    states = []
    for flipped in (False, True):
        state = new_state(model, SLOTS, POSITIONS, cache)
        if flipped:
            state.places.copy_(state.places.flip(0))
        decode.prefill(model, state, list(range(len(lengths))), prompts(model, lengths, sampling, cap=cap))
        states.append(state)
    return states[0], states[1]


@pytest.mark.parametrize(("model", "cache"), WIDTHS_AND_CACHES, indirect=["model"])
@pytest.mark.parametrize("sampling", SETTINGS.values(), ids=SETTINGS)
def test_step_draws_the_eager_steps_codes(model: Model, sampling: list[Sampling], cache: str) -> None:
    eager, fast = same_start(model, [9, 4, 17], sampling, cache=cache)
    steps = 7 if not INTERPRETED else 2 if model.config.talker.hidden == HIDDEN["narrow"] else 1
    step = Step(model, fast)
    with torch.inference_mode():
        for _ in range(steps):
            decode.step(model, eager)
            step(SLOTS)
            for name in ("codes", "token", "frame", "lengths", "active", "seen"):
                assert torch.equal(getattr(fast, name)[:3], getattr(eager, name)[:3]), name
            on = eager.active
            # What lies between two whole numbers of 8 bits may be rounded to either.
            apart = (fast.hidden[on] - eager.hidden[on]).abs()
            assert (apart <= 2e-4).all() if cache == FULL else apart.norm() <= 1e-3 * eager.hidden[on].norm(), (
                apart.norm()
            )
    assert not fast.codes[3:].any()
    assert not any(numbers[fast.places[3:]].any() for numbers in held(fast))


@pytest.mark.parametrize("model", THE_WIDTHS, indirect=True)
def test_a_late_end_is_drawn_and_told_as_by_the_eager_step(model: Model) -> None:
    """End-of-speech outside the top-k, for rows that are due, will be and never are, by each kind of settings."""
    head, eos = model.talker.head.clone(), model.config.codec_eos
    head[eos] *= 0.1
    model = dataclasses.replace(model, talker=dataclasses.replace(model.talker, head=head))
    few, frames, first = Sampling(top_k=1, temperature=20.0), 12 if INTERPRETED else 60, 4  # half of the draws end
    kinds = [
        (few, 0),
        (few, first + 2),
        (few, NEVER),
        (dataclasses.replace(NUCLEUS, temperature=20.0, top_k=2, top_p=0.4), 0),
    ]
    kinds = kinds if INTERPRETED else [*kinds, (GREEDY, 0)]
    states = [new_state(model, SLOTS, POSITIONS) for _ in range(2)]
    settings = [sampling for sampling, _ in kinds]
    given = prompts(model, [2] * len(kinds), settings, cap=999)
    given = [
        dataclasses.replace(p, due=due, seed=p.seed + n)
        for n, (p, (_, due)) in enumerate(zip(given, kinds, strict=True))
    ]
    rows, made, ended = list(range(len(kinds))), torch.Generator().manual_seed(2), set()
    for state in states:
        decode.admit(state, rows, given)
    eager, fast = states
    step, at = Step(model, fast), torch.tensor(rows, device=model.device)
    with torch.inference_mode():
        for frame in range(first, first + frames):
            hidden = torch.randn(len(rows), model.config.talker.hidden, generator=made).to(model.device)
            eager.frame.fill_(frame)
            fast.frame.fill_(frame - 1)
            fast.active.fill_(True)
            token, late = decode._draw_first(model, eager, at, hidden)
            eager.seen[at, token] = True
            step.draw_first(torch.nn.functional.linear(hidden, head), None)
            assert torch.equal(fast.token, token)
            assert torch.equal(fast.late, late)
            assert torch.equal(late, token == eos)
            ended |= {(row, frame) for row in late.nonzero()[:, 0].tolist()}
    assert {row for row, _ in ended} == {0, 1, 3}
    assert all(frame >= first + 2 for row, frame in ended if row == 1)


@pytest.mark.parametrize(("model", "cache"), WIDTHS_AND_CACHES, indirect=["model"])
def test_prefill_is_the_eager_prefill(model: Model, cache: str) -> None:
    lengths = [5, 2, 9] if INTERPRETED else [9, 64, 30, 65, 130]
    positions = 160
    eager, fast = new_state(model, SLOTS, positions, cache), new_state(model, SLOTS, positions, cache)
    fast.places.copy_(fast.places.roll(1))
    rows = [SLOTS - 1, 0, 2, 1, 3][: len(lengths)]
    decode.prefill(model, eager, rows, prompts(model, lengths, SAMPLED))
    fast.seen.fill_(True)
    with torch.inference_mode():
        Prefill(model, fast, Step(model, fast).draw_first)(rows, prompts(model, lengths, SAMPLED))
    for field in dataclasses.fields(State):
        got, want = getattr(fast, field.name), getattr(eager, field.name)
        if field.name in ("caches", "places", "predictor_keys", "predictor_values"):
            continue  # below, and scratch
        if field.name == "hidden":
            assert torch.allclose(got[rows], want[rows], atol=2e-4)
        else:
            assert torch.equal(got[rows], want[rows]), field.name
    for got, want in zip(held(fast), held(eager), strict=True):
        for row, length in zip(rows, lengths, strict=True):
            own = got[fast.places[row]]
            # What lies between two whole numbers of 8 bits may be rounded to either.
            apart = (own[:, :length] - want[row, :, :length]).abs().amax(-1)
            assert (apart <= 1e-4 + own[:, :length].abs().amax(-1) / 127 * (cache == INT8)).all()
            assert (apart > 1e-4).float().mean() < 0.01
            assert not own[:, length:].any()  # the eager one leaves its padding's keys there


@pytest.mark.parametrize("width", [96, 1500])
def test_products_of_a_line_alone(width: int) -> None:
    """One row has a kernel of its own; several are cuBLAS's."""
    made = torch.Generator().manual_seed(1)
    rows, weight = (torch.randn(n, width, generator=made).to(DEVICE) for n in (2, 22))
    one, two = torch.empty(1, 22, device=DEVICE), torch.empty(2, 22, device=DEVICE)
    with torch.inference_mode():
        kernels.product(rows[:1], weight, one)
        kernels.product(rows, weight, two)
        assert torch.allclose(one, two[:1], atol=1e-4)
        gated_one, gated_two = torch.empty(1, 11, device=DEVICE), torch.empty(2, 11, device=DEVICE)
        kernels.gated_product(rows[:1], weight, one, gated_one)
        kernels.gated_product(rows, weight, two, gated_two)
    assert torch.allclose(gated_one, gated_two[:1], rtol=1e-4, atol=1e-3)
    assert gated_one.abs().max() > 1


@pytest.mark.skipif(INTERPRETED, reason="graphs need a CUDA device")
@pytest.mark.parametrize("model", ["few", "wide"], indirect=True)
class TestCaptured:
    @pytest.mark.parametrize("sampling", [GREEDY, SAMPLED, NUCLEUS], ids=["greedy", "sampled", "nucleus"])
    def test_captured_is_eager_with_refills(self, model: Model, sampling: Sampling) -> None:
        """Ragged prompts and caps, a refill in the middle, both paths to the end: the same codes everywhere."""
        eager, fast = new_state(model, SLOTS, POSITIONS), new_state(model, SLOTS, POSITIONS)
        decoder = FastDecoder(model, fast, batches=(1, 2, 5))
        first = [
            *prompts(model, [9, 4], sampling, cap=5),
            *prompts(model, [17, 3, 12], sampling, cap=11, seed=3),
        ]
        second = prompts(model, [6, 20], sampling, cap=9, seed=4)
        decode.prefill(model, eager, range(5), first)
        decoder.prefill(range(5), first)
        for number in range(16):
            if number == 6:
                decode.prefill(model, eager, [0, 1], second)
                decoder.prefill([0, 1], second)
            decode.step(model, eager)
            decoder.step(5)
            for name in ("codes", "token", "frame", "lengths", "active", "seen"):
                assert torch.equal(getattr(fast, name), getattr(eager, name)), (number, name)
        assert not fast.active.any()

    def test_a_refill_leaves_its_neighbours_bits(self, model: Model) -> None:
        """Rows 2 to 4 with and without a refill of row 0 between their steps: every bit of theirs alike."""
        states = []
        for refill in (False, True):
            state = new_state(model, SLOTS, POSITIONS)
            decoder = FastDecoder(model, state, batches=(5,))
            decoder.prefill(range(5), prompts(model, [9, 4, 17, 3, 12], SAMPLED, cap=20))
            for number in range(10):
                if refill and number == 4:
                    state.active[0] = False
                    decoder.prefill([0], prompts(model, [20], SAMPLED, seed=3))
                decoder.step(5)
            states.append(state)
        for field in dataclasses.fields(State):
            a, b = (getattr(s, field.name) for s in states)
            if field.name == "caches":
                assert all(torch.equal(p[2:], q[2:]) for p, q in zip(*map(held, states), strict=True))
            elif field.name in ("predictor_keys", "predictor_values"):
                assert torch.equal(a[:, 2:], b[:, 2:]), field.name
            else:
                assert torch.equal(a[2:], b[2:]), field.name

    def test_a_row_alone_is_the_row_in_a_full_batch(self, model: Model) -> None:
        """The same codes alone and among four others; within one batch size the same bits too."""
        line = prompts(model, [11], SAMPLED, cap=12, seed=5)
        crowd = prompts(model, [9, 4, 17, 3], SAMPLED, cap=12)
        made = {}
        for name, others in (("alone", []), ("full", crowd)):
            state = new_state(model, SLOTS, POSITIONS)
            decoder = FastDecoder(model, state, batches=(1, 5))
            decoder.prefill([0], line)  # apart: a product's last bits depend on how many rows it has
            if others:
                decoder.prefill(range(1, 1 + len(others)), others)
            for _ in range(12):
                decoder.step(SLOTS)
            made[name] = tensors(state, "codes", "hidden", "frame")
            made[name] |= {f"cache {number}": cached for number, cached in enumerate(held(state))}
        for name, alone in made["alone"].items():
            assert torch.equal(alone[0], made["full"][name][0]), name
        state = new_state(model, SLOTS, POSITIONS)
        decoder = FastDecoder(model, state, batches=(1, 5))
        decoder.prefill([0], line)
        for _ in range(12):
            decoder.step(1)
        assert torch.equal(state.codes[0], made["full"]["codes"][0])

    def test_a_moved_row_goes_on_as_it_would_have(self, model: Model) -> None:
        line = prompts(model, [11], SAMPLED, cap=12, seed=5)
        codes = []
        for row in (0, 4):
            state = new_state(model, SLOTS, POSITIONS)
            decoder = FastDecoder(model, state, batches=(1, 5))
            decoder.prefill([row], line)
            for number in range(12):
                if row and number == 5:
                    decoder.move([4], [0])
                decoder.step(1 if number >= 5 else 5)
            assert not state.active.any()
            codes.append(state.codes[0])
        assert torch.equal(codes[0], codes[1])
