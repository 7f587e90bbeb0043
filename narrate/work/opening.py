"""A project that is there, found by its folder or by its name."""

import uuid
from pathlib import Path

from narrate.files import storage, write_text
from narrate.project import Project, Sample
from narrate.readers import holds_pages
from narrate.work.refusals import UnknownError


def open_project(path: Path, home: Path, sample: Sample | None = None) -> Project:
    """The project in `path`, or the one of that name under the home's projects/; all of it, or a `sample`.

    A folder that is no project, such as the pages that one was made of, does not stand in its name's way.
    """
    named = home / "projects" / path
    is_named = named.is_dir() if not path.exists() else not _holds_project(path) and _holds_project(named)
    return Project(named if is_named else path, home, sample)


def is_project(path: Path, home: Path) -> bool:
    """Whether `path` names a project, and no book: a folder of pages is a book."""
    if path.is_dir():
        return _holds_project(path) or not holds_pages(path)
    return not path.exists() and (home / "projects" / path).is_dir()


def _holds_project(folder: Path) -> bool:
    return (folder / "project.toml").is_file()


def find_project(name: str, home: Path) -> Project | None:
    """The project of that name under the home's projects/, which is no path; None where there is none."""
    folder = find_folder(name, home)
    return None if folder is None else Project(folder, home)


def project_named(name: str, home: Path) -> Project:
    """As `find_project`, for a name that may come from anywhere. Raises UnknownError where there is none."""
    if (project := find_project(name, home)) is None:
        raise UnknownError(f'there is no project "{name[:60]}"')
    return project


def find_folder(name: str, home: Path) -> Path | None:
    """The folder of the project of that name, as `find_project`: it may be damaged."""
    return next((folder for folder in projects_in(home) if folder.name == name), None)


def home_id(home: Path) -> str:
    """What no other home is called, whatever its folder is and wherever it is moved. Raises StorageError."""
    file = home / "jobs" / ".home"
    with storage(file):
        if not file.is_file():
            write_text(file, f"{uuid.uuid4()}\n")
        return file.read_text("utf-8").strip()


def projects_in(home: Path) -> list[Path]:
    """The folders of the projects under the home's projects/."""
    return sorted(file.parent for file in (home / "projects").glob("*/project.toml"))
