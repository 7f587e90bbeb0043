"""The project's own script form as a source, several chapters to a file; and where the sounds of a show's cues are."""

from dataclasses import replace
from pathlib import Path

from narrate.files import titled
from narrate.readers.show import Show, Stage, numbered_rows
from narrate.script import SCENE_BREAK, find_sound, parse_rows


def read_script(text: str, path: Path) -> Show:
    """The show in a `.script` file's text; cues inside a line are taken out of it.

    As a source it may be typed with hard wraps: a row without a colon goes on with the one above.
    """
    stage = Stage(path.name)
    rows: list[tuple[int, str]] = []
    wrapped: list[int] = []
    for number, row in numbered_rows(text):
        if rows and ":" in rows[-1][1] and _goes_on(rows[-1][1].strip(), row.strip()):
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {row}")
            wrapped.append(number)
        else:
            rows.append((number, row))
    for number, line in parse_rows(rows, path.name):
        stage.line(number, line)
    show = stage.show(titled(path.stem, "Show"))
    count = f"{len(wrapped)} row{'s' * (len(wrapped) > 1)}"
    note = (
        f"{count} without a speaker (the first is {path.name}:{wrapped[0]}) went on with the row above."
        if wrapped
        else ""
    )
    title = show.title if len(show.scripts) > 1 else show.scripts[0].title
    return replace(show, title=title, notes=(note,) if note else ())


def _goes_on(above: str, row: str) -> bool:
    """Whether a row is the rest of the spoken one above it."""
    return bool(row) and ":" not in row and above[0] not in "#[" and row[0] not in "#[|" and row != SCENE_BREAK


def sounds_of(show: Show, path: Path) -> list[tuple[str, Path]]:
    """The files that a show's cues name, each once: its name in the script, and where it lies now.

    Names are paths from the script's own folder. Raises ProjectError with the cue's line for one
    that is missing or outside that folder.
    """
    folder = path.parent if str(path) != "-" else Path()
    found = {cue.file: find_sound(folder, cue, path.name, number) for number, cue in show.cues}
    return [(name, file) for name, file in found.items() if file is not None]
