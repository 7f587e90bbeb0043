"""A watchdog: an engine is stuck when it has been quiet far longer than ever before."""

import time
from collections.abc import Callable

TICK_S = 1.0  # how often to look
MOST_S = 5 * TICK_S  # that one look may count


class Watchdog:
    """Time without a sign of life, as far as it was looked at.

    Only time between looks that follow each other counts, and of that MOST_S at most: a machine
    that slept, a process that was stopped, a clock that jumped or a loop that waited for the disk
    do not make an engine look dead.
    """

    def __init__(self, least_s: float, factor: float = 20.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Stuck after `least_s`, or `factor` times the longest quiet so far where that is more."""
        self._least_s, self._factor, self._clock = least_s, factor, clock
        self._longest_s = 0.0
        self._last = clock()
        self.quiet_s = 0.0

    def beat(self) -> None:
        """A sign of life."""
        self._longest_s = max(self._longest_s, self.quiet_s)
        self.quiet_s = 0.0
        self._last = self._clock()

    def stuck(self) -> bool:
        """Look whether the engine has been quiet for too long. To be called every TICK_S or so while waiting."""
        now = self._clock()
        self.quiet_s += min(max(now - self._last, 0.0), MOST_S)
        self._last = now
        return self.quiet_s > max(self._least_s, self._factor * self._longest_s)
