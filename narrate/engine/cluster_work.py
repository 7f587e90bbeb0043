"""What runs on a worker of a ClusterEngine: an engine on a thread, fed with lines while it speaks.

An engine waits for its next request with everything that it has in hand, so it has to be told
when there is none for now: None ends a stretch, and lines that come later open another. Every
request that it pulls is reported, which is how the other side knows what to send ahead.
"""

import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from narrate.audio import Audio, Finish
from narrate.engine.child_work import Opening, steady_of
from narrate.engine.engine import Engine
from narrate.engine.finishing import Finishers, finishers_here
from narrate.errors import NarrateError
from narrate.takes import Request

Lines = list[tuple[int, Request]] | None
UNFINISHED = 64  # takes that wait to be encoded, at most: then the engine waits too
Event = tuple[
    Any, ...
]  # ("pulled",), ("take", number, Encoded, notes, steady), ("error", NarrateError), ("fault", text)


class Work:
    """An actor. Its methods are called on threads of their own, in any order: calls that feed it are numbered."""

    def __init__(self, opening: Opening, finish: Finish, finishers: int) -> None:
        """`finish` is called in as many processes as `finishers` and this machine's cores allow."""
        self._finish = Finishers(finish, min(finishers, finishers_here()))
        self._pool = ThreadPoolExecutor(max(1, finishers), "take-finisher")
        self._room = threading.Semaphore(UNFINISHED)
        self._said: dict[str, Any] | NarrateError = {}
        self._is_open = threading.Event()
        self._lock = threading.Lock()
        self._early: dict[int, tuple[int, Lines]] = {}  # calls that came before one of a lower number
        self._next = 0
        self._lines: SimpleQueue[tuple[int, Lines]] = SimpleQueue()
        # One for each turn: calls of two turns may overlap, and none must hear what is another's.
        self._events: dict[int, SimpleQueue[Event]] = {}
        self._early_turn: tuple[int, Lines] | None = None  # lines of the next turn that came before this one's end
        self._dropped = 0
        self._fault = ""
        threading.Thread(target=self._run, args=(opening,), daemon=True).start()

    def about(self) -> dict[str, Any] | NarrateError:
        """What the engine is, once it is open; or why it is not."""
        self._is_open.wait()
        return self._said

    def lines(self, place: int, turn: int, lines: Lines) -> None:
        """Lines with their numbers, or None for "no more for now"; `place` is the call's own number."""
        with self._lock:
            self._early[place] = turn, lines
            while self._next in self._early:
                self._lines.put(self._early.pop(self._next))
                self._next += 1

    def drop(self, turn: int) -> None:
        """The turn is over: what is in flight is worth nothing any more."""
        self._dropped = max(self._dropped, turn)
        self._lines.put((turn, None))
        self._of(turn).put(("end",))

    def events(self, turn: int) -> Iterator[list[Event]]:
        """What happens in a turn, as it happens, until it is dropped: all there is at a time."""
        queue = self._of(turn)
        while True:
            came = [queue.get()]
            with suppress(Empty):
                while len(came) < 64:
                    came.append(queue.get_nowait())
            if told := [event for event in came if event[0] != "end"]:
                yield told
            if len(told) < len(came):
                with self._lock:
                    del self._events[turn]
                return

    def _of(self, turn: int) -> SimpleQueue[Event]:
        """The turn's events."""
        with self._lock:
            if turn not in self._events:
                self._events[turn] = SimpleQueue()
                if self._fault:
                    self._events[turn].put(("fault", self._fault))
            return self._events[turn]

    def _happened(self, turn: int, event: Event) -> None:
        if turn > self._dropped:
            self._of(turn).put(event)

    def _run(self, opening: Opening) -> None:
        """The engine's thread: open it, then speak stretch after stretch."""
        turn = 0
        try:
            engine = opening(slots=None)
            about = {"name": engine.name, "model": engine.model, "sample_rate": engine.sample_rate}
            self._said = about | {"slots": engine.slots, "pid": os.getpid(), "host": socket.gethostname()}
            self._said["steady"] = steady_of(engine)
            self._is_open.set()
            while True:
                turn, lines = self._early_turn or self._lines.get()
                self._early_turn = None
                if lines and turn > self._dropped:
                    self._speak(engine, turn, lines)
        except NarrateError as error:
            self._said = error
        except BaseException as error:
            self._pool.shutdown()  # what was spoken by then is worth keeping
            text = f"{type(error).__name__}: {str(error).strip()[:300]}"
            self._said = self._said or NarrateError(text)
            with self._lock:
                self._fault = text  # for turns to come, too: this engine speaks no more
                for queue in self._events.values():
                    queue.put(("fault", text))
        self._is_open.set()

    def _speak(self, engine: Engine[Audio], turn: int, lines: Lines) -> None:
        numbers: dict[str, list[int]] = {}
        try:
            for request, audio in engine.speak(self._requests(turn, lines, numbers)):
                if self._dropped >= turn:
                    return
                self._room.acquire()
                told = engine.notes(request), steady_of(engine)
                self._pool.submit(self._finished, turn, numbers[request.key].pop(), audio, *told)
        except NarrateError as error:
            for _ in range(UNFINISHED):  # what was spoken before it is worth keeping
                self._room.acquire()
            self._room.release(UNFINISHED)
            self._happened(turn, ("error", error))

    def _finished(self, turn: int, number: int, audio: Audio, notes: dict[str, object], steady: bool | None) -> None:
        """On a thread: encode and measure a take, and report it."""
        try:
            self._happened(turn, ("take", number, self._finish(audio), notes, steady))
        except Exception as error:
            self._happened(turn, ("fault", f"{type(error).__name__}: {str(error).strip()[:300]}"))
        finally:
            self._room.release()

    def _requests(self, turn: int, lines: Lines, numbers: dict[str, list[int]]) -> Iterator[Request]:
        """A stretch's requests, the first `lines` of which are here."""
        while lines is not None and self._dropped < turn:
            for number, request in lines:
                numbers.setdefault(request.key, []).append(number)
                self._happened(turn, ("pulled",))
                yield request
            of, lines = self._lines.get()
            while of < turn:  # left over from a turn that was dropped
                of, lines = self._lines.get()
            if of > turn:
                self._early_turn = of, lines
                return
