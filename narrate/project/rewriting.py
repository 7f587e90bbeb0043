"""Lines of a project's script asked for otherwise: another reading, other words, another speaker or direction.

Only the rows of those lines change; the rest of a chapter's file, which is the person's, stays as it is to the byte.
A row that holds anything else by now, because the file was edited meanwhile, is not touched. So it is with a word
of the lexicon: its entry changes, and all other rows and comments stay.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from narrate.book import squeeze
from narrate.errors import ProjectError
from narrate.files import storage, write_text
from narrate.languages import code_of
from narrate.project.folder import LEXICON, Project
from narrate.project.placed import PlacedChapter, PlacedLine
from narrate.script import Line, line_at, replace_line
from narrate.takes import TakeStore, written
from narrate.words import Entry, Lexicon


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


NEW_LEXICON = '# How words are said: "as written" = "as spoken"\n'


def respell(
    project: Project, chapters: Callable[[], Sequence[PlacedChapter]], written: str, spoken: str
) -> list[PlacedLine]:
    """Have the project's lexicon say `spoken` for `written`; the lines that are said otherwise by that.

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
    if not _has_letter(written):
        return False
    lexicon = Lexicon([Entry(written, written)])
    lines = (placed.line for chapter in chapters for placed in chapter.lines if placed.request)
    return any(lexicon.changes(line.text, line.language or language, line.speaker) for line in lines)


def say_word(path: Path, written: str, spoken: str, language: str) -> None:
    """Have the lexicon at `path` say `spoken` for `written`; where `spoken` is empty, take its entry out.

    An entry for the book's language is the one that changes, where there is one. Raises ProjectError for what no
    entry can be, and for an entry of several readings, which stays as it is; StorageError.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    written, spoken = squeeze(written), squeeze(spoken)
    if not _has_letter(written) or (spoken and not _has_letter(spoken)):
        raise ProjectError(f'"{written[:60]}" = "{spoken[:60]}" is no entry: both hold letters', where=path)
    with storage(path):
        text = path.read_bytes().decode("utf-8") if path.is_file() else NEW_LEXICON
    try:
        document = tomlkit.parse(text)
        table, key = _entry_of(document, written, language)
        found = table.get(key)
        do = "change it in the file"
        if isinstance(found, list) or (isinstance(found, Mapping) and "say" not in found):
            raise ProjectError(f'"{written}" has several readings', where=path, do=do)
        if not spoken and found is None:
            raise ProjectError(f'"{written}" has no entry here', where=path)
        if not spoken:
            del table[key]
        elif isinstance(found, Mapping):
            table[key]["say"] = spoken
        else:
            table[key] = spoken
        write_text(path, tomlkit.dumps(document))
    except TOMLKitError as error:
        raise ProjectError(f"is not valid TOML: {error}", where=path) from error


def _has_letter(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _entry_of(document: Any, written: str, language: str) -> tuple[Any, str]:
    """The table that has `written`, and its key there; where none has it, the file's own."""
    own = [name for name, value in document.items() if isinstance(value, Mapping) and "say" not in value]
    tables = [document[name] for name in own if name in (language, code_of(language))]
    for table in (*tables, document):
        for key in table:
            if squeeze(key) == written:
                return table, key
    return document, written
