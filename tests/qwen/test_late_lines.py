"""Late lines: from a line's due frame on, end-of-speech outside the top-k is drawn as often as it is likely."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import linear

from narrate.cli import run
from narrate.engine import Wanted, find_models
from narrate.engine.qwen import decode
from narrate.engine.qwen.decode import new_state
from narrate.engine.qwen.engine import QwenEngine
from narrate.engine.qwen.lines import SLOW
from narrate.engine.qwen.prompt import NEVER, Prompt, due_frame, expected_frames, frame_cap
from narrate.engine.qwen.sampling import DUE, PENALTY, TEMPERATURE, TOP_K, TOP_P, draw, kept, left_out, talker_scores
from narrate.engine.qwen.weights import Model, load
from narrate.project import Project
from narrate.takes import Request, Sampling
from narrate.voices import SpeakerVoice
from narrate.work import take_inventory

from .checkpoint import write_checkpoint

RYAN = SpeakerVoice("ryan")
FLAT = Sampling(temperature=6.0, repetition_penalty=1.0)  # the top 50 of random weights take all but a hundredth


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up model whose end-of-speech lies far outside the top 50, whatever was said."""
    return write_checkpoint(tmp_path_factory.mktemp("late") / "model", "custom_voice", "few", runs_on=True)


@pytest.fixture(scope="module")
def model(folder: Path) -> Model:
    return load(str(folder), "cpu", torch.float32)


@pytest.mark.parametrize(
    "text", ["No.", "Said he, slowly.", "A sentence of a usual length, in a book. " * 2, "x" * 900]
)
def test_a_line_is_due_after_what_it_is_expected_to_take_and_before_its_cap(text: str) -> None:
    assert expected_frames(text) < due_frame(text) < frame_cap(text)
    if len(text) > 150:
        assert due_frame(text) < expected_frames(text) * SLOW, "the shortest slot that it fits into has room for that"


@pytest.mark.parametrize(("top_k", "top_p"), [(50, 1.0), (20, 0.9), (0, 0.8)])
def test_a_late_end_is_drawn_as_often_as_it_is_likely_and_what_is_kept_shares_the_rest(
    top_k: int, top_p: float
) -> None:
    """10,000 draws against the weights exp(score / temperature) of top-k and top-p's ids and the end's."""
    random = torch.Generator().manual_seed(5)
    rows, size, end, temperature = 10_000, 150, 149, 1.7
    scores = torch.randn(1, size, generator=random) * 1.5
    scores[0, end] = scores[0].sort(descending=True).values[100] + 1e-3  # rank 101
    settings = [torch.full((1,), value) for value in (temperature, top_k, top_p)]
    stays = kept(scores / temperature, settings[1], settings[2])
    assert not stays[0, end]
    weights = torch.where(stays, (scores / temperature).exp(), 0.0)[0].double()
    weights[end] = math.exp(scores[0, end] / temperature)
    expected = weights / weights.sum() * rows
    assert expected[end] > 20
    seeds = torch.randint(0, 2**60, (rows,), generator=random)
    columns = [setting.expand(rows) for setting in settings]
    greedy = torch.zeros(rows, dtype=torch.bool)
    many, frame = scores.expand(rows, -1), torch.full((rows,), 7)

    def drawn_with(also: Tensor | None) -> Tensor:
        return draw(many, seeds, frame, 0, columns[0], columns[1], columns[2], greedy, also)

    assert not (drawn_with(None) == end).any(), "by upstream's rule it never ends"
    drawn = drawn_with((torch.arange(size) == end).expand(rows, -1))
    out = left_out(drawn, many, columns[0], columns[1], columns[2], greedy)
    assert torch.equal(out, drawn == end)
    counts = torch.bincount(drawn, minlength=size).double()
    assert abs(counts[end] - expected[end]) < 4 * expected[end].sqrt()
    assert not counts[expected == 0].any()
    common = expected > 5
    chi_square = float(((counts - expected)[common] ** 2 / expected[common]).sum())
    freedom = int(common.sum()) - 1
    assert chi_square < freedom + 4 * math.sqrt(2 * freedom)


def own_probability(model: Model, state: Any, on: Tensor) -> tuple[Tensor, Tensor]:
    """Of the rows `on`, end-of-speech's share beside what top-k keeps, and its rank, at the state's last draw."""
    eos = model.config.codec_eos
    logits = linear(state.hidden[on], model.talker.head)
    scores = talker_scores(logits, state.seen[on], model.talker.allowed, state.real[on, PENALTY], state.frame[on], eos)
    scaled = scores / state.real[on, TEMPERATURE][:, None]
    stays = kept(scaled, state.whole[on, TOP_K], state.real[on, TOP_P])
    weights, end = scaled.exp(), scaled[:, eos].exp()
    return end / ((weights * stays).sum(-1) + end), (scores > scores[:, eos, None]).sum(-1) + 1


def test_a_model_whose_end_lies_outside_the_top_50_ends_late_lines_by_its_own_probability(model: Model) -> None:
    """And so often: the ends against the sum of their probabilities. Beside them, lines by upstream's rule run on."""
    late, rows, due, cap = 24, 28, 4, 28
    made, width = torch.Generator().manual_seed(11), model.config.talker.hidden
    prompts = [
        Prompt(torch.randn(3, width, generator=made), 7919 * n, cap, FLAT, due=due if n < late else NEVER)
        for n in range(rows)
    ]
    state = new_state(model, rows, 3 + cap)
    decode.prefill(model, state, range(rows), prompts)
    likely = 0.0
    while state.active.any():
        on = state.active.clone()
        decode.step(model, state)
        chance, rank = own_probability(model, state, on)
        assert rank.min() > 60
        likely += float(chance[state.frame[on] >= state.whole[on, DUE]].sum())
    ended = state.token == model.config.codec_eos
    assert torch.equal(ended, state.late)
    assert not ended[late:].any()
    assert (state.frame[late:] == cap).all()
    assert (state.frame[:late] >= due).all()
    assert likely > 5
    assert abs(int(ended.sum()) - likely) < 4 * math.sqrt(likely)


def test_the_engine_ends_late_lines_notes_it_and_leaves_it_to_upstream_where_that_is_asked(folder: Path) -> None:
    sampling = replace(FLAT, top_k=2)  # an end is a sixth of what is drawn
    asked = [Request("No.", RYAN, take=take, sampling=sampling) for take in (1, 2, 3)]
    exact = [replace(request, sampling=replace(sampling, exact_upstream=True)) for request in asked[:1]]
    cap, due = 50, due_frame("No.")
    with QwenEngine(str(folder), device="cpu", slots=4, positions=96, frame_cap=lambda text: cap) as engine:
        frames = {request.key: len(audio.samples) // 1920 for request, audio in engine.speak([*asked, *exact])}
        ended = {request.key for request in asked if engine.ended[request.key] == "ended_late"}
        assert len(ended) >= 2
        assert all(due <= frames[key] < cap for key in ended)
        assert {engine.ended[request.key] for request in exact} == {"capped"}
        assert {frames[request.key] for request in exact} == {cap}
        one = next(request for request in asked if request.key in ended)
        assert engine.notes(one) == {"revision": engine.revision, "ended_late": True}


def test_takes_by_upstreams_rule_have_keys_of_their_own(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the option, or for good by project.toml, where `narrate new` writes it; the draft voice knows no such rule."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "show.script").write_text("narrator: No.\n", "utf-8")

    def keys(project: str, **wanted: Any) -> set[str]:
        (tmp_path / project / "cast.toml").write_text('narrator = { speaker = "ryan" }\n', "utf-8")
        asked = Wanted(models=(str(folder),), device="cpu", **wanted)
        found = take_inventory(Project(tmp_path / project, tmp_path), asked).work.requests
        return {request.key for request in found}

    assert run(["new", "show.script", "--project", "ours"]) == 0
    assert run(["new", "show.script", "--project", "theirs", "--exact-upstream"]) == 0
    assert "exact_upstream" not in (tmp_path / "ours" / "project.toml").read_text("utf-8")
    assert "exact_upstream = true" in (tmp_path / "theirs" / "project.toml").read_text("utf-8")
    ours, theirs = keys("ours"), keys("ours", exact_upstream=True)
    assert ours.isdisjoint(theirs)
    assert keys("theirs") == theirs
    draft = find_models("draft", {"draft": "Anna"}, [], exact_upstream=True)["draft"]
    assert draft.sampling == Sampling()
