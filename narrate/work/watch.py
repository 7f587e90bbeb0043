"""`narrate watch`: the books that land in a folder, for `work_through` to make one after the other.

A file is looked at again and again, and not waited for by the system's notices: those do not come from network shares.
"""

import logging
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from zipfile import is_zipfile

from narrate.engine import Wanted
from narrate.errors import NarrateError
from narrate.project import Project, read_report, same_source
from narrate.readers.readers import SUFFIXES, ZIP
from narrate.work.events import Telling
from narrate.work.finished import made_files
from narrate.work.new import open_or_create
from narrate.work.night import Opening
from narrate.work.quotations import Attributing
from narrate.work.run import Run
from narrate.work.source import load, place_of, read_source

LOOK_S = 1.0
STEADY_S = 4.0  # for which a file's size and time of change stay as they are before it counts as copied
STALLED_S = 60.0  # for which a file that is no book stays so before that is told: the copying may have paused

Signature = tuple[int, int, int]  # a file's number, its size, and when it was changed

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _File:
    """A file as it was seen last, since when; whether it opens as a book (None: not tried), whether it was given."""

    seen: Signature
    since_s: float
    opens: bool | None = None
    given: bool = False


@dataclass(slots=True)
class Landing:
    """A folder in which books land. It gives each once as it is, and again only when it has changed."""

    folder: Path
    _files: dict[Path, _File] = field(default_factory=dict)
    _lost: bool = False  # whether the folder could not be read when it was looked at last

    def next_book(self, now_s: float) -> Path | None:
        """A file that is whole, or that is no book and will hardly become one; None while there is none.

        `now_s` is by a clock that never goes back.
        """
        self._look(now_s)
        for path, file in self._files.items():
            if not file.given and now_s - file.since_s >= STEADY_S and self._is_ready(path, file, now_s):
                file.given = True
                return path
        return None

    def _is_ready(self, path: Path, file: _File, now_s: float) -> bool:
        if file.opens is None:
            file.opens = _opens(path)
        return file.opens or now_s - file.since_s >= STALLED_S

    def _look(self, now_s: float) -> None:
        """See which files are there and which have changed. While the folder cannot be read, none has."""
        try:
            with os.scandir(self.folder) as entries:
                found = [(stat, Path(entry.path)) for entry in entries if (stat := _stat_of_book(entry))]
        except OSError as error:
            if not self._lost:
                log.warning("%s cannot be read (%s): it is looked for.", self.folder, error.strerror)
            self._lost = True
            return
        self._lost = False
        there = {}
        for stat, path in sorted(found, key=lambda one: (one[0].st_mtime_ns, one[1])):
            seen = stat.st_ino, stat.st_size, stat.st_mtime_ns
            known = self._files.get(path)
            there[path] = known if known is not None and known.seen == seen else _File(seen, now_s)
        self._files = there


def _stat_of_book(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What the system says of a file that is named as a book is; None for anything else, and for what has gone.

    `~$book.docx` says who has a document open in Word.
    """
    if entry.name.startswith((".", "~$")) or Path(entry.name).suffix.casefold() not in SUFFIXES:
        return None
    try:
        return entry.stat() if entry.is_file() else None
    except OSError:
        return None


def _opens(path: Path) -> bool:
    """Whether a file can be read as a book, and all of it: readers mend an EPUB that has lost its end."""
    try:
        source = read_source(path)
        if source.data.startswith(ZIP) and not is_zipfile(BytesIO(source.data)):
            return False
        load(source)
    except NarrateError:
        return False
    except Exception:  # a defect, which is told by who makes the book
        return True
    return True


def landed(
    folder: Path,
    home: Path,
    voice: str | None,
    wanted: Wanted,
    attributing: Attributing,
    formats: Sequence[str],
    run: Run,
) -> Iterator[tuple[str, Opening]]:
    """The books that land in `folder`, each with how to open it; those that are made already are left alone.

    It waits for the next one until the run is to stop. While there is none, no engine is kept.
    """
    landing = Landing(folder)
    while not run.stop.event.is_set():
        path = landing.next_book(time.monotonic())
        if path is None:
            run.close()
            run.stop.event.wait(LOOK_S)
        elif not is_made(path, home, formats):
            yield str(path), partial(_open, path, home, voice, wanted, attributing)


def _open(path: Path, home: Path, voice: str | None, wanted: Wanted, attributing: Attributing) -> Telling[Project]:
    return (yield from open_or_create(read_source(path), home, None, voice, wanted, attributing))


def is_made(path: Path, home: Path, formats: Sequence[str]) -> bool:
    """Whether a book's project is of exactly this file and was assembled, in `formats` or those of its project.toml."""
    try:
        source = read_source(path)
        project = Project(place_of(source, home, None, Attributing())[0], home)
        wanted = set(formats or project.settings.output.formats)
        is_assembled = read_report(project.out / "report.json") is not None and wanted <= made_files(project).keys()
        return is_assembled and same_source(project, source.data)
    except NarrateError:  # there is none, or what is wrong with it is told by who opens it
        return False
