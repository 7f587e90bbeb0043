"""Kernels that are compiled ahead of what is launched: the same ones, no more and no fewer."""

import importlib.util
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

pytest.importorskip("torch")
pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

from narrate.engine.qwen.memory import FULL, INT8

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
