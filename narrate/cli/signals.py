"""Signals (^C, SIGTERM, a hang-up): what they do to a command, and a run that they stop."""

import _thread
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from narrate import work
from narrate.cli.show import say
from narrate.work.stop import Limits, Stop

if TYPE_CHECKING:
    from narrate.work import Run


class SignalledStop(Stop):
    """A Stop that signals set while work is at hand, and that interrupts the main thread at last."""

    def interrupt(self) -> None:
        """Have the main thread raise KeyboardInterrupt, also while it waits in a system call."""
        if hasattr(signal, "pthread_kill"):
            main = threading.main_thread().ident
            assert main is not None
            signal.pthread_kill(main, signal.SIGTERM)
        else:
            _thread.interrupt_main(signal.SIGTERM)

    @contextmanager
    def graceful(self) -> Iterator[None]:
        """Within, the first ^C, SIGTERM or hang-up sets this, and a second one interrupts at once.

        A handler may come in the middle of a write or under any lock, so it only passes the signal on: a
        thread sets and says.
        """
        came: queue.SimpleQueue[str] = queue.SimpleQueue()  # whose `put` may interrupt itself
        signalled = False

        def on_signal(number: int, frame: FrameType | None) -> None:
            nonlocal signalled
            if signalled or self.event.is_set():
                raise KeyboardInterrupt
            signalled = True
            self.why = "^C" if number == signal.SIGINT else signal.Signals(number).name
            came.put(self.why)

        def tell() -> None:
            if why := came.get():
                self.set(why)
                say("\nFinishing what is in hand; ^C again stops at once.")

        telling = threading.Thread(target=tell, name="signals", daemon=True)
        telling.start()
        try:
            with _handling(on_signal):
                yield
        finally:
            came.put("")  # which ends the thread where no signal came
            telling.join()


@contextmanager
def stopping(limits: Limits) -> Iterator[Stop]:
    """A Stop for a whole run. What is no rendering is interrupted at once by a signal: it loses nothing."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    stop = SignalledStop()
    stop.watch(limits)
    with _handling(on_signal):
        try:
            yield stop
        finally:
            stop.over()  # before the signals are as they were: its own would end the process


@contextmanager
def running(limits: Limits | None = None, *, disk_wait_s: float = 0.0) -> Iterator["Run"]:
    """A run, and its end: the engine is closed, the signals are as they were."""
    with stopping(limits or Limits()) as stop, closing(work.Run(stop, disk_wait_s)) as run:
        yield run


@contextmanager
def _handling(handler: object) -> Iterator[None]:
    """`handler` for the signals that end a run. A hang-up that is ignored (nohup) stays ignored."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in numbers}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for number, handled in before.items():
            signal.signal(number, handled)
