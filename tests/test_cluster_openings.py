"""A worker on Ray that comes late and cannot open its engine: told in a line, and the others go on."""

import itertools
import logging
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from faulty import FaultyEngine, requests

from narrate.engine.cluster import ClusterEngine

pytest.importorskip("ray")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def ray_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import ray

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    # Workers look for the modules that requests and engines are made of.
    paths = [str(Path(__file__).parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in paths if path))
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.mark.usefixtures("ray_here")
def test_a_late_worker_that_cannot_open_its_engine_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opening = partial(FaultyEngine, tmp_path, "start", 10**9, 99, line_s=0.02)  # every start but the first fails
    engine = ClusterEngine(opening, workers=1, gpu=False)
    asked = requests(1500)
    spoken = engine.speak(asked)
    made = [request for request, _ in itertools.islice(spoken, 5)]
    engine._limit, engine._looked = 2, 0.0  # as when a second GPU has come into the cluster
    while not engine._refused:
        made += [request for request, _ in itertools.islice(spoken, 1)]
        assert len(made) < len(asked), "the second has not come"
    engine._looked = 0.0  # a place that could not speak is not asked again
    made += [request for request, _ in spoken]
    assert sorted(request.key for request in made) == sorted(request.key for request in asked)
    assert (engine.losses, len(engine.workers)) == (0, 1)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told == ["A worker cannot speak, and the others go on without it: the GPU is not there"]
    assert len(list(tmp_path.glob("start.*"))) == 2
    engine.close()
