"""What is told of deliverables that are older than their book."""

import shlex
from collections.abc import Sequence

from narrate.deliver import OLD, Deliverable


def outdated(project: str, found: Sequence[Deliverable], *, takes_missing: bool) -> str:
    """Which deliverables of `project` are older than the book, why, and what makes them anew; empty where none is."""
    old = [it for it in found if it.state == OLD]
    if not old:
        return ""
    step, also = ("render", " --assemble") if takes_missing else ("assemble", "")
    command = f"narrate {step} {shlex.quote(project)}{also} --format {','.join(it.form for it in old)}"
    return f"older than the book: {'; '.join(f'{it.form} ({it.why})' for it in old)}: `{command}`"
