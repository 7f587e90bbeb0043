"""How a run ends: what a signal's handler may do, in which order the signals are given back, what is waited for."""

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence

import numpy as np
import pytest

from narrate.audio import Audio
from narrate.check import Ears
from narrate.check.ears import Heard, Listener
from narrate.cli.signals import stopping
from narrate.takes import Request
from narrate.voices import DraftVoice
from narrate.work.stop import GRACE_S, Limits, Stop

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


class Interrupted(io.StringIO):
    """A stream in the middle of whose write a signal comes; like the real one it cannot be entered twice."""

    def __init__(self) -> None:
        super().__init__()
        self.writing: int | None = None
        self.signalled = False

    def write(self, text: str) -> int:
        if self.writing == threading.get_ident():
            raise RuntimeError("reentrant call inside a stream")
        self.writing = threading.get_ident()
        try:
            if not self.signalled:
                self.signalled = True
                os.kill(os.getpid(), signal.SIGTERM)
            return super().write(text)
        finally:
            self.writing = None


def test_a_signal_in_the_middle_of_a_write(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Interrupted()
    monkeypatch.setattr(sys, "stderr", stream)
    with stopping(Limits()) as stop:
        with stop.graceful():
            stream.write("12 of 30 lines\n")
        assert stop.event.is_set()
        assert stop.why == "SIGTERM"
    assert "Finishing what is in hand" in stream.getvalue()


def test_a_second_signal_interrupts_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with stopping(Limits()) as stop, pytest.raises(KeyboardInterrupt), stop.graceful():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("it went on")
    assert stop.why == "^C"


def test_the_signals_are_ours_until_nothing_can_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the grace is a SIGTERM to ourselves: it would end the process where nobody handles it."""
    before, handled = signal.getsignal(signal.SIGTERM), []
    over = Stop.over

    def spy(stop: Stop) -> None:
        handled.append(signal.getsignal(signal.SIGTERM))
        over(stop)

    monkeypatch.setattr(Stop, "over", spy)
    with stopping(Limits()) as stop:
        stop.set("it is 07:00")
    assert handled != [before]
    stop._drop()  # a timer that fires as late as that
    assert signal.getsignal(signal.SIGTERM) == before


def test_time_left_to_a_stop_falls_from_the_grace_to_zero() -> None:
    stop = Stop()
    assert stop.left_s is None
    stop.set("^C")
    assert stop.left_s is not None
    assert 0 < stop.left_s < GRACE_S
    stop._dropped_at = time.monotonic()
    assert stop.left_s == 0
    stop.over()


def test_a_listener_at_work_is_left() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Ears):
        def __init__(self) -> None:
            pass

        def hear(self, takes: Sequence[tuple[Request, Audio, bool]]) -> list[Heard]:
            begun.set()
            go_on.wait()
            return [Heard((), None) for _ in takes]

    audio = Audio(np.zeros(240, np.int16), 24_000)
    told: list[Request] = []
    listener = Listener(Slow(), lambda request: (request, audio, False), lambda request, heard: told.append(request))
    listener.add(Request("Anything at all.", DraftVoice("narrator")))
    begun.wait()
    listener.close(0.0)
    assert listener.left == 1
    go_on.set()
    listener.close()
    assert len(told) == 1
