"""What a process is started with is its own: nothing that is started later has it."""

import os
from multiprocessing.connection import Connection

import pytest

from narrate.audio import encoded
from narrate.engine.finishing import Finishers
from narrate.engine.process import Child

THREADS = "OPENBLAS_NUM_THREADS"


def tells(pipe: Connection, name: str) -> None:
    pipe.send(os.environ.get(name))


@pytest.mark.parametrize(("ours", "theirs"), [(None, "1"), ("3", "3")])
def test_the_environment_of_a_process_is_its_own(
    ours: str | None, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(THREADS, raising=False)
    if ours:
        monkeypatch.setenv(THREADS, ours)
    before = dict(os.environ)
    child = Child(tells, THREADS, name="tells", environment={THREADS: "1"})
    assert child.receive() == [theirs]
    child.end()
    Finishers(encoded, 1).close()
    assert dict(os.environ) == before
