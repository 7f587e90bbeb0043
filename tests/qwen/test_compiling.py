"""Kernels that are compiled ahead of what is launched: the same ones, no more and no fewer."""

import importlib.util
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

import torch
import triton

from narrate.engine.qwen import compiling
from narrate.engine.qwen.checkpoint import find_checkpoint
from narrate.engine.qwen.kernels.launch import Chip
from narrate.engine.qwen.memory import CACHES, FULL, INT8

from .compiled import launched_and_ahead
from .conftest import Folders

SLOTS = 6


@pytest.fixture(scope="module")
def process() -> Iterator[ProcessPoolExecutor]:
    """One of its own: in this one, kernels may be the interpreter's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TRITON_INTERPRET", raising=False)
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            yield pool


@pytest.mark.parametrize(("rows", "kind"), [(1, FULL), (SLOTS, FULL), (SLOTS, INT8)])
@pytest.mark.parametrize("shape", ["narrow", "wide"])
def test_what_is_compiled_ahead_is_what_is_launched(
    shape: str, rows: int, kind: str, folders: Folders, process: ProcessPoolExecutor
) -> None:
    launched, ahead = process.submit(launched_and_ahead, folders("base", shape), rows, kind).result()
    attention = "_int8_attention" if kind == INT8 else "_talker_attention"
    assert {name for name, _ in ahead} > {"_causal_conv", "_draw_first", attention, "_prompt_attention"}
    assert ahead == launched


def test_what_was_compiled_before_is_not_compiled_ahead(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(triton, "AsyncCompileMode"):
        pytest.skip("this Triton compiles each kernel where it is launched")
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiling, "chip", lambda device: Chip((9, 0), 227 << 10, 132))
    asked = {
        (kind, dtype, cache, rows): compiling.mark_of(find_checkpoint(str(folders("base", kind))), dtype, cache, rows)
        for kind in ("narrow", "wide")
        for dtype in (torch.bfloat16, torch.float32)
        for cache in CACHES
        for rows in (1, 2)
    }
    assert len({*asked.values()}) == len(asked) >= 8
    started: list[object] = []
    monkeypatch.setattr(compiling.Compiling, "_launch", lambda _, *asked: started.append(asked))
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    found = find_checkpoint(str(folders("base", "narrow")))
    for count in (1, 2):  # the second one finds what the first one left
        compiling.Compiling(found, torch.bfloat16, CACHES[0], 2).wait()
        assert len(started) == 1, count
        asked["narrow", torch.bfloat16, CACHES[0], 2].touch()
