"""The lock of a project, which lets one process render it, and a note of who holds it.

The lock is the operating system's own, through filelock: it is gone the moment its process
is, however that went, so nobody ever has to remove a stale one. Who holds it is written
beside it, for the second one to say; it decides nothing. Whoever only looks tries a
lock of its own, `.held`, so that nobody who wants to render ever waits for a look.
"""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from narrate.errors import StorageError
from narrate.files import make_folder, storage, write_text

POLL_S = 1.0
WRITING_S = 30.0  # for another to have written the script
LOOK_S = 0.1  # longer than another's look takes


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of a lock; `since` is an ISO 8601 time."""

    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        where = "" if self.host == socket.gethostname() else f" on {self.host}"
        return f"process {self.pid}{where}, since {self.since[:16].replace('T', ' ')}"


@contextmanager
def locked(folder: Path, waiting: Callable[[Holder | None], None], stop: threading.Event) -> Iterator[bool]:
    """Hold the lock of `folder` for the block. True when it is held, False when `stop` was set first.

    While another process holds it, `waiting` is told once who (None when that cannot be read).
    Raises StorageError when the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    with storage(folder):
        make_folder(folder)
        lock = FileLock(folder / ".lock", timeout=0)
    told = False
    while True:
        try:
            lock.acquire()
            break
        except Timeout:
            if not told:
                waiting(holder(folder))
                told = True
        except OSError:
            with storage(folder):
                raise
        if stop.wait(POLL_S):
            yield False
            return
    held = FileLock(folder / ".held", timeout=10 * LOOK_S, poll_interval=LOOK_S / 10)
    try:
        with suppress(Timeout, OSError):  # nobody sees then that it is held
            held.acquire()
        here = Holder(os.getpid(), socket.gethostname(), datetime.now().astimezone().isoformat(timespec="seconds"))
        with suppress(StorageError):  # a full disk is no reason not to look at what there is to do
            write_text(folder / ".holder.json", json.dumps(asdict(here)) + "\n")
        yield True
    finally:
        with suppress(OSError):
            (folder / ".holder.json").unlink()
        held.release()
        lock.release()


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """A block in which no other process changes a project's script: it is read, changed and written as one.

    `folder` has the lock.

    It is held for a moment, by whoever renders or not. Raises StorageError where it cannot be had.
    """
    from filelock import FileLock, Timeout

    with storage(folder):
        make_folder(folder)
        lock = FileLock(folder / ".script", timeout=WRITING_S)
        try:
            lock.acquire()
        except Timeout:
            raise StorageError("another process is changing the script", where=folder, do="try again") from None
    try:
        yield
    finally:
        lock.release()


def holder(folder: Path) -> Holder | None:
    """The last holder of the lock of `folder`, if that can be read. It may have died since: see `is_locked`."""
    try:
        found = json.loads((folder / ".holder.json").read_text("utf-8"))
        return Holder(int(found["pid"]), str(found["host"]), str(found["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_locked(folder: Path) -> bool:
    """Whether a process that lives holds the lock of `folder` just now. The lock itself is not touched."""
    from filelock import FileLock, Timeout

    if not (folder / ".held").is_file():
        return False
    lock = FileLock(folder / ".held", timeout=LOOK_S, poll_interval=LOOK_S / 10)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:
        return False  # a folder we may only read is not ours to render in either
    lock.release()
    return False
