"""Work on several cores: jobs of one kind, and kinds of work beside each other.

Threads, because the work is done by ffmpeg's processes and by numpy.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

WORKERS = min(os.cpu_count() or 1, 32)  # each has an ffmpeg in memory and a chapter's samples on disk

T = TypeVar("T")


def each(jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
    """The jobs' results as they finish. After an error, or closed early, no further job begins."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        for future in as_completed([pool.submit(job) for job in jobs]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def together(
    works: Mapping[str, Callable[[], Iterator[T]]], stop: Callable[[], None]
) -> Iterator[tuple[str, T | None]]:
    """What several works yield, as it comes, each with its work's name; None when one is through.

    Each runs in a thread of its own. When one fails the others go on, and its error is raised at the end (of
    several the first one's, in the order of `works`). Closed early, `stop` is called, which has to make
    what is at work fail soon; nothing runs any more afterwards.
    """
    told: SimpleQueue[tuple[str, T | None]] = SimpleQueue()
    closed = Event()

    def work(name: str) -> None:
        try:
            for item in works[name]():
                told.put((name, item))
                if closed.is_set():
                    return
        finally:
            told.put((name, None))

    pool = ThreadPoolExecutor(max(len(works), 1))
    try:
        running = {name: pool.submit(work, name) for name in works}
        left = set(works)
        while left:
            name, item = told.get()
            if item is None:
                left.remove(name)
                if running[name].exception() is not None:
                    continue
            yield name, item
        for future in running.values():
            future.result()
    finally:
        closed.set()
        if not all(future.done() for future in running.values()):
            stop()
        pool.shutdown(cancel_futures=True)
