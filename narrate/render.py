"""The render loop: ask the engine for the takes that are missing, judge and keep each as it lands.

Takes are encoded and written on threads, so that an engine never waits for the disk; one is
reported only when its file is durable. To stop, the requests run dry: the engine finishes
what it has in hand, and everything finished is kept.

What fails its checks is asked again in rounds: all failures of the book in one call, so that
retries fill the engine's batches as first attempts do.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from narrate.audio import Audio
from narrate.check import Verdict
from narrate.check.watch import Watch
from narrate.engine import Engine
from narrate.project import PlacedChapter
from narrate.take import Request, TakeStore

WRITERS = max(4, min(32, os.cpu_count() or 4))  # judging and writing a take of 8 s costs 10 ms of a core
MAX_UNWRITTEN = max(64, 4 * WRITERS)  # finished takes in memory, waiting for the disk

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """A take that was made and is on disk, or one that an earlier attempt was better than.

    `verdict` is that of the take that is kept; None where nothing was checked. `again`: another
    attempt at a line that has been there before.
    """

    request: Request
    seconds: float
    verdict: Verdict | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """What a book asks for: every request once, and those whose take is missing, as an engine likes them."""

    requests: tuple[Request, ...]
    missing: tuple[Request, ...]

    @property
    def kept(self) -> int:
        return len(self.requests) - len(self.missing)

    @property
    def there(self) -> list[Request]:
        """Those whose take is there, in the book's order."""
        missing = {request.key for request in self.missing}
        return [request for request in self.requests if request.key not in missing]


def find_work(chapters: Iterable[PlacedChapter], store: TakeStore) -> Work:
    """The book's requests against the store. Lines that ask for the same thing share one take.

    By checkpoint, so that each is loaded once; of these longest first: lines of like length share
    a batch, and no long one is left for the end.
    """
    requests = {line.request.key: line.request for c in chapters for line in c.lines if line.request is not None}
    there = store.keys()
    missing = [request for key, request in requests.items() if key not in there]
    missing.sort(key=lambda request: (request.model, -len(request.text), request.text))
    return Work(tuple(requests.values()), tuple(missing))


def render_checked(
    engine: Engine, requests: Iterable[Request], store: TakeStore, stop: threading.Event, watch: Watch
) -> Iterator[Made]:
    """`render`, then what failed its checks asked again, round after round, as far as `watch` says."""
    watch.listen()
    yield from render(engine, requests, store, stop, watch)
    while not stop.is_set():
        watch.settle(stop)
        failed = watch.again()
        if watch.refused:
            log.warning("%s.", watch.refused)
        if not failed:
            return
        log.warning("Asking again for %d that failed their checks.", len(failed))
        for made in render(engine, failed, store, stop, watch):
            yield replace(made, again=True)


def render(
    engine: Engine,
    requests: Iterable[Request],
    store: TakeStore,
    stop: threading.Event,
    watch: Watch | None = None,
    writers: int = WRITERS,
) -> Iterator[Made]:
    """Every request spoken and kept, each reported once it is on disk. Setting `stop` ends early.

    `writers`: threads that judge, encode and write; few where the engine runs in this process and needs it too.
    Raises what the engine raises, and StorageError when a take cannot be written; takes that
    were finished by then are on disk all the same.
    """
    waiting: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(writers, "take-writer") as pool:
        try:
            for request, audio in engine.speak(_until(stop, requests)):
                waiting.append(pool.submit(_keep, store, watch, request, audio, engine.notes(request)))
                while waiting and (waiting[0].done() or len(waiting) > MAX_UNWRITTEN):
                    yield waiting.popleft().result()
        except BaseException:
            # What was finished is worth keeping, whatever went wrong after it.
            for done in waiting:
                done.exception()
            raise
        while waiting:
            yield waiting.popleft().result()


def _until(stop: threading.Event, requests: Iterable[Request]) -> Iterator[Request]:
    for request in requests:
        if stop.is_set():
            return
        yield request


def _keep(store: TakeStore, watch: Watch | None, request: Request, audio: Audio, notes: dict[str, object]) -> Made:
    if watch is not None:
        return Made(request, audio.seconds, watch.keep(request, audio, notes))
    store.put(request, audio, made=notes)
    return Made(request, audio.seconds)
