"""`narrate accept`: takes that failed their checks, trusted by a listener."""

from pathlib import Path

from narrate.check import ACCEPTED, accept
from narrate.engine import Wanted
from narrate.project import Project
from narrate.work.inventory import take_inventory
from narrate.work.quality import quarantined_lines
from narrate.work.selection import Selection, select


def accepted_file(project: Project) -> Path:
    """Where a project keeps what its listener has accepted."""
    return project.folder / ACCEPTED


def accept_takes(project: Project, selection: Selection) -> int:
    """Trust the takes that failed among the lines that are meant; kept in accepted.txt. How many were new."""
    chapters = take_inventory(project, Wanted()).chapters
    chosen = {line.place for line in select(project, chapters, selection)}
    bad = [line for line in quarantined_lines(project, chapters) if line.line.place in chosen]
    return accept(project.folder, project.takes, bad)
