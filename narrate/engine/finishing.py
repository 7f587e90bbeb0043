"""Takes encoded and measured in processes beside an engine, whose own process has Python's lock to itself.

A GPU speaks 2,000 seconds of audio a second, and each costs a millisecond to encode and measure: more than
one process can do with threads, as half of it holds the lock. A finisher that dies costs nothing: what it
had in hand is finished where it was asked for, and another takes its place.
"""

import logging
import os
import pickle
import signal
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from typing import Self

import numpy as np

from narrate.audio import Audio, Encoded, Finish
from narrate.engine.process import end_process, start_process

MOST = 8  # processes for an engine; by what a second costs, an H100 needs two or three

log = logging.getLogger(__name__)


def finishers_here(cores: int | None = None) -> int:
    """How many processes are worth it on a machine with so many cores (this one's): none on a small one."""
    count = (cores or os.cpu_count() or 1) // 2
    return min(MOST, count) if count > 1 else 0


class Finishers:
    """`finish` in `count` processes; without any, where it is called. May be called on several threads."""

    def __init__(self, finish: Finish, count: int) -> None:
        self._finish, self._count = finish, count
        self._free: SimpleQueue[tuple[SpawnProcess, Connection]] = SimpleQueue()
        for _ in range(count):
            self._free.put(self._started())

    def __call__(self, audio: Audio) -> Encoded:
        """What `finish` makes of `audio`. Waits for a process that is free."""
        if not self._count:
            return self._finish(audio)
        finisher = self._free.get()
        process, pipe = finisher
        try:
            pipe.send_bytes(audio.sample_rate.to_bytes(4, "little"))
            pipe.send_bytes(np.ascontiguousarray(audio.samples).view(np.uint8).data)
            flac, rest = pipe.recv_bytes(), pipe.recv_bytes()
        except (EOFError, OSError):
            pipe.close()
            log.info("A process that encodes takes was lost (exit code %s); another is started.", end_process(process))
            finisher = self._started()
            return self._finish(audio)
        finally:
            self._free.put(finisher)
        seconds, measures = pickle.loads(rest)  # from our own process
        return Encoded(flac, seconds, measures)

    def close(self) -> None:
        """End the processes; nobody may be calling. Harmless when called twice."""
        ended = [self._free.get() for _ in range(self._count)]
        self._count = 0
        for _, pipe in ended:
            pipe.close()
        for process, _ in ended:
            end_process(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _started(self) -> tuple[SpawnProcess, Connection]:
        one_thread = {"OPENBLAS_NUM_THREADS": "1"}
        return start_process(_work, self._finish, name="narrate-finisher", environment=one_thread)


def _work(pipe: Connection, finish: Finish) -> None:
    """What runs in a finisher, until the other end is closed: sample rate and samples in, FLAC and the rest out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a batch system tells everybody; the parent ends us
    try:
        while True:
            rate = int.from_bytes(pipe.recv_bytes(), "little")
            done = finish(Audio(np.frombuffer(pipe.recv_bytes(), np.int16), rate))
            pipe.send_bytes(done.flac)
            pipe.send_bytes(pickle.dumps((done.seconds, done.measures)))
    except (EOFError, OSError):
        os._exit(0)
