"""`narrate retake`: another reading of lines, or one line's new text, made at once.

The script is changed to ask for it. Where another process renders the project, that one is asked to speak the lines
before all others.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from narrate.check import Quarantined
from narrate.engine import ENGINES, Wanted
from narrate.errors import ProjectError
from narrate.project import (
    POLL_S,
    PlacedChapter,
    PlacedLine,
    Project,
    Wish,
    ask,
    is_credit,
    other_reading,
    rewrite,
    session,
)
from narrate.project.figures import lines_of
from narrate.script import Line
from narrate.takes import holder, is_locked
from narrate.work.events import Notice, Telling
from narrate.work.inventory import take_inventory
from narrate.work.quality import quarantined_lines
from narrate.work.render import Rendered, render_project
from narrate.work.run import Run
from narrate.work.selection import Selection, SelectionError, select
from narrate.work.status import outdated


@dataclass(frozen=True, slots=True)
class Retaken:
    """What became of the lines: `rendered` here, or None where the process that renders the project has made them.

    `quarantined` are those of them that failed their checks; `outdated` says which deliverables do not have them.
    """

    lines: int
    rendered: Rendered | None
    quarantined: list[Quarantined]
    outdated: str = ""


def retake_lines(project: Project, wanted: Wanted, selection: Selection, text: str, run: Run) -> Telling[Retaken]:
    """Another reading of the lines that are meant, or of one line with its new `text`.

    Raises ProjectError for lines that are not there, SelectionError where they are none or too many.
    """
    places: set[tuple[int, int]] = set()
    stop = run.stop.event
    if (yield from _renders_beside(project, stop)):
        places = yield from _ask_for_others(project, wanted, selection, text)
        lines = _lines_at(project, wanted, places)
        if (yield from _all_spoken_beside(project, lines, stop)):
            bad = quarantined_lines(project, [PlacedChapter("", tuple(lines))])
            return Retaken(len(lines), None, bad)
    with run.on(project) as held:  # alone, where nobody renders or the render has ended before
        if not held:
            return Retaken(0, Rendered(take_inventory(project, wanted), stopped=True), [])
        places = places or (yield from _ask_for_others(project, wanted, selection, text))
        lines = _lines_at(project, wanted, places)
        rendered = yield from render_project(project, wanted, run, only={x.request.key for x in lines if x.request})
        if rendered.stopped:
            return Retaken(len(lines), rendered, [])
        bad = quarantined_lines(project, rendered.book.chapters)
        return Retaken(len(lines), rendered, bad, outdated(project, wanted))


def _lines_at(project: Project, wanted: Wanted, places: set[tuple[int, int]]) -> list[PlacedLine]:
    """The spoken lines at these chapters and numbers, as the script has them now."""
    chapters = take_inventory(project, wanted).chapters
    return [line for c in chapters for line in c.lines if line.request and (line.chapter, line.number) in places]


def _ask_for_others(project: Project, wanted: Wanted, selection: Selection, text: str) -> Telling[set[tuple[int, int]]]:
    """The script changed to ask for another reading of the lines that are meant. Their places."""
    book = take_inventory(project, wanted)
    lines = select(project, book.chapters, selection)
    if not selection.places and any(is_credit(project, line) for line in lines):
        yield Notice("The credits stay as they are: their words are in project.toml.")
        lines = [line for line in lines if not is_credit(project, line)]
    if text and len(lines) != 1:
        raise SelectionError(f"a new text is for one line, and {len(lines)} are chosen")
    if not text and not ENGINES[book.manner.engine].draws:
        yield Notice("The draft engine says the same words the same way every time: to hear a difference, change them.")
    rewrite(project, [(placed, _asked(project, placed, text)) for placed in lines])
    yield Notice(f"Asking again for {lines_of(len(lines))}.")
    return {(line.chapter, line.number) for line in lines}


def _asked(project: Project, placed: PlacedLine, text: str) -> Line:
    """The line as it asks for another take, or with its new `text`."""
    if not text or text == placed.line.text:
        return other_reading(placed, project.takes)
    try:
        return placed.line.anew(text)
    except ValueError as error:
        path = project.script_files()[placed.chapter - 1]
        raise ProjectError(str(error), where=path, line=placed.number) from error


def _renders_beside(project: Project, stop: threading.Event) -> Telling[bool]:
    """Whether a render goes on that can be asked for lines. Who else works on the project is waited for."""
    folder, told = project.takes.folder, False
    while is_locked(folder):
        if session(folder):
            return True
        if not told:
            who = holder(folder) or "another process"
            yield Notice(f"{project.folder} is being worked on by {who}; waiting for it to end.")
            told = True
        if stop.wait(POLL_S):
            break
    return False


def _all_spoken_beside(project: Project, lines: Sequence[PlacedLine], stop: threading.Event) -> Telling[bool]:
    """Have the render that goes on speak these lines before all others. Whether all takes are there when it returns.

    Tells of a line that it cannot speak.
    """
    takes = project.takes
    wishes = {line.request.key: Wish.of(line, line.line) for line in lines if line.request}
    who = holder(takes.folder) or "the process"
    yield Notice(f"Asked of {who}, which renders {project.folder}: it speaks them first.")
    for wish, why in ask(takes, list(wishes.values()), stop):
        if why:
            yield Notice(f"{wish.chapter}:{wish.number}: {why}")
    return all(key in takes for key in wishes)
