"""`narrate new --again`: a book read anew into its project, after [reading] was changed or for a corrected edition."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from narrate.files import copy_file, inside, write_bytes
from narrate.project import Project, renew_table, same_source, set_setting
from narrate.project.figures import chapters_of
from narrate.script import Rewritten, rewrite_scripts
from narrate.speakers import OFF
from narrate.work.cast import cast_newcomers, set_narrator
from narrate.work.events import Notice, Telling
from narrate.work.quotations import Attributing
from narrate.work.source import Source, load, place_of


def renew_project(
    source: Source, home: Path, folder: Path | None, voice: str | None, attributing: Attributing
) -> Telling[Project]:
    """The project of a book with its chapters read again by its [reading]; edited ones stay.

    Raises ProjectError when there is no such project.
    """
    project = Project(place_of(source, home, folder, Attributing(OFF))[0], home)
    if not attributing.asked:
        attributing = replace(attributing, quotes=project.settings.quotes)
    loaded = load(source, project.settings.reading, attributing, project.settings.language)
    yield from loaded.told()
    yield from loaded.told_skipped()
    for name, sound in loaded.sounds:
        copy_file(sound, project.folder / "source" / name)
    yield from _keep_source(project, source)
    if voice is not None:
        set_narrator(project, voice)
    done = rewrite_scripts(project.folder / "script", loaded.scripts, project.settings.reading)
    if loaded.attribution:
        renew_table(project, loaded.attribution)
    yield from cast_newcomers(project, loaded.scripts)
    yield from _told(done)
    return project


def _keep_source(project: Project, source: Source) -> Iterator[Notice]:
    """Put the book into the project's source/ where it is another one than before, or of another form."""
    before = project.settings.source
    if not before:
        return
    after = Path(before).with_suffix(Path(source.kept_as).suffix).as_posix()
    if after == before and same_source(project, source.data):
        return
    write_bytes(inside(project.folder, after), source.data)
    if after != before:
        set_setting(project.folder / "project.toml", "source", after)
        inside(project.folder, before).unlink(missing_ok=True)
    yield Notice(f"{source.path.name} has changed: {after} is now the new one.")


def _told(done: Rewritten) -> Iterator[Notice]:
    """What became of each chapter's file."""
    for names, what in ((done.added, "Added"), (done.written, "Rewrote"), (done.removed, "Removed")):
        for name in names:
            yield Notice(f"{what} script/{name}.")
    for name in done.kept:
        yield Notice(f"Kept script/{name}, which you edited: what the book says now is in {name}.new beside it.")
    for name in done.left:
        yield Notice(f'Left out "{name}": its file was removed from script/.')
    yield Notice(f"Read again: {chapters_of(len(done.unchanged))} as they were.")
