"""`narrate send`: a finished book brought to the server that a household listens from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.book import people_of
from narrate.chapters import Tags
from narrate.deliver import CURRENT
from narrate.engine import Wanted
from narrate.errors import AssemblyError
from narrate.project import Project
from narrate.work.assemble import assemble_project
from narrate.work.audiobookshelf import AlreadyThereError, Held, Library, Server, Upload, folded
from narrate.work.events import Event, Notice, Telling
from narrate.work.finished import made_files
from narrate.work.inventory import take_inventory
from narrate.work.output import standing, tags_of
from narrate.work.render import Rendered
from narrate.work.run import Run

FORM = "audiobookshelf"  # the format whose files are sent


@dataclass(frozen=True, slots=True)
class Sending(Event):
    """How many bytes of a book have been sent, `of` so many."""

    sent: int
    of: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A book that is in a library now: where it lies there, and what was sent: no `files` where it was there before."""

    title: str
    library: str
    place: str
    files: Sequence[Path]
    size: int

    @property
    def sentence(self) -> str:
        """What became of it, for a person."""
        if not self.files:
            return f'"{self.title}" is in {self.library} already: nothing was sent.'
        count = f"{len(self.files)} files, {self.size / 1e6:,.1f} MB"
        return f'Sent "{self.title}" to {self.library}: {self.place} ({count}).'


def send_project(project: Project, wanted: Wanted, run: Run, server: Server, library: str = "") -> Telling[Sent | None]:
    """Upload a finished book to a library of books, the named or the only one; None where the run is to stop.

    Deliverables that are not of the book as it is are made anew before. A book that is there already, by title,
    authors and narrator, is not sent. Raises LibraryError, and AssemblyError where takes are missing.
    """
    place = server.library(library)
    tags = tags_of(project, take_inventory(project, wanted))
    there = Sent(tags.title, place.name, "", (), 0)
    if any(is_of(held, tags) for held in server.search(place, tags.title)):
        return there
    made = yield from _files(project, wanted, run)
    if made is None:
        return None
    folder, files = made
    try:
        yield from _upload(server, place, folder, files)
    except AlreadyThereError:
        return there
    if not place.scans:
        yield Notice(f"{place.name} does not look for new books by itself: have Audiobookshelf scan it.")
    return Sent(tags.title, place.name, folder.as_posix(), files, sum(path.stat().st_size for path in files))


def is_of(held: Held, tags: Tags) -> bool:
    """Whether a book of a library is this one: another narrator's is another recording."""
    authors = frozenset(folded(one) for one in tags.authors or people_of(tags.author))
    narrators = frozenset({folded(tags.narrator)} - {""})
    return held.title == folded(tags.title) and held.authors == authors and held.narrators in (narrators, frozenset())


def _files(project: Project, wanted: Wanted, run: Run) -> Telling[tuple[Path, list[Path]] | None]:
    """The folder in a library that the book makes, and its files, the sound first; None where the run is to stop."""
    book = take_inventory(project, wanted)
    found = standing(project, book)
    if not any(it.form == FORM and it.state == CURRENT for it in found):
        forms = dict.fromkeys([*(it.form for it in found), FORM])
        if (yield from assemble_project(project, Rendered(book), tuple(forms), run)) is None:
            return None
    files = sorted(made_files(project).get(FORM, ()), key=lambda path: (path.suffix != ".m4b", path.name))
    if not files:
        raise AssemblyError("has no files to send", where=project.out, do=f"`narrate assemble --format {FORM}`")
    return files[0].parent.relative_to(project.out / FORM), files


def _upload(server: Server, library: Library, folder: Path, files: Sequence[Path]) -> Telling[None]:
    *above, title = folder.parts
    author, series = (*above, "", "")[:2]
    size = sum(path.stat().st_size for path in files)
    for sent in server.upload(library, Upload(title, author, series, files)):
        yield Sending(min(sent, size), size)
