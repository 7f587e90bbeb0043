"""The project folder: where the person's files, the takes and the deliverables lie.

`project.toml`, `cast.toml`, `lexicon.toml`, `episodes.toml` and `script/` are the person's: written once when
the project is made, then changed only by a command that says so. `takes/` and `out/` are ours.
A project is put together in a folder beside its own and renamed, so it is never half there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from narrate.cast import Cast, Manner, load_cast, new_cast, request_for
from narrate.errors import ProjectError, StorageError
from narrate.files import copy_file, digest_file, inside, placed_folder, storage, titled, write_bytes, write_text
from narrate.project.credits import spoken_credits
from narrate.project.paces import paces_of
from narrate.project.placed import PlacedChapter, PlacedLine
from narrate.project.podcast import EPISODES, Episode, read_episodes
from narrate.project.sample import Sample
from narrate.project.settings import Settings, format_settings, read_settings
from narrate.script import Line, Opening, Script, find_sound, list_scripts, numbered_lines, write_scripts
from narrate.sentences import split_sentences
from narrate.speakers import TABLE
from narrate.takes import TakeStore
from narrate.toml import read_toml
from narrate.voices import put_voice, shelves_of
from narrate.words import Lexicon, load_lexicon

LEXICON = "lexicon.toml"


# A chapter's file, and its lines with their numbers in it.
NumberedScript = tuple[Path, list[tuple[int, Line]]]


class Project:
    """A project on disk. Opening it reads project.toml; the rest is read when asked for."""

    def __init__(self, folder: Path, home: Path, sample: Sample | None = None) -> None:
        """Open the project in `folder`; where only a `sample` of it is made, that goes into out/sample/.

        Raises ProjectError when it is no project or its settings are wrong.
        """
        if not (folder / "project.toml").is_file():
            raise ProjectError("is not a project", where=folder, do="make one with `narrate new BOOK`")
        self.folder = folder
        self.home = home
        self.settings = read_settings(folder / "project.toml")
        self.takes = TakeStore(folder / "takes")
        self.out = folder / "out" / "sample" if sample else folder / "out"
        self.sample = sample
        self.cover_file()  # or hours later, when it is asked for
        self.episodes()
        self.source_file()
        self.credits()

    @property
    def shelves(self) -> tuple[Path, ...]:
        """Where voices are looked up: the project's own first."""
        return shelves_of(self.home, self.folder)

    def lexicon(self) -> Lexicon:
        """The lexicon: the project's lexicon.toml first, then the home's. Raises ProjectError."""
        return load_lexicon([self.folder / LEXICON, self.home / LEXICON])

    def episodes(self) -> dict[str, Episode]:
        """The days, guids and notes of the podcast's episodes, by title. Raises ProjectError."""
        return read_episodes(self.folder / EPISODES)

    @property
    def cast_file(self) -> Path:
        return self.folder / "cast.toml"

    def cast(self) -> Cast:
        """The cast, with what the series' gives. Raises ProjectError, VoiceError."""
        return load_cast(self.cast_file, self.shelves, self.series_cast)

    @property
    def series_cast(self) -> Path | None:
        """The cast.toml that the books of a series share. Raises ProjectError when it is not there."""
        if not (given := self.settings.series_cast):
            return None
        path = (self.folder / given).resolve()
        path = path / "cast.toml" if path.is_dir() else path
        if not path.is_file():
            file = self.folder / "project.toml"
            toml = read_toml(file)
            line = toml.line("series_cast") or toml.line("series")
            raise ProjectError(f'the series\' cast "{given}" is not there', where=file, line=line)
        return path

    def script_files(self) -> list[Path]:
        """The chapters' files in order of their leading numbers, then of their names."""
        files = list_scripts(self.folder / "script")
        if not files:
            raise ProjectError("holds no chapters", where=self.folder / "script", do="make the project anew")
        return files

    def numbered_scripts(self) -> Iterator[NumberedScript]:
        """Every chapter's file with its lines and their numbers. Raises ProjectError for a bad line."""
        for path in self.script_files():
            with storage(path):
                data = path.read_bytes()
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError as error:
                line = data[: error.start].count(b"\n") + 1
                raise ProjectError("is not UTF-8", where=path, line=line, do="save it as UTF-8") from error
            yield path, list(numbered_lines(text, path))

    def chapters(self, scripts: Iterable[NumberedScript], manner: Manner, cast: Cast) -> list[PlacedChapter]:
        """All lines of the book, each with its request; the credits around them, where there are any.

        Raises ProjectError for a speaker without a part, and for a cue whose file is not there.
        """
        chapters = []
        for number, (path, lines) in enumerate(scripts, start=1):
            placed = []
            paces = paces_of(lines)
            for row, line in lines:
                part = cast.part(line, path, row)
                request = request_for(line, part, manner, paces.get(row, 1.0)) if line.speakable else None
                sound = find_sound(self.folder / "source", line.cue, path, row)
                placed.append(PlacedLine(number, row, line, request, sound))
            title = Script(tuple(line for _, line in lines)).title or _title_of(path)
            chapters.append(PlacedChapter(title, tuple(placed)))
        opening, closing = self.credits()
        if opening:
            chapters.insert(0, self._credit("Opening Credits", opening, 0, manner, cast))
        if closing:
            chapters.append(self._credit("Closing Credits", closing, len(chapters) + (not opening), manner, cast))
        return chapters

    def credits(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The texts of the opening and of the closing credits (`spoken_credits`). Raises ProjectError."""
        return spoken_credits(self.settings, self.folder / "project.toml")

    def _credit(self, title: str, texts: Sequence[str], number: int, manner: Manner, cast: Cast) -> PlacedChapter:
        """A chapter of the narrator's that no script holds; its place is `0:1`, or after the last chapter's."""
        sentences = [sentence for text in texts for sentence in split_sentences(text, manner.language)]
        lines = [
            Line(sentence, opens=Opening.PARAGRAPH if n == 0 else Opening.SENTENCE)
            for n, sentence in enumerate(sentences)
        ]
        part = cast.part(Line(texts[0]), self.folder / "project.toml", 0)
        placed = (PlacedLine(number, n, line, request_for(line, part, manner)) for n, line in enumerate(lines, 1))
        return PlacedChapter(title, tuple(placed))

    def source_file(self) -> Path | None:
        """The book as it was given, if the project keeps it. Raises ProjectError for one outside the project."""
        path = self._own("source", self.settings.source) if self.settings.source else None
        return path if path and path.is_file() else None

    def _own(self, key: str, name: str) -> Path:
        """A file that project.toml names by `key`. Raises ProjectError with the line where it lies outside."""
        try:
            return inside(self.folder, name)
        except StorageError as error:
            file = self.folder / "project.toml"
            what, do = f'{key} "{name}" lies outside the project', "copy it into source/"
            raise ProjectError(what, where=file, line=read_toml(file).line(key), do=do) from error

    def cover_file(self) -> Path | None:
        """The cover picture, if the project names one that is there."""
        if not self.settings.cover:
            return None
        path = self._own("cover", self.settings.cover)
        if not path.is_file():
            raise ProjectError(
                f'cover "{self.settings.cover}" is not there',
                where=self.folder / "project.toml",
                line=read_toml(self.folder / "project.toml").line("cover"),
            )
        return path


def _title_of(path: Path) -> str:
    return titled(re.sub(r"^\d+[-_ ]*", "", path.stem), path.stem)


# --- making a project ---------------------------------------------------------------------------


def create(
    folder: Path,
    settings: Settings,
    scripts: Sequence[Script],
    source: tuple[str, bytes],
    *,
    narrator: str,
    cover: tuple[str, bytes] | None = None,
    voice: Path | None = None,
    lexicon: str = "",
    sounds: Sequence[tuple[str, Path]] = (),
    attribution: str = "",
) -> None:
    """Make a project in `folder`, whole or not at all; `attribution` is its table of quotations.

    Raises StorageError, ProjectError when it is there already.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        do = "`narrate new BOOK --again` reads the book anew into it; or choose another --project"
        raise ProjectError("is there already and is not empty", where=folder, do=do)
    with placed_folder(folder) as draft:
        _fill(draft, settings, scripts, source, narrator, cover, voice, lexicon, sounds, attribution)


def _fill(
    folder: Path,
    settings: Settings,
    scripts: Sequence[Script],
    source: tuple[str, bytes],
    narrator: str,
    cover: tuple[str, bytes] | None,
    voice: Path | None,
    lexicon: str,
    sounds: Sequence[tuple[str, Path]],
    attribution: str,
) -> None:
    write_bytes(folder / "source" / source[0], source[1])
    for name, file in sounds:
        copy_file(file, folder / "source" / name)
    if cover:
        write_bytes(folder / "source" / cover[0], cover[1])
    if voice:
        put_voice(voice, folder / "voices")
    write_scripts(folder / "script", scripts, settings.reading)
    if attribution:
        write_text(folder / "script" / TABLE, attribution)
    speakers = dict.fromkeys(line.speaker for script in scripts for line in script.lines)
    write_text(folder / "cast.toml", new_cast(speakers, narrator))
    if lexicon:
        write_text(folder / LEXICON, lexicon)
    write_text(folder / ".gitignore", "takes/\nout/\n")
    # Last, because a folder is a project from the moment this file is there.
    write_text(folder / "project.toml", format_settings(settings))


def same_source(project: Project, data: bytes) -> bool:
    """Whether the project was made from exactly these bytes (or keeps no copy to compare with)."""
    import hashlib

    if not project.settings.source:
        return True
    copy = inside(project.folder, project.settings.source)
    return not copy.is_file() or digest_file(copy) == hashlib.blake2b(data, digest_size=20).hexdigest()
