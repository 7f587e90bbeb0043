"""A folder of HTML pages packed into a zip, so that a project keeps it as one file, the same for the same pages."""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from narrate.errors import SourceError
from narrate.readers.epub.archive import MAX_MEMBER, MAX_TOTAL
from narrate.readers.html.pages import is_page

_WITH_PAGES = (".css", ".opf", ".ncx", "container.xml")  # what pages are shown by, and an unpacked EPUB read by
_MOST_FILES = 20_000
_SOME_DAY = (1980, 1, 1, 0, 0, 0)  # the same pages make the same bytes, whenever they are packed


def holds_pages(folder: Path) -> bool:
    """Whether a folder, or one in it, has a page. Raises SourceError as `packed` does."""
    return any(is_page(name) for name, _ in _files(folder))


def packed(folder: Path) -> bytes:
    """The pages and style sheets under a folder as a zip; b"" where it holds no page. Links out of it are not followed.

    Raises SourceError for what cannot be read, and for far more than a book holds.
    """
    found = sorted(_files(folder))
    if not any(is_page(name) for name, _ in found):
        return b""
    out, total = io.BytesIO(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in found:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise SourceError(f"cannot be read: {error.strerror}", where=path) from error
            total += len(data)
            if len(data) > MAX_MEMBER or total > MAX_TOTAL:
                raise SourceError("holds far more than a book does", where=folder, do="give a folder of one book")
            info = zipfile.ZipInfo(name, _SOME_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The pages and sheets under a folder, by their names in it; hidden folders and links are passed by."""
    count = 0
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not (Path(here) / name).is_symlink()
        )
        for file in files:
            path = Path(here) / file
            name = path.relative_to(folder).as_posix()
            if (is_page(name) or name.casefold().endswith(_WITH_PAGES)) and path.is_file() and not path.is_symlink():
                count += 1
                if count > _MOST_FILES:
                    raise SourceError(
                        f"holds more than {_MOST_FILES} pages", where=folder, do="give a folder of one book"
                    )
                yield name, path
