"""Word times of a project: what is missing of them found, and what is known of a line's."""

import threading
from collections.abc import Callable

from narrate.engine import Wanted
from narrate.project import PlacedLine, Project
from narrate.project.figures import lines_of
from narrate.project.report import UntimedLine, WordsReport
from narrate.timing import Alignment, Job, Team, TimedWord, TimeStore, check_aligner, timed_words
from narrate.work.events import Notice, Stage, Telling
from narrate.work.inventory import Inventory

STAGE = "words"


def words_of(project: Project) -> Callable[[PlacedLine], tuple[TimedWord, ...]]:
    """What gives the times of a line's words in its take; none where they were not found."""
    store = TimeStore(project.takes.folder)

    return (lambda placed: _words(placed, _found(project, store, placed))) if store.is_there else lambda placed: ()


def _found(project: Project, store: TimeStore, placed: PlacedLine) -> Alignment | None:
    """What was found of a line's take; None where it was not aligned."""
    key = placed.request.key if placed.request else ""
    return store.of(key, project.takes.path(key)) if key in project.takes else None


def _words(placed: PlacedLine, found: Alignment | None) -> tuple[TimedWord, ...]:
    return timed_words(placed.line.text, placed.request.text, found.spans) if placed.request and found else ()


def wants_words(project: Project, book: Inventory) -> bool:
    """Whether word times are asked for, by --words or by project.toml."""
    return _asked(project, book.wanted)


def _asked(project: Project, wanted: Wanted) -> bool:
    output = project.settings.output
    return wanted.words or output.words or output.read_along == "words"


def check_words(project: Project, wanted: Wanted) -> None:
    """Raise EngineError where word times are asked for and the book's language cannot be aligned here."""
    if _asked(project, wanted):
        check_aligner(project.settings.language, _model(project, wanted))


def _model(project: Project, wanted: Wanted) -> str:
    return wanted.asr_model or project.settings.check.asr_model


def time_words(project: Project, book: Inventory, stop: threading.Event) -> Telling[None]:
    """Find the word times that are missing of the takes that are there, where any are wanted.

    What was found is kept where it is stopped. The project's lock is the caller's. Raises EngineError where the
    book's language cannot be aligned here.
    """
    if not wants_words(project, book):
        return
    store, takes = TimeStore(project.takes.folder), project.takes
    jobs = [
        Job(request.key, takes.path(request.key), request.text, request.language)
        for request in book.work.requests
        if request.key in takes and store.of(request.key, takes.path(request.key)) is None
    ]
    if not jobs:
        return
    store.tidy()
    team = Team(project.settings.language, _model(project, book.wanted))
    yield Stage(STAGE, 0, len(jobs))
    for count, done in enumerate(team.align(jobs), start=1):
        if done.by:
            store.put(done.job.key, done.job.take, done.found, done.by)
        yield Stage(STAGE, count, len(jobs))
        if stop.is_set():
            return


def words_report(project: Project, book: Inventory) -> WordsReport | None:
    """How many lines have word times, and why others have none; None where nobody asked for any."""
    store = TimeStore(project.takes.folder)
    if not store.is_there and not wants_words(project, book):
        return None
    timed = words = 0
    untimed: list[UntimedLine] = []
    for placed in (line for chapter in book.chapters for line in chapter.lines):
        if placed.request is None:
            continue
        found = _found(project, store, placed)
        if own := _words(placed, found):
            timed, words = timed + 1, words + len(own)
            continue
        why = found.why if found and found.why else "its take was not aligned to its text"
        untimed.append(UntimedLine(placed.place, placed.line.text, why))
    return WordsReport(timed, words, untimed)


def untimed_note(report: WordsReport) -> Notice | None:
    """A line about the lines without word times, for the person."""
    if not report.untimed:
        return None
    first, total = report.untimed[0], report.timed + len(report.untimed)
    told = f"{len(report.untimed)} of {lines_of(total)} keep the line's times alone"
    return Notice(f"Word times: {told}, the first is {first.line} ({first.text[:40]!r}): {first.why}.")
