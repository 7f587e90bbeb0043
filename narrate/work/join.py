"""`narrate new --into`: a further file added to a project, the next episode of a show."""

from collections.abc import Sequence
from pathlib import Path

from narrate.errors import ProjectError
from narrate.files import copy_file, digest_file, inside, write_bytes
from narrate.project import EPISODES, Episode, Project, note_episodes
from narrate.script import Script, add_scripts
from narrate.work.cast import cast_newcomers
from narrate.work.events import Notice, Telling
from narrate.work.source import Source, load


def join_project(source: Source, project: Project) -> Telling[Project]:
    """The project with the chapters of a book after its own; the narrator reads the book's quotations.

    Raises ProjectError for an episode or a sound that the project has already under that name.
    """
    settings = project.settings
    loaded = load(source, settings.reading, language=settings.language)
    yield from loaded.told()
    yield from loaded.told_skipped()
    _refuse_known(project, source.path.name, loaded.scripts)
    sounds = [(sound, inside(project.folder / "source", name)) for name, sound in loaded.sounds]
    for sound, place in sounds:
        if place.exists() and digest_file(place) != digest_file(sound):
            do = "give the new one another name, in its cue too"
            raise ProjectError("the show has another sound of this name", where=place, do=do)
    for sound, place in sounds:
        copy_file(sound, place)
    write_bytes(_free(project.folder / "source" / source.kept_as), source.data)
    yield from cast_newcomers(project, loaded.scripts)
    note_episodes(
        project.folder / EPISODES,
        {script.title: Episode(notes=loaded.book.description) for script in loaded.scripts},
    )
    for name in add_scripts(project.folder / "script", loaded.scripts):
        yield Notice(f"Added script/{name}; its day and show notes belong in {EPISODES}.")
    return project


def _refuse_known(project: Project, name: str, scripts: Sequence[Script]) -> None:
    there = {
        _folded(Script(tuple(line for _, line in lines)).title): path for path, lines in project.numbered_scripts()
    }
    for script in scripts:
        if (path := there.get(_folded(script.title))) is not None:
            do = f"edit {path}, or give the episode another title"
            raise ProjectError(f'"{script.title}" of {name} is in the show already', where=project.folder, do=do)


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def _free(path: Path) -> Path:
    """`path`, or the first of `ep-2.script`, `ep-3.script` … that is not there."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free
