"""A book read anew into its project: after [reading] was changed, or for a corrected edition."""

from dataclasses import replace
from pathlib import Path

from narrate.casting import AUTO, set_voices
from narrate.cli.opening import (
    default_folder,
    load_scripts,
    read_source,
    set_narrator,
    tell_skipped,
)
from narrate.cli.progress import chapters_of, say
from narrate.cli.quoting import Attributing
from narrate.engine import Wanted
from narrate.files import copy_file, inside, write_bytes
from narrate.project import Project, same_source
from narrate.relabel import renew_table
from narrate.script_files import Rewritten, rewrite_scripts


def renew_project(
    book: Path, home: Path, folder: Path | None, voice: str | None, wanted: Wanted, attributing: Attributing
) -> Project:
    """The project of `book` with its chapters read again by its [reading]; edited ones stay.

    Raises ProjectError when there is no such project.
    """
    data = read_source(book)
    project = Project(folder or default_folder(book, home, data), home)
    if not attributing.asked:
        attributing = replace(attributing, quotes=project.settings.quotes)
    loaded = load_scripts(book, data, project.settings.reading, attributing)
    read, scripts = loaded.book, loaded.scripts
    tell_skipped(read)
    for name, sound in loaded.sounds:
        copy_file(sound, project.folder / "source" / name)
    if not same_source(project, data):
        say(f"{book.name} has changed: {project.settings.source} is now the new one.")
        write_bytes(inside(project.folder, project.settings.source), data)
    if voice is not None:
        set_narrator(project, voice)
    done = rewrite_scripts(project.folder / "script", scripts, project.settings.reading)
    if loaded.attribution:
        renew_table(project, loaded.attribution)
    speakers = dict.fromkeys(line.speaker for script in scripts for line in script.lines)
    known = project.cast().parts
    if new := {speaker: AUTO for speaker in speakers if speaker not in known}:
        say(f"New in {project.cast_file.name}: {', '.join(new)}.")
        set_voices(project.cast_file, new)
    _tell(done)
    return project


def _tell(done: Rewritten) -> None:
    for names, what in (
        (done.added, "Added"),
        (done.written, "Rewrote"),
        (done.removed, "Removed"),
    ):
        for name in names:
            say(f"{what} script/{name}.")
    for name in done.kept:
        say(f"Kept script/{name}, which you edited: what the book says now is in {name}.new beside it.")
    for name in done.left:
        say(f'Left out "{name}": its file was removed from script/.')
    say(f"Read again: {chapters_of(len(done.unchanged))} as they were.")
