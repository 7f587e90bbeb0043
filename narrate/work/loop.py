"""The render loop: ask the engine for the takes that are missing, judge and keep each as it lands.

Takes are judged and written on threads, so that an engine never waits for the disk; one is
reported only when its file is durable. Encoding and measuring one holds Python's lock too long to
keep up with a GPU on threads alone: `finish` does it, in processes where that is worth it
(engine.finishing). To stop, the requests run dry: the engine finishes what it has in hand, and
everything finished is kept.

What fails its checks is asked again in rounds: all failures of the book in one call, so that
retries fill the engine's batches as first attempts do.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain

from narrate.audio import Audio, Finish, Sound
from narrate.check import Verdict, Watch
from narrate.engine import Engine
from narrate.takes import Request, TakeStore

WRITERS = max(4, min(12, os.cpu_count() or 4))  # more of them would keep the thread that feeds the engine waiting

log = logging.getLogger(__name__)

Wished = Callable[[], Iterable[Request]]
"""What somebody waits for and was not told before, whenever it is called."""


@dataclass(frozen=True, slots=True)
class Made:
    """A take that was made and is on disk, or one that an earlier attempt was better than.

    `verdict` is that of the take that is kept; None where nothing was checked. `again`: another
    attempt at a line that has been there before. `ended_late`: see `Engine.notes`.
    """

    request: Request
    seconds: float
    verdict: Verdict | None = None
    again: bool = False
    ended_late: bool = False


def render_checked(
    engine: Engine[Sound],
    requests: Iterable[Request],
    store: TakeStore,
    stop: threading.Event,
    watch: Watch,
    finish: Finish | None = None,
    wished: Wished | None = None,
) -> Iterator[Made]:
    """`render`, then what failed its checks asked again, round after round, as far as `watch` says."""
    watch.listen()
    yield from render(engine, requests, store, stop, watch, finish=finish, wished=wished)
    while not stop.is_set():
        watch.settle(stop)
        failed = watch.again()
        if watch.refused:
            log.warning("%s.", watch.refused)
        if not failed:
            return
        log.warning("Asking again for %d that failed their checks.", len(failed))
        for made in render(engine, failed, store, stop, watch, finish=finish, wished=wished):
            yield replace(made, again=True)


def render(
    engine: Engine[Sound],
    requests: Iterable[Request],
    store: TakeStore,
    stop: threading.Event,
    watch: Watch | None = None,
    writers: int = WRITERS,
    finish: Finish | None = None,
    wished: Wished | None = None,
) -> Iterator[Made]:
    """Every request spoken and kept, each reported once it is on disk. Setting `stop` ends early.

    `writers`: threads that finish, judge and write; few where the engine runs in this process and needs it too.
    `finish` encodes what the engine has not, and may measure it; it is called on these threads.
    `wished` is asked before each request what somebody waits for, which is spoken first; no key is spoken twice.
    Raises what the engine raises, and StorageError when a take cannot be written; takes that
    were finished by then are on disk all the same.
    """
    waiting: deque[Future[Made]] = deque()
    # Finished takes in memory, waiting for the disk: lines of like length end together, a whole batch at once,
    # and while this loop waits for the disk nobody feeds the engine.
    most = max(64, 4 * writers, engine.slots)
    with ThreadPoolExecutor(writers, "take-writer") as pool:
        try:
            for request, audio in engine.speak(_until(stop, requests, wished)):
                waiting.append(pool.submit(_keep, store, watch, finish, request, audio, engine.notes(request)))
                while waiting and (waiting[0].done() or len(waiting) > most):
                    yield waiting.popleft().result()
        except BaseException:
            # What was finished is worth keeping, whatever went wrong after it.
            for done in waiting:
                done.exception()
            raise
        while waiting:
            yield waiting.popleft().result()


def _until(stop: threading.Event, requests: Iterable[Request], wished: Wished | None) -> Iterator[Request]:
    if wished is not None:
        requests = _wished_first(requests, wished)
    for request in requests:
        if stop.is_set():
            return
        yield request


def _wished_first(requests: Iterable[Request], wished: Wished) -> Iterator[Request]:
    """The requests, and before each what is wished by then; of one key only what comes first."""
    given: set[str] = set()
    for request in chain(requests, (None,)):
        for one in (*wished(), *(() if request is None else (request,))):
            if one.key not in given:
                given.add(one.key)
                yield one


def _keep(
    store: TakeStore,
    watch: Watch | None,
    finish: Finish | None,
    request: Request,
    audio: Sound,
    notes: dict[str, object],
) -> Made:
    sound = finish(audio) if finish is not None and isinstance(audio, Audio) else audio
    late = bool(notes.get("ended_late"))
    if watch is not None:
        return Made(request, sound.seconds, watch.keep(request, sound, notes), ended_late=late)
    store.put(request, sound, made=notes)
    return Made(request, sound.seconds, ended_late=late)
