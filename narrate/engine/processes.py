"""Workers of a pool on this machine: a process for each."""

import threading
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import wait

from narrate.audio import Finish
from narrate.engine.process import Child
from narrate.engine.worker import Opening, run_worker


class Processes:
    """This machine: a process for each of `openings`. `finish` and `finishers` are as in `worker.serve`.

    `ahead`: a process that is there already, see `engine.ahead`.
    """

    def __init__(
        self,
        openings: Sequence[Opening],
        finish: Finish | None = None,
        finishers: int = 0,
        *,
        ahead: Child | None = None,
    ) -> None:
        self._openings, self._finishing, self._ahead = openings, (finish, finishers), ahead
        self._bell, self._button = Pipe(duplex=False)
        self._rung = threading.Lock()  # held while the bell rings, so that its pipe is never full

    def places(self) -> int:
        return len(self._openings)

    def start(self, place: int, slots: int | None) -> Child:
        child, self._ahead = self._ahead, None
        arguments = self._openings[place], slots, *self._finishing
        if child is None:
            return Child(run_worker, *arguments, name="narrate-engine")
        child.send((run_worker, arguments))
        return child

    def wait(self, channels: Sequence[Child], timeout_s: float) -> list[Child]:
        by_pipe = {child.pipe: child for child in channels}
        ready = wait([*by_pipe, self._bell], timeout_s)
        if self._bell in ready:
            self._bell.recv_bytes()
            self._rung.release()
        return [by_pipe[pipe] for pipe in ready if pipe in by_pipe]

    def wake(self) -> None:
        if self._rung.acquire(blocking=False):
            self._button.send_bytes(b"!")

    def close(self) -> None: ...
