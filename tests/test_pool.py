"""Engines in processes of their own: lost, stuck and dropped, and nothing missing afterwards."""

import itertools
import logging
import math
import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from faulty import VOICE, FaultyEngine, hum, requests

from narrate.audio import Audio, Encoded, Finish, Sound, encoded
from narrate.engine import pool
from narrate.engine.draft import DraftEngine
from narrate.engine.pool import Pool
from narrate.engine.processes import Processes
from narrate.engine.watchdog import MOST_S, Watchdog
from narrate.errors import EngineError
from narrate.takes import Request, TakeStore
from narrate.work.loop import render

pytestmark = pytest.mark.slow

SLOTS = 8
IN_FLIGHT = 2  # lines at a draft worker: one in hand, one waiting


def opened(folder: Path, fault: str = "", *, at: int = 5, times: int = 1, stuck_s: float = 30.0) -> Pool[Audio]:
    return Pool(Processes([partial(FaultyEngine, folder, fault, at, times)]), stuck_s=stuck_s)


def starts(folder: Path) -> list[int]:
    """The slots of each start, in order."""
    return [int(path.name.split(".")[2]) for path in sorted(folder.glob("start.*"))]


def faults(folder: Path) -> int:
    return len(list(folder.glob("fault.*")))


def test_a_child_speaks_as_the_engine_itself_does(tmp_path: Path) -> None:
    asked = requests(100)
    engine = opened(tmp_path)
    spoken = dict(engine.speak(asked))
    assert set(spoken) == set(asked)
    assert all((audio.samples == hum(request).samples).all() for request, audio in spoken.items())
    assert (engine.name, engine.model, engine.sample_rate, engine.slots) == ("faulty", "hum", 24_000, SLOTS)
    assert engine.notes(asked[0]) == {"revision": "hum-1"}
    assert list(engine.speak([])) == []
    assert len(list(engine.speak(requests(3)))) == 3
    engine.close()
    engine.close()


@pytest.mark.parametrize(("fault", "slots"), [("cuda", [8, 8]), ("memory", [8, 4]), ("kill", [8, 4]), ("stop", [8, 8])])
def test_a_lost_child_loses_only_what_it_had_in_hand(
    tmp_path: Path,
    fault: str,
    slots: list[int],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = requests(60)
    if fault == "stop":  # time goes by while a child is stopped, and at no other time: a busy machine is no loss
        stopped = (float(n) for n in itertools.count())
        watchdog = partial(Watchdog, clock=lambda: next(stopped) if starts(tmp_path) == [8] and faults(tmp_path) else 0)
        monkeypatch.setattr(pool, "Watchdog", watchdog)
    engine = opened(tmp_path, fault, at=21, stuck_s=2.0)
    store = TakeStore(tmp_path / "takes")
    made = [take.request for take in render(engine, asked, store, threading.Event())]
    engine.close()
    assert sorted(r.key for r in made) == sorted(r.key for r in asked)
    assert all((store.get(request.key).samples == hum(request).samples).all() for request in asked)
    assert starts(tmp_path) == slots
    assert engine.losses == 1
    assert "Starting it anew" in caplog.text
    spoken = [path.name.split(".")[1] for path in tmp_path.glob("spoken.*")]
    assert len(spoken) - len(set(spoken)) <= SLOTS, "only what was in flight is made twice"


@pytest.mark.parametrize("finish", [None, encoded])
def test_one_of_two_workers_is_killed(finish: Finish | None, tmp_path: Path) -> None:
    opening = partial(FaultyEngine, tmp_path, "kill", 11, line_s=0.01)
    engine = Pool[Sound](Processes([opening, opening], finish, 1))
    engine.await_ready(2)
    asked = requests(80)
    made = [(request, sound) for request, sound in engine.speak(asked)]
    assert sorted(request.key for request, _ in made) == sorted(request.key for request in asked)
    for request, sound in made:
        assert isinstance(sound, Encoded) is (finish is not None)
        audio = sound.audio if isinstance(sound, Encoded) else sound
        assert (audio.samples == hum(request).samples).all()
    assert engine.losses == 1
    assert engine.notes(asked[0]) == {"revision": "hum-1"}
    engine.close()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_finishers_go_with_their_worker(tmp_path: Path) -> None:
    engine = Pool[Encoded](Processes([partial(FaultyEngine, tmp_path)], encoded, 2))
    assert len(list(engine.speak(requests(9)))) == 9
    worker = engine.workers[0].about["pid"]
    tasks = Path(f"/proc/{worker}/task").glob("*/children")
    finishers = [pid for task in tasks for pid in task.read_text("utf-8").split()]
    assert len(finishers) == 2
    os.kill(worker, signal.SIGKILL)
    assert len(list(engine.speak(requests(9)))) == 9
    engine.close()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}/exe").exists() for pid in finishers):  # a zombie has none
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_second_worker_that_cannot_open_its_engine_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opening = partial(FaultyEngine, tmp_path, "start", 10**9, 99, line_s=0.02)  # all but the first start fail
    engine = Pool[Audio](Processes([opening, opening]))
    asked: list[Request] = []

    def lines() -> Iterator[Request]:
        """Lines until the second one was refused, and twenty further."""
        further = 20
        for request in requests(100_000):
            further -= any(worker.free_at == math.inf for worker in engine._workers)
            if further < 0:
                return
            asked.append(request)
            yield request

    made = [request for request, _ in engine.speak(lines())]
    assert len(made) < 100_000, "the second has not come"
    assert sorted(request.key for request in made) == sorted(request.key for request in asked)
    assert (engine.losses, len(engine.workers)) == (0, 1)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told == ["A worker cannot speak, and the others go on without it: the GPU is not there"]
    assert len(starts(tmp_path)) == 2
    engine.close()


def test_an_engine_that_fails_once_is_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "PAUSES_S", (0.0, 0.0, 0.0))
    engine = opened(tmp_path, "start", at=5, times=1)
    assert len(list(engine.speak(requests(20)))) == 20
    engine.close()


def test_an_engine_that_fails_every_time_is_given_up(tmp_path: Path) -> None:
    engine = opened(tmp_path, "cuda", at=1, times=99)
    with pytest.raises(EngineError, match=r"lost 3 times.*illegal memory access"):
        list(engine.speak(requests(20)))
    engine.close()


def test_the_engines_own_errors_arrive_as_they_are(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    bad = [*requests(3), Request("poison", VOICE)]
    with pytest.raises(EngineError, match="this line cannot be spoken"):
        list(engine.speak(bad))
    assert len(list(engine.speak(requests(9)))) == 9, "it can still speak"
    engine.close()


def test_closing_early_drops_what_is_in_flight(tmp_path: Path) -> None:
    engine = opened(tmp_path)
    for _ in range(3):
        some = list(itertools.islice(engine.speak(requests(50)), 4))
        assert len(some) == 4
    assert len(list(engine.speak(requests(30)))) == 30
    assert engine.losses == 0
    engine.close()


def test_requests_are_pulled_as_there_is_room(tmp_path: Path) -> None:
    pulled = 0

    def counted() -> Iterator[Request]:
        nonlocal pulled
        for request in requests(1000):
            pulled += 1
            yield request

    engine = opened(tmp_path)
    spoken = engine.speak(counted())
    next(spoken)
    assert pulled < 40
    engine.close()


def test_requests_may_come_over_time(tmp_path: Path) -> None:
    """None asks the engine to go on with what it has; what is asked while it speaks is heard of at once."""
    engine = opened(tmp_path)
    asked: list[Request] = requests(30)
    made: list[str] = []
    more = threading.Event()

    def source() -> Iterator[Request | None]:
        for number, request in enumerate(asked):
            while number - len(made) >= 4 or (number == 20 and not more.is_set() and number > len(made)):
                yield None
            yield request
        while len(made) < len(asked):
            yield None

    for request, audio in engine.speak(source()):
        assert (audio.samples == hum(request).samples).all()
        made.append(request.key)
        if len(made) == 20:
            more.set()
    assert sorted(made) == sorted(request.key for request in asked)
    engine.close()


def test_a_sleeping_pool_is_woken(tmp_path: Path) -> None:
    engine = Pool[Audio](Processes([partial(FaultyEngine, tmp_path, line_s=1.5)]))
    looks: list[float] = []

    def source() -> Iterator[Request | None]:
        yield requests(1)[0]
        while not made:
            looks.append(time.monotonic())
            yield None

    def wake() -> None:
        for _ in range(40):
            engine.wake()
            time.sleep(0.02)

    made: list[Request] = []
    waking = threading.Thread(target=wake)
    waking.start()
    for request, _ in engine.speak(source()):
        made.append(request)
    waking.join()
    assert len(looks) > 10, "a second of sleep would have allowed three looks"
    engine.wake()
    engine.wake()
    assert len(list(engine.speak(requests(5)))) == 5
    engine.close()


# --- the watchdog ---------------------------------------------------------------------------------


def test_quiet_is_measured_against_the_longest_quiet_so_far() -> None:
    now = 0.0
    watch = Watchdog(10.0, 20.0, clock=lambda: now)

    def looks(seconds: float) -> bool:
        nonlocal now
        found = False
        for _ in range(int(seconds)):
            now += 1.0
            found = watch.stuck()
        return found

    assert not looks(10)
    assert looks(1)
    watch.beat()  # eleven seconds were quiet, and then it lived
    assert not looks(219)
    assert looks(2)


@pytest.mark.parametrize("jump_s", [-7200.0, 7200.0, 1e9])
def test_a_jump_of_the_clock_is_no_silence(jump_s: float) -> None:
    now = 1000.0
    watch = Watchdog(60.0, clock=lambda: now)
    now += jump_s
    assert not watch.stuck()
    assert watch.quiet_s <= MOST_S


@pytest.mark.usefixtures("own_workers")
def test_a_draft_worker_that_hangs_is_replaced(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its watch runs once the others have nothing left to do."""
    caplog.set_level(logging.WARNING)
    asked, now = requests(12), itertools.count()
    made: list[Request] = []
    engine = DraftEngine(2, stuck_s=3.0)

    def clock() -> float:
        held = len(asked) - len(made) <= IN_FLIGHT and engine.losses == 0
        return float(next(now)) if held else 0.0

    monkeypatch.setattr(pool, "Watchdog", partial(Watchdog, clock=clock))
    with engine:
        spoken = engine.speak(asked)
        made.append(next(spoken)[0])
        os.kill(engine.workers[0].about["pid"], signal.SIGSTOP)
        made.extend(request for request, _ in spoken)
        assert engine.losses == 1
    assert sorted(r.key for r in made) == sorted(r.key for r in asked)
    assert "has said nothing for" in caplog.text
