"""What is refused before a checkpoint is loaded: no bfloat16, too little memory. torch is told what card there is."""

from pathlib import Path

import pytest
import torch

from narrate.engine.qwen.before_loading import check_card, check_memory
from narrate.engine.qwen.checkpoint import Checkpoint
from narrate.errors import EngineError

CUDA = torch.device("cuda")
GIB = 2**30
FILES_MIB = {"0b6": 1745, "1b7": 3680}


@pytest.fixture(params=["0b6", "1b7"])
def checkpoint(request: pytest.FixtureRequest, tmp_path: Path) -> Checkpoint:
    """A released size by its files' lengths, without their contents."""
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(FILES_MIB[request.param] << 20)
    return Checkpoint(tmp_path, "m", "r", "base", request.param)


def has(monkeypatch: pytest.MonkeyPatch, free_gib: float = 140, capability: tuple[int, int] = (8, 0)) -> None:
    free = round(free_gib * GIB)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (free, free))


def test_a_card_without_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, capability=(7, 5))
    with pytest.raises(EngineError, match=r"needs bfloat16.*capability 7\.5, not 8\.0.*GeForce RTX 30 and up"):
        check_card(CUDA, torch.bfloat16)
    check_card(CUDA, torch.float32)
    has(monkeypatch, capability=(12, 0))
    check_card(CUDA, torch.bfloat16)


def test_small_cards_hold_the_checkpoints_made_for_them(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0.6B opens with 6 GiB in all and 1.7B with 8, of which 0.6 are CUDA's own by then."""
    enough = {"0b6": 6, "1b7": 8}[checkpoint.size]
    has(monkeypatch, enough - 0.7)
    check_memory(checkpoint, CUDA, torch.bfloat16, None)
    has(monkeypatch)
    check_memory(checkpoint, CUDA, torch.bfloat16, enough * GIB)


def test_an_error_says_what_would_fit(checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, 2)
    with pytest.raises(EngineError, match=r"2\.0 are free \(end what.*about 4\.2 GiB for 0\.6B and 6\.2 GiB for 1"):
        check_memory(checkpoint, CUDA, torch.bfloat16, None)
    has(monkeypatch)
    with pytest.raises(
        EngineError, match=r"1\.\d are left by --memory \(give it more by --memory; it takes about 4\.2"
    ):
        check_memory(checkpoint, CUDA, torch.bfloat16, 2 * GIB)


def test_the_smaller_model_is_named_where_it_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(FILES_MIB["1b7"] << 20)
    has(monkeypatch, 4.5)
    with pytest.raises(EngineError, match=r"use the 0\.6B model, which needs about 3\.\d GiB, or end what else runs"):
        check_memory(Checkpoint(tmp_path, "m", "r", "base", "1b7"), CUDA, torch.bfloat16, None)


def test_the_processor_is_not_asked(checkpoint: Checkpoint) -> None:
    check_memory(checkpoint, torch.device("cpu"), torch.bfloat16, None)
    check_card(torch.device("cpu"), torch.bfloat16)
