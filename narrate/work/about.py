"""What players and shops are told of a book: its titles, credits, podcast and cover, as project.toml has them."""

import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from narrate.deliver import prepare_cover
from narrate.errors import AssemblyError, ProjectError
from narrate.files import write_bytes
from narrate.project import Project, set_settings, setting, squeezed
from narrate.work.output import read_cover
from narrate.work.refusals import RefusedError

_SETTINGS = {
    "opening": "credits.opening",
    "closing": "credits.closing",
    "podcast_url": "podcast.url",
    "podcast_email": "podcast.email",
    "podcast_category": "podcast.category",
}  # of the fields that are not called as their setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfBook:
    """What may be said of a book anew; None leaves it as it is, "" takes it away.

    `narrator`: in place of the voice's name. `opening` and `closing`: the credits that are spoken. `podcast_url`: where
    the podcast's folder will lie on the web; `podcast_category`: Apple's, such as "Fiction > Drama".
    """

    title: str | None = None
    subtitle: str | None = None
    author: str | None = None
    narrator: str | None = None
    description: str | None = None
    opening: str | None = None
    closing: str | None = None
    podcast_url: str | None = None
    podcast_email: str | None = None
    podcast_category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutBook(SaidOfBook):
    """What is said of a book, "" where nothing is; `own_cover`: whether it has a cover that is not drawn."""

    own_cover: bool


def about_book(project: Project) -> AboutBook:
    """What project.toml says of a book."""
    texts = {field.name: _value(project, _SETTINGS.get(field.name, field.name)) for field in fields(SaidOfBook)}
    return AboutBook(**texts, own_cover=project.cover_file() is not None)


def _value(project: Project, name: str) -> str:
    value: Any = project.settings
    for part in name.split("."):
        value = getattr(value, part)
    return str(value)


def say_of_book(project: Project, said: SaidOfBook) -> None:
    """Put what is said into project.toml, all of it or nothing. Raises ProjectError, StorageError."""
    changes: dict[str, str] = {}
    for field in fields(SaidOfBook):
        name, text = _SETTINGS.get(field.name, field.name), getattr(said, field.name)
        if text is not None and (text := squeezed(field.name, text)) != _value(project, name):
            changes[name] = setting(name, text)
    if changes.get("title") == "":
        raise ProjectError("a book needs a title")
    set_settings(project.folder / "project.toml", changes)


def give_cover(project: Project, file: Path) -> None:
    """Make a picture the cover of a project: a JPEG or PNG in its folder. Raises RefusedError, StorageError."""
    with tempfile.TemporaryDirectory(prefix="narrate-", ignore_cleanup_errors=True) as scratch:
        try:
            picture = prepare_cover(read_cover(file), Path(scratch))
        except AssemblyError as error:
            raise RefusedError(f"the picture cannot be a cover: {error.what}", do="choose another") from None
        name = f"cover{picture.suffix}"
        write_bytes(project.folder / name, picture.path.read_bytes())
    set_settings(project.folder / "project.toml", {"cover": name})


def take_cover(project: Project) -> None:
    """Have a project do without a cover of its own; the file stays where it is."""
    set_settings(project.folder / "project.toml", {"cover": ""})
