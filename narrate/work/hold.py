"""A project's lock, held while something of the project is changed and looked at in between."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from narrate.takes import Holder, holder, is_locked, locked
from narrate.work.refusals import BusyError


class Hold:
    """The lock of the project in `folder`, on any thread. `held` says whether this process has it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._takes = folder, folder / "takes"
        self._looking = threading.Lock()  # a look takes the project's lock for a moment
        self.held = False

    def other(self) -> Holder | None:
        """The process that works on the project just now, when it is not this one."""
        with self._looking:
            who = None if self.held else holder(self._takes)
            return who if who is not None and is_locked(self._takes) else None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the project's lock. Raises BusyError when another process does."""
        told: list[Holder | None] = []
        at_once = threading.Event()
        at_once.set()
        with ExitStack() as lock:
            with self._looking:
                self.held = lock.enter_context(locked(self._takes, told.append, at_once))
            try:
                if not self.held:
                    who = told[0] or "another process"
                    raise BusyError(f"{self._folder} is being worked on by {who}", do="try again when it has ended")
                yield
            finally:
                with self._looking:
                    lock.close()
                    self.held = False
