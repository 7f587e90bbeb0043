"""A process for an engine, at the other end of a pipe: how it is started, spoken with and ended."""

import os
import pickle
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

GRACE_S = 2.0  # for a process whose pipe is closed, to go by itself
_starting = threading.Lock()  # the environment is one for all threads


class DiedError(Exception):
    """A process is gone."""


class Child:
    """A process that runs `work(pipe, *arguments)`, and our end of its pipe.

    `environment` is its alone, and only for what ours does not say.
    ^C does not reach it: the parent alone decides what an interrupt means. spawn, not fork: the
    same on every system, and a fork would copy the parent's threads' locks.
    """

    def __init__(
        self,
        work: Callable[..., None],
        *arguments: object,
        name: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        context = get_context("spawn")
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=work, args=(theirs, *arguments), name=name, daemon=True)
        self._code: int | None = None
        masked = hasattr(signal, "pthread_sigmask")
        with _starting:
            added = {key: value for key, value in (environment or {}).items() if key not in os.environ}
            # The child inherits the mask, so an interrupt in its first moments prints no traceback.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]) if masked else set()
            try:
                os.environ.update(added)
                self.process.start()
            finally:
                for key in added:
                    del os.environ[key]
                if masked:
                    signal.pthread_sigmask(signal.SIG_SETMASK, before)
                theirs.close()  # the child alone holds its end, so its death closes the pipe

    def send(self, message: object) -> None:
        """Nothing happens where it has just died: reading finds that out."""
        with suppress(OSError):
            self.pipe.send(message)

    def receive(self) -> list[Any]:
        """The process's next message. Raises DiedError."""
        try:
            return [self.pipe.recv()]
        except (EOFError, OSError, pickle.UnpicklingError):
            raise DiedError("its process died") from None

    def close(self) -> None:
        """Tell it to go."""
        self.pipe.close()

    def end(self) -> int | None:
        """Its exit code; it is killed if it does not go by itself. Harmless when called twice."""
        self.close()
        with suppress(ValueError):  # `end` has been here before
            self.process.join(GRACE_S)
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
            self._code = self.process.exitcode
            self.process.close()
        return self._code


def leave_signals_to_the_parent() -> None:
    """To be called in a child: a terminal and a batch system tell everybody, and the parent ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
