"""`narrate check`: every take judged again; or the proof that every word is said, once and in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from narrate.audio import Audio, read_flac
from narrate.chapters import chapter_keys, chapters_in
from narrate.check import Quarantined, chapter_flaws, other_languages, take_flaws
from narrate.check.coverage import Flaw
from narrate.engine import Wanted
from narrate.project import PlacedChapter, Project
from narrate.project.figures import chapters_of, lines_of
from narrate.work.events import Notice, Telling
from narrate.work.inventory import Inventory, take_inventory
from narrate.work.output import plans_of
from narrate.work.quality import check_level, quarantined_lines, recogniser_for
from narrate.work.render import judge_again
from narrate.work.run import Run


@dataclass(frozen=True, slots=True)
class Checked:
    """What checks found: how many takes were judged, and the lines to redo."""

    book: Inventory
    judged: int
    quarantined: list[Quarantined]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Gaps and repeats in a book of `lines` spoken lines, and in words by what they were looked for."""

    flaws: list[Flaw]
    lines: int
    proof: str


def check_takes(project: Project, wanted: Wanted, run: Run) -> Checked:
    """Judge every take of a project again."""
    book, judged = judge_again(project, wanted, run)
    return Checked(book, judged, quarantined_lines(project, book.chapters))


def prove_coverage(project: Project, wanted: Wanted) -> Telling[Coverage]:
    """The coverage proof: by the takes' own comments, and with full checks by the assembled chapters too."""
    chapters = take_inventory(project, wanted).chapters
    flaws = take_flaws(chapters, project.takes)
    proof = "by the takes' own comments"
    if check_level(project, wanted) == "full" and not flaws:
        recogniser, listened = recogniser_for(project, wanted), 0
        for chapter, audio in _assembled(project, chapters):
            flaws += chapter_flaws(chapter, audio, recogniser)
            listened += 1
        proof += f" and by ear in {chapters_of(listened)}"
        if listened < sum(any(line.request for line in chapter.lines) for chapter in chapters):
            yield Notice("Some chapters are not assembled as they are now: `narrate assemble` first.")
        if others := other_languages(chapters, recogniser.language):
            count = lines_of(len(others))
            yield Notice(f"Of {count} in another language than the book's, only the comments are proof.")
    return Coverage(flaws, sum(line.request is not None for chapter in chapters for line in chapter.lines), proof)


def _assembled(project: Project, chapters: Sequence[PlacedChapter]) -> Iterator[tuple[PlacedChapter, Audio]]:
    """The chapters that are assembled from the takes as they are, with their audio."""
    plans, settings = plans_of(project, chapters)
    there = chapters_in(project.out / "chapters")
    for chapter, key in zip(chapters, chapter_keys(plans, settings), strict=True):
        if key in there:
            yield chapter, read_flac(there[key].flac)
