"""A lock that is looked at: whoever looks stands in nobody's way."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from narrate.takes import is_locked, locked


def test_a_look_never_touches_the_lock_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with locked(tmp_path, lambda who: None, threading.Event()):
        pass
    opened: list[str] = []
    real = os.open

    def spy(path: Any, *arguments: Any, **named: Any) -> int:
        opened.append(Path(path).name)
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", spy)
    assert not is_locked(tmp_path)
    with locked(tmp_path, lambda who: None, threading.Event()):
        opened.clear()
        assert is_locked(tmp_path)
    assert ".held" in opened
    assert ".lock" not in opened[: opened.index(".held") + 1]


def test_a_renderer_is_never_told_of_one_that_only_looks(tmp_path: Path) -> None:
    told: list[object] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            is_locked(tmp_path)

    looking = [threading.Thread(target=look) for _ in range(2)]
    for thread in looking:
        thread.start()
    try:
        for _ in range(40):
            with locked(tmp_path, told.append, threading.Event()) as held:
                assert held
    finally:
        over.set()
        for thread in looking:
            thread.join()
    assert not told
