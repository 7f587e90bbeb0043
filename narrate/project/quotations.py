"""Changing who speaks a project's quotations after it was made: one by one, or all for another `quotes`.

Works from `script/attribution.tsv`, and touches only what it wrote itself: a line whose words or
speaker a person has changed is theirs. A quotation inside a longer line is cut out of it; all
other rows of the file stay as they are, to the byte.
"""

from collections.abc import Sequence
from dataclasses import replace

from narrate.cast import AUTO, set_voices
from narrate.errors import ProjectError
from narrate.files import storage, write_text
from narrate.project.folder import Project
from narrate.script import Line, Opening, Script, format_script, numbered_lines, remember_change
from narrate.speakers import PERSON, TABLE, Finder, Found, Likely, Quotation, format_table, parse_table, ranked, voices
from narrate.takes import written


def has_quotations(project: Project) -> bool:
    """Whether a project has a table of its quotations: its book has some, and was no script."""
    return (project.folder / "script" / TABLE).is_file()


class Labels:
    """The quotations of one project: `entries` in order, changed in memory until `save`."""

    def __init__(self, project: Project) -> None:
        """Read the table and the chapters. Raises ProjectError when the project has no table."""
        path = project.folder / "script" / TABLE
        if not has_quotations(project):
            raise ProjectError(
                "has no quotations to review", where=project.folder, do="its book has none, or was a script"
            )
        with storage(path):
            self.entries = parse_table(path.read_text("utf-8"), path)
        self._project, self._path = project, path
        self._files = project.script_files()
        self._rows: dict[int, list[str]] = {}
        self._texts: dict[str, str] = {}  # the files as they were read
        self._changed: set[int] = set()
        self._given: set[str] = set()

    def rows(self, chapter: int) -> list[str]:
        """The rows of a chapter's file as they are now."""
        if chapter not in self._rows:
            if not 1 <= chapter <= len(self._files):
                return []
            path = self._files[chapter - 1]
            try:
                with storage(path):
                    text = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError as error:
                raise ProjectError("is not UTF-8", where=path, do="save it as UTF-8") from error
            self._texts[path.name] = text
            self._rows[chapter] = text.split("\n")
        return self._rows[chapter]

    def _finder(self, chapter: int) -> Finder:
        path = self._files[chapter - 1] if 1 <= chapter <= len(self._files) else TABLE
        return Finder([*numbered_lines("\n".join(self.rows(chapter)), path)])

    def untouched(self, chapter: int) -> dict[int, tuple[Finder, Found]]:
        """The entries of a chapter (by index) that still are as this table wrote them, and where each is."""
        own = [(index, entry) for index, entry in enumerate(self.entries) if entry.chapter == chapter]
        finder = self._finder(chapter)
        places = finder.find_all((entry.text, entry.line) for _, entry in own)
        return {
            index: (finder, found)
            for (index, entry), found in zip(own, places, strict=True)
            if found and finder.speakers(found) == {entry.speaker}
        }

    def give(self, index: int, speaker: str) -> bool:
        """Have `speaker` speak an entry's quotation; False, and nothing done, when a person has changed it."""
        place = self.untouched(self.entries[index].chapter).get(index)
        if place is not None:
            self.give_at(index, *place, speaker)
        return place is not None

    def give_at(self, index: int, finder: Finder, found: Found, speaker: str) -> None:
        """Give a quotation to `speaker` where `untouched` has found it; lines before it may not have changed since."""
        entry = self.entries[index]
        if entry.speaker != speaker:
            self._replace(entry.chapter, finder, finder.given(found, speaker))
            self.entries[index] = replace(self.entries[index], speaker=speaker)
            self._given.add(speaker)

    def _replace(self, chapter: int, finder: Finder, changed: dict[int, list[Line]]) -> None:
        """Put changed lines into a chapter's rows, and move the entries behind them along."""
        rows = self.rows(chapter)
        for index in sorted(changed, reverse=True):
            number = finder.lines[index][0]
            fresh = [_row(line) for line in changed[index]]
            ending = "\r" if rows[number - 1].endswith("\r") else ""
            rows[number - 1 : number] = [row + ending for row in fresh]
            for i, entry in enumerate(self.entries):
                if entry.chapter == chapter and entry.line > number:
                    self.entries[i] = replace(entry, line=entry.line + len(fresh) - 1)
                elif entry.chapter == chapter and entry.line == number and len(fresh) > 1:
                    self.entries[i] = replace(entry, line=number + _row_of(entry.text, changed[index]))
        self._changed.add(chapter)

    def decide(self, index: int, speaker: str) -> bool:
        """Give a quotation to `speaker` as `give` does, and record that a person decided it."""
        if not self.give(index, speaker):
            return False
        self.entries[index] = replace(self.entries[index], who=speaker, confidence=1.0, kind=PERSON, review=0)
        return True

    def save(self, *, ours: bool = False) -> None:
        """Write what changed: chapters first, then the cast's new speakers, then the table.

        `ours`: a chapter that was as narrate wrote it still counts as that, and not as edited.
        Raises ProjectError, and writes nothing, when a chapter was edited since it was read.
        """
        with written(self._project.takes.folder):
            self._save_chapters(ours)
        listed = self._project.cast().parts
        fresh = {speaker: AUTO for speaker in sorted(self._given) if speaker not in listed}
        if fresh:
            set_voices(self._project.cast_file, fresh)
        write_text(self._path, format_table(self.entries))
        self._changed.clear()
        self._given.clear()

    def _save_chapters(self, ours: bool) -> None:
        for path in (self._files[chapter - 1] for chapter in sorted(self._changed)):
            with storage(path):
                there = path.read_bytes()
            if there != self._texts[path.name].encode("utf-8"):
                raise ProjectError("was edited meanwhile", where=path, do="ask again; what is saved stays")
        for chapter in sorted(self._changed):
            path, text = self._files[chapter - 1], "\n".join(self._rows[chapter])
            write_text(path, text)
            if ours:
                remember_change(path, self._texts[path.name], text)
            self._texts[path.name] = text


def _row_of(quotation: str, lines: Sequence[Line]) -> int:
    """In which of the lines that one was cut into a quotation begins."""
    wanted = "".join(quotation.split())
    texts = ("".join(line.text.split()) for line in lines)
    return next((number for number, text in enumerate(texts) if wanted in text or wanted.startswith(text)), 0)


def _row(line: Line) -> str:
    """A line as one row of the script form, without the blank line or break before it."""
    verse = line.opens is Opening.VERSE
    return format_script(Script((replace(line, opens=line.opens if verse else Opening.SENTENCE),))).rstrip("\n")


def wanted(entries: Sequence[Quotation], quotes: str) -> list[str]:
    """The speaker of each quotation by a `quotes` of project.toml; a person's own choices stay."""
    likely = [Likely(e.who, e.confidence, e.chapter) for e in entries]
    speakers = voices(likely, quotes)
    return [e.speaker if e.kind == PERSON else speaker for e, speaker in zip(entries, speakers, strict=True)]


def relabel(labels: Labels, quotes: str) -> tuple[int, int]:
    """Give every quotation the speaker that `quotes` wants; how many changed, and how many were a person's."""
    changed = left = 0
    speakers = wanted(labels.entries, quotes)
    differing: dict[int, list[int]] = {}
    for index, entry in enumerate(labels.entries):
        if entry.speaker != speakers[index]:
            differing.setdefault(entry.chapter, []).append(index)
    for chapter, indices in differing.items():
        places = labels.untouched(chapter)
        reached = 1 << 30  # the line from which on lines have changed
        for index in reversed(indices):
            if index in places and places[index][1].last >= reached:
                places = labels.untouched(chapter)
            if index not in places:
                left += 1
                continue
            finder, found = places[index]
            labels.give_at(index, finder, found, speakers[index])
            reached = found.first
            changed += 1
    labels.entries = ranked(labels.entries)
    return changed, left


def renew_table(project: Project, text: str) -> None:
    """Write a new table of quotations; the speakers that a person chose for the same quotations stay."""
    path = project.folder / "script" / TABLE
    said: dict[str, list[Quotation]] = {}
    if path.is_file():
        with storage(path):
            for entry in parse_table(path.read_text("utf-8"), path):
                said.setdefault(entry.text, []).append(entry)
    entries = []
    for entry in parse_table(text):
        old = said[entry.text].pop(0) if said.get(entry.text) else None
        if old and old.kind == PERSON:
            entry = replace(entry, speaker=old.speaker, who=old.who, confidence=1.0, kind=PERSON, review=0)
        entries.append(entry)
    write_text(path, format_table(ranked(entries)))
