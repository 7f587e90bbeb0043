"""Stopping a run before its work is done: on request, at a time of day, after a number of hours.

To stop is to ask for nothing more: what is in hand is finished and kept. What is not finished
GRACE_S later is dropped, because a batch system kills 30 s after its SIGTERM.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

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


def read_time(text: str) -> float:
    """`07:00`, the next one to come, or a whole date and time: seconds since the epoch. Raises ValueError."""
    now, text = datetime.now(), text.strip()
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", text):
            hour, minute = (int(part) for part in text.split(":"))
            moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
            # By the calendar, not by 24 hours: the clocks may change in the night.
            return (moment if moment > now else moment + timedelta(days=1)).timestamp()
        found = datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise ValueError(f'"{text}" is no time such as 07:00 or 2026-01-31T07:00') from None
    if found <= now.timestamp():
        raise ValueError(f"{text} has passed")
    return found


class Stop:
    """A stop: whether, and why, a run is to end. Any thread may set it.

    This one waits for what is in hand. A program that must end in time, or that hears signals, overrides
    `interrupt` and `graceful`.
    """

    def __init__(self) -> None:
        self.event = threading.Event()
        self.why = ""
        self._timer: threading.Timer | None = None
        self._dropped_at = 0.0  # by time.monotonic
        self._over = threading.Event()
        self._ending = threading.Lock()

    def set(self, why: str) -> None:
        """End the run: GRACE_S from now `interrupt` is called."""
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

    def interrupt(self) -> None:
        """Have the work raise KeyboardInterrupt, wherever it is: the grace is over."""

    @contextmanager
    def graceful(self) -> Iterator[None]:
        """Within, work is at hand that is worth finishing; anywhere else nothing is lost by an interruption."""
        yield

    def _drop(self) -> None:
        with self._ending:
            if not self._over.is_set():
                self.interrupt()

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
