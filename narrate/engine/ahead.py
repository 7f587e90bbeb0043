"""A process started ahead of an engine: it imports the engine's packages while nobody knows yet what to speak.

Torch alone takes seconds to import. Meanwhile this process reads the book or text, and finds voices and models.
"""

import gc
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from typing import Self

from narrate.engine.devices import card_number, wake
from narrate.engine.process import Child, leave_signals_to_the_parent
from narrate.engine.registry import ENGINES
from narrate.engine.wanted import Wanted


class Ahead:
    """One process at most. Whoever opens an engine takes it; one that nobody took is killed by `close`."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._over = False  # once it was taken, or is not to be started any more

    def start(self, wanted: Wanted, engine: str = "auto", models: Sequence[str] = ()) -> None:
        """Start it where an engine that takes long to import will be opened on this machine, as far as can be told.

        `engine` and `models` are what a project says. Harmless when called twice.
        """
        name = wanted.engine or engine
        if name == "auto" and (wanted.models or models):
            name = next(facts.name for facts in ENGINES.values() if facts.find_model is not None)
        facts = ENGINES.get(name)
        if self._child is None and not self._over and facts is not None and facts.prepare and not wanted.ray:
            # The driver looks at the environment once. A card that is not the first is made the first one in it, later.
            wake_first = card_number(wanted.device) == 0
            self._child = Child(_prepare, facts.prepare, wake_first, name="narrate-engine")

    def take(self) -> Child | None:
        """The process, if there is one, for whoever will end it: it waits to be sent a function and its arguments."""
        child, self._child, self._over = self._child, None, True
        return child

    def close(self) -> None:
        """Kill the process that nobody took. Harmless when called twice."""
        if (child := self.take()) is not None:
            child.process.kill()
            child.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _prepare(pipe: Connection, prepare: str, wake_first: bool) -> None:
    """What runs in the process: it gets ready, then does the work that comes through the `pipe`, with that pipe."""
    leave_signals_to_the_parent()
    if wake_first:
        threading.Thread(target=wake, args=(0,), daemon=True).start()
    gc.disable()  # imports make no garbage, and it would be looked for among all that they make
    with suppress(ImportError):  # it is told of when the engine is opened
        resolve_name(prepare)()
    gc.freeze()
    gc.enable()
    try:
        work, arguments = pipe.recv()
    except (EOFError, OSError):
        os._exit(0)
    work(pipe, *arguments)
