"""A person's own command, run when a night's work has ended."""

import os
import subprocess
from collections.abc import Sequence

from narrate.work.night import Outcome

NOTIFY_S = 60.0


def notify(command: str, outcomes: Sequence[Outcome], result: str, code: int, why: str, wall_s: float) -> str:
    """Run `command` with what came of the books in its environment. What failed in it, in a sentence, or "".

    `result` is the whole run's in a word, `code` its exit code, and `why` says what ended it early.
    """
    rendered = [outcome.rendered for outcome in outcomes if outcome.rendered is not None]
    projects = [outcome.project for outcome in outcomes if outcome.project is not None]
    told = {
        "RESULT": result,
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
    environment = os.environ | {f"NARRATE_{name}": str(value) for name, value in told.items()}
    try:
        done = subprocess.run(command, shell=True, env=environment, timeout=NOTIFY_S, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"--notify did not work: {error}"
    return f"--notify ended with exit code {done.returncode}." if done.returncode else ""
