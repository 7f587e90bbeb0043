"""The book as the proof page shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from narrate.project import PlacedChapter, Project
from narrate.report import ShownBook
from narrate.work.output import Planned
from narrate.work.quality import trusted_takes


def shown_book(
    project: Project, chapters: Sequence[PlacedChapter], planned: Planned, figures: Mapping[str, Any]
) -> ShownBook:
    """A project's book as the page shows it. `figures` are those of its report."""
    plans, sound = planned
    trusted = trusted_takes(project)
    return ShownBook(project.settings, project.out, trusted, chapters, plans, sound, figures)
