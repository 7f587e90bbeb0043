"""The page's files as they would be now: for a book that is being rendered, whose page on disk is older or not there.

Made when they are asked for and never written: `out/` belongs to the process that holds the project's lock.
"""

import re
from collections.abc import Callable
from pathlib import Path

from narrate.chapters import chapters_in
from narrate.project import Settings
from narrate.report.page import (
    ASSETS,
    FOLDER,
    PAGE,
    ShownBook,
    book_script,
    chapter_script,
    page_text,
    peaks_script,
    script,
    shown_chapters,
)

_CHAPTER = re.compile(rf"{FOLDER}/data/chapter-(\d{{4,6}})\.js")
_PEAKS = re.compile(rf"{FOLDER}/peaks/([0-9a-f]{{40}})\.js")


def page_now(name: str, about: Settings, out: Path, read: Callable[[int | None], ShownBook]) -> str | None:
    """The text of a file of the page by its name in `out`; None for what is no such file.

    `about` is the book's. `read` gives the book, or, of a number as in `3:14`, the same with that chapter's lines
    alone. Raises NarrateError.
    """
    if name == PAGE:
        return page_text(about)
    if name == f"{FOLDER}/data/pictures.js":
        return script("proofPictures", {})
    if name == f"{FOLDER}/data/book.js":
        return book_script(read(None))
    if found := _CHAPTER.fullmatch(name):
        number = int(found[1])
        return next((chapter_script(shown) for shown in shown_chapters(read(number)) if shown.number == number), None)
    if found := _PEAKS.fullmatch(name):
        chapter = chapters_in(out / "chapters").get(found[1])
        return peaks_script(chapter) if chapter else None
    asset = next((path for path in ASSETS.iterdir() if name == f"{FOLDER}/{path.name}" and path.name != PAGE), None)
    return asset.read_text("utf-8") if asset else None
