"""A book read anew into its project: after [reading] was changed, or for a corrected edition."""

from dataclasses import replace
from pathlib import Path

from narrate.cast import AUTO, set_voices
from narrate.cli.opening import (
    load_scripts,
    place_of,
    read_source,
    set_narrator,
    source_name,
    tell_skipped,
)
from narrate.cli.progress import chapters_of, say
from narrate.cli.quoting import Attributing
from narrate.engine import Wanted
from narrate.files import copy_file, inside, write_bytes
from narrate.project import Project, renew_table, same_source, set_setting
from narrate.script import Rewritten, rewrite_scripts
from narrate.speakers import OFF


def renew_project(
    book: Path, home: Path, folder: Path | None, voice: str | None, wanted: Wanted, attributing: Attributing
) -> Project:
    """The project of `book` with its chapters read again by its [reading]; edited ones stay.

    Raises ProjectError when there is no such project.
    """
    data = read_source(book)
    project = Project(place_of(book, data, home, folder, Attributing(OFF))[0], home)
    if not attributing.asked:
        attributing = replace(attributing, quotes=project.settings.quotes)
    loaded = load_scripts(book, data, project.settings.reading, attributing, project.settings.language)
    read, scripts = loaded.book, loaded.scripts
    tell_skipped(read)
    for name, sound in loaded.sounds:
        copy_file(sound, project.folder / "source" / name)
    _keep_source(project, book, data)
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


def _keep_source(project: Project, book: Path, data: bytes) -> None:
    """Put the book into the project's source/ where it is another one than before, or of another form."""
    before = project.settings.source
    if not before:
        return
    after = Path(before).with_suffix(Path(source_name(book, data)).suffix).as_posix()
    if after == before and same_source(project, data):
        return
    write_bytes(inside(project.folder, after), data)
    if after != before:
        set_setting(project.folder / "project.toml", "source", after)
        inside(project.folder, before).unlink(missing_ok=True)
    say(f"{book.name} has changed: {after} is now the new one.")


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
