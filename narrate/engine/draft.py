"""The draft engine: hibari-tts's embedded English voice, one process on each core.

`DraftEngine` deals requests out to worker processes; what a worker does is in draft_speech.

Why pipes of our own and not a pool: a ProcessPoolExecutor breaks as a whole when one
worker is killed, a multiprocessing.Pool waits for ever, and the workers of both outlive
a parent that is killed. Here a worker reads from a pipe that closes with its parent, and
what a dead worker had in hand goes to a new one.
"""

import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from narrate.audio import Audio
from narrate.engine.choice import check_spoken, check_voices
from narrate.engine.draft_facts import DRAFT
from narrate.engine.draft_speech import SAMPLE_RATE, load_hibari, speak_line
from narrate.engine.process import end_process, start_process
from narrate.engine.watchdog import TICK_S, Watchdog
from narrate.errors import EngineError
from narrate.languages import language_tag
from narrate.takes import Request

MODEL = DRAFT.model
IN_FLIGHT = 2  # requests a worker: one in hand, one waiting, so that it never idles while a take is written
MAX_DEATHS = 3  # workers that one request may take down
START_S = 300.0  # for a worker's first line, before it counts as stuck: the model is loaded with it
STUCK_S = 120.0  # for any other; the longest takes a second

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Job:
    request: Request
    deaths: int = 0


@dataclass(slots=True, eq=False)
class _Worker:
    """A process and what it was given, oldest first; None for what nobody waits for any more."""

    process: SpawnProcess
    pipe: Connection
    watch: Watchdog = field(default_factory=partial(Watchdog, START_S))
    starting: bool = True
    jobs: deque[_Job | None] = field(default_factory=deque)


class DraftEngine:
    """hibari's voice "heart" on every core (or `workers` processes), 24 kHz. Satisfies Engine.

    Processes start when there is work for them and stay until `close`.
    """

    name = DRAFT.name
    model = MODEL
    sample_rate = SAMPLE_RATE

    def __init__(self, workers: int | None = None, *, stuck_s: float = STUCK_S) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers counts from 1, not {workers}")
        self._limit = workers or _cores()
        self._stuck_s = stuck_s
        self._workers: list[_Worker] = []
        self._waiting: deque[_Job] = deque()  # what dead workers had in hand
        self._speaking = False
        self.losses = 0  # workers that died or were stuck

    @property
    def slots(self) -> int:
        """Lines that are spoken at a time: one a process."""
        return self._limit

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        """Every request once, with its audio, as it finishes; IN_FLIGHT requests a worker are pulled ahead.

        Raises VoiceError for a voice that is not a draft voice and EngineError for a language other
        than English, both when the request is pulled, before it is given to a worker; EngineError
        for a text that hibari fails on or that brings down MAX_DEATHS workers. One `speak` at a time.
        """
        if self._speaking:
            raise RuntimeError("this engine is speaking already; finish or close the other iterator first")
        self._speaking = True
        source = iter(requests)
        try:
            while True:
                self._deal(source)
                if not any(job for worker in self._workers for job in worker.jobs):
                    return
                for request, samples in self._collect():
                    yield request, Audio(samples, SAMPLE_RATE)
        finally:
            for worker in self._workers:
                worker.jobs = deque([None] * len(worker.jobs))
            self._waiting.clear()
            self._speaking = False

    def notes(self, request: Request) -> dict[str, object]:
        """The release of hibari-tts: the model is inside it."""
        return {"revision": _release()}

    def close(self) -> None:
        """End the worker processes. Harmless when called twice."""
        while self._workers:
            worker = self._workers.pop()
            worker.pipe.close()
            end_process(worker.process)

    def _deal(self, source: Iterator[Request]) -> None:
        """Give out requests until every worker has IN_FLIGHT of them or there are no more."""
        while len(self._workers) < self._limit or any(len(worker.jobs) < IN_FLIGHT for worker in self._workers):
            if self._waiting:
                job = self._waiting.popleft()
            elif (request := next(source, None)) is not None:
                _check(request)
                job = _Job(request)
            else:
                return
            idlest = min(self._workers, key=lambda worker: len(worker.jobs), default=None)
            if idlest is None or (idlest.jobs and len(self._workers) < self._limit):
                idlest = _Worker(*start_process(_work, name="narrate-draft"))
                self._workers.append(idlest)
            if not idlest.jobs:
                idlest.watch.beat()
            idlest.jobs.append(job)
            with suppress(OSError):  # it has just died: `_collect` finds its pipe closed and the job is dealt again
                idlest.pipe.send(job.request)

    def _collect(self) -> Iterator[tuple[Request, NDArray[np.int16]]]:
        """What has been made by now, after waiting for one answer, TICK_S at most."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(by_pipe), TICK_S):
            worker = by_pipe[pipe]  # type: ignore[index]
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            if worker.starting:
                worker.watch, worker.starting = Watchdog(self._stuck_s), False
            worker.watch.beat()
            job = worker.jobs.popleft()
            if job is None:
                continue  # asked for by an iterator that was closed early
            if isinstance(answer, EngineError):
                raise answer
            yield job.request, answer
        for worker in self._workers:
            if worker.jobs and worker.watch.stuck():
                log.warning("A draft worker has said nothing for %.0f s: starting another.", worker.watch.quiet_s)
                worker.process.kill()  # its pipe closes with it, and it is buried next time

    def _bury(self, worker: _Worker) -> None:
        """Take a dead worker's requests back. Raises EngineError when the first has had MAX_DEATHS."""
        self._workers.remove(worker)
        self.losses += 1
        worker.pipe.close()
        code = end_process(worker.process)
        if worker.jobs and (first := worker.jobs[0]):
            first.deaths += 1
            if first.deaths >= MAX_DEATHS:
                raise EngineError(
                    f"{MAX_DEATHS} draft workers died (exit code {code}) on {_shown(first.request)}",
                    do="change the line, or free some memory, and run the same command again",
                )
        self._waiting.extend(job for job in worker.jobs if job)


def open_draft(models: Sequence[str] = (), *, slots: int | None = None, **options: object) -> DraftEngine:
    """The engine on as many cores as there are `slots`. It has its model in itself, and no options."""
    return DraftEngine(slots)


@cache
def _release() -> str:
    return f"hibari-tts {version('hibari-tts')}"


def _check(request: Request) -> None:
    """Refuse what hibari cannot speak before anything is made of it."""
    check_voices(DRAFT, [request.voice])
    if language_tag(request.language) != "auto":
        check_spoken(DRAFT.name, language_tag(request.language))


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shown(request: Request) -> str:
    text = request.text if len(request.text) <= 60 else request.text[:59] + "…"
    return f'"{text}"'


# In a worker process


def _work(pipe: Connection) -> None:
    """Answer each request with samples [N] int16, or with an EngineError, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a batch system tells everybody; the parent ends us
    requests: SimpleQueue[Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, requests), daemon=True).start()
    hibari = None
    while True:
        request = requests.get()
        answer: NDArray[np.int16] | EngineError
        try:
            hibari = hibari or load_hibari()
            answer = speak_line(hibari, request)
        except EngineError as error:
            answer = error
        except Exception as error:
            answer = EngineError(f"the draft engine cannot speak {_shown(request)}: {type(error).__name__}: {error}")
        try:
            pipe.send(answer)
        except OSError:
            os._exit(0)


def _listen(pipe: Connection, requests: "SimpleQueue[Request]") -> None:
    """Queue what arrives; when the parent is gone, however it went, go too, in mid-word if need be."""
    try:
        while True:
            requests.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)
