"""The results of a render, printed on the terminal, and the exit code."""

from collections.abc import Sequence
from pathlib import Path

from narrate import check, work
from narrate.cli.show import print_named, say

SHOWN_QUARANTINED = 20


def tell_audiobook(folder: Path, made: "work.Audiobook") -> int:
    """The closing lines: what there is now, how fast it came about, what is not trusted. The exit code."""
    print_named(made.rows, 11)
    return tell_quarantined(folder, made.quarantined)


def tell_quarantined(folder: Path, lines: "Sequence[check.Quarantined]") -> int:
    """The lines that are not trusted and what can be done about them. The exit code."""
    for q in lines[:SHOWN_QUARANTINED]:
        say(f"Quarantined {q.line.place}: {q.verdict.why}: {q.line.line.text[:60]}")
    if len(lines) > SHOWN_QUARANTINED:
        say(f"and {len(lines) - SHOWN_QUARANTINED} more; `narrate check {folder}` lists them all")
    if lines:
        say("Listen, then `narrate retake` or `narrate accept` them.")
    return 3 if lines else 0
