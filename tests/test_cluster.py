"""Engines on Ray: two local workers, one of them killed in the middle, others that join."""

import itertools
import logging
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from faulty import VOICE, FaultyEngine, hum, requests

from narrate.audio import Encoded
from narrate.cli import run
from narrate.engine.cluster import Cluster
from narrate.engine.opening import open_of_one
from narrate.engine.pool import Pool
from narrate.errors import EngineError
from narrate.takes import Request, TakeStore
from narrate.work.loop import render

MOST = 1500  # lines in which a worker has come

pytest.importorskip("ray")
# Ray opens files and sockets that it leaves to the process's end.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    """Ray with four cores to give away, for the whole file: it takes seconds to start."""
    import ray

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # Workers look for the modules that requests and engines are made of.
        paths = [str(Path(__file__).parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        environment.setenv("PYTHONPATH", os.pathsep.join(path for path in paths if path))
        ray.init(address="local", num_cpus=4, include_dashboard=False, log_to_driver=False)
        yield
        ray.shutdown()


def opened(
    folder: Path,
    fault: str = "",
    *,
    at: int = 5,
    times: int = 1,
    line_s: float = 0.0,
    workers: int = 2,
    stuck_s: float = 60.0,
) -> Pool[Encoded]:
    opening = partial(FaultyEngine, folder, fault, at, times, line_s=line_s)
    return Pool(Cluster(opening, workers=workers, gpu=False), start_s=math.inf, stuck_s=stuck_s)


def joined(engine: Pool[Encoded]) -> None:
    """As when a second GPU has come into the cluster."""
    assert isinstance(engine._machines, Cluster)
    engine._machines._limit, engine._machines._looked = 2, 0.0


def refused(engine: Pool[Encoded]) -> bool:
    return any(worker.free_at == math.inf for worker in engine._workers)


def until(came: Callable[[], bool], further: int, asked: list[Request]) -> Iterator[Request]:
    """Lines until what is waited for has come, and `further` ones; `asked` gathers them."""
    for request in requests(MOST):
        further -= came()
        if further < 0:
            return
        asked.append(request)
        yield request


@pytest.mark.thorough
@pytest.mark.usefixtures("ray_here")
def test_two_workers_speak_as_one(tmp_path: Path) -> None:
    """Starting an actor takes seconds, so one pair of them does for much."""
    engine = opened(tmp_path, line_s=0.02, workers=1)
    asked: list[Request] = []
    spoken = engine.speak(until(lambda: len(engine.workers) == 2, 100, asked))
    made = dict(itertools.islice(spoken, 10))
    joined(engine)
    while len(engine.workers) < 2:
        made |= dict(itertools.islice(spoken, 1))
        assert len(made) < MOST, "the second has not come"
    made |= dict(spoken)
    assert set(made) == set(asked)
    assert all((audio.audio.samples == hum(request).samples).all() for request, audio in made.items())
    assert engine.notes(asked[0]) == {"revision": "hum-1"}
    assert len({path.name.split(".")[2] for path in tmp_path.glob("spoken.*")}) == 2, "both have spoken"
    assert len(engine.workers) == 2
    assert list(engine.speak([])) == []
    for _ in range(10):  # rounds that follow at once, as retries do
        assert len(list(engine.speak(requests(12)))) == 12
    assert engine.losses == 0, "a worker was only thought to be stuck"
    assert len(list(tmp_path.glob("start.*"))) == 2
    assert len(list(itertools.islice(engine.speak(requests(90)), 3))) == 3
    with pytest.raises(EngineError, match="this line cannot be spoken"):
        list(engine.speak([*requests(3), Request("poison", VOICE)]))
    assert len(list(engine.speak(requests(30)))) == 30, "after one that was dropped and one that failed"
    engine.close()
    engine.close()


@pytest.mark.usefixtures("ray_here")
def test_a_lost_worker_loses_only_what_it_had_in_hand(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = opened(tmp_path, "kill", at=11, line_s=0.01)
    asked = requests(150)
    store = TakeStore(tmp_path / "takes")
    made = [take.request.key for take in render(engine, asked, store, threading.Event())]
    engine.close()
    assert sorted(made) == sorted(request.key for request in asked)
    assert all((store.get(request.key).samples == hum(request).samples).all() for request in asked)
    assert engine.losses == 1
    assert "lines are asked again" in caplog.text
    spoken = [path.name.split(".")[1] for path in tmp_path.glob("spoken.*")]
    assert len(spoken) - len(set(spoken)) <= 2 * 8, "only what was in flight, and copies at the tail, twice"


@pytest.mark.thorough
@pytest.mark.usefixtures("ray_here")
def test_workers_that_always_fail_are_given_up(tmp_path: Path) -> None:
    engine = opened(tmp_path, "cuda", at=1, times=99)
    with pytest.raises(EngineError, match=r"lost \d+ times, the last time because RuntimeError: CUDA error"):
        list(engine.speak(requests(20)))
    engine.close()


@pytest.mark.thorough
@pytest.mark.usefixtures("ray_here")
def test_draft_voices_on_two_workers_one_killed(tmp_path: Path) -> None:
    engine = Pool[Encoded](Cluster(partial(open_of_one, "draft"), workers=2, gpu=False), start_s=math.inf)
    asked: list[Request] = []
    killed = threading.Event()

    def lines() -> Iterator[Request]:
        """Lines for as long as it takes until both workers are there, and twelve more after the kill."""
        left = 12
        for number in itertools.count():
            left -= killed.is_set()
            if not left:
                return
            asked.append(Request(f"The tide came in for the {number}th time.", VOICE))
            yield asked[-1]

    store = TakeStore(tmp_path)
    takes = render(engine, lines(), store, threading.Event())
    made = [next(takes).request.key for _ in range(4)]
    deadline = time.monotonic() + 60
    while len(engine.workers) < 2 and time.monotonic() < deadline:
        made += [take.request.key for take in itertools.islice(takes, 1)]
    os.kill(engine.workers[0].about["pid"], signal.SIGKILL)
    killed.set()
    made += [take.request.key for take in takes]
    losses = engine.losses
    engine.close()
    assert sorted(made) == sorted(request.key for request in asked)
    assert losses == 1
    assert store.keys() == {request.key for request in asked}


def test_the_draft_engine_refuses_gpus(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", "short.txt", "--gpus", "2"]) == 1
    assert "the draft engine has no use for GPUs" in capsys.readouterr().err
    assert run(["render", "short.txt", "--gpus", "many"]) == 2
    assert "neither a number nor" in capsys.readouterr().err


def test_a_book_on_a_cluster_of_this_machine(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["render", "short.txt", "--ray", "local", "--check", "off"]) == 0
    assert "Made 3 lines" in capsys.readouterr().out


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NARRATE_HOME", str(tmp_path))
    (tmp_path / "short.txt").write_text("It rained. Then it stopped.\n", "utf-8")
    return tmp_path


@pytest.mark.thorough
def test_a_late_worker_that_cannot_open_its_engine_ends_nothing(
    ray_here: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = opened(tmp_path, "start", at=10**9, times=99, line_s=0.02, workers=1)  # all but the first start fail
    asked: list[Request] = []
    spoken = engine.speak(until(lambda: refused(engine), 20, asked))
    made = [request for request, _ in itertools.islice(spoken, 5)]
    joined(engine)
    while not refused(engine):
        made += [request for request, _ in itertools.islice(spoken, 1)]
        assert len(made) < MOST, "the second has not come"
    joined(engine)  # a place that could not speak is not asked again
    made += [request for request, _ in spoken]
    assert sorted(request.key for request in made) == sorted(request.key for request in asked)
    assert (engine.losses, len(engine.workers)) == (0, 1)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told == ["A worker cannot speak, and the others go on without it: the GPU is not there"]
    assert len(list(tmp_path.glob("start.*"))) == 2
    engine.close()
