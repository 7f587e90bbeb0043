"""Draws: upstream's processors, the right distribution, and an address for every draw.

By upstream's rule to the letter: no line here is late. What holds for those is in test_late_lines.py.
"""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers.generation import logits_process as upstream

from narrate.engine.qwen import sampling
from narrate.engine.qwen.prompt import Prompt
from narrate.engine.qwen.sampling import draw, kept, philox, talker_scores
from narrate.takes import Request, Sampling
from narrate.voices import SpeakerVoice

from .reference import Case, decode_all, prompts_of


def word(seed: int, *counter: int) -> int:
    return int(philox(torch.tensor([seed]), *(torch.tensor([c]) for c in counter)))


def test_philox_gives_its_authors_known_answers() -> None:
    ones = 0xFFFFFFFF
    assert word(0, 0, 0, 0, 0) == 0x6627E8D5
    assert word(-1, ones, ones, ones, ones) == 0x408F276D
    pi = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)
    assert word(0xA4093822 | (0x299F31D0 << 32), *pi) == 0xD16CFE09


@pytest.mark.parametrize(("top_k", "top_p"), [(50, 1.0), (0, 1.0), (0, 0.8), (20, 0.6), (1, 1.0), (5000, 0.99)])
def test_kept_as_transformers_keeps(top_k: int, top_p: float) -> None:
    random = torch.Generator().manual_seed(top_k)
    scores = torch.randn(16, 300, generator=random) * 3
    expected = scores.clone()
    ids = torch.zeros(16, 0, dtype=torch.long)
    if top_k:
        expected = upstream.TopKLogitsWarper(top_k)(ids, expected)
    if top_p < 1:
        expected = upstream.TopPLogitsWarper(top_p)(ids, expected)
    ours = kept(scores, torch.full((16,), top_k), torch.full((16,), top_p))
    assert torch.equal(ours, expected.isfinite())


def test_ties_with_the_last_one_are_kept() -> None:
    scores = torch.tensor([[1.0, 2.0, 2.0, 0.0, 3.0]])
    assert kept(scores, torch.tensor([2]), torch.tensor([1.0])).tolist() == [[False, True, True, False, True]]


def test_scores_as_transformers_makes_them() -> None:
    """Repetition penalty, minimum length, suppression: per row, with rows at different frames."""
    random = torch.Generator().manual_seed(1)
    size, eos, rows = 3072, 2150, 6
    logits = torch.randn(rows, size, generator=random).bfloat16()
    history = torch.randint(0, 2048, (rows, 12), generator=random)
    history[3] = history[3, 0]  # the same code again and again is penalised once
    allowed = torch.zeros(size, dtype=torch.bool)
    allowed[:2048] = allowed[eos] = True
    frames = torch.tensor([0, 1, 2, 3, 12, 0])
    penalty = torch.tensor([1.05, 1.3, 1.0, 1.05, 0.9, 2.0])
    seen = torch.zeros(rows, size, dtype=torch.bool)
    for row in range(rows):
        seen[row, history[row, : frames[row]]] = True
    ours = talker_scores(logits, seen, allowed, penalty, frames, eos)
    suppressed = [i for i in range(2048, size) if i != eos]
    for row in range(rows):
        so_far = history[row : row + 1, : frames[row]]
        expected = logits[row : row + 1].float()
        expected = upstream.RepetitionPenaltyLogitsProcessor(float(penalty[row]))(so_far, expected)
        expected = upstream.MinNewTokensLengthLogitsProcessor(0, 2, eos, device="cpu")(so_far, expected)
        expected = upstream.SuppressTokensLogitsProcessor(suppressed, device="cpu")(so_far, expected)
        assert torch.equal(ours[row : row + 1], expected)
    assert ours[0, eos] == -math.inf
    assert ours[2, eos].isfinite()


def draws(scores: Tensor, seeds: Tensor, frame: int, codebook: int, **settings: float) -> Tensor:
    rows = len(seeds)

    def column(name: str, default: float, dtype: torch.dtype) -> Tensor:
        return torch.full((rows,), settings.get(name, default)).to(dtype)

    return draw(
        scores.expand(rows, -1),
        seeds,
        torch.full((rows,), frame),
        codebook,
        column("temperature", 1.0, torch.float32),
        column("top_k", 0, torch.int32),
        column("top_p", 1.0, torch.float32),
        torch.zeros(rows, dtype=torch.bool),
    )


@pytest.mark.parametrize(
    "settings", [{"temperature": 0.9, "top_k": 20}, {"temperature": 1.4, "top_p": 0.9}, {"top_k": 30, "top_p": 0.8}]
)
def test_distribution_is_upstreams(settings: dict[str, float]) -> None:
    """10^5 draws, over many seeds, frames and codebooks, against the softmax of transformers' own warpers."""
    random = torch.Generator().manual_seed(3)
    scores = torch.randn(1, 48, generator=random) * 1.5
    ids = torch.zeros(1, 0, dtype=torch.long)
    warped = upstream.TemperatureLogitsWarper(settings.get("temperature", 1.1))(ids, scores)
    if "temperature" not in settings:
        settings = {**settings, "temperature": 1.1}
    if "top_k" in settings:
        warped = upstream.TopKLogitsWarper(int(settings["top_k"]))(ids, warped)
    if "top_p" in settings:
        warped = upstream.TopPLogitsWarper(settings["top_p"])(ids, warped)
    expected = warped.softmax(-1)[0].double()
    seeds = torch.randint(0, 2**60, (2500,), generator=random)
    drawn = torch.cat([draws(scores, seeds, f, g, **settings) for f in range(5) for g in (0, 1, 2, 3, 5, 8, 13, 15)])
    counts = torch.bincount(drawn, minlength=48).double()
    assert counts.sum() == 100_000
    assert counts[expected == 0].sum() == 0
    there = expected > 0
    ideal = expected[there] * counts.sum()
    chi_square = float(((counts[there] - ideal) ** 2 / ideal).sum())
    freedom = int(there.sum()) - 1
    assert freedom > 5
    assert chi_square < freedom + 4 * math.sqrt(2 * freedom)  # odds of about 1 in 10,000 or less


def test_draws_of_different_addresses_are_unrelated() -> None:
    """Neighbouring seeds, frames and codebooks agree no more often than chance has it."""
    scores = torch.zeros(1, 10)
    seeds = torch.arange(20_000)
    base = draws(scores, seeds, 3, 4)
    for other in (draws(scores, seeds + 1, 3, 4), draws(scores, seeds, 4, 4), draws(scores, seeds, 3, 5)):
        agree = (base == other).double().mean()
        assert abs(agree - 0.1) < 4 * math.sqrt(0.09 / 20_000)
    assert torch.equal(base, draws(scores, seeds, 3, 4))


def test_noise_is_always_finite() -> None:
    noise = sampling.gumbel(torch.arange(500), torch.zeros(500, dtype=torch.int32), 0, 2000)
    assert noise.isfinite().all()


@pytest.mark.parametrize("shape", ["few", pytest.param("wide", marks=pytest.mark.thorough)])
def test_a_line_sounds_the_same_in_any_batch(shape: str, models: Callable[..., Any]) -> None:
    """Drawn, not greedy: alone, in any slot and order, beside other settings, the codes are the same."""
    model = models("custom_voice", shape)
    cases = [
        Case(Request(text, SpeakerVoice("ryan"), sampling=settings), _ryan(model))
        for text, settings in (
            ("One.", Sampling()),
            ("Two lines, the second longer.", Sampling(temperature=1.2, top_k=0, top_p=0.95)),
            ("Three!", Sampling(greedy=True)),
            ("Four, with a comma.", Sampling(predictor_temperature=0.5, predictor_top_k=5, predictor_top_p=0.9)),
            ("Five.", Sampling(repetition_penalty=1.5)),
        )
    ]
    caps = [6, 9, 4, 7, 8]
    alone = [decode_all(model, prompts_of(model, [case], [cap]), 1)[0] for case, cap in zip(cases, caps, strict=True)]
    for slots in (2, 5):
        for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1]):
            prompts = prompts_of(model, [cases[i] for i in order], [caps[i] for i in order])
            for i, codes in zip(order, decode_all(model, prompts, slots), strict=True):
                assert torch.equal(codes, alone[i])
    assert not torch.equal(alone[0], decode_all(model, [other_seed(model, cases[0])], 1)[0])


def _ryan(model: Any) -> Any:
    from narrate.engine.qwen.voices import open_voice

    return open_voice(SpeakerVoice("ryan"), model.config)


def other_seed(model: Any, case: Case) -> Prompt:
    from dataclasses import replace

    [prompt] = prompts_of(model, [case], [6])
    return replace(prompt, seed=prompt.seed + 1)
