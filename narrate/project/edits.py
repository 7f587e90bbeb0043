"""Edits of single lines: another reading, other words, another speaker or direction, another pronunciation.

Only the rows of those lines change; the rest of a chapter's file, which is the person's, stays as it is to the byte.
A row that holds anything else by now, because the file was edited meanwhile, is not touched.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from narrate.errors import ProjectError
from narrate.files import storage, write_text
from narrate.project.folder import LEXICON, Project
from narrate.project.placed import PlacedChapter, PlacedLine
from narrate.script import Line, line_at, replace_line
from narrate.takes import TakeStore, written
from narrate.words import Entry, Lexicon, say_word
from narrate.words.lexicon import has_letter


def is_credit(project: Project, placed: PlacedLine) -> bool:
    """Whether a line is a credit: project.toml has its words, and no script."""
    return not 1 <= placed.chapter <= len(project.script_files())


def other_reading(placed: PlacedLine, takes: TakeStore) -> Line:
    """The line with the next `[take N]` that has no take: a reading that was there before is not another one."""
    assert placed.request is not None
    number = placed.line.take + 1
    while replace(placed.request, take=number).key in takes:
        number += 1
    return replace(placed.line, take=number)


def rewrite(project: Project, lines: Iterable[tuple[PlacedLine, Line]]) -> None:
    """Put each line in the place of the one that is there, in the script's files.

    Raises ProjectError for a credit, and for a row that holds another line than the one to be replaced: nothing
    is written to its file then. Raises StorageError.
    """
    files = project.script_files()
    by_file: dict[Path, list[tuple[PlacedLine, Line]]] = {}
    for placed, line in lines:
        if is_credit(project, placed):
            raise ProjectError(
                f"{placed.place} is a credit, which no script holds",
                where=project.folder / "project.toml",
                do="change its words under [credits]",
            )
        by_file.setdefault(files[placed.chapter - 1], []).append((placed, line))
    for path, changed in by_file.items():
        with written(project.takes.folder):
            with storage(path):
                text = path.read_bytes().decode("utf-8")
            for placed, line in changed:
                there = line_at(text, placed.number)
                if there is None or replace(there, opens=placed.line.opens) != placed.line:
                    what = "holds another line by now: it was edited meanwhile"
                    raise ProjectError(what, where=path, line=placed.number, do="look at it, and ask again")
                text = replace_line(text, placed.number, line)
            write_text(path, text)


def respell(
    project: Project, chapters: Callable[[], Sequence[PlacedChapter]], written: str, spoken: str
) -> list[PlacedLine]:
    """Make the project's lexicon say `spoken` for `written`; returns the lines that this changes.

    `chapters` reads the book with the lexicon as it is. Raises what `say_word` raises, and ProjectError where no line
    has the word: nothing is written then.
    """
    before, language = chapters(), project.settings.language
    if spoken and not _said_somewhere(written, before, language):
        raise ProjectError(f'no line of the book has "{written[:60]}", as a word by itself')
    say_word(project.folder / LEXICON, written, spoken, language)
    return [
        line
        for old, new in zip(before, chapters(), strict=True)
        for was, line in zip(old.lines, new.lines, strict=True)
        if line.request and line.request != was.request
    ]


def _said_somewhere(written: str, chapters: Iterable[PlacedChapter], language: str) -> bool:
    """Whether an entry for `written` would hold in some spoken line of the book."""
    if not has_letter(written):
        return False
    lexicon = Lexicon([Entry(written, written)])
    lines = (placed.line for chapter in chapters for placed in chapter.lines if placed.request)
    return any(lexicon.changes(line.text, line.language or language, line.speaker) for line in lines)
