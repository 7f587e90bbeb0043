"""An engine in a process of its own, so that it can be ended and started anew.

A CUDA error poisons its process, a hung kernel never returns, and a machine without memory
kills whole processes: none of these can be mended from inside. So a long render keeps its
engine in a child; what a lost child had in hand is asked of the next one, with the same draws
and so the same sound. Everything finished has left the child by then.
"""

import logging
import pickle
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from narrate.audio import Audio
from narrate.engine.child_work import Opening, steady_still, work
from narrate.engine.process import end_process, start_process
from narrate.engine.watchdog import TICK_S, Watchdog
from narrate.errors import EngineError, NarrateError
from narrate.takes import Request

AHEAD = 256  # lines that wait at the child, at most: a batch of like lines ends all at once
START_S = 1800.0  # for loading weights and compiling kernels, before it counts as stuck
STUCK_S = 300.0  # on a GPU, without a take; a batch of the longest lines needs 13 s
STUCK_CPU_S = 3600.0
FRUITLESS = 3  # children in a row that may be lost before one of them finishes a take
LOSSES = 20  # children in all
PAUSES_S = (1.0, 15.0, 60.0)  # before another start after one failed: a lost GPU takes a while to come back

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Child:
    """A process, our end of its pipe, and what it said of its engine."""

    process: SpawnProcess
    pipe: Connection
    engine: dict[str, Any] = field(default_factory=dict)
    takes: int = 0

    def send(self, message: object) -> None:
        with suppress(OSError):  # it has just died: reading finds that out
            self.pipe.send(message)

    def end(self) -> int | None:
        """Its exit code, after ending it."""
        self.pipe.close()
        return end_process(self.process)


@dataclass(slots=True, eq=False)
class _Lent:
    """The lines of one `speak` that are at the child, by number."""

    held: dict[int, Request] = field(default_factory=dict)
    again: deque[tuple[int, Request]] = field(default_factory=deque)  # what a lost child held
    waiting: int = 0  # of those held, the ones its engine has not pulled yet
    number: int = 0
    ended: bool = False
    told: bool = False  # the child knows that it has ended

    def more(self, source: Iterator[Request], most: int) -> list[tuple[int, Request]]:
        """Lines to send, so that `most` wait; `ended` once the source has no more."""
        lines: list[tuple[int, Request]] = []
        while self.waiting < most and not self.ended:
            if self.again:
                line = self.again.popleft()
            elif (request := next(source, None)) is not None:
                self.number += 1
                line = self.number, request
            else:
                self.ended = True
                break
            self.held[line[0]] = line[1]
            self.waiting += 1
            lines.append(line)
        return lines

    def recall(self) -> None:
        """The child is gone: all that it held is to be sent again, to another."""
        self.again.extendleft(reversed(self.held.items()))
        self.held.clear()
        self.waiting = 0
        self.ended = self.told = False


class _LostError(Exception):
    """The child is gone or useless; the message says how."""


class ChildEngine:
    """The engine that `opening` opens, in a child. Satisfies Engine.

    A child that dies, fails or is stuck is replaced, with half the slots once it was for want of
    memory or had finished nothing. `losses` counts them.
    """

    def __init__(self, opening: Opening, *, stuck_s: float = STUCK_S, start_s: float = START_S) -> None:
        """Starts the child and waits until its engine is ready. Raises what opening the engine raises."""
        self._opening, self._stuck_s, self._start_s = opening, stuck_s, start_s
        self._slots: int | None = None
        self._made: dict[str, dict[str, object]] = {}  # notes, until they are asked for
        self._turn = 0
        self._fruitless = 0
        self._speaking = False
        self.losses = 0
        self.steady: bool | None = None  # see steady_of: of all children together
        self._child: _Child | None = None
        try:
            self._child = self._started()
        except _LostError as lost:
            raise EngineError(f"the engine did not start: {lost}", do="`narrate doctor` shows what is here") from None
        said = self._child.engine
        self.name, self.model, self.sample_rate = str(said["name"]), str(said["model"]), int(said["sample_rate"])

    @property
    def slots(self) -> int:
        """Lines that are spoken at a time."""
        return 0 if self._child is None else int(self._child.engine["slots"])

    def speak(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Audio]]:
        """Every request once, with its audio, as it finishes. One call at a time.

        Raises what the engine raises of NarrateErrors, and EngineError when children are lost again and again.
        """
        if self._speaking or self._child is None:
            raise EngineError("the engine is closed, or still speaking", do="finish or close the first speak()")
        self._speaking = True
        self._turn += 1
        self._child.send(("speak", self._turn))
        source = iter(requests)
        lent = _Lent()
        watch = Watchdog(self._stuck_s)
        try:
            while True:
                if lines := lent.more(source, self._ahead):
                    self._child.send(("lines", lines))
                if lent.ended and not lent.told:
                    self._child.send(("end",))
                    lent.told = True
                if not lent.held:
                    return
                try:
                    kind, *rest = self._answer(watch)
                except _LostError as lost:
                    lent.recall()
                    self._replace(str(lost), len(lent.again))
                    watch = Watchdog(self._stuck_s)
                    continue
                if kind == "pulled":
                    lent.waiting -= 1
                elif (done := lent.held.pop(rest[0], None)) is not None:
                    _, audio, self._made[done.key] = rest
                    yield done, audio
        except KeyboardInterrupt:
            self.close()  # it may have come in the middle of a message
            raise
        finally:
            self._speaking = False
            if self._child is not None:
                self._child.send(("drop", self._turn))

    def notes(self, request: Request) -> dict[str, object]:
        """What the child's engine notes of a take; asked once."""
        return self._made.pop(request.key, {})

    def close(self) -> None:
        """End the child. Harmless when called twice."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    @property
    def _ahead(self) -> int:
        """Lines that wait at the child, so that its engine never does."""
        return min(AHEAD, self.slots // 3 + 1)

    def _answer(self, watch: Watchdog) -> tuple[Any, ...]:
        """("pulled",) or ("take", number, audio, notes). Raises _LostError, or the engine's own error."""
        child = self._child
        assert child is not None
        while True:
            while not wait([child.pipe], TICK_S):
                if watch.stuck():
                    raise _LostError(f"nothing came from it for {watch.quiet_s:.0f} s")
            kind, turn, *rest = _receive(child)
            if kind == "fault":
                raise _LostError(rest[0])
            if kind == "warning":
                log.warning("%s", rest[0])
            elif turn != self._turn:
                continue  # of a turn that was dropped
            elif kind == "error":
                raise rest[0]
            elif kind == "pulled":
                return (kind,)
            else:
                watch.beat()
                child.takes += 1
                number, samples, rate, notes, steady = rest
                self.steady = steady_still(self.steady, steady)
                return kind, number, Audio(samples, rate), notes

    def _replace(self, why: str, lines: int) -> None:
        """Another child for the one that was lost. Raises EngineError after too many."""
        child = self._child
        assert child is not None
        slots = self.slots
        code = child.end()
        short = "out of memory" in why.lower()
        if why == _GONE and code is not None and code < 0:
            short = code == -9  # how a machine without memory ends a process
            why = f"{why} (signal {-code})"
        self.losses += 1
        self._fruitless = 0 if child.takes else self._fruitless + 1
        if self._fruitless >= FRUITLESS or self.losses >= LOSSES:
            self._child = None
            what = f"the engine's process was lost {self.losses} times, the last time because {why}"
            raise EngineError(what, do="look at the log, and run the same command to go on")
        if slots > 1 and (self._fruitless or short):
            self._slots = max(2, slots // 2)  # one alone would not have the bits that its lines had beside others
        fewer = f", {self._slots} at a time" if self._slots else ""
        log.warning("The engine was lost: %s. Starting it anew; %d lines are asked again%s.", why, lines, fewer)
        self._child = self._restarted()
        self._child.send(("speak", self._turn))

    def _restarted(self) -> _Child:
        for pause_s in PAUSES_S:
            try:
                return self._started()
            except (_LostError, NarrateError) as error:
                self._child = None
                log.warning("It did not start: %s. Trying again in %.0f s.", error, pause_s)
                time.sleep(pause_s)
        try:
            return self._started()
        except _LostError as lost:
            raise EngineError(
                f"the engine cannot be started again: {lost}", do="run the same command to go on"
            ) from lost

    def _started(self) -> _Child:
        """A child whose engine is ready. Raises _LostError, or the NarrateError that opening it raised."""
        child = _Child(*start_process(work, self._opening, self._slots, name="narrate-engine"))
        watch = Watchdog(self._start_s)
        try:
            while True:
                while not wait([child.pipe], TICK_S):
                    if watch.stuck():
                        raise _LostError(f"it was not ready after {self._start_s:.0f} s")
                kind, _, *rest = _receive(child)
                if kind == "ready":
                    child.engine = rest[0]
                    self.steady = steady_still(self.steady, child.engine["steady"])
                    return child
                if kind == "error":
                    raise rest[0]
                if kind == "fault":
                    raise _LostError(rest[0])
                log.warning("%s", rest[0])
        except BaseException:
            child.end()
            raise


_GONE = "its process died"


def _receive(child: _Child) -> tuple[Any, ...]:
    try:
        message: tuple[Any, ...] = child.pipe.recv()
    except (EOFError, OSError, pickle.UnpicklingError):
        raise _LostError(_GONE) from None
    return message
