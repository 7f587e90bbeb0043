"""Scripts as sources: which reader takes which file, and where the sounds of its cues are.

.script          the project's own form, several chapters to a file
.fountain        a screenplay
.txt, .md        dialogue by name, where most of the file plainly is that
"""

from dataclasses import replace
from pathlib import Path

from narrate.errors import SourceError
from narrate.readers.characters import decode, looks_binary
from narrate.readers.read import SCRIPT_SUFFIXES
from narrate.readers.show import Show, Stage, numbered_rows, titled
from narrate.script import SCENE_BREAK, find_sound, parse_rows

_MAYBE = (".txt", ".md", ".markdown", "")


DIALOGUE_NOTE = "Most of it is dialogue by name, so it is read as a script."


def is_show(path: Path, data: bytes) -> bool:
    """Whether a file is a script: by its suffix, or by what a text plainly holds."""
    suffix = path.suffix.casefold()
    if suffix in SCRIPT_SUFFIXES:
        return True
    if suffix not in _MAYBE or data.startswith(b"PK\x03\x04"):
        return False
    from narrate.readers.dialogue import looks_like_show

    text = decode(data)
    return not looks_binary(text) and looks_like_show(text)


def read_show(path: Path, data: bytes, directions: str = "read") -> Show:
    """The show in a file's bytes. `directions`: whether the narrator reads action, "read" or "skip".

    Raises ProjectError for a bad line or cue, SourceError for a file without lines.
    """
    text = decode(data).replace("\0", "")
    if looks_binary(text):
        raise SourceError("is not text", where=path, do="save it as UTF-8 text")
    suffix = path.suffix.casefold()
    if suffix == ".script":
        return _read_script(path, text)
    if suffix == ".fountain":
        from narrate.readers.fountain import read_fountain

        return read_fountain(text, path, directions)
    from narrate.readers.dialogue import read_dialogue

    return replace(read_dialogue(text, path, directions), notes=(DIALOGUE_NOTE,))


def _read_script(path: Path, text: str) -> Show:
    """The project's own form; cues inside a line are taken out of it.

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
    show = stage.show(titled(path.stem))
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
