"""Kernels that are compiled ahead of what is launched: the same ones, no more and no fewer."""

import importlib.util
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from inspect import signature
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("triton")
if importlib.util.find_spec("qwen_tts") is None:  # not imported here: only `upstream` knows how
    pytest.skip("qwen-tts is not installed", allow_module_level=True)

import torch
import triton

from narrate.engine.qwen import QwenEngine, compiling, engine as engine_module
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


ROWS_AND_KINDS = [(1, FULL), (SLOTS, FULL), (SLOTS, INT8)]
OF_ALL = [(shape, *one) for shape in ("narrow", "wide") for one in ROWS_AND_KINDS]
USUAL = [("narrow", 1, FULL), ("wide", SLOTS, FULL), ("narrow", SLOTS, INT8)]


@pytest.mark.parametrize(
    ("shape", "rows", "kind"),
    [pytest.param(*one, marks=[] if one in USUAL else pytest.mark.thorough) for one in OF_ALL],
)
def test_what_is_compiled_ahead_is_what_is_launched(
    shape: str, rows: int, kind: str, folders: Folders, process: ProcessPoolExecutor
) -> None:
    launched, ahead = process.submit(launched_and_ahead, folders("base", shape), rows, kind).result()
    attention = "_int8_attention" if kind == INT8 else "_talker_attention"
    assert {name for name, _ in ahead} > {"_causal_conv", "_draw_first", attention, "_prompt_attention"}
    assert ahead == launched


class Compilation:
    """A kernel that is there."""

    run = None


@pytest.fixture
def for_another_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that is not here, and nothing compiled for it yet."""
    if not hasattr(triton, "AsyncCompileMode"):
        pytest.skip("this Triton compiles each kernel where it is launched")
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiling, "chip", lambda device: Chip((9, 0), 227 << 10, 132))
    for name in ("current_device", "set_device"):
        monkeypatch.setattr(torch.cuda, name, lambda *_: 0)


@pytest.fixture
def compile_kernels(
    for_another_card: None, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., compiling.Compiling]:
    """Starts compiling what the kernels' functions make, one after the other."""
    monkeypatch.setattr(compiling, "cores_here", lambda: 1)
    found = find_checkpoint(str(folders("base", "narrow")))

    def start(*kernels: Callable[[], Any]) -> compiling.Compiling:
        def launch(*_: object) -> None:
            from triton.runtime._async_compile import active_mode

            mode = active_mode.get()
            assert mode is not None
            for number, kernel in enumerate(kernels):
                ignored = [lambda _: None] * (len(signature(mode.submit).parameters) - 2)
                mode.submit(number, kernel, *ignored)

        monkeypatch.setattr(compiling, "launch_all", launch)
        return compiling.Compiling(found, torch.bfloat16, CACHES[0], 2)

    return start


def test_only_where_all_was_compiled_it_says_so(
    compile_kernels: Callable[..., compiling.Compiling], tmp_path: Path
) -> None:
    def fails() -> Any:
        raise RuntimeError("no such instruction")

    compile_kernels(Compilation, fails, Compilation).wait()
    assert not list(tmp_path.glob("narrate-*"))
    compile_kernels(Compilation, Compilation).wait()
    assert len(list(tmp_path.glob("narrate-*"))) == 1


def test_compiling_ends_where_no_engine_opens(
    compile_kernels: Callable[..., compiling.Compiling],
    folders: Folders,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, interrupted, late = threading.Event(), threading.Event(), []

    def held() -> Any:
        begun.set()
        assert interrupted.wait(60)
        return Compilation()

    def next_one() -> Any:
        late.append(1)
        return Compilation()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    engine = QwenEngine(str(folders("base", "narrow")), device="cpu")
    engine.close()
    kernels = compile_kernels(held, next_one, next_one)
    monkeypatch.setattr(engine, "_compiling", kernels)
    monkeypatch.setattr(engine_module, "new_state", interrupt)
    assert begun.wait(60)
    with pytest.raises(KeyboardInterrupt):
        engine.reopen()
    interrupted.set()
    assert kernels._launched is not None
    kernels._launched.result(60)  # the process would wait for it
    assert not late
    assert not list(tmp_path.glob("narrate-*"))


def test_what_was_compiled_before_is_not_compiled_ahead(
    for_another_card: None, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    found = find_checkpoint(str(folders("base", "narrow")))
    for count in (1, 2):  # the second one finds what the first one left
        compiling.Compiling(found, torch.bfloat16, CACHES[0], 2).wait()
        assert len(started) == 1, count
        asked["narrow", torch.bfloat16, CACHES[0], 2].touch()
