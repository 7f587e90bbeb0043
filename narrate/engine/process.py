"""A process for an engine, at the other end of a pipe: how it is started, and how it is ended."""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

GRACE_S = 2.0  # for a process whose pipe is closed, to go by itself
_starting = threading.Lock()  # the environment is one for all threads


def start_process(
    work: Callable[..., None], *arguments: object, name: str, environment: Mapping[str, str] | None = None
) -> tuple[SpawnProcess, Connection]:
    """A process that runs `work(pipe, *arguments)`, and our end of its pipe.

    `environment` is its alone, and only for what ours does not say.
    ^C does not reach it: the parent alone decides what an interrupt means. spawn, not fork: the
    same on every system, and a fork would copy the parent's threads' locks.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, *arguments), name=name, daemon=True)
    masked = hasattr(signal, "pthread_sigmask")
    with _starting:
        added = {key: value for key, value in (environment or {}).items() if key not in os.environ}
        # The child inherits the mask, so an interrupt in its first moments prints no traceback.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]) if masked else set()
        try:
            os.environ.update(added)
            process.start()
        finally:
            for key in added:
                del os.environ[key]
            if masked:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()  # the child alone holds its end, so its death closes the pipe
    return process, ours


def end_process(process: SpawnProcess) -> int | None:
    """Its exit code; it is killed if it does not go by itself. Its pipe should have been closed."""
    process.join(GRACE_S)
    if process.is_alive():
        process.kill()
        process.join()
    code = process.exitcode
    process.close()
    return code
