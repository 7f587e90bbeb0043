"""When a run ends before its work does: ^C, SIGTERM, a time of day, a number of hours.

To stop is to ask for nothing more: what is in hand is finished and kept. What is not finished
GRACE_S later is dropped, because a batch system kills 30 s after its SIGTERM.
"""

import _thread
import queue
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

import click

GRACE_S = 25.0
REPORT_S = 1.0  # of these, for what is written at the end
LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """The end of a run: `until`, seconds since the epoch, by the wall clock; `most_s` of running."""

    until: float | None = None
    most_s: float | None = None

    def told(self, now: float) -> str:
        """When a run that begins at the time `now` will end, in a sentence; empty when nothing says so."""
        ends = [end for end in (self.until, None if self.most_s is None else now + self.most_s) if end is not None]
        if not ends:
            return ""
        minutes = round((min(ends) - now) / 60)
        length = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
        return f"Stops on {datetime.fromtimestamp(min(ends)):%A, %Y-%m-%d, at %H:%M}, in {length}, if not done before."

    def reached(self, now: float, ran_s: float) -> str:
        """Which limit has been reached at the time `now`, after running for `ran_s`; empty when none has."""
        if self.until is not None and now >= self.until:
            return f"it is {datetime.fromtimestamp(self.until):%H:%M}"
        if self.most_s is not None and ran_s >= self.most_s:
            return f"it has run for {self.most_s / 3600:g} hours"
        return ""


class Stop:
    """Whether, and why, a run is to end."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.why = ""
        self._timer: threading.Timer | None = None
        self._dropped_at = 0.0  # by time.monotonic
        self._over = threading.Event()
        self._ending = threading.Lock()

    def set(self, why: str) -> None:
        """End the run: GRACE_S from now the main thread is interrupted, wherever it is."""
        if self.event.is_set():
            return
        self.why = why
        self._dropped_at = time.monotonic() + GRACE_S
        self.event.set()
        self._timer = threading.Timer(GRACE_S, self._drop)
        self._timer.daemon = True
        self._timer.start()

    @property
    def left_s(self) -> float | None:
        """How long to wait at most for what is in hand; None while there is no end."""
        return max(self._dropped_at - REPORT_S - time.monotonic(), 0.0) if self.event.is_set() else None

    def _drop(self) -> None:
        with self._ending:
            if not self._over.is_set():
                _interrupt()

    def watch(self, limits: Limits) -> None:
        """Set when one of `limits` is reached. The wall clock is asked again and again: it may be put right."""
        began = time.monotonic()

        def look() -> None:
            while not self._over.wait(LOOK_S):
                if why := limits.reached(time.time(), time.monotonic() - began):
                    self.set(why)
                    return

        if limits != Limits():
            threading.Thread(target=look, daemon=True).start()

    def over(self) -> None:
        """The run has ended: nothing is interrupted any more."""
        with self._ending:
            self._over.set()
        if self._timer is not None:
            self._timer.cancel()

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Within, the first ^C, SIGTERM or hang-up sets this, and a second one interrupts at once.

        A handler may come in the middle of a write or under any lock, so it only passes the signal on: a
        thread sets and says.
        """
        from narrate.cli.progress import say  # numpy with it: not for --help

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

    stop = Stop()
    stop.watch(limits)
    with _handling(on_signal):
        try:
            yield stop
        finally:
            stop.over()  # before the signals are as they were: its own would end the process


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


def _interrupt() -> None:
    """Have the main thread raise KeyboardInterrupt, also while it waits in a system call."""
    if hasattr(signal, "pthread_kill"):
        main = threading.main_thread().ident
        assert main is not None
        signal.pthread_kill(main, signal.SIGTERM)
    else:
        _thread.interrupt_main(signal.SIGTERM)


class TimeOfDay(click.ParamType[float]):
    """`07:00`, the next one to come, or a whole date and time: seconds since the epoch."""

    name = "HH:MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        now = datetime.now()
        text = str(value).strip()
        try:
            if not re.fullmatch(r"\d{1,2}:\d{2}", text):
                moment = datetime.fromisoformat(text)
                if moment.timestamp() <= now.timestamp():
                    self.fail(f"{text} has passed", param, ctx)
                return moment.timestamp()
            hour, minute = (int(part) for part in text.split(":"))
            moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError:
            self.fail(f'"{text}" is no time such as 07:00 or 2026-01-31T07:00', param, ctx)
        # By the calendar, not by 24 hours: the clocks may change in the night.
        return (moment if moment > now else moment + timedelta(days=1)).timestamp()
