"""Events on the terminal: bars of a render end before those of assembly, and an interruption is the work's."""

import io
import sys

import pytest

from narrate.cli.show import show
from narrate.work import Event, Notice, Progress, Stage, Telling, follow


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bars_of_a_render_end_before_those_of_assembly(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    def work() -> Telling[str]:
        yield Progress(0, 2, 0.0, 4.0, 0.0, 9.0)
        yield Progress(2, 2, 4.0, 4.0, 2.0, 0.0)
        yield Stage("chapters", 0, 1)
        yield Stage("chapters", 1, 1)
        yield Notice("Done.")
        return "made"

    assert show(work()) == "made"
    drawn = terminal.getvalue()
    lines = drawn.index("| 2/2 [")
    assert "\n" in drawn[lines : drawn.index("chapters:")], "they stay, and the next bar is below them"
    assert drawn.endswith("Done.\n")


def test_without_a_terminal_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> Telling[None]:
        yield Progress(0, 2, 0.0, 4.0, 0.0, 9.0)
        yield Stage("chapters", 1, 1)
        yield Notice("Done.")

    show(work())
    assert capsys.readouterr().err == "Done.\n"


def test_an_interruption_while_an_event_is_shown_is_raised_in_the_work() -> None:
    def work() -> Telling[str]:
        try:
            yield Notice("at work")
        except KeyboardInterrupt:
            yield Notice("finishing")
        return "stopped"

    told: list[Event] = []

    def interrupt(event: Event) -> None:
        told.append(event)
        if event == Notice("at work"):
            raise KeyboardInterrupt

    assert follow(work(), interrupt) == "stopped"
    assert told == [Notice("at work"), Notice("finishing")]
