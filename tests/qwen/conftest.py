"""Tiny checkpoints, made once a run. Only the slots' tests run without torch and qwen_tts."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

READY = all(find_spec(name) for name in ("torch", "transformers", "qwen_tts"))
collect_ignore_glob = [] if READY else ["checkpoint.py", "reference.py", "test_[!s]*.py", "test_s[!l]*.py"]

if READY and find_spec("triton"):
    import torch

    if not torch.cuda.is_available():
        os.environ.setdefault("TRITON_INTERPRET", "1")  # read where kernels are made: before they are imported

Folders = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """These sizes gain nothing from threads, and lose much where other work shares the cores."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # of engines in a process of their own
    if READY:
        import torch

        torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _loaded_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Engines of this process that ask for the same checkpoint in the same precision share its tensors.

    Nobody writes to a Model; how one is read is tested by `weights.load` itself.
    """
    if not READY:
        yield
        return
    request.getfixturevalue("without_compiling")
    from narrate.engine.qwen import engine, weights

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "load", cache(weights.load))
        yield


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """folders(kind, shape, ends=False) -> a checkpoint's folder."""
    from .checkpoint import write_checkpoint

    @cache
    def folder(kind: str, shape: str, ends: bool = False) -> Path:
        place = tmp_path_factory.mktemp("qwen") / f"{kind}-{shape}{'-ends' * ends}"
        return write_checkpoint(place, kind, shape, ends=ends)

    return folder


@pytest.fixture(scope="session")
def models(folders: Folders) -> Callable[..., Any]:
    """models(kind, shape, ends=False) -> our Model of it, in float32 on the CPU."""
    import torch

    from narrate.engine.qwen.weights import load

    @cache
    def model(kind: str, shape: str, ends: bool = False) -> Any:
        return load(str(folders(kind, shape, ends)), "cpu", torch.float32)

    return model


@pytest.fixture(scope="session")
def references(folders: Folders) -> Callable[..., Any]:
    """references(kind, shape, ends=False) -> qwen-tts's own model of it."""
    from .reference import Reference

    @cache
    def reference(kind: str, shape: str, ends: bool = False) -> Any:
        return Reference(folders(kind, shape, ends))

    return reference


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renders speak here: that they do as well in a process of its own, which takes seconds to start, others test."""
    from narrate.audio import Audio
    from narrate.engine import Engine, Wanted, open_engine
    from narrate.work import run

    def opened(name: str, models: Sequence[str], wanted: Wanted, *_: object) -> Engine[Audio]:
        return open_engine(name, models, device=wanted.device, eager=wanted.eager)

    monkeypatch.setattr(run, "open_lasting", opened)
