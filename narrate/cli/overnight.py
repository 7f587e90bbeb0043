"""Several books in one run, what is told of it when nobody was there to watch, and its exit code."""

import os
import subprocess
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from narrate import work
from narrate.cli.options import Overnight
from narrate.cli.results import tell_audiobook, tell_quarantined, tell_rendered
from narrate.cli.show import say, show
from narrate.cli.signals import running
from narrate.figures import clock, lines_of

if TYPE_CHECKING:
    from narrate.engine import Wanted
    from narrate.work import Event, Opening, Outcome

NOTIFY_S = 60.0
CODES = {"failed": 1, "stopped": 130, "quarantined": 3, "done": 0}  # an error before a stop before a quarantine
WORDS = {0: "done", 1: "failed", 3: "done, with lines in quarantine", 130: "stopped"}


def work_through(
    books: "Iterable[tuple[str, Opening]]",
    wanted: "Wanted",
    overnight: Overnight,
    formats: Sequence[str] = (),
    *,
    assemble: bool,
) -> int:
    """Render the books one after the other, assemble them too where asked, and tell of it. The exit code."""
    outcomes: list[Outcome] = []

    def heard(event: "Event") -> None:
        if isinstance(event, work.Outcome):
            outcomes.append(event)
            _tell(event)

    began = time.monotonic()
    why, code = "", 1  # where it ends by an error that is not told of a book
    try:
        if told := overnight.limits.told(time.time()):
            say(told)
        with running(overnight.limits, disk_wait_s=overnight.disk_wait_s) as run:
            try:
                show(work.work_through(books, wanted, run, formats, assemble=assemble), heard)
            finally:
                why = run.stop.why
        found = {outcome.end for outcome in outcomes}
        code = next((code for end, code in CODES.items() if end in found), 0)
    finally:
        try:
            if len(outcomes) > 1:
                _tell_all(outcomes)
        finally:
            if overnight.notify:
                _notify(overnight.notify, outcomes, code, why, time.monotonic() - began)
    return code


def _tell(outcome: "Outcome") -> None:
    """What became of one book, as soon as that is known."""
    if outcome.traceback:
        click.echo(outcome.traceback, err=True, nl=False)
    if outcome.end == "failed":
        click.echo(f"narrate: {f'{outcome.name}: ' if outcome.defect else ''}{outcome.message}", err=True)
    elif outcome.project is not None and outcome.rendered is not None and outcome.end != "stopped":
        if outcome.audiobook is not None:
            tell_audiobook(outcome.project, outcome.audiobook)
        else:
            tell_rendered(outcome.rendered)
            tell_quarantined(outcome.project, outcome.quarantined)


def _tell_all(outcomes: "Sequence[Outcome]") -> None:
    """A line a book."""
    for outcome in outcomes:
        text = f"{outcome.name}: {WORDS[CODES[outcome.end]]}"
        if (rendered := outcome.rendered) is not None:
            text += f"; {lines_of(rendered.made)} made, {clock(rendered.audio_s)} of audio in {clock(rendered.wall_s)}"
        click.echo(f"{text}; {outcome.message}" if outcome.message else text)


def _notify(command: str, outcomes: "Sequence[Outcome]", code: int, why: str, wall_s: float) -> None:
    """Run the person's own command, with the result in its environment. A failing one is told, no more."""
    rendered = [outcome.rendered for outcome in outcomes if outcome.rendered is not None]
    projects = [outcome.project for outcome in outcomes if outcome.project is not None]
    result = {
        "RESULT": WORDS[code],
        "EXIT_CODE": code,
        "WHY": why or "; ".join(outcome.message for outcome in outcomes if outcome.message),
        "PROJECTS": os.pathsep.join(str(project.folder) for project in projects),
        "REPORTS": os.pathsep.join(str(project.out / "run.txt") for project in projects),
        "LINES": sum(len(r.book.work.requests) for r in rendered),
        "MADE": sum(r.made for r in rendered),
        "KEPT": sum(r.book.work.kept for r in rendered),
        "AUDIO_S": round(sum(r.audio_s for r in rendered), 1),
        "WALL_S": round(wall_s, 1),
    }
    environment = os.environ | {f"NARRATE_{name}": str(value) for name, value in result.items()}
    try:
        done = subprocess.run(command, shell=True, env=environment, timeout=NOTIFY_S, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"--notify did not work: {error}")
        return
    if done.returncode:
        say(f"--notify ended with exit code {done.returncode}.")
