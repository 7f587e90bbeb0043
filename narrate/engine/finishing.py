"""Takes encoded and measured in processes beside an engine, whose own process has Python's lock to itself.

A GPU speaks 2,000 seconds of audio a second, and each costs a millisecond to encode and measure: more than
one process can do with threads, as half of it holds the lock. A finisher that dies or hangs costs nothing:
what it had in hand is finished where it was asked for, and another takes its place.
"""

import logging
import os
import pickle
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Self

import numpy as np

from narrate.audio import Audio, Encoded, Finish
from narrate.engine.process import Child, leave_signals_to_the_parent

MOST = 8  # processes for an engine; by what a second costs, an H100 needs two or three
STUCK_S = 120.0  # the longest take needs a second

log = logging.getLogger(__name__)


def finishers_here(engines: int = 1, *, cores: int | None = None) -> int:
    """How many processes are worth it beside each of so many engines on a machine with so many cores (this one's).

    None on a small one.
    """
    count = (cores or os.cpu_count() or 1) // engines // 2
    return min(MOST, count) if count > 1 else 0


class Finishers:
    """`finish` in `count` processes; without any, where it is called. May be called on several threads."""

    def __init__(self, finish: Finish, count: int) -> None:
        self._finish, self.count = finish, count
        self._free: SimpleQueue[Child] = SimpleQueue()
        for _ in range(count):
            self._free.put(self._started())

    def __call__(self, audio: Audio) -> Encoded:
        """What `finish` makes of `audio`. Waits for a process that is free."""
        if not self.count:
            return self._finish(audio)
        child = self._free.get()
        try:
            child.pipe.send_bytes(audio.sample_rate.to_bytes(4, "little"))
            child.pipe.send_bytes(np.ascontiguousarray(audio.samples).view(np.uint8).data)
            if not child.pipe.poll(STUCK_S):
                raise EOFError
            flac, rest = child.pipe.recv_bytes(), child.pipe.recv_bytes()
        except (EOFError, OSError):
            log.info("A process that encodes takes was lost (exit code %s); another is started.", child.end())
            child = self._started()
            return self._finish(audio)
        finally:
            self._free.put(child)
        seconds, measures = pickle.loads(rest)  # from our own process
        return Encoded(flac, seconds, measures)

    def close(self) -> None:
        """End the processes; nobody may be calling. Harmless when called twice."""
        ended = [self._free.get() for _ in range(self.count)]
        self.count = 0
        for act in (Child.close, Child.end):
            for child in ended:
                act(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _started(self) -> Child:
        one_thread = {"OPENBLAS_NUM_THREADS": "1"}
        return Child(_work, self._finish, name="narrate-finisher", environment=one_thread)


def _work(pipe: Connection, finish: Finish) -> None:
    """What runs in a finisher, until the other end is closed: sample rate and samples in, FLAC and the rest out."""
    leave_signals_to_the_parent()
    try:
        while True:
            rate = int.from_bytes(pipe.recv_bytes(), "little")
            done = finish(Audio(np.frombuffer(pipe.recv_bytes(), np.int16), rate))
            pipe.send_bytes(done.flac)
            pipe.send_bytes(pickle.dumps((done.seconds, done.measures)))
    except (EOFError, OSError):
        os._exit(0)
