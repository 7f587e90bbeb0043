"""The page's files as they would be now: for a book that is being rendered, whose page on disk is older or not there.

Made when they are asked for and never written: `out/` belongs to the process that holds the project's lock.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from narrate.chapters import ChapterPlan, Settings, chapters_in
from narrate.project import PlacedChapter, Project
from narrate.report.page import (
    ASSETS,
    FOLDER,
    PAGE,
    book_script,
    chapter_script,
    page_text,
    peaks_script,
    script,
    shown_chapters,
)

_CHAPTER = re.compile(rf"{FOLDER}/data/chapter-(\d{{4,6}})\.js")
_PEAKS = re.compile(rf"{FOLDER}/peaks/([0-9a-f]{{40}})\.js")


@dataclass(frozen=True, slots=True)
class BookNow:
    """What is in the book now. A chapter of which takes are missing has an empty plan; `figures` as a report's."""

    chapters: Sequence[PlacedChapter]
    plans: Sequence[ChapterPlan]
    settings: Settings
    figures: Mapping[str, Any]


def page_now(name: str, project: Project, read: Callable[[int | None], BookNow]) -> str | None:
    """The text of a file of the page by its name in `out/`; None for what is no such file.

    `read` gives the book, or, of a number as in `3:14`, the same with that chapter's lines alone. Raises
    NarrateError.
    """
    if name == PAGE:
        return page_text(project)
    if name == f"{FOLDER}/data/pictures.js":
        return script("proofPictures", {})
    if name == f"{FOLDER}/data/book.js":
        book = read(None)
        return book_script(project, shown_chapters(project, book.chapters, book.plans, book.settings), book.figures)
    if found := _CHAPTER.fullmatch(name):
        book = read(int(found[1]))
        all_shown = shown_chapters(project, book.chapters, book.plans, book.settings)
        return next((chapter_script(shown) for shown in all_shown if shown.number == int(found[1])), None)
    if found := _PEAKS.fullmatch(name):
        chapter = chapters_in(project.out / "chapters").get(found[1])
        return peaks_script(chapter) if chapter else None
    asset = next((path for path in ASSETS.iterdir() if name == f"{FOLDER}/{path.name}" and path.name != PAGE), None)
    return asset.read_text("utf-8") if asset else None
