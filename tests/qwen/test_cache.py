"""The talker's cache of 8 bits, and what is done for it when a model is loaded. Plain torch, on the CPU."""

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("torch")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

import torch
from torch import Tensor

from narrate.engine.qwen import decode
from narrate.engine.qwen.cache import quantised
from narrate.engine.qwen.decode import new_state
from narrate.engine.qwen.memory import FULL, INT8
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.weights import Model, evened
from narrate.takes import Sampling

SIZE = 128


def randn(*size: int, seed: int) -> Tensor:
    made: Tensor = torch.randn(*size, generator=torch.Generator().manual_seed(seed))
    return made


def test_a_number_of_8_bits_is_within_half_a_step() -> None:
    x = torch.cat([randn(40, SIZE, seed=6) * 10.0 ** torch.arange(-20, 20)[:, None], torch.zeros(1, SIZE)])
    numbers, scales = quantised(x)
    assert numbers.dtype == torch.int8
    assert (numbers.abs().amax(-1)[:-1] == 127).all()
    assert not numbers[-1].any()
    assert ((numbers * scales[:, None] - x).abs() <= scales[:, None] * 0.5001).all()


def uneven(model: Model) -> Model:
    """The model with channels of K and of V 30 times as large as others, and one of each that is nothing."""
    layers = []
    for layer in model.talker.layers:
        k_norm = layer.k_norm.clone()
        k_norm[3], k_norm[5], k_norm[5 + len(k_norm) // 2] = 30.0, 0.0, 0.0
        qkv = layer.qkv.clone()
        qkv[-3] *= 30
        qkv[-5] = 0
        layers.append(replace(layer, k_norm=k_norm, qkv=qkv))
    return replace(model, talker=replace(model.talker, layers=tuple(layers)))


def spoken(model: Model, kind: str) -> Tensor:
    """Hidden states after a prefill."""
    state, rows = new_state(model, 3, 40, kind), [0, 1, 2]
    width = model.config.talker.hidden
    prompts = [Prompt(randn(9 + row, width, seed=row).to(model.dtype), row, 99, Sampling(greedy=True)) for row in rows]
    with torch.inference_mode():
        decode.prefill(model, state, rows, prompts)
    return state.hidden.float()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_channels_of_k_are_evened_without_a_bit_of_difference(dtype: Any, models: Callable[..., Model]) -> None:
    given = models("base", "narrow")
    layers = tuple(
        replace(layer, **{name: getattr(layer, name).to(dtype) for name in type(layer).__dataclass_fields__})
        for layer in given.talker.layers
    )
    model = uneven(replace(given, talker=replace(given.talker, layers=layers)))
    for layer in model.talker.layers:
        even = evened(layer, model.config.talker)
        halves = even.k_norm.float().abs().view(2, -1).amax(0)
        assert halves[5] == 0
        assert halves[halves > 0].max() < 2.01 * halves[halves > 0].min()
        assert torch.equal(even.k_norm * even.q_norm, layer.k_norm * layer.q_norm)
        rows = (even.qkv[-32:].float() * even.norm1.float()).norm(dim=1)
        assert rows[-5] == 0
        assert rows[rows > 0].max() < 2.01 * rows[rows > 0].min()
        assert rows[rows > 0].max() < 1.5


def test_evened_channels_are_the_same_model_and_better_in_8_bits(models: Callable[..., Model]) -> None:
    model = uneven(models("base", "narrow"))
    even = replace(
        model,
        talker=replace(model.talker, layers=tuple(evened(layer, model.config.talker) for layer in model.talker.layers)),
    )
    exact = spoken(model, FULL)
    assert torch.equal(spoken(even, FULL), exact)
    apart = [(spoken(other, INT8) - exact).norm() / exact.norm() for other in (model, even)]
    assert 0 < 1.5 * apart[1] < apart[0]
