"""For all tests: no times are measured, and what is dear is made once a run.

hypothesis measures no times: a busy machine is no defect, and nothing here is a timed test.
A draft worker takes a second of processor time until it has said its first word, and some
hundred tests speak, so workers are handed from one engine to the next.
"""

import gc
import shutil
from collections.abc import Callable, Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from narrate.audio import Audio
from narrate.engine import draft
from narrate.engine.blocks import Blocks
from narrate.engine.process import Child
from narrate.engine.workers import Worker
from narrate.provenance import new_identity
from narrate.takes import Request, TakeStore
from narrate.voices import find_voice, packaged_shelf

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=25)
settings.register_profile("thorough", settings.get_profile("untimed"), max_examples=100)
settings.load_profile("untimed")

MOST_KEPT = 2  # workers
OPEN, CLOSE = draft.DraftEngine.__init__, draft.DraftEngine.close
MadeOnce = Callable[[str, Callable[[Path], object]], Path]
Takes = list[tuple[Request, Audio]]
LINES = Path(__file__).with_name("lines.txt")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting imports is there to stay: garbage is looked for neither while it comes nor among it later.

    An engine looks for it whenever it closes, which takes half a second among all that torch has loaded.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, and those of the Qwen engine: processes that are given files then end together."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.path.parent.name == "qwen"}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def own_keys(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[None]:
    """What is assembled is signed by one identity of this run, and none is made in the settings of whoever runs it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "keys"
    with FileLock(f"{folder}.lock"):
        if find_spec("cryptography") and not folder.exists():
            new_identity(folder, "tests")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NARRATE_KEYS", str(folder))
        yield


@pytest.fixture(scope="session", autouse=True)
def kept_workers() -> Iterator[None]:
    """Draft workers that are ready go to the next engine of this process, in place of an end and a start.

    `own_workers` is for tests of how they start and end.
    """
    kept: list[tuple[Child, dict[str, Any]]] = []

    def take(engine: draft.DraftEngine, workers: int | None = None, **options: Any) -> None:
        OPEN(engine, workers, **options)
        engine._workers.extend(map(Worker, range(engine.slots)))
        for worker in engine._workers:
            if kept and kept[-1][0].process.is_alive():
                child, about = kept.pop()
                worker.begin(child, 0.0)
                engine._handle(worker, Blocks(()), "ready", 0, about)

    def keep(engine: draft.DraftEngine) -> None:
        for worker in engine.workers:
            if len(kept) < MOST_KEPT and isinstance(worker.channel, Child) and worker.channel.process.is_alive():
                kept.append((worker.channel, worker.about))
                worker.channel = None
        CLOSE(engine)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draft.DraftEngine, "__init__", take)
        patch.setattr(draft.DraftEngine, "close", keep)
        yield
    for child, _ in kept:
        child.end()


@pytest.fixture(scope="session")
def without_compiling() -> Iterator[None]:
    """librosa compiles functions when it is first imported, for 20 s; none of them is ever called here."""
    numba = pytest.importorskip("numba")

    def plain(*_: object, **__: object) -> Callable[[object], object]:
        return lambda function: function

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numba, "guvectorize", plain)
        patch.setattr(numba, "vectorize", plain)
        yield


@pytest.fixture
def own_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines of this test start their own workers and end them."""
    monkeypatch.setattr(draft.DraftEngine, "__init__", OPEN)
    monkeypatch.setattr(draft.DraftEngine, "close", CLOSE)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> MadeOnce:
    """made_once(name, make) -> a folder that make(folder) filled, once for all processes of this run.

    It is for all to look at; a test that changes it works on a copy.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder = shared / f"made-once-{name}"
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                aside = folder.with_name(f"{folder.name}.part")
                shutil.rmtree(aside, ignore_errors=True)
                aside.mkdir()
                make(aside)
                aside.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def narrated(made_once: MadeOnce) -> Takes:
    """The hundred lines of lines.txt in the narrator's voice, in their order."""
    voice = find_voice("narrator", [packaged_shelf()])
    asked = [Request(line, voice) for line in LINES.read_text("utf-8").splitlines()]

    def speak(folder: Path) -> None:
        with draft.DraftEngine() as engine:
            for request, audio in engine.speak(asked):
                TakeStore(folder).put(request, audio)

    store = TakeStore(made_once("narrated", speak))
    return [(request, store.get(request.key)) for request in asked]
